#include "daemon/domain/agreements/occasion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/country.h"
#include "daemon/domain/validity.h"

namespace gatepost::domain {
namespace {

constexpr int kNearDays = 14;

// From the first to the last day that the rules name.
DayRange DaysNamed(const v1::Timetable& timetable) {
  DayRange named{absl::CivilDay(9999, 12, 31), absl::CivilDay(1, 1, 1)};
  for (const v1::TimetableRule& rule : timetable.rules()) {
    const v1::TimetableDays& days = rule.days();
    named.first = std::min(named.first, CheckedDay(days.first()));
    named.last = std::max(named.last, CheckedDay(days.has_last() ? days.last() : days.first()));
  }
  return named;
}

// How many days lie between; 0 within.
int DaysApart(absl::CivilDay day, const DayRange& range) {
  if (day < range.first) return static_cast<int>(range.first - day);
  if (day > range.last) return static_cast<int>(day - range.last);
  return 0;
}

// What the calendars in force know of an occasion.
struct Known {
  std::optional<absl::CivilDay> nearest;
  std::string country;  // Of the nearest day.
  std::set<Country> countries;
  std::set<std::string> codes;  // Of all occasions.
};

Known Look(std::string_view occasion, const DayRange& days, const HolidayCalendars& calendars) {
  Known known;
  for (const v1::HolidayCalendar& calendar : calendars.proto().calendars()) {
    const std::optional<Country> country = CountryOfCode(calendar.country());
    if (!country || calendars.Find(*country, calendar.year()) != &calendar) continue;
    for (const v1::CalendarDay& day : calendar.days()) {
      if (day.kind() == v1::DAY_KIND_MAKE_UP_WORKDAY) continue;
      known.codes.insert(day.holiday());
      if (day.holiday() != occasion) continue;
      known.countries.insert(*country);
      const absl::CivilDay date = CheckedDay(day.date());
      if (known.nearest && DaysApart(*known.nearest, days) <= DaysApart(date, days)) continue;
      known.nearest = date;
      known.country = calendar.country();
    }
  }
  return known;
}

bool HoldsYears(const HolidayCalendars& calendars, const std::set<Country>& countries,
                const DayRange& days) {
  for (auto year = days.first.year(); year <= days.last.year(); ++year) {
    for (const Country country : countries) {
      if (calendars.Find(country, static_cast<int>(year)) == nullptr) return false;
    }
  }
  return true;
}

}  // namespace

std::optional<v1::Finding> CheckOccasion(const v1::HolidayHours& hours,
                                         const HolidayCalendars& calendars) {
  const DayRange days = DaysNamed(hours.timetable());
  const Known known = Look(hours.occasion(), days, calendars);
  if (known.nearest && DaysApart(*known.nearest, days) <= kNearDays) return std::nullopt;
  v1::Finding finding;
  finding.set_subject(fmt::format("occasion {}", hours.occasion()));
  finding.set_figure_index(-1);
  finding.set_severity(v1::SEVERITY_WARNING);
  if (!known.nearest) {
    finding.set_text(known.codes.empty() ? std::string("no calendar is held")
                                         : fmt::format("no calendar names it; they name {}",
                                                       fmt::join(known.codes, ", ")));
    if (known.codes.empty()) finding.set_severity(v1::SEVERITY_NOT_CHECKABLE);
    return finding;
  }
  const bool held = HoldsYears(calendars, known.countries, days);
  if (!held) finding.set_severity(v1::SEVERITY_NOT_CHECKABLE);
  finding.set_text(fmt::format("{} {}..{}; the nearest day of it is {} in {}",
                               held ? fmt::format("no calendar has it within {} days of", kNearDays)
                                    : std::string("not every calendar is held for"),
                               DayText(days.first), DayText(days.last), DayText(*known.nearest),
                               known.country));
  return finding;
}

}  // namespace gatepost::domain
