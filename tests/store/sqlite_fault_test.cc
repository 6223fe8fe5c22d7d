#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/store/sqlite/sqlite_store.h"
#include "daemon/system/reason.h"
#include "tests/store/backends.h"
#include "tests/store/batches.h"
#include "tests/store/fault_vfs.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::store {
namespace {

using Fault = FaultVfs::Fault;

constexpr int kBatches = 5;

// What one run of the committer came to.
struct Outcome {
  bool opened = false;
  int acknowledged = 0;
};

// Small caches and a short log, so that few batches meet every kind of write: inside a transaction
// that outgrows its cache, at a commit, in a checkpoint, and when the log begins anew.
constexpr BatchShape kShape = {.messages = 1, .envelope_size = 14000};
SqliteOptions SmallOptions(const FaultVfs& disk) {
  return {
      .vfs = disk.name(), .writer_cache_kib = 32, .reader_cache_kib = 32, .checkpoint_pages = 30};
}

// Commits batches until one cannot be; tries that one again `retries` times.
Outcome CommitBatches(const std::string& folder, const SqliteOptions& options, int retries,
                      FaultVfs& disk) {
  Outcome run;
  absl::StatusOr<std::unique_ptr<Store>> store = OpenSqliteStore(folder, options);
  run.opened = store.ok();
  if (!run.opened) {
    EXPECT_EQ(system::ReasonOf(store.status()), v1::REASON_STORE_FAILED) << store.status();
    return run;
  }
  while (run.acknowledged < kBatches) {
    absl::Status committed = CommitBatch(**store, run.acknowledged + 1, kShape);
    if (!committed.ok()) {
      EXPECT_EQ(system::ReasonOf(committed), v1::REASON_STORE_FAILED) << committed;
      // What was acknowledged can be read beside the failing disk, and nothing else.
      EXPECT_EQ(Get(CountWholeBatches(*Get((*store)->Read()), kShape)), run.acknowledged);
      if (retries-- == 0) return run;
      if (retries == 0) disk.Heal();
      continue;
    }
    ++run.acknowledged;
  }
  return run;
}

// Opens the store on a well disk: every acknowledged batch is there, each whole, and at most the
// one more whose acknowledgement failed. Then it goes on.
void CheckAfterwards(const std::string& folder, const Outcome& run) {
  std::unique_ptr<Store> store = Get(OpenSqliteStore(folder, {.durable = false}));
  ASSERT_NE(store, nullptr);
  const int count = Get(CountWholeBatches(*Get(store->Read()), kShape));
  EXPECT_GE(count, run.acknowledged);
  EXPECT_LE(count, run.acknowledged + 1);
  EXPECT_TRUE(CommitBatch(*store, count + 1, kShape).ok());
  EXPECT_EQ(Get(CountWholeBatches(*Get(store->Read()), kShape)), count + 1);
}

// The changes of an undisturbed run at which to disturb the next ones.
std::vector<int64_t> MomentsOfARun() {
  testing::TemporaryFolder folder;
  FaultVfs disk;
  const Outcome run = CommitBatches(folder.Under("data"), SmallOptions(disk), 0, disk);
  EXPECT_EQ(run.acknowledged, kBatches);
  return disk.MomentsToTry();
}

// Fails one change, in another run a later one, and so on, and the disk stays ill.
TEST(SqliteFaults, WhateverChangeFailsForGoodNothingAcknowledgedIsLost) {
  const std::vector<int64_t> moments = MomentsOfARun();
  ASSERT_GT(moments.size(), 100u);
  for (int64_t change : moments) {
    SCOPED_TRACE(change);
    testing::TemporaryFolder folder;
    FaultVfs disk;
    disk.Fail(change, 1'000'000);
    const Outcome run = CommitBatches(folder.Under("data"), SmallOptions(disk), 2, disk);
    EXPECT_TRUE(disk.failed());
    CheckAfterwards(folder.Under("data"), run);
    if (HasFatalFailure()) return;
  }
}

// Fails one change only. Unless it was a sync, the same batch passes when it is tried again.
TEST(SqliteFaults, AfterAPassingFailureTheStoreGoesOnUnlessASyncFailed) {
  int went_on = 0;
  for (int64_t change : MomentsOfARun()) {
    SCOPED_TRACE(change);
    testing::TemporaryFolder folder;
    FaultVfs disk;
    disk.Fail(change, 1);
    const Outcome run = CommitBatches(folder.Under("data"), SmallOptions(disk), 2, disk);
    EXPECT_TRUE(disk.failed());
    if (run.opened && !disk.sync_failed()) {
      EXPECT_EQ(run.acknowledged, kBatches);
      ++went_on;
    }
    CheckAfterwards(folder.Under("data"), run);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(went_on, 50);
}

TEST(SqliteFaults, AFullDiskRefusesAndTheStoreGoesOnWhenThereIsRoom) {
  for (int64_t change : MomentsOfARun()) {
    if (change % 4 != 0) continue;
    SCOPED_TRACE(change);
    testing::TemporaryFolder folder;
    FaultVfs disk;
    disk.Fail(change, 1'000'000, Fault::kDiskFull);
    const Outcome run = CommitBatches(folder.Under("data"), SmallOptions(disk), 3, disk);
    if (run.opened) {
      EXPECT_EQ(run.acknowledged, kBatches);
    }
    CheckAfterwards(folder.Under("data"), run);
    if (HasFatalFailure()) return;
  }
}

TEST(SqliteFaults, AFullDiskIsNamed) {
  testing::TemporaryFolder folder;
  FaultVfs disk;
  std::unique_ptr<Store> store = Get(OpenSqliteStore(folder.path(), {.vfs = disk.name()}));
  disk.Fail(0, 1'000'000, Fault::kDiskFull);
  const std::optional<system::Refusal> refusal = system::RefusalOf(CommitBatch(*store, 1));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, v1::REASON_STORE_FAILED);
  EXPECT_EQ(refusal->wanted, "to commit");
  EXPECT_EQ(refusal->came, "SQLite error 13: database or disk is full");
  EXPECT_EQ(refusal->todo, "free space on the disk; nothing needs to be repaired");
}

// After a sync failed the system may have dropped what it could not write, and call the next sync
// a success: nothing may be acknowledged until the file was read again from the disk.
TEST(SqliteFaults, AfterAFailedSyncNothingIsTakenUntilTheStoreIsOpenedAgain) {
  testing::TemporaryFolder folder;
  FaultVfs disk;
  std::unique_ptr<Store> store = Get(OpenSqliteStore(folder.path(), {.vfs = disk.name()}));
  ASSERT_TRUE(CommitBatch(*store, 1).ok());
  int acknowledged = 1;
  // The first sync that comes fails, the disk is well at once.
  for (int64_t change = 0; !disk.sync_failed(); ++change) {
    ASSERT_LT(change, 1000) << "no commit syncs";
    disk.Fail(change, 1);
    if (CommitBatch(*store, acknowledged + 1).ok()) ++acknowledged;
  }
  for (int attempt = 0; attempt < 3; ++attempt) {
    const std::optional<system::Refusal> refused = system::RefusalOf(store->Begin().status());
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->reason, v1::REASON_STORE_FAILED);
    EXPECT_EQ(refused->came, "an earlier sync that failed");
  }
  EXPECT_EQ(Get(CountWholeBatches(*Get(store->Read()))), acknowledged);
  store = nullptr;
  store = Get(OpenSqliteStore(folder.path()));
  const int count = Get(CountWholeBatches(*Get(store->Read())));
  EXPECT_GE(count, acknowledged);
  EXPECT_TRUE(CommitBatch(*store, count + 1).ok());
}

}  // namespace
}  // namespace gatepost::store
