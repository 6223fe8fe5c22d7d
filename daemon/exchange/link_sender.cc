#include "daemon/exchange/link_sender.h"

#include <algorithm>
#include <utility>

#include "certs/dsse.h"
#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr size_t kReadAtOnce = 64;

// What a sequencer can make of an action.
bool IsDecision(std::string_view result) {
  switch (domain::StateNamed(result)) {
    case v1::AGREEMENT_STATE_OPEN:
    case v1::AGREEMENT_STATE_COUNTERED:
    case v1::AGREEMENT_STATE_IN_FORCE:
    case v1::AGREEMENT_STATE_REJECTED:
    case v1::AGREEMENT_STATE_WITHDRAWN:
      return true;
    default:
      return false;
  }
}

// The result of a DELIVERED leaf as a rung: a decision about a thread is APPLIED; UNSPECIFIED when
// it is none of them.
v1::Rung RungOf(std::string_view result) {
  if (result == "APPLIED") return v1::RUNG_APPLIED;
  if (result == "CARRIED") return v1::RUNG_CARRIED;
  if (result.starts_with("REFUSED:")) return v1::RUNG_REFUSED;
  if (IsDecision(result)) return v1::RUNG_APPLIED;
  return v1::RUNG_UNSPECIFIED;
}

absl::StatusOr<bool> InThread(const store::Reader& reader, int64_t row) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ThreadEntry> entry,
                            reader.ThreadEntryOf(row));
  return entry.has_value();
}

}  // namespace

absl::Status CheckNotFenced(const store::LinkRecord& link, uint64_t fencing) {
  if (link.fencing == fencing) return absl::OkStatus();
  return system::Refuse(v1::REASON_FENCED, fmt::format("session {}", link.fencing),
                        fmt::format("a frame of session {}", fencing),
                        "go on in the newest session");
}

LinkSender::LinkSender(const LinkParts& parts, FrameSink& sink, PeerHeads& heads,
                       SessionHooks hooks)
    : parts_(parts), sink_(sink), heads_(heads), hooks_(std::move(hooks)) {}

absl::Status LinkSender::CheckHello(const v1::LinkHello& ours, const v1::LinkHello& theirs,
                                    const store::Reader& reader) const {
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, reader.Link(parts_.link.peer_node));
  if (theirs.last_received() > link.last_queued || theirs.last_received() < ours.last_receipted()) {
    return Diverged(fmt::format("a peer that has our messages {} to {}", ours.last_receipted(),
                                link.last_queued),
                    fmt::format("it says it has {}", theirs.last_received()));
  }
  certs::Digest digest{};
  if (theirs.last_received() > 0) {
    GATEPOST_ASSIGN_OR_RETURN(
        const std::vector<store::OutgoingRecord> entry,
        reader.Outgoing(parts_.link.peer_node, theirs.last_received() - 1, 1));
    if (!entry.empty()) digest = entry.front().running_digest;
  }
  if (certs::AsView(digest) != theirs.last_received_digest()) {
    return Diverged(fmt::format("running digest {} after our message {}", certs::ToHex(digest),
                                theirs.last_received()),
                    certs::HexEncode(theirs.last_received_digest()));
  }
  return absl::OkStatus();
}

absl::Status LinkSender::Start(const v1::LinkHello& ours, const v1::LinkHello& theirs,
                               uint64_t fencing) {
  fencing_ = fencing;
  window_messages_ =
      std::min<uint64_t>(parts_.link.window_messages, theirs.limits().window_messages());
  window_bytes_ = std::min<uint64_t>(parts_.link.window_bytes, theirs.limits().window_bytes());
  max_envelope_bytes_ = theirs.limits().max_envelope_bytes();
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> reader, parts_.store.Read());
  GATEPOST_RETURN_IF_ERROR(CheckHello(ours, theirs, *reader));
  GATEPOST_RETURN_IF_ERROR(LoadAwaited(*reader, ours.last_receipted(), theirs.last_received()));
  next_ = theirs.last_received() + 1;
  last_sent_ = theirs.last_received();
  return absl::OkStatus();
}

// What the peer made durable in an earlier session, without our holding its receipt.
absl::Status LinkSender::LoadAwaited(const store::Reader& reader, uint64_t after, uint64_t up_to) {
  if (up_to <= after) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> entries,
                            reader.Outgoing(parts_.link.peer_node, after, up_to - after));
  for (const store::OutgoingRecord& entry : entries) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> record,
                              reader.MessageByRow(entry.message_row));
    if (!record.has_value()) return Diverged("a stored message", "a row that is missing");
    GATEPOST_ASSIGN_OR_RETURN(const bool in_thread, InThread(reader, entry.message_row));
    in_flight_.push_back(InFlight{entry.sequence, record->author, record->message_id, record->pae,
                                  record->signatures, record->envelope.size(), in_thread});
    in_flight_bytes_ += record->envelope.size();
  }
  return absl::OkStatus();
}

void LinkSender::Pump() {
  started_ = true;
  while (in_flight_.size() < window_messages_ && in_flight_bytes_ < window_bytes_ &&
         sink_.pending() < kMostPendingFrames) {
    absl::StatusOr<std::unique_ptr<store::Reader>> reader = parts_.store.Read();
    if (!reader.ok()) return hooks_.fail(reader.status());
    const size_t room = window_messages_ - in_flight_.size();
    absl::StatusOr<std::vector<store::OutgoingRecord>> entries =
        (*reader)->Outgoing(parts_.link.peer_node, next_ - 1, std::min(room, kReadAtOnce));
    if (!entries.ok()) return hooks_.fail(entries.status());
    if (entries->empty()) return;
    for (const store::OutgoingRecord& entry : *entries) {
      if (in_flight_bytes_ >= window_bytes_) return;
      if (absl::Status sent = SendNext(**reader, entry); !sent.ok()) return hooks_.fail(sent);
    }
  }
}

absl::Status LinkSender::SendNext(const store::Reader& reader, const store::OutgoingRecord& entry) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> record,
                            reader.MessageByRow(entry.message_row));
  v1::LinkFrame frame;
  frame.set_fencing(fencing_);
  v1::LinkMessage* message = frame.mutable_message();
  if (!record.has_value() || !message->mutable_envelope()->ParseFromString(record->envelope)) {
    return system::Refuse(v1::REASON_LEDGER_DAMAGED,
                          fmt::format("message {} of the outbox", entry.sequence),
                          "its row is missing or unreadable", "check the store");
  }
  if (record->envelope.size() > max_envelope_bytes_) {
    return system::Refuse(
        v1::REASON_TOO_LARGE,
        fmt::format("an envelope of at most {} bytes, the peer's limit", max_envelope_bytes_),
        fmt::format("message {} of {} bytes", entry.sequence, record->envelope.size()),
        "have the peer raise its limit; the link waits");
  }
  GATEPOST_RETURN_IF_ERROR(SendChains(reader, message->envelope()));
  message->set_sequence(entry.sequence);
  sink_.Send(std::move(frame));
  GATEPOST_ASSIGN_OR_RETURN(const bool in_thread, InThread(reader, entry.message_row));
  in_flight_.push_back(InFlight{entry.sequence, record->author, record->message_id, record->pae,
                                record->signatures, record->envelope.size(), in_thread});
  in_flight_bytes_ += record->envelope.size();
  last_sent_ = entry.sequence;
  next_ = entry.sequence + 1;
  return absl::OkStatus();
}

absl::Status LinkSender::SendChains(const store::Reader& reader, const v1::Envelope& envelope) {
  v1::LinkFrame frame;
  const auto add = [&](const google::protobuf::RepeatedPtrField<v1::Signature>& signatures) {
    for (const v1::Signature& signature : signatures) {
      const auto digest = certs::DigestFromBytes(signature.certificate_sha256());
      if (!digest.has_value() || !chains_sent_.insert(*digest).second) continue;
      absl::StatusOr<std::optional<std::vector<std::string>>> chain = reader.Chain(*digest);
      if (!chain.ok() || !chain->has_value()) continue;  // The peer may hold it from before.
      v1::CertificateChain* sent = frame.mutable_certificates()->add_chains();
      for (const std::string& certificate : **chain) sent->add_certificates(certificate);
    }
  };
  add(envelope.signatures());
  add(envelope.batch().head_signatures());
  if (!frame.has_certificates()) return absl::OkStatus();
  frame.set_fencing(fencing_);
  sink_.Send(std::move(frame));
  return absl::OkStatus();
}

absl::StatusOr<store::ReceiptRecord> LinkSender::CheckReceipt(const v1::LinkReceipt& receipt,
                                                              const InFlight& sent,
                                                              const CheckedHead& head) const {
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(receipt.leaf()));
  // Only the sequencer decides, and only about messages of threads; about those it always does.
  const bool decides = sent.in_thread && !parts_.link.own_decides;
  v1::Rung rung = RungOf(leaf.result);
  if (rung == v1::RUNG_APPLIED && IsDecision(leaf.result) != decides) {
    rung = v1::RUNG_UNSPECIFIED;
  }
  const std::string object = MessageObject(sent.message_id);
  // A peer that could not verify the envelope cannot know the message id in it.
  const bool object_fits = leaf.object == object ||
                           (rung == v1::RUNG_REFUSED && leaf.object == EnvelopeObject(sent.pae));
  if (leaf.event != ledger::event::kDelivered || !object_fits || leaf.pae != sent.pae ||
      leaf.signatures != sent.signatures || leaf.peer != parts_.node.node ||
      leaf.sequence != sent.sequence || leaf.epoch != head.epoch || rung == v1::RUNG_UNSPECIFIED) {
    return BadReceipt(fmt::format("a DELIVERED leaf for {} from {}, sequence {}", object,
                                  parts_.node.node, sent.sequence),
                      fmt::format("{} for {} from {}, sequence {}, result {}", leaf.event,
                                  leaf.object, leaf.peer, leaf.sequence.value_or(0), leaf.result));
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<certs::Digest> path, DigestsOf(receipt.path()));
  GATEPOST_RETURN_IF_ERROR(ledger::VerifyInclusion(receipt.leaf_index(), head.head.size,
                                                   ledger::LeafHash(receipt.leaf()), path,
                                                   head.head.root));
  store::ReceiptRecord record;
  record.peer = parts_.link.peer_node;
  record.sequence = sent.sequence;
  record.leaf = receipt.leaf();
  record.leaf_index = receipt.leaf_index();
  record.path = Joined(receipt.path());
  record.head_epoch = head.epoch;
  record.head_size = head.head.size;
  record.rung = rung;
  record.reason = ReasonIn(leaf.result);
  return record;
}

absl::Status LinkSender::OnReceipts(const v1::LinkReceipts& frame) {
  // Each head that is kept belongs to receipts: a peer cannot fill our store with heads alone.
  if (frame.receipts().empty()) return BadReceipt("a head with receipts under it", "a head alone");
  GATEPOST_ASSIGN_OR_RETURN(const CheckedHead head,
                            heads_.Check(frame.head(), frame.shown_size(), frame.consistency()));
  std::vector<store::ReceiptRecord> records;
  std::vector<InFlight> sent;
  for (const v1::LinkReceipt& receipt : frame.receipts()) {
    if (receipt.sequence() > last_sent_) {
      return system::Refuse(
          v1::REASON_EARLY_RECEIPT, fmt::format("receipts up to message {}", last_sent_),
          fmt::format("one for {}", receipt.sequence()), "receipt only what was received");
    }
    if (in_flight_.size() <= sent.size() ||
        receipt.sequence() != in_flight_[sent.size()].sequence) {
      return BadReceipt("receipts in the order of the messages, each once",
                        fmt::format("one for message {}", receipt.sequence()));
    }
    const InFlight& message = in_flight_[sent.size()];
    GATEPOST_ASSIGN_OR_RETURN(store::ReceiptRecord record, CheckReceipt(receipt, message, head));
    records.push_back(std::move(record));
    sent.push_back(message);
  }
  for (const InFlight& message : sent) in_flight_bytes_ -= message.size_bytes;
  in_flight_.erase(in_flight_.begin(), in_flight_.begin() + static_cast<ptrdiff_t>(sent.size()));
  heads_.Take(head);
  Keep(head, std::move(records), std::move(sent));
  if (started_) Pump();
  return absl::OkStatus();
}

namespace {

// A receipt for a message of a thread.
absl::Status TellThreads(CommitScope& scope, const LinkParts& parts, const std::string& author,
                         const std::string& message_id, const ledger::Leaf& theirs,
                         uint64_t leaf_index) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> record,
                            scope.store.FindMessage(author, message_id));
  if (!record.has_value()) return absl::OkStatus();
  if (!parts.link.own_decides) {
    return parts.follower.OnReceipt(scope, parts.link, record->row, theirs, leaf_index);
  }
  const v1::Rung rung = RungOf(theirs.result);
  if (rung == v1::RUNG_APPLIED) return parts.sequencer.OnTaken(scope, record->row);
  return parts.sequencer.OnRefused(
      scope, parts.link.peer_node, record->row,
      rung == v1::RUNG_CARRIED ? v1::REASON_NEWER_SCHEMA : ReasonIn(theirs.result));
}

}  // namespace

void LinkSender::Keep(const CheckedHead& head, std::vector<store::ReceiptRecord> receipts,
                      std::vector<InFlight> sent) {
  const absl::Status posted = parts_.committer.Post(
      [parts = parts_, peer = parts_.link.peer_node, fencing = fencing_, head,
       receipts = std::move(receipts), sent = std::move(sent)](CommitScope& scope) -> absl::Status {
        GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope.store.Link(peer));
        GATEPOST_RETURN_IF_ERROR(CheckNotFenced(link, fencing));
        for (size_t i = 0; i < receipts.size(); ++i) {
          store::ReceiptRecord record = receipts[i];
          if (record.sequence != link.last_receipted + 1) continue;  // Held from before.
          ledger::Leaf leaf;
          leaf.event = ledger::event::kReceipt;
          leaf.actor = sent[i].author;
          leaf.peer = peer;
          leaf.object = MessageObject(sent[i].message_id);
          leaf.sequence = record.sequence;
          leaf.pae = sent[i].pae;
          leaf.signatures = sent[i].signatures;
          GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf theirs, ledger::Leaf::Parse(record.leaf));
          leaf.result = theirs.result;
          leaf.detail = fmt::format("leaf:{}:{}", record.leaf_index,
                                    certs::ToHex(ledger::LeafHash(record.leaf)));
          GATEPOST_ASSIGN_OR_RETURN(record.own_leaf_index, scope.log.Add(leaf));
          GATEPOST_RETURN_IF_ERROR(scope.store.PutReceipt(record));
          link.last_receipted = record.sequence;
          if (!sent[i].in_thread) continue;
          GATEPOST_RETURN_IF_ERROR(scope.store.PutLink(link));
          GATEPOST_RETURN_IF_ERROR(TellThreads(scope, parts, sent[i].author, sent[i].message_id,
                                               theirs, record.leaf_index));
          GATEPOST_ASSIGN_OR_RETURN(link, scope.store.Link(peer));
        }
        GATEPOST_RETURN_IF_ERROR(KeepPeerHead(scope.store, link, head.epoch, head));
        return scope.store.PutLink(link);
      },
      [this, session = hooks_.hold()](const absl::Status& kept) {
        if (!kept.ok()) hooks_.lock_and([&] { hooks_.fail(kept); });
      });
  if (!posted.ok()) hooks_.fail(posted);
}

}  // namespace gatepost::exchange
