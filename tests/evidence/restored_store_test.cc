// The data folder of a node that was restored and went on in a new epoch is a good one.
#include <gtest/gtest.h>

#include "client/evidence/store_check.h"
#include "tests/exchange/restore_case.h"
#include "tests/exchange/restored_threads.h"

namespace gatepost::testing {
namespace {

evidence::NodeKeys KeysOf(const TwoNodes& world, bool vn_side) {
  const TestNode& node = vn_side ? *world.vn : *world.cn;
  return {node.setup.node.node, Need(ledger::VerifierOf(*node.log_key)),
          Need(ledger::VerifierOf(*node.witness_key))};
}

void ExpectGood(const TwoNodes& world, bool vn_side) {
  const TestNode& node = vn_side ? *world.vn : *world.cn;
  const evidence::StoreVerdict verdict =
      Need(evidence::CheckStore(node.setup.store_folder, {.own = KeysOf(world, vn_side),
                                                          .peers = {KeysOf(world, !vn_side)},
                                                          .trust = world.trust.get()}));
  for (const evidence::Finding& finding : verdict.findings) {
    ADD_FAILURE() << node.setup.node.node << ", " << finding.where << ": " << finding.why;
  }
  EXPECT_EQ(verdict.finding_count, 0U);
  EXPECT_GT(verdict.counts.entries, 0U);
}

// Heads of the lost end that the peer had cosigned are kept as evidence beside the new ones.
TEST_F(Restore, TheStoreOfARestoredNodeIsGood) {
  LoseTheEnd(false);
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  Need(world.cn->AdmitEpoch(2, copied.size));
  Reconnect();
  Exchange(2 * kEach);
  ExpectGood(world, true);
  ExpectGood(world, false);
}

// Decisions that were given in the lost end, or taken from the other side's, are held again.
TEST_P(RestoredThreads, TheStoreIsGood) {
  TakeCopy();
  const v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  Say(kCn, world_.Accept(kCn, proposal, proposal));
  PutCopyBack();
  GoOn();
  const v1::Message next = world_.Propose(kVn, {.first_day = 27, .last_day = 28});
  Say(kVn, next);
  Say(kCn, world_.Reject(kCn, next, next));
  ASSERT_EQ(world_.State(next), "REJECTED");
  ExpectGood(world_, kVn);
  ExpectGood(world_, kCn);
}

INSTANTIATE_TEST_SUITE_P(Sides, RestoredThreads, ::testing::Values(kVn, kCn),
                         [](const auto& info) { return info.param ? "Sequencer" : "Follower"; });

}  // namespace
}  // namespace gatepost::testing
