#include "daemon/domain/lunar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/time/time.h"
#include "daemon/domain/astronomy.h"
#include "daemon/system/reason.h"

namespace gatepost::domain {
namespace {

// New moons from spring 1899 to spring 2201 (see NewMoon): months get their numbers between two
// winter solstices, so one more is needed on either side of the years known.
constexpr int kFirstLunation = -1245;
constexpr int kLastLunation = 2490;

// The sun enters a new sign at each multiple of 30 degrees; the ninth is the winter solstice.
constexpr int kSigns = 12;
constexpr double kSignDegrees = 30;
constexpr int kWinterSolstice = 9;

struct Month {
  absl::CivilDay first;
  int sign = 0;  // In which the sun stands as the month begins: 0 to 11.
  int year = 0;  // 0: not known, the month lies at an end of the table.
  int number = 0;
  bool leap = false;
};

int Modulo(int value, int by) { return ((value % by) + by) % by; }

// The civil zone by which the calendar goes.
absl::TimeZone ClockOf(Country country, bool before_1968) {
  int hours = country == Country::kVietNam && !before_1968 ? 7 : 8;
  return absl::FixedTimeZone(hours * 60 * 60);
}

absl::CivilDay DayOfNewMoon(Country country, absl::Time new_moon) {
  absl::TimeZone after = ClockOf(country, false);
  bool before_1968 = new_moon < absl::FromCivil(absl::CivilDay(1968, 1, 1), after);
  return absl::ToCivilDay(new_moon, before_1968 ? ClockOf(country, true) : after);
}

int SignAtStartOf(Country country, absl::CivilDay day) {
  absl::Time midnight = absl::FromCivil(day, ClockOf(country, day < absl::CivilDay(1968, 1, 1)));
  return std::min(kSigns - 1, static_cast<int>(SunLongitude(midnight) / kSignDegrees));
}

// How many signs the sun enters within the month: 0, 1 or 2.
int SignsEntered(const Month& month, const Month& next) {
  return Modulo(next.sign - month.sign, kSigns);
}

bool HoldsWinterSolstice(const Month& month, const Month& next) {
  int until = Modulo(kWinterSolstice - month.sign, kSigns);
  return until >= 1 && until <= SignsEntered(month, next);
}

// Numbers the months from one month 11, at `from`, up to the next, at `to`.
void NumberMonths(std::vector<Month>& months, size_t from, size_t to) {
  size_t leap = to;
  if (to - from == 13) {
    leap = from + 1;
    while (leap < to && SignsEntered(months[leap], months[leap + 1]) > 0) ++leap;
  }
  int winter_year = static_cast<int>(months[from].first.year());
  int number = 11;
  bool in_new_year = false;
  for (size_t at = from; at < to; ++at) {
    if (at == leap) {
      months[at].leap = true;
    } else if (at > from) {
      in_new_year |= number == 12;
      number = number % 12 + 1;
    }
    months[at].number = number;
    months[at].year = winter_year + (in_new_year ? 1 : 0);
  }
}

std::vector<Month> MonthsOf(Country country) {
  std::vector<Month> months;
  for (int lunation = kFirstLunation; lunation <= kLastLunation; ++lunation) {
    Month& month = months.emplace_back();
    month.first = DayOfNewMoon(country, NewMoon(lunation));
    month.sign = SignAtStartOf(country, month.first);
  }
  size_t from = months.size();  // None yet.
  for (size_t at = 0; at + 1 < months.size(); ++at) {
    if (!HoldsWinterSolstice(months[at], months[at + 1])) continue;
    if (from < months.size()) NumberMonths(months, from, at);
    from = at;
  }
  return months;
}

const std::vector<Month>& KnownMonths(Country country) {
  if (country == Country::kVietNam) {
    static const std::vector<Month>& viet_nam = *new std::vector(MonthsOf(Country::kVietNam));
    return viet_nam;
  }
  static const std::vector<Month>& china = *new std::vector(MonthsOf(Country::kChina));
  return china;
}

absl::Status CheckYear(int64_t year) {
  if (year >= kFirstLunarYear && year <= kLastLunarYear) return absl::OkStatus();
  return system::Refuse(v1::REASON_BAD_TIME,
                        fmt::format("a year from {} to {}", kFirstLunarYear, kLastLunarYear),
                        fmt::format("{}", year), "lunar dates are known for these years only");
}

}  // namespace

absl::StatusOr<LunarDate> LunarDateOf(Country country, absl::CivilDay day) {
  if (absl::Status status = CheckYear(day.year()); !status.ok()) return status;
  const std::vector<Month>& months = KnownMonths(country);
  auto next = std::upper_bound(
      months.begin(), months.end(), day,
      [](absl::CivilDay wanted, const Month& month) { return wanted < month.first; });
  const Month& month = *std::prev(next);
  LunarDate date;
  date.year = month.year;
  date.month = month.number;
  date.leap = month.leap;
  date.day = static_cast<int>(day - month.first) + 1;
  date.month_days = static_cast<int>(next->first - month.first);
  return date;
}

absl::StatusOr<absl::CivilDay> LunarNewYear(Country country, int year) {
  if (absl::Status status = CheckYear(year); !status.ok()) return status;
  const std::vector<Month>& months = KnownMonths(country);
  // Years rise along the table; 0 stands at its ends only, before and after those known.
  auto first = std::lower_bound(
      months.begin(), months.end(), absl::CivilDay(year, 1, 1),
      [](const Month& month, absl::CivilDay wanted) { return month.first < wanted; });
  while (first->year != year) ++first;
  return first->first;
}

}  // namespace gatepost::domain
