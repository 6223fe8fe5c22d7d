#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_CONDITIONS_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_CONDITIONS_H_

#include <vector>

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

// Whether the rule leaves regime and hours as before: it says only terms of passing.
bool SaysOnlyTerms(const v1::TimetableRule& rule);

// The terms that hold where several were said, `said` in the order of deciding: each term is that
// of the first that says it. A term is one field; admitted classes and headings are one, so are a
// holding yard and its fee, and dwell limits are two: for two-way vehicles and for all others.
v1::Conditions TermsOf(const std::vector<const v1::Conditions*>& said);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_CONDITIONS_H_
