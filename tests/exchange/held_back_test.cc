// A sequencer that gives receipts and holds back its decisions is told of (PROTOCOL.md 5).
#include "daemon/exchange/agreements/held_back.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/exchange/agreement_case.h"

namespace gatepost::testing {
namespace {

// vn-langson decides; cn-pingxiang follows.
class HeldBackDecisions : public AgreementCase {
 protected:
  // From now on decisions do not arrive, as if they were not given.
  void HoldBack() {
    world_.on_wire = [](bool from_vn, v1::LinkFrame& frame) {
      return !(from_vn && frame.has_decision());
    };
  }
  void GiveAgain() {
    world_.on_wire = nullptr;
    world_.Cut();
    world_.Connect();
    world_.Run();
  }
  std::string Alarms(const v1::Message& message) { return Leaves(*world_.cn, "ALARM", message); }
  int Listed() {
    v1::ListAgreementsRequest request;
    request.set_held_back(true);
    return Need(world_.cn->agreement_queries->ListAgreements(request)).threads_size();
  }
};

TEST_F(HeldBackDecisions, AnAnswerThatWasReceiptedAndIsNotDecidedIsAlarmedAboutOnce) {
  const v1::Message proposal = world_.Propose(true, {});
  Say(true, proposal);
  HoldBack();
  const v1::Message acceptance = world_.Accept(false, proposal, proposal);
  Say(false, acceptance);
  world_.Pass(absl::Seconds(60));
  EXPECT_EQ(Alarms(acceptance), "");
  EXPECT_EQ(Listed(), 0);
  world_.Pass(absl::Seconds(3));
  EXPECT_EQ(Alarms(acceptance), "DECISION_HELD_BACK");
  EXPECT_EQ(Listed(), 1);
  world_.Pass(absl::Minutes(10));
  EXPECT_EQ(Alarms(acceptance), "DECISION_HELD_BACK") << "it is said once";
  EXPECT_EQ(Leaves(*world_.vn, "ALARM", acceptance), "") << "who decides alarms about nothing";
}

TEST_F(HeldBackDecisions, TheDecisionTakesTheAlarmBack) {
  const v1::Message proposal = world_.Propose(false, {});
  HoldBack();
  Say(false, proposal);
  world_.Pass(absl::Seconds(65));
  ASSERT_EQ(Alarms(proposal), "DECISION_HELD_BACK");
  GiveAgain();
  ASSERT_EQ(world_.State(proposal), "OPEN");
  EXPECT_EQ(Listed(), 0);
  world_.Pass(absl::Seconds(3));
  EXPECT_EQ(Alarms(proposal), "DECISION_HELD_BACK CLEARED");
  world_.Pass(absl::Minutes(5));
  EXPECT_EQ(Alarms(proposal), "DECISION_HELD_BACK CLEARED");
}

TEST_F(HeldBackDecisions, WhileTheLinkIsDownNothingCanComeAndNothingIsCounted) {
  const v1::Message proposal = world_.Propose(false, {});
  HoldBack();
  Say(false, proposal);
  world_.Pass(absl::Seconds(30));
  world_.Cut();
  world_.Pass(absl::Minutes(30));
  EXPECT_EQ(Alarms(proposal), "");
  // A link that goes up again and again buys no time beyond the minute.
  world_.Connect();
  world_.Pass(absl::Seconds(25));
  EXPECT_EQ(Alarms(proposal), "");
  world_.Cut();
  world_.Connect();
  world_.Pass(absl::Seconds(10));
  EXPECT_EQ(Alarms(proposal), "DECISION_HELD_BACK");
}

TEST_F(HeldBackDecisions, WhatIsNotReceiptedIsNotHeldBack) {
  const v1::Message proposal = world_.Propose(false, {});
  world_.on_wire = [](bool from_vn, v1::LinkFrame& frame) {
    return from_vn || !frame.has_message();
  };
  Say(false, proposal);
  world_.Pass(absl::Minutes(5));
  EXPECT_EQ(Alarms(proposal), "");
}

TEST_F(HeldBackDecisions, TheAlarmOutlivesTheNodeAndIsNotSaidAgain) {
  const v1::Message proposal = world_.Propose(false, {});
  HoldBack();
  Say(false, proposal);
  world_.Pass(absl::Seconds(65));
  world_.KillAndRestart(/*vn=*/false);
  world_.Connect();
  world_.Pass(absl::Minutes(5));
  EXPECT_EQ(Alarms(proposal), "DECISION_HELD_BACK");
  EXPECT_EQ(Listed(), 1);
  v1::ListAgreementsRequest request;
  const v1::ListAgreementsResponse all =
      Need(world_.cn->agreement_queries->ListAgreements(request));
  EXPECT_TRUE(all.threads(0).has_held_back_since());
}

TEST_F(HeldBackDecisions, TheStreamCarriesIt) {
  const v1::Message proposal = world_.Propose(false, {});
  HoldBack();
  Say(false, proposal);
  world_.Pass(absl::Seconds(65));
  std::vector<v1::WatchMessagesResponse> alarms;
  for (uint64_t from = 0;;) {
    const exchange::Watch::Page page =
        Need(world_.cn->watch->Read(from, v1::MESSAGE_DIRECTION_RECEIVED));
    if (page.next == from) break;
    from = page.next;
    for (const v1::WatchMessagesResponse& event : page.events) {
      if (event.has_alarm()) alarms.push_back(event);
    }
  }
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0].alarm().reason(), v1::REASON_DECISION_HELD_BACK);
  EXPECT_EQ(alarms[0].alarm().object(), "message:" + proposal.header().message_id());
  EXPECT_EQ(alarms[0].peer_node(), "vn-langson");
}

}  // namespace
}  // namespace gatepost::testing
