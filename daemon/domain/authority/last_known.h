#ifndef GATEPOST_DAEMON_DOMAIN_AUTHORITY_LAST_KNOWN_H_
#define GATEPOST_DAEMON_DOMAIN_AUTHORITY_LAST_KNOWN_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "daemon/domain/gate_register.h"

// Rules go on being about gates and scopes that do not hold on the day in question, because they
// were opened later or closed since: they are taken as the register last knew them.
namespace gatepost::domain {

// The row that holds on the day, else the last one in the register; nullptr for an id that it has
// never known. Valid as long as any copy of the register.
const v1::Gate* LastKnownGate(const GateRegister& gates, std::string_view id, absl::CivilDay on);
const v1::Scope* LastKnownScope(const GateRegister& gates, std::string_view id, absl::CivilDay on);

// The gates that an id of a message stands for: a yard's gate, a group's gates that hold on the day
// (all of them when none does), else the id itself.
std::vector<std::string> GatesBehind(const GateRegister& gates, const std::string& id,
                                     absl::CivilDay on);

// The gate with that id, its parent and so on upwards, as LastKnownGate finds them; at most 16.
// Empty when there is no such gate.
std::vector<const v1::Gate*> WithParents(const GateRegister& gates, std::string_view gate_id,
                                         absl::CivilDay on);

// Whether the gate is `scope_id`, or lies below it or one of its members.
bool LiesIn(const GateRegister& gates, std::string_view scope_id, std::string_view gate_id,
            absl::CivilDay on);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_AUTHORITY_LAST_KNOWN_H_
