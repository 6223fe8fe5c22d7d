#include "daemon/domain/hours/timetable_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/hours/cell.h"
#include "daemon/domain/hours/conditions.h"
#include "daemon/domain/hours/named_gates.h"
#include "daemon/domain/hours/rule_times.h"
#include "daemon/domain/hours/window_change.h"
#include "daemon/domain/text.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"

namespace gatepost::domain {
namespace {

using system::Refuse;

absl::Status AtRule(int index, const absl::Status& status) {
  return AtField(fmt::format("rule {}", index + 1), status);
}

absl::Status CheckCell(const v1::TimetableRule& rule) {
  if (rule.traffic() == v1::TRAFFIC_UNSPECIFIED) return MissingKind("traffic");
  if (rule.direction() == v1::DIRECTION_UNSPECIFIED) return MissingKind("direction");
  if (rule.load() == v1::LOAD_UNSPECIFIED) return MissingKind("load");
  return CheckVehicleCountry(rule.vehicle_country());
}

// What is said of the hours fits the regime.
absl::Status CheckRegime(const v1::TimetableRule& rule) {
  if (rule.regime() == v1::REGIME_UNSPECIFIED) return MissingKind("regime");
  if (rule.hours() == v1::HOURS_KIND_UNSPECIFIED) return MissingKind("hours");
  const bool closed = rule.regime() == v1::REGIME_CLOSED;
  if (closed != (rule.hours() == v1::HOURS_KIND_NONE)) {
    return Conflict(
        "hours NONE with regime CLOSED, and only with it",
        fmt::format("{} with {}", v1::HoursKind_Name(rule.hours()), v1::Regime_Name(rule.regime())),
        "say when it is open, or that it is closed");
  }
  if (SaysOnlyTerms(rule) && rule.conditions().ByteSizeLong() == 0) {
    return Conflict("a rule that says something", "regime and hours as before, and no terms",
                    "say a regime, hours or terms of passing");
  }
  if (rule.regime() == v1::REGIME_INTAKE_STOP && rule.hours() != v1::HOURS_KIND_AS_BEFORE) {
    return Conflict("hours AS_BEFORE with regime INTAKE_STOP", v1::HoursKind_Name(rule.hours()),
                    "an intake stop does not change the hours; say those in another rule");
  }
  if ((rule.hours() == v1::HOURS_KIND_DURATION_ONLY) != (rule.duration_minutes() != 0)) {
    return Conflict("duration_minutes with DURATION_ONLY, and only with it",
                    fmt::format("{} minutes", rule.duration_minutes()),
                    "state it, or leave it out");
  }
  if (rule.duration_minutes() < 0 || rule.duration_minutes() > 24 * 60) {
    return Refuse(v1::REASON_BAD_TIME, "duration_minutes: 1 to 1440",
                  fmt::format("{}", rule.duration_minutes()), "state how long it works a day");
  }
  return absl::OkStatus();
}

absl::Status CheckRegister(const v1::TimetableRule& rule, const GateRegister& gates,
                           absl::CivilDay on) {
  GATEPOST_RETURN_IF_ERROR(CheckGateIds(rule.gate_ids(), gates, on));
  const auto& classes = rule.cargo_classes();
  for (int i = 0; i < classes.size(); ++i) {
    if (i > 0 && classes[i] <= classes[i - 1]) {
      return Conflict("cargo_classes: ascending, each once",
                      fmt::format("'{}' after '{}'", system::Printable(classes[i], 40),
                                  system::Printable(classes[i - 1], 40)),
                      "sort them");
    }
    if (gates.FindCargoClass(classes[i], on) == nullptr) {
      return Refuse(v1::REASON_UNKNOWN_CARGO_CLASS,
                    fmt::format("a cargo class of the register on {}", DayText(on)),
                    fmt::format("'{}'", system::Printable(classes[i], 40)),
                    "use a class that the register has");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRule(const v1::TimetableRule& rule, const absl::TimeZone& zone,
                       const GateRegister& gates) {
  GATEPOST_RETURN_IF_ERROR(CheckCell(rule));
  GATEPOST_RETURN_IF_ERROR(CheckRegime(rule));
  GATEPOST_ASSIGN_OR_RETURN(const DayRange days, CheckDays(rule.days()));
  GATEPOST_RETURN_IF_ERROR(CheckChange(rule, days, zone));
  GATEPOST_RETURN_IF_ERROR(CheckWindows(rule, days, zone));
  GATEPOST_RETURN_IF_ERROR(CheckRegister(rule, gates, days.first));
  GATEPOST_RETURN_IF_ERROR(CheckNamedGates(rule, gates, days.first));
  GATEPOST_RETURN_IF_ERROR(CheckConditions(rule, gates, days.first));
  if (!rule.days().has_last()) return absl::OkStatus();
  return CheckRegister(rule, gates, days.last);
}

bool ShareAGate(const v1::TimetableRule& a, const v1::TimetableRule& b) {
  return std::ranges::any_of(a.gate_ids(), [&](const std::string& id) {
    return std::ranges::binary_search(b.gate_ids(), id);
  });
}

bool HasWeekday(const v1::TimetableDays& days, int weekday) {
  return days.weekdays().empty() || std::find(days.weekdays().begin(), days.weekdays().end(),
                                              weekday) != days.weekdays().end();
}

// Whether a rule of the working week also holds on make-up Saturdays and Sundays on which `other`
// does not take part in it.
bool TakesWeekends(const v1::TimetableDays& days, const v1::TimetableDays& other) {
  if (!days.holidays().make_up_days_are_weekdays()) return false;
  if (other.holidays().make_up_days_are_weekdays() &&
      other.holidays().calendar() == days.holidays().calendar()) {
    return false;
  }
  for (int day = v1::WEEKDAY_MONDAY; day <= v1::WEEKDAY_FRIDAY; ++day) {
    if (!HasWeekday(days, day)) return false;
  }
  return true;
}

bool ShareAWeekday(const v1::TimetableRule& a, const v1::TimetableRule& b) {
  for (int day = v1::WEEKDAY_MONDAY; day <= v1::WEEKDAY_SUNDAY; ++day) {
    const bool weekend = day >= v1::WEEKDAY_SATURDAY;
    if ((HasWeekday(a.days(), day) || (weekend && TakesWeekends(a.days(), b.days()))) &&
        (HasWeekday(b.days(), day) || (weekend && TakesWeekends(b.days(), a.days())))) {
      return true;
    }
  }
  return false;
}

// Two rules of the same days of which one is for holidays and the other for all other days.
bool SplitByHolidays(const v1::TimetableRule& a, const v1::TimetableRule& b) {
  const v1::HolidayRule& one = a.days().holidays();
  const v1::HolidayRule& other = b.days().holidays();
  if (one.calendar() != other.calendar()) return false;
  return (one.effect() == v1::HOLIDAY_EFFECT_ONLY &&
          other.effect() == v1::HOLIDAY_EFFECT_EXCLUDED) ||
         (one.effect() == v1::HOLIDAY_EFFECT_EXCLUDED && other.effect() == v1::HOLIDAY_EFFECT_ONLY);
}

// Intake stops, hours, and terms that stand alone are three facts: they do not overlap.
bool SameFact(const v1::TimetableRule& a, const v1::TimetableRule& b) {
  return (a.regime() == v1::REGIME_INTAKE_STOP) == (b.regime() == v1::REGIME_INTAKE_STOP) &&
         SaysOnlyTerms(a) == SaysOnlyTerms(b);
}

// A rule with all that it can touch.
struct Reach {
  const v1::TimetableRule& rule;
  Span span;
  absl::CivilDay first;
};

// Every pair of rules comes here, so what is cheap is looked at first.
absl::Status CheckOverlap(const Reach& one_rule, const Reach& other_rule,
                          const GateRegister& gates) {
  const v1::TimetableRule& a = one_rule.rule;
  const v1::TimetableRule& b = other_rule.rule;
  if (one_rule.span.from >= other_rule.span.to || other_rule.span.from >= one_rule.span.to ||
      !SameFact(a, b) || !ShareAWeekday(a, b) || SplitByHolidays(a, b) || !ShareAGate(a, b)) {
    return absl::OkStatus();
  }
  const absl::CivilDay on = one_rule.first;
  for (const HoursCell& one : CellsOf(a)) {
    for (const HoursCell& other : CellsOf(b)) {
      const std::optional<HoursCell> both = Meet(one, other, gates, on);
      if (!both.has_value() || (one != other && (both == one || both == other))) continue;
      return Refuse(
          v1::REASON_CELLS_OVERLAP, "one rule for each gate, day and cell",
          fmt::format("two for {}", *std::ranges::find_if(a.gate_ids(),
                                                          [&](const std::string& id) {
                                                            return std::ranges::binary_search(
                                                                b.gate_ids(), id);
                                                          })),
          "leave the cell to one of them");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckGateIds(const google::protobuf::RepeatedPtrField<std::string>& gate_ids,
                          const GateRegister& gates, absl::CivilDay on) {
  if (gate_ids.empty()) return Missing("gate_ids");
  for (int i = 0; i < gate_ids.size(); ++i) {
    if (i > 0 && gate_ids[i] <= gate_ids[i - 1]) {
      return Conflict("gate_ids: ascending, each once",
                      fmt::format("'{}' after '{}'", system::Printable(gate_ids[i], 40),
                                  system::Printable(gate_ids[i - 1], 40)),
                      "sort them");
    }
    GATEPOST_ASSIGN_OR_RETURN(const Place place, gates.RequireId(gate_ids[i], on));
    if (place.gate == nullptr) {
      return Refuse(v1::REASON_UNKNOWN_GATE, "gates, each by itself",
                    fmt::format("{}, a yard or group", gate_ids[i]),
                    "write the gates it stands for");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckTimetable(const v1::Timetable& timetable, const GateRegister& gates) {
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(timetable.zone()));
  if (timetable.rules().empty()) return Missing("rules");
  if (timetable.rules_size() > kMostRules) {
    return Refuse(v1::REASON_TOO_LARGE, fmt::format("at most {} rules", kMostRules),
                  fmt::format("{}", timetable.rules_size()), "send them as several messages");
  }
  std::vector<Reach> reaches;
  for (const v1::TimetableRule& rule : timetable.rules()) {
    const auto place = static_cast<int>(reaches.size());
    const absl::Status checked = CheckRule(rule, zone, gates);
    if (!checked.ok()) return AtRule(place, checked);
    const Span span = WholeSpan(rule, zone);
    const Reach reach{rule, span, absl::ToCivilDay(span.from, zone)};
    for (int before = 0; before < place; ++before) {
      const absl::Status apart = CheckOverlap(reaches[static_cast<size_t>(before)], reach, gates);
      if (!apart.ok()) return AtRule(place, AtRule(before, apart));
    }
    reaches.push_back(reach);
  }
  return absl::OkStatus();
}

std::vector<std::string> GatesOf(const v1::Timetable& timetable) {
  std::set<std::string> ids;
  for (const v1::TimetableRule& rule : timetable.rules()) {
    ids.insert(rule.gate_ids().begin(), rule.gate_ids().end());
  }
  return {ids.begin(), ids.end()};
}

}  // namespace gatepost::domain
