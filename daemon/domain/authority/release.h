#ifndef GATEPOST_DAEMON_DOMAIN_AUTHORITY_RELEASE_H_
#define GATEPOST_DAEMON_DOMAIN_AUTHORITY_RELEASE_H_

#include <set>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "daemon/domain/authority/facts.h"
#include "daemon/domain/authority/subject.h"
#include "gatepost/config/v1/release.pb.h"

namespace gatepost::domain {

// A signer with the roles that he has at the moment in question.
struct SignerRoles {
  std::string spiffe_id;
  std::set<std::string> roles;
};

// Signatures that a rule asks for and that are not there.
struct StillNeeded {
  std::set<std::string> roles;  // One of these each.
  int count = 0;
  friend auto operator<=>(const StillNeeded&, const StillNeeded&) = default;
};

// What the rules that match the message still ask for; empty: it is released. Thresholds count
// SPIFFE ids (PROTOCOL.md 2): within one rule each signer stands for one signature, and the signers
// are given to the rule's lines so that as many as possible are met.
std::vector<StillNeeded> SignaturesMissing(std::span<const config::v1::ReleaseRule> rules,
                                           const RuleSubjects& subjects, const MessageFacts& facts,
                                           const std::vector<SignerRoles>& signers,
                                           absl::CivilDay on);

// Of the rules those that hold for an emergency: whose subject names the action EMERGENCY. An
// emergency passes all others.
std::vector<config::v1::ReleaseRule> RulesForEmergencies(
    std::span<const config::v1::ReleaseRule> rules);

// BAD_CONFIG when a rule's subject is wrong, or it asks for no signature, for none or more than 8
// of a kind, or for malformed roles.
absl::Status CheckReleaseRule(const config::v1::ReleaseRule& rule, const RuleSubjects& subjects);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_AUTHORITY_RELEASE_H_
