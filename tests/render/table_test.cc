#include "client/render/table.h"

#include <gtest/gtest.h>

#include "client/render/width.h"

namespace gatepost::render {
namespace {

TEST(DisplayWidthTest, CountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth("Huu Nghi"), 8u);
  EXPECT_EQ(DisplayWidth("Hữu Nghị"), 8u);
  EXPECT_EQ(DisplayWidth("友谊关"), 6u);
  EXPECT_EQ(DisplayWidth("VN→CN"), 5u);
  EXPECT_EQ(DisplayWidth("（凭祥）"), 8u);
}

TEST(DisplayWidthTest, CombiningMarksTakeNoRoom) {
  // "Hữu Nghị" decomposed: u + horn + tilde, i + dot below.
  EXPECT_EQ(DisplayWidth("Hu\xCC\x9B\xCC\x83u Nghi\xCC\xA3"), 8u);
  EXPECT_EQ(DisplayWidth("\xEF\xBB\xBF"), 0u);
}

TEST(DisplayWidthTest, BrokenBytesCountOneEach) { EXPECT_EQ(DisplayWidth("a\xFF\xC3"), 3u); }

TEST(TableTest, AlignsColumnsOfThreeScripts) {
  Table table({{"Gate"}, {"Name"}, {"Count", Align::kRight}});
  table.Add({"LS-HN", "Hữu Nghị", "784"});
  table.Add({"LS-TT", "浦寨", "1057"});
  EXPECT_EQ(table.ToText(),
            "Gate   Name      Count\n"
            "-----  --------  -----\n"
            "LS-HN  Hữu Nghị    784\n"
            "LS-TT  浦寨       1057\n");
}

TEST(TableTest, LeavesOutColumnsThatSayNothing) {
  Table table({{"Gate"}, {"Remarks"}, {"Count", Align::kRight}});
  table.Add({"LS-HN", "", "1"});
  table.Add({"LS-TT"});
  EXPECT_EQ(table.ToText(2),
            "  Gate   Count\n"
            "  -----  -----\n"
            "  LS-HN      1\n"
            "  LS-TT\n");
}

TEST(TableTest, ACellCannotSteerTheTerminal) {
  Table table({{"Remark"}});
  table.Add({"x\033[2Jy\nz"});
  EXPECT_EQ(table.ToText(), "Remark\n--------\nx?[2Jy?z\n");
}

TEST(TableTest, CsvKeepsEveryColumnAndQuotes) {
  Table table({{"a"}, {"b"}});
  table.Add({"x, \"y\"", ""});
  table.Add({" z", "1\n2"});
  EXPECT_EQ(table.ToCsv(), "a,b\n\"x, \"\"y\"\"\",\n\" z\",\"1\n2\"\n");
}

TEST(TableTest, NoRowsNoText) { EXPECT_EQ(Table({{"a"}}).ToText(), ""); }

}  // namespace
}  // namespace gatepost::render
