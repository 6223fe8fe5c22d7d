#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_INHERITED_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_INHERITED_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "daemon/domain/hours/cell.h"
#include "daemon/domain/hours/day_hours.h"
#include "daemon/domain/hours/in_force.h"
#include "daemon/domain/validity.h"
#include "gatepost/v1/timetable.pb.h"

// What a rule that is said relatively inherits, and where. Thread-safe.
namespace gatepost::domain {

// Such a rule, with what it takes to look. The rule must outlive it.
struct Asking {
  const v1::TimetableRule& rule;
  absl::TimeZone zone;
  DayRange days;  // Those that are looked at.
  bool open_end;  // Nothing says that the rule ends with them.
};

// Gates and parts of the traffic that inherit the same from day to day.
struct Inherited {
  HoursCell cell;  // Without a cargo class.
  // A part of the traffic that is told by itself, as an exception from a wider one.
  bool exception = false;
  bool tells_closed = false;  // It is closed on some day on which what it is a part of works.
  std::set<std::string> gates;
  std::set<std::string> cargo_classes;  // Empty: all.
  std::vector<DayHours> days;           // One for each of the days asked for; all that count known.
};

// Marks the days on which the rule holds; one that hangs on a holiday calendar that is not held
// counts and is unknown. `days` are those of `asking`.
void MarkDays(const Asking& asking, const HoursInForce& before, std::vector<DayHours>& days);

// All that the rule inherits, wider parts of the traffic first. An open end is cut, in `asking`,
// where the first unknown day comes, when four weeks are known before it. HOURS_UNKNOWN naming gate
// and day.
absl::StatusOr<std::vector<Inherited>> InheritedBy(Asking& asking, const HoursInForce& before,
                                                   const GateRegister& gates);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_INHERITED_H_
