// The two whole days and the faulty one of DOMAIN.md 3.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/domain/yard_rules.h"
#include "tests/domain/report_parts.h"

namespace gatepost::testing {
namespace {

using domain::CheckSums;
using domain::NoHistory;
using domain::ValidateYardReport;
using domain::YardContext;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

YardContext Later() {
  return {TestRegister(), "VN", absl::FromCivil(absl::CivilDay(2026, 11, 1), absl::UTCTimeZone())};
}

TEST(GoldenReports, AllOfThemKeepEveryRule) {
  for (const v1::YardReport& report : DailyReports(TestRegister())) {
    EXPECT_EQ(Shown(ValidateYardReport(report, HeaderFor(report), Later())), "OK");
  }
}

TEST(GoldenReports, Of22August2024CloseToTheVehicle) {
  v1::YardReport report = DailyReport(TestRegister(), "2024-08-22");
  EXPECT_EQ(report.figures_size(), 26);
  EXPECT_THAT(CheckSums(report, TestRegister(), NoHistory()), IsEmpty());
}

TEST(GoldenReports, Of22August2024AreCheckedAsAWholeSet) {
  // One vehicle less at any of the four gates breaks 784 + 347 + 9 + 103 = 1,243.
  v1::YardReport report = DailyReport(TestRegister(), "2024-08-22");
  for (v1::Figure& figure : *report.mutable_figures()) {
    if (figure.scope_id() != "LS-CM") continue;
    figure.mutable_quantity()->set_value(102);
  }
  EXPECT_THAT(Errors(report),
              ElementsAre("cleared both ways LS-ALL: LS-HN + LS-TT-1088 + LS-CN + LS-CM: "
                          "784 + 347 + 9 + 102 = 1,242, stated 1,243"));
}

TEST(GoldenReports, Of1January2026CloseAndOnlyTheDayBeforeIsNotHeld) {
  v1::YardReport report = DailyReport(TestRegister(), "2026-01-01");
  EXPECT_EQ(report.figures_size(), 22);
  std::vector<v1::Finding> findings = CheckSums(report, TestRegister(), NoHistory());
  EXPECT_THAT(Shown(findings, v1::SEVERITY_ERROR), IsEmpty());
  // 300 + 249 - 261 = 288 against 312 is 7.7 %.
  EXPECT_THAT(Shown(findings, v1::SEVERITY_WARNING), IsEmpty());
  EXPECT_THAT(Shown(findings, v1::SEVERITY_NOT_CHECKABLE),
              ElementsAre(HasSubstr("cleared both ways LS-ALL of 2025-12-31 is not held"),
                          HasSubstr("cleared VN→CN LS-ALL of 2025-12-31 is not held"),
                          HasSubstr("cleared CN→VN LS-ALL of 2025-12-31 is not held"),
                          HasSubstr("waiting VN→CN LS-ALL of 2025-12-31 is not held")));
}

// 31 December 2025, as computed from the stated changes (tests/data/yard-figures.csv, rows 23-26).
class NewYearsEve : public domain::YardHistory {
 public:
  NewYearsEve() {
    *report_.mutable_as_of() = *domain::ParseInstant("2025-12-31T20:00:00+07:00");
    auto add = [&](v1::Direction direction, v1::Measure measure, int64_t value) {
      v1::Figure figure = Vehicles("LS-ALL", measure, value, v1::SCOPE_EXTENT_GROUP);
      *report_.add_figures() = Qualified(Towards(figure, direction), v1::QUALIFIER_DERIVED);
    };
    add(v1::DIRECTION_BOTH, v1::MEASURE_CLEARED, 1575);
    add(v1::DIRECTION_VN_TO_CN, v1::MEASURE_CLEARED, 390);
    add(v1::DIRECTION_CN_TO_VN, v1::MEASURE_CLEARED, 1185);
    add(v1::DIRECTION_VN_TO_CN, v1::MEASURE_WAITING, 300);
  }

  std::optional<v1::Figure> FigureBefore(std::string_view side, absl::CivilDay day,
                                         const domain::FigureKey& key) const override {
    EXPECT_EQ(side, "VN");
    EXPECT_EQ(day, absl::CivilDay(2025, 12, 31));
    const v1::Figure* figure = domain::FigureIn(report_, key);
    return figure == nullptr ? std::nullopt : std::optional(*figure);
  }

 private:
  v1::YardReport report_;
};

TEST(GoldenReports, Of1January2026FollowFromTheDayBefore) {
  v1::YardReport report = DailyReport(TestRegister(), "2026-01-01");
  EXPECT_THAT(CheckSums(report, TestRegister(), NewYearsEve()), IsEmpty());
}

TEST(GoldenReports, Of26May2022AreStoppedByTheirSum) {
  v1::YardReport report = DailyReport(TestRegister(), "2022-05-26");
  std::vector<v1::Finding> findings = CheckSums(report, TestRegister(), NoHistory());
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity(), v1::SEVERITY_ERROR);
  EXPECT_EQ(findings[0].reason(), v1::REASON_SUM_MISMATCH);
  EXPECT_EQ(findings[0].subject(), "waiting VN→CN LS-ALL: fruit + other");
  EXPECT_EQ(findings[0].text(), "533 + 504 = 1,037, stated 1,057");
  EXPECT_EQ(findings[0].figure_index(), 0);
  EXPECT_EQ(Shown(domain::RefuseFailedSums(findings)),
            "SUM_MISMATCH: sums that hold: waiting VN→CN LS-ALL: fruit + other | "
            "533 + 504 = 1,037, stated 1,057 | "
            "correct the figures, or let an officer override with a reason");
}

}  // namespace
}  // namespace gatepost::testing
