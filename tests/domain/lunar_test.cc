// The lunisolar calendars of both sides: official tables, known leap months, what always holds.

#include "daemon/domain/lunar.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/lunar_label.h"
#include "daemon/system/reason.h"
#include "tests/support/daily_reports.h"

namespace gatepost::testing {
namespace {

using domain::Country;
using domain::DayText;
using domain::LunarDate;

constexpr Country kBoth[] = {Country::kVietNam, Country::kChina};

std::string NewYear(Country country, int year) {
  absl::StatusOr<absl::CivilDay> day = domain::LunarNewYear(country, year);
  return day.ok() ? DayText(*day) : system::ReasonName(system::ReasonOf(day.status()));
}

LunarDate On(Country country, absl::CivilDay day) {
  return domain::LunarDateOf(country, day).value();
}

// The label on the day, in the country's own language.
std::string Label(Country country, absl::CivilDay day) {
  return domain::LunarLabel(On(country, day), domain::LunarLanguage(country));
}

TEST(Lunar, EveryNewYearInTheTableComesOut) {
  for (const CsvRow& row : ReadCsv("tests/data/lunar-new-year.csv")) {
    int year = std::stoi(row.at("year"));
    EXPECT_EQ(NewYear(Country::kVietNam, year), row.at("first_day_hanoi_utc7"));
    EXPECT_EQ(NewYear(Country::kChina, year), row.at("first_day_beijing_utc8"));
  }
}

TEST(Lunar, TheTwoSidesDifferInTheseYearsOnly) {
  std::map<int, std::pair<std::string, std::string>> different;
  for (int year = 1900; year <= 2100; ++year) {
    std::string viet_nam = NewYear(Country::kVietNam, year);
    std::string china = NewYear(Country::kChina, year);
    if (viet_nam != china) different[year] = {viet_nam, china};
  }
  const std::map<int, std::pair<std::string, std::string>> wanted = {
      {1968, {"1968-01-29", "1968-01-30"}}, {1969, {"1969-02-16", "1969-02-17"}},
      {1985, {"1985-01-21", "1985-02-20"}}, {2007, {"2007-02-17", "2007-02-18"}},
      {2030, {"2030-02-02", "2030-02-03"}}, {2053, {"2053-02-18", "2053-02-19"}},
  };
  EXPECT_EQ(different, wanted);
}

TEST(Lunar, ANewMoonFourMinutesBeforeBeijingsMidnightIsThatDays) {
  EXPECT_EQ(NewYear(Country::kChina, 2027), "2027-02-06");
  EXPECT_EQ(NewYear(Country::kVietNam, 2027), "2027-02-06");
}

TEST(Lunar, LeapMonthsAreThePublishedOnes) {
  auto leaps = [](Country country, int from, int to) {
    std::map<int, int> found;
    for (absl::CivilDay day(from, 1, 1); day < absl::CivilDay(to + 1, 2, 25); ++day) {
      LunarDate date = On(country, day);
      if (date.leap && date.year >= from && date.year <= to) found[date.year] = date.month;
    }
    return found;
  };
  // The calendars of Purple Mountain Observatory and Hong Kong Observatory, 1949 to 2052.
  const std::map<int, int> china = {
      {1949, 7}, {1952, 5}, {1955, 3}, {1957, 8}, {1960, 6}, {1963, 4},  {1966, 3}, {1968, 7},
      {1971, 5}, {1974, 4}, {1976, 8}, {1979, 6}, {1982, 4}, {1984, 10}, {1987, 6}, {1990, 5},
      {1993, 3}, {1995, 8}, {1998, 5}, {2001, 4}, {2004, 2}, {2006, 7},  {2009, 5}, {2012, 4},
      {2014, 9}, {2017, 6}, {2020, 4}, {2023, 2}, {2025, 6}, {2028, 5},  {2031, 3}, {2033, 11},
      {2036, 6}, {2039, 5}, {2042, 2}, {2044, 7}, {2047, 5}, {2050, 3},  {2052, 8}};
  EXPECT_EQ(leaps(Country::kChina, 1949, 2052), china);
  // Viet Nam's differ in these: month 2 of 1985 for month 10 of 1984; month 7 of 1987 for month 6.
  std::map<int, int> viet_nam = china;
  viet_nam.erase(1984);
  viet_nam[1985] = 2;
  viet_nam[1987] = 7;
  EXPECT_EQ(leaps(Country::kVietNam, 1949, 2052), viet_nam);
}

TEST(Lunar, FestivalsFallOnTheirDays) {
  // Mid-autumn 2025 and 2026, dragon boat 2026 (the State Council's notices); the Hung Kings'
  // day, 10/3, of 2024 to 2026 (the notices of Viet Nam's labour ministry).
  auto is = [](Country country, absl::CivilDay day, int month, int in_month) {
    LunarDate date = On(country, day);
    return date.month == month && date.day == in_month && !date.leap;
  };
  EXPECT_TRUE(is(Country::kChina, absl::CivilDay(2025, 10, 6), 8, 15));
  EXPECT_TRUE(is(Country::kChina, absl::CivilDay(2026, 9, 25), 8, 15));
  EXPECT_TRUE(is(Country::kChina, absl::CivilDay(2026, 6, 19), 5, 5));
  EXPECT_TRUE(is(Country::kVietNam, absl::CivilDay(2024, 4, 18), 3, 10));
  EXPECT_TRUE(is(Country::kVietNam, absl::CivilDay(2025, 4, 7), 3, 10));
  EXPECT_TRUE(is(Country::kVietNam, absl::CivilDay(2026, 4, 26), 3, 10));
}

TEST(Lunar, DaysFollowEachOther) {
  for (Country country : kBoth) {
    LunarDate before = On(country, absl::CivilDay(1900, 1, 1));
    for (absl::CivilDay day(1900, 1, 2); day <= absl::CivilDay(2199, 12, 31); ++day) {
      LunarDate date = On(country, day);
      ASSERT_TRUE(date.month_days == 29 || date.month_days == 30) << day;
      if (before.day < before.month_days) {
        LunarDate wanted = before;
        ++wanted.day;
        ASSERT_EQ(date, wanted) << day;
      } else {
        // A new month: the next one, or the leap month of the same number.
        ASSERT_EQ(date.day, 1) << day;
        bool repeated = date.leap && date.month == before.month && date.year == before.year;
        bool next = !date.leap && date.month == before.month % 12 + 1 &&
                    date.year == before.year + (before.month == 12 ? 1 : 0);
        ASSERT_TRUE(repeated || next) << day;
        ASSERT_FALSE(repeated && before.leap) << day;
      }
      before = date;
    }
  }
}

TEST(Lunar, EachYearHasTwelveMonthsOrThirteenWithOneLeap) {
  for (Country country : kBoth) {
    for (int year = 1900; year < 2199; ++year) {
      absl::CivilDay first = domain::LunarNewYear(country, year).value();
      absl::CivilDay next = domain::LunarNewYear(country, year + 1).value();
      EXPECT_EQ(On(country, first).year, year);
      EXPECT_GE(first, absl::CivilDay(year, 1, 20));
      EXPECT_LE(first, absl::CivilDay(year, 2, 21));
      int months = 0;
      int leaps = 0;
      for (absl::CivilDay day = first; day < next;) {
        LunarDate date = On(country, day);
        EXPECT_EQ(date.day, 1);
        ++months;
        leaps += date.leap ? 1 : 0;
        day += date.month_days;
      }
      EXPECT_EQ(months, 12 + leaps) << year;
      EXPECT_LE(leaps, 1) << year;
    }
  }
}

TEST(Lunar, RefusesYearsItDoesNotKnow) {
  EXPECT_EQ(NewYear(Country::kChina, 1899), "BAD_TIME");
  EXPECT_EQ(NewYear(Country::kChina, 1900), "1900-01-31");
  EXPECT_EQ(NewYear(Country::kVietNam, 2199).substr(0, 5), "2199-");
  EXPECT_EQ(NewYear(Country::kVietNam, 2200), "BAD_TIME");
  for (absl::CivilDay day : {absl::CivilDay(1899, 12, 31), absl::CivilDay(2200, 1, 1),
                             absl::CivilDay(-5000), absl::CivilDay(1000000)}) {
    EXPECT_EQ(system::ReasonOf(domain::LunarDateOf(Country::kChina, day).status()),
              v1::REASON_BAD_TIME);
  }
  EXPECT_EQ(On(Country::kChina, absl::CivilDay(1900, 1, 1)).year, 1899);
  EXPECT_EQ(On(Country::kChina, absl::CivilDay(2199, 12, 31)).year, 2199);
}

TEST(Lunar, LabelsReadAsInNotices) {
  EXPECT_EQ(Label(Country::kVietNam, absl::CivilDay(2026, 2, 14)), "27 Chạp");
  EXPECT_EQ(Label(Country::kVietNam, absl::CivilDay(2026, 2, 15)), "28 Chạp");
  EXPECT_EQ(Label(Country::kVietNam, absl::CivilDay(2026, 2, 17)), "mùng 1 Tết");
  EXPECT_EQ(Label(Country::kVietNam, absl::CivilDay(2026, 2, 22)), "mùng 6 tháng Giêng");
  EXPECT_EQ(Label(Country::kVietNam, absl::CivilDay(2026, 4, 26)), "mùng 10 tháng 3");
  EXPECT_EQ(Label(Country::kVietNam, absl::CivilDay(2026, 4, 27)), "11 tháng 3");
  EXPECT_EQ(Label(Country::kVietNam, absl::CivilDay(2023, 3, 24)), "mùng 3 tháng 2 nhuận");
  // The State Council's notice for 2026 calls its first and last day so.
  EXPECT_EQ(Label(Country::kChina, absl::CivilDay(2026, 2, 15)), "腊月廿八");
  EXPECT_EQ(Label(Country::kChina, absl::CivilDay(2026, 2, 23)), "正月初七");
  EXPECT_EQ(Label(Country::kChina, absl::CivilDay(2026, 2, 17)), "正月初一");
  EXPECT_EQ(Label(Country::kChina, absl::CivilDay(2023, 3, 24)), "闰二月初三");
  EXPECT_EQ(Label(Country::kChina, absl::CivilDay(2033, 12, 22)), "闰十一月初一");
}

TEST(Lunar, LabelsOfEveryDay) {
  EXPECT_EQ(domain::LunarLabel({2026, 6, false, 10, 30}, "zh"), "六月初十");
  EXPECT_EQ(domain::LunarLabel({2026, 6, false, 15, 30}, "zh"), "六月十五");
  EXPECT_EQ(domain::LunarLabel({2026, 6, false, 20, 30}, "zh"), "六月二十");
  EXPECT_EQ(domain::LunarLabel({2026, 6, false, 21, 30}, "zh"), "六月廿一");
  EXPECT_EQ(domain::LunarLabel({2026, 6, false, 30, 30}, "zh"), "六月三十");
  EXPECT_EQ(domain::LunarLabel({2026, 1, false, 3, 30}, "vi"), "mùng 3 Tết");
  EXPECT_EQ(domain::LunarLabel({2026, 1, false, 4, 30}, "vi"), "mùng 4 tháng Giêng");
  EXPECT_EQ(domain::LunarLabel({2026, 1, true, 1, 30}, "vi"), "mùng 1 tháng Giêng nhuận");
  EXPECT_EQ(domain::LunarLabel({2026, 1, false, 1, 30}, "en"), "");
}

TEST(Lunar, ALookUpIsQuick) {
  // 20 microseconds were asked for; it takes less than one. The bound leaves room for sanitizers.
  On(Country::kVietNam, absl::CivilDay(2026, 1, 1));
  auto start = std::chrono::steady_clock::now();
  constexpr int kDays = 10000;
  for (int at = 0; at < kDays; ++at) On(Country::kVietNam, absl::CivilDay(2026, 1, 1) + at);
  std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  EXPECT_LT(took.count() / kDays, 20);
}

}  // namespace
}  // namespace gatepost::testing
