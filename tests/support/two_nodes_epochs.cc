// What officers do about epochs, in tests.
#include "daemon/exchange/link_epoch.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {

exchange::LinkParts TestNode::LinkParts() {
  return exchange::LinkParts{setup.node,   links_.at(setup.link.peer_node),
                             gates,        *store,
                             *intake,      *desks,
                             *sequencer,   *follower,
                             blocked,      *log,
                             *witness_key, witnesses,
                             *rounds,      *committer,
                             *refusals,    clock,
                             random_};
}

absl::StatusOr<exchange::OpenedEpoch> TestNode::OpenEpoch() {
  absl::StatusOr<exchange::OpenedEpoch> opened = absl::UnknownError("not decided");
  absl::Status committed;
  Need(committer->Post(
      [&](exchange::CommitScope& scope) {
        opened = exchange::OpenEpoch(scope, {LinkParts()}, guard->found());
        return opened.status();
      },
      [&](const absl::Status& done) { committed = done; }, exchange::Committer::When::kAlways));
  Settle();
  if (!committed.ok()) return committed;
  return opened;
}

absl::Status TestNode::AdmitEpoch(uint64_t epoch) {
  absl::Status admitted;
  Need(committer->Post(
      [&](exchange::CommitScope& scope) {
        return exchange::AdmitEpoch(scope, setup.link.peer_node, epoch);
      },
      [&](const absl::Status& done) { admitted = done; }));
  Settle();
  return admitted;
}

}  // namespace gatepost::testing
