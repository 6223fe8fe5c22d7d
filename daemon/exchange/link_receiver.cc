#include "daemon/exchange/link_receiver.h"

#include <algorithm>
#include <utility>

#include "certs/dsse.h"
#include "daemon/exchange/delivery.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// A session never needs more signers than this; a peer that sends more wants our memory.
constexpr size_t kMostChains = 1024;
constexpr size_t kLargestChainBytes = 64 * 1024;  // As TrustStore::Validate takes it.
constexpr size_t kRepeatsAtOnce = 64;

}  // namespace

LinkReceiver::LinkReceiver(const LinkParts& parts, FrameSink& sink, ShownHeads& shown,
                           SessionHooks hooks)
    : parts_(parts), sink_(sink), shown_(shown), hooks_(std::move(hooks)) {}

absl::Status LinkReceiver::CheckHello(const v1::LinkHello& ours,
                                      const v1::LinkHello& theirs) const {
  if (theirs.last_sent() < ours.last_received()) {
    return Diverged(fmt::format("a peer that has sent {} messages or more", ours.last_received()),
                    fmt::format("it says {}", theirs.last_sent()));
  }
  if (theirs.last_receipted() > ours.last_received()) {
    return Diverged(fmt::format("receipts for messages up to {}", ours.last_received()),
                    fmt::format("the peer says it holds one for {}", theirs.last_receipted()));
  }
  if (theirs.last_sent() == ours.last_received() &&
      theirs.last_sent_digest() != ours.last_received_digest()) {
    return Diverged(
        fmt::format("running digest {} after message {}",
                    certs::HexEncode(ours.last_received_digest()), ours.last_received()),
        certs::HexEncode(theirs.last_sent_digest()));
  }
  return absl::OkStatus();
}

absl::Status LinkReceiver::Start(const v1::LinkHello& ours, const v1::LinkHello& theirs,
                                 uint64_t fencing) {
  fencing_ = fencing;
  GATEPOST_RETURN_IF_ERROR(CheckHello(ours, theirs));
  last_taken_ = ours.last_received();
  receipted_ = ours.last_received();
  repeat_next_ = theirs.last_receipted() + 1;
  repeat_last_ = ours.last_received();
  return absl::OkStatus();
}

absl::Status LinkReceiver::OnCertificates(const v1::LinkCertificates& frame) {
  for (std::vector<std::string>& chain : ChainsOf(frame.chains())) {
    if (chain.empty()) continue;
    size_t size_bytes = 0;
    for (const std::string& certificate : chain) size_bytes += certificate.size();
    if (size_bytes > kLargestChainBytes) {
      return system::Refuse(v1::REASON_TOO_LARGE,
                            fmt::format("a chain of at most {} bytes", kLargestChainBytes),
                            fmt::format("{} bytes", size_bytes), "send the leaf and its issuers");
    }
    if (chains_.size() >= kMostChains) {
      return system::Refuse(v1::REASON_TOO_LARGE, fmt::format("{} chains a session", kMostChains),
                            "more", "send each chain once, before its first use");
    }
    const certs::Digest digest = certs::Sha256Of(chain.front());
    chains_.insert_or_assign(digest, std::move(chain));
  }
  return absl::OkStatus();
}

ReceivedEnvelope LinkReceiver::Verify(const v1::LinkMessage& frame) const {
  const v1::Envelope& envelope = frame.envelope();
  std::vector<std::vector<std::string>> chains;
  const auto add = [&](const google::protobuf::RepeatedPtrField<v1::Signature>& signatures) {
    for (const v1::Signature& signature : signatures) {
      const auto digest = certs::DigestFromBytes(signature.certificate_sha256());
      if (!digest.has_value()) continue;
      if (const auto found = chains_.find(*digest); found != chains_.end()) {
        chains.push_back(found->second);
      }
    }
  };
  add(envelope.signatures());
  add(envelope.batch().head_signatures());
  return ReceivedEnvelope{parts_.intake.Open(envelope, chains, parts_.clock.Now()),
                          certs::PaeDigest(envelope.payload_type(), envelope.payload()),
                          certs::SignaturesDigest(envelope), envelope.ByteSizeLong()};
}

absl::Status LinkReceiver::OnMessage(uint64_t sequence, ReceivedEnvelope received) {
  if (sequence != last_taken_ + 1) {
    const bool gap = sequence > last_taken_ + 1;
    return system::Refuse(gap ? v1::REASON_SEQUENCE_GAP : v1::REASON_SEQUENCE_REUSED,
                          fmt::format("message {}", last_taken_ + 1),
                          fmt::format("message {}", sequence), "resume from the last durable one");
  }
  if (last_taken_ - receipted_ >= parts_.link.window_messages ||
      waiting_bytes_ >= parts_.link.window_bytes + parts_.node.max_envelope_bytes) {
    return system::Refuse(v1::REASON_WINDOW_EXCEEDED,
                          fmt::format("at most {} messages in flight", parts_.link.window_messages),
                          fmt::format("message {} before receipt {}", sequence, receipted_ + 1),
                          "wait for receipts");
  }
  last_taken_ = sequence;
  const uint64_t size = received.size_bytes;
  waiting_bytes_ += size;
  auto shared = std::make_shared<const ReceivedEnvelope>(std::move(received));
  auto leaf_index = std::make_shared<uint64_t>(0);
  return parts_.committer.Post(
      [parts = parts_, fencing = fencing_, sequence, shared,
       leaf_index](CommitScope& scope) -> absl::Status {
        GATEPOST_ASSIGN_OR_RETURN(*leaf_index,
                                  DeliverMessage(scope, parts, fencing, sequence, *shared));
        return absl::OkStatus();
      },
      [this, session = hooks_.hold(), sequence, size, leaf_index](const absl::Status& delivered) {
        hooks_.lock_and([&] {
          if (!delivered.ok()) return hooks_.fail(delivered);
          durable_.emplace_back(Durable{sequence, *leaf_index}, size);
        });
      });
}

absl::StatusOr<size_t> LinkReceiver::SendFrame(const std::vector<Durable>& entries) {
  // Only entries whose leaves stand in one group share a head.
  std::vector<uint64_t> indices;
  std::vector<ProvedLeaf> proved;
  GATEPOST_ASSIGN_OR_RETURN(const ProvedLeaf first, parts_.log.Prove(entries.front().leaf_index));
  for (const Durable& entry : entries) {
    if (entry.leaf_index >= first.head.size) break;
    indices.push_back(entry.leaf_index);
  }
  GATEPOST_ASSIGN_OR_RETURN(proved, parts_.log.ProveInGroup(indices));
  v1::LinkFrame frame;
  frame.set_fencing(fencing_);
  v1::LinkReceipts* receipts = frame.mutable_receipts();
  GATEPOST_RETURN_IF_ERROR(shown_.Show(first.head, *receipts));
  for (size_t i = 0; i < proved.size(); ++i) {
    v1::LinkReceipt* receipt = receipts->add_receipts();
    receipt->set_sequence(entries[i].sequence);
    receipt->set_leaf(std::move(proved[i].leaf));
    receipt->set_leaf_index(proved[i].index);
    for (const certs::Digest& hash : proved[i].path) {
      receipt->add_path(std::string(certs::AsView(hash)));
    }
  }
  sink_.Send(std::move(frame));
  return proved.size();
}

absl::Status LinkReceiver::SendSomeRepeats() {
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> reader, parts_.store.Read());
  std::vector<Durable> entries;
  for (uint64_t sequence = repeat_next_;
       sequence <= repeat_last_ && entries.size() < kRepeatsAtOnce; ++sequence) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> record,
                              reader->MessageBySequence(parts_.link.peer_node, sequence));
    if (!record.has_value()) {
      return Diverged(fmt::format("message {} from the peer", sequence), "it is not stored");
    }
    entries.push_back(Durable{sequence, record->leaf_index});
  }
  reader.reset();
  GATEPOST_ASSIGN_OR_RETURN(const size_t sent, SendFrame(entries));
  repeat_next_ += sent;
  return absl::OkStatus();
}

void LinkReceiver::SendReceipts() {
  if (!may_send_) return;
  while (repeat_next_ <= repeat_last_) {
    if (sink_.pending() >= kMostPendingFrames) return;
    if (absl::Status sent = SendSomeRepeats(); !sent.ok()) return hooks_.fail(sent);
  }
  while (!durable_.empty() && sink_.pending() < kMostPendingFrames) {
    std::vector<Durable> entries;
    for (const auto& [entry, size] : durable_) entries.push_back(entry);
    const absl::StatusOr<size_t> sent = SendFrame(entries);
    if (!sent.ok()) return hooks_.fail(sent.status());
    for (size_t i = 0; i < *sent; ++i) {
      receipted_ = durable_.front().first.sequence;
      waiting_bytes_ -= durable_.front().second;
      durable_.pop_front();
    }
  }
}

}  // namespace gatepost::exchange
