// Holiday hours are a matrix: what a cell misses is an error, and which one is named.
#include "daemon/domain/hours/missing_cells.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/system/reason.h"
#include "tests/domain/hours/rule_words.h"
#include "tests/support/daily_reports.h"

namespace gatepost::domain {
namespace {

class MissingCells : public ::testing::Test {
 protected:
  // `whole`, or what is said to be missing.
  std::string Missing(const v1::Timetable& matrix,
                      const std::vector<v1::Timetable>& standing = {}) const {
    EXPECT_TRUE(CheckTimetable(matrix, gates_).ok()) << CheckTimetable(matrix, gates_);
    std::vector<StandingHours> beside;
    for (const v1::Timetable& one : standing) beside.push_back({&one});
    return Missing(matrix, beside);
  }
  static std::string Missing(const v1::Timetable& matrix,
                             const std::vector<StandingHours>& standing) {
    const absl::Status status = CheckNoCellMissing(matrix, standing);
    if (status.ok()) return "whole";
    EXPECT_EQ(system::ReasonOf(status), v1::REASON_MISSING_CELL);
    const std::string text(status.message());
    const size_t from = text.find("none at ");
    return text.substr(from, text.find("; add a rule") - from);
  }
  std::string Missing(const std::vector<RuleWords>& rules) const { return Missing(InHanoi(rules)); }

  const GateRegister gates_ = testing::ProjectRegister();
};

// N01 and N10: three regimes in nine days, where what stays normal is said.
TEST_F(MissingCells, WhatIsSaidOfEveryDayIsWhole) {
  EXPECT_EQ(
      Missing({{.gates = "LS-CM", .days = "2026-02-14..2026-02-22", .regime = v1::REGIME_CLOSED},
               {.gates = "LS-HN", .days = "2026-02-14..2026-02-16"},
               {.gates = "LS-HN", .days = "2026-02-17..2026-02-18", .regime = v1::REGIME_CLOSED},
               {.gates = "LS-HN",
                .days = "2026-02-19..2026-02-22",
                .regime = v1::REGIME_PREREGISTERED_ONLY,
                .hours = "8:00-12:00"}}),
      "whole");
}

TEST_F(MissingCells, DaysLeftBlankAreNamed) {
  EXPECT_EQ(
      Missing({{.gates = "LS-CM", .days = "2026-02-14..2026-02-22", .regime = v1::REGIME_CLOSED},
               {.gates = "LS-HN", .days = "2026-02-17..2026-02-18", .regime = v1::REGIME_CLOSED},
               {.gates = "LS-HN", .days = "2026-02-20..2026-02-22"}}),
      "none at LS-HN on 2026-02-14..2026-02-16: GOODS, both directions");
  EXPECT_EQ(Missing({{.gates = "LS-HN", .days = "2026-02-14..2026-02-18"},
                     {.gates = "LS-HN", .days = "2026-02-20..2026-02-22"}}),
            "none at LS-HN on 2026-02-19: GOODS, both directions");
}

TEST_F(MissingCells, AWeekdayPatternLeavesTheOtherDays) {
  const RuleWords week{.gates = "LS-HN",
                       .days = "2026-02-16..2026-02-22",
                       .hours = "8:00-12:00",
                       .weekdays = "Mon-Fri"};
  EXPECT_EQ(Missing({week}), "none at LS-HN on 2026-02-21..2026-02-22: GOODS, both directions");
  EXPECT_EQ(Missing({week,
                     {.gates = "LS-HN",
                      .days = "2026-02-16..2026-02-22",
                      .regime = v1::REGIME_CLOSED,
                      .weekdays = "Sat Sun"}}),
            "whole");
}

TEST_F(MissingCells, TheOtherDirectionIsNotLeftBlank) {
  const RuleWords out{.gates = "LS-HN",
                      .days = "2026-02-16..2026-02-18",
                      .hours = "8:00-12:00",
                      .direction = v1::DIRECTION_VN_TO_CN};
  EXPECT_EQ(Missing({out}), "none at LS-HN on 2026-02-16..2026-02-18: GOODS, CN_TO_VN");
  RuleWords back = out;
  back.direction = v1::DIRECTION_CN_TO_VN;
  EXPECT_EQ(Missing({out, back}), "whole");
}

TEST_F(MissingCells, VehiclesAndLoadsAddUp) {
  v1::Timetable matrix = InHanoi({{.gates = "LS-HN", .days = "2026-02-16", .hours = "8:00-12:00"}});
  matrix.mutable_rules(0)->set_vehicle_country("VN");
  EXPECT_EQ(Missing(matrix), "none at LS-HN on 2026-02-16: GOODS, both directions, vehicles of CN");
  *matrix.add_rules() = matrix.rules(0);
  matrix.mutable_rules(1)->set_vehicle_country("CN");
  EXPECT_EQ(Missing(matrix), "whole");
  matrix.mutable_rules(1)->set_load(v1::LOAD_EMPTY);
  EXPECT_EQ(Missing(matrix),
            "none at LS-HN on 2026-02-16: GOODS, both directions, vehicles of CN, LOADED");
}

TEST_F(MissingCells, CargoClassesAreExceptions) {
  const RuleWords fruit{
      .gates = "LS-HN", .days = "2026-02-16", .hours = "8:00-20:00", .cargo = "fruit"};
  EXPECT_EQ(Missing({fruit}), "none at LS-HN on 2026-02-16: GOODS, both directions");
  EXPECT_EQ(Missing({fruit, {.gates = "LS-HN", .days = "2026-02-16", .hours = "8:00-12:00"}}),
            "whole");
}

TEST_F(MissingCells, EveryKindOfTrafficThatIsNamed) {
  EXPECT_EQ(Missing({{.gates = "LS-CM LS-HN", .days = "2026-02-16"},
                     {.gates = "LS-HN", .days = "2026-02-16", .traffic = v1::TRAFFIC_PASSENGERS}}),
            "none at LS-CM on 2026-02-16: PASSENGERS, both directions");
  EXPECT_EQ(Missing({{.gates = "LS-CM LS-HN",
                      .days = "2026-02-16",
                      .regime = v1::REGIME_CLOSED,
                      .traffic = v1::TRAFFIC_ALL},
                     {.gates = "LS-HN", .days = "2026-02-16", .traffic = v1::TRAFFIC_PASSENGERS}}),
            "whole");
}

// A road gate has no trains: all traffic is all that some rule names.
TEST_F(MissingCells, AllTrafficIsTheKindsThatAreNamedBesideIt) {
  const RuleWords closed{.gates = "LS-HN",
                         .days = "2026-02-17",
                         .regime = v1::REGIME_CLOSED,
                         .traffic = v1::TRAFFIC_ALL};
  const RuleWords goods{.gates = "LS-HN", .days = "2026-02-18..2026-02-20", .hours = "8:00-12:00"};
  RuleWords passengers = goods;
  passengers.traffic = v1::TRAFFIC_PASSENGERS;
  EXPECT_EQ(Missing({closed, goods, passengers}), "whole");
  passengers.days = "2026-02-19..2026-02-20";
  EXPECT_EQ(Missing({closed, goods, passengers}),
            "none at LS-HN on 2026-02-18: PASSENGERS, both directions");
  EXPECT_EQ(Missing({closed}), "whole");
  RuleWords out = closed;
  out.direction = v1::DIRECTION_VN_TO_CN;
  EXPECT_EQ(Missing({out}), "none at LS-HN on 2026-02-17: ALL, CN_TO_VN");
  // What stays may name the kinds one by one.
  passengers.days = goods.days;
  out.days = "2026-02-19";
  EXPECT_EQ(Missing(InHanoi({out}), {InHanoi({goods, passengers})}), "whole");
}

TEST_F(MissingCells, PartsOfADayCount) {
  EXPECT_EQ(Missing({{.gates = "LS-CM", .days = "2026-02-16 18:00..2026-02-17 12:00"},
                     {.gates = "LS-HN", .days = "2026-02-16 18:00..2026-02-17 11:00"}}),
            "none at LS-HN from 2026-02-17 11:00 H to 2026-02-17 12:00 H: GOODS, both "
            "directions");
}

// What has no stated end goes on; the days after the last one that is named count as well.
TEST_F(MissingCells, AnOpenEndIsWholeOnlyWithoutEnd) {
  const RuleWords open{.gates = "LS-HN", .days = "2026-02-16.."};
  EXPECT_EQ(Missing({open}), "whole");
  EXPECT_EQ(Missing({open, {.gates = "LS-CM", .days = "2026-02-16..2026-02-20"}}),
            "none at LS-CM on 2026-02-21..2026-02-27: GOODS, both directions");
  EXPECT_EQ(Missing({{.gates = "LS-HN", .days = "2026-02-16..", .weekdays = "Mon-Fri"}}),
            "none at LS-HN on 2026-02-21..2026-02-22: GOODS, both directions");
  EXPECT_EQ(Missing({{.gates = "LS-CM LS-HN", .days = "2026-02-16..~2026-02-18"}}), "whole");
}

// Whether a day is a holiday may change, and nodes may know it at different times.
TEST_F(MissingCells, HolidaysLeaveNoGapWhateverTheCalendarSays) {
  v1::Timetable matrix =
      InHanoi({{.gates = "LS-HN", .days = "2026-02-16..2026-02-22", .regime = v1::REGIME_CLOSED}});
  SetHolidays(*matrix.mutable_rules(0), v1::HOLIDAY_CALENDAR_CHOICE_EITHER,
              v1::HOLIDAY_EFFECT_ONLY);
  EXPECT_EQ(Missing(matrix), "none at LS-HN on 2026-02-16..2026-02-22: GOODS, both directions");
  *matrix.add_rules() = InHanoi({{.gates = "LS-HN", .days = "2026-02-16..2026-02-22"}}).rules(0);
  SetHolidays(*matrix.mutable_rules(1), v1::HOLIDAY_CALENDAR_CHOICE_EITHER,
              v1::HOLIDAY_EFFECT_EXCLUDED);
  EXPECT_EQ(Missing(matrix), "whole");
}

TEST_F(MissingCells, TermsAloneFillNothingAndAnIntakeStopDoes) {
  v1::Timetable matrix = InHanoi({{.gates = "LS-HN", .days = "2026-02-16"}});
  matrix.mutable_rules(0)->set_regime(v1::REGIME_AS_BEFORE);
  matrix.mutable_rules(0)->mutable_conditions()->set_one_product_per_vehicle(true);
  EXPECT_EQ(Missing(matrix), "none at LS-HN on 2026-02-16: GOODS, both directions");
  EXPECT_EQ(Missing({{.gates = "LS-HN", .days = "2026-02-16", .regime = v1::REGIME_INTAKE_STOP}}),
            "whole");
}

TEST_F(MissingCells, AnAmendmentIsFilledByWhatStays) {
  const v1::Timetable amendment = InHanoi({{.gates = "LS-HN",
                                            .days = "2026-02-17..2026-02-18",
                                            .hours = "8:00-20:00",
                                            .direction = v1::DIRECTION_VN_TO_CN,
                                            .cargo = "fruit"}});
  const v1::Timetable running = InBeijing(
      {{.gates = "LS-CM LS-HN", .days = "2026-02-16..2026-02-19", .hours = "9:00-13:00"}});
  EXPECT_EQ(Missing(amendment), "none at LS-HN on 2026-02-17..2026-02-18: GOODS, both directions");
  EXPECT_EQ(Missing(amendment, {running}), "whole");
  const v1::Timetable shorter =
      InHanoi({{.gates = "LS-HN", .days = "2026-02-16..2026-02-17", .hours = "8:00-12:00"}});
  EXPECT_EQ(Missing(amendment, {shorter}), "none at LS-HN on 2026-02-18: GOODS, both directions");
}

// The same days begin and end an hour apart on both sides.
TEST_F(MissingCells, WholeDaysFillTheSameDaysOfTheOtherZone) {
  const RuleWords all{.gates = "LS-HN", .days = "2026-02-14..2026-02-20", .hours = "8:00-12:00"};
  RuleWords back = all;
  back.direction = v1::DIRECTION_CN_TO_VN;
  EXPECT_EQ(Missing(InBeijing({back}), {InHanoi({all})}), "whole");
  EXPECT_EQ(Missing(InHanoi({back}), {InBeijing({all})}), "whole");
  RuleWords working = all, weekend = all;
  working.weekdays = "Mon-Fri";
  weekend.weekdays = "Sat Sun";
  EXPECT_EQ(Missing(InBeijing({back}), {InHanoi({working, weekend})}), "whole");
  EXPECT_EQ(Missing(InHanoi({back}), {InBeijing({working, weekend})}), "whole");
  EXPECT_EQ(Missing(InHanoi({back}), {InBeijing({working})}),
            "none at LS-HN on 2026-02-14..2026-02-15: GOODS, VN_TO_CN");
  // A day less is a day less, and a time is the same time everywhere.
  back.days = "2026-02-14..2026-02-21";
  EXPECT_EQ(Missing(InHanoi({back}), {InBeijing({all})}),
            "none at LS-HN on 2026-02-21: GOODS, VN_TO_CN");
  EXPECT_EQ(Missing(InBeijing({back}), {InHanoi({all})}),
            "none at LS-HN from 2026-02-21 01:00 B to 2026-02-22 00:00 B: GOODS, VN_TO_CN");
  back.days = "2026-02-14 18:00..2026-02-20";
  const RuleWords later{
      .gates = "LS-HN", .days = "2026-02-14 18:00..2026-02-20", .hours = "8:00-12:00"};
  EXPECT_EQ(Missing(InBeijing({back}), {InHanoi({later})}),
            "none at LS-HN from 2026-02-14 18:00 B to 2026-02-14 19:00 B: GOODS, VN_TO_CN");
}

TEST_F(MissingCells, WhatIsOverFillsNothingAnyMore) {
  const v1::Timetable running =
      InHanoi({{.gates = "LS-HN", .days = "2026-02-14..2026-02-20", .hours = "8:00-12:00"}});
  v1::Timetable back = InHanoi({{.gates = "LS-HN",
                                 .days = "2026-02-15..2026-02-19",
                                 .hours = "8:00-20:00",
                                 .direction = v1::DIRECTION_CN_TO_VN}});
  const auto until = [&](int day, int hour) {
    return Missing(back, std::vector<StandingHours>{
                             {&running, absl::FromCivil(absl::CivilHour(2026, 2, day, hour),
                                                        absl::FixedTimeZone(7 * 60 * 60))}});
  };
  EXPECT_EQ(until(20, 0), "whole");
  EXPECT_EQ(until(18, 0), "none at LS-HN on 2026-02-18..2026-02-19: GOODS, VN_TO_CN");
  EXPECT_EQ(until(19, 12),
            "none at LS-HN from 2026-02-19 12:00 H to 2026-02-20 00:00 H: GOODS, VN_TO_CN");
}

TEST_F(MissingCells, HolidayHoursDoNotLastForYears) {
  const v1::Timetable years = InHanoi({{.gates = "LS-HN", .days = "2026-02-16.."},
                                       {.gates = "LS-CM", .days = "9990-02-16..9990-02-17"}});
  EXPECT_TRUE(CheckTimetable(years, gates_).ok());
  EXPECT_EQ(system::ReasonOf(CheckNoCellMissing(years, {})), v1::REASON_TOO_LARGE);
  const auto lasts = [](const std::string& last) {
    return CheckNoCellMissing(InHanoi({{.gates = "LS-HN", .days = "2026-01-01.." + last}}), {});
  };
  EXPECT_TRUE(lasts("2027-02-04").ok()) << "400 days";
  EXPECT_EQ(system::ReasonOf(lasts("2027-02-05")), v1::REASON_TOO_LARGE);
  EXPECT_EQ(Missing({{.gates = "LS-CM", .days = "2026-01-01..2027-02-03"},
                     {.gates = "LS-CM", .days = "2027-02-04..", .weekdays = "Thu"}}),
            "none at LS-CM on 2027-02-05..2027-02-10: GOODS, both directions")
      << "a week more than that is looked at";
}

// What is checked in the commit must be quick, whatever a peer writes.
TEST_F(MissingCells, TheLargestMatrixIsCheckedQuickly) {
  v1::Timetable matrix;
  matrix.set_zone("Asia/Ho_Chi_Minh");
  const auto add = [&](v1::HolidayEffect effect, const std::string& days) {
    v1::TimetableRule& rule = *matrix.add_rules();
    rule = RuleOf({.gates = "LS-CM LS-HN LS-TT", .days = days, .traffic = v1::TRAFFIC_ALL});
    SetHolidays(rule, v1::HOLIDAY_CALENDAR_CHOICE_EITHER, effect);
  };
  for (int i = 0; i < kMostRules / 2; ++i) {
    add(v1::HOLIDAY_EFFECT_ONLY, "2026-01-01 06:00..2027-02-04 18:00");
    add(v1::HOLIDAY_EFFECT_EXCLUDED, "2026-01-01 06:00..2027-02-04 18:00");
  }
  for (const v1::Traffic traffic : {v1::TRAFFIC_GOODS, v1::TRAFFIC_PASSENGERS, v1::TRAFFIC_RAIL}) {
    matrix.mutable_rules(traffic)->set_traffic(traffic);
  }
  const absl::Time before = absl::Now();
  EXPECT_TRUE(CheckNoCellMissing(matrix, {}).ok());
  const absl::Duration took = absl::Now() - before;
  RecordProperty("microseconds", static_cast<int>(absl::ToInt64Microseconds(took)));
  // Walking every day of every rule in every world took over a second.
  EXPECT_LT(took, absl::Milliseconds(400)) << "with what a busy machine adds";
}

}  // namespace
}  // namespace gatepost::domain
