// A node that was restored opens a new epoch, which both sides admit, and goes on.
#include <gtest/gtest.h>

#include "daemon/exchange/restore/returned.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "tests/exchange/restore_case.h"

namespace gatepost::testing {
namespace {

TEST_F(Restore, TheLinkGoesOnBothWaysInTheNewEpoch) {
  LoseTheEnd(false);
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  Need(world.cn->AdmitEpoch(2, copied.size));
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
  Need(world.cn->AdmitEpoch(2, copied.size));
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
  Need(world.cn->AdmitEpoch(2, copied.size));
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
  Need(world.cn->AdmitEpoch(2, copied.size));
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
  Need(world.cn->AdmitEpoch(2, copied.size));
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
  Need(world.cn->AdmitEpoch(2, copied.size));
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
  Need(world.cn->AdmitEpoch(2, copied.size));
  Reconnect();
  Exchange(2);
  PutCopyBack(false);  // The same copy, of before the second epoch.
  Reconnect();
  const exchange::OpenedEpoch opened = Need(world.vn->OpenEpoch());
  EXPECT_EQ(opened.epoch, 3U);
  Need(world.cn->AdmitEpoch(3, copied.size));
  Reconnect();
  Exchange(2);
  EXPECT_TRUE(world.vn->link->connected());
  EXPECT_EQ(world.cn->LinkRecord().last_receipted, cn_ids.size());
}

}  // namespace
}  // namespace gatepost::testing
