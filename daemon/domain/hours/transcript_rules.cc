#include "daemon/domain/hours/transcript_rules.h"

#include <fmt/format.h>

#include "daemon/domain/agreements/proposal_rules.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/country.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/domain/yard_rules.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

using system::Refuse;

absl::Status CheckHeard(const v1::Transcript& transcript, const NoticeContext& context) {
  if (transcript.channel() == v1::TRANSCRIPT_CHANNEL_UNSPECIFIED) return MissingKind("channel");
  if (transcript.precision() == v1::PRECISION_UNSPECIFIED) return MissingKind("precision");
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
    return Conflict("a transcript that replaces nothing", "replaces is set",
                    "write another transcript beside the first");
  }
  GATEPOST_RETURN_IF_ERROR(CheckHeard(transcript, context));
  GATEPOST_RETURN_IF_ERROR(CheckTimetable(transcript.timetable(), context.gates));
  GATEPOST_RETURN_IF_ERROR(
      CheckScopeIds(header, GatesOf(transcript.timetable()), "the gates of the timetable"));
  return CheckPapers(transcript.papers(), header);
}

const v1::Timetable* TimetableIn(const v1::Message& message) {
  if (message.has_transcript()) return &message.transcript().timetable();
  if (message.has_proposal()) return TimetableIn(message.proposal());
  return TimetableIn(message.notice());
}

}  // namespace gatepost::domain
