#ifndef GATEPOST_DAEMON_EXCHANGE_RESTORE_AGAIN_H_
#define GATEPOST_DAEMON_EXCHANGE_RESTORE_AGAIN_H_

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/link_parts.h"
#include "daemon/exchange/restore/returned.h"
#include "gatepost/v1/link_service.pb.h"

namespace gatepost::exchange {

// Enters what a peer gave back (returned.h) where it belongs, in the commit that opens the epoch:
// each thing as of the time when it happened first, judged by the same rules on what was held then,
// with a leaf of the new epoch that names the lost one. The lost leaves are in the order of their
// log; messages of this node, whose ACCEPTED leaves nobody else has, stand where the peer delivered
// them, or before the decision about them.
class Again {
 public:
  // What was entered.
  struct Counts {
    uint64_t sent = 0;
    uint64_t received = 0;
    uint64_t rungs = 0;
    uint64_t decisions = 0;
    uint64_t different = 0;           // Came out otherwise than then: an ALARM leaf each.
    std::set<uint64_t> proved_leaves;  // Indices of lost leaves that came back with their proof.
  };

  // `parts` are those of the link to the peer. All must outlive it.
  Again(CommitScope& scope, const LinkParts& parts, Counts& counts)
      : scope_(scope), parts_(parts), counts_(counts) {}

  // Everything after `from` up to `to`. Only the disk's errors, and LEDGER_DAMAGED.
  absl::Status EnterAll(const v1::LinkRestored& from, const v1::LinkRestored& to);

 private:
  absl::Status EnterSentUpTo(absl::Time time);
  absl::Status EnterSentWith(const certs::Digest& pae);
  absl::Status EnterSent();
  absl::Status EnterReceived(uint64_t sequence);
  absl::Status EnterRung(uint64_t number);
  absl::Status EnterDecision(uint64_t number);
  absl::Status Differs(const ledger::Leaf& then, const std::string& object, std::string came);

  CommitScope& scope_;
  const LinkParts& parts_;
  Counts& counts_;
  uint64_t next_sent_ = 0;
  uint64_t last_sent_ = 0;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_RESTORE_AGAIN_H_
