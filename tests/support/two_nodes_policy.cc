// The test nodes' policy, and who callers are.
#include "daemon/config/policy.h"
#include "daemon/domain/civil_time.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {

void TestNode::BuildAuthority() {
  authority = std::make_unique<exchange::PolicyAuthority>(
      setup.node, Need(domain::LoadZone(setup.node.zone)), rosters,
      Need(config::LoadPolicy(Need(config::InstalledPolicyFile()), gates, setup.node.country))
          .policy);
  rights = std::make_unique<exchange::CallerRights>(
      exchange::CallerRights::Parts{setup.node, links_, *authority, rosters, *store, clock});
}

void TestNode::Publish(const std::string& policy) {
  authority->Publish(
      Need(config::ParsePolicy("policy.textproto", policy, gates, setup.node.country)).policy);
}

certs::Identity TestNode::IdentityOf(const certs::Signer& person) const {
  return Need(trust.Validate(person.certificate_chain_der(), certs::Usage::kSign, clock.Now()));
}

}  // namespace gatepost::testing
