#include "daemon/domain/hours/spans.h"

#include <algorithm>

#include "absl/time/civil_time.h"
#include "daemon/domain/civil_time.h"

namespace gatepost::domain {
namespace {

// What one country's calendar says of holidays; nullopt when it does not cover the day.
struct HolidaySays {
  std::optional<bool> holiday;
  bool make_up = false;
};

HolidaySays Ask(const AskDay& ask, Country country, absl::CivilDay day) {
  const DayStatus status = ask(country, day);
  if (status == DayStatus::kUnknown) return {};
  return {status == DayStatus::kOffHoliday, status == DayStatus::kMakeUpWorkday};
}

// For EITHER a known holiday on one side is enough, whatever the other side's calendar; for BOTH a
// known working day is.
HolidaySays Ask(const AskDay& ask, v1::HolidayCalendarChoice choice, absl::CivilDay day) {
  if (choice == v1::HOLIDAY_CALENDAR_CHOICE_VN) return Ask(ask, Country::kVietNam, day);
  if (choice == v1::HOLIDAY_CALENDAR_CHOICE_CN) return Ask(ask, Country::kChina, day);
  const HolidaySays vn = Ask(ask, Country::kVietNam, day);
  const HolidaySays cn = Ask(ask, Country::kChina, day);
  const bool deciding = choice == v1::HOLIDAY_CALENDAR_CHOICE_EITHER;
  HolidaySays both{std::nullopt, vn.make_up && cn.make_up};
  if (deciding) both.make_up = vn.make_up || cn.make_up;
  if (vn.holiday == deciding || cn.holiday == deciding) {
    both.holiday = deciding;
  } else if (vn.holiday.has_value() && cn.holiday.has_value()) {
    both.holiday = !deciding;
  }
  return both;
}

v1::Weekday WeekdayOf(absl::CivilDay day) {
  // absl counts from Monday 0.
  return static_cast<v1::Weekday>(static_cast<int>(absl::GetWeekday(day)) + 1);
}

bool Has(const v1::TimetableDays& days, v1::Weekday weekday) {
  return days.weekdays().empty() || std::find(days.weekdays().begin(), days.weekdays().end(),
                                              weekday) != days.weekdays().end();
}

bool HasWorkingWeek(const v1::TimetableDays& days) {
  for (int day = v1::WEEKDAY_MONDAY; day <= v1::WEEKDAY_FRIDAY; ++day) {
    if (!Has(days, static_cast<v1::Weekday>(day))) return false;
  }
  return true;
}

std::optional<Span> Cut(Span span, Span to) {
  span = {std::max(span.from, to.from), std::min(span.to, to.to)};
  if (span.from >= span.to) return std::nullopt;
  return span;
}

// Appends, and joins what touches.
void Add(std::vector<Span>& spans, Span span) {
  if (!spans.empty() && span.from <= spans.back().to) {
    spans.back().to = std::max(spans.back().to, span.to);
  } else {
    spans.push_back(span);
  }
}

}  // namespace

std::optional<bool> HoldsOn(const v1::TimetableDays& days, absl::CivilDay day, const AskDay& ask) {
  if (!days.has_holidays()) return Has(days, WeekdayOf(day));
  const v1::HolidayRule& rule = days.holidays();
  const HolidaySays says = Ask(ask, rule.calendar(), day);
  bool by_weekday = Has(days, WeekdayOf(day));
  if (rule.make_up_days_are_weekdays() && !days.weekdays().empty()) {
    if (!says.holiday.has_value()) return std::nullopt;
    if (says.make_up) by_weekday = HasWorkingWeek(days);
  }
  if (rule.effect() == v1::HOLIDAY_EFFECT_INCLUDED) return by_weekday;
  if (!by_weekday) return false;
  if (!says.holiday.has_value()) return std::nullopt;
  return *says.holiday == (rule.effect() == v1::HOLIDAY_EFFECT_ONLY);
}

absl::Time InstantAt(absl::CivilDay day, const v1::TimeOfDay& time, const absl::TimeZone& zone) {
  return absl::FromCivil(absl::CivilMinute(absl::CivilHour(day) + time.hour()) + time.minute(),
                         zone);
}

Span WindowOn(absl::CivilDay day, const v1::TimeOfDay& opens, const v1::TimeOfDay& closes,
              const absl::TimeZone& zone) {
  Span window{InstantAt(day, opens, zone), InstantAt(day, closes, zone)};
  if (window.to <= window.from) window.to = InstantAt(day + 1, closes, zone);
  return window;
}

absl::Time BeginOf(const v1::TimetableRule& rule, const absl::TimeZone& zone) {
  const v1::TimetableDays& days = rule.days();
  if (days.has_begins()) return InstantAt(CheckedDay(days.first()), days.begins(), zone);
  return absl::FromCivil(CheckedDay(days.first()), zone);
}

absl::Time EstimatedEnd(const v1::TimetableRule& rule, const absl::TimeZone& zone) {
  const v1::TimetableDays& days = rule.days();
  if (days.end() != v1::END_KIND_ESTIMATED) return absl::InfiniteFuture();
  if (days.has_ends()) return InstantAt(CheckedDay(days.last()), days.ends(), zone);
  return absl::FromCivil(CheckedDay(days.last()) + 1, zone);
}

RuleSpans SpansOf(const v1::TimetableRule& rule, const absl::TimeZone& zone, Span within,
                  const AskDay& ask) {
  const v1::TimetableDays& days = rule.days();
  const bool ends = days.end() == v1::END_KIND_STATED;
  Span all{BeginOf(rule, zone), absl::InfiniteFuture()};
  if (ends && days.has_ends()) all.to = InstantAt(CheckedDay(days.last()), days.ends(), zone);

  // A day before and after: windows cross midnight, and `within` may be of another zone.
  const absl::CivilDay first =
      std::max(CheckedDay(days.first()), absl::ToCivilDay(within.from, zone) - 1);
  absl::CivilDay last = absl::ToCivilDay(within.to, zone) + 1;
  if (ends) last = std::min(last, CheckedDay(days.last()));

  RuleSpans spans;
  for (absl::CivilDay day = first; day <= last; ++day) {
    const std::optional<bool> holds = HoldsOn(days, day, ask);
    if (holds == false) continue;
    const std::optional<Span> span =
        Cut({absl::FromCivil(day, zone), absl::FromCivil(day + 1, zone)}, all);
    if (!span.has_value()) continue;
    if (!holds.has_value()) {
      Add(spans.undecided, *span);
      continue;
    }
    Add(spans.covered, *span);
    if (rule.hours() == v1::HOURS_KIND_ALL_DAY) Add(spans.open, *span);
    for (const v1::TimeWindow& window : rule.windows()) {
      if (const auto open = Cut(WindowOn(day, window.opens(), window.closes(), zone), all)) {
        Add(spans.open, *open);
      }
    }
  }
  return spans;
}

RuleSpans SpansOf(const v1::TimetableRule& rule, const absl::TimeZone& zone, Span within,
                  const HolidayCalendars& calendars) {
  return SpansOf(rule, zone, within, [&calendars](Country country, absl::CivilDay day) {
    return calendars.StatusOf(country, day);
  });
}

}  // namespace gatepost::domain
