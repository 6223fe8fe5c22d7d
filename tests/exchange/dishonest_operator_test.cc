// An operator who owns a node's disk, its keys and its software, and wants to have said something
// else. Each case says who finds it, and when. Forks by a node with other software: hostile_fork,
// hostile_witness. Evidence that is forged afterwards: tests/evidence.
#include <gtest/gtest.h>

#include "daemon/ledger/checkpoint.h"
#include "daemon/system/reason.h"
#include "tests/support/rewrite_log.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

class DishonestOperator : public ::testing::Test {
 protected:
  // Three messages crossed each way, and both logs are cosigned.
  DishonestOperator() {
    world_.Connect();
    for (int i = 0; i < 3; ++i) {
      Send(*world_.vn, world_.vn_service(), "vn " + std::to_string(i));
      Send(*world_.cn, world_.cn_service(), "cn " + std::to_string(i));
    }
    world_.Pass(absl::Seconds(5));
  }

  void Send(TestNode& node, const certs::Signer& author, const std::string& token) {
    Need(node.Submit(author, world_.Sign(author, world_.NewPing(author, token))).status());
    world_.Run();
  }

  v1::LinkState StateOf(const TestNode& node) { return node.link->State(); }

  // The node starts again on what the operator made of its disk, and the nodes meet twice.
  void Meet(bool vn) {
    world_.Cut();
    world_.KillAndRestart(vn);
    for (int i = 0; i < 2; ++i) {
      world_.Connect();
      world_.Pass(absl::Seconds(3));
    }
  }

  void ExpectRefused(v1::Reason reason) {
    for (const TestNode* node : {world_.vn.get(), world_.cn.get()}) {
      EXPECT_FALSE(node->link->connected());
      EXPECT_EQ(system::ReasonName(StateOf(*node).problem().reason()), system::ReasonName(reason))
          << StateOf(*node).problem().ShortDebugString();
    }
    const uint64_t received = world_.cn->LinkRecord().last_received;
    Send(*world_.vn, world_.vn_service(), "afterwards");
    EXPECT_EQ(world_.cn->LinkRecord().last_received, received) << "a message crossed";
  }

  const std::string& Folder() const { return world_.vn->setup.store_folder; }

  TwoNodes world_;
};

// It changes who wrote a message that was receipted, computes its log anew and signs it: the other
// side holds a head of the same size with another root under the same signature, and shows it at
// the next Hello.
TEST_F(DishonestOperator, RewrittenHistoryIsFoundAtTheNextHello) {
  const int changed = RewriteLog(Folder(), [](uint64_t index, std::string& leaf) {
    if (index != 0) return;
    const size_t actor = leaf.find("/service/");
    ASSERT_NE(actor, std::string::npos) << leaf;
    leaf[actor + 9] ^= 1;
  });
  ASSERT_EQ(changed, 1);
  Meet(true);
  ExpectRefused(v1::REASON_LINK_DIVERGED);

  // Both signed heads are there to be shown: same log, same size, two roots.
  const auto witnessed = Need(Need(world_.cn->store->Read())->Witnessed(world_.vn->log->origin()));
  ASSERT_TRUE(witnessed.has_value());
  const std::string now = Need(world_.vn->log->Checkpoint(
      exchange::Head{witnessed->size, Need(world_.vn->log->RootAtSize(witnessed->size))}));
  const auto& key = world_.vn->log->verifier_key();
  EXPECT_NE(Need(ledger::OpenCheckpoint(now, key)).checkpoint.root,
            Need(ledger::OpenCheckpoint(witnessed->checkpoint, key)).checkpoint.root);
}

// It takes a message back that the other side has: row, place in the outbox, receipt and numbers.
TEST_F(DishonestOperator, AHiddenMessageIsMissedByTheOtherSidesNumbers) {
  ExecuteOnStore(Folder(),
                 "DELETE FROM message WHERE row = (SELECT message_row FROM outgoing "
                 "  WHERE sequence = 3);"
                 "DELETE FROM outgoing WHERE sequence = 3;"
                 "DELETE FROM receipt WHERE sequence = 3;"
                 "UPDATE link SET last_queued = 2, last_receipted = 2, queued_digest = "
                 "  (SELECT running_digest FROM outgoing WHERE sequence = 2)");
  Meet(true);
  ExpectRefused(v1::REASON_LINK_DIVERGED);
}

// It puts another message in the place of one that crossed: the numbers are gapless, the running
// digests differ.
TEST_F(DishonestOperator, AnExchangedMessageIsFoundByTheRunningDigest) {
  ExecuteOnStore(Folder(),
                 "UPDATE outgoing SET running_digest = zeroblob(32) WHERE sequence = 3;"
                 "UPDATE link SET queued_digest = zeroblob(32)");
  Meet(true);
  ExpectRefused(v1::REASON_LINK_DIVERGED);
}

// The recipient denies that it ever received what it has given a receipt for.
TEST_F(DishonestOperator, AReceiverThatForgetsIsFoundByTheSendersReceipts) {
  ExecuteOnStore(world_.cn->setup.store_folder,
                 "DELETE FROM message WHERE received_from = 'vn-langson' AND incoming_sequence = 3;"
                 "DELETE FROM incoming_digest WHERE sequence = 3;"
                 "UPDATE link SET last_received = 2, received_digest = "
                 "  (SELECT digest FROM incoming_digest WHERE sequence = 2)");
  Meet(false);
  ExpectRefused(v1::REASON_LINK_DIVERGED);
}

// It cuts off the newest entries of its log: it is smaller than what it has signed.
TEST_F(DishonestOperator, ACutOffLogIsFoundAtTheNextHello) {
  ExecuteOnStore(Folder(),
                 "DELETE FROM ledger_group WHERE first_index = "
                 "  (SELECT max(first_index) FROM ledger_group);"
                 "DELETE FROM ledger_group WHERE first_index = "
                 "  (SELECT max(first_index) FROM ledger_group)");
  Meet(true);
  ExpectRefused(v1::REASON_LINK_DIVERGED);
}

}  // namespace
}  // namespace gatepost::testing
