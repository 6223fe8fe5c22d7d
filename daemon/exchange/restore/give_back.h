#ifndef GATEPOST_DAEMON_EXCHANGE_RESTORE_GIVE_BACK_H_
#define GATEPOST_DAEMON_EXCHANGE_RESTORE_GIVE_BACK_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/exchange/link_parts.h"
#include "gatepost/v1/link_service.pb.h"

namespace gatepost::exchange {

// Gives back to a restored peer what this node holds of it (PROTOCOL.md 6), each thing with the
// proof that was given for it at the time:
//
//   its newest head here ─▶ its messages, with our receipts ─▶ our messages, with its receipts
//   ─▶ rungs it gave ─▶ decisions, given or taken ─▶ done
//
// Called under the link's lock.
class GiveBack {
 public:
  GiveBack(const LinkParts& parts, FrameSink& sink, SessionHooks hooks)
      : parts_(parts), sink_(sink), hooks_(std::move(hooks)) {}

  // The peer's Hello says how far it has come.
  void Start(const v1::LinkRestored& theirs, uint64_t fencing);
  bool wanted() const { return wanted_; }
  // Sends what the wire takes.
  void Pump();

 private:
  enum class Stage { kHeads, kSent, kReceived, kRungs, kDecisions, kDone, kOver };

  // Sends the next thing of the stage; false when it has no more.
  absl::StatusOr<bool> SendNext(const store::Reader& store);
  absl::Status SendHeads(const store::Reader& store);
  absl::StatusOr<bool> SendMessageOfTheirs(const store::Reader& store);
  absl::StatusOr<bool> SendMessageOfOurs(const store::Reader& store);
  absl::StatusOr<bool> SendRung(const store::Reader& store);
  absl::StatusOr<bool> SendDecision(const store::Reader& store);
  void Send(v1::LinkGiveBack thing);

  const LinkParts parts_;
  FrameSink& sink_;
  const SessionHooks hooks_;
  uint64_t fencing_ = 0;
  bool wanted_ = false;
  Stage stage_ = Stage::kHeads;
  v1::LinkRestored given_;  // What the peer will hold when it has taken what was sent.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_RESTORE_GIVE_BACK_H_
