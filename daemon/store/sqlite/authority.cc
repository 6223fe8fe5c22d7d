#include "daemon/store/sqlite/authority.h"

#include <limits>
#include <string>
#include <utility>

#include "daemon/store/sqlite/query.h"
#include "daemon/system/status_macros.h"

namespace gatepost::store::sqlite {
namespace {

constexpr char kReadEmergencies[] = "to read emergencies";

// An instant as a column; the infinite future is the largest number.
constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
int64_t ToColumn(absl::Time time) {
  return time == absl::InfiniteFuture() ? kNever : absl::ToUnixMicros(time);
}
absl::Time FromColumn(int64_t micros) {
  return micros == kNever ? absl::InfiniteFuture() : absl::FromUnixMicros(micros);
}

// Columns: message_row, due, countersigned_by, alarmed.
absl::StatusOr<std::vector<EmergencyRecord>> ReadEmergencies(Query& query) {
  std::vector<EmergencyRecord> records;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(bool more, query.Next());
    if (!more) return records;
    records.push_back(
        EmergencyRecord{query.Integer(0), query.Time(1), query.Integer(2), query.Integer(3) != 0});
  }
}

}  // namespace

absl::StatusOr<std::optional<RosterRecord>> RosterAt(Connection& connection,
                                                     std::string_view trust_domain, absl::Time at) {
  Query query = connection.Run("to read a roster",
                               "SELECT version, since, message_row FROM roster"
                               " WHERE trust_domain = ? AND since <= ?"
                               " ORDER BY version DESC LIMIT 1");
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.BindText(trust_domain).Bind(ToColumn(at)).Next());
  if (!found) return std::nullopt;
  return RosterRecord{std::string(trust_domain), static_cast<uint32_t>(query.Integer(0)),
                      query.Time(1), query.Integer(2)};
}

absl::StatusOr<uint32_t> NewestRosterVersion(Connection& connection,
                                             std::string_view trust_domain) {
  Query query = connection.Run("to read the versions of rosters",
                               "SELECT ifnull(max(version), 0) FROM roster WHERE trust_domain = ?");
  GATEPOST_RETURN_IF_ERROR(query.BindText(trust_domain).Next().status());
  return static_cast<uint32_t>(query.Integer(0));
}

absl::Status PutRoster(Connection& connection, const RosterRecord& record) {
  Query query = connection.Run("to store a roster",
                               "INSERT INTO roster (trust_domain, version, since, message_row)"
                               " VALUES (?, ?, ?, ?)");
  query.BindText(record.trust_domain).Bind(record.version).Bind(record.since);
  return query.Bind(record.message_row).Finish();
}

absl::StatusOr<std::vector<AnnouncedKeyRecord>> AnnouncedKeys(Connection& connection,
                                                              std::string_view subject) {
  Query query = connection.Run("to read announced keys",
                               "SELECT key_use, new_key, old_key, since, old_until, message_row"
                               " FROM announced_key WHERE subject = ? ORDER BY message_row");
  query.BindText(subject);
  std::vector<AnnouncedKeyRecord> records;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(bool more, query.Next());
    if (!more) return records;
    AnnouncedKeyRecord record;
    record.subject = std::string(subject);
    record.use = static_cast<v1::KeyUse>(query.Integer(0));
    record.new_key = query.String(1);
    record.old_key = query.String(2);
    record.since = query.Time(3);
    record.old_until = FromColumn(query.Integer(4));
    record.message_row = query.Integer(5);
    records.push_back(std::move(record));
  }
}

absl::Status PutAnnouncedKey(Connection& connection, const AnnouncedKeyRecord& record) {
  Query query = connection.Run("to store an announced key",
                               "INSERT INTO announced_key (subject, key_use, new_key, old_key,"
                               " since, old_until, message_row) VALUES (?, ?, ?, ?, ?, ?, ?)");
  query.BindText(record.subject).Bind(static_cast<int>(record.use)).BindText(record.new_key);
  query.BindText(record.old_key).Bind(record.since).Bind(ToColumn(record.old_until));
  return query.Bind(record.message_row).Finish();
}

absl::StatusOr<std::optional<EmergencyRecord>> Emergency(Connection& connection,
                                                         int64_t message_row) {
  Query query = connection.Run(kReadEmergencies,
                               "SELECT message_row, due, countersigned_by, alarmed FROM emergency"
                               " WHERE message_row = ?");
  query.Bind(message_row);
  GATEPOST_ASSIGN_OR_RETURN(std::vector<EmergencyRecord> records, ReadEmergencies(query));
  if (records.empty()) return std::nullopt;
  return records.front();
}

absl::StatusOr<std::vector<EmergencyRecord>> OpenEmergencies(Connection& connection) {
  Query query = connection.Run(kReadEmergencies,
                               "SELECT message_row, due, countersigned_by, alarmed FROM emergency"
                               " WHERE countersigned_by = 0 ORDER BY message_row");
  return ReadEmergencies(query);
}

absl::Status PutEmergency(Connection& connection, const EmergencyRecord& record) {
  Query query = connection.Run("to store an emergency",
                               "INSERT INTO emergency (message_row, due, countersigned_by, alarmed)"
                               " VALUES (?, ?, ?, ?) ON CONFLICT (message_row) DO UPDATE SET"
                               " due = excluded.due, countersigned_by = excluded.countersigned_by,"
                               " alarmed = excluded.alarmed");
  query.Bind(record.message_row).Bind(record.due).Bind(record.countersigned_by);
  return query.Bind(static_cast<int>(record.alarmed)).Finish();
}

}  // namespace gatepost::store::sqlite
