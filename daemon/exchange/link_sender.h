#ifndef GATEPOST_DAEMON_EXCHANGE_LINK_SENDER_H_
#define GATEPOST_DAEMON_EXCHANGE_LINK_SENDER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "daemon/exchange/link_heads.h"
#include "daemon/exchange/link_parts.h"
#include "gatepost/v1/link_service.pb.h"

namespace gatepost::exchange {

// The outgoing direction of one session: sends messages in sequence within the window, and takes
// the peer's receipts for them.
//
//   outbox (a cursor over the store)   in flight: sent, no receipt checked yet      receipted
//   ───────────────────────────────▶ next_ … ───────────────────────────────▶ verified_ ─▶ durable
//
// Invariants: sequences in flight are gapless; a receipt is taken only for the oldest in flight;
// the window counts from the last receipt ever held, so a peer that never gives receipts gets no
// more than one window, however often it connects anew. Called under the link's lock.
class LinkSender {
 public:
  // `heads` must outlive it.
  LinkSender(const LinkParts& parts, FrameSink& sink, PeerHeads& heads, SessionHooks hooks);

  // Takes both Hellos: what the peer has and takes, and what we said that we hold; whatever an
  // older session still commits after our Hello does not count (the fence refuses the session
  // then). LINK_DIVERGED when the peer's history of our messages is not ours.
  absl::Status Start(const v1::LinkHello& ours, const v1::LinkHello& theirs, uint64_t fencing);

  // Sends what the window allows.
  void Pump();

  // Checks receipts and has them made durable. An error ends the session (BAD_RECEIPT,
  // EARLY_RECEIPT, BAD_HEAD_SIGNATURE, HEAD_FORKED, EVIDENCE_INVALID).
  absl::Status OnReceipts(const v1::LinkReceipts& frame);

  // Newest sequence number that the peer has or was sent in this session.
  uint64_t last_sent() const { return last_sent_; }

  // Messages in flight, for status and tests.
  size_t in_flight() const { return in_flight_.size(); }

 private:
  struct InFlight {
    uint64_t sequence = 0;
    std::string author;
    std::string message_id;
    certs::Digest pae{};
    certs::Digest signatures{};
    uint64_t size_bytes = 0;
    bool in_thread = false;  // A proposal, or an answer to one.
  };
  absl::Status CheckHello(const v1::LinkHello& ours, const v1::LinkHello& theirs,
                          const store::Reader& reader) const;
  absl::Status LoadAwaited(const store::Reader& reader, uint64_t after, uint64_t up_to);
  absl::Status SendNext(const store::Reader& reader, const store::OutgoingRecord& entry);
  absl::Status SendChains(const store::Reader& reader, const v1::Envelope& envelope);
  absl::StatusOr<store::ReceiptRecord> CheckReceipt(const v1::LinkReceipt& receipt,
                                                    const InFlight& sent,
                                                    const CheckedHead& head) const;
  void Keep(const CheckedHead& head, std::vector<store::ReceiptRecord> receipts,
            std::vector<InFlight> sent);

  const LinkParts parts_;
  FrameSink& sink_;
  PeerHeads& heads_;
  const SessionHooks hooks_;
  uint64_t fencing_ = 0;
  uint64_t window_messages_ = 0;
  uint64_t window_bytes_ = 0;
  uint64_t max_envelope_bytes_ = 0;
  bool started_ = false;
  uint64_t next_ = 1;  // The next sequence number to send.
  uint64_t last_sent_ = 0;
  uint64_t in_flight_bytes_ = 0;
  std::deque<InFlight> in_flight_;
  std::set<certs::Digest> chains_sent_;  // In this session.
};

// Decides inside a commit whether the session that asks is still the newest one. FENCED otherwise.
absl::Status CheckNotFenced(const store::LinkRecord& link, uint64_t fencing);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_LINK_SENDER_H_
