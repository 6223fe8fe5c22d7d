// English words for figures; the other half of figure_key.h.

#include <fmt/format.h>

#include "daemon/domain/figure_key.h"
#include "daemon/domain/text.h"

namespace gatepost::domain {
namespace {

std::string_view LoadWord(v1::Load load) {
  switch (load) {
    case v1::LOAD_LOADED:
      return "loaded";
    case v1::LOAD_EMPTY:
      return "empty";
    default:
      return "";
  }
}

std::string_view DwellWord(v1::Dwell dwell) {
  switch (dwell) {
    case v1::DWELL_UNDER_24H:
      return "under 24 h";
    case v1::DWELL_24H_TO_36H:
      return "24 to 36 h";
    case v1::DWELL_OVER_36H:
      return "over 36 h";
    default:
      return "";
  }
}

std::string_view PeriodWord(v1::PeriodKind kind) {
  switch (kind) {
    case v1::PERIOD_KIND_DAY_SO_FAR:
      return "day so far";
    case v1::PERIOD_KIND_SEVERAL_DAYS:
      return "several days";
    case v1::PERIOD_KIND_PER_DAY:
      return "per day";
    case v1::PERIOD_KIND_PER_HOUR:
      return "per hour";
    case v1::PERIOD_KIND_UNKNOWN_BOUNDS:
      return "period unknown";
    default:
      return "";
  }
}

std::string_view QualifierWord(v1::Qualifier qualifier) {
  switch (qualifier) {
    case v1::QUALIFIER_ABOUT:
      return "about ";
    case v1::QUALIFIER_AT_LEAST:
      return "at least ";
    case v1::QUALIFIER_AT_MOST:
      return "at most ";
    case v1::QUALIFIER_AVERAGE:
      return "on average ";
    case v1::QUALIFIER_DERIVED:
      return "computed ";
    default:
      return "";
  }
}

}  // namespace

std::string MeasureWord(v1::Measure measure) {
  switch (measure) {
    case v1::MEASURE_WAITING:
      return "waiting";
    case v1::MEASURE_CLEARED:
      return "cleared";
    case v1::MEASURE_ARRIVED:
      return "arrived";
    case v1::MEASURE_TURNED_BACK:
      return "turned back";
    case v1::MEASURE_MOVED_TO_OTHER_GATE:
      return "moved to other gate";
    case v1::MEASURE_TWO_WAY_LOADED:
      return "two-way loaded";
    case v1::MEASURE_WEIGHT:
      return "weight";
    case v1::MEASURE_CLEARED_CHANGE:
      return "change of cleared";
    case v1::MEASURE_WAITING_CHANGE:
      return "change of waiting";
    case v1::MEASURE_REGISTERED_BEFOREHAND:
      return "registered beforehand";
    case v1::MEASURE_CAPACITY:
      return "capacity";
    default:
      return "unknown measure";
  }
}

std::string DirectionWord(v1::Direction direction) {
  switch (direction) {
    case v1::DIRECTION_VN_TO_CN:
      return "VN→CN";
    case v1::DIRECTION_CN_TO_VN:
      return "CN→VN";
    case v1::DIRECTION_BOTH:
      return "both ways";
    default:
      return "unknown direction";
  }
}

std::string UnitWord(v1::Unit unit) {
  switch (unit) {
    case v1::UNIT_VEHICLES:
      return "vehicles";
    case v1::UNIT_WAGONS:
      return "wagons";
    case v1::UNIT_TRAINS:
      return "trains";
    case v1::UNIT_VESSELS:
      return "vessels";
    case v1::UNIT_TONNES:
      return "tonnes";
    case v1::UNIT_PERSONS:
      return "persons";
    case v1::UNIT_MIXED:
      return "mixed units";
    default:
      return "unknown unit";
  }
}

std::string NameOf(const FigureKey& key) {
  std::string name =
      fmt::format("{} {} {}", MeasureWord(key.measure), DirectionWord(key.direction), key.scope_id);
  auto add = [&name](std::string_view word) {
    if (!word.empty()) name += fmt::format(" {}", word);
  };
  if (key.extent == v1::SCOPE_EXTENT_WITH_BELOW) add("with all below");
  add(key.cargo_class);
  if (!key.vehicle_country.empty()) add(fmt::format("{} vehicles", key.vehicle_country));
  add(LoadWord(key.load));
  add(DwellWord(key.dwell));
  if (!key.yard_id.empty()) add(fmt::format("in {}", key.yard_id));
  add(PeriodWord(key.when.kind));
  bool usual = key.unit == v1::UNIT_VEHICLES ||
               (key.unit == v1::UNIT_TONNES && key.measure == v1::MEASURE_WEIGHT);
  if (!usual) add(fmt::format("in {}", UnitWord(key.unit)));
  return name;
}

std::string QuantityText(const v1::Quantity& quantity) {
  if (quantity.state() == v1::VALUE_STATE_NOT_REPORTED) return "not reported";
  if (quantity.state() == v1::VALUE_STATE_NOT_OPERATING) return "not operating";
  std::string unit =
      quantity.unit() == v1::UNIT_MIXED ? quantity.unit_as_printed() : UnitWord(quantity.unit());
  if (quantity.qualifier() == v1::QUALIFIER_RANGE) {
    return fmt::format("{} to {} {}", WithThousands(quantity.low()), WithThousands(quantity.high()),
                       unit);
  }
  return fmt::format("{}{} {}", QualifierWord(quantity.qualifier()),
                     WithThousands(quantity.value()), unit);
}

}  // namespace gatepost::domain
