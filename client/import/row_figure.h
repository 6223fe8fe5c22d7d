#ifndef GATEPOST_CLIENT_IMPORT_ROW_FIGURE_H_
#define GATEPOST_CLIENT_IMPORT_ROW_FIGURE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/import/import_register.h"
#include "client/import/row_reader.h"
#include "client/import/stated_time.h"
#include "gatepost/v1/yard_report.pb.h"

namespace gatepost::client {

// One row as a figure, its times still as the row states them: the report's own as-of decides what
// becomes of them (ApplyTimes).
struct RowFigure {
  v1::Figure figure;  // Without `time`; with `quantity`.
  DateRange dates;
  std::string side;
  std::optional<v1::ZonedTime> stated;  // The row's own as_of, on the last of its dates.
  v1::PeriodKind period = v1::PERIOD_KIND_UNSPECIFIED;  // UNSPECIFIED for what is no flow.
};

// What a row can be recognised by before anything else in it is looked at: its report.
struct RowReport {
  DateRange dates;
  std::string side;
};

// The business date (the last, for several days) and side of a row. REASON_UNMAPPED_ROW naming row,
// column, value and what is allowed.
absl::StatusOr<RowReport> ReportOfRow(const ImportRow& row, const RowReader& reader);

// The whole row. REASON_UNMAPPED_ROW as above; REASON_NO_TIME_ZONE and REASON_BAD_TIME for its
// as_of; errors of `known`, with the row's number.
absl::StatusOr<RowFigure> FigureOfRow(const ImportRow& row, const RowReport& report,
                                      const RowReader& reader, ImportRegister& known);

// Sets `time` of the figure where it differs from what the report's `as_of` says: a stock at
// another instant, a flow over another period (bounds 24 h for each of its days up to the as-of).
// `assumed` says that nobody stated `as_of`.
void ApplyTimes(const RowFigure& row, const v1::ZonedTime& as_of, bool assumed, v1::Figure& figure);

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_IMPORT_ROW_FIGURE_H_
