#include "daemon/domain/hours/rule_times.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::domain {
namespace {

using system::Refuse;

std::string ClockText(const v1::TimeOfDay& time) {
  return fmt::format("{:02}:{:02}", time.hour(), time.minute());
}

absl::Status BadTime(std::string_view wanted, std::string_view came, std::string_view todo) {
  return Refuse(v1::REASON_BAD_TIME, wanted, came, todo);
}

absl::Status CheckHolidays(const v1::HolidayRule& rule) {
  if (rule.calendar() == v1::HOLIDAY_CALENDAR_CHOICE_UNSPECIFIED) {
    return Refuse(v1::REASON_FIELD_MISSING, "days.holidays.calendar", "none",
                  "say by whose calendar: VN, CN, either or both");
  }
  if (rule.effect() == v1::HOLIDAY_EFFECT_UNSPECIFIED) {
    return Refuse(v1::REASON_FIELD_MISSING, "days.holidays.effect", "none",
                  "say whether holidays are in, out, or the only days");
  }
  return absl::OkStatus();
}

absl::Status CheckWeekdays(const v1::TimetableDays& days, const DayRange& range) {
  const auto& weekdays = days.weekdays();
  for (int i = 0; i < weekdays.size(); ++i) {
    if (weekdays[i] == v1::WEEKDAY_UNSPECIFIED || (i > 0 && weekdays[i] <= weekdays[i - 1])) {
      return Refuse(v1::REASON_FIELD_CONFLICT, "weekdays: from Monday on, each once",
                    v1::Weekday_Name(static_cast<v1::Weekday>(weekdays[i])), "sort them");
    }
  }
  if (weekdays.empty() || range.last - range.first >= 6) return absl::OkStatus();
  for (absl::CivilDay day = range.first; day <= range.last; ++day) {
    for (const int weekday : weekdays) {
      if (static_cast<int>(absl::GetWeekday(day)) + 1 == weekday) return absl::OkStatus();
    }
  }
  // A make-up working day may be one of them although its name is not.
  if (days.holidays().make_up_days_are_weekdays()) return absl::OkStatus();
  return Refuse(v1::REASON_DEAD_RULE, "a day of the week that the span has",
                fmt::format("{} to {} has none of them", DayText(range.first), DayText(range.last)),
                "correct the days or the weekdays");
}

absl::Status CheckPrinted(const v1::TimeWindow& window, absl::CivilDay day,
                          const absl::TimeZone& zone) {
  for (const v1::PrintedWindow& printed : window.also_printed()) {
    GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone other, LoadZone(printed.zone()));
    GATEPOST_RETURN_IF_ERROR(CheckClock("also_printed.opens", printed.opens(), false));
    GATEPOST_RETURN_IF_ERROR(CheckClock("also_printed.closes", printed.closes(), true));
    const Span span = WindowOn(day, window.opens(), window.closes(), zone);
    // The other zone's day may be another one.
    bool same = false;
    for (int shift = -1; shift <= 1; ++shift) {
      same |= WindowOn(day + shift, printed.opens(), printed.closes(), other) == span;
    }
    if (same) continue;
    const std::string& zone_name = printed.zone();
    return Refuse(
        v1::REASON_ZONES_DISAGREE,
        fmt::format("the same window in both zones: {} to {}", TimeText(span.from, zone_name),
                    TimeText(span.to, zone_name)),
        fmt::format("{}-{} {}", ClockText(printed.opens()), ClockText(printed.closes()), zone_name),
        "ask which of the two is meant");
  }
  return absl::OkStatus();
}

absl::Status CheckLastEntries(const v1::TimeWindow& window, absl::CivilDay day,
                              const absl::TimeZone& zone) {
  const Span span = WindowOn(day, window.opens(), window.closes(), zone);
  for (const v1::LastEntry& entry : window.last_entries()) {
    GATEPOST_RETURN_IF_ERROR(CheckClock("last_entries.time", entry.time(), true));
    if (entry.direction() == v1::DIRECTION_UNSPECIFIED) {
      return Refuse(v1::REASON_FIELD_MISSING, "last_entries.direction", "none",
                    "say for which direction");
    }
    const absl::Time same_day = InstantAt(day, entry.time(), zone);
    const absl::Time next_day = InstantAt(day + 1, entry.time(), zone);
    const auto inside = [&](absl::Time time) { return span.from <= time && time <= span.to; };
    if (inside(same_day) || inside(next_day)) continue;
    return BadTime(fmt::format("a last entry within {}-{}", ClockText(window.opens()),
                               ClockText(window.closes())),
                   ClockText(entry.time()), "correct the last entry or the window");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckClock(std::string_view field, const v1::TimeOfDay& time, bool is_end) {
  const bool midnight = time.hour() == 24 && time.minute() == 0;
  if (time.minute() >= 0 && time.minute() <= 59 && time.hour() >= 0 &&
      (time.hour() <= 23 || (is_end && midnight))) {
    return absl::OkStatus();
  }
  return BadTime(fmt::format("{}: a time from 00:00 to {}", field, is_end ? "24:00" : "23:59"),
                 ClockText(time), "write a time of day");
}

absl::StatusOr<DayRange> CheckDays(const v1::TimetableDays& days) {
  DayRange range;
  GATEPOST_ASSIGN_OR_RETURN(range.first, DayOf(days.first()));
  if (days.end() == v1::END_KIND_UNSPECIFIED) {
    return Refuse(v1::REASON_FIELD_MISSING, "days.end", "none",
                  "say whether the end is stated, estimated or open");
  }
  const bool open = days.end() == v1::END_KIND_OPEN;
  if (open == days.has_last()) {
    return Refuse(v1::REASON_FIELD_CONFLICT, "a last day, or an open end",
                  open ? "both" : "neither", "say one of them");
  }
  if (days.has_begins()) GATEPOST_RETURN_IF_ERROR(CheckClock("begins", days.begins(), false));
  if (days.has_ends()) {
    GATEPOST_RETURN_IF_ERROR(CheckClock("ends", days.ends(), true));
    if (open) {
      return Refuse(v1::REASON_FIELD_CONFLICT, "no time of ending, for an open end",
                    ClockText(days.ends()), "leave it out, or state the last day");
    }
  }
  if (days.has_holidays()) GATEPOST_RETURN_IF_ERROR(CheckHolidays(days.holidays()));
  if (open) return range;
  GATEPOST_ASSIGN_OR_RETURN(range.last, DayOf(days.last()));
  const bool within_a_day = range.first == range.last && days.has_begins() && days.has_ends();
  const auto minutes = [](const v1::TimeOfDay& t) { return t.hour() * 60 + t.minute(); };
  if (range.last < range.first ||
      (within_a_day && minutes(days.ends()) <= minutes(days.begins()))) {
    return BadTime("an end after the beginning",
                   fmt::format("{} to {}", DayText(range.first), DayText(range.last)),
                   "correct one of them");
  }
  if (range.last - range.first >= kMostDays) {
    return Refuse(v1::REASON_TOO_LARGE, fmt::format("at most {} days", kMostDays),
                  fmt::format("{}", range.last - range.first + 1), "leave the end open");
  }
  GATEPOST_RETURN_IF_ERROR(CheckWeekdays(days, range));
  return range;
}

absl::Status CheckWindowList(const google::protobuf::RepeatedPtrField<v1::TimeWindow>& windows,
                             absl::CivilDay first, const absl::TimeZone& zone) {
  if (windows.size() > kMostWindows) {
    return Refuse(v1::REASON_TOO_LARGE, fmt::format("at most {} windows a day", kMostWindows),
                  fmt::format("{}", windows.size()), "join those that touch");
  }
  absl::Time end = absl::InfinitePast();
  for (const v1::TimeWindow& window : windows) {
    GATEPOST_RETURN_IF_ERROR(CheckClock("opens", window.opens(), false));
    GATEPOST_RETURN_IF_ERROR(CheckClock("closes", window.closes(), true));
    const Span span = WindowOn(first, window.opens(), window.closes(), zone);
    if (span.from < end) {
      return BadTime("windows in order, without overlap",
                     fmt::format("{}-{} begins before the one before it ends",
                                 ClockText(window.opens()), ClockText(window.closes())),
                     "sort them, and join those that overlap");
    }
    end = span.to;
    GATEPOST_RETURN_IF_ERROR(CheckPrinted(window, first, zone));
    GATEPOST_RETURN_IF_ERROR(CheckLastEntries(window, first, zone));
  }
  if (!windows.empty() &&
      end > WindowOn(first + 1, windows[0].opens(), windows[0].closes(), zone).from) {
    return BadTime("windows that end before the next day's first begins",
                   ClockText(windows[windows.size() - 1].closes()), "correct the last window");
  }
  return absl::OkStatus();
}

absl::Status CheckWindows(const v1::TimetableRule& rule, const DayRange& days,
                          const absl::TimeZone& zone) {
  const bool wanted = rule.hours() == v1::HOURS_KIND_WINDOWS;
  if (wanted == rule.windows().empty()) {
    return Refuse(v1::REASON_FIELD_CONFLICT, "windows with hours WINDOWS, and only with it",
                  fmt::format("{} windows", rule.windows_size()),
                  wanted && rule.has_said_as()
                      ? "let the node resolve the change before it is signed"
                      : "state them, or leave them out");
  }
  return CheckWindowList(rule.windows(), days.first, zone);
}

DayRange DaysTouched(const v1::Timetable& timetable) {
  constexpr absl::CivilDay kNever(9999, 12, 31);
  DayRange touched{kNever, absl::CivilDay(1, 1, 2)};
  for (const v1::TimetableRule& rule : timetable.rules()) {
    const DayRange days = CheckDays(rule.days()).value_or(DayRange{});
    const bool ends = rule.days().end() == v1::END_KIND_STATED && days.last < kNever;
    touched.first = std::min(touched.first, days.first - 1);
    touched.last = std::max(touched.last, ends ? days.last + 1 : kNever);
  }
  return touched;
}

Span WholeSpan(const v1::TimetableRule& rule, const absl::TimeZone& zone) {
  Span span{BeginOf(rule, zone), absl::InfiniteFuture()};
  const v1::TimetableDays& days = rule.days();
  if (days.end() != v1::END_KIND_STATED) return span;
  const absl::CivilDay last = CheckedDay(days.last());
  span.to = days.has_ends() ? InstantAt(last, days.ends(), zone) : absl::FromCivil(last + 1, zone);
  return span;
}

}  // namespace gatepost::domain
