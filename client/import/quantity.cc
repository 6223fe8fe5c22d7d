#include "client/import/quantity.h"

#include <charconv>
#include <utility>

#include "absl/status/status.h"
#include "client/import/words.h"
#include "fmt/core.h"

namespace gatepost::client {
namespace {

absl::Status Must(std::string_view cell, std::string_view allowed) {
  return absl::InvalidArgumentError(fmt::format("{} must be {}", cell, allowed));
}

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// "70-90" as its two bounds; nullopt for anything else, a negative number included.
std::optional<std::pair<int64_t, int64_t>> Range(std::string_view value) {
  const size_t dash = value.find('-', 1);
  if (dash == std::string_view::npos) return std::nullopt;
  const std::optional<int64_t> low = WholeNumber(value.substr(0, dash));
  const std::optional<int64_t> high = WholeNumber(value.substr(dash + 1));
  if (!low.has_value() || !high.has_value() || *low > *high) return std::nullopt;
  return std::pair(*low, *high);
}

// Takes `prefix` off the front of `text`, where it is there.
bool Take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text = Trimmed(text.substr(prefix.size()));
  return true;
}

}  // namespace

std::optional<int64_t> WholeNumber(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

v1::Unit UsualUnit(v1::Measure measure) {
  return measure == v1::MEASURE_WEIGHT ? v1::UNIT_TONNES : v1::UNIT_VEHICLES;
}

absl::StatusOr<v1::Quantity> QuantityFromCells(std::string_view value, std::string_view qualifier,
                                               std::string_view unit, v1::Measure measure) {
  v1::Quantity quantity;
  quantity.set_unit(UsualUnit(measure));
  if (!unit.empty()) {
    const std::optional<v1::Unit> known = UnitOf(unit);
    if (!known.has_value()) return Must("unit", AllowedWords("unit"));
    quantity.set_unit(*known);
    if (*known == v1::UNIT_MIXED) quantity.set_unit_as_printed(std::string(unit));
  }
  const std::string word = NormalWord(value);
  if (word == "not_reported" || word == "not_operating") {
    quantity.set_state(word == "not_reported" ? v1::VALUE_STATE_NOT_REPORTED
                                              : v1::VALUE_STATE_NOT_OPERATING);
    return quantity;
  }
  quantity.set_state(v1::VALUE_STATE_REPORTED);
  const std::optional<std::pair<int64_t, int64_t>> range = Range(value);
  quantity.set_qualifier(range.has_value() ? v1::QUALIFIER_RANGE : v1::QUALIFIER_EXACT);
  if (!qualifier.empty()) {
    const std::optional<v1::Qualifier> known = QualifierOf(qualifier);
    if (!known.has_value()) return Must("qualifier", AllowedWords("qualifier"));
    quantity.set_qualifier(*known);
  }
  if (quantity.qualifier() == v1::QUALIFIER_RANGE) {
    if (!range.has_value()) return Must("value", "two whole numbers like 70-90 for a range");
    quantity.set_low(range->first);
    quantity.set_high(range->second);
    return quantity;
  }
  if (range.has_value()) return Must("qualifier", "range, or empty, for a value like 70-90");
  const std::optional<int64_t> number = WholeNumber(value);
  if (!number.has_value()) {
    return Must("value", "a whole number without separators, not_reported or not_operating");
  }
  quantity.set_value(*number);
  return quantity;
}

absl::StatusOr<v1::Quantity> QuantityFromText(std::string_view text, v1::Measure measure) {
  text = Trimmed(text);
  if (text == "-") return QuantityFromCells("not_reported", "", "", measure);
  if (text == "x") return QuantityFromCells("not_operating", "", "", measure);
  std::string_view qualifier;
  constexpr std::pair<std::string_view, std::string_view> kPrefixes[] = {
      {"~", "about"},      {">=", "at_least"},  {"<=", "at_most"},
      {"about ", "about"}, {"avg ", "average"}, {"derived ", "derived"}};
  for (const auto& [prefix, meaning] : kPrefixes) {
    if (Take(text, prefix)) {
      qualifier = meaning;
      break;
    }
  }
  const size_t space = text.find(' ');
  const std::string_view unit =
      space == std::string_view::npos ? "" : Trimmed(text.substr(space + 1));
  return QuantityFromCells(text.substr(0, space), qualifier, unit, measure);
}

std::string ValueCell(const v1::Quantity& quantity) {
  switch (quantity.state()) {
    case v1::VALUE_STATE_NOT_REPORTED:
      return "not_reported";
    case v1::VALUE_STATE_NOT_OPERATING:
      return "not_operating";
    default:
      break;
  }
  if (quantity.qualifier() == v1::QUALIFIER_RANGE) {
    return fmt::format("{}-{}", quantity.low(), quantity.high());
  }
  return fmt::format("{}", quantity.value());
}

}  // namespace gatepost::client
