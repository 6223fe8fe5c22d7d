// A log that was restored more than once, its guard file, and the cosignatures of both its ends.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "daemon/exchange/audit/head_notes.h"
#include "daemon/exchange/restore/open_epoch.h"
#include "daemon/ledger/leaf.h"
#include "daemon/store/guard_file.h"
#include "daemon/store/sqlite/sqlite_store.h"
#include "tests/exchange/restore_case.h"

namespace gatepost::testing {
namespace {

// The second copy reaches less far than the first epoch that was opened.
TEST_F(Restore, ALogThatWasRestoredToBeforeItsSecondEpochGoesOn) {
  world.Connect();
  Exchange(2);
  TakeCopy("early");
  const uint64_t first = copied.size;
  Exchange(3);
  LoseTheEnd(false);
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  Need(world.cn->AdmitEpoch(2, copied.size));
  Reconnect();
  Exchange(2);
  PutCopyBack(false, "early");
  Reconnect();
  EXPECT_EQ(Need(world.vn->OpenEpoch()).epoch, 3U);
  Need(world.cn->AdmitEpoch(3, first));
  Reconnect();
  Exchange(2);
  EXPECT_TRUE(world.vn->link->connected());
  EXPECT_EQ(world.cn->LinkRecord().last_receipted, cn_ids.size());
  world.KillAndRestart(false);
  world.KillAndRestart(true);
  Reconnect();
  EXPECT_TRUE(world.vn->link->connected());
}

// An epoch may have been opened of which nobody here knows.
TEST_F(Restore, WithoutAGuardFileANumberIsLeftOut) {
  LoseTheEnd(true);
  world.KillAndRestart(true, [&] { fs::remove(guard_of()); });
  Reconnect();
  EXPECT_EQ(Need(world.vn->OpenEpoch()).epoch, 3U);
}

// A guard file that could not be written is not missed at the next start.
TEST_F(Restore, AGuardFileThatNeverWasIsNotMissed) {
  TemporaryFolder folder;
  const std::unique_ptr<store::Store> store =
      Need(store::OpenSqliteStore(folder.Under("store"), {.durable = false}));
  const auto start = [&](const std::string& path) {
    const auto log =
        Need(exchange::LogBook::Open(*store, "vn-langson", world.vn->log_key, world.random));
    const auto guard = Need(store::GuardFile::Open(path, "vn-langson"));
    const absl::Status checked = exchange::CheckGuard(*store, *log, *guard);
    EXPECT_EQ(log->restored(), "");
    return checked;
  };
  EXPECT_FALSE(start("/dev/full").ok());
  EXPECT_TRUE(start(folder.Under("guard")).ok());
}

TEST_F(Restore, ANewEpochIsNotLateWithCosignaturesOfTheOldOne) {
  LoseTheEnd(false);
  Reconnect();
  world.clock.Advance(absl::Hours(2));
  Need(world.vn->OpenEpoch().status());
  world.vn->cosignature_alarms->OnTick();
  world.vn->Settle();
  for (const ledger::Leaf& leaf : world.vn->Leaves()) {
    EXPECT_NE(leaf.result, "COSIGNATURE_PENDING");
  }
}

TEST_F(Restore, CosignedHeadsAreShownMeanwhileAndThoseOfTheLostEndAreKept) {
  world.Connect();
  Exchange(2);
  world.Pass(absl::Seconds(5));
  const uint64_t cosigned = world.vn->LinkRecord().cosigned_size;
  TakeCopy();
  Exchange(2);
  world.Pass(absl::Seconds(5));
  const uint64_t lost = world.vn->LinkRecord().cosigned_size;
  ASSERT_EQ(world.cn->LinkRecord().peer_head_size, lost);
  PutCopyBack(false);
  ASSERT_FALSE(world.vn->log->restored().empty());
  const auto reader = [&] { return Need(world.vn->store->Read()); };
  EXPECT_NE(Need(exchange::OwnNote(*reader(), *world.vn->log, cosigned)), "");
  EXPECT_NE(Need(exchange::NewestOwnNote(*reader(), *world.vn->log)), "");
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  EXPECT_TRUE(Need(exchange::CosignedNote(*reader(), "vn-langson/audit/1", lost)).has_value());
}

}  // namespace
}  // namespace gatepost::testing
