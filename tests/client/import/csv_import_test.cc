#include "client/import/csv_import.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "client/render/reports.h"
#include "daemon/domain/corrections.h"
#include "daemon/domain/figure_key.h"
#include "daemon/domain/yard_rules.h"
#include "daemon/domain/yard_sums.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "tests/client/import/file_register.h"

namespace gatepost::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kHeadings[] =
    "business_date,as_of,side,scope,direction,measure,cargo,value,unit,qualifier\n";

std::string Data(const std::string& name) {
  return system::ReadFile(std::string(GATEPOST_SOURCE_DIR) + "/tests/data/" + name).value();
}

ImportOptions CutOff() {
  ImportOptions options;
  options.as_of = {.hour = 20, .minute = 0, .zone = "Asia/Ho_Chi_Minh"};
  options.as_of_assumed = true;
  return options;
}

ImportedTable Import(const std::string& csv, const ImportOptions& options = CutOff()) {
  FileRegister known;
  auto table = ImportCsv(csv, options, known);
  EXPECT_TRUE(table.ok()) << table.status();
  return table.ok() ? *std::move(table) : ImportedTable();
}

// What is wrong with a table of one row.
system::Refusal Problem(const std::string& row, const std::string& headings = kHeadings) {
  const ImportedTable table = Import(headings + row + "\n");
  const absl::Status status = !table.orphans.empty() ? table.orphans.front()
                              : table.reports.empty() || table.reports.front().problems.empty()
                                  ? absl::OkStatus()
                                  : table.reports.front().problems.front();
  return system::RefusalOf(status).value_or(system::Refusal());
}

// Judges a report as a node does, without history.
absl::Status Judged(v1::YardReport report, const domain::GateRegister& gates) {
  report.set_revision(v1::REVISION_KIND_ORIGINAL);
  v1::MessageHeader header;
  for (const std::string& id : domain::ScopeIdsOf(report)) header.add_scope_ids(id);
  const domain::YardContext context{.gate_register = gates,
                                    .author_country = report.reporting_side(),
                                    .now = absl::FromUnixSeconds(1'800'000'000)};
  const absl::Status valid = domain::ValidateYardReport(report, header, context);
  if (!valid.ok()) return valid;
  return domain::RefuseFailedSums(domain::CheckSums(report, gates, domain::NoHistory()));
}

TEST(CsvImportTest, WholeDaysBecomeOneReportForEachDateAndSide) {
  const ImportedTable table = Import(Data("daily-reports.csv"));
  ASSERT_EQ(table.reports.size(), 3u);
  EXPECT_THAT(table.orphans, IsEmpty());
  EXPECT_EQ(table.row_count, 51u);
  EXPECT_EQ(table.reports[0].day, absl::CivilDay(2026, 1, 1));
  EXPECT_EQ(table.reports[0].report.figures_size(), 22);
  EXPECT_EQ(table.reports[1].report.figures_size(), 26);
  EXPECT_EQ(table.reports[2].report.figures_size(), 3);
  EXPECT_EQ(table.reports[2].row_numbers.front(), 50u);
  for (const ImportedReport& report : table.reports) EXPECT_THAT(report.problems, IsEmpty());
}

TEST(CsvImportTest, RealDaysPassTheChecksAndTheFaultyOneIsStoppedWithItsSum) {
  FileRegister known;
  const ImportedTable table = Import(Data("daily-reports.csv"));
  EXPECT_EQ(Judged(table.reports[0].report, known.gates()), absl::OkStatus());
  EXPECT_EQ(Judged(table.reports[1].report, known.gates()), absl::OkStatus());
  const auto refusal = system::RefusalOf(Judged(table.reports[2].report, known.gates()));
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->reason, v1::REASON_SUM_MISMATCH);
  EXPECT_THAT(refusal->came, HasSubstr("533 + 504 = 1,037, stated 1,057"));
}

TEST(CsvImportTest, TheMadeUpChineseDayPassesTheChecks) {
  FileRegister known;
  const ImportedTable table = Import(Data("practice-cn.csv"));
  ASSERT_EQ(table.reports.size(), 1u);
  EXPECT_EQ(table.reports[0].side, "CN");
  EXPECT_FALSE(table.reports[0].report.as_of_assumed());
  EXPECT_EQ(table.reports[0].report.figures(1).direction(), v1::DIRECTION_VN_TO_CN);
  EXPECT_EQ(Judged(table.reports[0].report, known.gates()), absl::OkStatus());
}

TEST(CsvImportTest, PartsKnowTheirSplitAndWholesThatTheyAreComplete) {
  const v1::YardReport report = Import(Data("daily-reports.csv")).reports[0].report;
  // export cleared: all 261, fruit 181, other 80.
  EXPECT_THAT(report.figures(1).complete_splits(), ElementsAre("export-goods"));
  EXPECT_EQ(report.figures(2).split_id(), "export-goods");
  EXPECT_EQ(report.figures(3).split_id(), "export-goods");
  // import cleared: all 938, new vehicles 4, no rest row: partial.
  EXPECT_THAT(report.figures(4).complete_splits(), IsEmpty());
  EXPECT_EQ(report.figures(10).split_id(), "import-goods");
  // durian is an of-which of fruit, not a part of the whole.
  EXPECT_EQ(report.figures(15).cargo_class(), "durian");
  EXPECT_EQ(report.figures(15).split_id(), "");
}

TEST(CsvImportTest, WithoutATimeTheCutOffHoldsAndIsMarkedAssumed) {
  const v1::YardReport report = Import(Data("daily-reports.csv")).reports[0].report;
  EXPECT_TRUE(report.as_of_assumed());
  EXPECT_EQ(report.as_of().instant().seconds(), 1767272400);  // 2026-01-01 20:00 H
  EXPECT_FALSE(report.figures(0).has_time());
}

TEST(CsvImportTest, AStatedTimeStaysWithItsFigure) {
  const v1::YardReport report = Import(Data("daily-reports.csv")).reports[1].report;
  EXPECT_TRUE(report.as_of_assumed());
  EXPECT_EQ(report.figures(9).time().as_of().instant().seconds(), 1724331600);
  EXPECT_FALSE(report.figures(9).time().assumed());
  EXPECT_FALSE(report.figures(0).has_time());
}

TEST(CsvImportTest, AsOfAppliesOnEachRowsOwnDate) {
  ImportOptions options = CutOff();
  options.as_of = {.hour = 21, .minute = 0, .zone = "Asia/Shanghai"};
  options.as_of_assumed = false;
  const ImportedTable table = Import(Data("daily-reports.csv"), options);
  EXPECT_FALSE(table.reports[0].report.as_of_assumed());
  EXPECT_EQ(table.reports[0].report.as_of().instant().seconds(), 1767272400);
  EXPECT_EQ(table.reports[0].report.as_of().zone(), "Asia/Shanghai");
  EXPECT_EQ(table.reports[2].report.as_of().instant().seconds(), 1653570000);
  // The same instant, stated twice, is said once.
  EXPECT_FALSE(table.reports[1].report.figures(9).has_time());
}

TEST(CsvImportTest, RangesOfDatesBecomePeriodsOfTheLastDate) {
  const ImportedTable table =
      Import(std::string(kHeadings) +
             "2026-01-31/2026-02-01,,VN,LS-ALL,both,cleared,all,3822,vehicles,exact\n"
             "2026-01-31/2026-02-01,,VN,LS-ALL,both,cleared_per_day,all,1911,vehicles,exact\n");
  ASSERT_EQ(table.reports.size(), 1u);
  EXPECT_EQ(table.reports[0].day, absl::CivilDay(2026, 2, 1));
  const v1::FigureTime& total = table.reports[0].report.figures(0).time();
  EXPECT_EQ(total.period().kind(), v1::PERIOD_KIND_SEVERAL_DAYS);
  EXPECT_TRUE(total.assumed());
  EXPECT_EQ(total.period().bounds().end().instant().seconds() -
                total.period().bounds().start().instant().seconds(),
            2 * 24 * 3600);
  EXPECT_EQ(table.reports[0].report.figures(1).time().period().kind(), v1::PERIOD_KIND_PER_DAY);
  FileRegister known;
  EXPECT_EQ(Judged(table.reports[0].report, known.gates()), absl::OkStatus());
}

TEST(CsvImportTest, ADaySoFarBeginsAtMidnightOfItsZone) {
  const ImportedTable table = Import(
      "business_date,as_of,side,scope,direction,measure,value,period\n"
      "2020-05-01,16:00 UTC+7,VN,LS-TT,both,cleared,100,so_far\n"
      "2020-05-01,,VN,LS-TT,export,cleared,80,unknown\n");
  const v1::YardReport& report = table.reports[0].report;
  const v1::ZonedPeriod& bounds = report.figures(0).time().period().bounds();
  EXPECT_EQ(bounds.end().instant().seconds() - bounds.start().instant().seconds(), 16 * 3600);
  EXPECT_FALSE(report.figures(1).time().period().has_bounds());
  FileRegister known;
  EXPECT_EQ(Judged(report, known.gates()), absl::OkStatus());
}

TEST(CsvImportTest, OneBadRowStopsItsReportAndNoOther) {
  const ImportedTable table = Import(std::string(kHeadings) +
                                     "2026-01-01,,VN,LS-ALL,export,waiting,all,312,vehicles,exact\n"
                                     "2026-01-01,,VN,LS-ALL,export,queue,all,1,vehicles,exact\n"
                                     "2026-01-02,,VN,LS-ALL,export,waiting,all,300,vehicles,exact\n"
                                     "2026-01-01,,CN,LS-HN,import,waiting,all,5,vehicles,exact\n");
  ASSERT_EQ(table.reports.size(), 3u);
  ASSERT_EQ(table.reports[0].problems.size(), 1u);
  EXPECT_EQ(table.reports[0].report.figures_size(), 0);
  EXPECT_THAT(table.reports[1].problems, IsEmpty());
  EXPECT_EQ(table.reports[1].report.figures_size(), 1);
  EXPECT_THAT(table.reports[2].problems, IsEmpty());
}

TEST(CsvImportTest, EveryUnmappedCellNamesRowColumnValueAndWhatIsAllowed) {
  const system::Refusal measure =
      Problem("2026-01-01,,VN,LS-ALL,export,queue,all,1,vehicles,exact");
  EXPECT_EQ(measure.reason, v1::REASON_UNMAPPED_ROW);
  EXPECT_EQ(measure.came, "row 2, column measure: \"queue\"");
  EXPECT_THAT(measure.wanted, HasSubstr("cleared, waiting, arrived"));

  EXPECT_EQ(Problem("2026-01-01,,VN,LS-ALL,out,waiting,all,1,vehicles,exact").came,
            "row 2, column direction: \"out\"");
  EXPECT_THAT(Problem("2026-01-01,,VN,LS-ALL,export,waiting,sugar,1,vehicles,exact").wanted,
              HasSubstr("fruit"));
  EXPECT_EQ(Problem("2026-01-01,,VN,LS-ALL,export,waiting,all,\"1,057\",vehicles,exact").came,
            "row 2, column value: \"1,057\"");
  EXPECT_EQ(Problem("2026-01-01,,VN,LS-ALL,export,waiting,all,1,lorries,exact").came,
            "row 2, column unit: \"lorries\"");
  EXPECT_EQ(Problem("2026-01-01,,VN,LS-ALL,export,waiting,all,1,vehicles,roughly").came,
            "row 2, column qualifier: \"roughly\"");
  EXPECT_EQ(Problem("2026-01-01,,VN,,export,waiting,all,1,vehicles,exact").came,
            "row 2, column scope: \"\"");
  EXPECT_EQ(Problem("2026-01,,VN,LS-ALL,export,waiting,all,1,vehicles,exact").came,
            "row 2, column business_date: \"2026-01\"");
  EXPECT_EQ(Problem("2026-01-01,,LA,LS-ALL,export,waiting,all,1,vehicles,exact").wanted,
            "VN or CN");
  EXPECT_THAT(
      Problem("2026-01-01/2026-01-02,,VN,LS-ALL,export,waiting,all,1,vehicles,exact").wanted,
      HasSubstr("one date"));
}

TEST(CsvImportTest, UnknownGatesAndMistypedLandmarksKeepTheirOwnReason) {
  EXPECT_EQ(Problem("2026-01-01,,VN,LS-XX,export,waiting,all,1,vehicles,exact").reason,
            v1::REASON_UNKNOWN_GATE);
  const system::Refusal landmark =
      Problem("2026-01-01,,VN,119-1120,export,waiting,all,1,vehicles,exact");
  EXPECT_EQ(landmark.reason, v1::REASON_UNKNOWN_LANDMARK);
  EXPECT_THAT(landmark.came, HasSubstr("row 2, column scope"));
  EXPECT_THAT(landmark.wanted + landmark.todo, HasSubstr("1119-1120"));
}

TEST(CsvImportTest, ATimeWithoutZoneIsRefused) {
  const system::Refusal bare =
      Problem("2026-01-01,20:00,VN,LS-ALL,export,waiting,all,1,vehicles,exact");
  EXPECT_EQ(bare.reason, v1::REASON_NO_TIME_ZONE);
  EXPECT_THAT(bare.came, HasSubstr("row 2, column as_of"));
  EXPECT_EQ(Problem("2026-01-01,2026-01-01T20:00:00,VN,LS-ALL,export,waiting,all,1,,").reason,
            v1::REASON_NO_TIME_ZONE);
  EXPECT_EQ(Problem("2026-01-01,evening UTC+7,VN,LS-ALL,export,waiting,all,1,,").reason,
            v1::REASON_BAD_TIME);
}

TEST(CsvImportTest, UnknownAndMissingColumnsStopTheTable) {
  FileRegister known;
  const auto unknown = ImportCsv("business_date,weather\n", CutOff(), known);
  EXPECT_THAT(system::RefusalOf(unknown.status())->came, HasSubstr("weather"));
  const auto missing = ImportCsv("business_date,side,scope,direction,measure\n", CutOff(), known);
  EXPECT_THAT(system::RefusalOf(missing.status())->wanted, HasSubstr("value"));
}

TEST(CsvImportTest, AliasesAndLandmarksResolve) {
  const ImportedTable table =
      Import(std::string(kHeadings) + "2025-01-01,,VN,1088/2-1089,export,waiting,all,1,,\n");
  ASSERT_THAT(table.reports[0].problems, IsEmpty());
  EXPECT_EQ(table.reports[0].report.figures(0).scope_id(), "LS-TT-1088");
}

TEST(CsvImportTest, ATableInGb18030ReadsAlike) {
  // 友谊关 is the Chinese name of LS-HN.
  const ImportedTable table = Import(
      std::string(kHeadings) + "2026-01-01,,CN,\xD3\xD1\xD2\xEA\xB9\xD8,import,waiting,all,5,,\n");
  ASSERT_THAT(table.reports[0].problems, IsEmpty());
  EXPECT_EQ(table.reports[0].report.figures(0).scope_id(), "LS-HN");
}

TEST(CsvImportTest, WhatWePrintWeReadBack) {
  const ImportedTable table = Import(Data("daily-reports.csv"));
  google::protobuf::RepeatedPtrField<v1::YardReportEntry> entries;
  for (const ImportedReport& report : table.reports) {
    *entries.Add()->mutable_report() = report.report;
  }
  const ImportedTable again = Import(render::FiguresCsv(entries));
  ASSERT_EQ(again.reports.size(), table.reports.size());
  for (size_t i = 0; i < table.reports.size(); ++i) {
    EXPECT_THAT(again.reports[i].problems, IsEmpty());
    EXPECT_THAT(domain::DiffReports(table.reports[i].report, again.reports[i].report), IsEmpty());
  }
}

TEST(CsvImportTest, WhateverBytesComeEveryRowIsAccountedFor) {
  // Mutates a good table at random places, with a seed of its own for each round.
  const std::string good = Data("daily-reports.csv");
  FileRegister known;
  for (unsigned seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::string bytes = good;
    for (unsigned changes = 1 + random() % 20; changes > 0; --changes) {
      const size_t place = random() % bytes.size();
      switch (random() % 4) {
        case 0:
          bytes[place] = static_cast<char>(random());
          break;
        case 1:
          bytes.insert(place, 1, ",\"\n\r-/ 9"[random() % 8]);
          break;
        case 2:
          bytes.erase(place, 1 + random() % 8);
          break;
        default:
          bytes.insert(place, bytes.substr(random() % bytes.size(), random() % 40));
          break;
      }
    }
    const auto table = ImportCsv(bytes, CutOff(), known);
    if (!table.ok()) {
      EXPECT_TRUE(system::RefusalOf(table.status()).has_value()) << table.status();
      continue;
    }
    size_t accounted = table->orphans.size();
    for (const ImportedReport& report : table->reports) {
      accounted += report.row_numbers.size() + report.problems.size();
    }
    EXPECT_EQ(accounted, table->row_count);
  }
}

TEST(CsvMappingTest, EveryRowOfAForeignTableIsMappedOrNamed) {
  ImportOptions options = CutOff();
  options.mapping.emplace();
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(Data("yard-figures.mapping.textproto"),
                                                            &*options.mapping));
  const ImportedTable table = Import(Data("yard-figures.csv"), options);
  EXPECT_EQ(table.row_count, 193u);
  size_t mapped = 0;
  size_t named = table.orphans.size();
  FileRegister known;
  std::set<std::string> stopped_by_a_node;
  for (const ImportedReport& report : table.reports) {
    mapped += report.row_numbers.size();
    named += report.problems.size();
    for (const absl::Status& problem : report.problems) {
      EXPECT_THAT(system::RefusalOf(problem)->came, HasSubstr("row ")) << problem;
      EXPECT_FALSE(system::RefusalOf(problem)->wanted.empty());
    }
    if (!report.problems.empty()) continue;
    const absl::Status judged = Judged(report.report, known.gates());
    if (!judged.ok()) {
      stopped_by_a_node.insert(absl::FormatCivilTime(report.day) + report.side + " " +
                               system::RefusalOf(judged)->came);
    }
  }
  EXPECT_EQ(mapped + named, table.row_count);
  EXPECT_GT(mapped, 140u);
  EXPECT_GT(named, 20u);
  EXPECT_THAT(stopped_by_a_node, IsEmpty());
}

TEST(CsvMappingTest, AMappingThatNamesNoFieldOrColumnIsRefused) {
  FileRegister known;
  ImportOptions options = CutOff();
  options.mapping.emplace();
  options.mapping->add_columns()->set_field("colour");
  EXPECT_THAT(system::RefusalOf(ImportCsv("a\n", options, known).status())->came,
              HasSubstr("colour"));
  options.mapping->mutable_columns(0)->set_field("measure");
  options.mapping->mutable_columns(0)->set_column("kind");
  EXPECT_THAT(system::RefusalOf(ImportCsv("a\n", options, known).status())->wanted,
              HasSubstr("kind"));
}

TEST(CsvMappingTest, DefaultsFillAbsentColumnsAndEmptyCells) {
  ImportOptions options = CutOff();
  options.mapping.emplace();
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
      columns { field: "business_date" column: "d" }
      columns { field: "side" default_value: "CN" }
      columns { field: "scope" column: "g" default_value: "LS-HN" }
      columns { field: "direction" default_value: "import" }
      columns { field: "measure" default_value: "waiting" }
      columns { field: "value" column: "n" }
      words { field: "value" word: "none" meaning: "0" }
      separator: ";")",
                                                            &*options.mapping));
  const ImportedTable table = Import("d;g;n\n2026-01-01;;7\n2026-01-01;LS-CM;none\n", options);
  ASSERT_EQ(table.reports.size(), 1u);
  ASSERT_EQ(table.reports[0].report.figures_size(), 2);
  EXPECT_EQ(table.reports[0].report.figures(0).scope_id(), "LS-HN");
  EXPECT_EQ(table.reports[0].report.figures(1).quantity().value(), 0);
}

}  // namespace
}  // namespace gatepost::client
