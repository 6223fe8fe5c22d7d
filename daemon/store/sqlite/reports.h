#ifndef GATEPOST_DAEMON_STORE_SQLITE_REPORTS_H_
#define GATEPOST_DAEMON_STORE_SQLITE_REPORTS_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/store/records.h"
#include "daemon/store/sqlite/connection.h"

// The projection of yard reports: the tables report, report_scope and report_key. Contracts:
// daemon/store/store.h.
namespace gatepost::store::sqlite {

absl::StatusOr<std::optional<int64_t>> ReportHolding(Connection& connection, std::string_view side,
                                                     std::string_view scope_id, absl::Time as_of);
absl::StatusOr<std::optional<ReportRecord>> Report(Connection& connection, int64_t message_row);
absl::StatusOr<std::vector<ReportRecord>> ListReports(Connection& connection,
                                                      const ReportFilter& filter);

// REASON_INTERNAL when there is a report of that message already.
absl::Status PutReport(Connection& connection, const ReportRecord& record);
absl::Status HoldReportKey(Connection& connection, std::string_view side, std::string_view scope_id,
                           absl::Time as_of, int64_t holder);
absl::Status FreeReportKey(Connection& connection, std::string_view side, std::string_view scope_id,
                           absl::Time as_of);

// Sets `replaced_by_row` of the report; nothing happens when the message is no report.
absl::Status MarkReportReplaced(Connection& connection, int64_t row, int64_t by);

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_REPORTS_H_
