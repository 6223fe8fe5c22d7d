#ifndef GATEPOST_TESTS_SUPPORT_ROSTERS_H_
#define GATEPOST_TESTS_SUPPORT_ROSTERS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "daemon/exchange/naming.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {

// Posts with their roles, ascending by SPIFFE id.
using RosterLines = std::vector<std::pair<std::string, std::vector<std::string>>>;

// Puts a roster of `domain` into the store of a node, in force from `since` on, as if it had been
// accepted: what rosters must be to be accepted is not asked.
inline void PutRoster(TwoNodes& world, TestNode& node, const std::string& domain, uint32_t version,
                      absl::Time since, const RosterLines& lines) {
  v1::Message message = world.NewMessage(world.vn_officer());
  v1::Roster& roster = *message.mutable_roster();
  roster.set_trust_domain(domain);
  roster.set_version(version);
  for (const auto& [id, roles] : lines) {
    v1::RosterMember& member = *roster.add_members();
    member.set_spiffe_id(id);
    for (const std::string& role : roles) member.add_roles(role);
  }
  const v1::Envelope envelope = world.Sign(world.vn_officer(), message);
  const exchange::OpenedMessage opened = Need(
      node.intake->Open(envelope, {world.vn_officer().certificate_chain_der()}, world.clock.Now()));
  Need(node.Commit([&](exchange::CommitScope& scope) -> absl::Status {
    absl::StatusOr<store::MessageRecord> stored =
        scope.store.InsertMessage(exchange::RecordOf(opened, node.setup.node, scope.now));
    if (!stored.ok()) return stored.status();
    return scope.store.PutRoster({domain, version, since, stored->row});
  }));
}

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_SUPPORT_ROSTERS_H_
