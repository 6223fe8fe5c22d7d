// Official days off of both sides: the real calendars day by day, and what a file of them may hold.

#include "daemon/domain/holiday_calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/lunar.h"
#include "google/protobuf/text_format.h"
#include "tests/domain/report_parts.h"
#include "tests/support/daily_reports.h"

namespace gatepost::testing {
namespace {

using domain::Country;
using domain::DayStatus;
using domain::HolidayCalendars;
using ::testing::HasSubstr;

constexpr Country kBoth[] = {Country::kVietNam, Country::kChina};

config::v1::HolidayCalendars Parsed(const std::string& text) {
  config::v1::HolidayCalendars proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proto));
  return proto;
}

// The project's calendars, daemon/domain/calendars/holidays.textproto.
const HolidayCalendars& Official() {
  static const HolidayCalendars calendars =
      HolidayCalendars::FromProto(
          Parsed(ReadProjectFile("daemon/domain/calendars/holidays.textproto")))
          .value();
  return calendars;
}

std::string NameOf(DayStatus status) {
  switch (status) {
    case DayStatus::kWorking:
      return "WORKING";
    case DayStatus::kMakeUpWorkday:
      return "MAKE_UP_WORKDAY";
    case DayStatus::kOffWeekend:
      return "OFF_WEEKEND";
    case DayStatus::kOffHoliday:
      return "OFF_HOLIDAY";
    case DayStatus::kUnknown:
      break;
  }
  return "UNKNOWN";
}

// The day's status, and the holiday where there is one.
std::string Said(Country country, int year, int month, int day) {
  domain::DayFacts facts = Official().Look(country, absl::CivilDay(year, month, day));
  return NameOf(facts.status) + (facts.holiday.empty() ? "" : " " + facts.holiday);
}

// `off`, `on` or `unknown`.
std::string Half(Country country, absl::CivilDay day) {
  const std::string name = NameOf(Official().StatusOf(country, day));
  if (name == "UNKNOWN") return "unknown";
  return name.starts_with("OFF_") ? "off" : "on";
}

// Both sides on one date of 2026, Viet Nam first.
std::string Pair(int month, int day) {
  const absl::CivilDay date(2026, month, day);
  return Half(Country::kVietNam, date) + "/" + Half(Country::kChina, date);
}

TEST(OfficialCalendars, TetAndSpringFestival2026DayByDay) {
  // N12: Viet Nam off 14-22 Feb; China off 15-23 Feb, working on Sat 14 and Sat 28 Feb.
  const std::map<int, std::string> wanted = {
      {12, "on/on"},   {13, "on/on"},   {14, "off/on"},  {15, "off/off"}, {16, "off/off"},
      {17, "off/off"}, {18, "off/off"}, {19, "off/off"}, {20, "off/off"}, {21, "off/off"},
      {22, "off/off"}, {23, "on/off"},  {24, "on/on"},   {25, "on/on"},   {26, "on/on"},
      {27, "on/on"},   {28, "off/on"}};
  for (const auto& [day, pair] : wanted) EXPECT_EQ(Pair(2, day), pair) << day;
  EXPECT_EQ(Pair(3, 1), "off/off");
  EXPECT_EQ(Said(Country::kVietNam, 2026, 2, 14), "OFF_HOLIDAY tet");
  EXPECT_EQ(Said(Country::kChina, 2026, 2, 14), "MAKE_UP_WORKDAY spring_festival");
  EXPECT_EQ(Said(Country::kVietNam, 2026, 2, 23), "WORKING");
  EXPECT_EQ(Said(Country::kChina, 2026, 2, 23), "OFF_HOLIDAY spring_festival");
  EXPECT_EQ(Said(Country::kVietNam, 2026, 2, 28), "OFF_WEEKEND");
  EXPECT_EQ(Said(Country::kChina, 2026, 2, 28), "MAKE_UP_WORKDAY spring_festival");
}

TEST(OfficialCalendars, TheOtherDaysOfN12) {
  for (int day = 29; day <= 31; ++day) {
    EXPECT_EQ(Said(Country::kVietNam, 2026, 8, day), "OFF_HOLIDAY national_day");
  }
  EXPECT_EQ(Said(Country::kVietNam, 2026, 9, 1), "OFF_HOLIDAY national_day");
  EXPECT_EQ(Said(Country::kVietNam, 2026, 9, 2), "OFF_HOLIDAY national_day");
  EXPECT_EQ(Said(Country::kVietNam, 2026, 9, 3), "WORKING");
  EXPECT_EQ(Said(Country::kVietNam, 2026, 8, 22), "MAKE_UP_WORKDAY national_day");
  EXPECT_EQ(Pair(8, 22), "on/off");
  EXPECT_EQ(Pair(8, 31), "off/on");
  for (int day = 1; day <= 7; ++day) {
    EXPECT_EQ(Said(Country::kChina, 2026, 10, day), "OFF_HOLIDAY national_day");
  }
  EXPECT_EQ(Said(Country::kChina, 2026, 10, 8), "WORKING");
  EXPECT_EQ(Said(Country::kChina, 2026, 9, 20), "MAKE_UP_WORKDAY national_day");
  EXPECT_EQ(Said(Country::kChina, 2026, 10, 10), "MAKE_UP_WORKDAY national_day");
  EXPECT_EQ(Pair(9, 20), "off/on");
  struct Span {
    int month;
    int first;
    int last;
  };
  for (const Span& span : {Span{4, 4, 6}, Span{5, 1, 5}, Span{6, 19, 21}, Span{9, 25, 27}}) {
    for (int day = span.first; day <= span.last; ++day) {
      absl::CivilDay date(2026, span.month, day);
      EXPECT_EQ(Half(Country::kChina, date), "off") << date;
    }
    EXPECT_EQ(Said(Country::kChina, 2026, span.month, span.last + 1), "WORKING");
  }
  EXPECT_EQ(Said(Country::kChina, 2026, 5, 9), "MAKE_UP_WORKDAY labour_day");
}

TEST(OfficialCalendars, WereKnownSoManyDaysAhead) {
  // N12: 123 and 103 days.
  auto ahead = [](Country country, absl::CivilDay day) {
    absl::CivilDay known = day;
    while (Official().PublishedBy(known - 1).Find(country, static_cast<int>(day.year())) != nullptr)
      --known;
    return day - known;
  };
  EXPECT_EQ(ahead(Country::kVietNam, absl::CivilDay(2026, 2, 14)), 123);
  EXPECT_EQ(ahead(Country::kChina, absl::CivilDay(2026, 2, 15)), 103);
}

TEST(OfficialCalendars, ALaterVersionWinsAndTheEarlierIsWhatWasKnown) {
  // On 25 December 2025, Viet Nam exchanged Friday 2 January for Saturday 10 January.
  absl::CivilDay friday(2026, 1, 2);
  absl::CivilDay eve(2025, 12, 24);
  EXPECT_EQ(Said(Country::kVietNam, 2026, 1, 2), "OFF_HOLIDAY new_year");
  EXPECT_EQ(Said(Country::kVietNam, 2026, 1, 10), "MAKE_UP_WORKDAY new_year");
  domain::DayFacts before = Official().PublishedBy(eve).Look(Country::kVietNam, friday);
  EXPECT_EQ(before.status, DayStatus::kWorking);
  EXPECT_EQ(before.calendar->version(), 1u);
  EXPECT_EQ(Official().PublishedBy(eve + 1).Look(Country::kVietNam, friday).calendar->version(),
            2u);
  // Before the first version came out, nothing was known.
  domain::DayFacts nothing =
      Official().PublishedBy(absl::CivilDay(2025, 10, 13)).Look(Country::kVietNam, friday);
  EXPECT_EQ(nothing.status, DayStatus::kUnknown);
  EXPECT_EQ(nothing.calendar, nullptr);
}

TEST(OfficialCalendars, AYearThatIsNotHeldIsUnknownNotGuessed) {
  for (Country country : kBoth) {
    for (int year : {2023, 2027, 2030}) {
      // A Sunday, 1 January, and a Wednesday in the year.
      EXPECT_EQ(Said(country, year, 1, 1), "UNKNOWN");
      EXPECT_EQ(Said(country, year, 6, 16), "UNKNOWN");
      EXPECT_EQ(Official().Find(country, year), nullptr);
    }
    EXPECT_EQ(Official().StatusOf(country, absl::CivilDay(2026) - 1000000), DayStatus::kUnknown);
    EXPECT_EQ(Official().StatusOf(country, absl::CivilDay::max()), DayStatus::kUnknown);
  }
  EXPECT_EQ(Half(Country::kVietNam, absl::CivilDay(2027, 2, 6)), "unknown");
  EXPECT_EQ(Half(Country::kChina, absl::CivilDay(2027, 2, 6)), "unknown");
  EXPECT_EQ(HolidayCalendars().StatusOf(Country::kChina, absl::CivilDay(2026, 2, 17)),
            DayStatus::kUnknown);
}

TEST(OfficialCalendars, ADayThatIsAnnouncedAndUndecidedIsUnknown) {
  EXPECT_EQ(Said(Country::kVietNam, 2026, 11, 24), "UNKNOWN culture_day");
  EXPECT_EQ(Said(Country::kVietNam, 2026, 11, 23), "WORKING");
  EXPECT_EQ(Pair(11, 24), "unknown/on");
}

TEST(OfficialCalendars, ComeToTheNumbersThatWerePublished) {
  // Days off in holidays, weekends in them included, and make-up days. China: 28 and 33 days off in
  // 2025 and 2026; Viet Nam: 22 and 25 days.
  struct Case {
    Country country;
    int year;
    int off;
    int make_up;
  };
  constexpr Case kCases[] = {{Country::kVietNam, 2025, 22, 1},
                             {Country::kVietNam, 2026, 25, 2},
                             {Country::kChina, 2024, 28, 8},
                             {Country::kChina, 2025, 28, 5},
                             {Country::kChina, 2026, 33, 6}};
  for (const Case& one : kCases) {
    int off = 0;
    int make_up = 0;
    for (absl::CivilDay day(one.year); day.year() == one.year; ++day) {
      DayStatus status = Official().StatusOf(one.country, day);
      off += status == DayStatus::kOffHoliday ? 1 : 0;
      make_up += status == DayStatus::kMakeUpWorkday ? 1 : 0;
    }
    EXPECT_EQ(off, one.off) << one.year;
    EXPECT_EQ(make_up, one.make_up) << one.year;
  }
}

TEST(OfficialCalendars, LunarHolidaysLieOnTheirLunarDays) {
  // The first days of the year, the Hung Kings' day and mid-autumn, by our own lunar calendar.
  for (int year = 2024; year <= 2026; ++year) {
    for (Country country : kBoth) {
      std::string code = country == Country::kVietNam ? "tet" : "spring_festival";
      absl::CivilDay first = domain::LunarNewYear(country, year).value();
      for (int at = 0; at < 3; ++at) {
        EXPECT_EQ(Official().Look(country, first + at).holiday, code) << first + at;
      }
    }
    for (absl::CivilDay day(year); day.year() == year; ++day) {
      domain::LunarDate lunar = domain::LunarDateOf(Country::kVietNam, day).value();
      if (lunar.leap || lunar.month != 3 || lunar.day != 10) continue;
      EXPECT_EQ(Official().Look(Country::kVietNam, day).holiday, "hung_kings") << day;
    }
  }
}

TEST(OfficialCalendars, SayWhereTheyComeFrom) {
  const v1::HolidayCalendar& china = *Official().Find(Country::kChina, 2026);
  EXPECT_EQ(china.issuer(), "General Office of the State Council");
  EXPECT_THAT(china.source(), HasSubstr("国办发明电〔2025〕7号"));
  EXPECT_EQ(domain::DayOf(china.published_on()).value(), absl::CivilDay(2025, 11, 4));
  EXPECT_FALSE(Official().proto().version().empty());
}

// ---- what a file may hold ----

constexpr char kSmall[] = R"pb(
  version: "1"
  calendars {
    country: "VN"
    year: 2026
    issuer: "Government Office"
    version: 1
    source: "a letter"
    published_on { year: 2025 month: 10 day: 14 }
    days {
      date { year: 2026 month: 2 day: 17 }
      kind: DAY_KIND_OFF
      holiday: "tet"
    }
    days {
      date { year: 2026 month: 8 day: 22 }
      kind: DAY_KIND_MAKE_UP_WORKDAY
      holiday: "national_day"
    }
  }
  calendars {
    country: "VN"
    year: 2026
    issuer: "Government Office"
    version: 2
    source: "another letter"
    published_on { year: 2025 month: 12 day: 25 }
    days {
      date { year: 2026 month: 1 day: 2 }
      kind: DAY_KIND_OFF
      holiday: "new_year"
    }
  }
)pb";

struct BadCase {
  std::string name;
  std::function<void(config::v1::HolidayCalendars&)> change;
  std::string told;
};

std::vector<BadCase> BadCases() {
  using C = config::v1::HolidayCalendars;
  auto first = [](C& c) { return c.mutable_calendars(0); };
  return {
      {"no version of the data", [](C& c) { c.clear_version(); }, "calendars: version | none"},
      {"another country", [=](C& c) { first(c)->set_country("LA"); },
       "LA 2026 version 1: the country VN or CN | 'LA'"},
      {"a country in small letters", [=](C& c) { first(c)->set_country("vn"); },
       "vn 2026 version 1: the country"},
      {"no version", [=](C& c) { first(c)->clear_version(); },
       "VN 2026 version 0: a version, from 1"},
      {"no issuer", [=](C& c) { first(c)->clear_issuer(); }, "VN 2026 version 1: issuer | none"},
      {"no source", [=](C& c) { first(c)->clear_source(); }, "VN 2026 version 1: source | none"},
      {"a source of two lines", [=](C& c) { first(c)->set_source("a\nb"); },
       "VN 2026 version 1: source: a text"},
      {"no day of publication", [=](C& c) { first(c)->clear_published_on(); },
       "VN 2026 version 1, published_on: a date | none"},
      {"no days", [=](C& c) { first(c)->clear_days(); }, "VN 2026 version 1: the days"},
      {"a day that is none",
       [=](C& c) { first(c)->mutable_days(0)->mutable_date()->set_month(13); },
       "VN 2026 version 1: a day of the calendar"},
      {"a day outside the year",
       [=](C& c) { first(c)->mutable_days(0)->mutable_date()->set_year(2027); },
       "VN 2026 version 1, 2027-02-17: a day of the calendar's year"},
      {"a day twice", [=](C& c) { *first(c)->add_days() = first(c)->days(0); },
       "VN 2026 version 1, 2026-02-17: each day once"},
      {"no kind", [=](C& c) { first(c)->mutable_days(0)->clear_kind(); },
       "VN 2026 version 1, 2026-02-17: a kind of day"},
      {"a kind of a newer schema",
       [=](C& c) { first(c)->mutable_days(0)->set_kind(static_cast<v1::DayKind>(77)); },
       "calendars: fields and kinds of day that this program knows"},
      {"a make-up day on a Tuesday",
       [=](C& c) { first(c)->mutable_days(0)->set_kind(v1::DAY_KIND_MAKE_UP_WORKDAY); },
       "VN 2026 version 1, 2026-02-17: a make-up working day on a Saturday or Sunday | Tuesday"},
      {"no holiday", [=](C& c) { first(c)->mutable_days(0)->clear_holiday(); },
       "2026-02-17: a holiday's code such as national_day | ''"},
      {"a holiday in words", [=](C& c) { first(c)->mutable_days(0)->set_holiday("National Day"); },
       "a holiday's code"},
      {"a version twice", [](C& c) { c.mutable_calendars(1)->set_version(1); },
       "VN 2026 version 1: each version once"},
      {"a version that came out before the one below",
       [](C& c) { c.mutable_calendars(1)->mutable_published_on()->set_month(9); },
       "VN 2026 version 2: a version published on or after the one before | 2025-09-25, and "
       "version "
       "1 on 2025-10-14"},
  };
}

TEST(HolidayCalendarFile, AGoodOneIsReadInAnyOrder) {
  config::v1::HolidayCalendars proto = Parsed(kSmall);
  proto.mutable_calendars()->SwapElements(0, 1);
  absl::StatusOr<HolidayCalendars> calendars = HolidayCalendars::FromProto(proto);
  ASSERT_TRUE(calendars.ok()) << calendars.status();
  EXPECT_EQ(calendars->Find(Country::kVietNam, 2026)->version(), 2u);
  EXPECT_EQ(calendars->StatusOf(Country::kVietNam, absl::CivilDay(2026, 2, 17)),
            DayStatus::kWorking);
}

TEST(HolidayCalendarFile, EachBadEntryIsNamed) {
  for (const BadCase& one : BadCases()) {
    config::v1::HolidayCalendars proto = Parsed(kSmall);
    one.change(proto);
    absl::Status status = HolidayCalendars::FromProto(proto).status();
    EXPECT_EQ(system::ReasonOf(status), v1::REASON_BAD_CONFIG) << one.name;
    EXPECT_THAT(Shown(status), HasSubstr(one.told)) << one.name;
  }
}

}  // namespace
}  // namespace gatepost::testing
