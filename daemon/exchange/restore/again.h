#ifndef GATEPOST_DAEMON_EXCHANGE_RESTORE_AGAIN_H_
#define GATEPOST_DAEMON_EXCHANGE_RESTORE_AGAIN_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/link_parts.h"
#include "daemon/exchange/restore/again_link.h"
#include "daemon/exchange/restore/returned.h"
#include "gatepost/v1/link_service.pb.h"

namespace gatepost::exchange {

// What one peer gave back: everything after `from` up to `to`.
struct ReturnedByPeer {
  const LinkParts& parts;
  v1::LinkRestored from;
  v1::LinkRestored to;
  NamedHead witnessed;  // The largest head of its log that this node's witness had cosigned.
};

// Enters what all peers gave back (returned.h) where it belongs, in the commit that opens the
// epoch, judged by the same rules on what was held then, with leaves of the new epoch.
//
//   own log             messages received, rungs, decisions given      in the order of their lost
//                                                                      leaves, of all links
//   each peer's log     messages sent (as delivered there), decisions taken   in the order of its
//                                                                             leaves
//
// They are merged by time. Clocks differ: what builds on something of another log, within
// kMostApart, waits for it.
class Again {
 public:
  // Both must outlive it.
  Again(CommitScope& scope, AgainCounts& counts) : scope_(scope), counts_(counts) {}

  // Only the disk's errors, and LEDGER_DAMAGED.
  absl::Status EnterAll(const std::vector<ReturnedByPeer>& peers);

 private:
  // A thing that was given back, by its leaf.
  struct Item {
    LeafPlace place;
    absl::Time time;
    size_t peer = 0;
    ReturnedKind kind = ReturnedKind::kReceived;
    uint64_t number = 0;
  };
  using Items = std::deque<Item>;
  // A message of a peer whose leaf was a decision, too.
  struct DecidingMessage {
    LeafPlace place;
    ledger::Leaf leaf;
  };

  absl::Status LoadPeer(const ReturnedByPeer& returned, size_t peer, Items& own, Items& theirs);
  absl::Status Load(const ReturnedByPeer& returned, size_t peer, ReturnedKind kind, Items& items);
  absl::StatusOr<bool> Enter(const Item& item, bool forced);
  absl::Status Step();
  absl::Status NameMissingDecisions(size_t peer);
  absl::Status QueueForOthers(const std::vector<ReturnedByPeer>& peers);

  CommitScope& scope_;
  AgainCounts& counts_;
  std::vector<std::unique_ptr<AgainOnLink>> links_;
  std::vector<Items> queues_;  // This node's own log, then the log of each peer.
  std::vector<std::vector<DecidingMessage>> deciding_;  // By peer.
  std::vector<std::set<LeafPlace>> decided_;            // By peer: leaves of its decisions.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_RESTORE_AGAIN_H_
