// A node whose store was replaced by an older copy: it is noticed, nothing is signed until both
// sides agreed to go on, and what the peer holds comes back.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/exchange/restore/returned.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

namespace fs = std::filesystem;

constexpr int kEach = 20;  // Messages in each direction after the copy was taken.

// A world in which vn-langson's disk is copied, and later replaced by the copy.
class Restore : public ::testing::Test {
 protected:
  void Exchange(int messages) {
    for (int i = 0; i < messages; ++i) {
      SubmitVn();
      SubmitCn();
      world.Run();
    }
  }

  void SubmitVn() {
    const v1::Message message = world.OneFigureReport(world.vn_clerk(), "LS-HN", ++day_, 7);
    Need(world.vn->Submit(world.vn_clerk(), world.Sign(world.vn_clerk(), message)).status());
    vn_ids.push_back(message.header().message_id());
  }
  void SubmitCn() {
    const v1::Message message = world.OneFigureReport(world.cn_clerk(), "LS-TT", ++day_, 5);
    Need(world.cn->Submit(world.cn_clerk(), world.Sign(world.cn_clerk(), message)).status());
    cn_ids.push_back(message.header().message_id());
  }

  void TakeCopy() {
    world.KillAndRestart(true, [&] {
      const auto all = fs::copy_options::recursive;
      fs::copy(folder_of(), copy_.Under("store"), all);
      fs::copy(guard_of(), copy_.Under("guard"));
    });
    world.Connect();
    world.Run();
  }
  void PutCopyBack(bool with_guard) {
    world.KillAndRestart(true, [&] {
      fs::remove_all(folder_of());
      fs::copy(copy_.Under("store"), folder_of(), fs::copy_options::recursive);
      if (with_guard) PutGuardBack();
    });
  }
  void PutGuardBack() {
    fs::copy(copy_.Under("guard"), guard_of(), fs::copy_options::overwrite_existing);
  }

  // The usual disaster: two messages each way, the copy, twenty more each way, the copy put back.
  void LoseTheEnd(bool with_guard) {
    world.Connect();
    Exchange(2);
    TakeCopy();
    copied = world.vn->head();
    Exchange(kEach);
    before = world.vn->head();
    for (uint64_t n = 1; n <= world.vn->LinkRecord().last_receipted; ++n) {
      receipts[n] = *Need(Need(world.vn->store->Read())->Receipt("cn-pingxiang", n));
    }
    for (const std::string& id : vn_ids) rows[id] = Held(*world.vn, id);
    for (const std::string& id : cn_ids) rows[id] = Held(*world.vn, id);
    PutCopyBack(with_guard);
  }

  static store::MessageRecord Held(const TestNode& node, const std::string& id) {
    return Need(Need(node.store->Read())->FindMessagesById(id)).at(0);
  }

  void Reconnect() {
    world.Cut();
    world.Connect();
    world.Run();
  }

  std::string folder_of() const { return folders_.first; }
  std::string guard_of() const { return folders_.second; }

  TwoNodes world;
  std::vector<std::string> vn_ids;
  std::vector<std::string> cn_ids;
  exchange::Head copied;
  exchange::Head before;
  std::map<uint64_t, store::ReceiptRecord> receipts;
  std::map<std::string, store::MessageRecord> rows;

 private:
  const std::pair<std::string, std::string> folders_{world.vn->setup.store_folder,
                                                     world.vn->setup.guard_file};
  TemporaryFolder copy_;
  int day_ = 0;
};

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
  Need(world.cn->AdmitEpoch(2));
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
  Need(world.cn->AdmitEpoch(2));
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

TEST_F(Restore, TheLinkGoesOnBothWaysInTheNewEpoch) {
  LoseTheEnd(false);
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  Need(world.cn->AdmitEpoch(2));
  Reconnect();
  Exchange(3);
  EXPECT_EQ(world.vn->log->epoch(), 2U);
  EXPECT_EQ(world.vn->LinkRecord().last_receipted, vn_ids.size());
  EXPECT_EQ(world.cn->LinkRecord().last_receipted, cn_ids.size());
  EXPECT_EQ(world.cn->LinkRecord().peer_head_epoch, 2U);
  EXPECT_EQ(world.cn->LinkRecord().alarm, "");
  world.KillAndRestart(true);
  world.KillAndRestart(false);
  Reconnect();
  Exchange(1);
  EXPECT_TRUE(world.vn->link->connected());
  EXPECT_EQ(world.vn->log->restored(), "");
}

TEST_F(Restore, TheFirstLeafOfTheEpochNamesTheHeadThatThePeerHeld) {
  LoseTheEnd(false);
  const store::LinkRecord held = world.cn->LinkRecord();
  const auto head = Need(Need(world.cn->store->Read())
                             ->PeerHead("vn-langson", held.peer_head_epoch, held.peer_head_size));
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  const ledger::Leaf first = world.vn->Leaves().at(copied.size);
  EXPECT_EQ(first.event, ledger::event::kEpoch);
  EXPECT_EQ(first.epoch, 2U);
  EXPECT_EQ(first.peer, "cn-pingxiang");
  EXPECT_EQ(first.detail, "first:" + std::to_string(copied.size) + ",head:1:" +
                              std::to_string(head->size) + ":" + certs::ToHex(head->root));
}

TEST_F(Restore, WithoutTheOtherSidesOfficerTheLinkStaysDown) {
  LoseTheEnd(false);
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  Reconnect();
  EXPECT_FALSE(world.cn->link->connected());
  EXPECT_EQ(world.cn->link->State().problem().reason(), v1::REASON_EPOCH_NOT_ADMITTED);
  Need(world.cn->AdmitEpoch(2));
  Reconnect();
  EXPECT_TRUE(world.cn->link->connected());
}

TEST_F(Restore, NoEpochIsOpenedBeforeThePeerHasGivenEverythingBack) {
  LoseTheEnd(false);
  EXPECT_EQ(system::ReasonOf(world.vn->OpenEpoch().status()), v1::REASON_NODE_RESTORED);
  EXPECT_EQ(world.vn->head(), copied);
}

TEST_F(Restore, AHealthyNodeOpensNoEpoch) {
  world.Connect();
  Exchange(1);
  EXPECT_EQ(system::ReasonOf(world.vn->OpenEpoch().status()), v1::REASON_BAD_ARGUMENT);
}

// What nobody else was shown: refusals at the own door.
TEST_F(Restore, WhatOnlyTheLostDiskKnewIsCounted) {
  world.Connect();
  Exchange(2);
  TakeCopy();
  const uint64_t first = world.vn->head().size;
  Exchange(3);
  for (int i = 0; i < 5; ++i) {
    v1::Message wrong = world.OneFigureReport(world.vn_clerk(), "LS-HN", 300 + i, 1);
    wrong.mutable_header()->set_origin_node("cn-pingxiang");
    EXPECT_FALSE(world.vn->Submit(world.vn_clerk(), world.Sign(world.vn_clerk(), wrong)).ok());
  }
  const std::vector<ledger::Leaf> leaves = world.vn->Leaves();
  uint64_t delivered = 0;
  for (uint64_t i = first; i < leaves.size(); ++i) {
    if (leaves[i].event == ledger::event::kDelivered) ++delivered;
  }
  PutCopyBack(false);
  Reconnect();
  const exchange::OpenedEpoch opened = Need(world.vn->OpenEpoch());
  EXPECT_EQ(opened.lost_end, leaves.size());
  EXPECT_EQ(opened.proved(), delivered);
  EXPECT_EQ(opened.lost(), leaves.size() - first - delivered);
  const ledger::Leaf said = world.vn->Leaves().back();
  EXPECT_EQ(said.event, ledger::event::kEpoch);
  EXPECT_EQ(said.result, "LOST");
  EXPECT_EQ(said.detail,
            "leaves:" + std::to_string(first) + "-" + std::to_string(leaves.size() - 1) +
                ",proved:" + std::to_string(delivered) + ",lost:" + std::to_string(opened.lost()));
}

// It was shown no head, for it only received.
TEST_F(Restore, APeerThatHeldNoHeadGoesOnToo) {
  world.Connect();
  world.Run();
  TakeCopy();
  SubmitVn();
  SubmitVn();
  world.Run();
  PutCopyBack(false);
  Reconnect();
  EXPECT_EQ(Need(world.vn->OpenEpoch()).counts.sent, 2U);
  Need(world.cn->AdmitEpoch(2));
  Reconnect();
  Exchange(3);
  EXPECT_TRUE(world.vn->link->connected());
  EXPECT_EQ(world.cn->LinkRecord().last_receipted, cn_ids.size());
}

TEST_F(Restore, APeerThatMissesNothingGoesOnToo) {
  world.Connect();
  Exchange(2);
  TakeCopy();
  v1::Message wrong = world.OneFigureReport(world.vn_clerk(), "LS-HN", 300, 1);
  wrong.mutable_header()->set_origin_node("cn-pingxiang");
  EXPECT_FALSE(world.vn->Submit(world.vn_clerk(), world.Sign(world.vn_clerk(), wrong)).ok());
  PutCopyBack(false);
  ASSERT_FALSE(world.vn->log->restored().empty());
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  Need(world.cn->AdmitEpoch(2));
  Reconnect();
  Exchange(3);
  EXPECT_TRUE(world.vn->link->connected());
  EXPECT_EQ(world.cn->LinkRecord().last_receipted, cn_ids.size());
}

// A crash after any number of steps of giving back; each start takes up where the last one ended.
TEST_F(Restore, ACrashAtAnyStepIsTakenUpWhereItEnded) {
  LoseTheEnd(false);
  int crashes = 0;
  for (int steps = 1; !Need(exchange::GaveBack(*Need(world.vn->store->Read()), "cn-pingxiang"));
       steps += 3) {
    world.KillAndRestart(crashes % 2 == 0);
    world.Connect();
    for (int i = 0; i < steps; ++i) world.RunOneStep();
    ++crashes;
    ASSERT_LT(crashes, 200);
  }
  EXPECT_GT(crashes, 5);
  world.KillAndRestart(true);
  const exchange::OpenedEpoch opened = Need(world.vn->OpenEpoch());
  EXPECT_EQ(opened.counts.sent, static_cast<uint64_t>(kEach));
  EXPECT_EQ(opened.counts.received, static_cast<uint64_t>(kEach));
  world.KillAndRestart(true);
  EXPECT_EQ(world.vn->log->restored(), "");
  EXPECT_EQ(world.vn->log->epoch(), 2U);
  Need(world.cn->AdmitEpoch(2));
  world.KillAndRestart(false);
  Reconnect();
  Exchange(1);
  EXPECT_EQ(world.cn->LinkRecord().last_receipted, cn_ids.size());
  EXPECT_EQ(world.vn->LinkRecord().last_receipted, vn_ids.size());
}

// Whoever was handed a message before is not told that he has it now for the first time.
TEST_F(Restore, RungsThatThePeerHoldsComeBack) {
  world.Connect();
  Exchange(1);
  TakeCopy();
  SubmitCn();
  world.Run();
  world.vn->Fetch(world.vn_officer(), cn_ids.back());
  world.Run();
  ASSERT_EQ(world.cn->LinkRecord().last_rung_taken, 1U);
  PutCopyBack(false);
  Reconnect();
  EXPECT_EQ(Need(world.vn->OpenEpoch()).counts.rungs, 1U);
  Need(world.cn->AdmitEpoch(2));
  Reconnect();
  ASSERT_TRUE(world.vn->link->connected());
  EXPECT_EQ(world.vn->LinkRecord().last_rung_given, 1U);
}

// What a witness has cosigned it must remember, or it could cosign something older.
TEST_F(Restore, ARestoredWitnessAsksTheLogFirst) {
  world.Connect();
  Exchange(2);
  world.Pass(absl::Seconds(5));
  TakeCopy();
  Exchange(3);
  world.Pass(absl::Seconds(5));
  const auto cosigned = [&] {
    return Need(Need(world.vn->store->Read())->Witnessed("cn-pingxiang/audit/1"));
  };
  const std::optional<store::WitnessedRecord> then = cosigned();
  ASSERT_TRUE(then.has_value());
  PutCopyBack(false);
  ASSERT_LT(cosigned()->size, then->size);
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  EXPECT_EQ(cosigned()->size, then->size);
  EXPECT_EQ(cosigned()->root, then->root);
}

TEST_F(Restore, ALogThatWasRestoredTwiceGoesOnInItsThirdEpoch) {
  LoseTheEnd(false);
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  Need(world.cn->AdmitEpoch(2));
  Reconnect();
  Exchange(2);
  PutCopyBack(false);  // The same copy, of before the second epoch.
  Reconnect();
  const exchange::OpenedEpoch opened = Need(world.vn->OpenEpoch());
  EXPECT_EQ(opened.epoch, 3U);
  Need(world.cn->AdmitEpoch(3));
  Reconnect();
  Exchange(2);
  EXPECT_TRUE(world.vn->link->connected());
  EXPECT_EQ(world.cn->LinkRecord().last_receipted, cn_ids.size());
}

}  // namespace
}  // namespace gatepost::testing
