// What officers do about epochs, in tests.
#include "daemon/exchange/ledger_keys.h"
#include "daemon/exchange/link_epoch.h"
#include "daemon/exchange/restore/returned.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {

exchange::LinkParts TestNode::LinkParts() { return LinkParts(links_.at(setup.link.peer_node)); }

exchange::LinkParts TestNode::LinkParts(const exchange::LinkTerms& link) {
  return exchange::LinkParts{setup.node,   link,         gates,     *store,  *intake,
                             *desks,       *sequencer,   *follower, blocked, *log,
                             *witness_key, *own_witness, links_,    *rounds, *committer,
                             *refusals,    clock,        random_,   rosters, *rules};
}

void TestNode::OpenLog() {
  Setup::KeyFiles& files = *setup.key_files;
  log_key = LogKeyOf(setup.node.node, setup.log_seed);
  if (files.log.empty()) files.log = {log_key};
  if (files.witness.empty()) {
    files.witness = {WitnessKeyOf(setup.node.node, setup.witness_seed)};
  }
  exchange::LedgerKeys keys = Need(
      exchange::OpenLedgerKeys(*store, setup.node, links_, files.log, files.witness, clock.Now()));
  witness_key = std::make_unique<ledger::SwitchedSigner>(keys.witness);
  own_witness.emplace(std::move(keys.witness_keys));
  log = Need(exchange::LogBook::Open(*store, setup.node.node, keys.log, random_, files.log,
                                     std::move(keys.log_keys)));
}

absl::Status TestNode::Commit(const std::function<absl::Status(exchange::CommitScope&)>& act) {
  absl::Status committed;
  Need(committer->Post(
      act, [&](const absl::Status& done) { committed = done; },
      exchange::Committer::When::kAlways));
  Settle();
  return committed;
}

absl::StatusOr<exchange::OpenedEpoch> TestNode::OpenEpoch(
    const std::set<std::string>& without, const std::vector<const exchange::LinkTerms*>& others) {
  std::vector<exchange::LinkParts> links = {LinkParts()};
  for (const exchange::LinkTerms* other : others) links.push_back(LinkParts(*other));
  absl::StatusOr<exchange::OpenedEpoch> opened = absl::UnknownError("not decided");
  const absl::Status committed = Commit([&](exchange::CommitScope& scope) {
    opened = exchange::OpenEpoch(scope, links, guard->found(), without);
    return opened.status();
  });
  if (!committed.ok()) return committed;
  return opened;
}

absl::Status TestNode::ForgetReturned() {
  return Commit([&](exchange::CommitScope& scope) {
    return exchange::DropReturned(scope.store, Need(scope.store.Link(setup.link.peer_node)));
  });
}

absl::Status TestNode::AdmitEpoch(uint64_t epoch, uint64_t first) {
  return Commit([&](exchange::CommitScope& scope) {
    return exchange::AdmitEpoch(scope, setup.link.peer_node, {epoch, first});
  });
}

}  // namespace gatepost::testing
