#include "daemon/exchange/restore/give_back.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/exchange/held.h"
#include "daemon/exchange/link_epoch.h"
#include "daemon/exchange/restore/returned.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

absl::Status Missing(std::string_view what, uint64_t number) {
  return system::Refuse(v1::REASON_LEDGER_DAMAGED, fmt::format("{} {}", what, number),
                        "it is not stored", "check the store");
}

// The paths of the store are hashes one after the other.
template <typename Frame>
void AddPath(std::string_view path, Frame& frame) {
  for (size_t at = 0; at + 32 <= path.size(); at += 32) {
    frame.add_path(std::string(path.substr(at, 32)));
  }
}

void AddChains(const store::Reader& store, v1::LinkReturnedMessage& message) {
  const auto add = [&](const google::protobuf::RepeatedPtrField<v1::Signature>& signatures) {
    for (const v1::Signature& signature : signatures) {
      const auto digest = certs::DigestFromBytes(signature.certificate_sha256());
      if (!digest.has_value()) continue;
      const absl::StatusOr<std::optional<std::vector<std::string>>> chain = store.Chain(*digest);
      if (!chain.ok() || !chain->has_value()) continue;
      v1::CertificateChain* sent = message.add_chains();
      for (const std::string& certificate : **chain) sent->add_certificates(certificate);
    }
  };
  add(message.envelope().signatures());
  add(message.envelope().batch().head_signatures());
}

absl::StatusOr<std::string> NoteOf(const store::Reader& store, const std::string& peer,
                                   uint64_t epoch, uint64_t size) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::PeerHeadRecord> head,
                            store.PeerHead(peer, epoch, size));
  if (!head.has_value()) return Missing("the head of size", size);
  return head->checkpoint;
}

// The same with all cosignatures that are held of it.
absl::StatusOr<std::string> CosignedNoteOf(const store::Reader& store, const std::string& peer,
                                           uint64_t epoch, uint64_t size) {
  GATEPOST_ASSIGN_OR_RETURN(std::string note, NoteOf(store, peer, epoch, size));
  const std::string_view body = std::string_view(note).substr(0, note.rfind("\n\n") + 1);
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::CosignedHeadRecord> cosigned,
                            store.CosignedHeads(ledger::LogOrigin(peer, epoch), size, 1));
  if (cosigned.empty() || !cosigned.front().checkpoint.starts_with(body)) return note;
  return cosigned.front().checkpoint;
}

}  // namespace

void GiveBack::Start(const v1::LinkRestored& theirs, uint64_t fencing) {
  wanted_ = true;
  fencing_ = fencing;
  given_ = theirs;
}

void GiveBack::Send(v1::LinkGiveBack thing) {
  v1::LinkFrame frame;
  frame.set_fencing(fencing_);
  *frame.mutable_give_back() = std::move(thing);
  sink_.Send(std::move(frame));
}

void GiveBack::Pump() {
  if (!wanted_) return;
  while (stage_ != Stage::kOver && sink_.pending() < kMostPendingFrames) {
    const absl::StatusOr<std::unique_ptr<store::Reader>> reader = parts_.store.Read();
    if (!reader.ok()) return hooks_.fail(reader.status());
    const absl::StatusOr<bool> sent = SendNext(**reader);
    if (!sent.ok()) return hooks_.fail(sent.status());
    if (!*sent) stage_ = static_cast<Stage>(static_cast<int>(stage_) + 1);
  }
}

absl::StatusOr<bool> GiveBack::SendNext(const store::Reader& store) {
  switch (stage_) {
    case Stage::kHeads:
      GATEPOST_RETURN_IF_ERROR(SendHeads(store));
      return false;
    case Stage::kSent:
      return SendMessageOfTheirs(store);
    case Stage::kReceived:
      return SendMessageOfOurs(store);
    case Stage::kRungs:
      return SendRung(store);
    case Stage::kDecisions:
      return SendDecision(store);
    case Stage::kDone: {
      v1::LinkGiveBack thing;
      thing.mutable_done()->set_last_sent(given_.last_sent());
      thing.mutable_done()->set_last_received(given_.last_received());
      thing.mutable_done()->set_last_rung_given(given_.last_rung_given());
      thing.mutable_done()->set_last_decision(given_.last_decision());
      Send(std::move(thing));
      return false;
    }
    case Stage::kOver:
      return false;
  }
  return false;
}

absl::Status GiveBack::SendHeads(const store::Reader& store) {
  const std::string& peer = parts_.link.peer_node;
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, store.Link(peer));
  v1::LinkGiveBack thing;
  v1::LinkHeldHeads& heads = *thing.mutable_heads();
  if (link.peer_head_size > 0) {
    GATEPOST_ASSIGN_OR_RETURN(
        *heads.mutable_newest(),
        CosignedNoteOf(store, peer, link.peer_head_epoch, link.peer_head_size));
  }
  GATEPOST_ASSIGN_OR_RETURN(const store::Epochs known,
                            store::ReadEpochs(store, store::PeerEpochs(peer)));
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::PeerHeadRecord> earlier,
                            HeldUpTo(store, peer, known, given_.size()));
  if (earlier.has_value()) {
    GATEPOST_ASSIGN_OR_RETURN(*heads.mutable_earlier(),
                              CosignedNoteOf(store, peer, earlier->epoch, earlier->size));
  }
  if (link.cosigned_size > 0) {
    GATEPOST_ASSIGN_OR_RETURN(
        const std::vector<store::CosignedHeadRecord> cosigned,
        store.CosignedHeads(ledger::LogOrigin(parts_.node.node, link.cosigned_epoch),
                            link.cosigned_size, 1));
    if (!cosigned.empty()) heads.set_witnessed(cosigned.front().checkpoint);
  }
  Send(std::move(thing));
  return absl::OkStatus();
}

// With the receipt that this node gave: its first one, or, where its own log lost that, the one
// that it holds itself from being restored.
absl::StatusOr<bool> GiveBack::SendMessageOfTheirs(const store::Reader& store) {
  const std::string& peer = parts_.link.peer_node;
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, store.Link(peer));
  const uint64_t sequence = given_.last_sent() + 1;
  if (sequence > link.last_received) return false;
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> record,
                            store.MessageBySequence(peer, sequence));
  if (!record.has_value()) return Missing("message", sequence);
  v1::LinkGiveBack thing;
  v1::LinkReturnedMessage& message = *thing.mutable_message();
  GATEPOST_ASSIGN_OR_RETURN(std::optional<v1::LinkReturnedMessage> lost,
                            LostReceipt(store, peer, sequence));
  if (lost.has_value()) {
    message = *std::move(lost);
  } else {
    GATEPOST_ASSIGN_OR_RETURN(ProvedLeaf proved, parts_.log.Prove(record->leaf_index));
    GATEPOST_ASSIGN_OR_RETURN(*message.mutable_head(), parts_.log.Checkpoint(proved.head));
    message.mutable_receipt()->set_leaf(std::move(proved.leaf));
    message.mutable_receipt()->set_leaf_index(proved.index);
    for (const certs::Digest& hash : proved.path) {
      message.mutable_receipt()->add_path(std::string(certs::AsView(hash)));
    }
  }
  message.set_sent_by_restored(true);
  message.set_sequence(sequence);
  message.mutable_receipt()->set_sequence(sequence);
  if (!record->envelope.empty() && !message.mutable_envelope()->ParseFromString(record->envelope)) {
    return Missing("the envelope of message", sequence);
  }
  AddChains(store, message);
  Send(std::move(thing));
  given_.set_last_sent(sequence);
  return true;
}

absl::StatusOr<bool> GiveBack::SendMessageOfOurs(const store::Reader& store) {
  const std::string& peer = parts_.link.peer_node;
  const uint64_t sequence = given_.last_received() + 1;
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                            store.Receipt(peer, sequence));
  if (!receipt.has_value()) return false;  // What has none is sent again when the link is up.
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> entry,
                            store.Outgoing(peer, sequence - 1, 1));
  if (entry.empty()) return Missing("outgoing message", sequence);
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record,
                            MustHold(store, entry.front().message_row));
  v1::LinkGiveBack thing;
  v1::LinkReturnedMessage& message = *thing.mutable_message();
  message.set_sequence(sequence);
  // One that was purged goes without.
  if (!record.envelope.empty() && !message.mutable_envelope()->ParseFromString(record.envelope)) {
    return Missing("the envelope of message", sequence);
  }
  AddChains(store, message);
  message.mutable_receipt()->set_sequence(sequence);
  message.mutable_receipt()->set_leaf(receipt->leaf);
  message.mutable_receipt()->set_leaf_index(receipt->leaf_index);
  AddPath(receipt->path, *message.mutable_receipt());
  GATEPOST_ASSIGN_OR_RETURN(*message.mutable_head(),
                            NoteOf(store, peer, receipt->head_epoch, receipt->head_size));
  Send(std::move(thing));
  given_.set_last_received(sequence);
  return true;
}

absl::StatusOr<bool> GiveBack::SendRung(const store::Reader& store) {
  const std::string& peer = parts_.link.peer_node;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::RungRecord> rungs,
                            store.RungsTaken(peer, given_.last_rung_given(), 1));
  if (rungs.empty()) return false;
  const store::RungRecord& rung = rungs.front();
  v1::LinkGiveBack thing;
  v1::LinkRead& sent = *thing.mutable_rung();
  sent.set_leaf(rung.leaf);
  sent.set_leaf_index(rung.leaf_index);
  AddPath(rung.path, sent);
  GATEPOST_ASSIGN_OR_RETURN(*sent.mutable_head(), NoteOf(store, peer, rung.epoch, rung.head_size));
  sent.set_number(rung.number);
  Send(std::move(thing));
  given_.set_last_rung_given(rung.number);
  return true;
}

absl::StatusOr<bool> GiveBack::SendDecision(const store::Reader& store) {
  const std::string& peer = parts_.link.peer_node;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::DecisionRecord> decisions,
                            store.Decisions(peer, given_.last_decision(), 1));
  if (decisions.empty()) return false;
  const store::DecisionRecord& decision = decisions.front();
  v1::LinkGiveBack thing;
  v1::LinkDecision& sent = *thing.mutable_decision();
  GATEPOST_ASSIGN_OR_RETURN(std::optional<v1::LinkDecision> lost,
                            LostDecision(store, peer, decision.number));
  if (parts_.link.own_decides && lost.has_value()) {
    sent = *std::move(lost);
  } else if (parts_.link.own_decides) {
    GATEPOST_ASSIGN_OR_RETURN(ProvedLeaf proved, parts_.log.Prove(decision.leaf_index));
    GATEPOST_ASSIGN_OR_RETURN(*sent.mutable_head(), parts_.log.Checkpoint(proved.head));
    sent.set_leaf(std::move(proved.leaf));
    sent.set_leaf_index(proved.index);
    for (const certs::Digest& hash : proved.path) sent.add_path(std::string(certs::AsView(hash)));
  } else {
    sent.set_leaf(decision.leaf);
    sent.set_leaf_index(decision.leaf_index);
    AddPath(decision.path, sent);
    GATEPOST_ASSIGN_OR_RETURN(*sent.mutable_head(),
                              NoteOf(store, peer, decision.epoch, decision.head_size));
  }
  sent.set_number(decision.number);
  Send(std::move(thing));
  given_.set_last_decision(decision.number);
  return true;
}

}  // namespace gatepost::exchange
