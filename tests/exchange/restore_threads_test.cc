// Agreements of a node that was restored from an older copy: as sequencer and as the other node it
// comes to the state in which it was, and the thread goes on from there.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "tests/exchange/restored_threads.h"

namespace gatepost::testing {
namespace {

namespace fs = std::filesystem;

TEST_P(RestoredThreads, AnAgreementThatWasInForceIsInForceAgain) {
  TakeCopy();
  const v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  Say(kCn, world_.Accept(kCn, proposal, proposal));
  ASSERT_EQ(world_.State(proposal), "IN_FORCE");
  PutCopyBack();
  ASSERT_FALSE(Restored().log->restored().empty());
  GoOn();
  EXPECT_TRUE(Restored().link->connected());
  EXPECT_EQ(opened_.counts.different, 0U);
  EXPECT_EQ(world_.State(proposal), "IN_FORCE");
  EXPECT_EQ(world_.vn->LinkRecord().last_decision, world_.cn->LinkRecord().last_decision);
}

TEST_P(RestoredThreads, AThreadThatWasOpenIsAnsweredInTheNewEpoch) {
  TakeCopy();
  const v1::Message proposal = world_.Propose(kCn, {.hours = ""});
  Say(kCn, proposal);
  PutCopyBack();
  GoOn();
  EXPECT_EQ(world_.State(proposal), "OPEN");
  Say(kVn, world_.Accept(kVn, proposal, proposal));
  EXPECT_EQ(world_.State(proposal), "IN_FORCE");
  const v1::Message next = world_.Propose(kVn, {.first_day = 27, .last_day = 28});
  Say(kVn, next);
  Say(kCn, world_.Reject(kCn, next, next));
  EXPECT_EQ(world_.State(next), "REJECTED");
}

TEST_P(RestoredThreads, AnAgreementThatEndedAnotherDidSo) {
  const v1::Message first = world_.Propose(kVn, {});
  Say(kVn, first);
  Say(kCn, world_.Accept(kCn, first, first));
  TakeCopy();
  const v1::Message second = world_.Propose(kCn, {.hours = "8-17"}, {first});
  Say(kCn, second);
  Say(kVn, world_.Accept(kVn, second, second));
  const std::string ended = world_.State(first);
  ASSERT_EQ(world_.State(second), "IN_FORCE");
  PutCopyBack();
  GoOn();
  EXPECT_EQ(opened_.counts.different, 0U);
  EXPECT_EQ(world_.State(first), ended);
  EXPECT_EQ(world_.State(second), "IN_FORCE");
}

TEST_P(RestoredThreads, ADecisionThatIsWithheldIsNamed) {
  TakeCopy();
  const v1::Message proposal = world_.Propose(kCn, {});
  Say(kCn, proposal);
  world_.on_wire = [](bool, v1::LinkFrame& frame) { return !frame.give_back().has_decision(); };
  PutCopyBack();
  opened_ = Need(Restored().OpenEpoch());
  const auto leaves = Restored().Leaves();
  EXPECT_TRUE(std::ranges::any_of(leaves, [](const ledger::Leaf& leaf) {
    return leaf.detail == "then:OPEN,now:NO_DECISION_CAME_BACK";
  }));
}

// First the one, then the other: what the first one gave it holds beside its log.
TEST_P(RestoredThreads, BothNodesAreRestoredOneAfterTheOther) {
  TakeCopy();
  TemporaryFolder other;
  const std::string folder = restored_side() ? cn_folder_ : vn_folder_;
  world_.KillAndRestart(!restored_side(), [&] {
    fs::copy(folder, other.Under("store"), fs::copy_options::recursive);
  });
  Reconnect();
  const v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  Say(kCn, world_.Accept(kCn, proposal, proposal));
  PutCopyBack();
  GoOn();
  ASSERT_EQ(world_.State(proposal), "IN_FORCE");
  world_.KillAndRestart(!restored_side(), [&] {
    fs::remove_all(folder);
    fs::copy(other.Under("store"), folder, fs::copy_options::recursive);
  });
  Reconnect();
  const exchange::OpenedEpoch second = Need(Other().OpenEpoch());
  EXPECT_EQ(second.counts.decisions, 2U);
  EXPECT_EQ(second.counts.different, 0U);
  EXPECT_EQ(world_.State(proposal), "IN_FORCE");
}

INSTANTIATE_TEST_SUITE_P(Sides, RestoredThreads, ::testing::Values(kVn, kCn),
                         [](const ::testing::TestParamInfo<bool>& info) {
                           return info.param ? "Sequencer" : "Follower";
                         });

}  // namespace
}  // namespace gatepost::testing
