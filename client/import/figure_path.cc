#include "client/import/figure_path.h"

#include <optional>
#include <vector>

#include "client/import/quantity.h"
#include "client/import/words.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "fmt/core.h"
#include "google/protobuf/util/message_differencer.h"

namespace gatepost::client {
namespace {

constexpr std::string_view kExample =
    "the form LS-ALL/export/waiting/fruit: scope, direction, measure, class";

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

absl::Status BadPath(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_BAD_ARGUMENT, wanted, came, fmt::format("use {}", kExample));
}

// Words are apart by spaces where there are any, else by slashes.
std::vector<std::string> WordsOf(std::string_view path) {
  path = Trimmed(path);
  const char separator = path.find(' ') != std::string_view::npos ? ' ' : '/';
  std::vector<std::string> words;
  while (!path.empty()) {
    const size_t end = path.find(separator);
    if (const std::string_view word = Trimmed(path.substr(0, end)); !word.empty()) {
      words.emplace_back(word);
    }
    path = end == std::string_view::npos ? "" : path.substr(end + 1);
  }
  return words;
}

// Takes `name:value` words; false for any other.
absl::StatusOr<bool> TakeNamed(std::string_view word, absl::CivilDay day, ImportRegister& known,
                               v1::Figure& figure) {
  const size_t colon = word.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string name = NormalWord(word.substr(0, colon));
  const std::string value(word.substr(colon + 1));
  if (name == "vehicles") {
    figure.set_vehicle_country(value == "all" ? "" : value);
  } else if (name == "yard") {
    GATEPOST_ASSIGN_OR_RETURN(const ScopeOnDate yard, known.Resolve(value, day));
    figure.set_yard_id(yard.id);
  } else if (name == "split") {
    figure.set_split_id(value);
  } else {
    return false;
  }
  return true;
}

void SetPeriod(v1::PeriodKind kind, v1::Figure& figure) {
  figure.mutable_time()->mutable_period()->set_kind(kind);
}

// Takes the words whose list is fixed; false for any other, which can only be a cargo class.
bool TakeWord(std::string_view word, std::string_view side, v1::Figure& figure) {
  if (const auto measure = MeasureOf(word)) {
    figure.set_measure(measure->measure);
    if (measure->period != v1::PERIOD_KIND_UNSPECIFIED) SetPeriod(measure->period, figure);
  } else if (const auto direction = DirectionOf(word, side)) {
    figure.set_direction(*direction);
  } else if (const auto extent = ExtentOf(word)) {
    figure.set_extent(*extent);
  } else if (const auto load = LoadOf(word); load && *load != v1::LOAD_ANY) {
    figure.set_load(*load);
  } else if (const auto dwell = DwellOf(word); dwell && *dwell != v1::DWELL_ANY) {
    figure.set_dwell(*dwell);
  } else if (const auto period = PeriodOf(word)) {
    SetPeriod(*period, figure);
  } else {
    return false;
  }
  return true;
}

absl::Status TakeClass(std::string_view word, const CargoOnDate& cargo, v1::Figure& figure) {
  if (NormalWord(word) == "all") return absl::OkStatus();
  std::string allowed = "all";
  for (const v1::CargoClass& known : cargo.classes) {
    if (NormalWord(known.id()) == NormalWord(word)) {
      figure.set_cargo_class(known.id());
      return absl::OkStatus();
    }
    allowed += ", " + known.id();
  }
  return BadPath(
      fmt::format("a direction ({}), a measure ({}), an extent ({}) or a cargo class ({})",
                  AllowedWords("direction"), AllowedWords("measure"), AllowedWords("extent"),
                  allowed),
      system::Printable(word, 60));
}

}  // namespace

absl::StatusOr<v1::Figure> FigureFromPath(std::string_view path, std::string_view side,
                                          absl::CivilDay day, ImportRegister& known) {
  const std::vector<std::string> words = WordsOf(path);
  if (words.size() < 2) return BadPath("a scope and a measure", system::Printable(path, 60));
  GATEPOST_ASSIGN_OR_RETURN(const ScopeOnDate scope, known.Resolve(words[0], day));
  GATEPOST_ASSIGN_OR_RETURN(const CargoOnDate* cargo, known.Cargo(day));
  v1::Figure figure;
  figure.set_scope_id(scope.id);
  figure.set_extent(scope.extent);
  figure.set_direction(v1::DIRECTION_BOTH);
  figure.set_load(v1::LOAD_ANY);
  figure.set_dwell(v1::DWELL_ANY);
  for (size_t i = 1; i < words.size(); ++i) {
    GATEPOST_ASSIGN_OR_RETURN(const bool named, TakeNamed(words[i], day, known, figure));
    if (named || TakeWord(words[i], side, figure)) continue;
    GATEPOST_RETURN_IF_ERROR(TakeClass(words[i], *cargo, figure));
  }
  if (figure.measure() == v1::MEASURE_UNSPECIFIED) {
    return BadPath(fmt::format("a measure: {}", AllowedWords("measure")),
                   system::Printable(path, 60));
  }
  return figure;
}

std::string PathOfFigure(const v1::Figure& figure, std::string_view side) {
  std::string path = figure.scope_id();
  const auto add = [&path](std::string_view word) {
    path += '/';
    path += word;
  };
  if (figure.extent() == v1::SCOPE_EXTENT_WITH_BELOW) add(ExtentWord(figure.extent()));
  add(DirectionWord(figure.direction(), side));
  add(MeasureWord(figure.measure()));
  const v1::PeriodKind period = PeriodOfFigure(figure);
  if (period != v1::PERIOD_KIND_UNSPECIFIED && period != v1::PERIOD_KIND_DAY_TO_CUT_OFF) {
    add(PeriodWord(period));
  }
  if (!figure.cargo_class().empty()) add(figure.cargo_class());
  if (figure.load() != v1::LOAD_ANY) add(LoadWord(figure.load()));
  if (figure.dwell() != v1::DWELL_ANY) add(DwellWord(figure.dwell()));
  if (!figure.vehicle_country().empty()) add("vehicles:" + figure.vehicle_country());
  if (!figure.yard_id().empty()) add("yard:" + figure.yard_id());
  return path;
}

v1::PeriodKind PeriodOfFigure(const v1::Figure& figure) {
  if (figure.time().has_period()) return figure.time().period().kind();
  return IsFlow(figure.measure()) ? v1::PERIOD_KIND_DAY_TO_CUT_OFF : v1::PERIOD_KIND_UNSPECIFIED;
}

bool SameSubject(const v1::Figure& a, const v1::Figure& b) {
  const auto subject = [](v1::Figure figure) {
    figure.clear_quantity();
    figure.clear_split_id();
    figure.clear_complete_splits();
    figure.clear_set_complete();
    figure.clear_time();
    return figure;
  };
  return PeriodOfFigure(a) == PeriodOfFigure(b) &&
         google::protobuf::util::MessageDifferencer::Equals(subject(a), subject(b));
}

absl::StatusOr<v1::Figure> FigureFromAssignment(std::string_view text, std::string_view side,
                                                absl::CivilDay day, ImportRegister& known) {
  // The value may hold a `=` of its own (>=500), the path never.
  size_t equals = text.find('=');
  if (equals != std::string_view::npos && equals > 0 &&
      (text[equals - 1] == '>' || text[equals - 1] == '<')) {
    equals = std::string_view::npos;
  }
  if (equals == std::string_view::npos) {
    return BadPath("PATH=VALUE, e.g. LS-ALL/export/waiting/fruit=155", system::Printable(text, 80));
  }
  GATEPOST_ASSIGN_OR_RETURN(v1::Figure figure,
                            FigureFromPath(text.substr(0, equals), side, day, known));
  absl::StatusOr<v1::Quantity> quantity =
      QuantityFromText(text.substr(equals + 1), figure.measure());
  if (!quantity.ok()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, std::string(quantity.status().message()),
                          system::Printable(text, 80),
                          "type e.g. 312, ~1700, >=500, 70-90, - (not reported) or x (not "
                          "operating)");
  }
  *figure.mutable_quantity() = *std::move(quantity);
  return figure;
}

}  // namespace gatepost::client
