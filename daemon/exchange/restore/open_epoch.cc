#include "daemon/exchange/restore/open_epoch.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "daemon/exchange/link_epoch.h"
#include "daemon/exchange/link_witness.h"
#include "daemon/exchange/restore/fork_found.h"
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

// The heads that a peer gave back.
struct HeldHeads {
  NamedHead newest;  // Of this node's own log.
  uint64_t earlier_size = 0;
  NamedHead witnessed;  // Of the peer's log, with this node's cosignature.
};

NamedHead Named(const ledger::Checkpoint& head) {
  return {EpochInOrigin(head.origin), head.size, head.root};
}

// Whether this node's log, as the copy has it, reaches that head.
absl::StatusOr<bool> Reaches(const LogBook& log, const ledger::Checkpoint& head) {
  if (head.size > log.head().size || head.origin != log.Origin(head.size)) return false;
  GATEPOST_ASSIGN_OR_RETURN(const certs::Digest root, log.RootAtSize(head.size));
  return root == head.root;
}

absl::StatusOr<HeldHeads> HeadsOf(const CommitScope& scope, const LinkParts& parts) {
  HeldHeads held;
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<v1::LinkHeldHeads> heads,
                            ReturnedHeads(scope.store, parts.link.peer_node));
  if (!heads.has_value()) return held;
  if (!heads->newest().empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedCheckpoint newest,
                              ledger::OpenCheckpoint(heads->newest(), scope.log.keys().Now()));
    held.newest = Named(newest.checkpoint);
  }
  if (!heads->earlier().empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedCheckpoint earlier,
                              ledger::OpenCheckpoint(heads->earlier(), scope.log.keys().Now()));
    held.earlier_size = std::min(earlier.checkpoint.size, scope.log.head().size);
  }
  if (!heads->witnessed().empty()) {
    const absl::StatusOr<ledger::OpenedCheckpoint> witnessed = ledger::OpenCheckpoint(
        heads->witnessed(), parts.link.peer_log_keys.Now(), parts.own_witness.Now().keys());
    if (witnessed.ok() && !witnessed->cosignatures.empty()) {
      held.witnessed = Named(witnessed->checkpoint);
    }
  }
  return held;
}

// Evidence that came with the heads: cosignatures of a lost end, and two histories of this log.
absl::Status KeepHeads(CommitScope& scope, const LinkParts& parts) {
  const std::string& peer = parts.link.peer_node;
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<v1::LinkHeldHeads> heads,
                            ReturnedHeads(scope.store, peer));
  if (!heads.has_value()) return absl::OkStatus();
  for (const std::string& note : {heads->newest(), heads->earlier()}) {
    if (note.empty()) continue;
    GATEPOST_ASSIGN_OR_RETURN(
        const ledger::CheckedNote head,
        ledger::CheckNote(note, scope.log.keys().Now(), parts.KnownWitnesses()));
    const ledger::Checkpoint& came = head.opened.checkpoint;
    if (!head.opened.cosignatures.empty()) {
      GATEPOST_RETURN_IF_ERROR(PutCosigned(scope.store, came.origin, came.size, head.note));
    }
    if (came.size == 0 || came.size > scope.log.head().size ||
        came.origin != scope.log.Origin(came.size)) {
      continue;
    }
    GATEPOST_ASSIGN_OR_RETURN(const bool reached, Reaches(scope.log, came));
    if (reached) continue;
    GATEPOST_ASSIGN_OR_RETURN(const certs::Digest root, scope.log.RootAtSize(came.size));
    GATEPOST_RETURN_IF_ERROR(NameOwnFork(
        scope, peer, ledger::Checkpoint{came.origin, came.size, root}.Body(), head.note));
  }
  return absl::OkStatus();
}

// What this node's witness has cosigned of the peer's log, as that log holds it. A word that does
// not fit is left out, and kept as evidence where it is a fork.
absl::Status AskTheLogFirst(CommitScope& scope, const LinkParts& parts) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<v1::LinkHeldHeads> heads,
                            ReturnedHeads(scope.store, parts.link.peer_node));
  if (!heads.has_value() || heads->witnessed().empty()) return absl::OkStatus();
  GATEPOST_RETURN_IF_ERROR(KeepOrFork(scope, parts.link, heads->witnessed()));
  const absl::Status raised = RaiseWitnessed(
      scope.store, heads->witnessed(), parts.link.peer_log_keys.Now(), parts.own_witness.Now());
  if (raised.ok() || EndsOpening(raised)) return raised;
  ledger::Leaf alarm;
  alarm.event = ledger::event::kAlarm;
  alarm.peer = parts.link.peer_node;
  alarm.object = fmt::format("link:{}", parts.link.peer_node);
  alarm.result = system::ReasonName(system::ReasonOf(raised));
  alarm.detail = "witnessed";
  return scope.log.Add(std::move(alarm)).status();
}

absl::Status CheckReady(const CommitScope& scope, const std::vector<LinkParts>& links,
                        const std::set<std::string>& without) {
  if (scope.log.restored().empty()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a node that was restored from an older copy",
                          "one that holds everything it has signed", "there is nothing to open");
  }
  for (const std::string& peer : without) {
    if (std::ranges::any_of(links,
                            [&](const LinkParts& parts) { return parts.link.peer_node == peer; })) {
      continue;
    }
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a peer of this node", peer,
                          "name it as the link agreement does");
  }
  for (const LinkParts& parts : links) {
    const std::string& peer = parts.link.peer_node;
    GATEPOST_ASSIGN_OR_RETURN(const bool all, GaveBack(scope.store, peer));
    if (all || without.contains(peer)) continue;
    return system::Refuse(v1::REASON_NODE_RESTORED,
                          fmt::format("everything that {} holds of this node", peer),
                          "it has not given it back yet",
                          "run the node with its link up until the status says that it has, or "
                          "open the epoch without it (--without)");
  }
  return absl::OkStatus();
}

// EPOCH leaves, one for each peer: the first of the epoch.
absl::Status AddEpochLeaves(CommitScope& scope, const std::vector<LinkParts>& links,
                            const std::vector<HeldHeads>& heads,
                            const std::set<std::string>& without, const OpenedEpoch& opened) {
  ledger::Leaf leaf;
  leaf.event = ledger::event::kEpoch;
  leaf.object = EpochObject(opened.epoch);
  leaf.result = "OPENED";
  if (links.empty()) return scope.log.Add(leaf).status();
  for (size_t i = 0; i < links.size(); ++i) {
    leaf.peer = links[i].link.peer_node;
    leaf.result = without.contains(leaf.peer) ? "WITHOUT" : "OPENED";
    leaf.detail = EpochDetail(opened.first, heads[i].newest);
    GATEPOST_ASSIGN_OR_RETURN(const uint64_t index, scope.log.Add(leaf));
    GATEPOST_RETURN_IF_ERROR(
        PutOpened(scope.store, leaf.peer, opened.epoch, index, heads[i].earlier_size));
  }
  return absl::OkStatus();
}

// What the peers gave back, in the order in which it happened.
absl::Status EnterReturned(CommitScope& scope, const std::vector<LinkParts>& links,
                           const std::vector<HeldHeads>& heads, OpenedEpoch& opened) {
  std::vector<ReturnedByPeer> peers;
  for (size_t i = 0; i < links.size(); ++i) {
    GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link,
                              scope.store.Link(links[i].link.peer_node));
    GATEPOST_ASSIGN_OR_RETURN(v1::LinkRestored to, HeldSoFar(scope.store, link, opened.first));
    peers.push_back({links[i], HeldBefore(link), std::move(to), heads[i].witnessed});
  }
  GATEPOST_RETURN_IF_ERROR(Again(scope, opened.counts).EnterAll(peers));
  for (const ReturnedByPeer& peer : peers) {
    GATEPOST_RETURN_IF_ERROR(AskTheLogFirst(scope, peer.parts));
    GATEPOST_RETURN_IF_ERROR(KeepHeads(scope, peer.parts));
    GATEPOST_RETURN_IF_ERROR(
        ForgetReturned(scope.store, peer.parts.link.peer_node, peer.from, peer.to));
  }
  return absl::OkStatus();
}

absl::StatusOr<OpenedEpoch> Enter(CommitScope& scope, const std::vector<LinkParts>& links,
                                  const std::optional<store::GuardRecord>& guard,
                                  const std::set<std::string>& without) {
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
  std::vector<HeldHeads> heads;
  for (const LinkParts& parts : links) {
    GATEPOST_ASSIGN_OR_RETURN(heads.emplace_back(), HeadsOf(scope, parts));
    reached(heads.back().newest.epoch, heads.back().newest.size);
  }
  opened.epoch = opened.lost_epoch + (guard.has_value() && without.empty() ? 1 : 2);
  GATEPOST_RETURN_IF_ERROR(scope.log.OpenEpoch(scope.store, opened.epoch));
  GATEPOST_RETURN_IF_ERROR(AddEpochLeaves(scope, links, heads, without, opened));
  GATEPOST_RETURN_IF_ERROR(EnterReturned(scope, links, heads, opened));
  if (opened.lost_end > opened.first) {
    ledger::Leaf leaf;
    leaf.event = ledger::event::kEpoch;
    leaf.object = EpochObject(opened.epoch);
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
  if (!why.empty()) {
    GATEPOST_RETURN_IF_ERROR(RememberRestored(*transaction, why));
    log.StopSigning(why);
    return transaction->Commit();
  }
  const Head head = log.head();
  GATEPOST_RETURN_IF_ERROR(guard.Raise({log.epoch(), head.size, head.root}));
  GATEPOST_RETURN_IF_ERROR(guard.Sync());
  // Only now: a store that says so, without its guard file, is taken for an older copy.
  if (guarded.has_value()) return absl::OkStatus();
  GATEPOST_RETURN_IF_ERROR(transaction->PutMeta(kGuarded, "yes"));
  return transaction->Commit();
}

absl::StatusOr<OpenedEpoch> OpenEpoch(CommitScope& scope, const std::vector<LinkParts>& links,
                                      const std::optional<store::GuardRecord>& guard,
                                      const std::set<std::string>& without) {
  GATEPOST_RETURN_IF_ERROR(CheckReady(scope, links, without));
  absl::StatusOr<OpenedEpoch> opened = Enter(scope, links, guard, without);
  if (opened.ok() || system::ReasonOf(opened.status()) == v1::REASON_STORE_FAILED) return opened;
  // Half of it is in the transaction, which this reason gives up whole (committer.h).
  return system::Refuse(v1::REASON_STORE_FAILED, "an epoch that is opened whole",
                        std::string(opened.status().message()),
                        "nothing was changed; keep a copy of the store and report this");
}

uint64_t OpenedEpoch::proved() const {
  uint64_t proved = 0;
  uint64_t end = lost_end;  // Where a later epoch begins at the latest.
  uint64_t lowest = lost_end;
  uint64_t epoch = lost_epoch;
  for (auto leaf = counts.proved_leaves.rbegin(); leaf != counts.proved_leaves.rend(); ++leaf) {
    if (leaf->first != epoch) end = std::min(end, lowest);
    epoch = leaf->first;
    lowest = std::min(lowest, leaf->second);
    if (leaf->second >= first && leaf->second < end) ++proved;
  }
  return proved;
}

std::string Describe(const OpenedEpoch& opened) {
  const AgainCounts& counts = opened.counts;
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
