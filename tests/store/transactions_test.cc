#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "daemon/system/reason.h"
#include "tests/store/backends.h"
#include "tests/store/batches.h"
#include "tests/store/samples.h"

namespace gatepost::store {
namespace {

using Transactions = StoreConformance;

TEST_P(Transactions, NamedValuesAreReplaced) {
  Commit([](Transaction& transaction) {
    EXPECT_TRUE(transaction.PutMeta("epoch", "1").ok());
    EXPECT_TRUE(transaction.PutMeta("bytes", SampleBytes(1, 300)).ok());
    EXPECT_TRUE(transaction.PutMeta("epoch", "2").ok());
    EXPECT_TRUE(transaction.PutMeta("nothing", "").ok());
  });
  std::unique_ptr<Reader> reader = Read();
  EXPECT_EQ(Get(reader->Meta("epoch")), "2");
  EXPECT_EQ(Get(reader->Meta("bytes")), SampleBytes(1, 300));
  EXPECT_EQ(Get(reader->Meta("nothing")), "");
  EXPECT_EQ(Get(reader->Meta("absent")), std::nullopt);
}

TEST_P(Transactions, ATransactionReadsItsOwnWritesAndNobodyElseDoes) {
  std::unique_ptr<Transaction> transaction = Get(store().Begin());
  ASSERT_TRUE(transaction->PutMeta("epoch", "1").ok());
  const MessageRecord stored = Get(transaction->InsertMessage(SampleMessage(1)));
  ASSERT_TRUE(transaction->AppendGroup(SampleGroup(0, 3)).ok());
  EXPECT_EQ(Get(transaction->Meta("epoch")), "1");
  EXPECT_EQ(Get(transaction->MessageByRow(stored.row)), stored);
  EXPECT_EQ(Get(transaction->LastGroup()), SampleGroup(0, 3));
  std::unique_ptr<Reader> before = Read();
  EXPECT_EQ(Get(before->Meta("epoch")), std::nullopt);
  EXPECT_EQ(Get(before->MessageByRow(stored.row)), std::nullopt);
  EXPECT_EQ(Get(before->LastGroup()), std::nullopt);
  ASSERT_TRUE(transaction->Commit().ok());
  EXPECT_EQ(Get(Read()->MessageByRow(stored.row)), stored);
}

TEST_P(Transactions, ADroppedTransactionLeavesNoTrace) {
  ASSERT_TRUE(CommitBatch(store(), 1).ok());
  {
    std::unique_ptr<Transaction> dropped = Get(store().Begin());
    ASSERT_TRUE(dropped->InsertMessage(SampleMessage(900)).ok());
    ASSERT_TRUE(dropped->AppendGroup(SampleGroup(6, 3)).ok());
    ASSERT_TRUE(dropped->PutLink(SampleLink(900)).ok());
    ASSERT_TRUE(dropped->PutMeta("batches", "900").ok());
  }
  EXPECT_EQ(Get(CountWholeBatches(*Read())), 1);
  ASSERT_TRUE(CommitBatch(store(), 2).ok());
  EXPECT_EQ(Get(CountWholeBatches(*Read())), 2);
}

// What a caller wanted is there in part only once one write failed: the rest must not be kept.
TEST_P(Transactions, AFailedWriteTakesItsTransactionWithIt) {
  std::unique_ptr<Transaction> transaction = Get(store().Begin());
  ASSERT_TRUE(transaction->PutMeta("epoch", "1").ok());
  ASSERT_FALSE(transaction->AppendGroup(SampleGroup(5, 1)).ok());
  ASSERT_TRUE(transaction->PutMeta("epoch", "2").ok());
  EXPECT_EQ(system::ReasonOf(transaction->Commit()), v1::REASON_INTERNAL);
  EXPECT_EQ(Get(Read()->Meta("epoch")), std::nullopt);
}

TEST_P(Transactions, ThereIsNeverMoreThanOne) {
  std::unique_ptr<Transaction> first = Get(store().Begin());
  EXPECT_EQ(store().Begin().status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(first->Commit().ok());
  std::unique_ptr<Transaction> second = Get(store().Begin());
  EXPECT_EQ(store().Begin().status().code(), absl::StatusCode::kFailedPrecondition);
  second = nullptr;
  EXPECT_TRUE(store().Begin().ok());
}

TEST_P(Transactions, ATransactionIsOverWithItsCommit) {
  std::unique_ptr<Transaction> over = Get(store().Begin());
  ASSERT_TRUE(over->Commit().ok());
  std::unique_ptr<Transaction> next = Get(store().Begin());
  EXPECT_EQ(system::ReasonOf(over->PutMeta("epoch", "1")), v1::REASON_INTERNAL);
  EXPECT_EQ(system::ReasonOf(over->Meta("epoch").status()), v1::REASON_INTERNAL);
  EXPECT_EQ(system::ReasonOf(over->Commit()), v1::REASON_INTERNAL);
  over = nullptr;
  EXPECT_TRUE(next->PutMeta("epoch", "2").ok());
  EXPECT_TRUE(next->Commit().ok());
  EXPECT_EQ(Get(Read()->Meta("epoch")), "2");
}

TEST_P(Transactions, AReaderKeepsTheStateItBeganWith) {
  ASSERT_TRUE(CommitBatch(store(), 1).ok());
  std::unique_ptr<Reader> old = Read();
  ASSERT_TRUE(CommitBatch(store(), 2).ok());
  ASSERT_TRUE(CommitBatch(store(), 3).ok());
  EXPECT_EQ(Get(CountWholeBatches(*old)), 1);
  EXPECT_EQ(Get(CountWholeBatches(*Read())), 3);
}

TEST_P(Transactions, CommittedBatchesAreThereAfterAReopen) {
  if (!GetParam().survives_close) GTEST_SKIP() << "goes with its object";
  for (int batch = 1; batch <= 5; ++batch) {
    ASSERT_TRUE(CommitBatch(store(), batch).ok());
    Reopen();
    ASSERT_EQ(Get(CountWholeBatches(*Read())), batch);
  }
}

// Four threads read while one commits: each view is whole, and never older than the one before.
TEST_P(Transactions, ReadersBesideTheCommitterSeeOnlyWholeBatches) {
  constexpr int kBatches = 60;
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      int seen = 0;
      while (!done) {
        const int now = Get(CountWholeBatches(*Read()));
        EXPECT_GE(now, seen);
        seen = now;
      }
    });
  }
  for (int batch = 1; batch <= kBatches; ++batch) EXPECT_TRUE(CommitBatch(store(), batch).ok());
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(Get(CountWholeBatches(*Read())), kBatches);
}

// More readers ask than there are connections: the last ones wait, and all are served.
TEST_P(Transactions, MoreReadersThanConnectionsAreServedInTurn) {
  ASSERT_TRUE(CommitBatch(store(), 1).ok());
  std::atomic<int> served = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 24; ++i) {
    readers.emplace_back([&] {
      for (int round = 0; round < 10; ++round) {
        std::unique_ptr<Reader> reader = Read();
        if (Get(reader->Meta("batches")) == "1") ++served;
      }
    });
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(served, 240);
}

INSTANTIATE_TEST_SUITE_P(Over, Transactions, ::testing::ValuesIn(Backends()), NameOfBackend);

}  // namespace
}  // namespace gatepost::store
