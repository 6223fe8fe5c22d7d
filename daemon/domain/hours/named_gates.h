#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_NAMED_GATES_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_NAMED_GATES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "daemon/domain/gate_register.h"
#include "gatepost/v1/timetable.pb.h"

// Gates that an author names by a class with exceptions (DOMAIN.md 4, N11). Thread-safe.
namespace gatepost::domain {

// The gates that the selection comes to on the day, ascending.
//   FIELD_MISSING           it is taken from nothing
//   FIELD_CONFLICT          it leaves out a gate that is none of them; exceptions out of order; no
//                           gate is left
//   UNKNOWN_GATE, GATE_NOT_VALID_ON_DATE
//                           by the register on that day; UNKNOWN_GATE also for a yard
absl::StatusOr<std::vector<std::string>> GatesNamed(const v1::GateSelection& selection,
                                                    const GateRegister& gates, absl::CivilDay on);

// The part of CheckTimetable that is about it: the rule's gates are those that `named_as` comes to
// on `on`, its first day, where it has one; FIELD_CONFLICT naming what is too many or missing. And
// the errors above.
absl::Status CheckNamedGates(const v1::TimetableRule& rule, const GateRegister& gates,
                             absl::CivilDay on);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_NAMED_GATES_H_
