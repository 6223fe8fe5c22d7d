#include <fmt/format.h>
#include <gtest/gtest.h>

#include "daemon/store/sqlite/sqlite_store.h"
#include "tests/store/backends.h"
#include "tests/store/batches.h"
#include "tests/store/fault_vfs.h"
#include "tests/store/samples.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::store {
namespace {

// A store on a disk that counts.
class SqliteSyncs : public ::testing::Test {
 protected:
  std::unique_ptr<Store> Open(SqliteOptions options = {}) {
    options.vfs = disk_.name();
    return Get(OpenSqliteStore(folder_.path(), options));
  }

  FaultVfs disk_;

 private:
  testing::TemporaryFolder folder_;
};

TEST_F(SqliteSyncs, ACommitCostsExactlyOne) {
  std::unique_ptr<Store> store = Open();
  ASSERT_TRUE(CommitBatch(*store, 1).ok());  // Begins the write-ahead log.
  for (int batch = 2; batch <= 50; ++batch) {
    const int64_t before = disk_.syncs();
    ASSERT_TRUE(CommitBatch(*store, batch).ok());
    ASSERT_EQ(disk_.syncs() - before, 1) << "batch " << batch;
  }
}

TEST_F(SqliteSyncs, OnlyACommitCostsAny) {
  std::unique_ptr<Store> store = Open();
  ASSERT_TRUE(CommitBatch(*store, 1).ok());
  const int64_t before = disk_.syncs();
  EXPECT_EQ(Get(CountWholeBatches(*Get(store->Read()))), 1);
  std::unique_ptr<Transaction> dropped = Get(store->Begin());
  EXPECT_TRUE(dropped->PutMeta("epoch", "1").ok());
  dropped = nullptr;
  EXPECT_TRUE(Get(store->Begin())->Commit().ok());  // Nothing to commit.
  EXPECT_EQ(disk_.syncs(), before);
}

// Each checkpoint costs the log's sync, the database's, and one for the log's new beginning.
TEST_F(SqliteSyncs, CheckpointsAreRare) {
  std::unique_ptr<Store> store = Open({.checkpoint_pages = 200});
  const int64_t before = disk_.syncs();
  constexpr int kBatches = 300;
  for (int batch = 1; batch <= kBatches; ++batch) ASSERT_TRUE(CommitBatch(*store, batch).ok());
  const int64_t more = disk_.syncs() - before - kBatches;
  EXPECT_GE(more, 3 * 10);
  EXPECT_LE(more, 3 * kBatches / 5);
}

// An old reader keeps the log from being written over; commits still cost one sync each, with a
// checkpoint now and then, not a checkpoint each.
TEST_F(SqliteSyncs, AnOldReaderDoesNotMakeEveryCommitACheckpoint) {
  std::unique_ptr<Store> store = Open({.checkpoint_pages = 200});
  ASSERT_TRUE(CommitBatch(*store, 1).ok());
  const std::unique_ptr<Reader> old = Get(static_cast<const Store&>(*store).Read());
  const int64_t before = disk_.syncs();
  constexpr int kBatches = 300;
  for (int batch = 2; batch <= kBatches; ++batch) ASSERT_TRUE(CommitBatch(*store, batch).ok());
  EXPECT_LE(disk_.syncs() - before, kBatches + 3 * kBatches / 5);
  EXPECT_EQ(Get(CountWholeBatches(*old)), 1);
}

TEST_F(SqliteSyncs, AStoreThatNobodyWillMissNeverSyncs) {
  std::unique_ptr<Store> store = Open({.durable = false});
  ASSERT_TRUE(CommitBatch(*store, 1).ok());
  store = nullptr;
  EXPECT_EQ(disk_.syncs(), 0);
}

// One group has 160 KiB of nodes and 1.6 MiB of leaves: a proof must not pay for the leaves.
TEST_F(SqliteSyncs, NodesAreReadWithoutLeaves) {
  std::unique_ptr<Store> store = Open();
  {
    std::unique_ptr<Transaction> transaction = Get(store->Begin());
    ASSERT_TRUE(transaction->AppendGroup(SampleGroup(0, 2560, 640)).ok());
    ASSERT_TRUE(transaction->Commit().ok());
  }
  store = nullptr;
  store = Open();
  const std::unique_ptr<Reader> reader = Get(static_cast<const Store&>(*store).Read());
  const int64_t before = disk_.bytes_read();
  ASSERT_EQ(Get(reader->NodesOfLeaf(1000))->nodes.size(), SampleGroup(0, 2560).nodes.size());
  EXPECT_LT(disk_.bytes_read() - before, 200 * 1024);
  ASSERT_EQ(Get(reader->GroupOfLeaf(1000))->leaves.size(), 2560u);
  EXPECT_GT(disk_.bytes_read() - before, 1600 * 1024);
}

// 6,000 messages are 8 MB; a page of any list must not read more than a small part of them.
TEST_F(SqliteSyncs, ListsReadLittle) {
  constexpr int kMessages = 6000;
  std::unique_ptr<Store> store = Open({.durable = false});
  {
    std::unique_ptr<Transaction> transaction = Get(store->Begin());
    for (uint64_t number = 1; number <= kMessages; ++number) {
      MessageRecord message = SampleMessage(number);
      // Rare ones lie at the far end of the list.
      const bool rare = number <= 20;
      message.author = rare ? "rare author" : "author";
      message.scope_ids = {rare ? "rare" : "scope"};
      if (rare) message.received_from = "";
      message = Get(transaction->InsertMessage(message));
      ReportRecord report = SampleReport(number);
      report.message_row = message.row;
      report.business_date = absl::CivilDay(2026, 1, rare ? 1 : 2);
      report.original_row = rare ? 1 : 2;
      report.scope_ids = message.scope_ids;
      ASSERT_TRUE(transaction->PutReport(report).ok());
    }
    ASSERT_TRUE(transaction->Commit().ok());
  }
  store = nullptr;
  const absl::CivilDay rare_day(2026, 1, 1);
  using Direction = MessageFilter::Direction;
  for (const MessageFilter& filter : std::vector<MessageFilter>{
           {.limit = 20},
           {.direction = Direction::kSubmitted, .limit = 20},
           {.direction = Direction::kReceived, .limit = 20},
           {.scope_id = "rare", .limit = 20},
           {.direction = Direction::kSubmitted, .scope_id = "rare", .limit = 20},
           {.author = "rare author", .limit = 20},
           {.direction = Direction::kSubmitted, .author = "rare author", .limit = 20},
           {.stored_before = SampleMessage(21).stored_at, .limit = 20},
           {.stored_from = SampleMessage(3000).stored_at,
            .stored_before = SampleMessage(3020).stored_at}}) {
    store = nullptr;
    store = Open();
    const int64_t before = disk_.bytes_read();
    ASSERT_EQ(Get(Get(static_cast<const Store&>(*store).Read())->ListMessages(filter)).size(), 20u);
    EXPECT_LT(disk_.bytes_read() - before, 400 * 1024)
        << "scope " << filter.scope_id << ", author " << filter.author << ", direction "
        << static_cast<int>(filter.direction);
  }
  for (const ReportFilter& filter :
       std::vector<ReportFilter>{{.limit = 20},
                                 {.from = rare_day, .to = rare_day, .limit = 20},
                                 {.any_scope_ids = {"rare"}, .limit = 20},
                                 {.original_row = 1, .limit = 20}}) {
    store = nullptr;
    store = Open();
    const int64_t before = disk_.bytes_read();
    ASSERT_EQ(Get(Get(static_cast<const Store&>(*store).Read())->ListReports(filter)).size(), 20u);
    EXPECT_LT(disk_.bytes_read() - before, 120 * 1024);
  }
}

}  // namespace
}  // namespace gatepost::store
