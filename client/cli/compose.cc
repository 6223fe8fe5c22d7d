#include "client/cli/compose.h"

#include <utility>

#include "client/import/figure_path.h"
#include "client/import/splits.h"
#include "client/import/words.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

absl::Status WrongUse(std::string_view wanted, std::string_view came, std::string_view todo) {
  return system::Refuse(v1::REASON_BAD_ARGUMENT, wanted, came, todo);
}

// `--waiting export/fruit=155` for gate G as `G export fruit waiting=155`: a short flag is a path
// whose scope and measure are known.
std::string LongForm(const std::string& gate, const FigureOptions& options,
                     const std::string& measure, const std::string& typed) {
  std::string words;
  std::string value = typed;
  const size_t equals = typed.find('=');
  if (equals != std::string::npos && equals > 0 && typed[equals - 1] != '>' &&
      typed[equals - 1] != '<') {
    words = typed.substr(0, equals);
    value = typed.substr(equals + 1);
    for (char& c : words) {
      if (c == '/') c = ' ';
    }
  }
  return fmt::format("{} {} {} {}={}", gate, options.direction, words, measure, value);
}

v1::Figure NotOperating(const client::ScopeOnDate& scope, v1::Measure measure) {
  v1::Figure figure;
  figure.set_scope_id(scope.id);
  figure.set_extent(scope.extent);
  figure.set_direction(v1::DIRECTION_BOTH);
  figure.set_measure(measure);
  figure.set_load(v1::LOAD_ANY);
  figure.set_dwell(v1::DWELL_ANY);
  figure.mutable_quantity()->set_state(v1::VALUE_STATE_NOT_OPERATING);
  figure.mutable_quantity()->set_unit(v1::UNIT_VEHICLES);
  return figure;
}

}  // namespace

absl::StatusOr<v1::YardReport> EmptyReport(const Session& session, absl::CivilDay day,
                                           const AsOf& as_of) {
  v1::YardReport report;
  report.set_reporting_side(session.settings.country);
  *report.mutable_business_date() = domain::ToCivilDate(day);
  GATEPOST_ASSIGN_OR_RETURN(const absl::Time instant, domain::InstantOn(as_of.clock, day));
  *report.mutable_as_of() = domain::ToZoned(instant, as_of.clock.zone);
  report.set_as_of_assumed(as_of.assumed);
  report.set_revision(v1::REVISION_KIND_ORIGINAL);
  return report;
}

absl::StatusOr<std::vector<v1::Figure>> TypedFigures(const Session& session,
                                                     const FigureOptions& options,
                                                     absl::CivilDay day,
                                                     client::ImportRegister& known) {
  const std::string& side = session.settings.country;
  std::vector<v1::Figure> figures;
  for (const std::string& text : options.assignments) {
    GATEPOST_ASSIGN_OR_RETURN(v1::Figure figure,
                              client::FigureFromAssignment(text, side, day, known));
    figures.push_back(std::move(figure));
  }
  for (const FigureOptions::Short& flag : options.shorts) {
    if (flag.values.empty()) continue;
    if (options.gates.size() != 1) {
      return WrongUse(fmt::format("one --gate for --{}", flag.measure),
                      fmt::format("{}", options.gates.size()),
                      "name one gate, or use --figure for several");
    }
    GATEPOST_ASSIGN_OR_RETURN(const client::ScopeOnDate gate,
                              known.Resolve(options.gates.front(), day));
    for (const std::string& typed : flag.values) {
      GATEPOST_ASSIGN_OR_RETURN(
          v1::Figure figure,
          client::FigureFromAssignment(LongForm(gate.id, options, flag.measure, typed), side, day,
                                       known));
      figures.push_back(std::move(figure));
    }
  }
  if (options.not_operating) {
    if (options.gates.empty()) {
      return WrongUse("--gate with --not-operating", "none", "name the gates that did not operate");
    }
    for (const std::string& gate : options.gates) {
      GATEPOST_ASSIGN_OR_RETURN(const client::ScopeOnDate scope, known.Resolve(gate, day));
      figures.push_back(NotOperating(scope, v1::MEASURE_CLEARED));
      figures.push_back(NotOperating(scope, v1::MEASURE_WAITING));
    }
  }
  return figures;
}

void PutFigures(const std::vector<v1::Figure>& figures, v1::YardReport& report) {
  for (const v1::Figure& figure : figures) {
    v1::Figure* place = nullptr;
    for (v1::Figure& held : *report.mutable_figures()) {
      if (client::SameSubject(held, figure)) place = &held;
    }
    if (place != nullptr) {
      *place->mutable_quantity() = figure.quantity();
    } else {
      *report.add_figures() = figure;
    }
  }
}

absl::StatusOr<int> FindFigure(const v1::YardReport& report, const v1::Figure& figure,
                               const std::string& side) {
  std::vector<int> found;
  std::string all;
  for (int i = 0; i < report.figures_size(); ++i) {
    if (client::SameSubject(report.figures(i), figure)) found.push_back(i);
    if (all.size() < 2000) {
      all += (all.empty() ? "" : ", ") + client::PathOfFigure(report.figures(i), side);
    }
  }
  if (found.size() == 1) return found.front();
  return WrongUse(fmt::format("a figure of the report: {}", all),
                  fmt::format("{}, which it has {}", client::PathOfFigure(figure, side),
                              found.empty() ? "not" : "several times, at different times"),
                  "name one figure of the report, or send a revision (yard revise)");
}

absl::Status MarkReportSplits(absl::CivilDay day, client::ImportRegister& known,
                              v1::YardReport& report) {
  GATEPOST_ASSIGN_OR_RETURN(const client::CargoOnDate* cargo, known.Cargo(day));
  client::MarkSplits(cargo->splits, report);
  return absl::OkStatus();
}

}  // namespace gatepost::cli
