#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_SPANS_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_SPANS_H_

#include <functional>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "daemon/domain/country.h"
#include "daemon/domain/holiday_calendar.h"
#include "gatepost/v1/timetable.pb.h"

namespace gatepost::domain {

// The instants from `from` up to, not including, `to`.
struct Span {
  absl::Time from;
  absl::Time to;

  bool Contains(absl::Time time) const { return from <= time && time < to; }
  friend bool operator==(const Span&, const Span&) = default;
};

// Where a rule of hours speaks, as instants. Ascending; `open` may reach beyond `covered` where a
// window crosses midnight.
struct RuleSpans {
  std::vector<Span> covered;    // It says something.
  std::vector<Span> open;       // It says that the gate works.
  std::vector<Span> undecided;  // Whether it holds hangs on a holiday calendar that is not held.
};

// The spans of a checked rule whose civil times are in `zone`, those that touch `within`. A rule
// without a stated end goes on (DOMAIN.md 4: open and estimated ends).
RuleSpans SpansOf(const v1::TimetableRule& rule, const absl::TimeZone& zone, Span within,
                  const HolidayCalendars& calendars);

// The same by whatever says what a country's calendar makes of a day.
using AskDay = std::function<DayStatus(Country country, absl::CivilDay day)>;
RuleSpans SpansOf(const v1::TimetableRule& rule, const absl::TimeZone& zone, Span within,
                  const AskDay& ask);

// Whether a checked rule holds on the day, by its weekdays and holidays alone; nullopt when a
// calendar that decides it is not held.
std::optional<bool> HoldsOn(const v1::TimetableDays& days, absl::CivilDay day, const AskDay& ask);

// When a checked rule begins.
absl::Time BeginOf(const v1::TimetableRule& rule, const absl::TimeZone& zone);

// The end that the author expects, for an END_KIND_ESTIMATED rule; InfiniteFuture for all others.
absl::Time EstimatedEnd(const v1::TimetableRule& rule, const absl::TimeZone& zone);

// The instant at which a clock in `zone` shows `time` on `day`; 24:00 is the next day's beginning.
absl::Time InstantAt(absl::CivilDay day, const v1::TimeOfDay& time, const absl::TimeZone& zone);

// The window on `day`, into the next day where it closes at or before it opens.
Span WindowOn(absl::CivilDay day, const v1::TimeOfDay& opens, const v1::TimeOfDay& closes,
              const absl::TimeZone& zone);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_SPANS_H_
