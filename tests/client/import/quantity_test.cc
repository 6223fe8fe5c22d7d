#include "client/import/quantity.h"

#include <gtest/gtest.h>

#include "client/import/words.h"

namespace gatepost::client {
namespace {

v1::Quantity Cells(std::string_view value, std::string_view qualifier = "",
                   std::string_view unit = "", v1::Measure measure = v1::MEASURE_WAITING) {
  const auto quantity = QuantityFromCells(value, qualifier, unit, measure);
  EXPECT_TRUE(quantity.ok()) << quantity.status();
  return quantity.value_or(v1::Quantity());
}

std::string Wrong(std::string_view value, std::string_view qualifier = "",
                  std::string_view unit = "") {
  return std::string(
      QuantityFromCells(value, qualifier, unit, v1::MEASURE_WAITING).status().message());
}

TEST(QuantityTest, ReadsEveryQualifierUnderBothNames) {
  EXPECT_EQ(Cells("570", "approx").qualifier(), v1::QUALIFIER_ABOUT);
  EXPECT_EQ(Cells("570", "about").qualifier(), v1::QUALIFIER_ABOUT);
  EXPECT_EQ(Cells("570", "min").qualifier(), v1::QUALIFIER_AT_LEAST);
  EXPECT_EQ(Cells("570", "at_least").qualifier(), v1::QUALIFIER_AT_LEAST);
  EXPECT_EQ(Cells("570", "max").qualifier(), v1::QUALIFIER_AT_MOST);
  EXPECT_EQ(Cells("570", "at-most").qualifier(), v1::QUALIFIER_AT_MOST);
  EXPECT_EQ(Cells("570", "derived").qualifier(), v1::QUALIFIER_DERIVED);
  EXPECT_EQ(Cells("570", "average").qualifier(), v1::QUALIFIER_AVERAGE);
  EXPECT_EQ(Cells("570").qualifier(), v1::QUALIFIER_EXACT);
}

TEST(QuantityTest, ReadsRangesAndNegativeChangesApart) {
  const v1::Quantity range = Cells("70-90", "range");
  EXPECT_EQ(range.low(), 70);
  EXPECT_EQ(range.high(), 90);
  EXPECT_EQ(Cells("70-90").qualifier(), v1::QUALIFIER_RANGE);
  EXPECT_EQ(Cells("-376").value(), -376);
}

TEST(QuantityTest, KeepsThreeStatesApart) {
  EXPECT_EQ(Cells("0").state(), v1::VALUE_STATE_REPORTED);
  EXPECT_EQ(Cells("not_reported").state(), v1::VALUE_STATE_NOT_REPORTED);
  EXPECT_EQ(Cells("Not operating").state(), v1::VALUE_STATE_NOT_OPERATING);
  EXPECT_EQ(Cells("not_reported").qualifier(), v1::QUALIFIER_UNSPECIFIED);
}

TEST(QuantityTest, KeepsMixedUnitsAsPrinted) {
  const v1::Quantity mixed = Cells("1930", "exact", "vehicles + wagons");
  EXPECT_EQ(mixed.unit(), v1::UNIT_MIXED);
  EXPECT_EQ(mixed.unit_as_printed(), "vehicles + wagons");
  EXPECT_EQ(Cells("1", "", "", v1::MEASURE_WEIGHT).unit(), v1::UNIT_TONNES);
}

TEST(QuantityTest, GuessesNothing) {
  EXPECT_TRUE(Wrong("1,057").starts_with("value must be"));
  EXPECT_TRUE(Wrong("1 057").starts_with("value must be"));
  EXPECT_TRUE(Wrong("").starts_with("value must be"));
  EXPECT_TRUE(Wrong("12.5").starts_with("value must be"));
  EXPECT_TRUE(Wrong("90-70").starts_with("value must be"));
  EXPECT_TRUE(Wrong("99999999999999999999").starts_with("value must be"));
  EXPECT_TRUE(Wrong("70", "range").starts_with("value must be"));
  EXPECT_TRUE(Wrong("70-90", "exact").starts_with("qualifier must be"));
  EXPECT_TRUE(Wrong("70", "roughly").starts_with("qualifier must be exact, derived"));
  EXPECT_TRUE(Wrong("70", "", "lorries").starts_with("unit must be vehicles"));
  EXPECT_TRUE(Wrong("70", "", "vehicles+lorries").starts_with("unit must be"));
}

TEST(QuantityTest, ReadsWhatPeopleType) {
  const auto typed = [](std::string_view text) {
    return QuantityFromText(text, v1::MEASURE_WAITING).value_or(v1::Quantity());
  };
  EXPECT_EQ(typed("~1700").qualifier(), v1::QUALIFIER_ABOUT);
  EXPECT_EQ(typed(">=500").qualifier(), v1::QUALIFIER_AT_LEAST);
  EXPECT_EQ(typed("<= 90").qualifier(), v1::QUALIFIER_AT_MOST);
  EXPECT_EQ(typed("avg 69").qualifier(), v1::QUALIFIER_AVERAGE);
  EXPECT_EQ(typed("derived 390").qualifier(), v1::QUALIFIER_DERIVED);
  EXPECT_EQ(typed("70-90").high(), 90);
  EXPECT_EQ(typed("3793 tonnes").unit(), v1::UNIT_TONNES);
  EXPECT_EQ(typed("-").state(), v1::VALUE_STATE_NOT_REPORTED);
  EXPECT_EQ(typed("x").state(), v1::VALUE_STATE_NOT_OPERATING);
}

TEST(QuantityTest, ValueCellsReadBack) {
  for (const char* cell : {"0", "-376", "70-90", "not_reported", "not_operating"}) {
    EXPECT_EQ(ValueCell(Cells(cell)), cell);
  }
}

TEST(WordsTest, ExportIsAWordOfTheSide) {
  EXPECT_EQ(DirectionOf("export", "VN"), v1::DIRECTION_VN_TO_CN);
  EXPECT_EQ(DirectionOf("export", "CN"), v1::DIRECTION_CN_TO_VN);
  EXPECT_EQ(DirectionOf("import", "CN"), v1::DIRECTION_VN_TO_CN);
  EXPECT_EQ(DirectionOf("VN-CN", "CN"), v1::DIRECTION_VN_TO_CN);
  EXPECT_FALSE(DirectionOf("outward", "VN").has_value());
}

TEST(WordsTest, AMeasureMaySayItsPeriod) {
  EXPECT_EQ(MeasureOf("cleared_per_day")->period, v1::PERIOD_KIND_PER_DAY);
  EXPECT_EQ(MeasureOf("cleared_per_hour")->measure, v1::MEASURE_CLEARED);
  EXPECT_EQ(MeasureOf("cleared")->period, v1::PERIOD_KIND_UNSPECIFIED);
  EXPECT_FALSE(MeasureOf("waiting_per_day").has_value());
  EXPECT_FALSE(MeasureOf("inspected").has_value());
}

}  // namespace
}  // namespace gatepost::client
