#include "daemon/store/sqlite/rungs.h"

#include <string>
#include <utility>

#include "daemon/store/sqlite/query.h"
#include "daemon/system/status_macros.h"

namespace gatepost::store::sqlite {
namespace {

constexpr char kRead[] = "to read rungs";

const std::string kColumns =
    "SELECT peer, given, number, message_row, rung, actor, epoch, leaf_index, head_size, leaf, path"
    " FROM rung ";
const std::string kGivenAfter =
    kColumns + "WHERE peer = ? AND given = 1 AND number > ? ORDER BY number LIMIT ?";
const std::string kTakenAfter =
    kColumns + "WHERE peer = ? AND given = 0 AND number > ? ORDER BY number LIMIT ?";
const std::string kOfMessage = kColumns + "WHERE message_row = ? ORDER BY peer, number";

absl::StatusOr<std::vector<RungRecord>> ReadAll(Query& query) {
  std::vector<RungRecord> records;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(bool more, query.Next());
    if (!more) return records;
    RungRecord record;
    record.peer = query.String(0);
    record.given = query.Integer(1) != 0;
    record.number = query.Number(2);
    record.message_row = query.Integer(3);
    record.rung = static_cast<v1::Rung>(query.Integer(4));
    record.actor = query.String(5);
    record.epoch = query.Number(6);
    record.leaf_index = query.Number(7);
    record.head_size = query.Number(8);
    record.leaf = query.String(9);
    record.path = query.String(10);
    records.push_back(std::move(record));
  }
}

}  // namespace

absl::StatusOr<std::vector<RungRecord>> RungsGiven(Connection& connection, std::string_view peer,
                                                   uint64_t after, size_t limit) {
  Query query = connection.Run(kRead, kGivenAfter);
  query.BindText(peer).BindBound(after).BindBound(limit);
  return ReadAll(query);
}

absl::StatusOr<std::vector<RungRecord>> RungsTaken(Connection& connection, std::string_view peer,
                                                   uint64_t after, size_t limit) {
  Query query = connection.Run(kRead, kTakenAfter);
  query.BindText(peer).BindBound(after).BindBound(limit);
  return ReadAll(query);
}

absl::StatusOr<std::vector<RungRecord>> RungsOf(Connection& connection, int64_t message_row) {
  Query query = connection.Run(kRead, kOfMessage);
  query.Bind(message_row);
  return ReadAll(query);
}

absl::Status PutRung(Connection& connection, const RungRecord& record) {
  Query query = connection.Run("to store a rung",
                               "INSERT INTO rung (peer, given, number, message_row, rung, actor,"
                               " epoch, leaf_index, head_size, leaf, path)"
                               " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  query.BindText(record.peer).Bind(record.given ? 1 : 0).Bind(record.number);
  query.Bind(record.message_row).Bind(static_cast<int>(record.rung)).BindText(record.actor);
  query.Bind(record.epoch).Bind(record.leaf_index).Bind(record.head_size);
  return query.BindBlob(record.leaf).BindBlob(record.path).Finish();
}

}  // namespace gatepost::store::sqlite
