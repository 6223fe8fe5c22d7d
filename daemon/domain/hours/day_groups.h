#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_DAY_GROUPS_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_DAY_GROUPS_H_

#include <vector>

#include "daemon/domain/hours/day_hours.h"
#include "daemon/domain/validity.h"

namespace gatepost::domain {

// Some days of the same hours: from day to day, on all of the rule's days of the week or on some.
struct DayGroup {
  DayRange days;
  std::vector<v1::Weekday> weekdays = {};  // Ascending; empty: all that the rule has.
  DayWindows windows = {};                 // Empty: closed.
  std::vector<int64_t> by = {};            // Rows that say so, each once.
};

// What a row of days comes to.
struct DayGroups {
  std::vector<DayGroup> groups;  // By first day, and by weekday.
  int steady_days = 0;           // From how many days before the end on nothing changes any more.
};

// The days from `first` on as few groups as can be; days that do not count are in none. Closed days
// only where `with_closed` is set. Groups by weekday only where `by_weekday` is set.
DayGroups GroupsOf(const std::vector<DayHours>& hours, absl::CivilDay first, bool by_weekday,
                   bool with_closed);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_DAY_GROUPS_H_
