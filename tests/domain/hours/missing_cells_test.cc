// Holiday hours are a matrix: what a cell misses is an error, and which one is named.
#include "daemon/domain/hours/missing_cells.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

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
    std::vector<const v1::Timetable*> beside;
    for (const v1::Timetable& one : standing) beside.push_back(&one);
    const absl::Status status = CheckNoCellMissing(matrix, beside, gates_);
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

}  // namespace
}  // namespace gatepost::domain
