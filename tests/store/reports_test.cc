#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "daemon/system/reason.h"
#include "tests/store/backends.h"
#include "tests/store/samples.h"

namespace gatepost::store {
namespace {

using ::testing::ElementsAre;

using Reports = StoreConformance;

std::vector<int64_t> RowsOf(const std::vector<ReportRecord>& records) {
  std::vector<int64_t> rows;
  for (const ReportRecord& record : records) rows.push_back(record.message_row);
  return rows;
}

TEST_P(Reports, EveryFieldComesBack) {
  ReportRecord before_1970 = SampleReport(2);
  before_1970.business_date = absl::CivilDay(1969, 12, 31);
  before_1970.as_of = absl::FromUnixMicros(-1);
  before_1970.scope_ids.clear();
  Commit([&](Transaction& transaction) {
    EXPECT_TRUE(transaction.PutReport(SampleReport(1)).ok());
    EXPECT_TRUE(transaction.PutReport(before_1970).ok());
  });
  EXPECT_EQ(Get(Read()->Report(1)), SampleReport(1));
  EXPECT_EQ(Get(Read()->Report(2)), before_1970);
  EXPECT_EQ(Get(Read()->Report(3)), std::nullopt);
  EXPECT_THAT(Get(Read()->ListReports({})), ElementsAre(before_1970, SampleReport(1)));
}

TEST_P(Reports, AMessageIsOneReport) {
  std::unique_ptr<Transaction> transaction = Get(store().Begin());
  EXPECT_TRUE(transaction->PutReport(SampleReport(1)).ok());
  EXPECT_EQ(system::ReasonOf(transaction->PutReport(SampleReport(1))), v1::REASON_INTERNAL);
}

TEST_P(Reports, AKeyHasOneHolderUntilItIsFreed) {
  const absl::Time eight = absl::FromUnixSeconds(1'724'331'600);
  const absl::Time later = eight + absl::Microseconds(1);
  Commit([&](Transaction& transaction) {
    EXPECT_TRUE(transaction.HoldReportKey("VN", "LS-HN", eight, 1).ok());
    EXPECT_TRUE(transaction.HoldReportKey("CN", "LS-HN", eight, 2).ok());
    EXPECT_TRUE(transaction.HoldReportKey("VN", "LS-TT", eight, 3).ok());
    EXPECT_TRUE(transaction.HoldReportKey("VN", "LS-HN", later, 4).ok());
    EXPECT_TRUE(transaction.HoldReportKey("VN", "LS-HN", eight, 5).ok());
  });
  std::unique_ptr<Reader> reader = Read();
  EXPECT_EQ(Get(reader->ReportHolding("VN", "LS-HN", eight)), 5);
  EXPECT_EQ(Get(reader->ReportHolding("CN", "LS-HN", eight)), 2);
  EXPECT_EQ(Get(reader->ReportHolding("VN", "LS-TT", eight)), 3);
  EXPECT_EQ(Get(reader->ReportHolding("VN", "LS-HN", later)), 4);
  EXPECT_EQ(Get(reader->ReportHolding("CN", "LS-TT", eight)), std::nullopt);
  reader = nullptr;
  Commit([&](Transaction& transaction) {
    EXPECT_TRUE(transaction.FreeReportKey("VN", "LS-HN", eight).ok());
    EXPECT_TRUE(transaction.FreeReportKey("VN", "LS-CM", eight).ok());  // Was free.
  });
  EXPECT_EQ(Get(Read()->ReportHolding("VN", "LS-HN", eight)), std::nullopt);
  EXPECT_EQ(Get(Read()->ReportHolding("VN", "LS-HN", later)), 4);
}

TEST_P(Reports, AReplacedReportLeavesTheListUnlessAskedFor) {
  Commit([&](Transaction& transaction) {
    for (uint64_t number : {1, 2}) {
      const MessageRecord message = Get(transaction.InsertMessage(SampleMessage(number)));
      ReportRecord report = SampleReport(number);
      report.message_row = message.row;
      EXPECT_TRUE(transaction.PutReport(report).ok());
    }
    EXPECT_TRUE(transaction.MarkReplaced(1, 2).ok());
  });
  EXPECT_EQ(Get(Read()->Report(1))->replaced_by_row, 2);
  EXPECT_THAT(RowsOf(Get(Read()->ListReports({}))), ElementsAre(2));
  EXPECT_THAT(RowsOf(Get(Read()->ListReports({.with_replaced = true}))), ElementsAre(2, 1));
}

bool Fits(const ReportRecord& record, const ReportFilter& filter) {
  if (filter.from && record.business_date < *filter.from) return false;
  if (filter.to && record.business_date > *filter.to) return false;
  if (!filter.side.empty() && record.side != filter.side) return false;
  if (!filter.with_replaced && record.replaced_by_row != 0) return false;
  if (filter.original_row != 0 && record.original_row != filter.original_row) return false;
  if (filter.before_row != 0 && record.message_row >= filter.before_row) return false;
  return filter.any_scope_ids.empty() ||
         std::any_of(record.scope_ids.begin(), record.scope_ids.end(), [&](const auto& scope) {
           return std::count(filter.any_scope_ids.begin(), filter.any_scope_ids.end(), scope) > 0;
         });
}

// Compares 500 random filters over 200 random reports with the plain reading of the filter.
TEST_P(Reports, ListsHoldExactlyWhatFitsTheFilter) {
  std::mt19937 random(20240822);
  auto pick = [&](uint64_t bound) { return random() % bound; };
  auto day = [&]() { return absl::CivilDay(2026, 2, 1) + static_cast<int64_t>(pick(9)); };
  auto scope = [&]() { return fmt::format("scope-{}", pick(5)); };
  std::vector<ReportRecord> all;
  Commit([&](Transaction& transaction) {
    for (uint64_t number = 1; number <= 200; ++number) {
      ReportRecord record = SampleReport(number);
      record.business_date = day();
      record.side = pick(2) == 0 ? "VN" : "CN";
      record.original_row = static_cast<int64_t>(1 + pick(20));
      record.replaced_by_row = static_cast<int64_t>(pick(2) * 999);
      record.scope_ids = {scope(), scope()};
      ASSERT_TRUE(transaction.PutReport(record).ok());
      all.insert(all.begin(), record);
    }
  });
  std::unique_ptr<Reader> reader = Read();
  for (int round = 0; round < 500; ++round) {
    ReportFilter filter;
    if (pick(2) == 0) filter.from = day();
    if (pick(2) == 0) filter.to = pick(3) == 0 ? filter.from : day();
    if (pick(2) == 0) filter.side = pick(2) == 0 ? "VN" : "CN";
    for (uint64_t i = pick(4); i > 0; --i) filter.any_scope_ids.push_back(scope());
    filter.with_replaced = pick(2) == 0;
    if (pick(4) == 0) filter.original_row = static_cast<int64_t>(1 + pick(20));
    if (pick(2) == 0) filter.before_row = static_cast<int64_t>(1 + pick(200));
    filter.limit = 1 + pick(60);
    std::vector<int64_t> wanted;
    for (const ReportRecord& record : all) {
      if (wanted.size() < filter.limit && Fits(record, filter)) {
        wanted.push_back(record.message_row);
      }
    }
    ASSERT_EQ(RowsOf(Get(reader->ListReports(filter))), wanted) << "round " << round;
  }
}

INSTANTIATE_TEST_SUITE_P(Over, Reports, ::testing::ValuesIn(Backends()), NameOfBackend);

}  // namespace
}  // namespace gatepost::store
