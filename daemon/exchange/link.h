#ifndef GATEPOST_DAEMON_EXCHANGE_LINK_H_
#define GATEPOST_DAEMON_EXCHANGE_LINK_H_

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/exchange/link_parts.h"
#include "daemon/exchange/link_session.h"
#include "gatepost/v1/exchange_service.pb.h"

namespace gatepost::exchange {

// Opens a stream to the peer when the link asks for it.
class Dialer {
 public:
  virtual ~Dialer() = default;
  // Starts dialling and returns at once. When the stream is open it calls Link::Open, and when it
  // cannot be opened Link::OnDialFailed. Called under the link's lock: must not call back from
  // inside.
  virtual void Dial(const LinkTerms& link) = 0;
};

// One link to one peer: at most one live session, back-off with jitter between dials, and what an
// operator sees of it.
//
// Which session stays (PROTOCOL.md 6): a newer stream by the same dialler replaces the older one;
// of two diallers the smaller SPIFFE id wins. A link on which the peer's log was found forked stays
// down until a person has looked (its alarm is durable).
class Link {
 public:
  // All parts must outlive the link. `dialer` may be null for a side that never dials.
  Link(LinkParts parts, Dialer* dialer);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // A stream with the peer is open and its certificate was checked; the session has said Hello.
  std::shared_ptr<LinkSession> Open(std::shared_ptr<FrameSink> sink, bool dialled_by_us);
  // The stream could not be opened.
  void OnDialFailed(const absl::Status& why);
  // Heartbeats, time-outs, dialling. Call every second or so.
  void OnTick();
  // A commit is durable: receipts to send, messages to send. For the committer's batch listener.
  void OnBatchEnd();
  // The link stays down for this reason as long as the node runs. Call it before all others.
  void Bar(const absl::Status& why);
  // Ends everything and dials no more.
  void Stop();

  // What an operator sees. The caller must hold no Reader: link and readers are waited for in one
  // order only.
  v1::LinkState State() const;
  bool connected() const;
  // The newest head of this node's log that the peer said it holds, in the last Hello whose head
  // was found to be of this log's history; empty: none since the start. Format: C2SP checkpoint.
  std::string HeldByPeer() const;
  const LinkTerms& terms() const { return parts_.link; }

 private:
  friend class LinkSession;

  static bool Outranks(const LinkSession& older, const LinkSession& newer);
  absl::StatusOr<store::LinkRecord> Record() const;
  uint64_t ProposeFencing(uint64_t seen, bool dialled_by_smaller_id);

  // Under mutex_, called by sessions.
  absl::Status Arbitrate(const std::shared_ptr<LinkSession>& session);
  void OnLive(LinkSession& session);
  void OnGivingBack(bool to_us);
  void OnRestored(const absl::Status& why);
  void OnOver(LinkSession& session, const absl::Status& why);
  void OnStrayOver(const absl::Status& why);
  void OnForked(const PeerHeads::Fork& fork);
  void OnWitnessRefused(const absl::Status& why);
  void OnHelloCompared(std::vector<std::string> differences, absl::Duration skew);
  void OnPeerHolds(std::string head);
  void LogAlarm(const absl::Status& why, std::string evidence = "", bool fork_proved = false);
  void LogDenied(const absl::Status& why);

  const LinkParts parts_;
  Dialer* const dialer_;
  // Of held_by_peer_ only, so that whoever holds a Reader may ask for it.
  mutable std::mutex held_mutex_;
  std::string held_by_peer_;
  mutable std::mutex mutex_;
  // Everything below is guarded by mutex_.
  std::vector<std::shared_ptr<LinkSession>> sessions_;  // All that are not over.
  std::shared_ptr<LinkSession> chosen_;                 // Fencing or live.
  uint64_t proposed_ = 0;        // Newest fencing number proposed for streams of the larger id,
  uint64_t proposed_ahead_ = 0;  // and for those of the smaller one.
  absl::Status barred_;          // Why no session may be at all; OK: it may.
  bool stopped_ = false;
  bool dialling_ = false;
  int failures_ = 0;
  absl::Time next_dial_ = absl::InfinitePast();
  absl::Time since_;
  absl::Status problem_;
  std::vector<std::string> differences_;
  absl::Duration skew_;
  absl::Time next_skew_alarm_ = absl::InfinitePast();
  absl::Time next_witness_alarm_ = absl::InfinitePast();
  absl::Time next_stray_ = absl::InfinitePast();
  v1::Reason stray_reason_ = v1::REASON_UNSPECIFIED;
  std::string forked_;  // Why no session may be: the alarm that is being written; empty: none.
  bool diverged_logged_ = false;
  std::vector<std::string> alarms_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_LINK_H_
