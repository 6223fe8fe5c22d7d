#include "daemon/exchange/restore/take_back.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "certs/dsse.h"
#include "certs/spiffe_id.h"
#include "daemon/exchange/access.h"
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
// No node purges an envelope earlier.
constexpr absl::Duration kKeptAtLeast = absl::Hours(30 * 24);
// Messages that come back without their envelope: an honest peer has few.
constexpr uint64_t kMostPlaceOnly = 10'000;
constexpr std::string_view kRefused = "REFUSED:";

absl::Status CheckNext(std::string_view what, uint64_t wanted, uint64_t came) {
  if (wanted == came) return absl::OkStatus();
  return system::Refuse(v1::REASON_SEQUENCE_GAP, fmt::format("{} {}", what, wanted),
                        fmt::format("{} {}", what, came), "resume from the last one kept");
}

// The leaf of a thing under a head that one of `keys` has signed. What lies in this node's own log
// must be beyond what it still holds, `own_size`; 0 for the peer's log.
template <typename Proof>
absl::StatusOr<ledger::Leaf> ProvedIn(const std::string& note, const ledger::KeyRing& keys,
                                      const Proof& proof, uint64_t own_size) {
  GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedCheckpoint head,
                            ledger::OpenCheckpoint(note, keys));
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

absl::Status TakeBack::Start(const v1::LinkRestored& ours, uint64_t fencing) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, parts_.store.Read());
  for (const auto& [kind, number] : {std::pair(ReturnedKind::kSent, ours.last_sent()),
                                     {ReturnedKind::kReceived, ours.last_received()},
                                     {ReturnedKind::kRung, ours.last_rung_given()},
                                     {ReturnedKind::kDecision, ours.last_decision()}}) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<v1::LinkGiveBack> last,
                              FindReturned(*reader, parts_.link.peer_node, kind, number));
    if (!last.has_value()) continue;
    const auto& [bytes, index] = LeafOf(*last);
    GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(bytes));
    last_[kind] = {leaf.epoch, index};
  }
  GATEPOST_ASSIGN_OR_RETURN(copied_at_, EndOfLog(*reader));
  wanted_ = true;
  fencing_ = fencing;
  taken_ = ours;
  return absl::OkStatus();
}

absl::Status TakeBack::CheckAfterLast(ReturnedKind kind, uint64_t epoch, uint64_t index) {
  const std::pair place(epoch, index);
  const auto last = last_.find(kind);
  if (last != last_.end() && place <= last->second) {
    return BadReceipt(
        fmt::format("a leaf after number {} of epoch {}", last->second.second, last->second.first),
        fmt::format("number {} of epoch {}", index, epoch));
  }
  last_[kind] = place;
  return absl::OkStatus();
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
        ledger::OpenCheckpoint(heads.newest(), parts_.log.keys().Now()).status());
  }
  if (!heads.earlier().empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedCheckpoint earlier,
                              ledger::OpenCheckpoint(heads.earlier(), parts_.log.keys().Now()));
    if (earlier.checkpoint.size > taken_.size()) {
      return BadReceipt(fmt::format("a head of at most {} leaves", taken_.size()),
                        fmt::format("one of {}", earlier.checkpoint.size));
    }
  }
  if (!heads.witnessed().empty()) {
    GATEPOST_RETURN_IF_ERROR(
        ledger::OpenCheckpoint(heads.witnessed(), parts_.link.peer_log_keys.Now()).status());
  }
  return Post([peer = parts_.link.peer_node, heads](CommitScope& scope) {
    return PutReturnedHeads(scope.store, peer, heads);
  });
}

absl::Status TakeBack::OnMessage(const v1::LinkReturnedMessage& message) {
  const bool sent = message.sent_by_restored();
  GATEPOST_RETURN_IF_ERROR(CheckNext(sent ? "message of this node" : "message of the peer",
                                     (sent ? taken_.last_sent() : taken_.last_received()) + 1,
                                     message.sequence()));
  GATEPOST_ASSIGN_OR_RETURN(
      const ledger::Leaf leaf,
      ProvedIn(message.head(), sent ? parts_.link.peer_log_keys.Now() : parts_.log.keys().Now(),
               message.receipt(), sent ? 0 : taken_.size()));
  const std::string& receiver_of = sent ? parts_.node.node : parts_.link.peer_node;
  if (leaf.event != ledger::event::kDelivered || leaf.peer != receiver_of ||
      leaf.sequence != message.sequence()) {
    return BadReceipt(fmt::format("a DELIVERED leaf of message {}", message.sequence()),
                      fmt::format("{} of message {}", leaf.event, leaf.sequence.value_or(0)));
  }
  GATEPOST_RETURN_IF_ERROR(message.has_envelope() ? CheckEnvelope(message, leaf)
                                                  : CheckPlaceOnly(message, leaf));
  return CheckAfterLast(sent ? ReturnedKind::kSent : ReturnedKind::kReceived, leaf.epoch,
                        message.receipt().leaf_index());
}

absl::Status TakeBack::CheckEnvelope(const v1::LinkReturnedMessage& message,
                                     const ledger::Leaf& leaf) const {
  const v1::Envelope& envelope = message.envelope();
  if (leaf.pae != certs::PaeDigest(envelope.payload_type(), envelope.payload()) ||
      leaf.signatures != certs::SignaturesDigest(envelope)) {
    return BadReceipt("the receipt of that envelope", "the receipt of another one");
  }
  const bool refused = leaf.result.starts_with(kRefused);
  if (refused && !message.sent_by_restored()) return absl::OkStatus();
  const absl::StatusOr<OpenedMessage> opened = parts_.intake.Open(
      envelope, ChainsOf(message.chains()), std::min(leaf.time, parts_.clock.Now()));
  if (!opened.ok()) return refused ? absl::OkStatus() : opened.status();
  return message.sent_by_restored() ? CheckOwn(*opened) : absl::OkStatus();
}

// Nothing is kept of an envelope whose signatures did not hold, or that was purged.
absl::Status TakeBack::CheckPlaceOnly(const v1::LinkReturnedMessage& message,
                                      const ledger::Leaf& leaf) const {
  const absl::Duration age = parts_.clock.Now() - std::max(leaf.time, copied_at_);
  if (!leaf.result.starts_with(kRefused) && age < kKeptAtLeast) {
    return BadReceipt("the envelope of a message of the last 30 days",
                      fmt::format("message {} without it", message.sequence()));
  }
  if (!message.sent_by_restored() || leaf.object.starts_with("envelope:")) return absl::OkStatus();
  const absl::StatusOr<certs::SpiffeId> author = certs::SpiffeId::Parse(leaf.actor);
  if (author.ok() && author->trust_domain() == parts_.node.spiffe_id.trust_domain()) {
    return absl::OkStatus();
  }
  return BadReceipt(fmt::format("an author of {}", parts_.node.spiffe_id.trust_domain()),
                    leaf.actor);
}

// What this node's own door has once checked, as far as the message alone says it. What the policy
// and the link agreement say of it is asked when it is entered (again_link.cc): the rosters that it
// was judged by may have come back before it.
absl::Status TakeBack::CheckOwn(const OpenedMessage& opened) const {
  const v1::MessageHeader& header = opened.message.header();
  if (header.origin_node() != parts_.node.node ||
      std::ranges::count(header.recipient_nodes(), parts_.link.peer_node) == 0) {
    return system::Refuse(
        v1::REASON_NOT_ADDRESSED_HERE,
        fmt::format("a message from {} to {}", parts_.node.node, parts_.link.peer_node),
        fmt::format("one from {}", header.origin_node()), "have the peer's operator look at it");
  }
  if (opened.author.id.trust_domain() != parts_.node.spiffe_id.trust_domain()) {
    return system::Refuse(v1::REASON_CROSS_DOMAIN,
                          fmt::format("an author of {}", parts_.node.spiffe_id.trust_domain()),
                          opened.author.id.ToString(), "have the peer's operator look at it");
  }
  return MayAuthor(opened);
}

absl::Status TakeBack::OnRung(const v1::LinkRead& rung) {
  GATEPOST_RETURN_IF_ERROR(CheckNext("rung", taken_.last_rung_given() + 1, rung.number()));
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf,
                            ProvedIn(rung.head(), parts_.log.keys().Now(), rung, taken_.size()));
  if ((leaf.event == ledger::event::kFetched || leaf.event == ledger::event::kRead) &&
      leaf.peer == parts_.link.peer_node) {
    return CheckAfterLast(ReturnedKind::kRung, leaf.epoch, rung.leaf_index());
  }
  return BadReceipt("a FETCHED or READ leaf of this node", leaf.event);
}

// The leaf of an action of the sequencer's own side names no node; all others name the follower.
absl::Status TakeBack::OnDecision(const v1::LinkDecision& decision) {
  GATEPOST_RETURN_IF_ERROR(CheckNext("decision", taken_.last_decision() + 1, decision.number()));
  const bool given = parts_.link.own_decides;
  GATEPOST_ASSIGN_OR_RETURN(
      const ledger::Leaf leaf,
      ProvedIn(decision.head(), given ? parts_.log.keys().Now() : parts_.link.peer_log_keys.Now(),
               decision, given ? taken_.size() : 0));
  const std::string& follower = given ? parts_.link.peer_node : parts_.node.node;
  const bool own_action = leaf.event == ledger::event::kAccepted && leaf.peer.empty();
  const bool of_link =
      (leaf.event == ledger::event::kDelivered || leaf.event == ledger::event::kDecided) &&
      leaf.peer == follower;
  if (!own_action && !of_link) {
    return BadReceipt(fmt::format("an ACCEPTED, DELIVERED or DECIDED leaf for {}", follower),
                      fmt::format("{} for {}", leaf.event, leaf.peer));
  }
  return CheckAfterLast(ReturnedKind::kDecision, leaf.epoch, decision.leaf_index());
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
    if (thing.has_message() && !thing.message().has_envelope()) {
      GATEPOST_ASSIGN_OR_RETURN(const uint64_t count, CountPlaceOnly(scope.store, peer));
      if (count >= kMostPlaceOnly) {
        return system::Refuse(
            v1::REASON_TOO_LARGE,
            fmt::format("at most {} messages without their envelope", kMostPlaceOnly), "more",
            "look at the peer; gatepostd --open-epoch --without opens the epoch without it");
      }
      GATEPOST_RETURN_IF_ERROR(PutPlaceOnly(scope.store, peer, count + 1));
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
