#ifndef GATEPOST_DAEMON_STORE_SQLITE_GROUPS_H_
#define GATEPOST_DAEMON_STORE_SQLITE_GROUPS_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/records.h"
#include "daemon/store/sqlite/connection.h"

// The table ledger_group: one blob row for each commit's leaves. Contracts: daemon/store/store.h.
namespace gatepost::store::sqlite {

absl::StatusOr<std::optional<LeafGroup>> GroupOfLeaf(Connection& connection, uint64_t index);
absl::StatusOr<std::optional<LeafGroup>> NodesOfLeaf(Connection& connection, uint64_t index);
absl::StatusOr<std::optional<LeafGroup>> LastGroup(Connection& connection);

// REASON_INTERNAL when the group is empty, does not begin at the log's size, or has a leaf longer
// than 65535 bytes.
absl::Status AppendGroup(Connection& connection, const LeafGroup& group);

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_GROUPS_H_
