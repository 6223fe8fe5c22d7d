#include "client/import/csv_import.h"

#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "client/import/csv_table.h"
#include "client/import/row_figure.h"
#include "client/import/row_reader.h"
#include "client/import/splits.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::client {
namespace {

// A report while its rows are being collected.
struct Collected {
  ImportedReport result;
  std::vector<RowFigure> rows;
};

Collected& Find(std::vector<Collected>& reports, const RowReport& wanted) {
  for (Collected& report : reports) {
    if (report.result.day == wanted.dates.last && report.result.side == wanted.side) return report;
  }
  reports.emplace_back();
  reports.back().result.day = wanted.dates.last;
  reports.back().result.side = wanted.side;
  return reports.back();
}

// The time that every row states, if they all state the same one.
std::optional<v1::ZonedTime> CommonTime(const std::vector<RowFigure>& rows) {
  for (const RowFigure& row : rows) {
    if (!row.stated.has_value() ||
        row.stated->instant().seconds() != rows.front().stated->instant().seconds()) {
      return std::nullopt;
    }
  }
  return rows.front().stated;
}

absl::Status Build(const ImportOptions& options, ImportRegister& known, Collected& collected) {
  ImportedReport& result = collected.result;
  if (!result.problems.empty()) return absl::OkStatus();
  v1::YardReport& report = result.report;
  report.set_reporting_side(result.side);
  *report.mutable_business_date() = domain::ToCivilDate(result.day);
  const std::optional<v1::ZonedTime> common = CommonTime(collected.rows);
  if (common.has_value()) {
    *report.mutable_as_of() = *common;
  } else {
    GATEPOST_ASSIGN_OR_RETURN(const absl::Time as_of, domain::InstantOn(options.as_of, result.day));
    *report.mutable_as_of() = domain::ToZoned(as_of, options.as_of.zone);
  }
  report.set_as_of_assumed(!common.has_value() && options.as_of_assumed);
  for (const RowFigure& row : collected.rows) {
    v1::Figure& figure = *report.add_figures();
    figure = row.figure;
    ApplyTimes(row, report.as_of(), report.as_of_assumed(), figure);
  }
  GATEPOST_ASSIGN_OR_RETURN(const CargoOnDate* cargo, known.Cargo(result.day));
  MarkSplits(cargo->splits, report);
  return absl::OkStatus();
}

// Whether an error says that nothing can be looked up at all, so that every row would fail alike.
bool IsOutage(const absl::Status& status) {
  const v1::Reason reason = system::ReasonOf(status);
  return reason == v1::REASON_NOT_REACHABLE || reason == v1::REASON_NOT_ALLOWED ||
         reason == v1::REASON_INTERNAL;
}

}  // namespace

absl::StatusOr<ImportedTable> ImportCsv(const std::string& bytes, const ImportOptions& options,
                                        ImportRegister& known) {
  char separator = ',';
  const config::v1::CsvMapping* mapping = options.mapping.has_value() ? &*options.mapping : nullptr;
  if (mapping != nullptr && !mapping->separator().empty()) {
    if (mapping->separator().size() != 1 || mapping->separator() == "\"") {
      return system::Refuse(v1::REASON_UNMAPPED_ROW, "one character as separator",
                            mapping->separator(), "correct the mapping file");
    }
    separator = mapping->separator()[0];
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::string text, ToUtf8(bytes));
  GATEPOST_ASSIGN_OR_RETURN(const CsvTable table, ParseCsv(text, separator));
  GATEPOST_ASSIGN_OR_RETURN(const RowReader reader, RowReader::Create(table, mapping));

  ImportedTable imported;
  imported.row_count = table.rows.size();
  std::vector<Collected> reports;
  for (const CsvTable::Row& raw : table.rows) {
    const ImportRow row = reader.Read(raw);
    const absl::StatusOr<RowReport> key = ReportOfRow(row, reader);
    if (!key.ok()) {
      imported.orphans.push_back(key.status());
      continue;
    }
    Collected& report = Find(reports, *key);
    absl::StatusOr<RowFigure> figure = FigureOfRow(row, *key, reader, known);
    if (figure.ok()) {
      report.rows.push_back(*std::move(figure));
      report.result.row_numbers.push_back(row.number);
    } else if (IsOutage(figure.status())) {
      return figure.status();
    } else {
      report.result.problems.push_back(figure.status());
    }
  }
  for (Collected& report : reports) {
    GATEPOST_RETURN_IF_ERROR(Build(options, known, report));
    imported.reports.push_back(std::move(report.result));
  }
  return imported;
}

}  // namespace gatepost::client
