#include "daemon/store/sqlite/reports.h"

#include <limits>
#include <string>
#include <utility>

#include "absl/time/civil_time.h"
#include "daemon/store/sqlite/days.h"
#include "daemon/store/sqlite/lists.h"
#include "daemon/store/sqlite/query.h"
#include "daemon/system/status_macros.h"

namespace gatepost::store::sqlite {
namespace {

constexpr char kRead[] = "to read a report";
constexpr char kStore[] = "to store a report";

// What every question about reports begins with, in the order of ReadReport.
const std::string kColumns =
    "SELECT r.message_row, r.side, r.business_date, r.as_of, r.version, r.original_row,"
    " r.replaces_row, r.replaced_by_row, r.scope_ids ";
const std::string kByRow = kColumns + "FROM report r WHERE r.message_row = ?";

absl::StatusOr<ReportRecord> ReadReport(const Query& query) {
  ReportRecord record;
  record.message_row = query.Integer(0);
  record.side = query.String(1);
  record.business_date = DayOfNumber(query.Integer(2));
  record.as_of = query.Time(3);
  record.version = static_cast<int32_t>(query.Integer(4));
  record.original_row = query.Integer(5);
  record.replaces_row = query.Integer(6);
  record.replaced_by_row = query.Integer(7);
  std::optional<std::vector<std::string>> scope_ids = UnpackStrings(query.Bytes(8));
  if (!scope_ids) return Damaged(query.purpose(), "scope ids");
  record.scope_ids = *std::move(scope_ids);
  return record;
}

// `count` question marks.
std::string Marks(size_t count) {
  std::string marks = "?";
  for (size_t i = 1; i < count; ++i) marks += ", ?";
  return marks;
}

// The SQL of a list; parameters come in the order of ListReports.
std::string ListSql(const ReportFilter& filter) {
  std::string sql = kColumns;
  // One scope: from its rows to the reports. Several: each report is looked up among them.
  const size_t scopes = filter.any_scope_ids.size();
  if (scopes == 1) {
    sql +=
        "FROM report_scope s CROSS JOIN report r ON r.message_row = s.message_row"
        " WHERE s.scope_id = ? AND s.message_row < ?";
  } else if (scopes > 1) {
    sql += "FROM report r WHERE EXISTS (SELECT 1 FROM report_scope s WHERE s.scope_id IN (" +
           Marks(scopes) + ") AND s.message_row = r.message_row) AND r.message_row < ?";
  } else {
    sql += "FROM report r WHERE r.message_row < ?";
  }
  if (filter.original_row != 0) sql += " AND r.original_row = ?";
  if (filter.from && filter.from == filter.to) {
    sql += " AND r.business_date = ?";  // Its index has the order of the list.
  } else {
    if (filter.from) sql += " AND r.business_date >= ?";
    if (filter.to) sql += " AND r.business_date <= ?";
  }
  if (!filter.side.empty()) sql += " AND r.side = ?";
  if (!filter.with_replaced) sql += " AND r.replaced_by_row = 0";
  sql +=
      scopes == 1 ? " ORDER BY s.message_row DESC LIMIT ?" : " ORDER BY r.message_row DESC LIMIT ?";
  return sql;
}

}  // namespace

absl::StatusOr<std::optional<int64_t>> ReportHolding(Connection& connection, std::string_view side,
                                                     std::string_view scope_id, absl::Time as_of) {
  Query query = connection.Run(
      kRead, "SELECT holder FROM report_key WHERE side = ? AND scope_id = ? AND as_of = ?");
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.BindText(side).BindText(scope_id).Bind(as_of).Next());
  if (!found) return std::nullopt;
  return query.Integer(0);
}

absl::StatusOr<std::optional<ReportRecord>> Report(Connection& connection, int64_t message_row) {
  Query query = connection.Run(kRead, kByRow);
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.Bind(message_row).Next());
  if (!found) return std::nullopt;
  GATEPOST_ASSIGN_OR_RETURN(ReportRecord record, ReadReport(query));
  return record;
}

absl::StatusOr<std::vector<ReportRecord>> ListReports(Connection& connection,
                                                      const ReportFilter& filter) {
  Query query = connection.RunOnce("to list reports", ListSql(filter));
  for (const std::string& scope_id : filter.any_scope_ids) query.BindText(scope_id);
  query.Bind(filter.before_row > 0 ? filter.before_row : std::numeric_limits<int64_t>::max());
  if (filter.original_row != 0) query.Bind(filter.original_row);
  if (filter.from) query.Bind(DayNumber(*filter.from));
  if (filter.to && filter.from != filter.to) query.Bind(DayNumber(*filter.to));
  if (!filter.side.empty()) query.BindText(filter.side);
  query.BindBound(filter.limit);

  std::vector<ReportRecord> records;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(bool more, query.Next());
    if (!more) return records;
    GATEPOST_ASSIGN_OR_RETURN(ReportRecord record, ReadReport(query));
    records.push_back(std::move(record));
  }
}

absl::Status PutReport(Connection& connection, const ReportRecord& record) {
  const std::optional<std::string> scope_ids = PackStrings(record.scope_ids);
  if (!scope_ids) return Misused(kStore, "a scope id that is too long");
  {
    Query query = connection.Run(kStore,
                                 "INSERT INTO report (message_row, side, business_date, as_of,"
                                 " version, original_row, replaces_row, replaced_by_row, scope_ids)"
                                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    query.Bind(record.message_row).BindText(record.side).Bind(DayNumber(record.business_date));
    query.Bind(record.as_of).Bind(record.version).Bind(record.original_row);
    query.Bind(record.replaces_row).Bind(record.replaced_by_row);
    GATEPOST_RETURN_IF_ERROR(query.BindBlob(*scope_ids).Finish());
  }
  for (const std::string& scope_id : record.scope_ids) {
    Query query = connection.Run(
        kStore, "INSERT OR IGNORE INTO report_scope (scope_id, message_row) VALUES (?, ?)");
    GATEPOST_RETURN_IF_ERROR(query.BindText(scope_id).Bind(record.message_row).Finish());
  }
  return absl::OkStatus();
}

absl::Status HoldReportKey(Connection& connection, std::string_view side, std::string_view scope_id,
                           absl::Time as_of, int64_t holder) {
  Query query = connection.Run("to store the holder of a report key",
                               "INSERT OR REPLACE INTO report_key (side, scope_id, as_of, holder)"
                               " VALUES (?, ?, ?, ?)");
  return query.BindText(side).BindText(scope_id).Bind(as_of).Bind(holder).Finish();
}

absl::Status FreeReportKey(Connection& connection, std::string_view side, std::string_view scope_id,
                           absl::Time as_of) {
  Query query =
      connection.Run("to free a report key",
                     "DELETE FROM report_key WHERE side = ? AND scope_id = ? AND as_of = ?");
  return query.BindText(side).BindText(scope_id).Bind(as_of).Finish();
}

absl::Status MarkReportReplaced(Connection& connection, int64_t row, int64_t by) {
  Query query = connection.Run("to mark a report replaced",
                               "UPDATE report SET replaced_by_row = ? WHERE message_row = ?");
  return query.Bind(by).Bind(row).Finish();
}

}  // namespace gatepost::store::sqlite
