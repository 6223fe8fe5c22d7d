#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

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

  testing::TemporaryFolder folder_;
  FaultVfs disk_;
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

// There is always a reader who began a commit ago, so that the log can never be moved as a whole:
// commits still cost one sync each, with a checkpoint now and then, not one each.
TEST_F(SqliteSyncs, OverlappingReadersDoNotMakeEveryCommitACheckpoint) {
  std::unique_ptr<Store> store = Open({.checkpoint_pages = 400});
  ASSERT_TRUE(CommitBatch(*store, 1).ok());
  std::unique_ptr<Reader> reader = Get(static_cast<const Store&>(*store).Read());
  const int64_t before = disk_.syncs();
  constexpr int kBatches = 150;
  for (int batch = 2; batch <= kBatches; ++batch) {
    ASSERT_TRUE(CommitBatch(*store, batch).ok());
    reader = Get(static_cast<const Store&>(*store).Read());
  }
  EXPECT_LE(disk_.syncs() - before, kBatches + 3 * kBatches / 10);
  EXPECT_EQ(Get(CountWholeBatches(*reader)), kBatches);
}

// Four threads read without a pause, and never let the log alone by themselves.
TEST_F(SqliteSyncs, BusyReadersDoNotMakeTheLogGrowForEver) {
  constexpr int kPages = 50;
  std::unique_ptr<Store> store = Open({.checkpoint_pages = kPages});
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const std::unique_ptr<Reader> reader = Get(static_cast<const Store&>(*store).Read());
        for (uint64_t number = 1; number <= 30; ++number) {
          EXPECT_TRUE(reader->Receipt("cn-pingxiang", number).ok());
        }
      }
    });
  }
  for (int batch = 1; batch <= 400; ++batch) EXPECT_TRUE(CommitBatch(*store, batch).ok());
  done = true;
  for (std::thread& reader : readers) reader.join();
  // Each batch is about 30 pages, so all of them would be 48 MB.
  EXPECT_LT(std::filesystem::file_size(folder_.Under("gatepost.db-wal")), 40 * kPages * 4096);
}

TEST_F(SqliteSyncs, AStoreThatNobodyWillMissNeverSyncs) {
  std::unique_ptr<Store> store = Open({.durable = false});
  ASSERT_TRUE(CommitBatch(*store, 1).ok());
  store = nullptr;
  EXPECT_EQ(disk_.syncs(), 0);
}

// Eight threads want to read at once, and two connections are all there is.
TEST_F(SqliteSyncs, ReadersBeyondTheBoundWait) {
  std::unique_ptr<Store> store = Open({.readers = 2});
  std::atomic<int> out = 0;
  std::atomic<int> most = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 8; ++i) {
    readers.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        std::unique_ptr<Reader> reader = Get(static_cast<const Store&>(*store).Read());
        const int now = ++out;
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        EXPECT_TRUE(reader->LastGroup().ok());
        // The others get every chance to be served too early.
        for (int turn = 0; turn < 20; ++turn) std::this_thread::yield();
        --out;
      }
    });
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_GE(most, 1);
  EXPECT_LE(most, 2);
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
