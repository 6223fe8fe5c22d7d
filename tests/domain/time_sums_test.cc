// Sums over time: the stated change and the flow check, with and without the day before.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/domain/report_parts.h"

namespace gatepost::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// One report of an earlier day.
class OneDay : public domain::YardHistory {
 public:
  OneDay(absl::CivilDay day, v1::YardReport report) : day_(day), report_(std::move(report)) {
    *report_.mutable_business_date() = domain::ToCivilDate(day);
    *report_.mutable_as_of() = TestTime(domain::DayText(day) + " 20:00H");
  }

  std::optional<v1::Figure> FigureBefore(std::string_view side, absl::CivilDay day,
                                         const domain::FigureKey& key) const override {
    if (side != "VN" || day != day_) return std::nullopt;
    const v1::Figure* figure = domain::FigureIn(report_, key);
    return figure == nullptr ? std::nullopt : std::optional(*figure);
  }

 private:
  absl::CivilDay day_;
  v1::YardReport report_;
};

// All that is said about today's figures, given yesterday's: `severity subject: text`.
std::vector<std::string> Said(const std::vector<v1::Figure>& today,
                              const std::vector<v1::Figure>& yesterday,
                              absl::CivilDay day = TestDay()) {
  v1::YardReport report = ReportOf(today);
  *report.mutable_business_date() = domain::ToCivilDate(day);
  *report.mutable_as_of() = TestTime(domain::DayText(day) + " 20:00H");
  OneDay history(day - 1, ReportOf(yesterday));
  std::vector<std::string> said;
  for (const v1::Finding& finding : domain::CheckSums(report, TestRegister(), history)) {
    std::string severity = finding.severity() == v1::SEVERITY_ERROR     ? "error "
                           : finding.severity() == v1::SEVERITY_WARNING ? "warning "
                                                                        : "not checkable ";
    said.push_back(severity + finding.subject() + ": " + finding.text());
  }
  return said;
}

v1::Figure Flow(v1::Measure measure, int64_t value) { return Vehicles("LS-HN", measure, value); }
v1::Figure Change(int64_t value) { return Flow(v1::MEASURE_WAITING_CHANGE, value); }
v1::Figure Arrived(int64_t value) { return Flow(v1::MEASURE_ARRIVED, value); }
v1::Figure Cleared(int64_t value) { return Flow(v1::MEASURE_CLEARED, value); }

TEST(StatedChange, IsTodayLessYesterday) {
  EXPECT_THAT(Said({Waiting("LS-HN", 312), Change(12)}, {Waiting("LS-HN", 300)}), IsEmpty());
  EXPECT_THAT(Said({Waiting("LS-HN", 312), Change(-12)}, {Waiting("LS-HN", 300)}),
              ElementsAre("error change of waiting VN→CN LS-HN: 2026-07-01 - 2026-06-30: "
                          "312 - 300 = 12, stated -12"));
  EXPECT_THAT(Said({Cleared(261), Flow(v1::MEASURE_CLEARED_CHANGE, -129)}, {Cleared(390)}),
              IsEmpty());
  EXPECT_THAT(Said({Cleared(261), Flow(v1::MEASURE_CLEARED_CHANGE, -128)}, {Cleared(390)}),
              ElementsAre("error change of cleared VN→CN LS-HN: 2026-07-01 - 2026-06-30: "
                          "261 - 390 = -129, stated -128"));
}

TEST(StatedChange, IsNotCheckableWithoutBothDays) {
  EXPECT_THAT(Said({Waiting("LS-HN", 312), Change(12)}, {}),
              ElementsAre("not checkable change of waiting VN→CN LS-HN: 2026-07-01 - 2026-06-30: "
                          "waiting VN→CN LS-HN of 2026-06-30 is not held here"));
  EXPECT_THAT(Said({Change(12)}, {Waiting("LS-HN", 300)}),
              ElementsAre("not checkable change of waiting VN→CN LS-HN: 2026-07-01 - 2026-06-30: "
                          "waiting VN→CN LS-HN is not in this report as an exact number"));
  EXPECT_THAT(Said({Waiting("LS-HN", 312), Change(12)},
                   {Qualified(Waiting("LS-HN", 300), v1::QUALIFIER_ABOUT)}),
              ElementsAre("not checkable change of waiting VN→CN LS-HN: 2026-07-01 - 2026-06-30: "
                          "2026-06-30 was about 300 vehicles"));
  // Another class is another figure.
  EXPECT_THAT(Said({Waiting("LS-HN", 312), Change(12)}, {OfClass(Waiting("LS-HN", 300), "fruit")}),
              ElementsAre("not checkable change of waiting VN→CN LS-HN: 2026-07-01 - 2026-06-30: "
                          "waiting VN→CN LS-HN of 2026-06-30 is not held here"));
}

TEST(StatedChange, OfWhatDidNotOperateIsNotZero) {
  v1::Figure none = Stateless(Flow(v1::MEASURE_CLEARED_CHANGE, 0), v1::VALUE_STATE_NOT_OPERATING);
  EXPECT_THAT(Said({Cleared(261), none}, {Cleared(390)}), IsEmpty());
  // But nothing passed on a day without operation.
  v1::Figure closed = Stateless(Cleared(0), v1::VALUE_STATE_NOT_OPERATING);
  EXPECT_THAT(Said({Cleared(261), Flow(v1::MEASURE_CLEARED_CHANGE, 260)}, {closed}),
              ElementsAre("error change of cleared VN→CN LS-HN: 2026-07-01 - 2026-06-30: "
                          "261 - 0 = 261, stated 260"));
}

TEST(StatedChange, AcrossAChangeOfTheTreeIsNotComparable) {
  std::vector<v1::Figure> today = {
      GroupWaiting("LS-ALL", 312),
      Vehicles("LS-ALL", v1::MEASURE_WAITING_CHANGE, 1, v1::SCOPE_EXTENT_GROUP)};
  std::vector<v1::Figure> yesterday = {GroupWaiting("LS-ALL", 300)};
  EXPECT_THAT(Said(today, yesterday, absl::CivilDay(2024, 5, 27)),
              ElementsAre("not checkable change of waiting VN→CN LS-ALL: 2024-05-27 - 2024-05-26: "
                          "the tree of gates changed on 2024-05-27 "
                          "(LS-CN, LS-TT, LS-TT-1088, LS-TT-1090): totals are not comparable"));
  EXPECT_THAT(Said(today, yesterday, absl::CivilDay(2024, 5, 28)),
              ElementsAre("error change of waiting VN→CN LS-ALL: 2024-05-28 - 2024-05-27: "
                          "312 - 300 = 12, stated 1"));
}

TEST(FlowCheck, WarnsAboveTenPercentOfTheReportedFigure) {
  auto said = [](int64_t reported) {
    return Said({Waiting("LS-HN", reported), Arrived(249), Cleared(261)}, {Waiting("LS-HN", 300)});
  };
  EXPECT_THAT(said(288), IsEmpty());
  EXPECT_THAT(said(312), IsEmpty());  // 7.7 % (1 January 2026).
  EXPECT_THAT(said(320), IsEmpty());  // 10 % exactly.
  EXPECT_THAT(said(321), ElementsAre("warning waiting VN→CN LS-HN: day before + arrived - cleared: "
                                     "300 + 249 - 261 = 288, reported 321, 10.3 % apart"));
  EXPECT_THAT(said(261), ElementsAre("warning waiting VN→CN LS-HN: day before + arrived - cleared: "
                                     "300 + 249 - 261 = 288, reported 261, 10.3 % apart"));
  EXPECT_THAT(said(262), IsEmpty());
  EXPECT_THAT(said(0), ElementsAre("warning waiting VN→CN LS-HN: day before + arrived - cleared: "
                                   "300 + 249 - 261 = 288, reported 0"));
}

TEST(FlowCheck, CountsWhatTurnedBackOrMoved) {
  EXPECT_THAT(Said({Waiting("LS-HN", 500), Arrived(249), Cleared(261),
                    Flow(v1::MEASURE_TURNED_BACK, 8), Flow(v1::MEASURE_MOVED_TO_OTHER_GATE, 10)},
                   {Waiting("LS-HN", 300)}),
              ElementsAre("warning waiting VN→CN LS-HN: "
                          "day before + arrived - cleared - turned back - moved to other gate: "
                          "300 + 249 - 261 - 8 - 10 = 270, reported 500, 46.0 % apart"));
}

TEST(FlowCheck, TakesTheDayBeforeFromTheStatedChange) {
  // 312 - 12 = 300 the day before: no history is needed for the flow check.
  EXPECT_THAT(Said({Waiting("LS-HN", 312), Change(112), Arrived(249), Cleared(261)},
                   {Waiting("LS-HN", 200)}),
              ElementsAre("warning waiting VN→CN LS-HN: day before + arrived - cleared: "
                          "200 + 249 - 261 = 188, reported 312, 39.7 % apart"));
}

TEST(FlowCheck, NeedsBothFlowsAndTheDayBefore) {
  EXPECT_THAT(Said({Waiting("LS-HN", 900), Arrived(249)}, {Waiting("LS-HN", 300)}), IsEmpty());
  EXPECT_THAT(Said({Waiting("LS-HN", 900), Cleared(249)}, {Waiting("LS-HN", 300)}), IsEmpty());
  EXPECT_THAT(Said({Waiting("LS-HN", 900), Arrived(249), Cleared(261)}, {}),
              ElementsAre("not checkable waiting VN→CN LS-HN: day before + arrived - cleared: "
                          "waiting VN→CN LS-HN of 2026-06-30 is not held here"));
}

TEST(FlowCheck, LeavesClassesAndOtherInstantsAlone) {
  v1::Figure morning = Waiting("LS-HN", 900);
  *morning.mutable_time()->mutable_as_of() = TestTime("08:00H");
  EXPECT_THAT(Said({morning, Arrived(249), Cleared(261)}, {Waiting("LS-HN", 300)}), IsEmpty());
  EXPECT_THAT(Said({OfClass(Waiting("LS-HN", 900), "fruit"), OfClass(Arrived(1), "fruit"),
                    OfClass(Cleared(1), "fruit")},
                   {OfClass(Waiting("LS-HN", 300), "fruit")}),
              IsEmpty());
}

}  // namespace
}  // namespace gatepost::testing
