#ifndef GATEPOST_DAEMON_DOMAIN_AUTHORITY_AGREED_RULES_H_
#define GATEPOST_DAEMON_DOMAIN_AUTHORITY_AGREED_RULES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "daemon/domain/authority/release.h"
#include "daemon/domain/authority/subject.h"
#include "gatepost/config/v1/release.pb.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::domain {

// What both sides of a link agreed about what may cross it (PROTOCOL.md 7). Both nodes ask the same
// questions about a message and come to the same answers. A value; any thread.
class AgreedRules {
 public:
  // As the link agreement has them, checked.
  struct Stated {
    std::vector<config::v1::GateClass> gate_classes;
    std::vector<config::v1::ReleaseRule> release_rules;
    std::vector<std::string> scope_ids;  // Empty: the link is about all gates.
    std::vector<std::string> families;   // Empty: all may cross.
  };

  AgreedRules(Stated stated, const GateRegister& gates);

  // Whether it asks for signatures beside the author's at all.
  bool asks() const { return !stated_.release_rules.empty(); }

  // SCOPE_NOT_OF_LINK for a message of a family that was not agreed on. A PING, an AUTHORITY and an
  // ACKNOWLEDGEMENT always may: they keep up the link itself, and what crossed may be acknowledged.
  // So may a body that is not known, which is only carried.
  absl::Status CheckFamily(const v1::Message& message) const;

  // SCOPE_NOT_OF_LINK for an agreement or a notice about a gate that the link is not about.
  absl::Status CheckScope(const v1::Message& message, absl::CivilDay on) const;

  // The signatures that release rules still ask for, of a message that is written on the side of
  // `country` (VN or CN: its words for gate types count). An emergency needs only those of rules
  // about the action EMERGENCY, unless it is about what binds both sides or about who may speak: an
  // AGREEMENT or AUTHORITY never is one.
  std::vector<StillNeeded> Needed(const v1::Message& message, std::string_view country,
                                  const std::vector<SignerRoles>& signers, absl::CivilDay on) const;

 private:
  Stated stated_;
  RuleSubjects vn_;
  RuleSubjects cn_;
};

// Adds what other rules ask for: those that ask for the same are met by the same signatures.
void AddNeeded(std::vector<StillNeeded>& all, const std::vector<StillNeeded>& more);

// For people: "1 more by officer or head-of-office; 2 more by auditor".
std::string NeededText(const std::vector<StillNeeded>& needed);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_AUTHORITY_AGREED_RULES_H_
