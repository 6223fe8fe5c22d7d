#include "daemon/domain/hours/cell.h"

namespace gatepost::domain {
namespace {

// The narrower of two values of which one, `all`, stands for every other; nullopt when they differ.
template <typename Value>
std::optional<Value> Narrower(const Value& a, const Value& b, const Value& all) {
  if (a == b || b == all) return a;
  if (a == all) return b;
  return std::nullopt;
}

// Whether the class is `above` or lies below it.
bool CargoWithin(std::string cargo_class, std::string_view above, const GateRegister& gates,
                 absl::CivilDay on) {
  while (!cargo_class.empty()) {
    if (cargo_class == above) return true;
    const v1::CargoClass* found = gates.FindCargoClass(cargo_class, on);
    if (found == nullptr) return false;
    cargo_class = found->parent_id();
  }
  return above.empty();
}

}  // namespace

std::vector<HoursCell> CellsOf(const v1::TimetableRule& rule) {
  HoursCell cell{rule.traffic(), rule.direction(), rule.vehicle_country(), rule.load(), ""};
  if (rule.cargo_classes().empty()) return {cell};
  std::vector<HoursCell> cells;
  for (const std::string& cargo_class : rule.cargo_classes()) {
    cell.cargo_class = cargo_class;
    cells.push_back(cell);
  }
  return cells;
}

std::optional<HoursCell> Meet(const HoursCell& a, const HoursCell& b, const GateRegister& gates,
                              absl::CivilDay on) {
  const auto traffic = Narrower(a.traffic, b.traffic, v1::TRAFFIC_ALL);
  const auto direction = Narrower(a.direction, b.direction, v1::DIRECTION_BOTH);
  const auto country = Narrower(a.vehicle_country, b.vehicle_country, std::string());
  const auto load = Narrower(a.load, b.load, v1::LOAD_ANY);
  if (!traffic || !direction || !country || !load) return std::nullopt;
  HoursCell cell{*traffic, *direction, *country, *load, ""};
  if (CargoWithin(a.cargo_class, b.cargo_class, gates, on)) {
    cell.cargo_class = a.cargo_class;
  } else if (CargoWithin(b.cargo_class, a.cargo_class, gates, on)) {
    cell.cargo_class = b.cargo_class;
  } else {
    return std::nullopt;
  }
  return cell;
}

bool Within(const HoursCell& inner, const HoursCell& outer, const GateRegister& gates,
            absl::CivilDay on) {
  return Meet(inner, outer, gates, on) == inner;
}

HoursCell CellOf(const v1::GateHours& line) {
  return {line.traffic(), line.direction(), line.vehicle_country(), line.load(),
          line.cargo_class()};
}

bool WithinByName(const HoursCell& inner, const HoursCell& outer) {
  const auto in = [](const auto& value, const auto& outer_value, const auto& all) {
    return value == outer_value || outer_value == all;
  };
  const HoursCell all;
  return in(inner.traffic, outer.traffic, all.traffic) &&
         in(inner.direction, outer.direction, all.direction) &&
         in(inner.vehicle_country, outer.vehicle_country, all.vehicle_country) &&
         in(inner.load, outer.load, all.load) &&
         in(inner.cargo_class, outer.cargo_class, all.cargo_class);
}

int Narrowness(const HoursCell& cell) {
  const HoursCell all;
  return int{cell.traffic != all.traffic} + int{cell.direction != all.direction} +
         int{cell.vehicle_country != all.vehicle_country} + int{cell.load != all.load} +
         int{cell.cargo_class != all.cargo_class};
}

}  // namespace gatepost::domain
