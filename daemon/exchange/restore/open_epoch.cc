#include "daemon/exchange/restore/open_epoch.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "daemon/exchange/link_epoch.h"
#include "daemon/exchange/restore/returned.h"
#include "daemon/exchange/restore/witnessed.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// The name of the store's meta value: a guard file was made for this store.
constexpr char kGuarded[] = "guarded";

// Why the store is not what the guard file remembers; empty when it is, or has gone on from there.
absl::StatusOr<std::string> WhyRestored(const LogBook& log, bool guarded,
                                        const std::optional<store::GuardRecord>& guard) {
  const Head head = log.head();
  if (!guard.has_value()) {
    if (!guarded) return "";
    return std::string("the guard file is gone: how far this log was signed is not known");
  }
  const std::string said = fmt::format("the guard file says epoch {}, size {}, root {}",
                                       guard->epoch, guard->size, certs::ToHex(guard->root));
  if (std::pair(guard->epoch, guard->size) > std::pair(log.epoch(), head.size)) {
    return fmt::format("{}; the store has epoch {}, size {}", said, log.epoch(), head.size);
  }
  if (guard->size > head.size || log.epochs().OfHead(guard->size) != guard->epoch) return "";
  GATEPOST_ASSIGN_OR_RETURN(const certs::Digest root, log.RootAtSize(guard->size));
  if (root == guard->root) return "";
  return fmt::format("{}; the store has root {} there", said, certs::ToHex(root));
}

// The heads of this node's own log that a peer gave back.
struct OwnHeads {
  NamedHead newest;
  uint64_t earlier_size = 0;
};

absl::StatusOr<OwnHeads> HeadsOf(const CommitScope& scope, const std::string& peer) {
  OwnHeads own;
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<v1::LinkHeldHeads> heads,
                            ReturnedHeads(scope.store, peer));
  if (!heads.has_value()) return own;
  if (!heads->newest().empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedCheckpoint newest,
                              ledger::OpenCheckpoint(heads->newest(), scope.log.verifier_key()));
    own.newest = {EpochInOrigin(newest.checkpoint.origin), newest.checkpoint.size,
                  newest.checkpoint.root};
  }
  if (!heads->earlier().empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedCheckpoint earlier,
                              ledger::OpenCheckpoint(heads->earlier(), scope.log.verifier_key()));
    own.earlier_size = earlier.checkpoint.size;
  }
  return own;
}

// What this node's witness has cosigned of the peer's log, as that log holds it.
absl::Status AskTheLogFirst(const CommitScope& scope, const LinkParts& parts) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<v1::LinkHeldHeads> heads,
                            ReturnedHeads(scope.store, parts.link.peer_node));
  if (!heads.has_value()) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const ledger::VerifierKey witness, ledger::VerifierOf(parts.witness));
  return RaiseWitnessed(scope.store, heads->witnessed(), parts.link.peer_log_key, witness);
}

absl::Status CheckReady(const CommitScope& scope, const std::vector<LinkParts>& links) {
  if (scope.log.restored().empty()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a node that was restored from an older copy",
                          "one that holds everything it has signed", "there is nothing to open");
  }
  for (const LinkParts& parts : links) {
    const std::string& peer = parts.link.peer_node;
    GATEPOST_ASSIGN_OR_RETURN(const bool all, GaveBack(scope.store, peer));
    if (all) continue;
    return system::Refuse(v1::REASON_NODE_RESTORED,
                          fmt::format("everything that {} holds of this node", peer),
                          "it has not given it back yet",
                          "run the node with its link up until the status says that it has");
  }
  return absl::OkStatus();
}

absl::StatusOr<OpenedEpoch> Enter(CommitScope& scope, const std::vector<LinkParts>& links,
                                  const std::optional<store::GuardRecord>& guard) {
  OpenedEpoch opened;
  opened.first = scope.log.head().size;
  opened.lost_end = opened.first;
  opened.lost_epoch = scope.log.epoch();
  const auto reached = [&opened](uint64_t epoch, uint64_t size) {
    if (std::pair(epoch, size) <= std::pair(opened.lost_epoch, opened.lost_end)) return;
    opened.lost_epoch = epoch;
    opened.lost_end = std::max(opened.first, size);
  };
  if (guard.has_value()) reached(guard->epoch, guard->size);
  std::vector<OwnHeads> heads;
  for (const LinkParts& parts : links) {
    GATEPOST_ASSIGN_OR_RETURN(heads.emplace_back(), HeadsOf(scope, parts.link.peer_node));
    reached(heads.back().newest.epoch, heads.back().newest.size);
  }
  opened.epoch = opened.lost_epoch + 1;
  GATEPOST_RETURN_IF_ERROR(scope.log.OpenEpoch(scope.store, opened.epoch));

  ledger::Leaf leaf;
  leaf.event = ledger::event::kEpoch;
  leaf.object = EpochObject(opened.epoch);
  leaf.result = "OPENED";
  if (links.empty()) GATEPOST_RETURN_IF_ERROR(scope.log.Add(leaf).status());
  for (size_t i = 0; i < links.size(); ++i) {
    leaf.peer = links[i].link.peer_node;
    leaf.detail = EpochDetail(opened.first, heads[i].newest);
    GATEPOST_ASSIGN_OR_RETURN(const uint64_t index, scope.log.Add(leaf));
    GATEPOST_RETURN_IF_ERROR(
        PutOpened(scope.store, leaf.peer, opened.epoch, index, heads[i].earlier_size));
  }
  for (const LinkParts& parts : links) {
    GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, scope.store.Link(parts.link.peer_node));
    v1::LinkRestored from;
    from.set_last_sent(link.last_queued);
    from.set_last_received(link.last_received);
    from.set_last_rung_given(link.last_rung_given);
    from.set_last_decision(link.last_decision);
    GATEPOST_ASSIGN_OR_RETURN(const v1::LinkRestored to,
                              HeldSoFar(scope.store, link, opened.first));
    GATEPOST_RETURN_IF_ERROR(Again(scope, parts, opened.counts).EnterAll(from, to));
    GATEPOST_RETURN_IF_ERROR(AskTheLogFirst(scope, parts));
    GATEPOST_RETURN_IF_ERROR(ForgetReturned(scope.store, link.peer, from, to));
  }
  if (opened.lost_end > opened.first) {
    leaf.peer.clear();
    leaf.result = "LOST";
    leaf.detail = fmt::format("leaves:{}-{},proved:{},lost:{}", opened.first, opened.lost_end - 1,
                              opened.proved(), opened.lost());
    GATEPOST_RETURN_IF_ERROR(scope.log.Add(std::move(leaf)).status());
  }
  return opened;
}

}  // namespace

absl::Status CheckGuard(store::Store& store, LogBook& log, store::GuardFile& guard) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Transaction> transaction, store.Begin());
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> guarded, transaction->Meta(kGuarded));
  std::string why = log.restored();
  if (why.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(why, WhyRestored(log, guarded.has_value(), guard.found()));
  }
  if (!guarded.has_value()) GATEPOST_RETURN_IF_ERROR(transaction->PutMeta(kGuarded, "yes"));
  if (!why.empty()) {
    GATEPOST_RETURN_IF_ERROR(RememberRestored(*transaction, why));
    log.StopSigning(why);
    return transaction->Commit();
  }
  GATEPOST_RETURN_IF_ERROR(transaction->Commit());
  const Head head = log.head();
  GATEPOST_RETURN_IF_ERROR(guard.Raise({log.epoch(), head.size, head.root}));
  return guard.Sync();
}

absl::StatusOr<OpenedEpoch> OpenEpoch(CommitScope& scope, const std::vector<LinkParts>& links,
                                      const std::optional<store::GuardRecord>& guard) {
  GATEPOST_RETURN_IF_ERROR(CheckReady(scope, links));
  absl::StatusOr<OpenedEpoch> opened = Enter(scope, links, guard);
  if (opened.ok() || system::ReasonOf(opened.status()) == v1::REASON_STORE_FAILED) return opened;
  // Half of it is in the transaction, which this reason gives up whole (committer.h).
  return system::Refuse(v1::REASON_STORE_FAILED, "an epoch that is opened whole",
                        std::string(opened.status().message()),
                        "nothing was changed; keep a copy of the store and report this");
}

uint64_t OpenedEpoch::proved() const {
  return static_cast<uint64_t>(
      std::ranges::count_if(counts.proved_leaves, [this](const auto& leaf) {
        return leaf.first == lost_epoch && leaf.second >= first && leaf.second < lost_end;
      }));
}

std::string Describe(const OpenedEpoch& opened) {
  const Again::Counts& counts = opened.counts;
  return fmt::format(
      "epoch {} opened at leaf {}. Given back: {} message(s) sent, {} received, {} rung(s), {} "
      "decision(s). Lost leaves: {} of {}, numbers {} to {}; {} came back with their proof. Came "
      "out otherwise than before: {}.",
      opened.epoch, opened.first, counts.sent, counts.received, counts.rungs, counts.decisions,
      opened.lost(), opened.lost_end - opened.first, opened.first,
      opened.lost_end > opened.first ? opened.lost_end - 1 : opened.first, opened.proved(),
      counts.different);
}

}  // namespace gatepost::exchange
