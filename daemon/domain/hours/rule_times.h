#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_RULE_TIMES_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_RULE_TIMES_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/domain/hours/spans.h"
#include "daemon/domain/validity.h"
#include "gatepost/v1/timetable.pb.h"

// The part of CheckTimetable that is about days and windows; errors as there.
namespace gatepost::domain {

// The days of a rule; without a last day, to the end of time.
absl::StatusOr<DayRange> CheckDays(const v1::TimetableDays& days);

// A time that a clock shows; 24:00 only where `is_end`. BAD_TIME naming the field.
absl::Status CheckClock(std::string_view field, const v1::TimeOfDay& time, bool is_end);

// Windows of one day, in order and apart, on `first` in `zone`; there may be none.
absl::Status CheckWindowList(const google::protobuf::RepeatedPtrField<v1::TimeWindow>& windows,
                             absl::CivilDay first, const absl::TimeZone& zone);

// The windows of a rule whose days are `days` in `zone`.
absl::Status CheckWindows(const v1::TimetableRule& rule, const DayRange& days,
                          const absl::TimeZone& zone);

// The days that a checked timetable can touch in any zone: a day wider on each side than its own
// zone says, to 9999-12-31 where a rule has no stated end.
DayRange DaysTouched(const v1::Timetable& timetable);

// From the rule's first instant to its last; a rule without a stated end has none.
Span WholeSpan(const v1::TimetableRule& rule, const absl::TimeZone& zone);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_RULE_TIMES_H_
