#include "client/import/csv_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/system/reason.h"

namespace gatepost::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string CameOf(const absl::Status& status) { return system::RefusalOf(status)->came; }

TEST(CsvTableTest, ReadsQuotesLineBreaksAndBothLineEnds) {
  const auto table = ParseCsv("a,b\r\n\"x, \"\"y\"\"\",\"1\n2\"\n\n  z  , \n", ',');
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_THAT(table->headings, ElementsAre("a", "b"));
  ASSERT_EQ(table->rows.size(), 2u);
  EXPECT_THAT(table->rows[0].cells, ElementsAre("x, \"y\"", "1\n2"));
  EXPECT_EQ(table->rows[0].number, 2u);
  EXPECT_THAT(table->rows[1].cells, ElementsAre("z", ""));
  EXPECT_EQ(table->rows[1].number, 4u);  // The empty line is a row of the spreadsheet too.
}

TEST(CsvTableTest, NamesTheRowThatIsBroken) {
  EXPECT_EQ(CameOf(ParseCsv("a,b\n1,2\n3\n", ',').status()), "row 3: 1 cells");
  EXPECT_THAT(CameOf(ParseCsv("a\n\"x", ',').status()), HasSubstr("row 2"));
  EXPECT_THAT(CameOf(ParseCsv("a\n\"x\"y\n", ',').status()), HasSubstr("row 2"));
  EXPECT_THAT(CameOf(ParseCsv("a,a\n", ',').status()), HasSubstr("columns 1 and 2"));
  EXPECT_THAT(CameOf(ParseCsv("a,,b\n", ',').status()), HasSubstr("column 2"));
  EXPECT_EQ(CameOf(ParseCsv("", ',').status()), "an empty table");
}

TEST(CsvTableTest, TakesAnotherSeparator) {
  const auto table = ParseCsv("a;b\n1,5;2\n", ';');
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_THAT(table->rows[0].cells, ElementsAre("1,5", "2"));
}

TEST(ToUtf8Test, TakesUtf8WithAndWithoutMark) {
  EXPECT_EQ(*ToUtf8("Hữu Nghị"), "Hữu Nghị");
  EXPECT_EQ(*ToUtf8("\xEF\xBB\xBF"
                    "a,b"),
            "a,b");
}

TEST(ToUtf8Test, TakesGb18030) { EXPECT_EQ(*ToUtf8("\xD3\xD1\xD2\xEA\xB9\xD8,784"), "友谊关,784"); }

TEST(ToUtf8Test, RefusesWhatIsNeither) {
  const auto text = ToUtf8("\xFF\xFF\xFF");
  EXPECT_EQ(system::ReasonOf(text.status()), v1::REASON_UNMAPPED_ROW);
}

}  // namespace
}  // namespace gatepost::client
