#include "daemon/exchange/restore/take_back.h"

#include <optional>
#include <utility>
#include <vector>

#include "certs/dsse.h"
#include "daemon/exchange/link_epoch.h"
#include "daemon/exchange/link_sender.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// A head with many cosignatures, a leaf and a path; an envelope comes on top.
constexpr size_t kLargestThing = 256 * 1024;

absl::Status CheckNext(std::string_view what, uint64_t wanted, uint64_t came) {
  if (wanted == came) return absl::OkStatus();
  return system::Refuse(v1::REASON_SEQUENCE_GAP, fmt::format("{} {}", what, wanted),
                        fmt::format("{} {}", what, came), "resume from the last one kept");
}

// The leaf of a thing that `key` has signed. What lies in this node's own log must be beyond what
// it still holds, `own_size`; 0 for the peer's log.
template <typename Proof>
absl::StatusOr<ledger::Leaf> ProvedIn(const std::string& note, const ledger::VerifierKey& key,
                                      const Proof& proof, uint64_t own_size) {
  GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedCheckpoint head, ledger::OpenCheckpoint(note, key));
  GATEPOST_ASSIGN_OR_RETURN(ledger::Leaf leaf, ledger::Leaf::Parse(proof.leaf()));
  if (leaf.epoch != EpochInOrigin(head.checkpoint.origin) || proof.leaf_index() < own_size) {
    return BadReceipt(
        fmt::format("a leaf of {} from index {} on", head.checkpoint.origin, own_size),
        fmt::format("leaf {} of epoch {}", proof.leaf_index(), leaf.epoch));
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<certs::Digest> path, DigestsOf(proof.path()));
  GATEPOST_RETURN_IF_ERROR(ledger::VerifyInclusion(proof.leaf_index(), head.checkpoint.size,
                                                   ledger::LeafHash(proof.leaf()), path,
                                                   head.checkpoint.root));
  return leaf;
}

}  // namespace

void TakeBack::Start(const v1::LinkRestored& ours, uint64_t fencing) {
  wanted_ = true;
  fencing_ = fencing;
  taken_ = ours;
}

absl::Status TakeBack::OnGiveBack(const v1::LinkGiveBack& thing) {
  if (thing.ByteSizeLong() > kLargestThing + parts_.node.max_envelope_bytes) {
    return system::Refuse(v1::REASON_TOO_LARGE, fmt::format("at most {} bytes", kLargestThing),
                          fmt::format("{}", thing.ByteSizeLong()), "repair the peer's software");
  }
  switch (thing.kind_case()) {
    case v1::LinkGiveBack::kHeads:
      return OnHeads(thing.heads());
    case v1::LinkGiveBack::kMessage:
      GATEPOST_RETURN_IF_ERROR(OnMessage(thing.message()));
      return Keep(
          thing.message().sent_by_restored() ? ReturnedKind::kSent : ReturnedKind::kReceived,
          thing);
    case v1::LinkGiveBack::kRung:
      GATEPOST_RETURN_IF_ERROR(OnRung(thing.rung()));
      return Keep(ReturnedKind::kRung, thing);
    case v1::LinkGiveBack::kDecision:
      GATEPOST_RETURN_IF_ERROR(OnDecision(thing.decision()));
      return Keep(ReturnedKind::kDecision, thing);
    case v1::LinkGiveBack::kDone:
      return OnDone(thing.done());
    default:
      return system::Refuse(v1::REASON_BAD_FRAME, "something that this node can take back",
                            "something newer", "bring this node to the peer's version");
  }
}

absl::Status TakeBack::OnHeads(const v1::LinkHeldHeads& heads) {
  if (!heads.newest().empty()) {
    GATEPOST_RETURN_IF_ERROR(
        ledger::OpenCheckpoint(heads.newest(), parts_.log.verifier_key()).status());
  }
  if (!heads.earlier().empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedCheckpoint earlier,
                              ledger::OpenCheckpoint(heads.earlier(), parts_.log.verifier_key()));
    if (earlier.checkpoint.size > taken_.size()) {
      return BadReceipt(fmt::format("a head of at most {} leaves", taken_.size()),
                        fmt::format("one of {}", earlier.checkpoint.size));
    }
  }
  if (!heads.witnessed().empty()) {
    GATEPOST_RETURN_IF_ERROR(
        ledger::OpenCheckpoint(heads.witnessed(), parts_.link.peer_log_key).status());
  }
  return Post([peer = parts_.link.peer_node, heads](CommitScope& scope) {
    return PutReturnedHeads(scope.store, peer, heads);
  });
}

absl::Status TakeBack::OnMessage(const v1::LinkReturnedMessage& message) const {
  const bool sent = message.sent_by_restored();
  GATEPOST_RETURN_IF_ERROR(CheckNext(sent ? "message of this node" : "message of the peer",
                                     (sent ? taken_.last_sent() : taken_.last_received()) + 1,
                                     message.sequence()));
  GATEPOST_ASSIGN_OR_RETURN(
      const ledger::Leaf leaf,
      ProvedIn(message.head(), sent ? parts_.link.peer_log_key : parts_.log.verifier_key(),
               message.receipt(), sent ? 0 : taken_.size()));
  const std::string& receiver_of = sent ? parts_.node.node : parts_.link.peer_node;
  if (leaf.event != ledger::event::kDelivered || leaf.peer != receiver_of ||
      leaf.sequence != message.sequence()) {
    return BadReceipt(fmt::format("a DELIVERED leaf of message {}", message.sequence()),
                      fmt::format("{} of message {}", leaf.event, leaf.sequence.value_or(0)));
  }
  const bool refused = leaf.result.starts_with("REFUSED:");
  // Nothing is kept of an envelope whose signatures did not hold, or that was purged.
  if (!message.has_envelope()) return absl::OkStatus();
  const v1::Envelope& envelope = message.envelope();
  if (leaf.pae != certs::PaeDigest(envelope.payload_type(), envelope.payload()) ||
      leaf.signatures != certs::SignaturesDigest(envelope)) {
    return BadReceipt("the receipt of that envelope", "the receipt of another one");
  }
  if (refused) return absl::OkStatus();
  return parts_.intake.Open(envelope, ChainsOf(message.chains()), leaf.time).status();
}

absl::Status TakeBack::OnRung(const v1::LinkRead& rung) const {
  GATEPOST_RETURN_IF_ERROR(CheckNext("rung", taken_.last_rung_given() + 1, rung.number()));
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf,
                            ProvedIn(rung.head(), parts_.log.verifier_key(), rung, taken_.size()));
  if ((leaf.event == ledger::event::kFetched || leaf.event == ledger::event::kRead) &&
      leaf.peer == parts_.link.peer_node) {
    return absl::OkStatus();
  }
  return BadReceipt("a FETCHED or READ leaf of this node", leaf.event);
}

absl::Status TakeBack::OnDecision(const v1::LinkDecision& decision) const {
  GATEPOST_RETURN_IF_ERROR(CheckNext("decision", taken_.last_decision() + 1, decision.number()));
  const bool given = parts_.link.own_decides;
  return ProvedIn(decision.head(), given ? parts_.log.verifier_key() : parts_.link.peer_log_key,
                  decision, given ? taken_.size() : 0)
      .status();
}

absl::Status TakeBack::OnDone(const v1::LinkGaveBack& done) {
  GATEPOST_RETURN_IF_ERROR(CheckNext("message of this node", taken_.last_sent(), done.last_sent()));
  GATEPOST_RETURN_IF_ERROR(
      CheckNext("message of the peer", taken_.last_received(), done.last_received()));
  return Post([peer = parts_.link.peer_node](CommitScope& scope) {
    return PutGaveBack(scope.store, peer, true);
  });
}

absl::Status TakeBack::Keep(ReturnedKind kind, const v1::LinkGiveBack& thing) {
  const v1::LinkRestored before = taken_;
  const uint64_t number = Count(kind, taken_);
  return Post([peer = parts_.link.peer_node, before, after = taken_, kind, number,
               thing](CommitScope& scope) -> absl::Status {
    GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, scope.store.Link(peer));
    GATEPOST_ASSIGN_OR_RETURN(const v1::LinkRestored so_far,
                              HeldSoFar(scope.store, link, before.size()));
    if (so_far.SerializeAsString() != before.SerializeAsString()) {
      return system::Refuse(v1::REASON_FENCED, "the state that our Hello stated",
                            "an older session committed after it", "dial again");
    }
    return PutReturned(scope.store, peer, kind, number, thing, after);
  });
}

// Work that is kept while the log signs nothing. A session that was replaced keeps nothing more, so
// that each thing is counted once.
absl::Status TakeBack::Post(std::function<absl::Status(CommitScope&)> act) {
  return parts_.committer.Post(
      [peer = parts_.link.peer_node, fencing = fencing_,
       act = std::move(act)](CommitScope& scope) -> absl::Status {
        GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, scope.store.Link(peer));
        GATEPOST_RETURN_IF_ERROR(CheckNotFenced(link, fencing));
        return act(scope);
      },
      [this, session = hooks_.hold()](const absl::Status& kept) {
        if (!kept.ok()) hooks_.lock_and([&] { hooks_.fail(kept); });
      },
      Committer::When::kAlways);
}

}  // namespace gatepost::exchange
