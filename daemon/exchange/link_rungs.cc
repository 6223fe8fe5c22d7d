#include "daemon/exchange/link_rungs.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "certs/spiffe_id.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/rungs.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr size_t kReadAtOnce = 64;

// The rung that a leaf is, by its event, result and the role of who acted; UNSPECIFIED for none.
v1::Rung RungIn(const ledger::Leaf& leaf, certs::Role role) {
  const bool person = role == certs::Role::kClerk || role == certs::Role::kOfficer;
  if (leaf.event == ledger::event::kFetched && leaf.result.empty() &&
      (person || role == certs::Role::kService)) {
    return v1::RUNG_FETCHED;
  }
  const bool said = leaf.result == read_result::kRead ||
                    leaf.result == read_result::kAnswerFollows ||
                    leaf.result == read_result::kDisputed;
  if (leaf.event == ledger::event::kRead && said && person) return v1::RUNG_READ;
  return v1::RUNG_UNSPECIFIED;
}

// What can be said of a leaf without the store: a rung by an agency of the peer's side, about a
// message that came from this node.
absl::StatusOr<v1::Rung> CheckLeaf(const ledger::Leaf& leaf, const LinkParts& parts,
                                   uint64_t epoch) {
  const absl::StatusOr<certs::SpiffeId> actor = certs::SpiffeId::Parse(leaf.actor);
  if (actor.ok() && actor->trust_domain() == parts.link.peer_spiffe_id.trust_domain() &&
      leaf.peer == parts.node.node && leaf.epoch == epoch) {
    const v1::Rung rung = RungIn(leaf, actor->role());
    if (rung != v1::RUNG_UNSPECIFIED) return rung;
  }
  return BadReceipt(fmt::format("a FETCHED or READ leaf of epoch {} for {}, by somebody of an "
                                "agency of {}",
                                epoch, parts.node.node, parts.link.peer_spiffe_id.trust_domain()),
                    fmt::format("{} of epoch {} for {}, by {}, result {}", leaf.event, leaf.epoch,
                                leaf.peer, leaf.actor, leaf.result));
}

// The message of this node's own side that a leaf names by id and digests.
absl::StatusOr<store::MessageRecord> SubjectOf(const store::Reader& reader,
                                               const ledger::Leaf& leaf) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::MessageRecord> held,
                            reader.FindMessagesById(MessageIdOf(leaf.object).value_or("")));
  for (store::MessageRecord& record : held) {
    if (record.received_from.empty() && leaf.pae == record.pae &&
        leaf.signatures == record.signatures) {
      return std::move(record);
    }
  }
  return BadReceipt("a rung of a message of ours, with its digests",
                    fmt::format("one of {}", leaf.object));
}

// A rung stands above the receipt of its message, and FETCHED above no refusal.
absl::Status CheckReceipted(const store::Reader& reader, const store::MessageRecord& record,
                            const store::RungRecord& rung) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> places,
                            reader.OutgoingOf(record.row));
  for (const store::OutgoingRecord& place : places) {
    if (place.peer != rung.peer) continue;
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                              reader.Receipt(place.peer, place.sequence));
    if (!receipt.has_value()) {
      return system::Refuse(
          v1::REASON_EARLY_RECEIPT,
          fmt::format("the receipt for message {} before its rungs", place.sequence),
          "a rung before it", "receipt only what was received");
    }
    if (rung.rung == v1::RUNG_FETCHED && receipt->rung == v1::RUNG_REFUSED) {
      return BadReceipt("FETCHED of messages that the peer did not refuse",
                        fmt::format("one of message {}", place.sequence));
    }
    return absl::OkStatus();
  }
  return BadReceipt("a rung of a message that was sent to the peer",
                    fmt::format("one of message {}", record.message_id));
}

// Where the acknowledgement that a READ names is held and applied here, it must be about the same
// message. One that is not held is no contradiction: the peer's log says it, and nothing more.
absl::Status CheckAcknowledgement(const store::Reader& reader, const store::MessageRecord& record,
                                  const ledger::Leaf& leaf, const std::string& peer) {
  const std::optional<std::string> id = MessageIdOf(leaf.detail);
  if (!id.has_value()) {
    return BadReceipt("READ that names its acknowledgement",
                      fmt::format("detail {}", leaf.detail.empty() ? "-" : leaf.detail));
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> ack,
                            reader.FindMessage(leaf.actor, *id));
  if (!ack.has_value() || ack->standing != v1::RUNG_APPLIED) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<int64_t> acks,
                            reader.AcknowledgementsOf(record.row, peer));
  for (const int64_t row : acks) {
    if (row == ack->row) return absl::OkStatus();
  }
  return BadReceipt(fmt::format("an acknowledgement of message {}", record.message_id),
                    fmt::format("message {}, which is none", *id));
}

// Enters a checked rung with its evidence: the decision inside a commit.
absl::Status Keep(CommitScope& scope, store::RungRecord rung, const ledger::Leaf& leaf,
                  const CheckedHead& head) {
  GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope.store.Link(rung.peer));
  if (rung.number != link.last_rung_taken + 1) {
    return system::Refuse(v1::REASON_SEQUENCE_GAP, fmt::format("rung {}", link.last_rung_taken + 1),
                          fmt::format("rung {}", rung.number), "resume from the last durable one");
  }
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record, SubjectOf(scope.store, leaf));
  if (rung.actor == record.author) {
    return BadReceipt("a rung by somebody else than the author", rung.actor);
  }
  GATEPOST_RETURN_IF_ERROR(CheckReceipted(scope.store, record, rung));
  if (rung.rung == v1::RUNG_READ) {
    GATEPOST_RETURN_IF_ERROR(CheckAcknowledgement(scope.store, record, leaf, rung.peer));
  }
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::RungRecord> held, scope.store.RungsOf(record.row));
  std::erase_if(held, [&](const store::RungRecord& other) { return other.peer != rung.peer; });
  if (held.size() >= kMostRungsOfMessage || HoldsRung(held, rung.rung, rung.actor)) {
    return BadReceipt(fmt::format("one FETCHED for each agency and one READ for each person, {} at "
                                  "most for a message",
                                  kMostRungsOfMessage),
                      fmt::format("one more {} by {}", leaf.event, leaf.actor));
  }
  rung.message_row = record.row;
  GATEPOST_RETURN_IF_ERROR(scope.store.PutRung(rung));
  link.last_rung_taken = rung.number;
  GATEPOST_RETURN_IF_ERROR(KeepPeerHead(scope.store, link, rung.epoch, head));
  return scope.store.PutLink(link);
}

}  // namespace

RungSender::RungSender(const LinkParts& parts, FrameSink& sink, ShownHeads& shown,
                       const LinkSender& messages, const LinkReceiver& receipts, SessionHooks hooks)
    : parts_(parts),
      sink_(sink),
      shown_(shown),
      messages_(messages),
      receipts_(receipts),
      hooks_(std::move(hooks)) {}

absl::Status RungSender::Start(const v1::LinkHello& theirs, uint64_t fencing) {
  // What was logged since our Hello may have crossed in another session.
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, parts_.store.Read());
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, reader->Link(parts_.link.peer_node));
  if (theirs.last_rung_taken() > link.last_rung_given) {
    return Diverged(fmt::format("at most {} rungs taken", link.last_rung_given),
                    fmt::format("the peer says {}", theirs.last_rung_taken()));
  }
  fencing_ = fencing;
  wanted_ = theirs.has_last_rung_taken();
  sent_ = theirs.last_rung_taken();
  left_ = kMostRungsEachTick;
  return absl::OkStatus();
}

void RungSender::OnTick() {
  left_ = kMostRungsEachTick;
  Pump();
}

absl::StatusOr<bool> RungSender::MayGo(const store::Reader& reader,
                                       const store::RungRecord& rung) const {
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord about, MustHold(reader, rung.message_row));
  if (about.incoming_sequence > receipts_.last_receipt_sent()) return false;
  if (rung.rung != v1::RUNG_READ) return true;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<int64_t> acks,
                            reader.AcknowledgementsOf(rung.message_row, ""));
  for (const int64_t ack : acks) {
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> places,
                              reader.OutgoingOf(ack));
    for (const store::OutgoingRecord& place : places) {
      if (place.peer == rung.peer && place.sequence > messages_.last_sent()) return false;
    }
  }
  return true;
}

absl::Status RungSender::SendOne(const store::RungRecord& rung) {
  GATEPOST_ASSIGN_OR_RETURN(ProvedLeaf proved, parts_.log.Prove(rung.leaf_index));
  v1::LinkFrame frame;
  frame.set_fencing(fencing_);
  v1::LinkRead& sent = *frame.mutable_read();
  GATEPOST_RETURN_IF_ERROR(shown_.ShowLeaf(std::move(proved), sent));
  sent.set_number(rung.number);
  sink_.Send(std::move(frame));
  sent_ = rung.number;
  return absl::OkStatus();
}

void RungSender::Pump() {
  if (!wanted_) return;
  while (left_ > 0 && sink_.pending() < kMostPendingFrames) {
    absl::StatusOr<std::unique_ptr<store::Reader>> reader = parts_.store.Read();
    if (!reader.ok()) return hooks_.fail(reader.status());
    const absl::StatusOr<std::vector<store::RungRecord>> rungs =
        (*reader)->RungsGiven(parts_.link.peer_node, sent_, std::min(left_, kReadAtOnce));
    if (!rungs.ok()) return hooks_.fail(rungs.status());
    if (rungs->empty()) return;
    for (const store::RungRecord& rung : *rungs) {
      const absl::StatusOr<bool> may_go = MayGo(**reader, rung);
      if (!may_go.ok()) return hooks_.fail(may_go.status());
      if (!*may_go) return;
      if (absl::Status sent = SendOne(rung); !sent.ok()) return hooks_.fail(sent);
      --left_;
    }
  }
}

RungTaker::RungTaker(const LinkParts& parts, PeerHeads& heads, SessionHooks hooks)
    : parts_(parts), heads_(heads), hooks_(std::move(hooks)) {}

absl::Status RungTaker::Start(const v1::LinkHello& ours, const v1::LinkHello& theirs,
                              uint64_t fencing) {
  if (theirs.last_rung_given() < ours.last_rung_taken()) {
    return Diverged(fmt::format("a peer that has given {} rungs or more", ours.last_rung_taken()),
                    fmt::format("it says {}", theirs.last_rung_given()));
  }
  fencing_ = fencing;
  taken_ = ours.last_rung_taken();
  kept_ = taken_;
  return absl::OkStatus();
}

absl::Status RungTaker::OnRead(const v1::LinkRead& frame) {
  if (frame.number() != taken_ + 1) {
    return system::Refuse(v1::REASON_SEQUENCE_GAP, fmt::format("rung {}", taken_ + 1),
                          fmt::format("rung {}", frame.number()), "resume from the last one taken");
  }
  if (taken_ - kept_ >= kMostUnkeptRungs) {
    return system::Refuse(
        v1::REASON_WINDOW_EXCEEDED, fmt::format("at most {} rungs in flight", kMostUnkeptRungs),
        fmt::format("rung {} before number {} is kept", frame.number(), kept_ + 1),
        "begin a new session; it goes on after the last one kept");
  }
  GATEPOST_ASSIGN_OR_RETURN(const CheckedHead head,
                            heads_.Check(frame.head(), frame.shown_size(), frame.consistency()));
  GATEPOST_ASSIGN_OR_RETURN(ledger::Leaf leaf, ledger::Leaf::Parse(frame.leaf()));
  GATEPOST_ASSIGN_OR_RETURN(const v1::Rung event, CheckLeaf(leaf, parts_, head.epoch));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<certs::Digest> path, DigestsOf(frame.path()));
  GATEPOST_RETURN_IF_ERROR(ledger::VerifyInclusion(
      frame.leaf_index(), head.head.size, ledger::LeafHash(frame.leaf()), path, head.head.root));
  heads_.Take(head);
  taken_ = frame.number();
  store::RungRecord rung;
  rung.peer = parts_.link.peer_node;
  rung.number = frame.number();
  rung.rung = event;
  rung.actor = leaf.actor;
  rung.epoch = head.epoch;
  rung.leaf_index = frame.leaf_index();
  rung.leaf = frame.leaf();
  rung.path = Joined(frame.path());
  rung.head_size = head.head.size;
  return parts_.committer.Post(
      [fencing = fencing_, head, leaf = std::move(leaf),
       rung = std::move(rung)](CommitScope& scope) -> absl::Status {
        GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, scope.store.Link(rung.peer));
        GATEPOST_RETURN_IF_ERROR(CheckNotFenced(link, fencing));
        return Keep(scope, rung, leaf, head);
      },
      [this, session = hooks_.hold(), number = frame.number()](const absl::Status& kept) {
        hooks_.lock_and([&] {
          if (!kept.ok()) return hooks_.fail(kept);
          kept_ = number;
        });
      });
}

}  // namespace gatepost::exchange
