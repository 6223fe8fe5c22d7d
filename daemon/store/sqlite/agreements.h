#ifndef GATEPOST_DAEMON_STORE_SQLITE_AGREEMENTS_H_
#define GATEPOST_DAEMON_STORE_SQLITE_AGREEMENTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/records.h"
#include "daemon/store/sqlite/connection.h"

// The tables proposal, thread_entry and decision. Contracts: daemon/store/store.h.
namespace gatepost::store::sqlite {

absl::StatusOr<std::vector<int64_t>> Threads(Connection& connection, int64_t before_row,
                                             size_t limit);
absl::StatusOr<std::vector<ThreadEntry>> ThreadEntries(Connection& connection, int64_t thread_row);
absl::StatusOr<std::optional<ThreadEntry>> ThreadEntryOf(Connection& connection,
                                                         int64_t message_row);
absl::StatusOr<std::vector<ThreadEntry>> Unsettled(Connection& connection, std::string_view peer);
absl::StatusOr<std::optional<ProposalRecord>> Proposal(Connection& connection, int64_t message_row);
absl::StatusOr<std::vector<ProposalRecord>> ProposalsIn(Connection& connection,
                                                        v1::AgreementState state,
                                                        std::string_view peer);
absl::StatusOr<std::vector<DecisionRecord>> Decisions(Connection& connection, std::string_view peer,
                                                      uint64_t after, size_t limit);
absl::StatusOr<std::vector<DecisionRecord>> DecisionsOfThread(Connection& connection,
                                                              int64_t thread_row);
absl::Status PutProposal(Connection& connection, const ProposalRecord& record);
absl::Status PutThreadEntry(Connection& connection, const ThreadEntry& entry);
absl::Status PutDecision(Connection& connection, const DecisionRecord& record);

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_AGREEMENTS_H_
