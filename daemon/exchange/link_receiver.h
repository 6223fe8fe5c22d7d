#ifndef GATEPOST_DAEMON_EXCHANGE_LINK_RECEIVER_H_
#define GATEPOST_DAEMON_EXCHANGE_LINK_RECEIVER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/exchange/link_heads.h"
#include "daemon/exchange/link_parts.h"
#include "gatepost/v1/link_service.pb.h"

namespace gatepost::exchange {

// An incoming envelope after its signatures were checked, outside any lock.
struct ReceivedEnvelope {
  // The opened message, or why it could not be opened. Either way it has its sequence number, and
  // is answered: what cannot be opened is DELIVERED with result REFUSED:<REASON>.
  absl::StatusOr<OpenedMessage> opened;
  certs::Digest pae{};
  certs::Digest signatures{};
  uint64_t size_bytes = 0;
};

// The incoming direction of one session: takes messages in sequence, has them judged and made
// durable, and answers with receipts, one head for all of one commit.
//
//   frame → Verify (no lock) → OnMessage: sequence, window → committer: judge, log, store
//         → OnBatchEnd: leaves + paths + one signed head + consistency from the last head shown
//
// Everything but Verify is called under the link's lock.
class LinkReceiver {
 public:
  // `shown` must outlive it.
  LinkReceiver(const LinkParts& parts, FrameSink& sink, ShownHeads& shown, SessionHooks hooks);

  // Takes both Hellos: what we said that we have, which receipts the peer holds. LINK_DIVERGED when
  // its history is not ours.
  absl::Status Start(const v1::LinkHello& ours, const v1::LinkHello& theirs, uint64_t fencing);

  // Chains for later messages. TOO_LARGE when the peer sends more than it could use: more chains in
  // a session, or a longer one, than any honest peer has.
  absl::Status OnCertificates(const v1::LinkCertificates& frame);

  // Verifies and parses. Called for one frame after the other, in order, without the link's lock.
  ReceivedEnvelope Verify(const v1::LinkMessage& frame) const;

  // SEQUENCE_GAP, SEQUENCE_REUSED, WINDOW_EXCEEDED end the session.
  absl::Status OnMessage(uint64_t sequence, ReceivedEnvelope received);

  // Sends receipts for what the last commits made durable; then repeats old ones that the peer
  // misses, as far as the wire takes them.
  void SendReceipts();

  // Newest sequence number for which the peer has, or was sent in this session, the receipt.
  uint64_t last_receipt_sent() const {
    return repeat_next_ <= repeat_last_ ? repeat_next_ - 1 : receipted_;
  }

 private:
  struct Durable {
    uint64_t sequence = 0;
    uint64_t leaf_index = 0;
  };
  absl::Status CheckHello(const v1::LinkHello& ours, const v1::LinkHello& theirs) const;
  absl::Status SendSomeRepeats();
  // Sends one frame for entries of one group; returns how many of `entries` it covered.
  absl::StatusOr<size_t> SendFrame(const std::vector<Durable>& entries);

  const LinkParts parts_;
  FrameSink& sink_;
  ShownHeads& shown_;
  const SessionHooks hooks_;
  uint64_t fencing_ = 0;
  bool may_send_ = false;       // After Start, once the session is live.
  uint64_t last_taken_ = 0;     // Newest sequence handed to the committer.
  uint64_t waiting_bytes_ = 0;  // Handed to the committer, no receipt sent yet.
  uint64_t receipted_ = 0;      // Newest sequence for which a receipt was sent in this session.
  uint64_t repeat_next_ = 1;    // Receipts that the peer misses: repeat_next_ … repeat_last_.
  uint64_t repeat_last_ = 0;
  std::deque<std::pair<Durable, uint64_t>> durable_;          // With sizes; waits for SendReceipts.
  std::map<certs::Digest, std::vector<std::string>> chains_;  // By leaf, of this session.
  friend class LinkSession;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_LINK_RECEIVER_H_
