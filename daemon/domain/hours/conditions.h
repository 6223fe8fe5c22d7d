#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_CONDITIONS_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_CONDITIONS_H_

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "daemon/domain/gate_register.h"
#include "gatepost/v1/timetable.pb.h"

namespace gatepost::domain {

// The part of CheckTimetable that is about the terms of passing: everything that they name is in
// the register on `on`, the rule's first day.
//   UNKNOWN_GATE            a holding yard that is none; a diversion to no gate
//   UNKNOWN_CARGO_CLASS     admitted, or diverted
//   MALFORMED_PAYLOAD       a tariff heading that is not 4 to 10 digits
//   BAD_TIME                a dwell limit below an hour
//   FIELD_CONFLICT          two dwell limits for the same vehicles; a diversion to the rule's gates
// and those of CheckGateIds.
absl::Status CheckConditions(const v1::TimetableRule& rule, const GateRegister& gates,
                             absl::CivilDay on);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_CONDITIONS_H_
