#include "daemon/store/sqlite/groups.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "certs/digest.h"
#include "daemon/store/sqlite/lists.h"
#include "daemon/store/sqlite/query.h"
#include "daemon/system/status_macros.h"

namespace gatepost::store::sqlite {
namespace {

constexpr char kRead[] = "to read a group of leaves";
constexpr char kAppend[] = "to append a group of leaves";

enum class Leaves { kRead, kSkip };

// Columns: first_index, leaf_count, root, nodes[, leaves]. nullopt when there is no row.
absl::StatusOr<std::optional<LeafGroup>> ReadGroup(Query& query, Leaves leaves) {
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.Next());
  if (!found) return std::nullopt;
  LeafGroup group;
  group.first_index = query.Number(0);
  group.leaf_count = query.Number(1);
  GATEPOST_RETURN_IF_ERROR(query.Digest(2, group.root));
  std::optional<std::vector<certs::Digest>> nodes = UnpackDigests(query.Bytes(3));
  if (!nodes) return Damaged(kRead, fmt::format("nodes of group {}", group.first_index));
  group.nodes = *std::move(nodes);
  if (leaves == Leaves::kRead) {
    std::optional<std::vector<std::string>> unpacked = UnpackLeaves(query.Bytes(4));
    if (!unpacked || unpacked->size() != group.leaf_count) {
      return Damaged(kRead, fmt::format("leaves of group {}", group.first_index));
    }
    group.leaves = *std::move(unpacked);
  }
  return group;
}

// The group at or before `index`, if it reaches that far.
absl::StatusOr<std::optional<LeafGroup>> Holding(Query& query, uint64_t index, Leaves leaves) {
  query.BindBound(index);
  GATEPOST_ASSIGN_OR_RETURN(std::optional<LeafGroup> group, ReadGroup(query, leaves));
  if (group && index - group->first_index >= group->leaf_count) return std::nullopt;
  return group;
}

absl::StatusOr<uint64_t> LogSize(Connection& connection) {
  Query query = connection.Run(kAppend,
                               "SELECT first_index + leaf_count FROM ledger_group"
                               " ORDER BY first_index DESC LIMIT 1");
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.Next());
  return found ? query.Number(0) : 0;
}

}  // namespace

absl::StatusOr<std::optional<LeafGroup>> GroupOfLeaf(Connection& connection, uint64_t index) {
  Query query = connection.Run(kRead,
                               "SELECT first_index, leaf_count, root, nodes, leaves"
                               " FROM ledger_group WHERE first_index <= ?"
                               " ORDER BY first_index DESC LIMIT 1");
  return Holding(query, index, Leaves::kRead);
}

absl::StatusOr<std::optional<LeafGroup>> NodesOfLeaf(Connection& connection, uint64_t index) {
  Query query = connection.Run(kRead,
                               "SELECT first_index, leaf_count, root, nodes"
                               " FROM ledger_group WHERE first_index <= ?"
                               " ORDER BY first_index DESC LIMIT 1");
  return Holding(query, index, Leaves::kSkip);
}

absl::StatusOr<std::optional<LeafGroup>> LastGroup(Connection& connection) {
  Query query = connection.Run(kRead,
                               "SELECT first_index, leaf_count, root, nodes, leaves"
                               " FROM ledger_group ORDER BY first_index DESC LIMIT 1");
  return ReadGroup(query, Leaves::kRead);
}

absl::Status AppendGroup(Connection& connection, const LeafGroup& group) {
  GATEPOST_ASSIGN_OR_RETURN(const uint64_t size, LogSize(connection));
  if (group.first_index != size) {
    return Misused(fmt::format("a group that begins at the log's size, {}", size),
                   fmt::format("one that begins at {}", group.first_index));
  }
  if (group.leaves.empty() || group.leaf_count != group.leaves.size()) {
    return Misused("a group with at least one leaf, and their number",
                   fmt::format("{} leaves, number {}", group.leaves.size(), group.leaf_count));
  }
  const std::optional<std::string> leaves = PackLeaves(group.leaves);
  if (!leaves) return Misused("leaves of at most 65535 bytes", "a longer one");
  const std::string nodes = PackDigests(group.nodes);
  Query query = connection.Run(kAppend,
                               "INSERT INTO ledger_group"
                               " (first_index, leaf_count, root, nodes, leaves)"
                               " VALUES (?, ?, ?, ?, ?)");
  query.Bind(group.first_index).Bind(group.leaf_count).Bind(group.root);
  return query.BindBlob(nodes).BindBlob(*leaves).Finish();
}

}  // namespace gatepost::store::sqlite
