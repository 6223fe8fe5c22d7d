#ifndef GATEPOST_DAEMON_EXCHANGE_LINK_WITNESS_H_
#define GATEPOST_DAEMON_EXCHANGE_LINK_WITNESS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/exchange/link_heads.h"
#include "daemon/exchange/link_parts.h"
#include "daemon/store/records.h"
#include "gatepost/v1/link_service.pb.h"

// Cross-witness in one session (PROTOCOL.md 4): each node cosigns the heads of the other's log, as
// a C2SP tlog-witness does, and keeps what it has cosigned. Under the link's lock.
//
//   LinkHead (size n, proved against the last head shown)  ──▶  checked as every head is
//   LinkWitnessRequest (old, proof, head n)                ──▶  judged against what was cosigned
//                                                               last; in one commit: that row,
//   cosigned_head (n, both signatures) ◀── LinkWitnessReply ──  a PEER_HEAD leaf
//
// A head is shown before it is to be cosigned, so that what a peer says in its receipts and what it
// has cosigned are one history.
namespace gatepost::exchange {

// What a session does when something is wrong that a person must know.
using OnAlarm = std::function<void(const absl::Status&)>;

// Asks the peer to cosign this node's heads, one at a time, and hands it those that others have
// cosigned.
class WitnessAsker {
 public:
  // All must outlive it.
  WitnessAsker(const LinkParts& parts, FrameSink& sink, ShownHeads& shown, OnAlarm alarm,
               SessionHooks hooks);

  // Takes the peer's Hello.
  absl::Status Start(const v1::LinkHello& theirs, uint64_t fencing);
  // Asks for the head of the round, unless the peer has cosigned it or an answer is awaited.
  void OnTick();
  // BAD_FRAME for an answer that nobody waits for, BAD_HEAD_SIGNATURE for a cosignature that does
  // not hold, LINK_DIVERGED when the peer has cosigned more than this log holds.
  absl::Status OnReply(const v1::LinkWitnessReply& reply);

 private:
  struct Asked {
    uint64_t request = 0;
    Head head;
    int conflicts = 0;
  };
  absl::Status Ask(const Head& head, int conflicts);
  absl::Status ShowHead(const Head& head, const std::string& note);
  absl::Status HandOn();
  absl::Status Keep(const Head& head, std::string_view body);

  const LinkParts parts_;
  FrameSink& sink_;
  ShownHeads& shown_;
  const OnAlarm alarm_;
  const SessionHooks hooks_;
  uint64_t fencing_ = 0;
  bool wanted_ = false;    // The peer cosigns.
  bool refused_ = false;   // It refused a head in this session: a person must look.
  uint64_t cosigned_ = 0;  // Size of the newest head that the peer has cosigned.
  uint64_t last_request_ = 0;
  std::optional<Asked> asked_;
  std::string handed_;  // The note with cosignatures of others that was handed on last,
  absl::Time handed_at_ = absl::InfinitePast();  // and when.
};

// Cosigns the peer's heads, and keeps those that it hands on.
class WitnessGiver {
 public:
  // All must outlive it.
  WitnessGiver(const LinkParts& parts, FrameSink& sink, PeerHeads& heads, PeerHeads::OnFork on_fork,
               SessionHooks hooks);

  void Start(uint64_t fencing) { fencing_ = fencing; }
  void OnTick();
  // Errors of PeerHeads::Check; WINDOW_EXCEEDED for more heads than one needs.
  absl::Status OnHead(const v1::LinkHead& frame);
  // BAD_FRAME for another head than the one shown last; WINDOW_EXCEEDED.
  absl::Status OnRequest(const v1::LinkWitnessRequest& request);

 private:
  absl::Status TakeToken();

  const LinkParts parts_;
  FrameSink& sink_;
  PeerHeads& heads_;
  const PeerHeads::OnFork on_fork_;
  const SessionHooks hooks_;
  uint64_t fencing_ = 0;
  std::optional<CheckedHead> shown_;  // By the last LinkHead.
  int tokens_ = 0;                    // Frames that may still come before time passes.
  absl::Time refilled_;
};

// Adds the lines of `note`, all of them checked, to what is held of that head of the log `origin`.
absl::Status PutCosigned(store::Transaction& store, const std::string& origin, uint64_t size,
                         const std::string& note);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_LINK_WITNESS_H_
