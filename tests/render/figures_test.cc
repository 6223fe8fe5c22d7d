#include "client/render/figures.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "client/render/diff.h"
#include "client/render/words.h"

namespace gatepost::render {
namespace {

v1::Quantity Quantity(const std::string& text) {
  v1::Quantity quantity;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &quantity));
  return quantity;
}

v1::YardReport Report(const std::string& text) {
  v1::YardReport report;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &report));
  return report;
}

constexpr char kReport[] = R"(
  reporting_side: "VN"
  business_date { year: 2026 month: 1 day: 1 }
  as_of { instant { seconds: 1767272400 } zone: "Asia/Ho_Chi_Minh" }
  figures {
    scope_id: "LS-ALL" extent: SCOPE_EXTENT_GROUP direction: DIRECTION_VN_TO_CN
    measure: MEASURE_WAITING load: LOAD_ANY dwell: DWELL_ANY
    quantity { state: VALUE_STATE_REPORTED value: 312 qualifier: QUALIFIER_EXACT unit: UNIT_VEHICLES }
  }
  figures {
    scope_id: "LS-ALL" extent: SCOPE_EXTENT_GROUP direction: DIRECTION_VN_TO_CN
    measure: MEASURE_WAITING load: LOAD_ANY dwell: DWELL_ANY cargo_class: "fruit" split_id: "s"
    quantity { state: VALUE_STATE_REPORTED value: 155 qualifier: QUALIFIER_EXACT unit: UNIT_VEHICLES }
  })";

TEST(QuantityTextTest, TellsThreeStatesApart) {
  EXPECT_EQ(QuantityText(Quantity("state: VALUE_STATE_REPORTED qualifier: QUALIFIER_EXACT"),
                         v1::MEASURE_WAITING),
            "0");
  EXPECT_EQ(QuantityText(Quantity("state: VALUE_STATE_NOT_REPORTED"), v1::MEASURE_WAITING),
            "not reported");
  EXPECT_EQ(QuantityText(Quantity("state: VALUE_STATE_NOT_OPERATING"), v1::MEASURE_WAITING),
            "not operating");
}

TEST(QuantityTextTest, SaysHowSureANumberIs) {
  const auto text = [](const std::string& qualifier) {
    return QuantityText(
        Quantity("state: VALUE_STATE_REPORTED value: 570 low: 70 high: 90 qualifier: QUALIFIER_" +
                 qualifier),
        v1::MEASURE_WAITING);
  };
  EXPECT_EQ(text("ABOUT"), "≈ 570");
  EXPECT_EQ(text("AT_LEAST"), "≥ 570");
  EXPECT_EQ(text("AT_MOST"), "≤ 570");
  EXPECT_EQ(text("RANGE"), "70–90");
  EXPECT_EQ(text("AVERAGE"), "570 average");
  EXPECT_EQ(text("DERIVED"), "570 derived");
}

TEST(QuantityTextTest, AStatedChangeCarriesItsSign) {
  EXPECT_EQ(
      QuantityText(Quantity("state: VALUE_STATE_REPORTED value: 12 qualifier: QUALIFIER_EXACT"),
                   v1::MEASURE_WAITING_CHANGE),
      "+12");
}

TEST(DirectionTextTest, ExportIsAWordOfTheReadersSide) {
  EXPECT_EQ(DirectionText(v1::DIRECTION_VN_TO_CN, {.country = "VN"}), "VN→CN export");
  EXPECT_EQ(DirectionText(v1::DIRECTION_VN_TO_CN, {.country = "CN"}), "VN→CN import");
  EXPECT_EQ(DirectionText(v1::DIRECTION_CN_TO_VN, {.country = "VN"}), "CN→VN import");
  EXPECT_EQ(DirectionText(v1::DIRECTION_BOTH, {.country = "CN"}), "both ways");
}

TEST(FigureTableTest, LeavesOutWhatRepeatsTheRowAbove) {
  EXPECT_EQ(FigureTable(Report(kReport), View()).ToText(),
            "Scope   Direction     What     Class    Value  Unit\n"
            "------  ------------  -------  -------  -----  --------\n"
            "LS-ALL  VN→CN export  waiting  all        312  vehicles\n"
            "                               · fruit    155  vehicles\n");
}

TEST(DiffTextTest, ShowsExactlyTheFigureThatChanged) {
  const v1::YardReport before = Report(kReport);
  v1::YardReport after = before;
  after.mutable_figures(1)->mutable_quantity()->set_value(156);
  EXPECT_EQ(DiffText(before, after, View()),
            "   Figure                                      Was            Is\n"
            "-  ---------------------------------  ------------  ------------\n"
            "~  LS-ALL VN→CN export waiting fruit  155 vehicles  156 vehicles\n");
}

TEST(DiffTextTest, ShowsFiguresThatCameAndWent) {
  const v1::YardReport before = Report(kReport);
  v1::YardReport after = before;
  after.mutable_figures(1)->set_cargo_class("durian");
  const std::string text = DiffText(before, after, View());
  EXPECT_NE(text.find("+  LS-ALL VN→CN export waiting durian"), std::string::npos) << text;
  EXPECT_NE(text.find("-  LS-ALL VN→CN export waiting fruit"), std::string::npos) << text;
}

TEST(DiffTextTest, SaysSoWhereNothingDiffers) {
  EXPECT_EQ(DiffText(Report(kReport), Report(kReport), View(), 2), "  no figure differs\n");
}

}  // namespace
}  // namespace gatepost::render
