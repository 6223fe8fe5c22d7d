// New moons and the sun's longitude against worked examples and published instants.

#include "daemon/domain/astronomy.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/daily_reports.h"

namespace gatepost::testing {
namespace {

// An instant given in TT, such as Meeus's examples.
absl::Time FromTerrestrial(absl::CivilSecond second) {
  absl::Time as_ut = absl::FromCivil(second, absl::UTCTimeZone());
  return as_ut - domain::DeltaT(as_ut);
}

absl::Time Utc(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%dT%H:%MZ", text, &time, &error)) << text << error;
  return time;
}

TEST(Astronomy, MatchesTheBooksNewMoon) {
  // Example 49.a: JDE 2443192.65118, 1977-02-18 03:37:42 TT; the fifth decimal is 0.9 s.
  absl::Time wanted = FromTerrestrial(absl::CivilSecond(1977, 2, 18, 3, 37, 42));
  EXPECT_LT(absl::AbsDuration(domain::NewMoon(-283) - wanted), absl::Seconds(1));
}

TEST(Astronomy, MatchesTheBooksSun) {
  // Example 25.b, by the whole VSOP87: 199° 54' 21.818" on 1992-10-13 0h TT.
  double longitude = domain::SunLongitude(FromTerrestrial(absl::CivilSecond(1992, 10, 13)));
  EXPECT_NEAR(longitude, 199 + 54 / 60.0 + 21.818 / 3600, 0.5 / 3600);
}

TEST(Astronomy, MatchesTheSolsticesAndEquinoxesOfTheAlmanacs) {
  // UTC, rounded to the minute, as national almanacs print them; a minute is 2.5" of longitude.
  struct Case {
    std::string time;
    double wanted;
  };
  const Case cases[] = {
      {"2000-03-20T07:35Z", 0},  {"2010-12-21T23:38Z", 270}, {"2020-03-20T03:50Z", 0},
      {"2020-06-20T21:44Z", 90}, {"2020-09-22T13:31Z", 180}, {"2020-12-21T10:02Z", 270},
      {"2025-06-21T02:42Z", 90}, {"2025-12-21T15:03Z", 270},
  };
  for (const Case& one : cases) {
    double off = domain::SunLongitude(Utc(one.time)) - one.wanted;
    if (off > 180) off -= 360;
    EXPECT_NEAR(off, 0, 2.5 / 3600) << one.time;
  }
}

// The new moon nearest to `wanted`.
absl::Time NewMoonNear(absl::Time wanted) {
  absl::Duration month = absl::Seconds(29.530588861 * 86400);
  double months = absl::FDivDuration(wanted - domain::NewMoon(0), month);
  return domain::NewMoon(static_cast<int>(std::lround(months)));
}

TEST(Astronomy, MatchesTheNewMoonsOfTheAlmanacs) {
  // Before the new years 2020 to 2026; UTC, rounded to the minute, as national almanacs print them.
  for (const char* text :
       {"2020-01-24T21:42Z", "2021-02-11T19:06Z", "2022-02-01T05:46Z", "2023-01-21T20:53Z",
        "2024-02-09T22:59Z", "2025-01-29T12:36Z", "2026-02-17T12:01Z"}) {
    absl::Time found = NewMoonNear(Utc(text));
    EXPECT_LT(absl::AbsDuration(found - Utc(text)), absl::Seconds(40)) << text << " " << found;
  }
}

TEST(Astronomy, KnowsEveryNewMoonInTheTable) {
  // The table was made with fewer terms; its minutes are up to two too many.
  for (const CsvRow& row : ReadCsv("tests/data/lunar-new-year.csv")) {
    absl::Time wanted = Utc(row.at("new_moon_utc_approx"));
    absl::Time found = NewMoonNear(wanted);
    EXPECT_LT(absl::AbsDuration(found - wanted), absl::Minutes(2)) << wanted << " " << found;
  }
}

TEST(Astronomy, KnowsHowFarTheEarthsClockIsBehind) {
  // Measured: IERS Bulletin A and the Astronomical Almanac, seconds on 1 January.
  struct Case {
    int year;
    double wanted;
  };
  constexpr Case kCases[] = {{1900, -2.72}, {1950, 29.15}, {1968, 38.29}, {1980, 50.54},
                             {2000, 63.83}, {2010, 66.07}, {2020, 69.36}, {2025, 69.14}};
  for (const Case& one : kCases) {
    absl::Time time = absl::FromCivil(absl::CivilDay(one.year), absl::UTCTimeZone());
    EXPECT_NEAR(absl::ToDoubleSeconds(domain::DeltaT(time)), one.wanted, 0.6) << one.year;
  }
}

TEST(Astronomy, NewMoonsFollowEachOtherAndTheSunNeverTurnsBack) {
  // A lunation takes 29.27 to 29.83 days.
  for (int lunation = -1236; lunation < 2474; ++lunation) {
    absl::Duration length = domain::NewMoon(lunation + 1) - domain::NewMoon(lunation);
    EXPECT_GT(length, absl::Hours(29 * 24 + 6)) << lunation;
    EXPECT_LT(length, absl::Hours(29 * 24 + 20)) << lunation;
  }
  absl::Time time = absl::FromCivil(absl::CivilDay(1900), absl::UTCTimeZone());
  double before = domain::SunLongitude(time);
  for (int step = 0; step < 300; ++step) {
    time += absl::Hours(365 * 24);
    double now = domain::SunLongitude(time);
    // 365 days are some 0.24 degrees short of a year.
    double moved = now - before;
    if (moved > 180) moved -= 360;
    EXPECT_NEAR(moved, -0.24, 0.03) << step;
    before = now;
  }
}

}  // namespace
}  // namespace gatepost::testing
