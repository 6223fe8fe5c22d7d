#include "client/import/words.h"

#include <cstddef>

#include "daemon/domain/figure_key.h"

namespace gatepost::client {
namespace {

// One spelling of one value; the first spelling of a value is the one that exports use.
template <typename Value>
struct Spelling {
  std::string_view word;
  Value value;
};

constexpr Spelling<v1::ScopeExtent> kExtents[] = {{"own", v1::SCOPE_EXTENT_OWN},
                                                  {"with_below", v1::SCOPE_EXTENT_WITH_BELOW},
                                                  {"yard", v1::SCOPE_EXTENT_YARD},
                                                  {"group", v1::SCOPE_EXTENT_GROUP}};

constexpr Spelling<v1::Measure> kMeasures[] = {{"cleared", v1::MEASURE_CLEARED},
                                               {"waiting", v1::MEASURE_WAITING},
                                               {"arrived", v1::MEASURE_ARRIVED},
                                               {"turned_back", v1::MEASURE_TURNED_BACK},
                                               {"moved", v1::MEASURE_MOVED_TO_OTHER_GATE},
                                               {"two_way_loaded", v1::MEASURE_TWO_WAY_LOADED},
                                               {"weight", v1::MEASURE_WEIGHT},
                                               {"cleared_change", v1::MEASURE_CLEARED_CHANGE},
                                               {"waiting_change", v1::MEASURE_WAITING_CHANGE},
                                               {"registered", v1::MEASURE_REGISTERED_BEFOREHAND},
                                               {"capacity", v1::MEASURE_CAPACITY}};

constexpr Spelling<v1::PeriodKind> kPeriods[] = {
    {"day", v1::PERIOD_KIND_DAY_TO_CUT_OFF}, {"so_far", v1::PERIOD_KIND_DAY_SO_FAR},
    {"total", v1::PERIOD_KIND_SEVERAL_DAYS}, {"per_day", v1::PERIOD_KIND_PER_DAY},
    {"per_hour", v1::PERIOD_KIND_PER_HOUR},  {"unknown", v1::PERIOD_KIND_UNKNOWN_BOUNDS}};

constexpr Spelling<v1::Qualifier> kQualifiers[] = {
    {"exact", v1::QUALIFIER_EXACT},     {"derived", v1::QUALIFIER_DERIVED},
    {"about", v1::QUALIFIER_ABOUT},     {"at_least", v1::QUALIFIER_AT_LEAST},
    {"at_most", v1::QUALIFIER_AT_MOST}, {"range", v1::QUALIFIER_RANGE},
    {"average", v1::QUALIFIER_AVERAGE}, {"approx", v1::QUALIFIER_ABOUT},
    {"min", v1::QUALIFIER_AT_LEAST},    {"max", v1::QUALIFIER_AT_MOST}};

constexpr Spelling<v1::Load> kLoads[] = {
    {"any", v1::LOAD_ANY}, {"loaded", v1::LOAD_LOADED}, {"empty", v1::LOAD_EMPTY}};

constexpr Spelling<v1::Dwell> kDwells[] = {{"any", v1::DWELL_ANY},
                                           {"under_24h", v1::DWELL_UNDER_24H},
                                           {"24h_to_36h", v1::DWELL_24H_TO_36H},
                                           {"over_36h", v1::DWELL_OVER_36H}};

constexpr Spelling<v1::Unit> kUnits[] = {
    {"vehicles", v1::UNIT_VEHICLES}, {"wagons", v1::UNIT_WAGONS}, {"trains", v1::UNIT_TRAINS},
    {"vessels", v1::UNIT_VESSELS},   {"tonnes", v1::UNIT_TONNES}, {"persons", v1::UNIT_PERSONS}};

template <typename Value, size_t size>
std::string_view WordFor(const Spelling<Value> (&spellings)[size], Value value) {
  for (const Spelling<Value>& spelling : spellings) {
    if (spelling.value == value) return spelling.word;
  }
  return "";
}

template <typename Value, size_t size>
std::optional<Value> ValueFor(const Spelling<Value> (&spellings)[size], std::string_view word) {
  const std::string normal = NormalWord(word);
  for (const Spelling<Value>& spelling : spellings) {
    if (spelling.word == normal) return spelling.value;
  }
  return std::nullopt;
}

template <typename Value, size_t size>
std::string Joined(const Spelling<Value> (&spellings)[size]) {
  std::string text;
  for (const Spelling<Value>& spelling : spellings) {
    if (!text.empty()) text += ", ";
    text += spelling.word;
  }
  return text;
}

}  // namespace

std::string NormalWord(std::string_view word) {
  std::string normal;
  for (const char c : word) {
    if (c >= 'A' && c <= 'Z') {
      normal += static_cast<char>(c - 'A' + 'a');
    } else {
      normal += c == '-' || c == ' ' ? '_' : c;
    }
  }
  return normal;
}

std::string_view ExtentWord(v1::ScopeExtent extent) { return WordFor(kExtents, extent); }
std::optional<v1::ScopeExtent> ExtentOf(std::string_view word) { return ValueFor(kExtents, word); }

std::string_view DirectionWord(v1::Direction direction, std::string_view side) {
  if (direction == v1::DIRECTION_BOTH) return "both";
  const bool leaves_vn = direction == v1::DIRECTION_VN_TO_CN;
  if (side != "VN" && side != "CN") return leaves_vn ? "vn_cn" : "cn_vn";
  return leaves_vn == (side == "VN") ? "export" : "import";
}

std::optional<v1::Direction> DirectionOf(std::string_view word, std::string_view side) {
  const std::string normal = NormalWord(word);
  if (normal == "both") return v1::DIRECTION_BOTH;
  if (normal == "vn_cn" || normal == "vn_to_cn") return v1::DIRECTION_VN_TO_CN;
  if (normal == "cn_vn" || normal == "cn_to_vn") return v1::DIRECTION_CN_TO_VN;
  if ((normal != "export" && normal != "import") || (side != "VN" && side != "CN")) {
    return std::nullopt;
  }
  return (normal == "export") == (side == "VN") ? v1::DIRECTION_VN_TO_CN : v1::DIRECTION_CN_TO_VN;
}

std::string_view MeasureWord(v1::Measure measure) { return WordFor(kMeasures, measure); }

std::optional<MeasureAndPeriod> MeasureOf(std::string_view word) {
  std::string normal = NormalWord(word);
  MeasureAndPeriod found;
  for (const auto& [suffix, kind] : {Spelling<v1::PeriodKind>{"_per_day", v1::PERIOD_KIND_PER_DAY},
                                     {"_per_hour", v1::PERIOD_KIND_PER_HOUR}}) {
    if (normal.size() > suffix.size() && normal.ends_with(suffix)) {
      normal.resize(normal.size() - suffix.size());
      found.period = kind;
      break;
    }
  }
  const std::optional<v1::Measure> measure = ValueFor(kMeasures, normal);
  if (!measure.has_value()) return std::nullopt;
  if (found.period != v1::PERIOD_KIND_UNSPECIFIED && !IsFlow(*measure)) return std::nullopt;
  found.measure = *measure;
  return found;
}

bool IsFlow(v1::Measure measure) { return !domain::IsStock(measure); }

std::string_view PeriodWord(v1::PeriodKind kind) { return WordFor(kPeriods, kind); }
std::optional<v1::PeriodKind> PeriodOf(std::string_view word) { return ValueFor(kPeriods, word); }

std::string_view QualifierWord(v1::Qualifier qualifier) { return WordFor(kQualifiers, qualifier); }
std::optional<v1::Qualifier> QualifierOf(std::string_view word) {
  return ValueFor(kQualifiers, word);
}

std::string_view LoadWord(v1::Load load) { return WordFor(kLoads, load); }
std::optional<v1::Load> LoadOf(std::string_view word) { return ValueFor(kLoads, word); }

std::string_view DwellWord(v1::Dwell dwell) { return WordFor(kDwells, dwell); }
std::optional<v1::Dwell> DwellOf(std::string_view word) { return ValueFor(kDwells, word); }

std::string_view UnitWord(v1::Unit unit) { return WordFor(kUnits, unit); }

std::optional<v1::Unit> UnitOf(std::string_view word) {
  if (word.find('+') == std::string_view::npos) return ValueFor(kUnits, word);
  while (!word.empty()) {
    const size_t plus = word.find('+');
    std::string_view part = word.substr(0, plus);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!ValueFor(kUnits, part).has_value()) return std::nullopt;
    word = plus == std::string_view::npos ? "" : word.substr(plus + 1);
  }
  return v1::UNIT_MIXED;
}

std::string AllowedWords(std::string_view kind) {
  if (kind == "extent") return Joined(kExtents);
  if (kind == "direction") return "export, import, both, vn_cn, cn_vn";
  if (kind == "measure") return Joined(kMeasures) + "; flows also with _per_day or _per_hour";
  if (kind == "period") return Joined(kPeriods);
  if (kind == "qualifier") return Joined(kQualifiers);
  if (kind == "load") return Joined(kLoads);
  if (kind == "dwell") return Joined(kDwells);
  if (kind == "unit") return Joined(kUnits) + ", or several of them joined by +";
  return "";
}

}  // namespace gatepost::client
