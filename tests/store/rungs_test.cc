#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/system/reason.h"
#include "tests/store/backends.h"
#include "tests/store/samples.h"

namespace gatepost::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Rungs : public StoreConformance {};

RungRecord Given(uint64_t number, int64_t message_row, std::string actor = "service") {
  RungRecord record;
  record.peer = "cn-pingxiang";
  record.given = true;
  record.number = number;
  record.message_row = message_row;
  record.rung = v1::RUNG_FETCHED;
  record.actor = std::move(actor);
  record.epoch = 1;
  record.leaf_index = 100 + number;
  return record;
}

RungRecord Taken(uint64_t number, int64_t message_row) {
  RungRecord record = Given(number, message_row);
  record.given = false;
  record.rung = v1::RUNG_READ;
  record.leaf = SampleBytes(number, 400);
  record.path = SampleBytes(number, 320);
  record.head_size = 200 + number;
  return record;
}

TEST_P(Rungs, ThoseGivenAreACursorInOrderOfNumber) {
  RungRecord other = Given(1, 70);
  other.peer = "cn-longzhou";
  Commit([&](Transaction& transaction) {
    for (uint64_t number = 1; number <= 12; ++number) {
      ASSERT_TRUE(transaction.PutRung(Given(number, int64_t(number) + 50)).ok());
      ASSERT_TRUE(transaction.PutRung(Taken(number, int64_t(number) + 90)).ok());
    }
    ASSERT_TRUE(transaction.PutRung(other).ok());
  });
  const std::unique_ptr<Reader> reader = Read();
  EXPECT_THAT(Get(reader->RungsGiven("cn-pingxiang", 9, 2)),
              ElementsAre(Given(10, 60), Given(11, 61)));
  EXPECT_THAT(Get(reader->RungsTaken("cn-pingxiang", 9, 2)),
              ElementsAre(Taken(10, 100), Taken(11, 101)));
  EXPECT_THAT(Get(reader->RungsTaken("cn-longzhou", 0, 5)), IsEmpty());
  EXPECT_THAT(Get(reader->RungsGiven("cn-longzhou", 0, 5)), ElementsAre(other));
  EXPECT_THAT(Get(reader->RungsGiven("cn-pingxiang", 12, 5)), IsEmpty());
  EXPECT_THAT(Get(reader->RungsGiven("cn-pingxiang", ~uint64_t{0}, 5)), IsEmpty());
}

TEST_P(Rungs, ThoseOfAMessageComeBackWithTheirEvidence) {
  Commit([](Transaction& transaction) {
    EXPECT_TRUE(transaction.PutRung(Taken(1, 7)).ok());
    EXPECT_TRUE(transaction.PutRung(Given(1, 8)).ok());
    EXPECT_TRUE(transaction.PutRung(Given(2, 8, "another")).ok());
  });
  const std::unique_ptr<Reader> reader = Read();
  EXPECT_THAT(Get(reader->RungsOf(7)), ElementsAre(Taken(1, 7)));
  EXPECT_THAT(Get(reader->RungsOf(8)), ElementsAre(Given(1, 8), Given(2, 8, "another")));
  EXPECT_THAT(Get(reader->RungsOf(9)), IsEmpty());
}

// A number, and a rung of a message to one actor, are given once.
TEST_P(Rungs, OneThatIsThereIsRefused) {
  Commit([](Transaction& transaction) { EXPECT_TRUE(transaction.PutRung(Given(1, 7)).ok()); });
  for (const RungRecord& again : {Given(1, 7), Given(1, 8), Given(2, 7)}) {
    const std::unique_ptr<Transaction> transaction = Get(store().Begin());
    EXPECT_EQ(system::ReasonOf(transaction->PutRung(again)), v1::REASON_INTERNAL);
    EXPECT_FALSE(transaction->Commit().ok());
  }
  EXPECT_THAT(Get(Read()->RungsOf(7)), ElementsAre(Given(1, 7)));
}

INSTANTIATE_TEST_SUITE_P(Over, Rungs, ::testing::ValuesIn(Backends()), NameOfBackend);

}  // namespace
}  // namespace gatepost::store
