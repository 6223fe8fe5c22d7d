// The figures of reports as a table that an import reads back.

#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "client/import/figure_path.h"
#include "client/import/quantity.h"
#include "client/import/words.h"
#include "client/render/reports.h"
#include "client/render/table.h"
#include "client/render/times.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

// The dates a figure covers: the business date, or for several days `first/last`.
std::string Dates(const v1::YardReport& report, const v1::Figure& figure) {
  std::string last = DateText(report.business_date());
  const v1::FlowPeriod& period = figure.time().period();
  if (!figure.time().has_period() || !period.has_bounds()) return last;
  const int64_t seconds =
      period.bounds().end().instant().seconds() - period.bounds().start().instant().seconds();
  const int64_t days = seconds / (24 * 60 * 60);
  if (days < 2) return last;
  const absl::CivilDay end(report.business_date().year(), report.business_date().month(),
                           report.business_date().day());
  return absl::FormatCivilTime(end - (days - 1)) + "/" + last;
}

// The time a figure states: its own, else the report's where that was stated.
std::string AsOf(const v1::YardReport& report, const v1::Figure& figure) {
  if (figure.time().has_as_of()) return MachineTime(figure.time().as_of());
  if (figure.time().has_period() && figure.time().period().has_bounds()) {
    return figure.time().assumed() ? "" : MachineTime(figure.time().period().bounds().end());
  }
  return report.as_of_assumed() ? "" : MachineTime(report.as_of());
}

std::string Unit(const v1::Quantity& quantity) {
  return quantity.unit() == v1::UNIT_MIXED ? quantity.unit_as_printed()
                                           : std::string(client::UnitWord(quantity.unit()));
}

}  // namespace

std::string FiguresCsv(const google::protobuf::RepeatedPtrField<v1::YardReportEntry>& entries) {
  Table table({{"business_date"}, {"as_of"},        {"side"},     {"scope"},     {"scope_kind"},
               {"direction"},     {"measure"},      {"cargo"},    {"value"},     {"unit"},
               {"qualifier"},     {"set_complete"}, {"vehicles"}, {"load"},      {"dwell"},
               {"yard"},          {"split"},        {"period"},   {"reference"}, {"version"}});
  for (const v1::YardReportEntry& entry : entries) {
    const v1::YardReport& report = entry.report();
    for (const v1::Figure& figure : report.figures()) {
      const bool reported = figure.quantity().state() == v1::VALUE_STATE_REPORTED;
      const std::string_view side = report.reporting_side();
      table.Add(
          {Dates(report, figure),
           AsOf(report, figure),
           report.reporting_side(),
           figure.scope_id(),
           fmt::format("{}", client::ExtentWord(figure.extent())),
           std::string(client::DirectionWord(figure.direction(), side)),
           std::string(client::MeasureWord(figure.measure())),
           figure.cargo_class().empty() ? "all" : figure.cargo_class(),
           client::ValueCell(figure.quantity()),
           Unit(figure.quantity()),
           reported ? std::string(client::QualifierWord(figure.quantity().qualifier())) : "",
           figure.set_complete() ? "yes" : "",
           figure.vehicle_country(),
           figure.load() == v1::LOAD_ANY ? "" : std::string(client::LoadWord(figure.load())),
           figure.dwell() == v1::DWELL_ANY ? "" : std::string(client::DwellWord(figure.dwell())),
           figure.yard_id(),
           figure.split_id(),
           std::string(client::PeriodWord(client::PeriodOfFigure(figure))),
           entry.short_reference(),
           fmt::format("{}", entry.version())});
    }
  }
  return table.ToCsv();
}

}  // namespace gatepost::render
