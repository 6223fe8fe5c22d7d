// A sequencer that contradicts itself is found by the other node, which keeps the evidence and
// follows no further.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/exchange/agreements/decisions.h"
#include "daemon/exchange/agreements/judge.h"
#include "daemon/exchange/naming.h"
#include "daemon/system/reason.h"
#include "tests/exchange/forwarding_desk.h"
#include "tests/exchange/thread_world.h"

namespace gatepost::testing {
namespace {

constexpr bool kVn = true;  // The sequencer's side, which lies.
constexpr bool kCn = false;

// Takes every answer of its own side for good, whatever was decided before.
class LyingDesk final : public ForwardingDesk {
 public:
  using ForwardingDesk::ForwardingDesk;

  absl::StatusOr<exchange::Judgement> Judge(const store::Reader& store,
                                            const exchange::OpenedMessage& opened,
                                            absl::Time now) const override {
    const bool withdraws = opened.message.has_withdrawal();
    if (!withdraws && !opened.message.has_rejection())
      return ForwardingDesk::Judge(store, opened, now);
    const v1::MessageCitation& about =
        withdraws ? opened.message.withdrawal().proposal() : opened.message.rejection().proposal();
    const auto record = Need(store.FindMessage(about.author(), about.message_id()));
    store::ThreadEntry entry = *Need(store.ThreadEntryOf(record->row));
    entry.submitted_here = true;
    entry.settled = false;
    exchange::Judgement judgement;
    judgement.entry = entry;
    judgement.decision = withdraws ? v1::AGREEMENT_STATE_WITHDRAWN : v1::AGREEMENT_STATE_REJECTED;
    return judgement;
  }
};

ThreadWorld::Options Lying() {
  ThreadWorld::Options options;
  options.vn_agreements = [](const exchange::AgreementDesk& honest) {
    return std::make_unique<LyingDesk>(honest);
  };
  return options;
}

class LyingSequencer : public ::testing::Test {
 protected:
  LyingSequencer() : world_(Lying()) { world_.Connect(); }

  void Say(bool vn_side, const v1::Message& message) {
    const absl::Status sent = world_.Send(vn_side, message);
    ASSERT_TRUE(sent.ok()) << sent;
    world_.Run();
  }
  // Logs and gives a decision that the rules do not give; its leaf's index.
  uint64_t Decide(const v1::Message& proposal, const std::string& result,
                  const std::string& detail = "") {
    uint64_t index = 0;
    TestNode& vn = *world_.vn;
    const absl::Status posted = vn.committer->Post(
        [&](exchange::CommitScope& scope) -> absl::Status {
          const auto record = Need(
              scope.store.FindMessage(proposal.header().author(), proposal.header().message_id()));
          ledger::Leaf leaf;
          leaf.event = ledger::event::kDecided;
          leaf.actor = vn.setup.node.spiffe_id.ToString();
          leaf.peer = vn.setup.link.peer_node;
          leaf.object = exchange::MessageObject(record->message_id);
          leaf.pae = record->pae;
          leaf.signatures = record->signatures;
          leaf.result = result;
          leaf.detail = detail;
          store::DecisionRecord decision;
          decision.leaf_index = Need(scope.log.Add(leaf));
          decision.own_leaf_index = decision.leaf_index;
          index = decision.leaf_index;
          decision.peer = leaf.peer;
          decision.number = Need(scope.store.Link(leaf.peer)).last_decision + 1;
          decision.thread_row = record->row;
          decision.message_row = record->row;
          decision.result = result;
          decision.epoch = 1;
          decision.decided_at = scope.now;
          decision.known_at = scope.now;
          if (!proposal.has_proposal()) return exchange::KeepDecision(scope, decision);
          return exchange::EnterDecision(scope, decision,
                                         detail.empty() ? exchange::DecisionKind::kConsequence
                                                        : exchange::DecisionKind::kRestated);
        },
        [](const absl::Status& done) { Need(done); });
    EXPECT_TRUE(posted.ok());
    world_.Run();
    return index;
  }
  // The leaf by which the liar accepted a message of its own side.
  uint64_t LeafOf(const v1::Message& message) {
    const std::vector<ledger::Leaf> leaves = world_.vn->Leaves();
    const auto found = std::ranges::find_if(leaves, [&](const ledger::Leaf& leaf) {
      return leaf.event == ledger::event::kAccepted &&
             leaf.object == exchange::MessageObject(message.header().message_id());
    });
    EXPECT_NE(found, leaves.end());
    return static_cast<uint64_t>(found - leaves.begin());
  }
  int Alarms() {
    int alarms = 0;
    for (const ledger::Leaf& leaf : world_.cn->Leaves()) {
      alarms += leaf.event == ledger::event::kAlarm && leaf.result == "DECISION_DISPUTED" ? 1 : 0;
    }
    return alarms;
  }

  ThreadWorld world_;
};

TEST_F(LyingSequencer, ThatWithdrawsAfterReceiptingAnAcceptanceIsDisputed) {
  const v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  Say(kCn, world_.Accept(kCn, proposal, proposal));
  ASSERT_EQ(world_.State(proposal), "IN_FORCE");
  Say(kVn, world_.Withdraw(kVn, proposal, proposal));
  EXPECT_EQ(world_.State(proposal), "VN WITHDRAWN, CN IN_FORCE!");
  EXPECT_EQ(Alarms(), 1);
  EXPECT_TRUE(world_.cn->link->connected()) << "messages flow on";
  // The evidence is kept: the leaf that contradicts, under its head.
  const auto leaves = world_.cn->Leaves();
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i].event != ledger::event::kAlarm) continue;
    const auto kept =
        Need(Need(world_.cn->store->Read())->Meta("dispute/vn-langson/" + std::to_string(i)));
    ASSERT_TRUE(kept.has_value());
    EXPECT_NE(kept->find("result WITHDRAWN"), std::string::npos) << *kept;
    EXPECT_EQ(leaves[i].detail, "evidence:" + certs::ToHex(certs::Sha256Of(*kept)));
  }
}

TEST_F(LyingSequencer, ThatDecidesTwiceIsDisputed) {
  const v1::Message proposal = world_.Propose(kCn, {});
  Say(kCn, proposal);
  Say(kVn, world_.Accept(kVn, proposal, proposal));
  Say(kVn, world_.Reject(kVn, proposal, proposal));
  EXPECT_EQ(world_.State(proposal), "VN REJECTED, CN IN_FORCE!");
  EXPECT_EQ(Alarms(), 1);
}

TEST_F(LyingSequencer, ThatBindsWithoutAnAcceptanceIsDisputed) {
  const v1::Message proposal = world_.Propose(kCn, {});
  Say(kCn, proposal);
  Decide(proposal, "IN_FORCE");
  EXPECT_EQ(world_.StateAt(kCn, proposal), "OPEN!");
  EXPECT_EQ(Alarms(), 1);
}

TEST_F(LyingSequencer, ThatEndsAProposalBeforeItsTimeIsDisputed) {
  const v1::Message proposal = world_.Propose(kCn, {});
  Say(kCn, proposal);
  Decide(proposal, "LAPSED");
  EXPECT_EQ(world_.StateAt(kCn, proposal), "OPEN!");
  const v1::Message other = world_.Propose(kCn, {.gate = "LS-CM"});
  Say(kCn, other);
  Say(kVn, world_.Accept(kVn, other, other));
  EXPECT_EQ(world_.State(other), "IN_FORCE") << "other threads go on";
}

TEST_F(LyingSequencer, ThatLeavesOutADecisionItReceiptedIsDisputed) {
  const v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  const v1::Message second = world_.Propose(kVn, {.gate = "LS-CM"});
  // The receipt of the acceptance arrives; the decision frame is held back, and in its place comes
  // the next one under its number.
  world_.on_wire = [](bool from_vn, v1::LinkFrame& frame) {
    return !(from_vn && frame.has_decision());
  };
  Say(kCn, world_.Accept(kCn, proposal, proposal));
  ASSERT_EQ(world_.StateAt(kCn, proposal), "OPEN");
  world_.on_wire = [](bool from_vn, v1::LinkFrame& frame) {
    if (from_vn && frame.has_decision()) frame.mutable_decision()->set_number(2);
    return true;
  };
  Say(kVn, second);
  EXPECT_EQ(world_.StateAt(kCn, second), "AWAITING_DECISION!");
  EXPECT_EQ(Alarms(), 1);
}

TEST_F(LyingSequencer, CannotDecideAboutWhatIsInNoThread) {
  const v1::Message ping = world_.NewPing(world_.vn_officer(), "line");
  Say(kVn, ping);
  Decide(ping, "IN_FORCE");
  EXPECT_FALSE(world_.cn->link->connected());
  EXPECT_EQ(world_.cn->LinkRecord().last_decision, 0U);
}

TEST_F(LyingSequencer, CannotEndADisputeByUndoingSomethingElse) {
  const v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  Say(kCn, world_.Accept(kCn, proposal, proposal));
  Say(kVn, world_.Withdraw(kVn, proposal, proposal));
  ASSERT_EQ(world_.StateAt(kCn, proposal), "IN_FORCE!");
  // Nothing of that leaf was refused here.
  Decide(proposal, "IN_FORCE", "instead:3");
  EXPECT_EQ(world_.StateAt(kCn, proposal), "IN_FORCE!");
  // A rejection that the other node cannot verify is no reason to undo anything, and it says what
  // becomes of one proposal, not of two.
  const v1::Message one = world_.Propose(kCn, {.gate = "LS-CM"});
  const v1::Message two = world_.Propose(kCn, {.gate = "LS-TT"});
  Say(kCn, one);
  Say(kCn, two);
  const certs::Signer& leaving =
      world_.AddPerson(world_.vn_ca, "/agency/board/officer/leaving",
                       certs::IssueOptions{.not_after = world_.clock.Now() + absl::Hours(1)});
  v1::Message rejection = world_.Reject(kVn, one, one);
  rejection.mutable_header()->set_author(leaving.id().ToString());
  world_.Cut();
  ASSERT_TRUE(world_.vn->Submit(leaving, world_.Sign(leaving, rejection)).ok());
  const uint64_t refused = LeafOf(rejection);
  world_.clock.Advance(absl::Hours(2));
  world_.Connect();
  world_.Pass(absl::Seconds(2));
  ASSERT_EQ(world_.State(one), "REJECTED");
  const std::string again = "instead:" + std::to_string(refused);
  Decide(two, "REJECTED", again);
  EXPECT_EQ(world_.StateAt(kCn, two), "OPEN!");
  Decide(proposal, "IN_FORCE", again);
  EXPECT_EQ(world_.StateAt(kCn, proposal), "IN_FORCE!");
}

TEST_F(LyingSequencer, CannotSupersedeAndUndoAtWill) {
  const v1::Message older = world_.Propose(kVn, {.first_day = 18, .last_day = 0});
  Say(kVn, older);
  Say(kCn, world_.Accept(kCn, older, older));
  const v1::Message newer = world_.Propose(kCn, {.first_day = 22, .hours = ""}, {older});
  Say(kCn, newer);
  const v1::Message acceptance = world_.Accept(kVn, newer, newer);
  Say(kVn, acceptance);
  ASSERT_EQ(world_.State(older), "SUPERSEDED");
  Decide(older, "IN_FORCE", "instead:" + std::to_string(LeafOf(acceptance)));
  EXPECT_EQ(world_.StateAt(kCn, older), "SUPERSEDED!");
}

TEST_F(LyingSequencer, ThatReceiptsAnotherLeafAfterItsDecisionIsDisputed) {
  const v1::Message proposal = world_.Propose(kCn, {});
  // The decision comes; the receipt is lost with the line, and names another leaf when it comes.
  world_.on_wire = [](bool from_vn, v1::LinkFrame& frame) {
    return !(from_vn && frame.has_receipts());
  };
  Say(kCn, proposal);
  ASSERT_EQ(world_.StateAt(kCn, proposal), "OPEN");
  world_.on_wire = nullptr;
  TestNode& cn = *world_.cn;
  Need(cn.committer->Post(
      [&](exchange::CommitScope& scope) -> absl::Status {
        const auto record = Need(
            scope.store.FindMessage(proposal.header().author(), proposal.header().message_id()));
        ledger::Leaf theirs = world_.vn->Leaves().back();
        theirs.result = "REFUSED:NOT_ALLOWED";
        return cn.follower->OnReceipt(scope, cn.setup.link, record->row, theirs, 999);
      },
      [](const absl::Status& done) { Need(done); }));
  cn.Settle();
  EXPECT_EQ(world_.StateAt(kCn, proposal), "OPEN!");
  EXPECT_EQ(Alarms(), 1);
}

TEST_F(LyingSequencer, ThatSendsALeafNotInItsLogEndsTheSession) {
  const v1::Message proposal = world_.Propose(kVn, {});
  world_.on_wire = [](bool from_vn, v1::LinkFrame& frame) {
    if (from_vn && frame.has_decision()) {
      std::string& leaf = *frame.mutable_decision()->mutable_leaf();
      leaf.replace(leaf.find("result OPEN"), 11, "result LAPSED");
    }
    return true;
  };
  Say(kVn, proposal);
  EXPECT_EQ(world_.StateAt(kCn, proposal), "AWAITING_DECISION");
  EXPECT_FALSE(world_.cn->link->connected());
}

TEST_F(LyingSequencer, WhoIsNotTheSequencerDecidesNothing) {
  v1::LinkFrame decision;
  world_.on_wire = [&](bool from_vn, v1::LinkFrame& frame) {
    if (from_vn && frame.has_decision()) decision = frame;
    return true;
  };
  Say(kVn, world_.Propose(kVn, {}));
  ASSERT_TRUE(decision.has_decision());
  world_.streams.front().from_cn->Send(decision);
  world_.Run();
  EXPECT_FALSE(world_.vn->link->connected());
}

}  // namespace
}  // namespace gatepost::testing
