#include "daemon/store/sqlite/witness.h"

#include <utility>

#include "daemon/store/sqlite/query.h"
#include "daemon/system/status_macros.h"

namespace gatepost::store::sqlite {
namespace {

constexpr char kReadHeads[] = "to read heads with cosignatures";

// Columns: origin, size, checkpoint.
absl::StatusOr<std::vector<CosignedHeadRecord>> ReadAll(Query& query) {
  std::vector<CosignedHeadRecord> heads;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(bool more, query.Next());
    if (!more) return heads;
    heads.push_back(CosignedHeadRecord{query.String(0), query.Number(1), query.String(2)});
  }
}

}  // namespace

absl::StatusOr<std::vector<CosignedHeadRecord>> CosignedHeads(Connection& connection,
                                                              std::string_view origin,
                                                              uint64_t from_size, size_t limit) {
  Query query = connection.Run(kReadHeads,
                               "SELECT origin, size, checkpoint FROM cosigned_head"
                               " WHERE origin = ? AND size >= ? ORDER BY size LIMIT ?");
  query.BindText(origin).BindBound(from_size).BindBound(limit);
  return ReadAll(query);
}

absl::StatusOr<std::optional<CosignedHeadRecord>> NewestCosignedHead(Connection& connection,
                                                                     std::string_view origin) {
  Query query = connection.Run(kReadHeads,
                               "SELECT origin, size, checkpoint FROM cosigned_head"
                               " WHERE origin = ? ORDER BY size DESC LIMIT 1");
  query.BindText(origin);
  GATEPOST_ASSIGN_OR_RETURN(std::vector<CosignedHeadRecord> heads, ReadAll(query));
  if (heads.empty()) return std::nullopt;
  return std::move(heads.front());
}

absl::StatusOr<std::optional<WitnessedRecord>> Witnessed(Connection& connection,
                                                         std::string_view origin) {
  Query query = connection.Run("to read what the witness has cosigned",
                               "SELECT size, root, checkpoint FROM witnessed WHERE origin = ?");
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.BindText(origin).Next());
  if (!found) return std::nullopt;
  WitnessedRecord record;
  record.origin = std::string(origin);
  record.size = query.Number(0);
  GATEPOST_RETURN_IF_ERROR(query.Digest(1, record.root));
  record.checkpoint = query.String(2);
  return record;
}

absl::Status PutCosignedHead(Connection& connection, const CosignedHeadRecord& record) {
  Query query = connection.Run("to store a head with cosignatures",
                               "INSERT INTO cosigned_head (origin, size, checkpoint)"
                               " VALUES (?, ?, ?) ON CONFLICT (origin, size)"
                               " DO UPDATE SET checkpoint = excluded.checkpoint");
  return query.BindText(record.origin).Bind(record.size).BindBlob(record.checkpoint).Finish();
}

absl::Status PutWitnessed(Connection& connection, const WitnessedRecord& record) {
  Query query = connection.Run("to store what the witness has cosigned",
                               "INSERT INTO witnessed (origin, size, root, checkpoint)"
                               " VALUES (?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE SET"
                               " size = excluded.size, root = excluded.root,"
                               " checkpoint = excluded.checkpoint");
  query.BindText(record.origin).Bind(record.size).Bind(record.root);
  return query.BindBlob(record.checkpoint).Finish();
}

}  // namespace gatepost::store::sqlite
