#include "daemon/store/sqlite/held.h"

#include <string>
#include <utility>

#include "daemon/store/sqlite/messages.h"
#include "daemon/store/sqlite/query.h"
#include "daemon/system/status_macros.h"

namespace gatepost::store::sqlite {
namespace {

constexpr char kRead[] = "to read a held message";
constexpr char kStore[] = "to store a held message";

// Kept for the program's life, as Connection::Run wants it. In the order of ReadAll.
const std::string kSelect =
    "SELECT row, held_at, drops_at, year, number, author, message_id, pae, leaf_index, envelope"
    " FROM held ";
const std::string kByDigest = kSelect + "WHERE pae = ?";
const std::string kByIdentity = kSelect + "WHERE message_id = ? AND author = ?";
const std::string kById = kSelect + "WHERE message_id = ? ORDER BY row";
const std::string kByReference = kSelect + "WHERE year = ? AND number = ?";
const std::string kPage = kSelect + "WHERE row > ? ORDER BY row LIMIT ?";
const std::string kOverdue = kSelect + "WHERE drops_at <= ? ORDER BY drops_at LIMIT ?";

absl::StatusOr<std::vector<HeldRecord>> ReadAll(Query& query) {
  std::vector<HeldRecord> records;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(bool more, query.Next());
    if (!more) return records;
    HeldRecord record;
    record.row = query.Integer(0);
    record.held_at = query.Time(1);
    record.drops_at = query.Time(2);
    record.reference.year = static_cast<int32_t>(query.Integer(3));
    record.reference.number = static_cast<uint32_t>(query.Integer(4));
    record.author = query.String(5);
    record.message_id = query.String(6);
    GATEPOST_RETURN_IF_ERROR(query.Digest(7, record.pae));
    record.leaf_index = query.Number(8);
    record.envelope = query.String(9);
    records.push_back(std::move(record));
  }
}

absl::StatusOr<std::optional<HeldRecord>> ReadOne(Query& query) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<HeldRecord> records, ReadAll(query));
  if (records.empty()) return std::nullopt;
  return std::move(records.front());
}

}  // namespace

absl::StatusOr<std::optional<HeldRecord>> Held(Connection& connection, const certs::Digest& pae) {
  Query query = connection.Run(kRead, kByDigest);
  query.Bind(pae);
  return ReadOne(query);
}

absl::StatusOr<std::optional<HeldRecord>> FindHeld(Connection& connection, std::string_view author,
                                                   std::string_view message_id) {
  Query query = connection.Run(kRead, kByIdentity);
  query.BindText(message_id).BindText(author);
  return ReadOne(query);
}

absl::StatusOr<std::vector<HeldRecord>> FindHeldById(Connection& connection,
                                                     std::string_view message_id) {
  Query query = connection.Run(kRead, kById);
  query.BindText(message_id);
  return ReadAll(query);
}

absl::StatusOr<std::optional<HeldRecord>> HeldByReference(Connection& connection,
                                                          ShortReference reference) {
  Query query = connection.Run(kRead, kByReference);
  query.Bind(reference.year).Bind(reference.number);
  return ReadOne(query);
}

absl::StatusOr<std::vector<HeldRecord>> ListHeld(Connection& connection, int64_t after,
                                                 size_t limit) {
  Query query = connection.Run(kRead, kPage);
  query.Bind(after).Bind(limit);
  return ReadAll(query);
}

absl::StatusOr<std::vector<HeldRecord>> OverdueHeld(Connection& connection, absl::Time at,
                                                    size_t limit) {
  Query query = connection.Run(kRead, kOverdue);
  query.Bind(at).Bind(limit);
  return ReadAll(query);
}

absl::StatusOr<HeldCount> CountHeld(Connection& connection, std::string_view author) {
  Query query = connection.Run("to count held messages",
                               "SELECT (SELECT count(*) FROM held),"
                               " (SELECT count(*) FROM held WHERE author = ?)");
  query.BindText(author);
  GATEPOST_ASSIGN_OR_RETURN(bool more, query.Next());
  if (!more) return HeldCount{};
  return HeldCount{query.Number(0), query.Number(1)};
}

absl::StatusOr<bool> WasDropped(Connection& connection, const certs::Digest& pae) {
  Query query =
      connection.Run("to look for a dropped message", "SELECT 1 FROM dropped WHERE pae = ?");
  query.Bind(pae);
  return query.Next();
}

absl::StatusOr<HeldRecord> HoldMessage(Connection& connection, HeldRecord record) {
  if (record.row != 0) {
    Query query = connection.Run(kStore, "UPDATE held SET envelope = ? WHERE row = ?");
    GATEPOST_RETURN_IF_ERROR(query.BindBlob(record.envelope).Bind(record.row).Finish());
    return record;
  }
  GATEPOST_ASSIGN_OR_RETURN(record.reference.number, NextNumber(connection, record.reference.year));
  Query query = connection.Run(kStore,
                               "INSERT INTO held (held_at, drops_at, year, number, author,"
                               " message_id, pae, leaf_index, envelope)"
                               " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  query.Bind(record.held_at).Bind(record.drops_at);
  query.Bind(record.reference.year).Bind(record.reference.number);
  query.BindText(record.author).BindText(record.message_id).Bind(record.pae);
  query.Bind(record.leaf_index).BindBlob(record.envelope);
  GATEPOST_RETURN_IF_ERROR(query.Finish());
  record.row = connection.LastRow();
  return record;
}

absl::Status RemoveHeld(Connection& connection, int64_t row) {
  Query query = connection.Run("to end a held message", "DELETE FROM held WHERE row = ?");
  return query.Bind(row).Finish();
}

absl::Status PutDropped(Connection& connection, const certs::Digest& pae) {
  Query query = connection.Run("to remember a dropped message",
                               "INSERT INTO dropped (pae) VALUES (?) ON CONFLICT DO NOTHING");
  return query.Bind(pae).Finish();
}

}  // namespace gatepost::store::sqlite
