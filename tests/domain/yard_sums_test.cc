// Every sum within one scope: what holds, what fails, and in which words. Sums over scopes and over
// time have files of their own.

#include "daemon/domain/yard_sums.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/domain/sum_case.h"

namespace gatepost::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::Figure Cleared(int64_t value) { return Vehicles("LS-HN", v1::MEASURE_CLEARED, value); }
v1::Figure Both(const v1::Figure& figure) { return Towards(figure, v1::DIRECTION_BOTH); }
v1::Figure ToVn(const v1::Figure& figure) { return Towards(figure, v1::DIRECTION_CN_TO_VN); }

v1::Figure Complete(v1::Figure figure, const std::string& split = "export-goods") {
  figure.add_complete_splits(split);
  return figure;
}

v1::Figure Part(const std::string& cargo_class, int64_t value) {
  return OfClass(Waiting("LS-HN", value), cargo_class, "export-goods");
}

v1::Figure OfWhich(const std::string& cargo_class, int64_t value) {
  return OfClass(Waiting("LS-HN", value), cargo_class);
}

v1::Figure Dwelling(v1::Dwell dwell, int64_t value) {
  v1::Figure figure = Waiting("LS-HN", value);
  figure.set_dwell(dwell);
  return figure;
}

v1::Figure Loaded(v1::Load load, int64_t value) {
  v1::Figure figure = Waiting("LS-HN", value);
  figure.set_load(load);
  return figure;
}

v1::Figure From(const std::string& country, int64_t value) {
  v1::Figure figure = Waiting("LS-HN", value);
  figure.set_vehicle_country(country);
  return figure;
}

v1::Figure InYard(const std::string& yard, int64_t value) {
  v1::Figure figure = Waiting("LS-HN", value);
  figure.set_yard_id(yard);
  return figure;
}

v1::Figure NotReported(const v1::Figure& figure) {
  return Stateless(figure, v1::VALUE_STATE_NOT_REPORTED);
}

v1::Figure NotOperating(const v1::Figure& figure) {
  return Stateless(figure, v1::VALUE_STATE_NOT_OPERATING);
}

v1::Figure About(const v1::Figure& figure) { return Qualified(figure, v1::QUALIFIER_ABOUT); }
v1::Figure Derived(const v1::Figure& figure) { return Qualified(figure, v1::QUALIFIER_DERIVED); }

TEST(YardSums, BothDirectionsAreTheTotal) {
  ExpectSums({
      {"they are", {Both(Cleared(784)), Cleared(220), ToVn(Cleared(564))}, {}},
      {"one vehicle too many",
       {Both(Cleared(784)), Cleared(221), ToVn(Cleared(564))},
       {"cleared both ways LS-HN: VN→CN + CN→VN: 221 + 564 = 785, stated 784"}},
      {"one too few, the parts first",
       {Cleared(219), ToVn(Cleared(564)), Both(Cleared(784))},
       {"cleared both ways LS-HN: VN→CN + CN→VN: 219 + 564 = 783, stated 784"}},
      {"one direction is at most the total", {Both(Cleared(784)), Cleared(784)}, {}},
      {"one direction is more than the total",
       {Both(Cleared(784)), ToVn(Cleared(1785))},
       {"cleared both ways LS-HN: CN→VN: 1,785, more than the stated 784"}},
      {"computed numbers count",
       {Both(Derived(Cleared(9))), Cleared(4), ToVn(Derived(Cleared(4)))},
       {"cleared both ways LS-HN: VN→CN + CN→VN: 4 + 4 = 8, stated 9"}},
      {"a vehicle loaded both ways is one vehicle",
       {Both(Vehicles("LS-HN", v1::MEASURE_TWO_WAY_LOADED, 6)),
        Vehicles("LS-HN", v1::MEASURE_TWO_WAY_LOADED, 6),
        ToVn(Vehicles("LS-HN", v1::MEASURE_TWO_WAY_LOADED, 6))},
       {}},
      {"places serve both directions",
       {Both(Vehicles("LS-HN", v1::MEASURE_CAPACITY, 450)),
        Vehicles("LS-HN", v1::MEASURE_CAPACITY, 450),
        ToVn(Vehicles("LS-HN", v1::MEASURE_CAPACITY, 450))},
       {}},
  });
}

TEST(YardSums, ACompleteSplitIsItsWhole) {
  ExpectSums({
      {"it is", {Complete(Waiting("LS-HN", 312)), Part("fruit", 155), Part("other", 157)}, {}},
      {"absent parts count 0", {Complete(Waiting("LS-HN", 155)), Part("fruit", 155)}, {}},
      {"all four parts",
       {Complete(Waiting("LS-HN", 10)), Part("fruit", 1), Part("other", 2),
        Part("not_identified", 3), Part("unregistered_outside", 4)},
       {}},
      {"too few",
       {Complete(Waiting("LS-HN", 1057)), Part("fruit", 533), Part("other", 504)},
       {"waiting VN→CN LS-HN: fruit + other: 533 + 504 = 1,037, stated 1,057"}},
      {"too many",
       {Complete(Waiting("LS-HN", 1036)), Part("fruit", 533), Part("other", 504)},
       {"waiting VN→CN LS-HN: fruit + other: 533 + 504 = 1,037, stated 1,036"}},
      {"no part at all",
       {Complete(Waiting("LS-HN", 5))},
       {"waiting VN→CN LS-HN: split export-goods: no part, stated 5"}},
      {"no part of nothing", {Complete(Waiting("LS-HN", 0))}, {}},
      {"the other direction's split",
       {ToVn(Complete(Cleared(915), "import-goods")),
        ToVn(OfClass(Cleared(865), "cargo", "import-goods")),
        ToVn(OfClass(Cleared(49), "new_vehicles", "import-goods"))},
       {"cleared CN→VN LS-HN: cargo + new_vehicles: 865 + 49 = 914, stated 915"}},
  });
}

TEST(YardSums, APartialSplitIsAtMostItsWhole) {
  ExpectSums({
      {"less", {Waiting("LS-HN", 312), Part("fruit", 155), Part("not_identified", 6)}, {}},
      {"equal", {Waiting("LS-HN", 161), Part("fruit", 155), Part("not_identified", 6)}, {}},
      {"more",
       {Waiting("LS-HN", 160), Part("fruit", 155), Part("not_identified", 6)},
       {"waiting VN→CN LS-HN: fruit + not_identified: 155 + 6 = 161, more than the stated 160"}},
  });
}

TEST(YardSums, AnOfWhichIsAtMostWhatItIsPartOf) {
  ExpectSums({
      {"durian of fruit", {OfWhich("fruit", 155), OfWhich("durian", 26)}, {}},
      {"more durian than fruit",
       {OfWhich("fruit", 25), OfWhich("durian", 26)},
       {"waiting VN→CN LS-HN fruit: of which durian: 26, more than the stated 25"}},
      {"two classes of one together",
       {OfWhich("fruit", 30), OfWhich("durian", 20), OfWhich("dragon_fruit", 11)},
       {"waiting VN→CN LS-HN fruit: of which dragon_fruit + durian: "
        "11 + 20 = 31, more than the stated 30"}},
      {"of a part of a split",
       {Part("fruit", 25), OfWhich("durian", 26)},
       {"waiting VN→CN LS-HN fruit: of which durian: 26, more than the stated 25"}},
      {"of the class above the one that is not there",
       {OfWhich("agricultural", 25), OfWhich("durian", 26)},
       {"waiting VN→CN LS-HN agricultural: of which durian: 26, more than the stated 25"}},
      {"of all cargo",
       {Waiting("LS-HN", 25), OfWhich("durian", 26)},
       {"waiting VN→CN LS-HN: of which durian: 26, more than the stated 25"}},
      {"classes of different branches may overlap",
       {Waiting("LS-HN", 25), OfWhich("frozen", 20), OfWhich("seafood", 20)},
       {}},
  });
}

TEST(YardSums, DwellTimesLoadsAndCountriesMakeUpTheWhole) {
  v1::Figure whole = Waiting("LS-HN", 60);
  ExpectSums({
      {"three dwell times",
       {whole, Dwelling(v1::DWELL_UNDER_24H, 40), Dwelling(v1::DWELL_24H_TO_36H, 15),
        Dwelling(v1::DWELL_OVER_36H, 5)},
       {}},
      {"three that are too few",
       {whole, Dwelling(v1::DWELL_UNDER_24H, 40), Dwelling(v1::DWELL_24H_TO_36H, 14),
        Dwelling(v1::DWELL_OVER_36H, 5)},
       {"waiting VN→CN LS-HN: under 24 h + 24 to 36 h + over 36 h: 40 + 14 + 5 = 59, stated 60"}},
      {"two are at most",
       {whole, Dwelling(v1::DWELL_UNDER_24H, 40), Dwelling(v1::DWELL_OVER_36H, 21)},
       {"waiting VN→CN LS-HN: under 24 h + over 36 h: 40 + 21 = 61, more than the stated 60"}},
      {"loaded and empty", {whole, Loaded(v1::LOAD_LOADED, 48), Loaded(v1::LOAD_EMPTY, 12)}, {}},
      {"loaded and empty that are too many",
       {whole, Loaded(v1::LOAD_LOADED, 49), Loaded(v1::LOAD_EMPTY, 12)},
       {"waiting VN→CN LS-HN: loaded + empty: 49 + 12 = 61, stated 60"}},
      {"empty alone",
       {whole, Loaded(v1::LOAD_EMPTY, 61)},
       {"waiting VN→CN LS-HN: empty: 61, more than the stated 60"}},
      {"both countries", {whole, From("VN", 20), From("CN", 40)}, {}},
      {"both countries that are too few",
       {whole, From("VN", 20), From("CN", 39)},
       {"waiting VN→CN LS-HN: VN vehicles + CN vehicles: 20 + 39 = 59, stated 60"}},
      {"with a third", {whole, From("VN", 20), From("CN", 39), From("LA", 1)}, {}},
      {"the other side's alone",
       {whole, From("CN", 61)},
       {"waiting VN→CN LS-HN: CN vehicles: 61, more than the stated 60"}},
      {"yards need not be all",
       {whole, InYard("LS-HN-Y-VIETTEL", 30), InYard("LS-HN-Y-XUANCUONG", 29)},
       {}},
      {"yards that hold more",
       {whole, InYard("LS-HN-Y-VIETTEL", 31), InYard("LS-HN-Y-XUANCUONG", 30)},
       {"waiting VN→CN LS-HN: LS-HN-Y-VIETTEL + LS-HN-Y-XUANCUONG: "
        "31 + 30 = 61, more than the stated 60"}},
  });
}

TEST(YardSums, StatedChangesAddUpButHaveNoMost) {
  auto change = [](int64_t value) { return Vehicles("LS-HN", v1::MEASURE_CLEARED_CHANGE, value); };
  EXPECT_THAT(Errors({Both(change(-376)), change(-129), ToVn(change(-247))}), IsEmpty());
  EXPECT_THAT(Errors({Both(change(-376)), change(-129), ToVn(change(-246))}),
              ElementsAre("change of cleared both ways LS-HN: VN→CN + CN→VN: "
                          "-129 - 246 = -375, stated -376"));
  // One class may have grown by more than all of them together.
  EXPECT_THAT(Errors({change(2), OfClass(change(9), "fruit", "export-goods")}), IsEmpty());
}

TEST(YardSums, OnlyExactNumbersTakePart) {
  ExpectSums({
      {"an inexact whole",
       {Both(About(Cleared(700))), Cleared(220), ToVn(Cleared(564))},
       {},
       {"cleared both ways LS-HN: VN→CN + CN→VN: "
        "stated about 700 vehicles: only exact numbers are summed"}},
      {"an inexact part",
       {Both(Cleared(784)), Cleared(220), ToVn(About(Cleared(600)))},
       {},
       {"cleared both ways LS-HN: VN→CN + CN→VN: "
        "cleared CN→VN LS-HN is about 600 vehicles: only exact numbers are summed"}},
      {"an inexact part whose fellow is too large all the same",
       {Both(Cleared(784)), Cleared(785), ToVn(About(Cleared(600)))},
       {"cleared both ways LS-HN: VN→CN + CN→VN: 785, more than the stated 784"},
       {"cleared both ways LS-HN: VN→CN + CN→VN: "
        "cleared CN→VN LS-HN is about 600 vehicles: only exact numbers are summed"}},
      {"a part that is not reported",
       {Both(Cleared(784)), Cleared(220), NotReported(ToVn(Cleared(0)))},
       {},
       {"cleared both ways LS-HN: VN→CN + CN→VN: "
        "cleared CN→VN LS-HN is not reported: only exact numbers are summed"}},
      {"a flow that did not operate is 0",
       {Both(Cleared(220)), Cleared(220), NotOperating(ToVn(Cleared(0)))},
       {}},
      {"a whole that did not operate",
       {NotOperating(Both(Cleared(0))), Cleared(1), ToVn(Cleared(0))},
       {"cleared both ways LS-HN: VN→CN + CN→VN: 1 + 0 = 1, stated not operating"}},
      {"a stock that did not operate is not known",
       {Both(Waiting("LS-HN", 9)), Waiting("LS-HN", 9), NotOperating(ToVn(Waiting("LS-HN", 0)))},
       {},
       {"waiting both ways LS-HN: VN→CN + CN→VN: "
        "waiting CN→VN LS-HN is not operating: only exact numbers are summed"}},
  });
}

v1::Figure In(v1::Figure figure, v1::Unit unit) {
  figure.mutable_quantity()->set_unit(unit);
  if (unit == v1::UNIT_MIXED) figure.mutable_quantity()->set_unit_as_printed("vehicles + wagons");
  return figure;
}

v1::Figure During(v1::Figure figure, v1::PeriodKind kind) {
  v1::FlowPeriod& period = *figure.mutable_time()->mutable_period();
  period.set_kind(kind);
  if (kind == v1::PERIOD_KIND_UNKNOWN_BOUNDS) return figure;
  *period.mutable_bounds()->mutable_start() = TestTime("2026-06-01 00:00H");
  *period.mutable_bounds()->mutable_end() = TestTime("2026-07-01 00:00H");
  return figure;
}

TEST(YardSums, NumbersOfDifferentUnitsAndTimesAreNeverAdded) {
  auto all = [](auto change) {
    return std::vector<v1::Figure>{change(Both(Cleared(784))), change(Cleared(1)),
                                   change(ToVn(Cleared(1)))};
  };
  auto morning = [](v1::Figure figure) {
    *figure.mutable_time()->mutable_as_of() = TestTime("08:00H");
    return figure;
  };
  ExpectSums({
      {"mixed units", all([](const v1::Figure& f) { return In(f, v1::UNIT_MIXED); }), {}},
      {"unknown bounds",
       all([](const v1::Figure& f) { return During(f, v1::PERIOD_KIND_UNKNOWN_BOUNDS); }),
       {}},
      {"averages a day",
       all([](const v1::Figure& f) { return During(f, v1::PERIOD_KIND_PER_DAY); }),
       {}},
      {"averages an hour",
       all([](const v1::Figure& f) { return During(f, v1::PERIOD_KIND_PER_HOUR); }),
       {}},
      {"wagons and vehicles",
       {Both(Cleared(784)), In(Cleared(1), v1::UNIT_WAGONS), In(ToVn(Cleared(1)), v1::UNIT_WAGONS)},
       {}},
      {"two instants",
       {Both(Waiting("LS-HN", 784)), morning(Waiting("LS-HN", 900)),
        morning(ToVn(Waiting("LS-HN", 1)))},
       {}},
      {"wagons among themselves",
       all([](const v1::Figure& f) { return In(f, v1::UNIT_WAGONS); }),
       {"cleared both ways LS-HN in wagons: VN→CN + CN→VN: 1 + 1 = 2, stated 784"}},
      {"several days among themselves",
       all([](const v1::Figure& f) { return During(f, v1::PERIOD_KIND_SEVERAL_DAYS); }),
       {"cleared both ways LS-HN several days: VN→CN + CN→VN: 1 + 1 = 2, stated 784"}},
  });
}

TEST(YardSums, AFailedSumStopsTheReportByName) {
  std::vector<v1::Finding> findings =
      domain::CheckSums(ReportOf({Cleared(1), Both(Cleared(784)), ToVn(Cleared(1))}),
                        TestRegister(), domain::NoHistory());
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].reason(), v1::REASON_SUM_MISMATCH);
  EXPECT_EQ(findings[0].figure_index(), 1);
  EXPECT_EQ(Shown(domain::RefuseFailedSums(findings)),
            "SUM_MISMATCH: sums that hold: cleared both ways LS-HN: VN→CN + CN→VN | "
            "1 + 1 = 2, stated 784 | "
            "correct the figures, or let an officer override with a reason");
}

TEST(YardSums, ARefusalNamesFiveSumsAndCountsTheRest) {
  std::vector<v1::Finding> findings(7);
  for (size_t at = 0; at < findings.size(); ++at) {
    findings[at].set_severity(v1::SEVERITY_ERROR);
    findings[at].set_subject("s" + std::to_string(at));
    findings[at].set_text("t" + std::to_string(at));
  }
  findings[6].set_severity(v1::SEVERITY_WARNING);
  EXPECT_EQ(Shown(domain::RefuseFailedSums(findings)),
            "SUM_MISMATCH: sums that hold: s0; s1; s2; s3; s4 | t0; t1; t2; t3; t4; and 1 more | "
            "correct the figures, or let an officer override with a reason");
  findings = {findings[6]};
  EXPECT_EQ(Shown(domain::RefuseFailedSums(findings)), "OK");
}

}  // namespace
}  // namespace gatepost::testing
