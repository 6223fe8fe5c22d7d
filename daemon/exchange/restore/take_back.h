#ifndef GATEPOST_DAEMON_EXCHANGE_RESTORE_TAKE_BACK_H_
#define GATEPOST_DAEMON_EXCHANGE_RESTORE_TAKE_BACK_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/link_parts.h"
#include "daemon/exchange/restore/returned.h"
#include "daemon/ledger/leaf.h"
#include "gatepost/v1/link_service.pb.h"

namespace gatepost::exchange {

// A restored node takes back what its peer holds (give_back.h). Nothing is believed because the
// peer says it: what this node gave is proved under a head that its own log key signed, and lies
// beyond what it holds; what the peer gave is proved under the peer's head; the envelopes are
// signed. It is kept as it came (returned.h). Called under the link's lock.
class TakeBack {
 public:
  TakeBack(const LinkParts& parts, SessionHooks hooks) : parts_(parts), hooks_(std::move(hooks)) {}

  // What our Hello said that we hold. Only the disk's errors.
  absl::Status Start(const v1::LinkRestored& ours, uint64_t fencing);
  bool wanted() const { return wanted_; }

  // SEQUENCE_GAP, TOO_LARGE, BAD_HEAD_SIGNATURE, BAD_RECEIPT, what Intake::Open says of an envelope
  // that was applied once, and what the own door says of a message that this node never took in
  // (NOT_ADDRESSED_HERE, CROSS_DOMAIN, NOT_ALLOWED): nothing of it is kept then.
  absl::Status OnGiveBack(const v1::LinkGiveBack& thing);

 private:
  absl::Status OnHeads(const v1::LinkHeldHeads& heads);
  absl::Status OnMessage(const v1::LinkReturnedMessage& message);
  absl::Status CheckEnvelope(const v1::LinkReturnedMessage& message,
                             const ledger::Leaf& leaf) const;
  absl::Status CheckPlaceOnly(const v1::LinkReturnedMessage& message,
                              const ledger::Leaf& leaf) const;
  absl::Status CheckOwn(const OpenedMessage& opened) const;
  absl::Status OnRung(const v1::LinkRead& rung);
  absl::Status OnDecision(const v1::LinkDecision& decision);
  // Each kind comes in the order of its leaves: a peer cannot turn it round, or give one twice.
  absl::Status CheckAfterLast(ReturnedKind kind, uint64_t epoch, uint64_t index);
  absl::Status OnDone(const v1::LinkGaveBack& done);
  absl::Status Keep(ReturnedKind kind, const v1::LinkGiveBack& thing);
  absl::Status Post(std::function<absl::Status(CommitScope&)> act);

  const LinkParts parts_;
  const SessionHooks hooks_;
  uint64_t fencing_ = 0;
  bool wanted_ = false;
  absl::Time copied_at_ = absl::InfinitePast();  // The time of the last leaf that is not lost.
  v1::LinkRestored taken_;
  // The leaf of what came last of each kind, by epoch and index.
  std::map<ReturnedKind, std::pair<uint64_t, uint64_t>> last_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_RESTORE_TAKE_BACK_H_
