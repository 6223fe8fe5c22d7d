#include "daemon/domain/hours/transcript_rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/country.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/domain/yard_rules.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

using system::Refuse;

absl::Status Missing(std::string_view field) {
  return Refuse(v1::REASON_FIELD_MISSING, field, "none", fmt::format("state {}", field));
}

absl::Status CheckHeard(const v1::Transcript& transcript, const NoticeContext& context) {
  if (transcript.channel() == v1::TRANSCRIPT_CHANNEL_UNSPECIFIED) return Missing("channel");
  if (transcript.precision() == v1::PRECISION_UNSPECIFIED) return Missing("precision");
  if (!transcript.has_heard_at()) return Missing("heard_at");
  GATEPOST_ASSIGN_OR_RETURN(const absl::Time heard, InstantOf(transcript.heard_at()));
  if (heard > context.now + kFutureTolerance) {
    return Refuse(v1::REASON_FUTURE_DATE,
                  fmt::format("something heard; it is {}",
                              TimeText(context.now, transcript.heard_at().zone())),
                  TimeText(heard, transcript.heard_at().zone()), "say when you heard it");
  }
  if (transcript.papers().references().empty() ||
      transcript.papers().references(0).issuer().empty()) {
    return Missing("papers.references.issuer: who said it");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateTranscript(const v1::Transcript& transcript, const v1::MessageHeader& header,
                                const NoticeContext& context) {
  if (!CountryOfCode(transcript.heard_side()).has_value() ||
      transcript.heard_side() == context.author_country) {
    return Refuse(v1::REASON_WRONG_SIDE,
                  fmt::format("heard_side: the other side, not {}", context.author_country),
                  fmt::format("'{}'", system::Printable(transcript.heard_side(), 20)),
                  "what your own side says is a notice");
  }
  if (header.has_replaces()) {
    return Refuse(v1::REASON_FIELD_CONFLICT, "a transcript that replaces nothing",
                  "replaces is set", "write another transcript beside the first");
  }
  GATEPOST_RETURN_IF_ERROR(CheckPapers(transcript.papers()));
  GATEPOST_RETURN_IF_ERROR(CheckHeard(transcript, context));
  GATEPOST_RETURN_IF_ERROR(CheckTimetable(transcript.timetable(), context.gates));
  const std::vector<std::string> wanted = GatesOf(transcript.timetable());
  const std::vector<std::string> came(header.scope_ids().begin(), header.scope_ids().end());
  if (wanted == came) return absl::OkStatus();
  return Refuse(v1::REASON_FIELD_CONFLICT,
                fmt::format("header.scope_ids: the gates of the timetable, sorted, each once: {}",
                            fmt::join(wanted, " ")),
                system::Printable(fmt::format("{}", fmt::join(came, " ")), 200),
                "write the same in both");
}

}  // namespace gatepost::domain
