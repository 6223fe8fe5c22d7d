#include "client/render/timetable.h"

#include <vector>

#include "absl/time/time.h"
#include "client/render/conditions.h"
#include "client/render/hours_words.h"
#include "client/render/table.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/spans.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::render {
namespace {

std::string Clock(const v1::TimeOfDay& time) {
  return fmt::format("{:02}:{:02}", time.hour(), time.minute());
}

// The first and last instant of a rule, in both zones.
std::string SpanText(const v1::TimetableRule& rule, const absl::TimeZone& zone, const View& view) {
  const std::string from = TimeText(domain::BeginOf(rule, zone), view.zones);
  const v1::TimetableDays& days = rule.days();
  if (days.end() == v1::END_KIND_OPEN) return Say("from {0}, open end", from);
  const absl::CivilDay last = domain::CheckedDay(days.last());
  const absl::Time end = days.has_ends() ? domain::InstantAt(last, days.ends(), zone)
                                         : absl::FromCivil(last + 1, zone);
  const std::string to = TimeText(end, view.zones);
  if (days.end() == v1::END_KIND_ESTIMATED) return Say("{0} to about {1}", from, to);
  const std::string text = Say("{0} to {1}", from, to);
  return days.end() == v1::END_KIND_STATED
             ? text
             : fmt::format("{} ?{}", text, static_cast<int>(days.end()));
}

// A window on the rule's first day, in both zones, with its last entries.
std::string WindowText(const v1::TimeWindow& window, absl::CivilDay day, const absl::TimeZone& zone,
                       const View& view) {
  const domain::Span span = domain::WindowOn(day, window.opens(), window.closes(), zone);
  std::string text =
      Say("{0} to {1}", TimeText(span.from, view.zones, day), TimeText(span.to, view.zones, day));
  for (const v1::LastEntry& entry : window.last_entries()) {
    // After midnight where the window reaches there.
    absl::Time last = domain::InstantAt(day, entry.time(), zone);
    if (last < span.from) last = domain::InstantAt(day + 1, entry.time(), zone);
    text += ", " + Say("last entry {0}", TimeText(last, view.zones, day));
    if (entry.direction() != v1::DIRECTION_BOTH) {
      text += " " + DirectionText(entry.direction(), view);
    }
    if (!entry.vehicle_country().empty()) {
      text += " " + Say("vehicles of {0}", entry.vehicle_country());
    }
  }
  for (const v1::PrintedWindow& printed : window.also_printed()) {
    text += ", " + Say("printed as {0}", fmt::format("{}-{} {}", Clock(printed.opens()),
                                                     Clock(printed.closes()), printed.zone()));
  }
  return text;
}

std::string WindowsText(const google::protobuf::RepeatedPtrField<v1::TimeWindow>& windows,
                        absl::CivilDay day, const absl::TimeZone& zone, const View& view) {
  std::string text;
  for (const v1::TimeWindow& window : windows) {
    text += (text.empty() ? "" : "; ") + WindowText(window, day, zone, view);
  }
  return text;
}

std::string HoursCell(const v1::TimetableRule& rule, absl::CivilDay day, const absl::TimeZone& zone,
                      const View& view) {
  std::string text = WindowsText(rule.windows(), day, zone, view);
  std::string kind;
  switch (rule.hours()) {
    case v1::HOURS_KIND_WINDOWS:
      // A draft may leave it to the node what a relative change comes to.
      if (rule.windows().empty()) kind = _("as it comes to");
      break;
    case v1::HOURS_KIND_NONE:
      kind = _("none");
      break;
    case v1::HOURS_KIND_AS_BEFORE:
      kind = _("as before");
      break;
    case v1::HOURS_KIND_NOT_STATED:
      kind = _("not stated");
      break;
    case v1::HOURS_KIND_ALL_DAY:
      kind = _("round the clock");
      break;
    case v1::HOURS_KIND_DURATION_ONLY:
      kind = _("at times not known");
      break;
    default:
      kind = fmt::format("?{}", static_cast<int>(rule.hours()));
  }
  if (rule.duration_minutes() != 0) {
    kind += (kind.empty() ? "" : ", ") + Say("{0} h {1:02} min a day", rule.duration_minutes() / 60,
                                             rule.duration_minutes() % 60);
  }
  if (!text.empty() && !kind.empty()) text += ", ";
  return text + kind;
}

std::string HolidayText(const v1::HolidayRule& rule) {
  const char* calendar = "?";
  switch (rule.calendar()) {
    case v1::HOLIDAY_CALENDAR_CHOICE_VN:
      calendar = _("holidays of Viet Nam");
      break;
    case v1::HOLIDAY_CALENDAR_CHOICE_CN:
      calendar = _("holidays of China");
      break;
    case v1::HOLIDAY_CALENDAR_CHOICE_EITHER:
      calendar = _("holidays of either side");
      break;
    case v1::HOLIDAY_CALENDAR_CHOICE_BOTH:
      calendar = _("holidays of both sides");
      break;
    default:
      break;
  }
  std::string text;
  switch (rule.effect()) {
    case v1::HOLIDAY_EFFECT_INCLUDED:
      text = Say("also on {0}", calendar);
      break;
    case v1::HOLIDAY_EFFECT_EXCLUDED:
      text = Say("not on {0}", calendar);
      break;
    case v1::HOLIDAY_EFFECT_ONLY:
      text = Say("only on {0}", calendar);
      break;
    default:
      text = fmt::format("{} ?{}", calendar, static_cast<int>(rule.effect()));
  }
  if (rule.make_up_days_are_weekdays()) {
    text += std::string(", ") + _("make-up working days count as weekdays");
  }
  return text;
}

const char* PrecisionText(v1::Precision precision) {
  switch (precision) {
    case v1::PRECISION_MINUTE:
      return _("to the minute");
    case v1::PRECISION_HOUR:
      return _("to the hour");
    case v1::PRECISION_PART_OF_DAY:
      return _("to a part of the day");
    case v1::PRECISION_DAY:
      return _("to the day");
    default:
      return "?";
  }
}

std::string SelectionText(const v1::GateSelection& selection) {
  std::string text = Say("named as {0}", selection.within());
  if (!selection.type_vn().empty()) text += ", " + Say("type {0}", selection.type_vn());
  if (!selection.except_gate_ids().empty()) {
    text += ", " + Say("but {0}", fmt::format("{}", fmt::join(selection.except_gate_ids(), " ")));
  }
  return text;
}

// How a change was said; what it comes to is in the hours.
std::string RelativeText(const v1::RelativeChange& change, absl::CivilDay day,
                         const absl::TimeZone& zone, const View& view) {
  std::string text;
  switch (change.kind()) {
    case v1::CHANGE_KIND_REPLACE:
      text = _("said as: other hours");
      break;
    case v1::CHANGE_KIND_ADD:
      text = _("said as: further hours");
      break;
    case v1::CHANGE_KIND_REMOVE:
      text = _("said as: without");
      break;
    case v1::CHANGE_KIND_MOVE_OPENING:
      text = _("said as: opens");
      break;
    case v1::CHANGE_KIND_MOVE_CLOSING:
      text = _("said as: closes");
      break;
    case v1::CHANGE_KIND_MOVE_ALL:
      text = _("said as: all hours");
      break;
    case v1::CHANGE_KIND_WITHOUT_BREAK:
      text = _("said as: without a break");
      break;
    default:
      text = fmt::format("?{}", static_cast<int>(change.kind()));
  }
  if (!change.windows().empty()) text += " " + WindowsText(change.windows(), day, zone, view);
  if (const int minutes = change.moved_by_minutes(); minutes != 0) {
    text += " " + (minutes < 0 ? Say("{0} min earlier", -minutes) : Say("{0} min later", minutes));
  }
  if (change.has_moved_to()) {
    text += " " + TimeText(domain::InstantAt(day, change.moved_to(), zone), view.zones, day);
  }
  if (!change.inherited().empty()) {
    text += ", " + Say("before: {0}", WindowsText(change.inherited(), day, zone, view));
  }
  for (const v1::MessageCitation& citation : change.inherited_from()) {
    text += ", " + Say("from {0}", citation.message_id());
  }
  return text;
}

std::string TermsCell(const v1::TimetableRule& rule, absl::CivilDay day, const absl::TimeZone& zone,
                      const View& view) {
  std::vector<std::string> parts;
  if (rule.load() == v1::LOAD_LOADED || rule.load() == v1::LOAD_EMPTY ||
      !v1::Load_IsValid(rule.load())) {
    parts.push_back(LoadText(rule.load()));
  }
  const v1::TimetableDays& days = rule.days();
  if (!days.weekdays().empty()) {
    std::string names;
    for (const int weekday : days.weekdays()) {
      names += (names.empty() ? "" : " ") + WeekdayText(static_cast<v1::Weekday>(weekday));
    }
    parts.push_back(Say("only {0}", names));
  }
  if (days.has_holidays()) parts.push_back(HolidayText(days.holidays()));
  if (days.begin_precision() != v1::PRECISION_UNSPECIFIED) {
    parts.push_back(Say("beginning known {0}", PrecisionText(days.begin_precision())));
  }
  if (days.end_precision() != v1::PRECISION_UNSPECIFIED) {
    parts.push_back(Say("end known {0}", PrecisionText(days.end_precision())));
  }
  if (rule.reason() != v1::CHANGE_REASON_UNSPECIFIED) {
    parts.push_back(ChangeReasonText(rule.reason()));
  }
  if (rule.has_conditions()) {
    for (std::string& condition : ConditionTexts(rule.conditions())) {
      parts.push_back(std::move(condition));
    }
  }
  if (rule.has_named_as()) parts.push_back(SelectionText(rule.named_as()));
  if (rule.has_said_as()) parts.push_back(RelativeText(rule.said_as(), day, zone, view));
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace

RuleCells CellsOfRule(const v1::TimetableRule& rule, const std::string& zone_name,
                      const View& view) {
  RuleCells cells;
  cells.gates = fmt::format("{}", fmt::join(rule.gate_ids(), " "));
  std::string cargo;
  for (const std::string& one : rule.cargo_classes()) {
    cargo += (cargo.empty() ? "" : " + ") + CargoText(one);
  }
  cells.traffic = CellText(rule.traffic(), rule.direction(), rule.vehicle_country(), "", view) +
                  (cargo.empty() ? "" : ", " + cargo);
  cells.regime = RegimeText(rule.regime());
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(zone_name, &zone)) {
    cells.when = cells.hours = cells.terms = "?";
    return cells;
  }
  const absl::CivilDay day = domain::CheckedDay(rule.days().first());
  cells.when = SpanText(rule, zone, view);
  cells.hours = HoursCell(rule, day, zone, view);
  cells.terms = TermsCell(rule, day, zone, view);
  return cells;
}

Table TimetableTable(const v1::Timetable& timetable, const View& view) {
  Table table(
      {{_("Gates")}, {_("Traffic")}, {_("When")}, {_("Regime")}, {_("Hours")}, {_("Terms")}});
  for (const v1::TimetableRule& rule : timetable.rules()) {
    RuleCells cells = CellsOfRule(rule, timetable.zone(), view);
    table.Add({std::move(cells.gates), std::move(cells.traffic), std::move(cells.when),
               std::move(cells.regime), std::move(cells.hours), std::move(cells.terms)});
  }
  return table;
}

std::string TimetableText(const v1::Timetable& timetable, const View& view, size_t indent) {
  return TimetableTable(timetable, view).ToText(indent);
}

}  // namespace gatepost::render
