// Around Tet 2026: the gate-days without a report in time, each with why it was expected or not.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/report_duty.h"
#include "google/protobuf/text_format.h"
#include "tests/domain/hours/rule_words.h"
#include "tests/domain/hours/timetables.h"
#include "tests/domain/report_parts.h"

namespace gatepost::domain {
namespace {

HolidayCalendars OfficialCalendars() {
  config::v1::HolidayCalendars proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      testing::ReadProjectFile("daemon/domain/calendars/holidays.textproto"), &proto));
  return HolidayCalendars::FromProto(proto).value();
}

std::string HalfText(DayStatus status) {
  switch (status) {
    case DayStatus::kWorking:
      return "on";
    case DayStatus::kMakeUpWorkday:
      return "on (made up)";
    case DayStatus::kOffWeekend:
      return "off (weekend)";
    case DayStatus::kOffHoliday:
      return "off";
    default:
      return "?";
  }
}

// February and March 2026. Viet Nam is off from 14 to 22 February, China from 15 to 23. Both agreed
// that Chi Ma is closed from the 14th to the 22nd, and Huu Nghi on the 17th and 18th only.
class TetReports : public ::testing::Test {
 protected:
  TetReports() {
    Say(HoursLayer::kRegular,
        InHanoi({{.gates = "LS-CM LS-HN", .days = "2026-01-01..", .hours = "7:00-18:00"}}));
    Say(HoursLayer::kHoliday,
        InHanoi({{.gates = "LS-CM", .days = "2026-02-14..2026-02-22", .regime = v1::REGIME_CLOSED},
                 {.gates = "LS-HN", .days = "2026-02-17..2026-02-18", .regime = v1::REGIME_CLOSED},
                 {.gates = "LS-HN",
                  .days = "2026-02-19..2026-02-22",
                  .regime = v1::REGIME_PREREGISTERED_ONLY,
                  .hours = "8:00-12:00"}}));
    // China closes Chi Ma for three days by itself, for a flood.
    Say(HoursLayer::kEmergency,
        InBeijing(
            {{.gates = "LS-CM", .days = "2026-03-10..2026-03-12", .regime = v1::REGIME_CLOSED}}));
  }

  void Say(HoursLayer layer, v1::Timetable timetable) {
    timetables_.push_back(std::move(timetable));
    said_.push_back({static_cast<int64_t>(said_.size()) + 1,
                     layer,
                     Hanoi("2026-01-01 08:00") + absl::Seconds(said_.size()),
                     &timetables_.back(),
                     {}});
  }

  // A side's report of the gates on the day, stored `after` 20:00 H.
  void Report(const std::string& side, absl::CivilDay day, const std::vector<std::string>& gates,
              absl::Duration after) {
    v1::YardReport& report = Body(side, day);
    for (const std::string& gate : gates) *report.add_figures() = testing::Waiting(gate, 100);
    Hold(side, day, report, after);
  }
  void Total(const std::string& side, absl::CivilDay day, const std::string& gate,
             const std::string& from) {
    v1::YardReport& report = Body(side, day);
    v1::Figure* figure = report.add_figures();
    *figure = testing::Vehicles(gate, v1::MEASURE_CLEARED, 1600);
    v1::FlowPeriod* period = figure->mutable_time()->mutable_period();
    period->set_kind(v1::PERIOD_KIND_SEVERAL_DAYS);
    *period->mutable_bounds()->mutable_start() = ToZoned(Hanoi(from), kHanoiZone);
    *period->mutable_bounds()->mutable_end() = report.as_of();
    Hold(side, day, report, absl::Minutes(20));
  }

  // Every gate and day that was not reported in time, a line each.
  std::string List(absl::CivilDay from, absl::CivilDay to) const {
    const ExpectedReports expected(said_, testing::TestRegister(), calendars_);
    std::string list;
    for (absl::CivilDay day = from; day <= to; ++day) {
      const absl::Time due = InstantOn({20, 30, std::string(kHanoiZone)}, day).value();
      for (const ReportDuty& duty : duties_) {
        const Expectation expectation = expected.On(duty, day);
        const GateDay judged = JudgeGateDay(duty, day, expectation, duty.side == "VN" ? vn_ : cn_,
                                            due, Hanoi("2026-04-01 12:00"));
        if (judged.status == v1::GATE_DAY_STATUS_REPORTED) continue;
        list += fmt::format(
            "{} {} {:5} {:13} {:18} by {} | VN {}, CN {}{}\n", DayText(day), duty.side,
            duty.gate_id, v1::GateDayStatus_Name(judged.status).substr(16),
            v1::GateDayWhy_Name(expectation.why).substr(13), fmt::join(expectation.rows, " "),
            HalfText(calendars_.StatusOf(Country::kVietNam, day)),
            HalfText(calendars_.StatusOf(Country::kChina, day)),
            judged.totals.empty() || judged.report_row != 0 ? "" : " | only in a total");
      }
    }
    return list;
  }

 private:
  v1::YardReport& Body(const std::string& side, absl::CivilDay day) {
    v1::YardReport& report = bodies_.emplace_back(testing::EmptyReport());
    report.set_reporting_side(side);
    *report.mutable_business_date() = ToCivilDate(day);
    *report.mutable_as_of() =
        ToZoned(InstantOn({20, 0, std::string(kHanoiZone)}, day).value(), kHanoiZone);
    return report;
  }
  void Hold(const std::string& side, absl::CivilDay day, const v1::YardReport& report,
            absl::Duration after) {
    std::vector<HeldReport>& held = side == "VN" ? vn_ : cn_;
    held.push_back({.row = static_cast<int64_t>(bodies_.size()),
                    .business_date = day,
                    .stored_at = InstantOf(report.as_of()).value() + after,
                    .in_force = true,
                    .report = &report});
  }

  const HolidayCalendars calendars_ = OfficialCalendars();
  const std::vector<ReportDuty> duties_ = {
      {"CN", "LS-CM", {}}, {"CN", "LS-HN", {}}, {"VN", "LS-CM", {}}, {"VN", "LS-HN", {}}};
  std::vector<SaidHours> said_;
  std::deque<v1::Timetable> timetables_;
  std::deque<v1::YardReport> bodies_;
  std::vector<HeldReport> vn_;
  std::vector<HeldReport> cn_;
};

// Both sides report as people do: not on their own days off, in time otherwise, but for the days
// that are named here. The list is compared with tests/data/tet-2026-gate-days.txt.
TEST_F(TetReports, EveryGateDayWithoutAReportSaysWhy) {
  const absl::CivilDay first(2026, 2, 1);
  const absl::CivilDay last(2026, 3, 31);
  const std::vector<std::string> both = {"LS-CM", "LS-HN"};
  for (absl::CivilDay day = first; day <= last; ++day) {
    const bool vn_off = day >= absl::CivilDay(2026, 2, 14) && day <= absl::CivilDay(2026, 2, 22);
    const bool cn_off = day >= absl::CivilDay(2026, 2, 15) && day <= absl::CivilDay(2026, 2, 23);
    // Viet Nam forgets Chi Ma on 2 March, and is late on the first day after the holiday.
    const bool forgets = day == absl::CivilDay(2026, 3, 2);
    const bool late = day == absl::CivilDay(2026, 2, 23);
    if (!vn_off) {
      Report("VN", day, forgets ? std::vector<std::string>{"LS-HN"} : both,
             late ? absl::Hours(3) : absl::Minutes(15));
    }
    // China says nothing of Chi Ma while it keeps it closed.
    const bool flood = day >= absl::CivilDay(2026, 3, 10) && day <= absl::CivilDay(2026, 3, 12);
    if (!cn_off) {
      Report("CN", day, flood ? std::vector<std::string>{"LS-HN"} : both, absl::Minutes(20));
    }
  }
  // A total for the whole holiday, sent afterwards, hides none of its days.
  Total("VN", absl::CivilDay(2026, 2, 24), "LS-HN", "2026-02-13 20:00");
  EXPECT_EQ(List(first, last), testing::ReadProjectFile("tests/data/tet-2026-gate-days.txt"));
}

}  // namespace
}  // namespace gatepost::domain
