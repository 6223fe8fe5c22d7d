#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "daemon/store/sqlite/sqlite_store.h"
#include "tests/store/backends.h"
#include "tests/store/batches.h"
#include "tests/store/fault_vfs.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::store {
namespace {

constexpr int kBatches = 5;
constexpr BatchShape kShape = {.messages = 1, .envelope_size = 14000};

SqliteOptions SmallOptions(const FaultVfs& disk) {
  return {
      .vfs = disk.name(), .writer_cache_kib = 32, .reader_cache_kib = 32, .checkpoint_pages = 30};
}

// Commits batches until the power goes; says how many were acknowledged.
int CommitBatches(const std::string& folder, const FaultVfs& disk) {
  absl::StatusOr<std::unique_ptr<Store>> store = OpenSqliteStore(folder, SmallOptions(disk));
  if (!store.ok()) return 0;
  int acknowledged = 0;
  while (acknowledged < kBatches && CommitBatch(**store, acknowledged + 1, kShape).ok()) {
    ++acknowledged;
  }
  return acknowledged;
}

// Cuts the power at the changes of a run. What was synced is kept; of what was not, a random part,
// torn at sectors. The next start finds every acknowledged batch and no half of one.
TEST(SqlitePowerCut, AtAnyMomentNothingAcknowledgedIsLostAndNothingIsHalf) {
  std::vector<int64_t> moments;
  {
    testing::TemporaryFolder folder;
    FaultVfs disk;
    ASSERT_EQ(CommitBatches(folder.Under("data"), disk), kBatches);
    moments = disk.MomentsToTry();
  }
  std::mt19937 random(1);
  for (int64_t change : moments) {
    testing::TemporaryFolder folder;
    FaultVfs disk;
    disk.Fail(change, 1'000'000);
    const int acknowledged = CommitBatches(folder.Under("data"), disk);
    for (int survivors = 0; survivors < 2; ++survivors) {
      SCOPED_TRACE(::testing::Message() << "change " << change << ", survivors " << survivors);
      const std::string after = folder.Under("after-" + std::to_string(survivors));
      std::filesystem::create_directory(after);
      disk.LeaveSurvivors(after, random);
      std::unique_ptr<Store> store = Get(OpenSqliteStore(after, {.durable = false}));
      ASSERT_NE(store, nullptr);
      const int count = Get(CountWholeBatches(*Get(store->Read()), kShape));
      ASSERT_GE(count, acknowledged);
      ASSERT_LE(count, acknowledged + 1);
    }
  }
}

// A batch that was written but not synced when its process died can be read at the next start; it
// must not be shown before it is durable, or a power cut would take back what was shown.
TEST(SqlitePowerCut, WhatANewStartShowsIsDurable) {
  testing::TemporaryFolder folder;
  const std::string data = folder.Under("data");
  FaultVfs disk;
  std::unique_ptr<Store> store = Get(OpenSqliteStore(data, {.vfs = disk.name()}));
  ASSERT_TRUE(CommitBatch(*store, 1).ok());
  // Batch 2 is written, its sync fails, and the process goes on no more.
  absl::Status committed;
  for (int64_t change = 0; !disk.sync_failed(); ++change) {
    ASSERT_LT(change, 1000) << "no commit syncs";
    disk.Fail(change, 1);
    committed = CommitBatch(*store, 2);
  }
  ASSERT_FALSE(committed.ok());
  store = nullptr;
  store = Get(OpenSqliteStore(data, {.vfs = disk.name()}));
  ASSERT_EQ(Get(CountWholeBatches(*Get(store->Read()))), 2);
  // The power goes: of what no sync has reached, anything may be gone.
  for (unsigned seed = 0; seed < 10; ++seed) {
    std::mt19937 random(seed);
    const std::string after = folder.Under("after-" + std::to_string(seed));
    std::filesystem::create_directory(after);
    disk.LeaveSurvivors(after, random);
    const std::unique_ptr<Store> later = Get(OpenSqliteStore(after, {.durable = false}));
    EXPECT_EQ(Get(CountWholeBatches(*Get(later->Read()))), 2);
  }
}

}  // namespace
}  // namespace gatepost::store
