#ifndef GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DISPUTE_H_
#define GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DISPUTE_H_

#include <string_view>

#include "absl/status/status.h"
#include "daemon/exchange/committer.h"
#include "daemon/store/store.h"

namespace gatepost::exchange {

// Marks the proposal as disputed, with an ALARM leaf DECISION_DISPUTED about it, unless it is
// already. `text` (for people) and `evidence` (exact bytes: the other node's leaf, path and head)
// are kept in the store as `dispute/<peer>/<leaf index>`; the leaf holds their digest.
absl::Status Dispute(CommitScope& scope, std::string_view peer, store::ProposalRecord standing,
                     std::string_view text, std::string_view evidence);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DISPUTE_H_
