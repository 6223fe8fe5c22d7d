#include "daemon/domain/hours/relative.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/hours/day_groups.h"
#include "daemon/domain/hours/day_hours.h"
#include "daemon/domain/hours/inherited.h"
#include "daemon/domain/hours/rule_times.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/domain/hours/window_change.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::domain {
namespace {

using system::Refuse;

// The first weeks of an open end that are looked at, and for how many days nothing may change at
// their end.
constexpr int kWeeksAhead[] = {8, 16};
constexpr int kSteadyDays = 14;

bool IsToResolve(const v1::TimetableRule& rule) {
  return rule.has_said_as() && rule.windows().empty() && rule.hours() == v1::HOURS_KIND_WINDOWS;
}

// The rule's days, cut to those of the group.
void SetDays(const Asking& asking, const DayGroup& group, v1::TimetableDays& days) {
  if (group.days.first > asking.days.first) {
    *days.mutable_first() = ToCivilDate(group.days.first);
    days.clear_begins();
    days.clear_begin_precision();
  }
  if (group.days.last < asking.days.last) {
    *days.mutable_last() = ToCivilDate(group.days.last);
    days.set_end(v1::END_KIND_STATED);
    days.clear_ends();
    days.clear_end_precision();
  }
  if (group.weekdays.empty()) return;
  days.clear_weekdays();
  for (const v1::Weekday weekday : group.weekdays) days.add_weekdays(weekday);
}

// Last entries of windows that the author wrote stay with them, instead of inherited ones.
void KeepLastEntries(const TimeWindows& said, v1::TimetableRule& rule) {
  for (v1::TimeWindow& window : *rule.mutable_windows()) {
    for (const v1::TimeWindow& one : said) {
      if (one.last_entries().empty() || one.closes().hour() != window.closes().hour() ||
          one.closes().minute() != window.closes().minute()) {
        continue;
      }
      *window.mutable_last_entries() = one.last_entries();
    }
  }
}

absl::StatusOr<v1::TimetableRule> RuleFor(const Asking& asking, const Inherited& shared,
                                          const DayGroup& group, const CiteRow& cite) {
  v1::TimetableRule rule = asking.rule;
  rule.clear_gate_ids();
  for (const std::string& gate : shared.gates) rule.add_gate_ids(gate);
  // The class as the author named it is no longer what the rule is about.
  if (rule.gate_ids_size() != asking.rule.gate_ids_size()) rule.clear_named_as();
  rule.set_traffic(shared.cell.traffic);
  rule.set_direction(shared.cell.direction);
  rule.set_vehicle_country(shared.cell.vehicle_country);
  rule.set_load(shared.cell.load);
  rule.clear_cargo_classes();
  for (const std::string& cargo_class : shared.cargo_classes) rule.add_cargo_classes(cargo_class);
  SetDays(asking, group, *rule.mutable_days());
  if (group.windows.empty()) {
    rule.clear_said_as();
    rule.set_regime(v1::REGIME_CLOSED);
    rule.set_hours(v1::HOURS_KIND_NONE);
    return rule;
  }
  v1::RelativeChange& said = *rule.mutable_said_as();
  GATEPOST_ASSIGN_OR_RETURN(const DayWindows windows, Changed(said, group.windows));
  *rule.mutable_windows() = ToTimeWindows(windows);
  KeepLastEntries(said.windows(), rule);
  *said.mutable_inherited() = ToTimeWindows(group.windows);
  said.clear_inherited_from();
  for (const int64_t row : group.by) *said.add_inherited_from() = cite(row);
  return rule;
}

// False when the hours of an open end do not end steadily.
absl::StatusOr<bool> AddRules(const Asking& asking, const std::vector<Inherited>& all,
                              const CiteRow& cite, v1::Timetable& resolved) {
  // A working week whose make-up days count as weekdays is one only as a whole.
  const bool by_weekday = !asking.rule.days().holidays().make_up_days_are_weekdays();
  bool changes = false;
  std::vector<v1::TimetableRule> rules;
  for (const Inherited& shared : all) {
    const DayGroups groups =
        GroupsOf(shared.days, asking.days.first, by_weekday, shared.tells_closed);
    if (asking.open_end && groups.steady_days < kSteadyDays) return false;
    for (const DayGroup& group : groups.groups) {
      GATEPOST_ASSIGN_OR_RETURN(rules.emplace_back(), RuleFor(asking, shared, group, cite));
      changes |= rules.back().has_said_as();
    }
  }
  if (!changes) {
    return Refuse(v1::REASON_DEAD_RULE, "a day on which the gate works, to change its hours",
                  "closed on all those days", "write the windows themselves");
  }
  for (v1::TimetableRule& rule : rules) *resolved.add_rules() = std::move(rule);
  return true;
}

absl::Status AddResolved(const v1::TimetableRule& rule, const absl::TimeZone& zone,
                         const HoursInForce& before, const GateRegister& gates, const CiteRow& cite,
                         v1::Timetable& resolved) {
  GATEPOST_ASSIGN_OR_RETURN(const DayRange days, CheckDays(rule.days()));
  GATEPOST_RETURN_IF_ERROR(CheckChange(rule, days, zone));
  GATEPOST_RETURN_IF_ERROR(CheckGateIds(rule.gate_ids(), gates, days.first));
  if (rule.said_as().kind() == v1::CHANGE_KIND_REPLACE) {
    v1::TimetableRule& replaced = *resolved.add_rules();
    replaced = rule;
    *replaced.mutable_windows() = rule.said_as().windows();
    return absl::OkStatus();
  }
  const bool open_end = !rule.days().has_last();
  for (const int weeks : kWeeksAhead) {
    Asking asking{rule, zone, days, open_end};
    if (open_end) asking.days.last = days.first + weeks * 7 - 1;
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<Inherited> inherited,
                              InheritedBy(asking, before, gates));
    GATEPOST_ASSIGN_OR_RETURN(const bool added, AddRules(asking, inherited, cite, resolved));
    if (added) return absl::OkStatus();
  }
  return Refuse(v1::REASON_HOURS_UNKNOWN, "hours that an open end can go on with",
                "hours that change again and again", "state the last day, or write the windows");
}

}  // namespace

DayRange DaysInherited(const v1::Timetable& said) {
  constexpr absl::CivilDay kNever(9999, 12, 31);
  DayRange needed{kNever, absl::CivilDay(1, 1, 1)};
  for (const v1::TimetableRule& rule : said.rules()) {
    const absl::StatusOr<DayRange> days = CheckDays(rule.days());
    if (!rule.has_said_as() || !days.ok()) continue;
    const absl::CivilDay last =
        rule.days().has_last() ? days->last : days->first + 7 * kWeeksAhead[1];
    needed.first = std::min(needed.first, days->first - 3);
    needed.last = std::max(needed.last, last > kNever - 4 ? kNever : last + 4);
  }
  return needed;
}

absl::StatusOr<v1::Timetable> ResolveRelative(const v1::Timetable& said, const HoursInForce& before,
                                              const GateRegister& gates, const CiteRow& cite) {
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(said.zone()));
  v1::Timetable resolved = said;
  resolved.clear_rules();
  int place = 0;
  for (const v1::TimetableRule& rule : said.rules()) {
    ++place;
    if (!IsToResolve(rule)) {
      *resolved.add_rules() = rule;
      continue;
    }
    const absl::Status added = AddResolved(rule, zone, before, gates, cite, resolved);
    if (!added.ok()) return AtField(fmt::format("rule {}", place), added);
  }
  GATEPOST_RETURN_IF_ERROR(CheckTimetable(resolved, gates));
  return resolved;
}

absl::Status CheckResolved(const v1::Timetable& timetable, const HoursInForce& before) {
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(timetable.zone()));
  for (const v1::TimetableRule& rule : timetable.rules()) {
    const v1::RelativeChange& change = rule.said_as();
    if (!rule.has_said_as() || rule.windows().empty() || change.kind() == v1::CHANGE_KIND_REPLACE) {
      continue;
    }
    GATEPOST_ASSIGN_OR_RETURN(const DayRange days, CheckDays(rule.days()));
    Asking asking{rule, zone, days, !rule.days().has_last()};
    if (asking.open_end) asking.days.last = days.first + 7 * kWeeksAhead[0] - 1;
    const DayWindows stated = WindowsOf(rule.windows());
    for (const std::string& gate : rule.gate_ids()) {
      for (const HoursCell& cell : CellsOf(rule)) {
        std::vector<DayHours> hours = HoursByDay(before, gate, cell, asking.days, zone);
        MarkDays(asking, before, hours);
        for (size_t i = 0; i < hours.size(); ++i) {
          if (!hours[i].counts || !hours[i].known || hours[i].windows.empty()) continue;
          const absl::StatusOr<DayWindows> wanted = Changed(change, hours[i].windows);
          if (wanted.ok() && SameBounds(*wanted, stated)) continue;
          return Conflict(fmt::format("windows: what said_as comes to at {} on {}, {} of {}", gate,
                                      DayText(asking.days.first + static_cast<int>(i)),
                                      wanted.ok() ? WindowsText(*wanted) : "none",
                                      WindowsText(hours[i].windows)),
                          WindowsText(stated), "resolve the change again");
        }
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace gatepost::domain
