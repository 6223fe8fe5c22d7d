#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "daemon/system/reason.h"
#include "tests/store/backends.h"

namespace gatepost::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr absl::CivilDay kForEver(9999, 12, 31);

absl::Time At(int second) { return absl::FromUnixSeconds(1'800'000'000 + second); }

// Said at second `row`, from day 10 to day 20 of January 2026.
HoursRecord Said(int64_t row, std::vector<std::string> gate_ids) {
  HoursRecord record;
  record.message_row = row;
  record.layer = 2;
  record.since = At(static_cast<int>(row));
  record.first_day = absl::CivilDay(2026, 1, 10);
  record.last_day = absl::CivilDay(2026, 1, 20);
  record.gate_ids = std::move(gate_ids);
  return record;
}

class HoursTable : public StoreConformance {
 protected:
  void Put(const HoursRecord& record) {
    Commit([&](Transaction& transaction) { EXPECT_TRUE(transaction.PutHours(record).ok()); });
  }
  void MakeVoid(int64_t row, int64_t by, absl::Time since) {
    Commit([&](Transaction& transaction) {
      EXPECT_TRUE(transaction.MarkHoursVoid(row, by, since).ok());
    });
  }
  std::vector<HoursRecord> Ask(const std::string& gate, int from_day, int to_day,
                               absl::Time as_known_at = At(1000)) {
    return Get(Read()->HoursAt(
        {gate, absl::CivilDay(2026, 1, from_day), absl::CivilDay(2026, 1, to_day), as_known_at}));
  }
};

TEST_P(HoursTable, EveryFieldComesBackForEachGate) {
  HoursRecord open_end = Said(2, {"LS-CM", "LS-HN"});
  open_end.last_day = kForEver;
  Put(Said(1, {"LS-HN"}));
  Put(open_end);
  for (const bool again : {false, true}) {
    if (again && !GetParam().survives_close) break;
    if (again) Reopen();
    EXPECT_THAT(Ask("LS-HN", 15, 15), ElementsAre(Said(1, {"LS-HN"}), open_end));
    EXPECT_THAT(Ask("LS-CM", 15, 15), ElementsAre(open_end));
    EXPECT_THAT(Ask("LS-BN", 15, 15), IsEmpty());
  }
}

TEST_P(HoursTable, OnlyWhatTouchesTheDays) {
  Put(Said(1, {"LS-HN"}));
  EXPECT_THAT(Ask("LS-HN", 1, 9), IsEmpty());
  EXPECT_THAT(Ask("LS-HN", 1, 10), ElementsAre(Said(1, {"LS-HN"})));
  EXPECT_THAT(Ask("LS-HN", 20, 31), ElementsAre(Said(1, {"LS-HN"})));
  EXPECT_THAT(Ask("LS-HN", 21, 31), IsEmpty());
}

// What was known at a time stays what it was, whatever came later.
TEST_P(HoursTable, AnswersAreThoseOfTheTimeAskedFor) {
  Put(Said(10, {"LS-HN"}));
  MakeVoid(10, 11, At(20));
  EXPECT_THAT(Ask("LS-HN", 15, 15, At(9)), IsEmpty());
  HoursRecord once = Said(10, {"LS-HN"});
  once.void_since = At(20);
  once.void_by_row = 11;
  EXPECT_THAT(Ask("LS-HN", 15, 15, At(10)), ElementsAre(once));
  EXPECT_THAT(Ask("LS-HN", 15, 15, At(20) - absl::Microseconds(1)), ElementsAre(once));
  EXPECT_THAT(Ask("LS-HN", 15, 15, At(20)), IsEmpty());
  EXPECT_THAT(Ask("LS-HN", 15, 15, absl::FromUnixMicros(std::numeric_limits<int64_t>::max() - 1)),
              IsEmpty());
}

TEST_P(HoursTable, WhatIsVoidStaysSoSinceItFirstWas) {
  Put(Said(10, {"LS-HN"}));
  MakeVoid(10, 11, At(20));
  MakeVoid(10, 12, At(30));
  EXPECT_THAT(Ask("LS-HN", 15, 15, At(25)), IsEmpty());
  EXPECT_EQ(Ask("LS-HN", 15, 15, At(15)).front().void_by_row, 11);
  MakeVoid(99, 12, At(30));  // A message that says no hours.
}

TEST_P(HoursTable, OneRowForEachMessage) {
  Put(Said(1, {"LS-HN"}));
  std::unique_ptr<Transaction> transaction = Get(store().Begin());
  EXPECT_EQ(system::ReasonOf(transaction->PutHours(Said(1, {"LS-CM"}))), v1::REASON_INTERNAL);
}

TEST_P(HoursTable, AcknowledgementsComeBackByWhereTheyCameFrom) {
  Commit([](Transaction& transaction) {
    ASSERT_TRUE(transaction.PutAcknowledgement({1, "cn-pingxiang", 7}).ok());
    ASSERT_TRUE(transaction.PutAcknowledgement({1, "cn-pingxiang", 5}).ok());
    ASSERT_TRUE(transaction.PutAcknowledgement({1, "cn-longzhou", 6}).ok());
    ASSERT_TRUE(transaction.PutAcknowledgement({2, "", 8}).ok());
  });
  EXPECT_THAT(Get(Read()->AcknowledgementsOf(1, "cn-pingxiang")), ElementsAre(5, 7));
  EXPECT_THAT(Get(Read()->AcknowledgementsOf(1, "cn-longzhou")), ElementsAre(6));
  EXPECT_THAT(Get(Read()->AcknowledgementsOf(1, "")), IsEmpty());
  EXPECT_THAT(Get(Read()->AcknowledgementsOf(2, "")), ElementsAre(8));
}

INSTANTIATE_TEST_SUITE_P(Over, HoursTable, ::testing::ValuesIn(Backends()), NameOfBackend);

}  // namespace
}  // namespace gatepost::store
