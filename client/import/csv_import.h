#ifndef GATEPOST_CLIENT_IMPORT_CSV_IMPORT_H_
#define GATEPOST_CLIENT_IMPORT_CSV_IMPORT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "client/import/import_register.h"
#include "daemon/domain/civil_time.h"
#include "gatepost/config/v1/csv_mapping.pb.h"
#include "gatepost/v1/yard_report.pb.h"

namespace gatepost::client {

// How to read a table.
struct ImportOptions {
  // The mapping file's contents; nullopt: the columns are those of daily-reports.csv.
  std::optional<config::v1::CsvMapping> mapping;
  // What applies to rows without a time of their own, on each row's business date: what the user
  // stated (`--as-of`), else the link agreement's cut-off.
  domain::ZonedClock as_of;
  // True when `as_of` is the cut-off that nobody stated.
  bool as_of_assumed = true;
};

// One report of a table: one business date and side.
struct ImportedReport {
  absl::CivilDay day;
  std::string side;
  // Without revision kind, override and practice mark; absent when a row stopped it.
  v1::YardReport report;
  // For each figure the number of its row.
  std::vector<size_t> row_numbers;
  // What stops it, one for each faulty row, in their order; empty: it may be sent.
  std::vector<absl::Status> problems;
};

// A whole table.
struct ImportedTable {
  // In the order in which they begin in the table.
  std::vector<ImportedReport> reports;
  // Rows that cannot even be given to a report: no date or side.
  std::vector<absl::Status> orphans;
  // Rows below the headings.
  size_t row_count = 0;
};

// Reads `bytes` (CSV; UTF-8 or GB 18030) into one report for each business date and side; a row for
// several days belongs to the last of them. A row that cannot be mapped stops the report it belongs
// to and no other; no row is dropped: each ends in a figure, a problem or an orphan.
// Fails as a whole, with REASON_UNMAPPED_ROW, for a table or headings that cannot be read
// (csv_table.h, row_reader.h), and with what `known` says when it cannot be asked at all.
absl::StatusOr<ImportedTable> ImportCsv(const std::string& bytes, const ImportOptions& options,
                                        ImportRegister& known);

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_IMPORT_CSV_IMPORT_H_
