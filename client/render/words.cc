#include "client/render/words.h"

#include "client/render/text.h"
#include "daemon/system/reason.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

std::string Unknown(int number) { return fmt::format("?{}", number); }

std::string MeasureWord(v1::Measure measure) {
  switch (measure) {
    case v1::MEASURE_WAITING:
      return _("waiting");
    case v1::MEASURE_CLEARED:
      return _("cleared");
    case v1::MEASURE_ARRIVED:
      return _("arrived from the interior");
    case v1::MEASURE_TURNED_BACK:
      return _("turned back");
    case v1::MEASURE_MOVED_TO_OTHER_GATE:
      return _("moved to another gate");
    case v1::MEASURE_TWO_WAY_LOADED:
      return _("loaded both ways");
    case v1::MEASURE_WEIGHT:
      return _("weight");
    case v1::MEASURE_CLEARED_CHANGE:
      return _("cleared, change");
    case v1::MEASURE_WAITING_CHANGE:
      return _("waiting, change");
    case v1::MEASURE_REGISTERED_BEFOREHAND:
      return _("registered beforehand");
    case v1::MEASURE_CAPACITY:
      return _("capacity");
    default:
      return Unknown(measure);
  }
}

struct CargoWord {
  std::string_view id;
  const char* text;
};
const CargoWord kCargoWords[] = {
    {"fruit", N_("fruit")},
    {"durian", N_("durian")},
    {"agricultural", N_("agricultural goods")},
    {"other_agricultural", N_("other agricultural goods")},
    {"seafood", N_("seafood")},
    {"frozen", N_("frozen goods")},
    {"dry", N_("dry goods")},
    {"new_vehicles", N_("new vehicles")},
    {"cargo", N_("goods but new vehicles")},
    {"other", N_("other goods")},
    {"not_identified", N_("not yet identified")},
    {"unregistered_outside", N_("not registered, outside the gate")},
    {"dragon_fruit", N_("dragon fruit")},
};

}  // namespace

std::string DirectionText(v1::Direction direction, const View& view) {
  const bool from_reader = (direction == v1::DIRECTION_VN_TO_CN) == (view.country == "VN");
  switch (direction) {
    case v1::DIRECTION_BOTH:
      return _("both ways");
    case v1::DIRECTION_VN_TO_CN:
      return std::string("VN→CN ") + (from_reader ? _("export") : _("import"));
    case v1::DIRECTION_CN_TO_VN:
      return std::string("CN→VN ") + (from_reader ? _("export") : _("import"));
    default:
      return Unknown(direction);
  }
}

std::string MeasureText(v1::Measure measure, v1::PeriodKind period) {
  std::string word = MeasureWord(measure);
  switch (period) {
    case v1::PERIOD_KIND_UNSPECIFIED:
    case v1::PERIOD_KIND_DAY_TO_CUT_OFF:
      return word;
    case v1::PERIOD_KIND_DAY_SO_FAR:
      return Say("{0}, day so far", word);
    case v1::PERIOD_KIND_SEVERAL_DAYS:
      return Say("{0}, several days", word);
    case v1::PERIOD_KIND_PER_DAY:
      return Say("{0} per day", word);
    case v1::PERIOD_KIND_PER_HOUR:
      return Say("{0} per hour", word);
    case v1::PERIOD_KIND_UNKNOWN_BOUNDS:
      return Say("{0}, period unknown", word);
    default:
      return word + " " + Unknown(period);
  }
}

std::string CargoText(std::string_view cargo_class) {
  if (cargo_class.empty()) return _("all");
  for (const CargoWord& word : kCargoWords) {
    if (word.id == cargo_class) return _(word.text);
  }
  return std::string(cargo_class);
}

std::string ExtentText(v1::ScopeExtent extent) {
  switch (extent) {
    case v1::SCOPE_EXTENT_OWN:
      return _("by itself");
    case v1::SCOPE_EXTENT_WITH_BELOW:
      return _("with all below");
    case v1::SCOPE_EXTENT_YARD:
      return _("yard");
    case v1::SCOPE_EXTENT_GROUP:
      return _("group");
    default:
      return Unknown(extent);
  }
}

std::string UnitText(const v1::Quantity& quantity) {
  switch (quantity.unit()) {
    case v1::UNIT_VEHICLES:
      return _("vehicles");
    case v1::UNIT_WAGONS:
      return _("wagons");
    case v1::UNIT_TRAINS:
      return _("trains");
    case v1::UNIT_VESSELS:
      return _("vessels");
    case v1::UNIT_TONNES:
      return _("tonnes");
    case v1::UNIT_PERSONS:
      return _("persons");
    case v1::UNIT_MIXED:
      return quantity.unit_as_printed();
    default:
      return Unknown(quantity.unit());
  }
}

std::string LoadText(v1::Load load) {
  switch (load) {
    case v1::LOAD_ANY:
      return _("loaded or empty");
    case v1::LOAD_LOADED:
      return _("loaded");
    case v1::LOAD_EMPTY:
      return _("empty");
    default:
      return Unknown(load);
  }
}

std::string DwellText(v1::Dwell dwell) {
  switch (dwell) {
    case v1::DWELL_ANY:
      return _("any time waited");
    case v1::DWELL_UNDER_24H:
      return _("waited under 24 h");
    case v1::DWELL_24H_TO_36H:
      return _("waited 24 to 36 h");
    case v1::DWELL_OVER_36H:
      return _("waited over 36 h");
    default:
      return Unknown(dwell);
  }
}

std::string RungName(v1::Rung rung) {
  constexpr std::string_view kPrefix = "RUNG_";
  const std::string name = v1::Rung_Name(rung);
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : Unknown(rung);
}

std::string RungText(v1::Rung rung) {
  switch (rung) {
    case v1::RUNG_HELD:
      return _("waits for more signatures");
    case v1::RUNG_ACCEPTED:
      return _("durable at the origin");
    case v1::RUNG_DELIVERED:
      return _("durable at the recipient");
    case v1::RUNG_CARRIED:
      return _("kept there, but of a newer schema than it knows");
    case v1::RUNG_REFUSED:
      return _("durable there, refused by a rule of the recipient");
    case v1::RUNG_APPLIED:
      return _("applied by the recipient");
    case v1::RUNG_FETCHED:
      return _("handed over to an agency there");
    case v1::RUNG_READ:
      return _("read by a person there");
    default:
      return "";
  }
}

std::string SeverityText(v1::Severity severity) {
  switch (severity) {
    case v1::SEVERITY_NOT_CHECKABLE:
      return _("not checkable");
    case v1::SEVERITY_WARNING:
      return _("warning");
    case v1::SEVERITY_ERROR:
      return _("stops unless overridden");
    case v1::SEVERITY_FATAL:
      return _("stops");
    default:
      return Unknown(severity);
  }
}

std::string HexText(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

std::string ReasonCode(v1::Reason reason) { return system::ReasonName(reason); }

}  // namespace gatepost::render
