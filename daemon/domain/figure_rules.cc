#include "daemon/domain/figure_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/figure_key.h"
#include "daemon/domain/text.h"
#include "daemon/domain/yard_rules.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

constexpr size_t kLongestUnit = 64;
constexpr size_t kMostSuggestions = 3;

using system::Refuse;

template <typename IsValid>
bool HasMeaning(int value, IsValid is_valid) {
  return value != 0 && is_valid(value);
}

absl::Status CheckPresence(const v1::Figure& figure) {
  if (figure.scope_id().empty()) return Missing("scope_id");
  if (!HasMeaning(figure.extent(), v1::ScopeExtent_IsValid)) return MissingKind("extent");
  if (!HasMeaning(figure.direction(), v1::Direction_IsValid)) return MissingKind("direction");
  if (!HasMeaning(figure.measure(), v1::Measure_IsValid)) return MissingKind("measure");
  if (!HasMeaning(figure.load(), v1::Load_IsValid)) return MissingKind("load");
  if (!HasMeaning(figure.dwell(), v1::Dwell_IsValid)) return MissingKind("dwell");
  if (!figure.has_quantity()) return Missing("quantity");
  const v1::Quantity& quantity = figure.quantity();
  if (!HasMeaning(quantity.state(), v1::ValueState_IsValid)) return MissingKind("quantity.state");
  if (!HasMeaning(quantity.unit(), v1::Unit_IsValid)) return MissingKind("quantity.unit");
  return absl::OkStatus();
}

absl::Status CheckScope(const v1::Figure& figure, const FigureContext& context) {
  const GateRegister& gates = context.gate_register;
  absl::StatusOr<Place> place = gates.RequireId(figure.scope_id(), context.business_date);
  if (!place.ok()) return place.status();
  bool fits = place->gate != nullptr ? figure.extent() == v1::SCOPE_EXTENT_OWN ||
                                           figure.extent() == v1::SCOPE_EXTENT_WITH_BELOW
                                     : figure.extent() == place->scope->kind();
  if (!fits) {
    return Conflict(
        place->gate != nullptr
            ? "extent OWN or WITH_BELOW for a gate"
            : fmt::format("extent {} for this scope", v1::ScopeExtent_Name(place->scope->kind())),
        v1::ScopeExtent_Name(figure.extent()), "correct the extent or the scope");
  }
  if (figure.yard_id().empty()) return absl::OkStatus();
  absl::StatusOr<Place> yard = gates.RequireId(figure.yard_id(), context.business_date);
  if (!yard.ok()) return yard.status();
  if (yard->scope == nullptr || yard->scope->kind() != v1::SCOPE_EXTENT_YARD) {
    return Conflict("yard_id: a yard", figure.yard_id(), "name a yard, or leave it out");
  }
  if (figure.extent() == v1::SCOPE_EXTENT_YARD && figure.yard_id() != figure.scope_id()) {
    return Conflict("one yard", fmt::format("{} and {}", figure.scope_id(), figure.yard_id()),
                    "leave yard_id out where the scope is a yard");
  }
  return absl::OkStatus();
}

absl::Status CheckVehicles(const v1::Figure& figure) {
  GATEPOST_RETURN_IF_ERROR(CheckVehicleCountry(figure.vehicle_country()));
  if (figure.dwell() != v1::DWELL_ANY && figure.measure() != v1::MEASURE_WAITING) {
    return Conflict(
        "dwell time only for waiting vehicles",
        fmt::format("{} of {}", v1::Dwell_Name(figure.dwell()), MeasureWord(figure.measure())),
        "state DWELL_ANY");
  }
  return absl::OkStatus();
}

template <typename Row>
absl::Status UnknownClass(std::string_view what, const std::string& id,
                          const std::vector<const Row*>& known) {
  std::vector<std::pair<size_t, std::string>> near;
  near.reserve(known.size());
  for (const Row* row : known) {
    size_t distance = id.size() > kLongestUnit ? 0 : EditDistance(id, row->id());
    near.emplace_back(distance, row->id());
  }
  std::sort(near.begin(), near.end());
  near.resize(std::min(near.size(), kMostSuggestions));
  std::vector<std::string> ids;
  ids.reserve(near.size());
  for (auto& [distance, name] : near) ids.push_back(std::move(name));
  return Refuse(v1::REASON_UNKNOWN_CARGO_CLASS, fmt::format("{} of the register", what),
                fmt::format("'{}'", system::Printable(id, 64)),
                fmt::format("write its id; nearest: {}", fmt::join(ids, ", ")));
}

absl::Status CheckSplitDirection(const v1::Figure& figure, const v1::CargoSplit& split) {
  if (split.direction() == figure.direction()) return absl::OkStatus();
  return Conflict(
      fmt::format("split {} for direction {}", split.id(), DirectionWord(split.direction())),
      DirectionWord(figure.direction()), "correct the direction, or leave the split out");
}

absl::Status CheckClasses(const v1::Figure& figure, const FigureContext& context) {
  const GateRegister& gates = context.gate_register;
  absl::CivilDay day = context.business_date;
  const std::string& cargo = figure.cargo_class();
  if (!cargo.empty() && gates.FindCargoClass(cargo, day) == nullptr) {
    return UnknownClass("a cargo class", cargo, gates.CargoClassesOn(day));
  }
  if (!figure.split_id().empty()) {
    const v1::CargoSplit* split = gates.FindSplit(figure.split_id(), day);
    if (split == nullptr) {
      return UnknownClass("a split", figure.split_id(), gates.SplitsOn(day));
    }
    const auto& parts = split->part_ids();
    if (std::find(parts.begin(), parts.end(), cargo) == parts.end()) {
      return Conflict(fmt::format("a part of split {}: {}", split->id(), fmt::join(parts, ", ")),
                      cargo.empty() ? "all cargo" : cargo,
                      "leave the split out, or name one of its parts");
    }
    GATEPOST_RETURN_IF_ERROR(CheckSplitDirection(figure, *split));
  }
  std::set<std::string> seen;
  for (const std::string& id : figure.complete_splits()) {
    const v1::CargoSplit* split = gates.FindSplit(id, day);
    if (split == nullptr) return UnknownClass("a split", id, gates.SplitsOn(day));
    GATEPOST_RETURN_IF_ERROR(CheckSplitDirection(figure, *split));
    if (!cargo.empty() || !figure.split_id().empty()) {
      return Conflict("complete_splits only on the whole, for all cargo",
                      fmt::format("{} on {}", id, cargo), "put it on the whole");
    }
    if (!seen.insert(id).second) {
      return Conflict("each complete split once", fmt::format("{} twice", id), "leave one out");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckUnit(const v1::Figure& figure) {
  const v1::Quantity& quantity = figure.quantity();
  bool weight = figure.measure() == v1::MEASURE_WEIGHT;
  if (weight != (quantity.unit() == v1::UNIT_TONNES)) {
    return Conflict(
        weight ? "tonnes for a weight" : "tonnes only for a weight",
        fmt::format("{} in {}", MeasureWord(figure.measure()), UnitWord(quantity.unit())),
        "correct the unit or the measure");
  }
  bool mixed = quantity.unit() == v1::UNIT_MIXED;
  if (mixed && quantity.unit_as_printed().empty()) return Missing("unit_as_printed");
  if (!mixed && !quantity.unit_as_printed().empty()) {
    return Conflict("unit_as_printed only for UNIT_MIXED", UnitWord(quantity.unit()),
                    "leave unit_as_printed out");
  }
  return CheckText("unit_as_printed", quantity.unit_as_printed(), kLongestUnit);
}

absl::Status CheckNumber(const v1::Figure& figure, int64_t number) {
  if (number < 0 && !IsChange(figure.measure())) {
    return Refuse(v1::REASON_NEGATIVE_FIGURE,
                  "a number that is not negative, but for a stated change", WithThousands(number),
                  "correct the number");
  }
  if (number > kLargestFigure || number < -kLargestFigure) {
    return Refuse(v1::REASON_ABSURD_FIGURE,
                  fmt::format("a number up to {} either way", WithThousands(kLargestFigure)),
                  WithThousands(number), "correct the number");
  }
  return absl::OkStatus();
}

absl::Status CheckQuantity(const v1::Figure& figure) {
  GATEPOST_RETURN_IF_ERROR(CheckUnit(figure));
  const v1::Quantity& quantity = figure.quantity();
  if (quantity.state() != v1::VALUE_STATE_REPORTED) {
    bool number = quantity.value() != 0 || quantity.low() != 0 || quantity.high() != 0;
    if (!number && quantity.qualifier() == v1::QUALIFIER_UNSPECIFIED) return absl::OkStatus();
    return Conflict("no number and no qualifier where none is reported",
                    fmt::format("{} with {}", v1::ValueState_Name(quantity.state()),
                                number ? "a number" : v1::Qualifier_Name(quantity.qualifier())),
                    "state VALUE_STATE_REPORTED, or leave number and qualifier out");
  }
  if (!HasMeaning(quantity.qualifier(), v1::Qualifier_IsValid)) {
    return Missing("quantity.qualifier");
  }
  if (quantity.qualifier() != v1::QUALIFIER_RANGE) {
    if (quantity.low() != 0 || quantity.high() != 0) {
      return Conflict("low and high only for a range", v1::Qualifier_Name(quantity.qualifier()),
                      "leave low and high out");
    }
    if (quantity.qualifier() == v1::QUALIFIER_AVERAGE && IsStock(figure.measure())) {
      return Conflict("an average only over a period",
                      fmt::format("an average of {}", MeasureWord(figure.measure())),
                      "correct the qualifier or the measure");
    }
    return CheckNumber(figure, quantity.value());
  }
  if (quantity.value() != 0) {
    return Conflict("low and high for a range", "a value as well", "leave value out");
  }
  GATEPOST_RETURN_IF_ERROR(CheckNumber(figure, quantity.low()));
  GATEPOST_RETURN_IF_ERROR(CheckNumber(figure, quantity.high()));
  if (quantity.low() > quantity.high()) {
    return Conflict("a range whose low is not above its high",
                    fmt::format("{} to {}", quantity.low(), quantity.high()),
                    "put the lower number into low");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckFigure(const v1::Figure& figure, const FigureContext& context) {
  GATEPOST_RETURN_IF_ERROR(CheckPresence(figure));
  GATEPOST_RETURN_IF_ERROR(CheckScope(figure, context));
  GATEPOST_RETURN_IF_ERROR(CheckVehicles(figure));
  GATEPOST_RETURN_IF_ERROR(CheckClasses(figure, context));
  GATEPOST_RETURN_IF_ERROR(CheckQuantity(figure));
  return CheckFigureTime(figure, context);
}

}  // namespace gatepost::domain
