// Strangers and the clumsy cannot fill the ledger (PROTOCOL.md 8).
#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/ledger/leaf.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

// The leaves of an event by this person.
std::vector<ledger::Leaf> LeavesOf(const TestNode& node, const std::string& event,
                                   const certs::Signer& actor) {
  std::vector<ledger::Leaf> found;
  for (const ledger::Leaf& leaf : node.Leaves()) {
    if (leaf.event == event && leaf.actor == actor.id().ToString()) found.push_back(leaf);
  }
  return found;
}

void SubmitBadly(TwoNodes& world, const certs::Signer& who, int times) {
  for (int i = 0; i < times; ++i) {
    const v1::Envelope envelope = world.Sign(who, world.OneFigureReport(who, "LS-HN", 0, -1));
    EXPECT_FALSE(world.vn->Submit(who, envelope).ok());
  }
}

TEST(RefusalLimit, TenLeavesAMinuteThenOneSummaryThatCounts) {
  TwoNodes world;
  SubmitBadly(world, world.vn_clerk(), 1000);
  EXPECT_EQ(world.vn->head().size, 10u);
  // Others have an allowance of their own.
  SubmitBadly(world, world.vn_officer(), 1);
  EXPECT_EQ(LeavesOf(*world.vn, ledger::event::kRefused, world.vn_officer()).size(), 1u);

  world.Pass(absl::Seconds(59));
  EXPECT_EQ(world.vn->head().size, 11u);
  world.Pass(absl::Seconds(2));
  const auto summaries = LeavesOf(*world.vn, ledger::event::kDeniedSummary, world.vn_clerk());
  ASSERT_EQ(summaries.size(), 1u);
  EXPECT_EQ(summaries[0].detail, "refused-without-leaf:990");
  EXPECT_EQ(world.vn->head().size, 12u);

  // The next minute is a new one; one without refusals has no summary.
  SubmitBadly(world, world.vn_clerk(), 12);
  EXPECT_EQ(LeavesOf(*world.vn, ledger::event::kRefused, world.vn_clerk()).size(), 20u);
  world.Pass(absl::Minutes(10));
  EXPECT_EQ(world.vn->head().size, 12u + 10 + 1);
}

// A summary is written at the next refusal too, if nothing ticked in between.
TEST(RefusalLimit, TheSummaryComesBeforeTheNextMinutesFirstLeaf) {
  TwoNodes world;
  SubmitBadly(world, world.vn_clerk(), 11);
  world.clock.Advance(absl::Minutes(2));
  SubmitBadly(world, world.vn_clerk(), 1);
  const std::vector<ledger::Leaf> leaves = world.vn->Leaves();
  ASSERT_EQ(leaves.size(), 12u);
  EXPECT_EQ(leaves[10].event, ledger::event::kDeniedSummary);
  EXPECT_EQ(leaves[11].event, ledger::event::kRefused);
}

// A clock that was set back must not silence the log until it has caught up.
TEST(RefusalLimit, AClockThatStepsBackEndsTheMinute) {
  TwoNodes world;
  SubmitBadly(world, world.vn_clerk(), 11);
  world.clock.Advance(absl::Minutes(-30));
  SubmitBadly(world, world.vn_clerk(), 1);
  EXPECT_EQ(LeavesOf(*world.vn, ledger::event::kRefused, world.vn_clerk()).size(), 11u);
  EXPECT_EQ(LeavesOf(*world.vn, ledger::event::kDeniedSummary, world.vn_clerk()).size(), 1u);
}

// Refusals must not hinder anybody's messages.
TEST(RefusalLimit, GoodMessagesOfTheSamePersonPass) {
  TwoNodes world;
  SubmitBadly(world, world.vn_clerk(), 50);
  EXPECT_TRUE(world.vn
                  ->Submit(world.vn_clerk(),
                           world.Sign(world.vn_clerk(),
                                      world.OneFigureReport(world.vn_clerk(), "LS-HN", 0, 1)))
                  .ok());
}

}  // namespace
}  // namespace gatepost::testing
