// Which daily reports are expected, and how each stands.
#include "daemon/domain/report_duty.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "tests/domain/hours/rule_words.h"
#include "tests/domain/hours/timetables.h"
#include "tests/domain/report_parts.h"

namespace gatepost::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The instant at which a clock in Hanoi shows `clock` on the day.
absl::Time On(absl::CivilDay day, const std::string& clock) {
  return Hanoi(fmt::format("{} {}", DayText(day), clock));
}

// A world of one gate's reports and hours; days are those of February 2026.
class ReportDuties : public ::testing::Test {
 protected:
  static absl::CivilDay Feb(int day) { return absl::CivilDay(2026, 2, day); }

  // A report of the day by VN with these figures, stored at `clock` on the day.
  v1::YardReport& Report(int day, std::vector<v1::Figure> figures,
                         const std::string& clock = "20:10") {
    v1::YardReport& report = bodies_.emplace_back(testing::EmptyReport());
    *report.mutable_business_date() = ToCivilDate(Feb(day));
    *report.mutable_as_of() = ToZoned(On(Feb(day), "20:00"), kHanoiZone);
    for (v1::Figure& figure : figures) *report.add_figures() = std::move(figure);
    held_.push_back({.row = static_cast<int64_t>(held_.size()) + 1,
                     .business_date = Feb(day),
                     .stored_at = On(Feb(day), clock),
                     .in_force = true,
                     .report = &report});
    return report;
  }
  void Say(HoursLayer layer, v1::Timetable timetable) {
    timetables_.push_back(std::move(timetable));
    said_.push_back({100 + static_cast<int64_t>(said_.size()),
                     layer,
                     On(Feb(1), "00:00") + absl::Seconds(said_.size()),
                     &timetables_.back(),
                     {}});
  }
  static v1::Figure Flow(const std::string& from, const std::string& to, v1::PeriodKind kind) {
    v1::Figure figure = testing::Vehicles("LS-HN", v1::MEASURE_CLEARED, 900);
    v1::FlowPeriod* period = figure.mutable_time()->mutable_period();
    period->set_kind(kind);
    *period->mutable_bounds()->mutable_start() = ToZoned(Hanoi(from), kHanoiZone);
    *period->mutable_bounds()->mutable_end() = ToZoned(Hanoi(to), kHanoiZone);
    return figure;
  }

  Expectation Expected(int day, const ReportDuty& duty = {"VN", "LS-HN", {}}) const {
    return ExpectedReports(said_, testing::TestRegister(), calendars_).On(duty, Feb(day));
  }
  // `<status> <why>`, short.
  std::string Judge(int day, absl::Time now = On(Feb(28), "23:00")) {
    const ReportDuty duty{"VN", "LS-HN", {}};
    const Expectation expectation = Expected(day);
    judged_ = JudgeGateDay(duty, Feb(day), expectation, held_, On(Feb(day), "20:30"), now);
    return fmt::format("{} {}", v1::GateDayStatus_Name(judged_.status).substr(16),
                       v1::GateDayWhy_Name(expectation.why).substr(13));
  }

  GateDay judged_;  // The last one.
  std::vector<HeldReport> held_;
  std::vector<SaidHours> said_;

 private:
  std::deque<v1::YardReport> bodies_;
  std::deque<v1::Timetable> timetables_;
  HolidayCalendars calendars_;
};

TEST_F(ReportDuties, AReportInTimeClosesItsDay) {
  Report(10, {testing::Waiting("LS-HN", 312)}, "20:30");
  EXPECT_EQ(Judge(10), "REPORTED NOTHING_AGREED");
  EXPECT_EQ(judged_.report_row, 1);
  EXPECT_EQ(Judge(11), "MISSING NOTHING_AGREED");
  EXPECT_EQ(Judge(11, On(Feb(11), "20:29")), "NOT_DUE_YET NOTHING_AGREED");
  EXPECT_EQ(Judge(11, On(Feb(11), "20:30")), "MISSING NOTHING_AGREED");
}

TEST_F(ReportDuties, ALateReportClosesTheGapAndStaysLate) {
  Report(10, {testing::Waiting("LS-HN", 312)}, "20:31");
  EXPECT_EQ(Judge(10), "REPORTED_LATE NOTHING_AGREED");
  EXPECT_EQ(judged_.reported_at, On(Feb(10), "20:31"));
  // A revision in force does not make it more or less late: the first version counts.
  held_.front().in_force = false;
  Report(10, {testing::Waiting("LS-HN", 313)}, "22:00");
  EXPECT_EQ(Judge(10), "REPORTED_LATE NOTHING_AGREED");
  EXPECT_EQ(judged_.report_row, 1);
}

// A revision that takes the gate's figures back opens the gap again.
TEST_F(ReportDuties, WhatIsTakenBackIsMissing) {
  Report(10, {testing::Waiting("LS-HN", 312)});
  held_.front().in_force = false;
  Report(10, {testing::Waiting("LS-CM", 9)}, "22:00");
  EXPECT_EQ(Judge(10), "MISSING NOTHING_AGREED");
  EXPECT_EQ(judged_.report_row, 0);
}

TEST_F(ReportDuties, ATotalOverSeveralDaysHidesNothing) {
  // Tet in one number: from the cut-off of the 13th to that of the 23rd.
  Report(23, {Flow("2026-02-13 20:00", "2026-02-23 20:00", v1::PERIOD_KIND_SEVERAL_DAYS)});
  for (int day = 14; day <= 23; ++day) {
    EXPECT_EQ(Judge(day), "MISSING NOTHING_AGREED") << day;
    EXPECT_THAT(judged_.totals, ElementsAre(1)) << day;
  }
  EXPECT_EQ(Judge(13), "MISSING NOTHING_AGREED");
  EXPECT_THAT(judged_.totals, IsEmpty());  // It holds four hours of that day.
  // The same report with the day's own count is a daily report of its own day, and of no other.
  Report(24, {Flow("2026-02-13 20:00", "2026-02-24 20:00", v1::PERIOD_KIND_PER_DAY),
              testing::Waiting("LS-HN", 40)});
  EXPECT_EQ(Judge(24), "REPORTED NOTHING_AGREED");
  EXPECT_EQ(Judge(22), "MISSING NOTHING_AGREED");
  EXPECT_THAT(judged_.totals, ElementsAre(1, 2));
}

TEST_F(ReportDuties, OnlyTheGatesOwnDailyFigureCounts) {
  Report(10, {testing::GroupWaiting("LS-ALL", 9), testing::Waiting("LS-HN-1119", 9)});
  EXPECT_EQ(Judge(10), "MISSING NOTHING_AGREED");
  Report(11, {testing::Vehicles("LS-HN", v1::MEASURE_CAPACITY, 450)});
  EXPECT_EQ(Judge(11), "MISSING NOTHING_AGREED");
  v1::Figure unknown = testing::Vehicles("LS-HN", v1::MEASURE_CLEARED, 900);
  unknown.mutable_time()->mutable_period()->set_kind(v1::PERIOD_KIND_UNKNOWN_BOUNDS);
  Report(12, {unknown});
  EXPECT_EQ(Judge(12), "MISSING NOTHING_AGREED");
  Report(13, {Flow("2026-02-12 20:00", "2026-02-13 20:00", v1::PERIOD_KIND_DAY_TO_CUT_OFF)});
  EXPECT_EQ(Judge(13), "REPORTED NOTHING_AGREED");
}

TEST_F(ReportDuties, NotReportedIsNoReportAndNotOperatingIsOne) {
  v1::Figure none = testing::Waiting("LS-HN", 0);
  none.mutable_quantity()->set_state(v1::VALUE_STATE_NOT_REPORTED);
  Report(10, {none});
  EXPECT_EQ(Judge(10), "MISSING NOTHING_AGREED");
  EXPECT_THAT(judged_.not_reported, ElementsAre(1));
  none.mutable_quantity()->set_state(v1::VALUE_STATE_NOT_OPERATING);
  Report(11, {none});
  EXPECT_EQ(Judge(11), "REPORTED NOTHING_AGREED");
}

TEST_F(ReportDuties, SilentWhereBothAgreedClosed) {
  Say(HoursLayer::kRegular,
      InHanoi({{.gates = "LS-HN", .days = "2026-01-01..", .hours = "7:00-18:00"}}));
  Say(HoursLayer::kHoliday,
      InHanoi({{.gates = "LS-HN", .days = "2026-02-14..2026-02-22", .regime = v1::REGIME_CLOSED}}));
  EXPECT_EQ(Judge(13), "MISSING AGREED_OPEN");
  EXPECT_EQ(Expected(13).rows, std::vector<int64_t>({100}));
  EXPECT_EQ(Judge(14), "NOT_EXPECTED AGREED_CLOSED");
  EXPECT_EQ(Expected(14).rows, std::vector<int64_t>({101}));
  EXPECT_EQ(Judge(22), "NOT_EXPECTED AGREED_CLOSED");
  EXPECT_EQ(Judge(23), "MISSING AGREED_OPEN");
  // Who counts on a closed day is never late.
  Report(15, {testing::Waiting("LS-HN", 40)}, "23:00");
  EXPECT_EQ(Judge(15), "REPORTED AGREED_CLOSED");
}

// Whatever newer software says in a notice, it is no agreement.
TEST_F(ReportDuties, ANoticeThatCannotBeReadChangesNothingAgreed) {
  Say(HoursLayer::kHoliday,
      InHanoi({{.gates = "LS-HN", .days = "2026-02-14..2026-02-22", .regime = v1::REGIME_CLOSED}}));
  Say(HoursLayer::kUnreadable, v1::Timetable());
  said_.back().unknown_at = {"LS-HN"};
  EXPECT_EQ(Judge(14), "NOT_EXPECTED AGREED_CLOSED");
}

// "Closed on 14 to 22 February" silences the same days, whichever zone its author writes in.
TEST_F(ReportDuties, AClosedDateIsTheSameInBothZones) {
  Say(HoursLayer::kHoliday,
      InBeijing(
          {{.gates = "LS-HN", .days = "2026-02-14..2026-02-22", .regime = v1::REGIME_CLOSED}}));
  EXPECT_EQ(Judge(13), "MISSING NOTHING_AGREED");
  EXPECT_EQ(Judge(14), "NOT_EXPECTED AGREED_CLOSED");
  EXPECT_EQ(Judge(22), "NOT_EXPECTED AGREED_CLOSED");
  EXPECT_EQ(Judge(23), "MISSING NOTHING_AGREED");
}

TEST_F(ReportDuties, AnythingThatPassesIsWorthAReport) {
  Say(HoursLayer::kHoliday,
      InHanoi({{.gates = "LS-HN", .days = "2026-02-14..2026-02-17", .regime = v1::REGIME_CLOSED}}));
  // Amended: fruit to China passes on the 15th; only passengers on the 16th.
  Say(HoursLayer::kHoliday, InHanoi({{.gates = "LS-HN",
                                      .days = "2026-02-15",
                                      .hours = "8:00-12:00",
                                      .direction = v1::DIRECTION_VN_TO_CN,
                                      .cargo = "fruit"}}));
  Say(HoursLayer::kHoliday, InHanoi({{.gates = "LS-HN",
                                      .days = "2026-02-16",
                                      .hours = "8:00-12:00",
                                      .traffic = v1::TRAFFIC_PASSENGERS}}));
  EXPECT_EQ(Judge(15), "MISSING AGREED_OPEN");
  EXPECT_EQ(Judge(16), "NOT_EXPECTED AGREED_CLOSED");
  EXPECT_EQ(Judge(17), "NOT_EXPECTED AGREED_CLOSED");
}

TEST_F(ReportDuties, OneSideAloneSilencesNothing) {
  Say(HoursLayer::kRegular,
      InHanoi({{.gates = "LS-HN", .days = "2026-01-01..", .hours = "7:00-18:00"}}));
  Say(HoursLayer::kEmergency,
      InBeijing(
          {{.gates = "LS-HN", .days = "2026-02-09..2026-02-11", .regime = v1::REGIME_CLOSED}}));
  EXPECT_EQ(Judge(10), "MISSING CLOSED_BY_ONE_SIDE");
  EXPECT_EQ(Expected(10).rows.front(), 101);
  // What was only seen or heard does not count at all.
  said_.back().layer = HoursLayer::kObserved;
  EXPECT_EQ(Expected(10).why == v1::GATE_DAY_WHY_AGREED_CLOSED, false);
}

TEST_F(ReportDuties, DutiesAndGatesHaveAFirstDay) {
  EXPECT_EQ(Expected(9, {"VN", "LS-HN", Feb(10)}).why, v1::GATE_DAY_WHY_DUTY_NOT_BEGUN);
  EXPECT_TRUE(Expected(10, {"VN", "LS-HN", Feb(10)}).expected());
  EXPECT_EQ(Expected(10, {"VN", "LS-HN-9999", {}}).why, v1::GATE_DAY_WHY_NO_SUCH_GATE);
}

}  // namespace
}  // namespace gatepost::domain
