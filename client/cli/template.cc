#include "client/cli/template.h"

#include <string>
#include <utility>

#include "client/import/figure_path.h"
#include "client/import/quantity.h"
#include "client/render/figures.h"
#include "client/render/text.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/figure_key.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

using render::_;
using render::Say;

v1::Figure Line(v1::Figure figure) {
  const v1::Unit unit = figure.quantity().unit();
  const std::string printed = figure.quantity().unit_as_printed();
  figure.clear_time();
  figure.clear_quantity();
  figure.mutable_quantity()->set_state(v1::VALUE_STATE_NOT_REPORTED);
  figure.mutable_quantity()->set_unit(unit);
  figure.mutable_quantity()->set_unit_as_printed(printed);
  return figure;
}

const v1::Figure* Find(const std::vector<v1::Figure>& figures, const v1::Figure& wanted) {
  for (const v1::Figure& figure : figures) {
    if (client::SameSubject(figure, wanted)) return &figure;
  }
  return nullptr;
}

bool IsExact(const v1::Figure* figure) {
  return figure != nullptr && figure->quantity().state() == v1::VALUE_STATE_REPORTED &&
         (figure->quantity().qualifier() == v1::QUALIFIER_EXACT ||
          figure->quantity().qualifier() == v1::QUALIFIER_DERIVED);
}

// One answer for one line; false when the input ended.
bool AskForLine(const std::string& question, const v1::Figure* before, v1::Figure& figure) {
  for (std::string answer; Ask(question, answer);) {
    if (answer.empty()) return true;
    if (answer == "=" && before != nullptr) {
      *figure.mutable_quantity() = before->quantity();
      return true;
    }
    absl::StatusOr<v1::Quantity> quantity = client::QuantityFromText(answer, figure.measure());
    if (quantity.ok()) {
      *figure.mutable_quantity() = *std::move(quantity);
      return true;
    }
    std::string ignored;
    if (!Ask(Say("  {0}; Enter to go on", std::string(quantity.status().message())), ignored)) {
      break;
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<std::vector<v1::Figure>> YesterdaysFigures(Session& session, absl::CivilDay day) {
  v1::GetYardPictureRequest request;
  *request.mutable_business_date() = domain::ToCivilDate(day - 1);
  request.set_reporting_side(session.settings.country);
  GATEPOST_ASSIGN_OR_RETURN(const v1::GetYardPictureResponse picture,
                            session.node->GetYardPicture(request));
  std::vector<v1::Figure> figures;
  for (const v1::YardReportEntry& entry : picture.reports()) {
    for (const v1::Figure& figure : entry.report().figures()) {
      const v1::PeriodKind period = client::PeriodOfFigure(figure);
      const bool of_the_day =
          period == v1::PERIOD_KIND_UNSPECIFIED || period == v1::PERIOD_KIND_DAY_TO_CUT_OFF;
      if (!of_the_day) continue;
      v1::Figure line = figure;
      line.clear_time();
      if (Find(figures, line) == nullptr) figures.push_back(std::move(line));
    }
  }
  if (figures.empty()) {
    return system::Refuse(
        v1::REASON_NOT_FOUND,
        fmt::format("a report of {} for {}", session.settings.country, domain::DayText(day - 1)),
        "none is held by the node",
        "send today's report with --figure or "
        "--from-csv; tomorrow it is the template");
  }
  return figures;
}

void AddLines(const std::vector<v1::Figure>& yesterday, v1::YardReport& report) {
  for (const v1::Figure& figure : yesterday) {
    bool there = false;
    for (const v1::Figure& held : report.figures()) {
      there = there || client::SameSubject(held, figure);
    }
    if (!there) *report.add_figures() = Line(figure);
  }
}

bool AskForLines(const Session& session, const std::vector<v1::Figure>& yesterday,
                 v1::YardReport& report) {
  if (!CanAsk()) return true;
  int number = 0;
  for (v1::Figure& figure : *report.mutable_figures()) {
    ++number;
    if (figure.quantity().state() != v1::VALUE_STATE_NOT_REPORTED) continue;
    if (domain::IsChange(figure.measure())) continue;  // ComputeChanges fills them in.
    const v1::Figure* before = Find(yesterday, figure);
    const std::string was =
        before == nullptr ? "" : render::QuantityText(before->quantity(), before->measure());
    if (!AskForLine(Say("{0}/{1} {2} [yesterday {3}; Enter: not reported, =: the same]: ", number,
                        report.figures_size(), render::FigureName(figure, session.view), was),
                    before, figure)) {
      return false;
    }
  }
  return true;
}

void ComputeChanges(const std::vector<v1::Figure>& yesterday, v1::YardReport& report) {
  const std::vector<v1::Figure> today(report.figures().begin(), report.figures().end());
  for (v1::Figure& change : *report.mutable_figures()) {
    if (!domain::IsChange(change.measure()) ||
        change.quantity().state() != v1::VALUE_STATE_NOT_REPORTED) {
      continue;
    }
    v1::Figure counted = change;
    counted.set_measure(change.measure() == v1::MEASURE_CLEARED_CHANGE ? v1::MEASURE_CLEARED
                                                                       : v1::MEASURE_WAITING);
    const v1::Figure* before = Find(yesterday, counted);
    const v1::Figure* now = Find(today, counted);
    if (!IsExact(before) || !IsExact(now)) continue;
    change.mutable_quantity()->set_state(v1::VALUE_STATE_REPORTED);
    change.mutable_quantity()->set_qualifier(v1::QUALIFIER_DERIVED);
    change.mutable_quantity()->set_value(now->quantity().value() - before->quantity().value());
  }
}

}  // namespace gatepost::cli
