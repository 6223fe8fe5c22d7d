// transcript: what one side only heard of the other.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/cli/commands.h"
#include "client/cli/named_message.h"
#include "client/cli/notice_compose.h"
#include "client/cli/relative_typed.h"
#include "client/cli/session.h"
#include "client/cli/submit.h"
#include "client/render/notices.h"
#include "client/render/standing.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::cli {
namespace {

absl::StatusOr<v1::Message> Composed(Session& session, const NoticeOptions& options) {
  static const std::map<std::string, v1::TranscriptChannel> kChannels = {
      {"letter", v1::TRANSCRIPT_CHANNEL_LETTER},
      {"call", v1::TRANSCRIPT_CHANNEL_CALL},
      {"consulate", v1::TRANSCRIPT_CHANNEL_CONSULATE},
      {"meeting", v1::TRANSCRIPT_CHANNEL_MEETING},
      {"press", v1::TRANSCRIPT_CHANNEL_PRESS}};
  v1::Message body;
  v1::Transcript& heard = *body.mutable_transcript();
  heard.set_heard_side(session.settings.country == "VN" ? "CN" : "VN");
  heard.set_channel(kChannels.at(options.channel));
  GATEPOST_ASSIGN_OR_RETURN(*heard.mutable_heard_at(),
                            domain::ParseInstant(options.seen_at, Today(session)));
  heard.set_precision(v1::PRECISION_MINUTE);
  GATEPOST_ASSIGN_OR_RETURN(*heard.mutable_papers(), PapersTyped(options));
  const v1::Regime regime = RegimeTyped(options.regime);
  GATEPOST_ASSIGN_OR_RETURN(
      *heard.mutable_timetable(),
      TimetableTyped(session, options, regime,
                     regime == v1::REGIME_CLOSED ? v1::HOURS_KIND_NONE : v1::HOURS_KIND_AS_BEFORE));
  GATEPOST_ASSIGN_OR_RETURN(std::optional<v1::RelativeChange> change,
                            ChangeTyped(options.relative));
  if (!change.has_value() && !options.hours_not_stated) return body;
  v1::TimetableRule& rule = *heard.mutable_timetable()->mutable_rules(0);
  if (!options.windows.empty()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "--window, or what was said instead", "both",
                          "write the windows that were heard, or how the change was said");
  }
  // What was only heard is written down as it was said; what it comes to is for its author to sign.
  rule.set_hours(v1::HOURS_KIND_NOT_STATED);
  if (change.has_value()) *rule.mutable_said_as() = *std::move(change);
  return body;
}

}  // namespace

int SendTranscript(const Global& global, const NoticeOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::Message> body = Composed(*session, options);
  if (!body.ok()) return Fail(global, body.status());
  Note(global, render::TranscriptText(body->transcript(), session->view));
  const absl::StatusOr<v1::SubmitResponse> response =
      SubmitBody(global, *session, *body, domain::GatesOf(body->transcript().timetable()),
                 std::nullopt, options.dry_run);
  if (!response.ok()) return Fail(global, response.status());
  Print(
      global, *response, [&] { return render::SubmittedText(*response, options.dry_run); },
      [&] { return ResultCsv(*response); });
  return 0;
}

}  // namespace gatepost::cli
