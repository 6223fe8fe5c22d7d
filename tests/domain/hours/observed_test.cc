// Agreed hours beside observed ones.
#include "daemon/domain/hours/observed.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/domain/hours/rule_words.h"
#include "tests/domain/hours/timetables.h"
#include "tests/support/daily_reports.h"

namespace gatepost::domain {
namespace {

Seen Opened(const std::string& time, v1::Precision precision = v1::PRECISION_MINUTE) {
  return {.row = 9, .side = "VN", .opened = true, .at = Hanoi(time), .precision = precision};
}
Seen Closed(const std::string& time, v1::Precision precision = v1::PRECISION_MINUTE) {
  return {.row = 9, .side = "VN", .opened = false, .at = Hanoi(time), .precision = precision};
}

// Goods at Huu Nghi on 20 February 2026, by one agreement of those hours.
class Observed : public ::testing::Test {
 protected:
  // The verdict, and how many minutes later than agreed each event was.
  std::string Compare(const RuleWords& agreed, std::vector<Seen> seen) {
    const v1::Timetable timetable = InHanoi({agreed});
    const HoursInForce hours(
        {{1, HoursLayer::kSchedule, Hanoi("2026-01-01 08:00"), &timetable, {}}}, gates_,
        calendars_);
    day_ = CompareDay(hours.At("LS-HN", {.traffic = v1::TRAFFIC_GOODS},
                               {Hanoi("2026-02-20 00:00"), Hanoi("2026-02-21 00:00")}),
                      std::move(seen));
    std::string text = v1::ObservedVerdict_Name(day_.verdict).substr(17);
    for (const ComparedEvent& event : day_.events) {
      text += event.agreed_at.has_value()
                  ? fmt::format(" {:+}", absl::ToInt64Minutes(event.seen.at - *event.agreed_at))
                  : " -";
    }
    return text;
  }

  const GateRegister gates_ = testing::ProjectRegister();
  const HolidayCalendars calendars_;
  const RuleWords usual_ = {
      .gates = "LS-HN", .days = "2026-02-01..", .hours = "8:00-11:00 12:00-16:00"};
  const RuleWords closed_ = {.gates = "LS-HN", .days = "2026-02-20", .regime = v1::REGIME_CLOSED};
  const RuleWords elsewhere_ = {.gates = "LS-CM", .days = "2026-02-20", .hours = "8:00-11:00"};
  ComparedDay day_;  // The last one.
};

TEST_F(Observed, EachEventIsComparedWithItsOwnBound) {
  EXPECT_EQ(Compare(usual_, {}), "NOT_SEEN");
  EXPECT_EQ(Compare(usual_, {Opened("2026-02-20 08:03"), Closed("2026-02-20 10:55"),
                             Opened("2026-02-20 12:00"), Closed("2026-02-20 16:05")}),
            "AS_AGREED +3 -5 +0 +5");
  EXPECT_EQ(day_.seen_open, absl::Minutes(172 + 245));
  EXPECT_EQ(Compare(usual_, {Closed("2026-02-20 16:06")}), "DIFFERS +6");
  EXPECT_FALSE(day_.seen_open.has_value());  // Nobody saw it open.
}

// A closing within the hours belongs to their end, however near another one is (N27).
TEST_F(Observed, ClosedTooEarlyIsSaidAsSuch) {
  EXPECT_EQ(Compare(usual_, {Opened("2026-02-20 12:00"), Closed("2026-02-20 12:30")}),
            "DIFFERS +0 -210");
  EXPECT_EQ(day_.seen_open, absl::Minutes(30));
}

// N04: a side opened a day early.
TEST_F(Observed, OpenOnADayAgreedClosed) {
  EXPECT_EQ(Compare(closed_, {Opened("2026-02-20 09:00")}), "OPEN_THOUGH_CLOSED -");
  EXPECT_EQ(Compare(closed_, {Closed("2026-02-20 09:00")}), "AS_AGREED -");
  EXPECT_EQ(Compare(elsewhere_, {Opened("2026-02-20 09:00")}), "NOTHING_AGREED -");
  EXPECT_TRUE(day_.agreed_unknown);
}

TEST_F(Observed, WhatIsKnownRoughlyIsComparedRoughly) {
  EXPECT_EQ(Compare(usual_, {Opened("2026-02-20 09:00", v1::PRECISION_HOUR)}), "AS_AGREED +60");
  EXPECT_EQ(Compare(usual_, {Opened("2026-02-20 09:01", v1::PRECISION_HOUR)}), "DIFFERS +61");
  EXPECT_EQ(Compare(usual_, {Opened("2026-02-20 00:00", v1::PRECISION_DAY)}), "AS_AGREED -480");
}

TEST_F(Observed, ATimetableBeginsForEachGateByItself) {
  const v1::Timetable timetable = InBeijing({{.gates = "LS-CM LS-HN", .days = "2026-02-20.."},
                                             {.gates = "LS-HN", .days = "2026-02-16..2026-02-18"}});
  EXPECT_EQ(BeginAt(timetable, "LS-CM"), Beijing("2026-02-20 00:00"));
  EXPECT_EQ(BeginAt(timetable, "LS-HN"), Beijing("2026-02-16 00:00"));
  EXPECT_EQ(BeginAt(timetable, "LS-CN"), std::nullopt);
}

}  // namespace
}  // namespace gatepost::domain
