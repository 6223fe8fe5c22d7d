#include "daemon/store/sqlite/hours.h"

#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "daemon/store/sqlite/days.h"
#include "daemon/store/sqlite/lists.h"
#include "daemon/store/sqlite/query.h"
#include "daemon/system/status_macros.h"

namespace gatepost::store::sqlite {
namespace {

constexpr char kRead[] = "to read hours";
constexpr char kStore[] = "to store hours";

// In the order of ReadHours. Not void is a void_since beyond all times: then one comparison does.
const std::string kColumns =
    "SELECT h.message_row, h.layer, h.since, h.first_day, h.last_day, h.void_since, h.void_by_row,"
    " h.gate_ids ";
const std::string kAt = kColumns +
                        "FROM hours_gate g JOIN hours h ON h.message_row = g.message_row"
                        " WHERE g.gate_id = ? AND g.last_day >= ? AND h.first_day <= ?"
                        " AND h.since <= ? AND h.void_since > ? ORDER BY h.message_row";

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

absl::StatusOr<HoursRecord> ReadHours(const Query& query) {
  HoursRecord record;
  record.message_row = query.Integer(0);
  record.layer = static_cast<int32_t>(query.Integer(1));
  record.since = query.Time(2);
  record.first_day = DayOfNumber(query.Integer(3));
  record.last_day = DayOfNumber(query.Integer(4));
  if (query.Integer(5) != kNever) record.void_since = query.Time(5);
  record.void_by_row = query.Integer(6);
  std::optional<std::vector<std::string>> gate_ids = UnpackStrings(query.Bytes(7));
  if (!gate_ids) return Damaged(query.purpose(), "gate ids");
  record.gate_ids = *std::move(gate_ids);
  return record;
}

}  // namespace

absl::StatusOr<std::vector<HoursRecord>> HoursAt(Connection& connection,
                                                 const HoursQuestion& question) {
  Query query = connection.Run(kRead, kAt);
  query.BindText(question.gate_id).Bind(DayNumber(question.from)).Bind(DayNumber(question.to));
  query.Bind(question.as_known_at).Bind(question.as_known_at);
  std::vector<HoursRecord> records;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(bool more, query.Next());
    if (!more) return records;
    GATEPOST_ASSIGN_OR_RETURN(HoursRecord record, ReadHours(query));
    records.push_back(std::move(record));
  }
}

absl::Status PutHours(Connection& connection, const HoursRecord& record) {
  const std::optional<std::string> gate_ids = PackStrings(record.gate_ids);
  if (!gate_ids) return Misused(kStore, "a gate id that is too long");
  {
    Query query = connection.Run(kStore,
                                 "INSERT INTO hours (message_row, layer, since, first_day,"
                                 " last_day, void_since, void_by_row, gate_ids)"
                                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    query.Bind(record.message_row).Bind(record.layer).Bind(record.since);
    query.Bind(DayNumber(record.first_day)).Bind(DayNumber(record.last_day));
    query.Bind(record.void_since ? absl::ToUnixMicros(*record.void_since) : kNever);
    GATEPOST_RETURN_IF_ERROR(query.Bind(record.void_by_row).BindBlob(*gate_ids).Finish());
  }
  for (const std::string& gate_id : record.gate_ids) {
    Query query = connection.Run(
        kStore, "INSERT INTO hours_gate (gate_id, last_day, message_row) VALUES (?, ?, ?)");
    query.BindText(gate_id).Bind(DayNumber(record.last_day)).Bind(record.message_row);
    GATEPOST_RETURN_IF_ERROR(query.Finish());
  }
  return absl::OkStatus();
}

absl::Status MarkHoursVoid(Connection& connection, int64_t row, int64_t by, absl::Time since) {
  Query query = connection.Run("to mark hours void",
                               "UPDATE hours SET void_since = ?, void_by_row = ?"
                               " WHERE message_row = ? AND void_since = ?");
  return query.Bind(since).Bind(by).Bind(row).Bind(kNever).Finish();
}

}  // namespace gatepost::store::sqlite
