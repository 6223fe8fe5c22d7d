// A node whose store was replaced by an older copy: it is noticed, nothing is signed, and what the
// peer holds comes back.
#include <gtest/gtest.h>

#include "daemon/exchange/restore/returned.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "tests/exchange/restore_case.h"

namespace gatepost::testing {
namespace {

TEST_F(Restore, TheGuardFileNoticesAnOlderCopyAndNothingIsTakenIn) {
  LoseTheEnd(false);
  EXPECT_NE(world.vn->log->restored().find("the guard file says"), std::string::npos);
  const v1::Message more = world.OneFigureReport(world.vn_clerk(), "LS-CM", 1, 1);
  const auto answer = world.vn->Submit(world.vn_clerk(), world.Sign(world.vn_clerk(), more));
  EXPECT_EQ(system::ReasonOf(answer.status()), v1::REASON_NODE_RESTORED);
  EXPECT_EQ(system::ReasonOf(world.vn->log->Checkpoint(world.vn->head()).status()),
            v1::REASON_NODE_RESTORED);
  EXPECT_EQ(world.vn->head(), copied);
  // Reading goes on, without proofs.
  const v1::GetMessageResponse read = world.vn->Fetch(world.vn_officer(), vn_ids.front());
  EXPECT_FALSE(read.message().receipt().leaf().empty());
  EXPECT_TRUE(read.message().receipt().proof().empty());
}

TEST_F(Restore, ItIsStillRestoredAfterAnotherStart) {
  LoseTheEnd(true);
  Reconnect();
  ASSERT_FALSE(world.vn->log->restored().empty());
  world.KillAndRestart(true);
  EXPECT_FALSE(world.vn->log->restored().empty());
}

TEST_F(Restore, AGuardFileThatWasDeletedIsMissed) {
  world.Connect();
  Exchange(1);
  world.KillAndRestart(true, [&] { fs::remove(guard_of()); });
  EXPECT_NE(world.vn->log->restored().find("the guard file is gone"), std::string::npos);
}

TEST_F(Restore, AHealthyNodeIsNotRestored) {
  world.Connect();
  Exchange(2);
  world.KillAndRestart(true);
  EXPECT_EQ(world.vn->log->restored(), "");
}

// After a power cut the guard file may be behind.
TEST_F(Restore, AGuardFileThatIsBehindIsRaised) {
  world.Connect();
  Exchange(1);
  TakeCopy();
  Exchange(1);
  world.KillAndRestart(true, [&] { PutGuardBack(); });
  EXPECT_EQ(world.vn->log->restored(), "");
  EXPECT_LT(world.vn->guard->found()->size, world.vn->head().size);
  world.KillAndRestart(true);
  EXPECT_EQ(world.vn->guard->found()->size, world.vn->head().size);
}

TEST_F(Restore, ThePeerNoticesWhatNoGuardFileTells) {
  LoseTheEnd(true);
  ASSERT_EQ(world.vn->log->restored(), "");
  Reconnect();
  EXPECT_NE(world.vn->log->restored().find("a peer holds"), std::string::npos);
  EXPECT_EQ(world.vn->head(), copied);
}

// Who restores the guard file too and carries on with the wire cut is caught when it is mended.
TEST_F(Restore, CarryingOnWithAnOldCopyIsCaughtByThePeer) {
  LoseTheEnd(true);
  for (int i = 0; i < 4 * kEach; ++i) SubmitVn();  // Beyond the size that the peer holds.
  ASSERT_GT(world.vn->head().size, before.size);
  Reconnect();
  EXPECT_FALSE(world.vn->log->restored().empty());
  EXPECT_FALSE(world.vn->link->connected());
}

TEST_F(Restore, NoSecondHeadOfAnySizeLeavesTheNode) {
  std::map<std::pair<std::string, uint64_t>, std::string> heads;  // Body by origin and size.
  world.on_wire = [&](bool from_vn, v1::LinkFrame& frame) {
    if (!from_vn) return true;
    for (const std::string& note :
         {frame.hello().head(), frame.receipts().head(), frame.read().head(),
          frame.decision().head(), frame.head().head(), frame.hello().opened().head()}) {
      if (note.empty()) continue;
      const auto opened = Need(ledger::OpenCheckpoint(note, world.vn->log->verifier_key()));
      const auto [at, fresh] =
          heads.try_emplace({opened.checkpoint.origin, opened.checkpoint.size}, opened.body);
      EXPECT_EQ(at->second, opened.body);
    }
    return true;
  };
  LoseTheEnd(true);
  Reconnect();  // The peer notices.
  Reconnect();  // It gives back.
  Need(world.vn->OpenEpoch().status());
  Need(world.cn->AdmitEpoch(2, copied.size));
  Reconnect();
  Exchange(kEach + 5);
  EXPECT_GT(heads.size(), 2U * kEach);
}

TEST_F(Restore, EverythingThePeerHoldsComesBackByteForByte) {
  LoseTheEnd(false);
  Reconnect();
  const exchange::OpenedEpoch opened = Need(world.vn->OpenEpoch());
  EXPECT_EQ(opened.epoch, 2U);
  EXPECT_EQ(opened.first, copied.size);
  EXPECT_EQ(opened.counts.sent, static_cast<uint64_t>(kEach));
  EXPECT_EQ(opened.counts.received, static_cast<uint64_t>(kEach));
  EXPECT_EQ(opened.counts.different, 0U);
  Need(world.cn->AdmitEpoch(2, copied.size));
  Reconnect();
  ASSERT_TRUE(world.vn->link->connected());
  for (const auto& [id, row] : rows) {
    const store::MessageRecord now = Held(*world.vn, id);
    EXPECT_EQ(now.envelope, row.envelope);
    EXPECT_EQ(now.standing, row.standing);
    EXPECT_EQ(now.incoming_sequence, row.incoming_sequence);
  }
  const std::unique_ptr<store::Reader> vn = Need(world.vn->store->Read());
  const std::unique_ptr<store::Reader> cn = Need(world.cn->store->Read());
  for (const auto& [sequence, row] : receipts) {
    const store::ReceiptRecord now = *Need(vn->Receipt("cn-pingxiang", sequence));
    EXPECT_EQ(now.leaf, row.leaf);
    EXPECT_EQ(now.path, row.path);
    EXPECT_EQ(now.head_size, row.head_size);
  }
  // The receipts that it gave itself and lost, as the peer holds them.
  for (uint64_t sequence = 3; sequence <= 2U + kEach; ++sequence) {
    const auto lost = Need(exchange::LostReceipt(*vn, "cn-pingxiang", sequence));
    ASSERT_TRUE(lost.has_value());
    EXPECT_EQ(lost->receipt().leaf(), Need(cn->Receipt("vn-langson", sequence))->leaf);
  }
}

}  // namespace
}  // namespace gatepost::testing
