#include "daemon/store/sqlite/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "daemon/store/sqlite/lists.h"
#include "daemon/store/sqlite/query.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/reason.pb.h"
#include "gatepost/v1/receipt.pb.h"

namespace gatepost::store::sqlite {
namespace {

constexpr char kRead[] = "to read a message";
constexpr char kList[] = "to list messages";
constexpr char kStore[] = "to store a message";

// What every question about messages begins with, in the order of ReadMessage.
const std::string kColumns =
    "SELECT m.row, m.stored_at, m.year, m.number, m.author, m.message_id, m.pae, m.signatures,"
    " m.origin_node, m.received_from, m.incoming_sequence, m.leaf_index, m.standing, m.reason,"
    " m.findings, m.replaces_row, m.replaced_by_row, m.scope_ids, m.envelope ";
const std::string kSelect = kColumns + "FROM message m ";

// Kept for the program's life, as Connection::Run wants it.
const std::string kByIdentity = kSelect + "WHERE m.message_id = ? AND m.author = ?";
const std::string kById = kSelect + "WHERE m.message_id = ? ORDER BY m.row";
const std::string kAccepted = kSelect + "WHERE m.pae = ? AND m.received_from IS NULL";
const std::string kByRow = kSelect + "WHERE m.row = ?";
const std::string kByReference = kSelect + "WHERE m.year = ? AND m.number = ?";
const std::string kBySequence = kSelect + "WHERE m.received_from = ? AND m.incoming_sequence = ?";

absl::StatusOr<MessageRecord> ReadMessage(const Query& query) {
  MessageRecord record;
  int column = 0;
  record.row = query.Integer(column++);
  record.stored_at = query.Time(column++);
  record.reference.year = static_cast<int32_t>(query.Integer(column++));
  record.reference.number = static_cast<uint32_t>(query.Integer(column++));
  record.author = query.String(column++);
  record.message_id = query.String(column++);
  GATEPOST_RETURN_IF_ERROR(query.Digest(column++, record.pae));
  GATEPOST_RETURN_IF_ERROR(query.Digest(column++, record.signatures));
  record.origin_node = query.String(column++);
  record.received_from = query.String(column++);
  record.incoming_sequence = query.Number(column++);
  record.leaf_index = query.Number(column++);
  record.standing = static_cast<v1::Rung>(query.Integer(column++));
  record.reason = static_cast<v1::Reason>(query.Integer(column++));
  record.findings = query.String(column++);
  record.replaces_row = query.Integer(column++);
  record.replaced_by_row = query.Integer(column++);
  std::optional<std::vector<std::string>> scope_ids = UnpackStrings(query.Bytes(column++));
  if (!scope_ids) return Damaged(query.purpose(), "scope ids");
  record.scope_ids = *std::move(scope_ids);
  record.envelope = query.String(column++);
  return record;
}

absl::StatusOr<std::optional<MessageRecord>> ReadOne(Query& query) {
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.Next());
  if (!found) return std::nullopt;
  GATEPOST_ASSIGN_OR_RETURN(MessageRecord record, ReadMessage(query));
  return record;
}

absl::StatusOr<std::vector<MessageRecord>> ReadAll(Query& query) {
  std::vector<MessageRecord> records;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(bool more, query.Next());
    if (!more) return records;
    GATEPOST_ASSIGN_OR_RETURN(MessageRecord record, ReadMessage(query));
    records.push_back(std::move(record));
  }
}

absl::StatusOr<int64_t> LastMessageRow(Connection& connection) {
  Query query = connection.Run(kRead, "SELECT coalesce(max(row), 0) FROM message");
  GATEPOST_RETURN_IF_ERROR(query.Next().status());
  return query.Integer(0);
}

// The lowest row whose message was stored at `time` or later; one above the last row when there is
// none. A binary search instead of an index: `stored_at` never decreases from row to row.
absl::StatusOr<int64_t> FirstRowFrom(Connection& connection, absl::Time time) {
  int64_t low = 1;
  GATEPOST_ASSIGN_OR_RETURN(int64_t high, LastMessageRow(connection));
  ++high;
  const int64_t wanted = absl::ToUnixMicros(time);
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    // Rows have no gaps today; a later version may purge some.
    Query query = connection.Run(
        kRead, "SELECT row, stored_at FROM message WHERE row >= ? ORDER BY row LIMIT 1");
    GATEPOST_ASSIGN_OR_RETURN(bool found, query.Bind(middle).Next());
    if (found && query.Integer(1) < wanted) {
      low = query.Integer(0) + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

absl::Status CheckOrder(Connection& connection, absl::Time stored_at) {
  Query query = connection.Run(kStore, "SELECT stored_at FROM message ORDER BY row DESC LIMIT 1");
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.Next());
  if (found && absl::ToUnixMicros(stored_at) < query.Integer(0)) {
    return Misused(
        "stored_at not before that of the newest message",
        fmt::format("{} us after {} us", absl::ToUnixMicros(stored_at), query.Integer(0)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<uint32_t> NextNumber(Connection& connection, int32_t year) {
  Query query = connection.Run(kStore,
                               "INSERT INTO reference_year (year, last) VALUES (?, 1)"
                               " ON CONFLICT (year) DO UPDATE SET last = last + 1 RETURNING last");
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.Bind(year).Next());
  if (!found) return Damaged(kStore, "reference year");
  const int64_t number = query.Integer(0);
  if (number > std::numeric_limits<uint32_t>::max()) return Misused(kStore, "too many in a year");
  // RETURNING gives its row before the statement is over.
  GATEPOST_RETURN_IF_ERROR(query.Finish());
  return static_cast<uint32_t>(number);
}

absl::StatusOr<std::optional<MessageRecord>> FindMessage(Connection& connection,
                                                         std::string_view author,
                                                         std::string_view message_id) {
  Query query = connection.Run(kRead, kByIdentity);
  query.BindText(message_id).BindText(author);
  return ReadOne(query);
}

absl::StatusOr<std::vector<MessageRecord>> FindMessagesById(Connection& connection,
                                                            std::string_view message_id) {
  Query query = connection.Run(kRead, kById);
  query.BindText(message_id);
  return ReadAll(query);
}

absl::StatusOr<std::optional<MessageRecord>> FindAccepted(Connection& connection,
                                                          const certs::Digest& pae) {
  Query query = connection.Run(kRead, kAccepted);
  query.Bind(pae);
  return ReadOne(query);
}

absl::StatusOr<std::optional<MessageRecord>> MessageByRow(Connection& connection, int64_t row) {
  Query query = connection.Run(kRead, kByRow);
  query.Bind(row);
  return ReadOne(query);
}

absl::StatusOr<std::optional<MessageRecord>> MessageByReference(Connection& connection,
                                                                ShortReference reference) {
  Query query = connection.Run(kRead, kByReference);
  query.Bind(reference.year).Bind(reference.number);
  return ReadOne(query);
}

absl::StatusOr<std::optional<MessageRecord>> MessageBySequence(Connection& connection,
                                                               std::string_view peer,
                                                               uint64_t sequence) {
  Query query = connection.Run(kRead, kBySequence);
  query.BindText(peer).BindBound(sequence);
  return ReadOne(query);
}

absl::StatusOr<std::vector<MessageRecord>> ListMessages(Connection& connection,
                                                        const MessageFilter& filter) {
  // The conditions on time become conditions on rows, in whose order everything is listed.
  int64_t from_row = 0;
  int64_t before_row =
      filter.before_row > 0 ? filter.before_row : std::numeric_limits<int64_t>::max();
  if (filter.stored_from) {
    GATEPOST_ASSIGN_OR_RETURN(from_row, FirstRowFrom(connection, *filter.stored_from));
  }
  if (filter.stored_before) {
    GATEPOST_ASSIGN_OR_RETURN(int64_t end, FirstRowFrom(connection, *filter.stored_before));
    before_row = std::min(before_row, end);
  }

  using Direction = MessageFilter::Direction;
  const bool by_scope = !filter.scope_id.empty();
  const bool by_author = !filter.author.empty();
  std::string sql;
  if (by_scope) {
    // CROSS JOIN fixes the order: from the scope's rows to the messages.
    sql = kColumns +
          "FROM message_scope s CROSS JOIN message m ON m.row = s.row"
          " WHERE s.scope_id = ? AND s.row >= ? AND s.row < ?";
  } else {
    sql = kSelect + "WHERE m.row >= ? AND m.row < ?";
  }
  if (by_author) sql += by_scope ? " AND +m.author = ?" : " AND m.author = ?";
  if (filter.direction != Direction::kBoth) {
    // A `+` keeps an index out of it.
    sql += by_scope || by_author ? " AND +(m.received_from IS NULL) = "
                                 : " AND (m.received_from IS NULL) = ";
    sql += filter.direction == Direction::kSubmitted ? "1" : "0";
  }
  sql += fmt::format(" ORDER BY {}.row DESC LIMIT ?", by_scope ? "s" : "m");

  Query query = connection.RunOnce(kList, sql);
  if (by_scope) query.BindText(filter.scope_id);
  query.Bind(from_row).Bind(before_row);
  if (by_author) query.BindText(filter.author);
  query.BindBound(filter.limit);
  return ReadAll(query);
}

absl::StatusOr<MessageRecord> InsertMessage(Connection& connection, MessageRecord record) {
  GATEPOST_RETURN_IF_ERROR(CheckOrder(connection, record.stored_at));
  if (record.reference.number == 0) {
    GATEPOST_ASSIGN_OR_RETURN(record.reference.number,
                              NextNumber(connection, record.reference.year));
  }
  const std::optional<std::string> scope_ids = PackStrings(record.scope_ids);
  if (!scope_ids) return Misused(kStore, "a scope id that is too long");
  {
    Query query = connection.Run(
        kStore,
        "INSERT INTO message (stored_at, year, number, author, message_id, pae, signatures,"
        " origin_node, received_from, incoming_sequence, leaf_index, standing, reason, findings,"
        " replaces_row, replaced_by_row, scope_ids, envelope)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    query.Bind(record.stored_at).Bind(record.reference.year).Bind(record.reference.number);
    query.BindText(record.author).BindText(record.message_id);
    query.Bind(record.pae).Bind(record.signatures).BindText(record.origin_node);
    if (record.received_from.empty()) {
      query.BindNull().BindNull();
    } else {
      query.BindText(record.received_from).Bind(record.incoming_sequence);
    }
    query.Bind(record.leaf_index).Bind(static_cast<int>(record.standing));
    query.Bind(static_cast<int>(record.reason)).BindBlob(record.findings);
    query.Bind(record.replaces_row).Bind(record.replaced_by_row);
    query.BindBlob(*scope_ids).BindBlob(record.envelope);
    GATEPOST_RETURN_IF_ERROR(query.Finish());
    record.row = connection.LastRow();
  }
  for (const std::string& scope_id : record.scope_ids) {
    // A scope named twice is one entry of the filter.
    Query query =
        connection.Run(kStore, "INSERT OR IGNORE INTO message_scope (scope_id, row) VALUES (?, ?)");
    GATEPOST_RETURN_IF_ERROR(query.BindText(scope_id).Bind(record.row).Finish());
  }
  return record;
}

absl::Status MarkMessageReplaced(Connection& connection, int64_t row, int64_t by) {
  Query query = connection.Run("to mark a message replaced",
                               "UPDATE message SET replaced_by_row = ? WHERE row = ?");
  GATEPOST_RETURN_IF_ERROR(query.Bind(by).Bind(row).Finish());
  if (connection.ChangedRows() != 1) return Misused(query.purpose(), "a row without a message");
  return absl::OkStatus();
}

absl::Status PurgeBody(Connection& connection, int64_t row) {
  Query query =
      connection.Run("to purge a body", "UPDATE message SET envelope = x'' WHERE row = ?");
  GATEPOST_RETURN_IF_ERROR(query.Bind(row).Finish());
  if (connection.ChangedRows() != 1) return Misused(query.purpose(), "a row without a message");
  return absl::OkStatus();
}

absl::StatusOr<std::vector<int64_t>> AcknowledgementsOf(Connection& connection, int64_t message_row,
                                                        std::string_view peer) {
  Query query = connection.Run("to read acknowledgements",
                               "SELECT message_row FROM acknowledgement"
                               " WHERE about_row = ? AND peer = ? ORDER BY message_row");
  query.Bind(message_row).BindText(peer);
  std::vector<int64_t> rows;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(bool more, query.Next());
    if (!more) return rows;
    rows.push_back(query.Integer(0));
  }
}

absl::Status PutAcknowledgement(Connection& connection, const AcknowledgementRecord& record) {
  Query query = connection.Run("to store an acknowledgement",
                               "INSERT INTO acknowledgement (about_row, peer, message_row)"
                               " VALUES (?, ?, ?)");
  return query.Bind(record.about_row).BindText(record.peer).Bind(record.message_row).Finish();
}

}  // namespace gatepost::store::sqlite
