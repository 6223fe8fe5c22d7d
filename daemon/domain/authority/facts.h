#ifndef GATEPOST_DAEMON_DOMAIN_AUTHORITY_FACTS_H_
#define GATEPOST_DAEMON_DOMAIN_AUTHORITY_FACTS_H_

#include <set>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "daemon/domain/gate_register.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::domain {

// The family of a message, as link agreements and policies name it: REPORT, AGREEMENT, NOTICE,
// ACKNOWLEDGEMENT, TRANSCRIPT, AUTHORITY or PING; empty for a body that is not known.
std::string_view FamilyOf(const v1::Message& message);

// What a message is, as rules see it (config/v1/release.proto, RuleSubject).
struct MessageFacts {
  std::string family;
  // What is done with it, e.g. PROPOSE; with EMERGENCY when its header has one.
  std::set<std::string> actions;
  // The gates that it is about: gates by their id, yards by their gate, groups by their members.
  std::set<std::string> gate_ids;
};

// The facts of a message whose header is sound. Its gates are those of its header and those that
// its body names as far as it can be read, since nobody checked that a newer schema's are the same.
// Gates of groups are those that hold on `on`; a scope that does not hold that day is taken as the
// register last knew it, and one that it has never known stands for itself.
MessageFacts FactsOf(const v1::Message& message, const GateRegister& gates, absl::CivilDay on);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_AUTHORITY_FACTS_H_
