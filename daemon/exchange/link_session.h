#ifndef GATEPOST_DAEMON_EXCHANGE_LINK_SESSION_H_
#define GATEPOST_DAEMON_EXCHANGE_LINK_SESSION_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/exchange/link_decisions.h"
#include "daemon/exchange/link_heads.h"
#include "daemon/exchange/link_parts.h"
#include "daemon/exchange/link_receiver.h"
#include "daemon/exchange/link_rungs.h"
#include "daemon/exchange/link_sender.h"
#include "daemon/exchange/link_witness.h"
#include "daemon/exchange/restore/give_back.h"
#include "daemon/exchange/restore/take_back.h"
#include "gatepost/v1/link_service.pb.h"

namespace gatepost::exchange {

class Link;

inline constexpr absl::Duration kHeartbeat = absl::Seconds(5);
inline constexpr absl::Duration kDeadAfter = absl::Seconds(15);  // Three heartbeats.
inline constexpr absl::Duration kHelloWithin = absl::Seconds(10);

// One stream with the peer, from its opening to its end (PROTOCOL.md 6).
//
//   kHello ──both Hellos──▶ kFencing ──number durable──▶ kLive ──▶ kOver
//      └────────────── any refusal, silence, stream end ───────────▶┘
//
// When a side was restored from an older copy, kGivingBack stands in for kLive: nothing crosses but
// what that side gets back (restore/give_back.h).
//
// It owns both directions and the heartbeat; which of several sessions stays is the Link's affair.
// Frames of one stream are given to OnFrame one after the other. All state is guarded by the link's
// lock; signatures are checked before it is taken.
class LinkSession : public std::enable_shared_from_this<LinkSession> {
 public:
  enum class State { kHello, kFencing, kLive, kGivingBack, kOver };

  // `link` and `parts` must outlive the session.
  LinkSession(Link& link, const LinkParts& parts, std::shared_ptr<FrameSink> sink,
              bool dialled_by_us);

  // Takes the next frame of the stream. Any thread, one at a time.
  void OnFrame(const v1::LinkFrame& frame);
  // The wire has taken frames: there is room again. Any thread.
  void OnWritable();
  // The stream is gone. Any thread; the last call.
  void OnStreamEnded(const absl::Status& why);

 private:
  friend class Link;  // Calls what follows under its lock.

  void SayHello(uint64_t proposed_fencing);
  void OnTick(absl::Time now);
  void OnBatchEnd();
  // Ends the session: says Bye with the reason, and closes the stream.
  void End(const absl::Status& why);
  // The fencing number is durable.
  void GoLive();

  absl::Status Handle(const v1::LinkFrame& frame);
  absl::Status OnHello(const v1::LinkHello& theirs);
  absl::Status OnRegister(const v1::LinkRegister& theirs);
  absl::Status StartDirections();
  absl::Status StartGivingBack();
  void PostFence();
  void Send(v1::LinkFrame frame);
  SessionHooks Hooks();

  Link& link_;
  const LinkParts parts_;
  const std::shared_ptr<FrameSink> sink_;
  const bool dialled_by_us_;
  const bool dialled_by_smaller_id_;
  std::atomic<State> state_ = State::kHello;
  v1::LinkHello ours_;
  v1::LinkHello theirs_;
  uint64_t fencing_ = 0;
  bool register_differs_ = false;  // And the peer's entries have not come yet.
  absl::Time opened_;
  absl::Time last_heard_;
  absl::Time last_said_;
  ShownHeads shown_heads_;
  PeerHeads peer_heads_;
  LinkSender sender_;
  LinkReceiver receiver_;
  DecisionSender decision_sender_;
  DecisionTaker decision_taker_;
  RungSender rung_sender_;
  RungTaker rung_taker_;
  WitnessAsker witness_asker_;
  WitnessGiver witness_giver_;
  GiveBack give_back_;
  TakeBack take_back_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_LINK_SESSION_H_
