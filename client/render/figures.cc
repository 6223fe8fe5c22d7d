#include "client/render/figures.h"

#include <optional>
#include <utility>
#include <vector>

#include "client/import/figure_path.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "daemon/domain/civil_time.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

bool IsChange(v1::Measure measure) {
  return measure == v1::MEASURE_CLEARED_CHANGE || measure == v1::MEASURE_WAITING_CHANGE;
}

std::optional<absl::CivilDay> ReportDay(const v1::YardReport& report) {
  const absl::StatusOr<absl::CivilDay> day = domain::DayOf(report.business_date());
  return day.ok() ? std::optional(*day) : std::nullopt;
}

std::string PeriodText(const v1::FlowPeriod& period, const v1::YardReport& report,
                       const View& view) {
  if (!period.has_bounds()) return _("bounds unknown");
  return Say("{0} to {1}",
             TimeText(TimeOf(period.bounds().start().instant()), view.zones, ReportDay(report)),
             TimeText(TimeOf(period.bounds().end().instant()), view.zones, ReportDay(report)));
}

}  // namespace

std::string QuantityText(const v1::Quantity& quantity, v1::Measure measure) {
  switch (quantity.state()) {
    case v1::VALUE_STATE_NOT_REPORTED:
      return _("not reported");
    case v1::VALUE_STATE_NOT_OPERATING:
      return _("not operating");
    case v1::VALUE_STATE_REPORTED:
      break;
    default:
      return fmt::format("?{}", static_cast<int>(quantity.state()));
  }
  std::string number = IsChange(measure) ? fmt::format("{:+}", quantity.value())
                                         : fmt::format("{}", quantity.value());
  switch (quantity.qualifier()) {
    case v1::QUALIFIER_EXACT:
      return number;
    case v1::QUALIFIER_DERIVED:
      return Say("{0} derived", number);
    case v1::QUALIFIER_ABOUT:
      return "≈ " + number;
    case v1::QUALIFIER_AT_LEAST:
      return "≥ " + number;
    case v1::QUALIFIER_AT_MOST:
      return "≤ " + number;
    case v1::QUALIFIER_RANGE:
      return fmt::format("{}–{}", quantity.low(), quantity.high());
    case v1::QUALIFIER_AVERAGE:
      return Say("{0} average", number);
    default:
      return fmt::format("{} ?{}", number, static_cast<int>(quantity.qualifier()));
  }
}

std::string ScopeText(const v1::Figure& figure) {
  if (figure.extent() != v1::SCOPE_EXTENT_WITH_BELOW) return figure.scope_id();
  return fmt::format("{}, {}", figure.scope_id(), ExtentText(figure.extent()));
}

std::string FigureName(const v1::Figure& figure, const View& view) {
  std::string name =
      fmt::format("{} {} {}", ScopeText(figure), DirectionText(figure.direction(), view),
                  MeasureText(figure.measure(), client::PeriodOfFigure(figure)));
  name += " " + CargoText(figure.cargo_class());
  if (!figure.vehicle_country().empty()) name += " " + figure.vehicle_country();
  if (figure.load() > v1::LOAD_ANY) name += " " + LoadText(figure.load());
  if (figure.dwell() > v1::DWELL_ANY) name += " " + DwellText(figure.dwell());
  return name;
}

std::string FigureRemarks(const v1::Figure& figure, const v1::YardReport& report,
                          const View& view) {
  std::vector<std::string> remarks;
  if (!figure.vehicle_country().empty()) {
    remarks.push_back(Say("vehicles of {0}", figure.vehicle_country()));
  }
  if (figure.load() > v1::LOAD_ANY) remarks.push_back(LoadText(figure.load()));
  if (figure.dwell() > v1::DWELL_ANY) remarks.push_back(DwellText(figure.dwell()));
  if (!figure.yard_id().empty()) remarks.push_back(Say("in yard {0}", figure.yard_id()));
  if (figure.time().has_as_of()) {
    remarks.push_back(
        TimeText(TimeOf(figure.time().as_of().instant()), view.zones, ReportDay(report)));
  }
  if (figure.time().has_period()) {
    remarks.push_back(PeriodText(figure.time().period(), report, view));
  }
  if (figure.time().assumed()) remarks.push_back(_("time assumed"));
  if (figure.set_complete()) remarks.push_back(_("one of a complete set"));
  std::string text;
  for (const std::string& remark : remarks) text += (text.empty() ? "" : "; ") + remark;
  return text;
}

Table FigureTable(const v1::YardReport& report, const View& view) {
  Table table({{_("Scope")},
               {_("Direction")},
               {_("What")},
               {_("Class")},
               {_("Value"), Align::kRight},
               {_("Unit")},
               {_("Remarks")}});
  std::vector<std::string> above;
  for (const v1::Figure& figure : report.figures()) {
    std::vector<std::string> cells = {
        ScopeText(figure), DirectionText(figure.direction(), view),
        MeasureText(figure.measure(), client::PeriodOfFigure(figure)),
        // A part stands under its whole.
        (figure.split_id().empty() ? "" : "· ") + CargoText(figure.cargo_class()),
        QuantityText(figure.quantity(), figure.measure()),
        figure.quantity().state() == v1::VALUE_STATE_REPORTED ? UnitText(figure.quantity()) : "",
        FigureRemarks(figure, report, view)};
    std::vector<std::string> shown = cells;
    for (size_t i = 0; i < 3 && i < above.size() && cells[i] == above[i]; ++i) shown[i].clear();
    above = std::move(cells);
    table.Add(std::move(shown));
  }
  return table;
}

}  // namespace gatepost::render
