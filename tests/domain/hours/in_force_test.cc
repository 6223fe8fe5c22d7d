// One answer from all that was said: layers, chains, exceptions, zones.
#include "daemon/domain/hours/in_force.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/domain/hours/timetables.h"
#include "tests/support/daily_reports.h"

namespace gatepost::domain {
namespace {

constexpr char kH[] = "Asia/Ho_Chi_Minh";
constexpr char kB[] = "Asia/Shanghai";
constexpr char kGate[] = "LS-HN-1119";
constexpr char kClosed[] = "regime: REGIME_CLOSED hours: HOURS_KIND_NONE";
const HoursCell kGoods{.traffic = v1::TRAFFIC_GOODS};

std::string Days(int from_day, int to_day, int month = 2, int year = 2026) {
  return fmt::format(
      "first {{ year: {0} month: {1} day: {2} }} last {{ year: {0} month: {1} day: {3} }} "
      "end: END_KIND_STATED",
      year, month, from_day, to_day);
}

std::string DaysFrom(int day, int month = 2, int year = 2026) {
  return fmt::format("first {{ year: {} month: {} day: {} }} end: END_KIND_OPEN", year, month, day);
}

std::string Hours(const std::string& window, const std::string& regime = "REGIME_NORMAL") {
  return "regime: " + regime + " hours: HOURS_KIND_WINDOWS " + Window(window);
}

class InForce : public ::testing::Test {
 protected:
  // Later calls bind later.
  int64_t Say(HoursLayer layer, v1::Timetable timetable, std::vector<int64_t> ends = {}) {
    timetables_.push_back(std::make_unique<v1::Timetable>(std::move(timetable)));
    const auto row = static_cast<int64_t>(said_.size()) + 1;
    said_.push_back(
        {row, layer, absl::FromUnixSeconds(row), timetables_.back().get(), std::move(ends)});
    return row;
  }
  // Something that cannot be read, about the gate.
  int64_t SayUnreadable(std::vector<std::string> gates) {
    const int64_t row = Say(HoursLayer::kUnreadable, v1::Timetable());
    said_.back().unknown_at = std::move(gates);
    return row;
  }
  std::string Ask(const std::string& from, const std::string& to, const HoursCell& cell = kGoods) {
    return Told(HoursInForce(said_, gates_, calendars_).At(kGate, cell, {Hanoi(from), Hanoi(to)}));
  }
  std::vector<int64_t> Cited(const std::string& at) {
    const absl::Time time = Hanoi(at);
    return HoursInForce(said_, gates_, calendars_)
        .At(kGate, kGoods, {time, time + absl::Microseconds(1)})
        .front()
        .cited;
  }

  const GateRegister gates_ = testing::ProjectRegister();
  HolidayCalendars calendars_;
  std::vector<std::unique_ptr<v1::Timetable>> timetables_;
  std::vector<SaidHours> said_;
};

TEST_F(InForce, NothingSaidIsUnknown) {
  EXPECT_EQ(Ask("2026-02-15 00:00", "2026-02-16 00:00"), "15 00:00 ?");
}

// N14: 07-18 H and 08-19 B are the same agreement.
TEST_F(InForce, BothZonesComeToTheSame) {
  Say(HoursLayer::kSchedule, GoodsRule(kH, kGate, DaysFrom(1, 7, 2015), Hours("7:00-18:00")));
  const auto hanoi = Ask("2015-07-02 00:00", "2015-07-04 00:00");
  said_.clear();
  Say(HoursLayer::kSchedule, GoodsRule(kB, kGate, DaysFrom(1, 7, 2015), Hours("8:00-19:00")));
  EXPECT_EQ(Ask("2015-07-02 00:00", "2015-07-04 00:00"), hanoi);
  EXPECT_EQ(hanoi,
            "02 00:00 CLOSED, 02 07:00 OPEN, 02 18:00 CLOSED, 03 07:00 OPEN, 03 18:00 CLOSED");
}

TEST_F(InForce, LayersComeInOrderWhateverWasSaidLast) {
  Say(HoursLayer::kEmergency, GoodsRule(kH, kGate, Days(16, 16), kClosed));
  Say(HoursLayer::kHoliday, GoodsRule(kH, kGate, Days(15, 17), Hours("9:00-14:00")));
  Say(HoursLayer::kSchedule, GoodsRule(kH, kGate, DaysFrom(1), Hours("7:00-20:00")));
  Say(HoursLayer::kRegular, GoodsRule(kH, kGate, DaysFrom(1, 1, 2020), Hours("8:00-17:00")));
  EXPECT_EQ(Ask("2026-02-15 00:00", "2026-02-19 00:00"),
            "15 00:00 CLOSED, 15 09:00 OPEN, 15 14:00 CLOSED, 16 00:00 CLOSED, 17 00:00 CLOSED, "
            "17 09:00 OPEN, 17 14:00 CLOSED, 18 00:00 CLOSED, 18 07:00 OPEN, 18 20:00 CLOSED");
  EXPECT_EQ(Cited("2026-02-16 10:00"), std::vector<int64_t>{1});
  EXPECT_EQ(Cited("2026-02-17 10:00"), std::vector<int64_t>{2});
  EXPECT_EQ(Cited("2020-02-17 10:00"), std::vector<int64_t>{4});
}

// N16, N17: a later agreement of the same kind, with a split shift.
TEST_F(InForce, TheLaterOfOneKindComesFirst) {
  Say(HoursLayer::kSchedule,
      GoodsRule(kH, kGate,
                DaysFrom(7, 4, 2020) + " weekdays: [WEEKDAY_MONDAY, WEEKDAY_TUESDAY, "
                                       "WEEKDAY_WEDNESDAY, WEEKDAY_THURSDAY, WEEKDAY_FRIDAY]",
                Hours("8:00-11:00") + Window("12:00-14:00")));
  Say(HoursLayer::kSchedule,
      GoodsRule(kH, kGate, DaysFrom(30, 4, 2020), Hours("8:00-11:00") + Window("12:00-16:00")));
  EXPECT_EQ(Ask("2020-04-29 00:00", "2020-05-01 00:00"),
            "29 00:00 CLOSED, 29 08:00 OPEN, 29 11:00 CLOSED, 29 12:00 OPEN, 29 14:00 CLOSED, "
            "30 00:00 CLOSED, 30 08:00 OPEN, 30 11:00 CLOSED, 30 12:00 OPEN, 30 16:00 CLOSED");
  // On a Saturday before, nothing says that it is closed.
  EXPECT_EQ(Ask("2020-04-25 12:00", "2020-04-25 13:00"), "25 12:00 ?");
}

// A resumption ends the closure that it names, and what held before holds again.
TEST_F(InForce, AResumptionEndsItsClosure) {
  Say(HoursLayer::kSchedule, GoodsRule(kH, kGate, DaysFrom(1), Hours("7:00-20:00")));
  const int64_t closure =
      Say(HoursLayer::kEmergency,
          GoodsRule(kH, kGate, DaysFrom(10) + " begins { hour: 9 minute: 10 }", kClosed));
  EXPECT_EQ(Ask("2026-02-10 08:00", "2026-02-12 00:00"), "10 08:00 OPEN, 10 09:10 CLOSED");
  Say(HoursLayer::kEmergency,
      GoodsRule(kH, kGate, Days(11, 11) + " begins { hour: 14 }",
                "regime: REGIME_NORMAL hours: HOURS_KIND_AS_BEFORE"),
      {closure});
  EXPECT_EQ(Ask("2026-02-11 12:00", "2026-02-13 00:00"),
            "11 12:00 CLOSED, 11 14:00 OPEN, 11 20:00 CLOSED, 12 00:00 CLOSED, 12 07:00 OPEN, "
            "12 20:00 CLOSED");
  // Weeks later the closure is still over, although the resumption itself speaks of one day.
  EXPECT_EQ(Ask("2026-03-20 12:00", "2026-03-20 13:00"), "20 12:00 OPEN");
}

// N07: what waits is cleared; nothing new comes in. Only for fruit.
TEST_F(InForce, AnIntakeStopLeavesTheHours) {
  Say(HoursLayer::kSchedule, GoodsRule(kH, kGate, DaysFrom(1), Hours("7:00-20:00")));
  v1::Timetable stop =
      GoodsRule(kH, kGate, Days(17, 28), "regime: REGIME_INTAKE_STOP hours: HOURS_KIND_AS_BEFORE");
  stop.mutable_rules(0)->add_cargo_classes("fruit");
  Say(HoursLayer::kEmergency, stop);
  EXPECT_EQ(Ask("2026-02-17 06:00", "2026-02-17 21:00"),
            "17 06:00 CLOSED, 17 07:00 OPEN, 17 20:00 CLOSED");
  const HoursCell durian{.traffic = v1::TRAFFIC_GOODS, .cargo_class = "durian"};
  EXPECT_EQ(Ask("2026-02-17 06:00", "2026-02-17 21:00", durian),
            "17 06:00 CLOSED+stop, 17 07:00 OPEN+stop, 17 20:00 CLOSED+stop");
  const HoursInForce in_force(said_, gates_, calendars_);
  const std::vector<HoursCell> cells =
      in_force.Cells(kGate, {Hanoi("2026-02-17 00:00"), Hanoi("2026-02-18 00:00")}, kGoods);
  EXPECT_EQ(cells, (std::vector<HoursCell>{
                       kGoods, {.traffic = v1::TRAFFIC_GOODS, .cargo_class = "fruit"}}));
}

// 00:30 B is 23:30 H of the day before.
TEST_F(InForce, AWindowCrossesMidnightInOneZoneOnly) {
  Say(HoursLayer::kSchedule, GoodsRule(kB, kGate, Days(15, 15), Hours("20:00-0:30")));
  EXPECT_EQ(Ask("2026-02-15 00:00", "2026-02-17 00:00"),
            "15 00:00 CLOSED, 15 19:00 OPEN, 15 23:30 ?");
}

TEST_F(InForce, AnEstimatedEndGoesOnAndSaysSo) {
  Say(HoursLayer::kEmergency,
      GoodsRule(kH, kGate,
                "first { year: 2026 month: 2 day: 10 } last { year: 2026 month: 2 day: 11 } "
                "end: END_KIND_ESTIMATED",
                kClosed));
  EXPECT_EQ(Ask("2026-02-11 00:00", "2026-02-13 00:00"),
            "11 00:00 CLOSED, 12 00:00 CLOSED+overdue");
}

// A rule that hangs on a holiday calendar that is not held decides nothing, and hides what lies
// below: unknown rather than guessed.
TEST_F(InForce, AMissingCalendarIsUnknown) {
  Say(HoursLayer::kRegular, GoodsRule(kH, kGate, DaysFrom(1), Hours("7:00-20:00")));
  Say(HoursLayer::kSchedule,
      GoodsRule(kH, kGate,
                DaysFrom(1) + " holidays { calendar: HOLIDAY_CALENDAR_CHOICE_VN "
                              "effect: HOLIDAY_EFFECT_ONLY }",
                kClosed));
  EXPECT_EQ(Ask("2026-02-17 12:00", "2026-02-17 13:00"), "17 12:00 ?");
}

// One amendment for one direction and one cargo class (DOMAIN.md 4): both parts are answered.
TEST_F(InForce, PartsMeet) {
  Say(HoursLayer::kSchedule, GoodsRule(kH, kGate, DaysFrom(1), Hours("7:00-20:00")));
  v1::Timetable export_late = GoodsRule(kH, kGate, Days(15, 15), Hours("7:00-22:00"));
  export_late.mutable_rules(0)->set_direction(v1::DIRECTION_VN_TO_CN);
  Say(HoursLayer::kHoliday, export_late);
  v1::Timetable fruit = GoodsRule(kH, kGate, Days(15, 15), kClosed);
  fruit.mutable_rules(0)->add_cargo_classes("fruit");
  Say(HoursLayer::kHoliday, fruit);
  const HoursInForce in_force(said_, gates_, calendars_);
  EXPECT_EQ(
      in_force.Cells(kGate, {Hanoi("2026-02-15 00:00"), Hanoi("2026-02-16 00:00")}, kGoods).size(),
      4u);
  EXPECT_EQ(Ask("2026-02-15 21:00", "2026-02-15 21:30"), "15 21:00 CLOSED");
  EXPECT_EQ(Ask("2026-02-15 21:00", "2026-02-15 21:30",
                {.traffic = v1::TRAFFIC_GOODS, .direction = v1::DIRECTION_VN_TO_CN}),
            "15 21:00 OPEN");
  EXPECT_EQ(Ask("2026-02-15 12:00", "2026-02-15 12:30",
                {.traffic = v1::TRAFFIC_GOODS,
                 .direction = v1::DIRECTION_VN_TO_CN,
                 .cargo_class = "durian"}),
            "15 12:00 CLOSED");
}

// Within one message the narrower rule is the exception.
TEST_F(InForce, AnExceptionComesBeforeItsRule) {
  v1::Timetable timetable = GoodsRule(kH, kGate, Days(15, 15), kClosed);
  v1::TimetableRule* fruit = timetable.add_rules();
  *fruit = GoodsRule(kH, kGate, Days(15, 15), Hours("8:00-10:00")).rules(0);
  fruit->add_cargo_classes("fruit");
  Say(HoursLayer::kHoliday, timetable);
  EXPECT_EQ(Ask("2026-02-15 09:00", "2026-02-15 09:30"), "15 09:00 CLOSED");
  EXPECT_EQ(Ask("2026-02-15 09:00", "2026-02-15 09:30",
                {.traffic = v1::TRAFFIC_GOODS, .cargo_class = "fruit"}),
            "15 09:00 OPEN");
}

// A message that decides twice is cited once.
TEST_F(InForce, AMessageIsCitedOnce) {
  v1::Timetable timetable = GoodsRule(kH, kGate, Days(15, 15), Hours("8:00-10:00"));
  timetable.mutable_rules(0)->set_traffic(v1::TRAFFIC_ALL);
  *timetable.add_rules() =
      GoodsRule(kH, kGate, Days(15, 15),
                "regime: REGIME_PREREGISTERED_ONLY hours: HOURS_KIND_AS_BEFORE")
          .rules(0);
  Say(HoursLayer::kHoliday, timetable);
  EXPECT_EQ(Ask("2026-02-15 09:00", "2026-02-15 09:30"), "15 09:00 OPEN");
  EXPECT_EQ(Cited("2026-02-15 09:00"), std::vector<int64_t>{1});
}

// Whoever does not pass finds the gate closed, however long it works for others.
TEST_F(InForce, ARegimeForOthersIsClosedToTheRest) {
  v1::Timetable timetable = GoodsRule(kH, kGate, DaysFrom(1), Hours("7:00-20:00"));
  timetable.mutable_rules(0)->set_traffic(v1::TRAFFIC_ALL);
  timetable.mutable_rules(0)->set_regime(v1::REGIME_PASSENGERS_ONLY);
  Say(HoursLayer::kSchedule, timetable);
  EXPECT_EQ(Ask("2026-02-15 09:00", "2026-02-15 09:30"), "15 09:00 CLOSED");
  EXPECT_EQ(Ask("2026-02-15 09:00", "2026-02-15 09:30", {.traffic = v1::TRAFFIC_PASSENGERS}),
            "15 09:00 OPEN");
}

// It may say anything, of any time and traffic: nothing that stands below it or after it helps.
TEST_F(InForce, WhatCannotBeReadMakesAllOfItsGatesUnknown) {
  const int64_t row = SayUnreadable({kGate});
  Say(HoursLayer::kEmergency, GoodsRule(kH, kGate, Days(15, 15), kClosed));
  EXPECT_EQ(Ask("2026-02-14 00:00", "2026-02-17 00:00"), "14 00:00 ?");
  EXPECT_EQ(Ask("2026-02-15 09:00", "2026-02-15 10:00", {.cargo_class = "fruit"}), "15 09:00 ?");
  EXPECT_EQ(Cited("2026-02-15 09:00"), std::vector<int64_t>{row});
  const HoursInForce in_force(said_, gates_, calendars_);
  EXPECT_EQ(in_force.Cells(kGate, {Hanoi("2026-02-15 00:00"), Hanoi("2026-02-16 00:00")}, {}),
            std::vector<HoursCell>{{}});
}

TEST_F(InForce, WhatCannotBeReadLeavesOtherGatesAlone) {
  SayUnreadable({"LS-CM"});
  Say(HoursLayer::kEmergency, GoodsRule(kH, kGate, Days(15, 15), kClosed));
  EXPECT_EQ(Ask("2026-02-15 09:00", "2026-02-15 10:00"), "15 09:00 CLOSED");
}

// Only the length of the day is known (DOMAIN.md 4).
TEST_F(InForce, ADurationLeavesTheWindowsUnknown) {
  Say(HoursLayer::kSchedule,
      GoodsRule(kH, kGate, Days(15, 15),
                "regime: REGIME_SHORTENED hours: HOURS_KIND_DURATION_ONLY duration_minutes: 300"));
  EXPECT_EQ(Ask("2026-02-15 09:00", "2026-02-15 09:30"), "15 09:00 ?");
  EXPECT_EQ(Cited("2026-02-15 09:00"), std::vector<int64_t>{1});
}

}  // namespace
}  // namespace gatepost::domain
