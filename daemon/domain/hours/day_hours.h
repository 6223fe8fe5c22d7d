#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_DAY_HOURS_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_DAY_HOURS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "daemon/domain/hours/in_force.h"
#include "daemon/domain/hours/window_change.h"
#include "daemon/domain/validity.h"

// Hours in force as whole days see them: what a relative change inherits. Thread-safe.
namespace gatepost::domain {

// One day of one gate and cell.
struct DayHours {
  bool counts = false;           // The asking rule holds on that day.
  bool known = false;            // Nothing of the day is unknown.
  DayWindows windows = {};       // Those that open on the day; empty: closed, or not known.
  std::vector<int64_t> by = {};  // Rows that say so, each once, the first to decide first.

  // Whether a rule that counts on both finds the same hours.
  bool SameHours(const DayHours& other) const {
    return counts == other.counts &&
           (!counts || (known == other.known && windows == other.windows));
  }
};

// One for each day from `days.first` to `days.last` of the civil zone, which must not be further
// apart than a few years. Windows come with the last entries before their closing. A gate that
// works on without a break for more than a day opens and closes at midnight.
std::vector<DayHours> HoursByDay(const HoursInForce& before, std::string_view gate_id,
                                 const HoursCell& cell, const DayRange& days,
                                 const absl::TimeZone& zone);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_DAY_HOURS_H_
