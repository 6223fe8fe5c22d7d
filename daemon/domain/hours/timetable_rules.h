#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_TIMETABLE_RULES_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_TIMETABLE_RULES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "daemon/domain/gate_register.h"
#include "gatepost/v1/timetable.pb.h"

namespace gatepost::domain {

// Bounds of a timetable (timetable.proto).
inline constexpr int kMostRules = 200;
inline constexpr int kMostWindows = 12;
// A stated span of days is no longer than this.
inline constexpr int kMostDays = 3660;

// Every rule that a timetable must keep to by itself (DOMAIN.md 4). The first breach is returned,
// naming the rule by its place:
//   FIELD_MISSING           a required field is absent, or an enum has no meaning here
//   FIELD_CONFLICT          two fields contradict each other: CLOSED with hours, an open end with a
//                           last day, gates out of order; a rule that leaves all as before
//   TOO_LARGE               more than kMostRules rules, kMostWindows windows or kMostDays days
//   NO_TIME_ZONE, BAD_TIME  a zone, day or clock time cannot be read; an end before its start;
//                           windows out of order or over each other; a last entry outside
//   ZONES_DISAGREE          a window is printed for another zone and is not the same there
//   DEAD_RULE               no day of the span is one of the rule's weekdays
//   CELLS_OVERLAP           two rules say something of the same cell at the same gate on the same
//                           day, and neither is an exception within the other
//   UNKNOWN_GATE, UNKNOWN_LANDMARK, GATE_NOT_VALID_ON_DATE, UNKNOWN_CARGO_CLASS
//                           by the register on the first day, and on the last where it is stated
// and those of CheckConditions (conditions.h), CheckNamedGates (named_gates.h) and CheckChange
// (window_change.h).
// Thread-safe.
absl::Status CheckTimetable(const v1::Timetable& timetable, const GateRegister& gates);

// The gates that the timetable speaks of, ascending, each once.
std::vector<std::string> GatesOf(const v1::Timetable& timetable);

// The gates of a list in a message: ids that hold on the day, ascending, each once. As above.
absl::Status CheckGateIds(const google::protobuf::RepeatedPtrField<std::string>& gate_ids,
                          const GateRegister& gates, absl::CivilDay on);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_TIMETABLE_RULES_H_
