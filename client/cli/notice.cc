// The notice commands: one-sided news about hours.

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/agreement_messages.h"
#include "client/cli/commands.h"
#include "client/cli/named_message.h"
#include "client/cli/notice_compose.h"
#include "client/cli/relative_typed.h"
#include "client/cli/session.h"
#include "client/cli/submit.h"
#include "client/render/notices.h"
#include "client/render/standing.h"
#include "daemon/config/text_file.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/notice_rules.h"
#include "daemon/system/status_macros.h"

namespace gatepost::cli {
namespace {

// A notice that is ready to be signed.
struct Draft {
  v1::Notice notice;
  std::vector<std::string> scope_ids;
  std::optional<v1::MessageReference> replaces;
};

absl::StatusOr<v1::ZonedTime> SeenTyped(Session& session, const std::string& typed) {
  return domain::ParseInstant(typed, Today(session));
}

using Compose = absl::Status (*)(Session&, const NoticeOptions&, Draft&);

absl::Status Closed(Session& session, const NoticeOptions& options, Draft& draft) {
  GATEPOST_ASSIGN_OR_RETURN(
      *draft.notice.mutable_closure()->mutable_timetable(),
      TimetableTyped(session, options, v1::REGIME_CLOSED, v1::HOURS_KIND_NONE));
  return absl::OkStatus();
}

absl::Status StopIntake(Session& session, const NoticeOptions& options, Draft& draft) {
  GATEPOST_ASSIGN_OR_RETURN(
      *draft.notice.mutable_intake_stop()->mutable_timetable(),
      TimetableTyped(session, options, v1::REGIME_INTAKE_STOP, v1::HOURS_KIND_AS_BEFORE));
  return absl::OkStatus();
}

absl::Status Resume(Session& session, const NoticeOptions& options, Draft& draft) {
  v1::Resumption* resumption = draft.notice.mutable_resumption();
  GATEPOST_ASSIGN_OR_RETURN(
      *resumption->mutable_timetable(),
      TimetableTyped(session, options, RegimeTyped(options.regime), v1::HOURS_KIND_AS_BEFORE));
  GATEPOST_RETURN_IF_ERROR(SetChange(options.relative, !options.windows.empty(),
                                     *resumption->mutable_timetable()->mutable_rules(0)));
  for (const std::string& reference : options.ends) {
    GATEPOST_ASSIGN_OR_RETURN(const Named ended, FetchNamed(session, reference));
    *resumption->add_ends() = CitationOf(ended.reference);
  }
  return absl::OkStatus();
}

// The gates and the moment of something seen.
template <typename Fact>
absl::Status SetSeen(Session& session, const NoticeOptions& options, v1::ZonedTime* at,
                     Fact& fact) {
  GATEPOST_ASSIGN_OR_RETURN(*at, SeenTyped(session, options.seen_at));
  GATEPOST_ASSIGN_OR_RETURN(const absl::Time instant, domain::InstantOf(*at));
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, domain::LoadZone(at->zone()));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<std::string> gates,
                            GatesTyped(session, options.gates, absl::ToCivilDay(instant, zone)));
  for (const std::string& gate : gates) fact.add_gate_ids(gate);
  fact.set_precision(v1::PRECISION_MINUTE);
  return absl::OkStatus();
}

absl::Status Observed(Session& session, const NoticeOptions& options, Draft& draft) {
  v1::ObservedStop& stop = *draft.notice.mutable_observed_stop();
  GATEPOST_RETURN_IF_ERROR(SetSeen(session, options, stop.mutable_since(), stop));
  stop.set_traffic(TrafficTyped(options.traffic));
  GATEPOST_ASSIGN_OR_RETURN(const v1::Direction direction,
                            DirectionTyped(options.direction, session.settings.country));
  stop.set_direction(direction);
  if (options.answer_by.empty()) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(*stop.mutable_answer_by(), SeenTyped(session, options.answer_by));
  return absl::OkStatus();
}

absl::Status OpenedClosed(Session& session, const NoticeOptions& options, Draft& draft) {
  v1::ObservedHours& hours = *draft.notice.mutable_observed_hours();
  GATEPOST_RETURN_IF_ERROR(SetSeen(session, options, hours.mutable_at(), hours));
  hours.set_traffic(TrafficTyped(options.traffic));
  GATEPOST_ASSIGN_OR_RETURN(const v1::Direction direction,
                            DirectionTyped(options.direction, session.settings.country));
  hours.set_direction(direction);
  hours.set_opened(options.opened);
  if (!options.stop.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const Named stop, FetchNamed(session, options.stop));
    *hours.mutable_observed_stop() = CitationOf(stop.reference);
  }
  return absl::OkStatus();
}

absl::Status Service(Session& session, const NoticeOptions& options, Draft& draft) {
  static const std::map<std::string, v1::ServiceKind> kServices = {
      {"appointments", v1::SERVICE_KIND_APPOINTMENTS},
      {"laboratory", v1::SERVICE_KIND_LABORATORY},
      {"inspection", v1::SERVICE_KIND_INSPECTION},
      {"customs", v1::SERVICE_KIND_CUSTOMS_SYSTEM}};
  v1::ServiceNotice& service = *draft.notice.mutable_service();
  service.set_service(kServices.at(options.service));
  service.set_working(options.working);
  return SetSeen(session, options, service.mutable_since(), service);
}

absl::Status Cancel(Session& session, const NoticeOptions& options, Draft& draft) {
  static const std::map<std::string, v1::CancellationOutcome> kOutcomes = {
      {"as-before", v1::CANCELLATION_OUTCOME_AS_BEFORE},
      {"new-notice", v1::CANCELLATION_OUTCOME_NEW_NOTICE_FOLLOWS},
      {"postponed", v1::CANCELLATION_OUTCOME_POSTPONED}};
  GATEPOST_ASSIGN_OR_RETURN(const Named cancelled, FetchNamed(session, options.reference));
  draft.notice.mutable_cancellation()->set_outcome(kOutcomes.at(options.outcome));
  draft.scope_ids.assign(cancelled.message.header().scope_ids().begin(),
                         cancelled.message.header().scope_ids().end());
  return absl::OkStatus();
}

absl::Status FromFile(Session& /*session*/, const NoticeOptions& options, Draft& draft) {
  GATEPOST_ASSIGN_OR_RETURN(const auto read, config::ReadTextProto<v1::Notice>(options.file));
  draft.notice = read.value;
  return absl::OkStatus();
}

// Whether the node must say what the draft's hours come to.
bool IsToResolve(const v1::Notice& notice) {
  const v1::Timetable* timetable = domain::TimetableIn(notice);
  return timetable != nullptr &&
         std::ranges::any_of(timetable->rules(), [](const v1::TimetableRule& rule) {
           return rule.has_said_as() && rule.windows().empty();
         });
}

absl::StatusOr<Draft> Composed(Session& session, const NoticeOptions& options, Compose compose) {
  Draft draft;
  GATEPOST_RETURN_IF_ERROR(compose(session, options, draft));
  if (draft.notice.side().empty()) draft.notice.set_side(session.settings.country);
  if (!draft.notice.has_papers()) {
    GATEPOST_ASSIGN_OR_RETURN(v1::Papers papers, PapersTyped(options));
    if (papers.ByteSizeLong() > 0) *draft.notice.mutable_papers() = std::move(papers);
  }
  for (const std::string& reference : options.confirms) {
    GATEPOST_ASSIGN_OR_RETURN(const Named heard, FetchNamed(session, reference));
    *draft.notice.add_confirms() = CitationOf(heard.reference);
  }
  if (IsToResolve(draft.notice)) {
    v1::PrepareNoticeRequest request;
    *request.mutable_draft() = std::move(draft.notice);
    GATEPOST_ASSIGN_OR_RETURN(v1::PrepareNoticeResponse prepared,
                              session.node->PrepareNotice(request));
    v1::Message signed_as;
    *signed_as.mutable_notice() = prepared.notice();
    GATEPOST_RETURN_IF_ERROR(client::CheckShown(signed_as, "the notice as the node completed it"));
    draft.notice = std::move(*prepared.mutable_notice());
  }
  if (draft.scope_ids.empty()) draft.scope_ids = domain::GatesOf(draft.notice);
  if (!options.reference.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const Named replaced, FetchNamed(session, options.reference));
    draft.replaces = replaced.reference;
  }
  return draft;
}

int Send(const Global& global, const NoticeOptions& options, Compose compose) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<Draft> draft = Composed(*session, options, compose);
  if (!draft.ok()) return Fail(global, draft.status());
  Note(global, render::NoticeText(draft->notice, session->view));
  v1::Message body;
  *body.mutable_notice() = draft->notice;
  const absl::StatusOr<v1::SubmitResponse> response =
      SubmitBody(global, *session, body, draft->scope_ids, draft->replaces, options.dry_run);
  if (!response.ok()) return Fail(global, response.status());
  Print(
      global, *response, [&] { return render::SubmittedText(*response, options.dry_run); },
      [&] { return ResultCsv(*response); });
  return 0;
}

}  // namespace

int NoticeClosed(const Global& global, const NoticeOptions& options) {
  return Send(global, options, Closed);
}
int NoticeStopIntake(const Global& global, const NoticeOptions& options) {
  return Send(global, options, StopIntake);
}
int NoticeResume(const Global& global, const NoticeOptions& options) {
  return Send(global, options, Resume);
}
int NoticeObserved(const Global& global, const NoticeOptions& options) {
  return Send(global, options, Observed);
}
int NoticeOpenedClosed(const Global& global, const NoticeOptions& options) {
  return Send(global, options, OpenedClosed);
}
int NoticeService(const Global& global, const NoticeOptions& options) {
  return Send(global, options, Service);
}
int NoticeCancel(const Global& global, const NoticeOptions& options) {
  return Send(global, options, Cancel);
}
int NoticeFile(const Global& global, const NoticeOptions& options) {
  return Send(global, options, FromFile);
}

}  // namespace gatepost::cli
