#ifndef GATEPOST_DAEMON_EXCHANGE_RESTORE_AGAIN_H_
#define GATEPOST_DAEMON_EXCHANGE_RESTORE_AGAIN_H_

#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/link_parts.h"
#include "daemon/exchange/restore/returned.h"
#include "daemon/ledger/leaf.h"
#include "gatepost/v1/link_service.pb.h"

namespace gatepost::exchange {

// Enters what a peer gave back (returned.h) where it belongs, in the commit that opens the epoch:
// each thing as of the time when it happened first, judged by the same rules on what was held then,
// with a leaf of the new epoch.
//
//   own log    messages received, rungs, decisions given      in the order of their lost leaves
//   peer's log messages sent (as delivered there), decisions taken   in the order of its leaves
//
// The two are merged by time. Clocks differ: what builds on something of the other log, within
// kMostApart, waits for it.
class Again {
 public:
  // What was entered.
  struct Counts {
    uint64_t sent = 0;
    uint64_t received = 0;
    uint64_t rungs = 0;
    uint64_t decisions = 0;
    uint64_t different = 0;  // Came out otherwise than then: an ALARM leaf each.
    // Epoch and index of lost leaves that came back with their proof.
    std::set<std::pair<uint64_t, uint64_t>> proved_leaves;
  };

  // `parts` are those of the link to the peer. All must outlive it.
  Again(CommitScope& scope, const LinkParts& parts, Counts& counts)
      : scope_(scope), parts_(parts), counts_(counts) {}

  // Everything after `from` up to `to`. Only the disk's errors, and LEDGER_DAMAGED.
  absl::Status EnterAll(const v1::LinkRestored& from, const v1::LinkRestored& to);

 private:
  // A thing that was given back, by its leaf.
  struct Item {
    uint64_t epoch = 0;
    uint64_t index = 0;
    absl::Time time;
    ReturnedKind kind = ReturnedKind::kReceived;
    uint64_t number = 0;
  };
  using Items = std::deque<Item>;

  absl::Status Load(ReturnedKind kind, uint64_t after, uint64_t last, Items& items);
  absl::Status Step(Items& own, Items& theirs);
  // False when it builds on something that is not held yet; then nothing was entered. `forced`: it
  // is entered in any case.
  absl::StatusOr<bool> Enter(const Item& item, bool forced);
  absl::StatusOr<bool> EnterSent(const v1::LinkReturnedMessage& message, bool forced);
  absl::StatusOr<bool> EnterReceived(const v1::LinkReturnedMessage& message, bool forced);
  absl::StatusOr<bool> EnterRung(const v1::LinkRead& rung, bool forced);
  absl::StatusOr<bool> EnterGiven(const v1::LinkDecision& decision, bool forced);
  absl::StatusOr<bool> EnterTaken(const v1::LinkDecision& decision, bool forced);
  absl::Status EnterUnreadable(const v1::LinkReturnedMessage& message, const ledger::Leaf& theirs);
  absl::Status Differs(const ledger::Leaf& then, const std::string& object, std::string came);

  CommitScope& scope_;
  const LinkParts& parts_;
  Counts& counts_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_RESTORE_AGAIN_H_
