#include "daemon/domain/hours/notice_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/domain/yard_rules.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

using system::Refuse;

constexpr int kMostCited = 50;

absl::Status CheckRegimes(const v1::Timetable& timetable, std::string_view wanted,
                          bool (*allowed)(v1::Regime)) {
  for (const v1::TimetableRule& rule : timetable.rules()) {
    if (allowed(rule.regime())) continue;
    return Refuse(v1::REASON_WRONG_FAMILY, wanted, v1::Regime_Name(rule.regime()),
                  "other hours are agreed between the sides: propose a schedule change");
  }
  return absl::OkStatus();
}

absl::Status CheckResumption(const v1::Resumption& resumption, const NoticeContext& context) {
  GATEPOST_RETURN_IF_ERROR(CheckTimetable(resumption.timetable(), context.gates));
  if (resumption.ends().empty() || resumption.ends_size() > kMostCited) {
    return Refuse(v1::REASON_FIELD_CONFLICT,
                  fmt::format("1 to {} closures or intake stops that it ends", kMostCited),
                  fmt::format("{}", resumption.ends_size()),
                  "name them; where nothing was closed there is nothing to resume");
  }
  for (const v1::MessageCitation& ended : resumption.ends()) {
    GATEPOST_RETURN_IF_ERROR(CheckCitation("ends", ended));
  }
  GATEPOST_RETURN_IF_ERROR(
      CheckRegimes(resumption.timetable(), "a resumption that neither closes nor extends",
                   [](v1::Regime regime) {
                     return regime != v1::REGIME_CLOSED && regime != v1::REGIME_INTAKE_STOP &&
                            regime != v1::REGIME_EXTENDED && regime != v1::REGIME_PILOT;
                   }));
  for (const v1::TimetableRule& rule : resumption.timetable().rules()) {
    if (rule.hours() == v1::HOURS_KIND_AS_BEFORE || rule.days().end() == v1::END_KIND_STATED) {
      continue;
    }
    return Refuse(v1::REASON_FIELD_CONFLICT, "a stated end for hours that one side sets by itself",
                  "an open or estimated end",
                  "state the end, leave the hours as before, or propose a schedule change");
  }
  return absl::OkStatus();
}

// What was seen: some gates, at an instant that is not ahead.
absl::Status CheckSeen(const google::protobuf::RepeatedPtrField<std::string>& gate_ids,
                       const v1::ZonedTime& at, v1::Precision precision,
                       const NoticeContext& context) {
  if (!at.has_instant()) return Missing("the time it was seen");
  GATEPOST_ASSIGN_OR_RETURN(const absl::Time instant, InstantOf(at));
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(at.zone()));
  if (precision == v1::PRECISION_UNSPECIFIED) return MissingKind("precision");
  if (instant > context.now + kFutureTolerance) {
    return Refuse(v1::REASON_FUTURE_DATE,
                  fmt::format("something seen; it is {}", TimeText(context.now, at.zone())),
                  TimeText(instant, at.zone()), "say it when it has happened");
  }
  return CheckGateIds(gate_ids, context.gates, absl::ToCivilDay(instant, zone));
}

absl::Status CheckStop(const v1::ObservedStop& stop, const NoticeContext& context) {
  if (stop.traffic() == v1::TRAFFIC_UNSPECIFIED) return MissingKind("traffic");
  if (stop.direction() == v1::DIRECTION_UNSPECIFIED) return MissingKind("direction");
  GATEPOST_RETURN_IF_ERROR(CheckSeen(stop.gate_ids(), stop.since(), stop.precision(), context));
  if (stop.has_official()) GATEPOST_RETURN_IF_ERROR(CheckCitation("official", stop.official()));
  if (!stop.has_answer_by()) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const absl::Time answer_by, InstantOf(stop.answer_by()));
  GATEPOST_ASSIGN_OR_RETURN(const absl::Time since, InstantOf(stop.since()));
  if (answer_by > since) return absl::OkStatus();
  return Refuse(v1::REASON_BAD_TIME, "an answer asked for after the stop began",
                TimeText(answer_by, stop.answer_by().zone()), "correct the deadline");
}

// A stop that was seen ends with an opening.
absl::Status CheckStopEnded(const v1::ObservedHours& hours) {
  if (!hours.has_observed_stop()) return absl::OkStatus();
  GATEPOST_RETURN_IF_ERROR(CheckCitation("observed_stop", hours.observed_stop()));
  if (hours.opened()) return absl::OkStatus();
  return Conflict("observed_stop with an opening that was seen", "a closing",
                  "leave it out, or say that the gate opened");
}

absl::Status CheckKind(const v1::Notice& notice, const v1::MessageHeader& header,
                       const NoticeContext& context) {
  switch (notice.kind_case()) {
    case v1::Notice::kClosure:
      GATEPOST_RETURN_IF_ERROR(CheckTimetable(notice.closure().timetable(), context.gates));
      return CheckRegimes(notice.closure().timetable(), "a closure of regime CLOSED",
                          [](v1::Regime regime) { return regime == v1::REGIME_CLOSED; });
    case v1::Notice::kIntakeStop:
      GATEPOST_RETURN_IF_ERROR(CheckTimetable(notice.intake_stop().timetable(), context.gates));
      return CheckRegimes(notice.intake_stop().timetable(), "an intake stop of regime INTAKE_STOP",
                          [](v1::Regime regime) { return regime == v1::REGIME_INTAKE_STOP; });
    case v1::Notice::kResumption:
      return CheckResumption(notice.resumption(), context);
    case v1::Notice::kObservedStop:
      return CheckStop(notice.observed_stop(), context);
    case v1::Notice::kObservedHours:
      if (notice.observed_hours().traffic() == v1::TRAFFIC_UNSPECIFIED)
        return MissingKind("traffic");
      if (notice.observed_hours().direction() == v1::DIRECTION_UNSPECIFIED) {
        return MissingKind("direction");
      }
      GATEPOST_RETURN_IF_ERROR(CheckStopEnded(notice.observed_hours()));
      return CheckSeen(notice.observed_hours().gate_ids(), notice.observed_hours().at(),
                       notice.observed_hours().precision(), context);
    case v1::Notice::kService:
      if (notice.service().service() == v1::SERVICE_KIND_UNSPECIFIED) return MissingKind("service");
      return CheckSeen(notice.service().gate_ids(), notice.service().since(),
                       notice.service().precision(), context);
    case v1::Notice::kCancellation:
      if (notice.cancellation().outcome() == v1::CANCELLATION_OUTCOME_UNSPECIFIED) {
        return MissingKind("outcome");
      }
      if (!header.has_replaces()) return Missing("header.replaces: the notice that is cancelled");
      return absl::OkStatus();
    case v1::Notice::KIND_NOT_SET:
      break;
  }
  return Missing("the kind of notice");
}

absl::Status CheckConfirms(const v1::Notice& notice) {
  if (notice.confirms_size() > kMostCited) {
    return Refuse(v1::REASON_TOO_LARGE, fmt::format("at most {} transcripts", kMostCited),
                  fmt::format("{}", notice.confirms_size()), "send several notices");
  }
  for (const v1::MessageCitation& heard : notice.confirms()) {
    GATEPOST_RETURN_IF_ERROR(CheckCitation("confirms", heard));
  }
  return absl::OkStatus();
}

}  // namespace

const v1::Timetable* TimetableIn(const v1::Notice& notice) {
  if (notice.has_closure()) return &notice.closure().timetable();
  if (notice.has_intake_stop()) return &notice.intake_stop().timetable();
  if (notice.has_resumption()) return &notice.resumption().timetable();
  return nullptr;
}

std::vector<std::string> GatesOf(const v1::Notice& notice) {
  if (const v1::Timetable* timetable = TimetableIn(notice)) return GatesOf(*timetable);
  const google::protobuf::RepeatedPtrField<std::string>* ids = nullptr;
  if (notice.has_observed_stop()) ids = &notice.observed_stop().gate_ids();
  if (notice.has_observed_hours()) ids = &notice.observed_hours().gate_ids();
  if (notice.has_service()) ids = &notice.service().gate_ids();
  if (ids == nullptr) return {};
  return {ids->begin(), ids->end()};
}

absl::Status ValidateNotice(const v1::Notice& notice, const v1::MessageHeader& header,
                            const NoticeContext& context) {
  if (notice.side() != context.author_country) {
    return Refuse(v1::REASON_WRONG_SIDE,
                  fmt::format("side {}, the author's country", context.author_country),
                  fmt::format("'{}'", system::Printable(notice.side(), 20)),
                  "speak for your own side; what you only heard is a transcript");
  }
  GATEPOST_RETURN_IF_ERROR(CheckReplaces(header));
  GATEPOST_RETURN_IF_ERROR(CheckKind(notice, header, context));
  GATEPOST_RETURN_IF_ERROR(CheckConfirms(notice));
  if (!notice.has_cancellation()) {
    GATEPOST_RETURN_IF_ERROR(CheckScopeIds(header, GatesOf(notice), "the gates of the notice"));
  } else if (header.scope_ids().empty()) {  // The desk compares them.
    return Missing("header.scope_ids: the gates of the cancelled notice");
  }
  return CheckPapers(notice.papers(), header);
}

}  // namespace gatepost::domain
