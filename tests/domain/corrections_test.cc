// A correction changes one field of one figure; everything else is a revision.

#include "daemon/domain/corrections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/domain/report_parts.h"

namespace gatepost::testing {
namespace {

using domain::CheckCorrection;
using domain::DiffReports;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::YardReport Before() {
  return ReportOf({GroupWaiting("LS-ALL", 1057), Waiting("LS-HN", 533), Waiting("LS-CM", 504)});
}

struct Case {
  std::string name;
  std::function<void(v1::YardReport&)> change;
  std::string came;  // Of the refusal; empty: it is a correction.
};

std::vector<Case> Cases() {
  using R = v1::YardReport;
  return {
      {"a number", [](R& r) { r.mutable_figures(0)->mutable_quantity()->set_value(1037); }, ""},
      {"a number, and the figures in another order",
       [](R& r) {
         r.mutable_figures(0)->mutable_quantity()->set_value(1037);
         r.mutable_figures()->SwapElements(0, 2);
       },
       ""},
      {"a number, and all that belongs to replacing",
       [](R& r) {
         r.mutable_figures(0)->mutable_quantity()->set_value(1037);
         r.set_revision(v1::REVISION_KIND_CORRECTION);
         r.set_revision_reason("digits swapped");
         r.mutable_override()->set_reason("as printed");
       },
       ""},
      {"a number that becomes a range",
       [](R& r) {
         v1::Quantity& quantity = *r.mutable_figures(1)->mutable_quantity();
         quantity.set_qualifier(v1::QUALIFIER_RANGE);
         quantity.clear_value();
         quantity.set_low(500);
         quantity.set_high(540);
       },
       ""},
      {"the gate", [](R& r) { r.mutable_figures(1)->set_scope_id("LS-TT"); }, ""},
      {"a mark", [](R& r) { r.mutable_figures(1)->set_set_complete(true); }, ""},
      {"the time",
       [](R& r) { *r.mutable_figures(1)->mutable_time()->mutable_as_of() = TestTime("17:00H"); },
       ""},
      {"nothing", [](R&) {}, "no difference"},
      {"nothing but the order", [](R& r) { r.mutable_figures()->SwapElements(0, 1); },
       "no difference"},
      {"nothing but the reason", [](R& r) { r.set_revision_reason("why"); }, "no difference"},
      {"two numbers",
       [](R& r) {
         r.mutable_figures(0)->mutable_quantity()->set_value(1037);
         r.mutable_figures(1)->mutable_quantity()->set_value(532);
       },
       "waiting VN→CN LS-ALL: '1,057 vehicles' to '1,037 vehicles'; "
       "waiting VN→CN LS-HN: '533 vehicles' to '532 vehicles'"},
      {"two fields of one figure",
       [](R& r) {
         r.mutable_figures(1)->mutable_quantity()->set_value(532);
         r.mutable_figures(1)->set_set_complete(true);
       },
       "waiting VN→CN LS-HN: '533 vehicles' to '532 vehicles, set complete'"},
      {"two gates that change places",
       [](R& r) {
         r.mutable_figures(1)->set_scope_id("LS-CM");
         r.mutable_figures(2)->set_scope_id("LS-HN");
       },
       "waiting VN→CN LS-HN: '533 vehicles' to '504 vehicles'; "
       "waiting VN→CN LS-CM: '504 vehicles' to '533 vehicles'"},
      {"a figure more", [](R& r) { *r.add_figures() = Waiting("LS-NH", 0); },
       "waiting VN→CN LS-NH: '' to '0 vehicles'"},
      {"a figure less", [](R& r) { r.mutable_figures()->RemoveLast(); },
       "waiting VN→CN LS-CM: '504 vehicles' to ''"},
      {"the cut-off", [](R& r) { *r.mutable_as_of() = TestTime("17:00H"); },
       "cut-off: '2026-07-01 20:00 H' to '2026-07-01 17:00 H'"},
      {"a number and the remark",
       [](R& r) {
         r.mutable_figures(0)->mutable_quantity()->set_value(1037);
         r.set_remark("fog");
       },
       "remark: '' to 'fog'; waiting VN→CN LS-ALL: '1,057 vehicles' to '1,037 vehicles'"},
  };
}

TEST(Corrections, ChangeExactlyOneFieldOfOneFigure) {
  for (const Case& one : Cases()) {
    SCOPED_TRACE(one.name);
    v1::YardReport after = Before();
    one.change(after);
    std::string wanted = one.came.empty()
                             ? "OK"
                             : "NOT_ONE_FIELD: a correction that changes exactly one field of one "
                               "figure | " +
                                   one.came + " | send it as a revision";
    EXPECT_EQ(Shown(CheckCorrection(Before(), after)), wanted);
  }
}

TEST(Corrections, NameFiveDifferencesAtMost) {
  v1::YardReport before = ReportOf({});
  v1::YardReport after = before;
  for (const char* gate : {"LS-HN", "LS-CM", "LS-TT", "LS-CN", "LS-NH", "LS-NN"}) {
    *before.add_figures() = Waiting(gate, 1);
    *after.add_figures() = Waiting(gate, 2);
  }
  std::optional<system::Refusal> refusal = system::RefusalOf(CheckCorrection(before, after));
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->reason, v1::REASON_NOT_ONE_FIELD);
  EXPECT_THAT(refusal->came, ::testing::EndsWith("'1 vehicles' to '2 vehicles'; and more"));
}

TEST(ReportDifferences, ShowEveryFieldOfTheReport) {
  v1::YardReport before = Before();
  v1::YardReport after = Before();
  *after.mutable_business_date() = domain::ToCivilDate(TestDay() - 1);
  after.set_as_of_assumed(true);
  after.set_practice_figures(true);
  after.set_remark("fog");
  std::vector<std::string> shown;
  for (const domain::ReportDifference& one : DiffReports(before, after)) {
    EXPECT_FALSE(one.figure_before || one.figure_after);
    shown.push_back(one.subject + ": " + one.before + " > " + one.after);
  }
  EXPECT_THAT(shown,
              ElementsAre("business date: 2026-07-01 > 2026-06-30", "cut-off assumed: no > yes",
                          "practice figures: no > yes", "remark:  > fog"));
}

TEST(ReportDifferences, ShowFiguresBeforeAndAfter) {
  v1::YardReport after = Before();
  after.mutable_figures(0)->mutable_quantity()->set_value(1037);
  *after.mutable_figures(2) = Stateless(after.figures(2), v1::VALUE_STATE_NOT_REPORTED);
  *after.add_figures() = Qualified(Waiting("LS-NH", 7), v1::QUALIFIER_ABOUT);
  after.mutable_figures()->SwapElements(0, 1);
  std::vector<domain::ReportDifference> differences = DiffReports(Before(), after);
  std::vector<std::string> shown;
  for (const domain::ReportDifference& one : differences) {
    shown.push_back(one.subject + ": " + one.before + " > " + one.after);
  }
  EXPECT_THAT(shown, ElementsAre("waiting VN→CN LS-ALL: 1,057 vehicles > 1,037 vehicles",
                                 "waiting VN→CN LS-CM: 504 vehicles > not reported",
                                 "waiting VN→CN LS-NH:  > about 7 vehicles"));
  EXPECT_EQ(differences[0].figure_before->quantity().value(), 1057);
  EXPECT_EQ(differences[0].figure_after->quantity().value(), 1037);
  EXPECT_FALSE(differences[2].figure_before.has_value());
  EXPECT_THAT(DiffReports(Before(), Before()), IsEmpty());
}

}  // namespace
}  // namespace gatepost::testing
