// Whether the official calendars know the occasion of holiday hours near their days.
#include "daemon/domain/agreements/occasion.h"

#include <gtest/gtest.h>

#include <string>

#include "daemon/domain/civil_time.h"
#include "tests/domain/hours/rule_words.h"

namespace gatepost::domain {
namespace {

// Viet Nam's Tet in 2025 and 2026, China's Spring Festival in 2026.
HolidayCalendars Calendars() {
  config::v1::HolidayCalendars proto;
  const auto add = [&](const std::string& country, int year, absl::CivilDay day,
                       const std::string& holiday) {
    v1::HolidayCalendar& calendar = *proto.add_calendars();
    calendar.set_country(country);
    calendar.set_year(year);
    calendar.set_issuer("Made up");
    calendar.set_version(1);
    calendar.set_source("this test");
    *calendar.mutable_published_on() = ToCivilDate(absl::CivilDay(year - 1, 11, 1));
    v1::CalendarDay& named = *calendar.add_days();
    *named.mutable_date() = ToCivilDate(day);
    named.set_kind(v1::DAY_KIND_OFF);
    named.set_holiday(holiday);
  };
  proto.set_version("1");
  add("VN", 2025, absl::CivilDay(2025, 1, 29), "tet");
  add("VN", 2026, absl::CivilDay(2026, 2, 17), "tet");
  add("CN", 2026, absl::CivilDay(2026, 2, 18), "spring_festival");
  return HolidayCalendars::FromProto(proto).value();
}

// `-`, or how grave what was found is, and what.
std::string Found(const std::string& occasion, const std::string& days) {
  v1::HolidayHours hours;
  hours.set_occasion(occasion);
  *hours.mutable_timetable() = InHanoi({{.gates = "LS-HN", .days = days}});
  const std::optional<v1::Finding> found = CheckOccasion(hours, Calendars());
  if (!found.has_value()) return "-";
  EXPECT_EQ(found->subject(), "occasion " + occasion);
  return v1::Severity_Name(found->severity()).substr(9) + " " + found->text();
}

TEST(OccasionTest, DaysAroundTheHolidayOfEitherCountryAreWell) {
  EXPECT_EQ(Found("tet", "2026-02-14..2026-02-22"), "-");
  EXPECT_EQ(Found("tet", "2026-02-01..2026-02-03"), "-") << "two weeks ahead";
  EXPECT_EQ(Found("tet", "2026-03-03.."), "-") << "two weeks after";
  EXPECT_EQ(Found("spring_festival", "2026-02-14..2026-02-22"), "-");
}

TEST(OccasionTest, OtherDaysAreDoubtedAndTheNearestIsNamed) {
  EXPECT_EQ(Found("tet", "2026-05-01..2026-05-03"),
            "WARNING no calendar has it within 14 days of 2026-05-01..2026-05-03; the nearest day "
            "of it is 2026-02-17 in VN");
  EXPECT_EQ(Found("spring_festival", "2026-02-01..2026-02-02"),
            "WARNING no calendar has it within 14 days of 2026-02-01..2026-02-02; the nearest day "
            "of it is 2026-02-18 in CN");
}

TEST(OccasionTest, ACodeThatNobodyUsesIsDoubted) {
  EXPECT_EQ(Found("tett", "2026-02-14..2026-02-22"),
            "WARNING no calendar names it; they name spring_festival, tet");
}

TEST(OccasionTest, AYearWithoutCalendarCannotBeChecked) {
  EXPECT_EQ(Found("tet", "2027-02-05..2027-02-08"),
            "NOT_CHECKABLE not every calendar is held for 2027-02-05..2027-02-08; the nearest day "
            "of it is 2026-02-17 in VN");
}

}  // namespace
}  // namespace gatepost::domain
