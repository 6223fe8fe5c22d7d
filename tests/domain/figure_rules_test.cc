// One case for every rule of a figure by itself.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "daemon/domain/yard_rules.h"
#include "tests/domain/report_parts.h"

namespace gatepost::testing {
namespace {

using domain::ValidateYardReport;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Judged(const v1::Figure& figure) {
  v1::YardReport report = ReportOf({figure});
  return Shown(
      ValidateYardReport(report, HeaderFor(report),
                         {TestRegister(), "VN", domain::InstantOf(TestTime("20:30H")).value()}));
}

v1::Figure Cleared(int64_t value) { return Vehicles("LS-HN", v1::MEASURE_CLEARED, value); }

v1::Figure At(v1::Figure figure, const std::string& instant) {
  *figure.mutable_time()->mutable_as_of() = TestTime(instant);
  return figure;
}

v1::Figure Over(v1::Figure figure, v1::PeriodKind kind, const std::string& start,
                const std::string& end) {
  v1::FlowPeriod& period = *figure.mutable_time()->mutable_period();
  period.set_kind(kind);
  *period.mutable_bounds()->mutable_start() = TestTime(start);
  *period.mutable_bounds()->mutable_end() = TestTime(end);
  return figure;
}

v1::Figure Between(v1::Figure figure, int64_t low, int64_t high) {
  figure.mutable_quantity()->set_qualifier(v1::QUALIFIER_RANGE);
  figure.mutable_quantity()->set_value(0);
  figure.mutable_quantity()->set_low(low);
  figure.mutable_quantity()->set_high(high);
  return figure;
}

v1::Figure In(v1::Figure figure, v1::Unit unit, const std::string& as_printed = "") {
  figure.mutable_quantity()->set_unit(unit);
  figure.mutable_quantity()->set_unit_as_printed(as_printed);
  return figure;
}

v1::Figure UnknownBounds(v1::Figure figure) {
  figure.mutable_time()->mutable_period()->set_kind(v1::PERIOD_KIND_UNKNOWN_BOUNDS);
  return figure;
}

v1::Figure Changed(v1::Figure figure, const std::function<void(v1::Figure&)>& change) {
  change(figure);
  return figure;
}

struct GoodCase {
  std::string name;
  v1::Figure figure;
};

std::vector<GoodCase> GoodCases() {
  using F = v1::Figure;
  return {
      {"a number", Waiting("LS-HN", 312)},
      {"zero, which is a number", Waiting("LS-NH", 0)},
      {"the largest", Waiting("LS-HN", 1'000'000)},
      {"not reported", Stateless(Waiting("LS-HN", 0), v1::VALUE_STATE_NOT_REPORTED)},
      {"not operating", Stateless(Waiting("LS-NH", 0), v1::VALUE_STATE_NOT_OPERATING)},
      {"a gate with all below it",
       Vehicles("LS-HN", v1::MEASURE_WAITING, 1, v1::SCOPE_EXTENT_WITH_BELOW)},
      {"a group", GroupWaiting("LS-ALL", 1)},
      {"a yard", Vehicles("LS-HN-Y-VIETTEL", v1::MEASURE_CAPACITY, 450, v1::SCOPE_EXTENT_YARD)},
      {"the other side's vehicles, loaded, in a yard", Changed(Waiting("LS-HN", 1),
                                                               [](F& f) {
                                                                 f.set_vehicle_country("CN");
                                                                 f.set_load(v1::LOAD_LOADED);
                                                                 f.set_yard_id("LS-HN-Y-VIETTEL");
                                                               })},
      {"long waiting", Changed(Waiting("LS-HN", 1), [](F& f) { f.set_dwell(v1::DWELL_OVER_36H); })},
      {"a part of a split", OfClass(Waiting("LS-HN", 1), "fruit", "export-goods")},
      {"of which", OfClass(Waiting("LS-HN", 1), "durian")},
      {"a complete split",
       Changed(Waiting("LS-HN", 1), [](F& f) { f.add_complete_splits("export-goods"); })},
      {"a stated change below zero", Vehicles("LS-HN", v1::MEASURE_WAITING_CHANGE, -12)},
      {"a change between two", Between(Vehicles("LS-HN", v1::MEASURE_CLEARED_CHANGE, 0), -9, 3)},
      {"about", Qualified(Cleared(1), v1::QUALIFIER_ABOUT)},
      {"at least", Qualified(Cleared(1), v1::QUALIFIER_AT_LEAST)},
      {"at most", Qualified(Cleared(1), v1::QUALIFIER_AT_MOST)},
      {"70 to 90", Between(Cleared(0), 70, 90)},
      {"an average", Qualified(Cleared(1), v1::QUALIFIER_AVERAGE)},
      {"tonnes", In(Vehicles("LS-HN", v1::MEASURE_WEIGHT, 3793), v1::UNIT_TONNES)},
      {"wagons", In(Cleared(1), v1::UNIT_WAGONS)},
      {"mixed units", In(Cleared(1), v1::UNIT_MIXED, "vehicles + wagons")},
      {"a stock at another instant of the day", At(Waiting("LS-HN", 1), "08:00H")},
      {"the day to a cut-off",
       Over(Cleared(1), v1::PERIOD_KIND_DAY_TO_CUT_OFF, "2026-06-30 17:00H", "17:00H")},
      {"the day so far", Over(Cleared(1), v1::PERIOD_KIND_DAY_SO_FAR, "00:00H", "16:00H")},
      {"several days",
       Over(Cleared(1), v1::PERIOD_KIND_SEVERAL_DAYS, "2026-06-24 20:00H", "20:00H")},
      {"an average a day",
       Over(Cleared(1), v1::PERIOD_KIND_PER_DAY, "2026-06-01 00:00H", "2026-06-30 00:00H")},
      {"an average an hour", Over(Cleared(1), v1::PERIOD_KIND_PER_HOUR, "08:00H", "16:00H")},
      {"a period nobody knows", UnknownBounds(Cleared(1))},
  };
}

TEST(FigureRules, EveryKindOfFigureOfTheBorderPasses) {
  for (const GoodCase& one : GoodCases()) EXPECT_EQ(Judged(one.figure), "OK") << one.name;
}

struct BadCase {
  std::string name;
  v1::Figure figure;
  std::string reason;
  std::string told;  // Somewhere in the refusal.
};

std::vector<BadCase> BadFields() {
  using F = v1::Figure;
  auto without = [](const std::function<void(F&)>& change) {
    return Changed(Waiting("LS-HN", 1), change);
  };
  return {
      {"no scope", without([](F& f) { f.clear_scope_id(); }), "FIELD_MISSING", "scope_id"},
      {"no extent", without([](F& f) { f.clear_extent(); }), "FIELD_MISSING", "extent"},
      {"no direction", without([](F& f) { f.clear_direction(); }), "FIELD_MISSING", "direction"},
      {"no measure", without([](F& f) { f.clear_measure(); }), "FIELD_MISSING", "measure"},
      {"no load", without([](F& f) { f.clear_load(); }), "FIELD_MISSING", "load"},
      {"no dwell", without([](F& f) { f.clear_dwell(); }), "FIELD_MISSING", "dwell"},
      {"no quantity", without([](F& f) { f.clear_quantity(); }), "FIELD_MISSING", "quantity"},
      {"no state", without([](F& f) { f.mutable_quantity()->clear_state(); }), "FIELD_MISSING",
       "quantity.state"},
      {"no unit", without([](F& f) { f.mutable_quantity()->clear_unit(); }), "FIELD_MISSING",
       "quantity.unit"},
      {"no qualifier", without([](F& f) { f.mutable_quantity()->clear_qualifier(); }),
       "FIELD_MISSING", "quantity.qualifier"},
      {"a new measure", without([](F& f) { f.set_measure(static_cast<v1::Measure>(99)); }),
       "FIELD_MISSING", "measure"},
      {"an unknown gate", Waiting("LS-HH", 1), "UNKNOWN_GATE", "LS-HN"},
      {"a name for an id", Waiting("Hữu Nghị", 1), "UNKNOWN_GATE", "write LS-HN"},
      {"a mistyped landmark", Waiting("119-1120", 1), "UNKNOWN_LANDMARK",
       "write 1119-1120 (LS-HN-1119)"},
      {"a group by itself", Waiting("LS-ALL", 1), "FIELD_CONFLICT", "extent SCOPE_EXTENT_GROUP"},
      {"a gate as a group", GroupWaiting("LS-HN", 1), "FIELD_CONFLICT",
       "extent OWN or WITH_BELOW for a gate"},
      {"a yard that is a gate", without([](F& f) { f.set_yard_id("LS-TT"); }), "FIELD_CONFLICT",
       "yard_id: a yard | LS-TT"},
      {"an unknown yard", without([](F& f) { f.set_yard_id("LS-HN-Y-X"); }), "UNKNOWN_GATE",
       "LS-HN-Y-"},
      {"two yards",
       Changed(Vehicles("LS-HN-Y-VIETTEL", v1::MEASURE_WAITING, 1, v1::SCOPE_EXTENT_YARD),
               [](F& f) { f.set_yard_id("LS-HN-Y-XUANCUONG"); }),
       "FIELD_CONFLICT", "one yard"},
      {"a country in words", without([](F& f) { f.set_vehicle_country("Vietnam"); }),
       "MALFORMED_PAYLOAD", "two capital letters | 'Vietnam'"},
      {"a dwell time of a flow", Changed(Cleared(1), [](F& f) { f.set_dwell(v1::DWELL_OVER_36H); }),
       "FIELD_CONFLICT", "dwell time only for waiting vehicles"},
      {"an unknown class", OfClass(Waiting("LS-HN", 1), "durain"), "UNKNOWN_CARGO_CLASS",
       "nearest: durian"},
      {"an unknown split", OfClass(Waiting("LS-HN", 1), "fruit", "export"), "UNKNOWN_CARGO_CLASS",
       "export-goods"},
      {"a class that is no part", OfClass(Waiting("LS-HN", 1), "durian", "export-goods"),
       "FIELD_CONFLICT", "a part of split export-goods: fruit, other"},
      {"a split of the other direction", OfClass(Waiting("LS-HN", 1), "cargo", "import-goods"),
       "FIELD_CONFLICT", "split import-goods for direction CN→VN | VN→CN"},
      {"an unknown complete split", without([](F& f) { f.add_complete_splits("x"); }),
       "UNKNOWN_CARGO_CLASS", "'x'"},
      {"a complete split of the other direction",
       without([](F& f) { f.add_complete_splits("import-goods"); }), "FIELD_CONFLICT", "CN→VN"},
      {"a complete split of a class",
       Changed(OfClass(Waiting("LS-HN", 1), "fruit"),
               [](F& f) { f.add_complete_splits("export-goods"); }),
       "FIELD_CONFLICT", "only on the whole"},
      {"a complete split twice", without([](F& f) {
         f.add_complete_splits("export-goods");
         f.add_complete_splits("export-goods");
       }),
       "FIELD_CONFLICT", "export-goods twice"},
  };
}

std::vector<BadCase> BadQuantities() {
  using F = v1::Figure;
  v1::Figure empty_stock = Stateless(Waiting("LS-HN", 0), v1::VALUE_STATE_NOT_REPORTED);
  return {
      {"a negative count", Waiting("LS-HN", -1), "NEGATIVE_FIGURE", "| -1 |"},
      {"a negative low", Between(Cleared(0), -1, 5), "NEGATIVE_FIGURE", "| -1 |"},
      {"1,000,001", Waiting("LS-HN", 1'000'001), "ABSURD_FIGURE", "up to 1,000,000 either way"},
      {"an absurd change", Vehicles("LS-HN", v1::MEASURE_WAITING_CHANGE, -1'000'001),
       "ABSURD_FIGURE", "-1,000,001"},
      {"an absurd high", Between(Cleared(0), 1, 1'000'001), "ABSURD_FIGURE", "1,000,001"},
      {"the least number there is", Vehicles("LS-HN", v1::MEASURE_CLEARED_CHANGE, INT64_MIN),
       "ABSURD_FIGURE", "-9,223,372,036,854,775,808"},
      {"a range the wrong way round", Between(Cleared(0), 90, 70), "FIELD_CONFLICT",
       "low is not above its high"},
      {"a range with a value",
       Changed(Between(Cleared(0), 70, 90), [](F& f) { f.mutable_quantity()->set_value(80); }),
       "FIELD_CONFLICT", "low and high for a range"},
      {"bounds without a range",
       Changed(Cleared(1), [](F& f) { f.mutable_quantity()->set_low(1); }), "FIELD_CONFLICT",
       "low and high only for a range"},
      {"an average of a stock", Qualified(Waiting("LS-HN", 1), v1::QUALIFIER_AVERAGE),
       "FIELD_CONFLICT", "an average only over a period"},
      {"not reported, with a number",
       Changed(empty_stock, [](F& f) { f.mutable_quantity()->set_value(3); }), "FIELD_CONFLICT",
       "VALUE_STATE_NOT_REPORTED with a number"},
      {"not reported, with a qualifier",
       Changed(empty_stock, [](F& f) { f.mutable_quantity()->set_qualifier(v1::QUALIFIER_EXACT); }),
       "FIELD_CONFLICT", "QUALIFIER_EXACT"},
      {"a weight in vehicles", Vehicles("LS-HN", v1::MEASURE_WEIGHT, 1), "FIELD_CONFLICT",
       "tonnes for a weight"},
      {"vehicles in tonnes", In(Waiting("LS-HN", 1), v1::UNIT_TONNES), "FIELD_CONFLICT",
       "tonnes only for a weight"},
      {"mixed units without their words", In(Cleared(1), v1::UNIT_MIXED), "FIELD_MISSING",
       "unit_as_printed"},
      {"words without mixed units", In(Cleared(1), v1::UNIT_VEHICLES, "xe"), "FIELD_CONFLICT",
       "unit_as_printed only for UNIT_MIXED"},
      {"long words", In(Cleared(1), v1::UNIT_MIXED, std::string(65, 'x')), "MALFORMED_PAYLOAD",
       "unit_as_printed: at most 64"},
  };
}

std::vector<BadCase> BadTimes() {
  using F = v1::Figure;
  v1::Figure no_kind = Over(Cleared(1), v1::PERIOD_KIND_UNSPECIFIED, "08:00H", "16:00H");
  return {
      {"neither instant nor period", Changed(Waiting("LS-HN", 1), [](F& f) { f.mutable_time(); }),
       "FIELD_MISSING", "time.as_of or time.period"},
      {"an instant of a flow", At(Cleared(1), "08:00H"), "FIELD_CONFLICT", "a period for a flow"},
      {"a period of a stock",
       Over(Waiting("LS-HN", 1), v1::PERIOD_KIND_DAY_SO_FAR, "00:00H", "16:00H"), "FIELD_CONFLICT",
       "an instant for a stock"},
      {"an instant without zone",
       Changed(At(Waiting("LS-HN", 1), "08:00H"),
               [](F& f) { f.mutable_time()->mutable_as_of()->clear_zone(); }),
       "NO_TIME_ZONE", "no time zone"},
      {"an instant to come", At(Waiting("LS-HN", 1), "20:36H"), "FUTURE_DATE",
       "2026-07-01 20:36 H"},
      {"an instant of the day before", At(Waiting("LS-HN", 1), "2026-06-30 20:00H"),
       "FIELD_CONFLICT", "a stock on the business date 2026-07-01"},
      {"no kind of period", no_kind, "FIELD_MISSING", "period.kind"},
      {"no bounds",
       Changed(Cleared(1),
               [](F& f) {
                 f.mutable_time()->mutable_period()->set_kind(v1::PERIOD_KIND_SEVERAL_DAYS);
               }),
       "FIELD_MISSING", "period.bounds"},
      {"bounds that are unknown",
       Over(Cleared(1), v1::PERIOD_KIND_UNKNOWN_BOUNDS, "08:00H", "16:00H"), "FIELD_CONFLICT",
       "no bounds where they are unknown"},
      {"a period backwards", Over(Cleared(1), v1::PERIOD_KIND_PER_HOUR, "16:00H", "08:00H"),
       "BAD_TIME", "ends after it starts | 2026-07-01 16:00 H to 2026-07-01 08:00 H"},
      {"a period to come",
       Over(Cleared(1), v1::PERIOD_KIND_DAY_TO_CUT_OFF, "21:00H", "2026-07-02 21:00H"),
       "FUTURE_DATE", "2026-07-01 21:00 H"},
      {"a day of 23 hours",
       Over(Cleared(1), v1::PERIOD_KIND_DAY_TO_CUT_OFF, "2026-06-30 21:00H", "20:00H"), "BAD_TIME",
       "the 24 hours up to a cut-off"},
      {"a day of the day before",
       Over(Cleared(1), v1::PERIOD_KIND_DAY_TO_CUT_OFF, "2026-06-29 20:00H", "2026-06-30 20:00H"),
       "FIELD_CONFLICT", "a period that ends on the business date 2026-07-01"},
      {"a day so far from eight", Over(Cleared(1), v1::PERIOD_KIND_DAY_SO_FAR, "08:00H", "16:00H"),
       "BAD_TIME", "the business date from its start"},
      {"several days that are one",
       Over(Cleared(1), v1::PERIOD_KIND_SEVERAL_DAYS, "2026-06-30 20:00H", "20:00H"), "BAD_TIME",
       "more than a day"},
      {"a daily average of hours", Over(Cleared(1), v1::PERIOD_KIND_PER_DAY, "00:00H", "20:00H"),
       "BAD_TIME", "over at least a day"},
      {"an hourly average of minutes",
       Over(Cleared(1), v1::PERIOD_KIND_PER_HOUR, "08:00H", "08:30H"), "BAD_TIME",
       "over at least an hour"},
      {"eleven years",
       Over(Cleared(1), v1::PERIOD_KIND_SEVERAL_DAYS, "2015-07-01 20:00H", "20:00H"), "BAD_TIME",
       "at most ten years"},
  };
}

void ExpectRefused(const std::vector<BadCase>& cases) {
  for (const BadCase& one : cases) {
    EXPECT_THAT(Judged(one.figure),
                AllOf(StartsWith(one.reason + ": figure 1 "), HasSubstr(one.told)))
        << one.name;
  }
}

TEST(FigureRules, EachBadFieldHasItsReason) { ExpectRefused(BadFields()); }
TEST(FigureRules, EachBadQuantityHasItsReason) { ExpectRefused(BadQuantities()); }
TEST(FigureRules, EachBadTimeHasItsReason) { ExpectRefused(BadTimes()); }

}  // namespace
}  // namespace gatepost::testing
