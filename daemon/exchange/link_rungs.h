#ifndef GATEPOST_DAEMON_EXCHANGE_LINK_RUNGS_H_
#define GATEPOST_DAEMON_EXCHANGE_LINK_RUNGS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/exchange/link_heads.h"
#include "daemon/exchange/link_parts.h"
#include "daemon/exchange/link_receiver.h"
#include "daemon/exchange/link_sender.h"
#include "gatepost/v1/link_service.pb.h"

// The rungs FETCHED and READ in one session (rungs.h): in each direction numbered without a gap,
// each leaf proved under a head. Under the link's lock.
namespace gatepost::exchange {

inline constexpr size_t kMostRungsEachTick = 128;

// More than these are not taken before the disk has those that came before.
inline constexpr uint64_t kMostUnkeptRungs = 16 * kMostRungsEachTick;

// Sends what this node logged about the peer's messages: a cursor over its rungs. One waits until
// the receipt for its message was sent, and a READ also until the acknowledgement was.
class RungSender {
 public:
  // All must outlive it.
  RungSender(const LinkParts& parts, FrameSink& sink, ShownHeads& shown, const LinkSender& messages,
             const LinkReceiver& receipts, SessionHooks hooks);

  // Takes the peer's Hello. LINK_DIVERGED when it took more than was given.
  absl::Status Start(const v1::LinkHello& theirs, uint64_t fencing);

  // Sends what the wire takes; nothing to a peer that takes none. At most kMostRungsEachTick from
  // one tick to the next: nobody waits for a rung, and the peer has no other way to slow them down.
  void Pump();
  void OnTick();

 private:
  absl::StatusOr<bool> MayGo(const store::Reader& reader, const store::RungRecord& rung) const;
  absl::Status SendOne(const store::RungRecord& rung);

  const LinkParts parts_;
  FrameSink& sink_;
  ShownHeads& shown_;
  const LinkSender& messages_;
  const LinkReceiver& receipts_;
  const SessionHooks hooks_;
  uint64_t fencing_ = 0;
  bool wanted_ = false;  // The peer takes rungs.
  uint64_t sent_ = 0;    // Newest number that the peer has or was sent.
  size_t left_ = 0;      // Until the next tick.
};

// Takes what the peer logged about this node's messages: checks head, proof and leaf, and keeps
// them as evidence. It makes no leaf here.
class RungTaker {
 public:
  // All must outlive it.
  RungTaker(const LinkParts& parts, PeerHeads& heads, SessionHooks hooks);

  // Takes both Hellos. LINK_DIVERGED when the peer gave fewer than were taken.
  absl::Status Start(const v1::LinkHello& ours, const v1::LinkHello& theirs, uint64_t fencing);

  // What ends the session: SEQUENCE_GAP; WINDOW_EXCEEDED; the errors of PeerHeads::Check,
  // ledger::Leaf::Parse and ledger::VerifyInclusion; BAD_RECEIPT for a leaf that is no rung of a
  // message of ours, by an agency of the peer's side, or one too many; EARLY_RECEIPT before the
  // receipt for that message.
  absl::Status OnRead(const v1::LinkRead& frame);

 private:
  const LinkParts parts_;
  PeerHeads& heads_;
  const SessionHooks hooks_;
  uint64_t fencing_ = 0;
  uint64_t taken_ = 0;  // Newest number handed to the committer.
  uint64_t kept_ = 0;   // Newest number that is durable.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_LINK_RUNGS_H_
