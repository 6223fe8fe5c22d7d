// The nodes cosign each other's heads (PROTOCOL.md 4; c2sp.org/tlog-witness).
#include "daemon/ledger/witness.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/ledger/checkpoint.h"
#include "daemon/system/reason.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

class Witness : public ::testing::Test {
 protected:
  void Ping(const std::string& token = "ping") {
    const v1::Message ping = world_.NewPing(world_.vn_service(), token);
    Need(world_.vn->Submit(world_.vn_service(), world_.Sign(world_.vn_service(), ping)).status());
    world_.Run();
  }

  // The newest head of `node` with cosignatures, opened by both keys; nullopt: none.
  std::optional<ledger::OpenedCheckpoint> CosignedHead(const TestNode& node,
                                                       const TestNode& witness) {
    const auto head = Need(Need(node.store->Read())->NewestCosignedHead(node.log->origin()));
    if (!head.has_value()) return std::nullopt;
    const std::vector<ledger::VerifierKey> witnesses = {
        Need(ledger::VerifierOf(*witness.witness_key))};
    return Need(ledger::OpenCheckpoint(head->checkpoint, node.log->verifier_key(), witnesses));
  }

  int Count(const TestNode& node, const std::string& event, const std::string& result = "") {
    const std::vector<ledger::Leaf> leaves = node.Leaves();
    return static_cast<int>(
        std::count_if(leaves.begin(), leaves.end(), [&](const ledger::Leaf& leaf) {
          return leaf.event == event && (result.empty() || leaf.result == result);
        }));
  }

  TwoNodes world_;
};

// A ping crosses; a second later each log's head carries the other's word, and the other's log says
// what it has cosigned.
TEST_F(Witness, EachNodeCosignsTheOthersHead) {
  world_.Connect();
  Ping();
  const uint64_t vn_size = world_.vn->head().size;
  world_.Pass(absl::Seconds(5));
  for (const bool vn : {true, false}) {
    const TestNode& node = vn ? *world_.vn : *world_.cn;
    const TestNode& other = vn ? *world_.cn : *world_.vn;
    const auto head = CosignedHead(node, other);
    ASSERT_TRUE(head.has_value()) << (vn ? "vn" : "cn");
    EXPECT_EQ(head->cosignatures.size(), 1u);
    EXPECT_EQ(head->checkpoint.root, Need(node.log->RootAtSize(head->checkpoint.size)));
    EXPECT_EQ(node.LinkRecord().cosigned_size, head->checkpoint.size);
    const auto witnessed = Need(Need(other.store->Read())->Witnessed(node.log->origin()));
    ASSERT_TRUE(witnessed.has_value());
    EXPECT_EQ(witnessed->size, head->checkpoint.size);
    const std::vector<ledger::Leaf> leaves = other.Leaves();
    const std::string detail =
        "head:" + std::to_string(witnessed->size) + ":" + certs::ToHex(witnessed->root);
    EXPECT_TRUE(std::any_of(leaves.begin(), leaves.end(), [&](const ledger::Leaf& leaf) {
      return leaf.event == ledger::event::kPeerHead && leaf.detail == detail &&
             leaf.object == "log:" + node.log->origin() && leaf.peer == node.setup.node.node;
    })) << detail;
  }
  EXPECT_GE(world_.vn->LinkRecord().cosigned_size, vn_size);
}

// That a head was cosigned is no news: after one exchange both logs rest.
TEST_F(Witness, TwoIdleNodesGrowByNothing) {
  world_.Connect();
  Ping();
  world_.Pass(absl::Seconds(30));
  const exchange::Head vn = world_.vn->head();
  const exchange::Head cn = world_.cn->head();
  uint64_t frames = 0;
  world_.on_wire = [&](bool, v1::LinkFrame& frame) {
    frames += frame.has_head() || frame.has_witness_request();
    return true;
  };
  world_.Pass(absl::Hours(2));
  EXPECT_EQ(world_.vn->head(), vn);
  EXPECT_EQ(world_.cn->head(), cn);
  EXPECT_EQ(frames, 0u);
  world_.KillAndRestart(true);
  world_.KillAndRestart(false);
  world_.Connect();
  world_.Pass(absl::Minutes(5));
  EXPECT_EQ(world_.vn->head(), vn);
  EXPECT_EQ(world_.cn->head(), cn);
}

// Many messages in a few seconds: one round a second, not one for each message.
TEST_F(Witness, ABusyLogIsCosignedOnceASecond) {
  world_.Connect();
  for (int second = 0; second < 5; ++second) {
    for (int i = 0; i < 20; ++i) Ping(std::to_string(20 * second + i));
    world_.Pass(absl::Seconds(1));
  }
  world_.Pass(absl::Seconds(3));
  EXPECT_LE(Count(*world_.cn, ledger::event::kPeerHead), 8);
  EXPECT_GE(Count(*world_.cn, ledger::event::kPeerHead), 2);
  const uint64_t size = world_.vn->LinkRecord().cosigned_size;
  const auto left =
      Need(exchange::FindNews(*Need(world_.vn->store->Read()), size, world_.vn->head().size));
  EXPECT_FALSE(left.found) << left.index;
}

// The answer is lost with the line: the next session asks from the old size, is told the known one,
// and has its cosignature.
TEST_F(Witness, ALostAnswerIsAskedForAgain) {
  world_.Connect();
  bool lost = false;
  std::vector<uint32_t> answers;
  world_.on_wire = [&](bool from_vn, v1::LinkFrame& frame) {
    if (from_vn || !frame.has_witness_reply()) return true;
    answers.push_back(frame.witness_reply().status());
    return std::exchange(lost, true);
  };
  Ping();
  world_.Pass(absl::Seconds(3));
  ASSERT_EQ(world_.vn->LinkRecord().cosigned_size, 0u);
  world_.Cut();
  world_.Connect();
  world_.Pass(absl::Seconds(3));
  EXPECT_GT(world_.vn->LinkRecord().cosigned_size, 0u);
  EXPECT_NE(std::find(answers.begin(), answers.end(), 409u), answers.end());
  EXPECT_TRUE(CosignedHead(*world_.vn, *world_.cn).has_value());
}

// The line is down for an hour: messages are taken, evidence is pending, and people are told once;
// when the line is up again it is cosigned, and the alarm taken back.
TEST_F(Witness, AMissingCosignatureIsPendingAndThenAnAlarm) {
  Ping();
  world_.Pass(absl::Minutes(59));
  EXPECT_EQ(Count(*world_.vn, ledger::event::kAlarm), 0);
  world_.Pass(absl::Minutes(2));
  EXPECT_EQ(Count(*world_.vn, ledger::event::kAlarm, "COSIGNATURE_PENDING"), 1);
  Ping("taken all the same");
  world_.KillAndRestart(true);
  world_.Pass(absl::Hours(1));
  EXPECT_EQ(Count(*world_.vn, ledger::event::kAlarm), 1) << "said once";
  world_.Connect();
  world_.Pass(absl::Seconds(30));
  EXPECT_EQ(Count(*world_.vn, ledger::event::kAlarm, "CLEARED"), 1);
  EXPECT_EQ(Count(*world_.vn, ledger::event::kAlarm), 2);
  const exchange::Head head = world_.vn->head();
  world_.Pass(absl::Hours(2));
  EXPECT_EQ(world_.vn->head(), head);
}

// A head that a third node has cosigned reaches the peer with that cosignature, and stays there
// beside the peer's own.
TEST_F(Witness, CosignaturesOfOthersAreHandedOn) {
  world_.Connect();
  Ping();
  world_.Pass(absl::Seconds(3));
  const std::string origin = world_.vn->log->origin();
  auto held = Need(Need(world_.vn->store->Read())->NewestCosignedHead(origin));
  ASSERT_TRUE(held.has_value());
  const ledger::Ed25519NoteSigner third(ledger::WitnessKeyName("cn-ningming"),
                                        ledger::kEd25519CosignatureType,
                                        Need(certs::Ed25519Key::FromSeed(std::string(32, 'n'))));
  const std::string body = CosignedHead(*world_.vn, *world_.cn)->body;
  held->checkpoint = Need(ledger::AddCosignature(
      held->checkpoint, Need(ledger::Cosign(body, third, world_.clock.Now()))));
  {
    auto transaction = Need(world_.vn->store->Begin());
    Need(transaction->PutCosignedHead(*held));
    Need(transaction->Commit());
  }
  world_.Pass(absl::Seconds(3));
  // cn-pingxiang does not know that witness: it keeps what it was handed, and rests no proof on it.
  const auto reader = Need(world_.cn->store->Read());
  const auto handed = Need(reader->Meta("handed/" + origin));
  ASSERT_TRUE(handed.has_value());
  const std::vector<ledger::VerifierKey> both = {Need(ledger::VerifierOf(third)),
                                                 Need(ledger::VerifierOf(*world_.cn->witness_key))};
  const auto& key = world_.vn->log->verifier_key();
  EXPECT_EQ(Need(ledger::OpenCheckpoint(*handed, key, both)).cosignatures.size(), 2u);
  const auto there = Need(reader->NewestCosignedHead(origin));
  ASSERT_TRUE(there.has_value());
  EXPECT_EQ(Need(ledger::OpenCheckpoint(there->checkpoint, key, both)).cosignatures.size(), 1u);
}

}  // namespace
}  // namespace gatepost::testing
