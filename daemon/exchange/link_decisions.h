#ifndef GATEPOST_DAEMON_EXCHANGE_LINK_DECISIONS_H_
#define GATEPOST_DAEMON_EXCHANGE_LINK_DECISIONS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "daemon/exchange/link_heads.h"
#include "daemon/exchange/link_parts.h"
#include "daemon/exchange/link_sender.h"
#include "gatepost/v1/link_service.pb.h"

// The sequencer's decisions in one session: a direction of their own, numbered without a gap, each
// proved under a head. Under the link's lock.
namespace gatepost::exchange {

// Decisions of one session that wait for the disk. They have no receipts, so the sender cannot
// count them; one that is faster than our disk for this long begins a new session, after the last
// one applied. A session's memory for decisions is bounded by it.
inline constexpr uint64_t kMostUnappliedDecisions = 1024;

// Sends what this node decided: a cursor over its decisions. One about a message of its own side
// waits until that message was sent, so that the peer holds it first.
class DecisionSender {
 public:
  // All must outlive it.
  DecisionSender(const LinkParts& parts, FrameSink& sink, ShownHeads& shown,
                 const LinkSender& messages, SessionHooks hooks);

  // Takes the peer's Hello. LINK_DIVERGED when it applied more than was decided here.
  absl::Status Start(const v1::LinkHello& theirs, uint64_t fencing);

  // Sends what the wire takes.
  void Pump();

 private:
  absl::StatusOr<bool> MayGo(const store::Reader& reader,
                             const store::DecisionRecord& decision) const;
  absl::Status SendOne(const store::DecisionRecord& decision);

  const LinkParts parts_;
  FrameSink& sink_;
  ShownHeads& shown_;
  const LinkSender& messages_;
  const SessionHooks hooks_;
  uint64_t fencing_ = 0;
  uint64_t sent_ = 0;  // Newest number that the peer has or was sent.
};

// Takes what the peer decided: checks head and proof, and has it applied.
class DecisionTaker {
 public:
  // All must outlive it.
  DecisionTaker(const LinkParts& parts, PeerHeads& heads, SessionHooks hooks);

  // Takes both Hellos. LINK_DIVERGED when the peer has given fewer decisions than were applied.
  absl::Status Start(const v1::LinkHello& ours, const v1::LinkHello& theirs, uint64_t fencing);

  // BAD_FRAME from a peer that does not decide here; SEQUENCE_GAP; TOO_LARGE; WINDOW_EXCEEDED when
  // more than kMostUnappliedDecisions are not applied yet; and the errors of
  // PeerHeads::Check, ledger::VerifyInclusion and Follower::Apply end the session.
  absl::Status OnDecision(const v1::LinkDecision& frame);

 private:
  const LinkParts parts_;
  PeerHeads& heads_;
  const SessionHooks hooks_;
  uint64_t fencing_ = 0;
  uint64_t taken_ = 0;    // Newest number handed to the committer,
  uint64_t applied_ = 0;  // and the newest that is durable.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_LINK_DECISIONS_H_
