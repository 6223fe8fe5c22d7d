#ifndef GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DISPUTE_H_
#define GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DISPUTE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/fault.h"
#include "daemon/store/store.h"

namespace gatepost::exchange {

// DECISION_DISPUTED: a decision is not what this node holds or the rules make of it.
absl::Status Contradicts(std::string_view wanted, std::string_view came);

// That refusal in words for people.
std::string WhyDisputed(const absl::Status& why);

// Marks the proposal as disputed, with an ALARM leaf DECISION_DISPUTED about it, unless it is
// already. `text` (for people) and `evidence` (exact bytes: the other node's leaf, path and head)
// are kept in the store as `dispute/<peer>/<leaf index>`; the leaf holds their digest. `cause` is
// the index of the disputed leaf in the sequencer's log.
absl::Status Dispute(CommitScope& scope, std::string_view peer, store::ProposalRecord standing,
                     std::string_view text, std::string_view evidence, uint64_t cause);

// The cause of the dispute about the proposal in `row`; none when there never was one.
absl::StatusOr<std::optional<uint64_t>> CauseOfDispute(const store::Reader& store, int64_t row);

// The dispute is over: the sequencer has undone what was disputed. An ALARM leaf CLEARED about the
// proposal.
absl::Status EndDispute(CommitScope& scope, std::string_view peer, HeldProposal about);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DISPUTE_H_
