// What the sequencer's side said and the other node could not verify: the decision on it is stated
// anew, and both nodes hold the same.
#include <gtest/gtest.h>

#include <string>

#include "daemon/system/reason.h"
#include "tests/exchange/agreement_case.h"

namespace gatepost::testing {
namespace {

class Restated : public AgreementCase {
 protected:
  // The sequencer's officer says it while the line is cut, and his certificate expires before it
  // reaches the other node.
  void SayAndLeave(v1::Message message) {
    const certs::Signer& leaving =
        world_.AddPerson(world_.vn_ca, "/agency/board/officer/leaving",
                         certs::IssueOptions{.not_after = world_.clock.Now() + absl::Hours(1)});
    world_.Cut();
    message.mutable_header()->set_author(leaving.id().ToString());
    const auto sent = world_.vn->Submit(leaving, world_.Sign(leaving, message));
    ASSERT_TRUE(sent.ok()) << sent.status();
  }
  void Arrives() { Later(absl::Hours(2)); }
};

TEST_F(Restated, AnAcceptanceThatCannotBeVerifiedBindsNobody) {
  const v1::Message older = Agreed(kVn, {.first_day = 18, .last_day = 0});
  const v1::Message open = world_.Propose(kVn, {.first_day = 22, .last_day = 24, .hours = "8-17"});
  Say(kVn, open);
  const v1::Message proposal =
      world_.Propose(kCn, {.first_day = 22, .last_day = 23, .hours = ""}, {older});
  Say(kCn, proposal);
  SayAndLeave(world_.Accept(kVn, proposal, proposal));
  EXPECT_EQ(world_.StateAt(kVn, proposal), "IN_FORCE");
  EXPECT_EQ(world_.StateAt(kVn, older), "SUPERSEDED");
  EXPECT_EQ(world_.StateAt(kVn, open), "SUPERSEDED");
  EXPECT_EQ(Noon(*world_.vn, 22), "CLOSED schedule_change");
  Arrives();
  EXPECT_EQ(world_.State(proposal), "REFUSED");
  EXPECT_EQ(world_.State(older), "IN_FORCE");
  EXPECT_EQ(world_.State(open), "OPEN");
  for (const int day : {21, 22, 26}) EXPECT_EQ(Noon(day), "OPEN schedule_change") << day;
  EXPECT_EQ(Leaves(*world_.vn, "DECIDED", proposal), "REFUSED:CERTIFICATE_EXPIRED");
  EXPECT_EQ(Leaves(*world_.cn, "ALARM", older), "DECISION_DISPUTED CLEARED");
  // Everything can be answered as before.
  Say(kCn, world_.Accept(kCn, open, open));
  EXPECT_EQ(world_.State(open), "IN_FORCE");
  EXPECT_EQ(Noon(23), "OPEN schedule_change");
  Agreed(kCn, {.first_day = 25, .last_day = 25, .hours = ""}, {older});
  EXPECT_EQ(world_.State(older), "SUPERSEDED");
}

TEST_F(Restated, AWithdrawalClosesTheProposalOnBothSides) {
  const v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  SayAndLeave(world_.Withdraw(kVn, proposal, proposal));
  Arrives();
  EXPECT_EQ(world_.State(proposal), "WITHDRAWN");
}

TEST_F(Restated, ARejectionClosesTheProposalOnBothSides) {
  const v1::Message proposal = world_.Propose(kCn, {});
  Say(kCn, proposal);
  SayAndLeave(world_.Reject(kVn, proposal, proposal));
  Arrives();
  EXPECT_EQ(world_.State(proposal), "REJECTED");
}

TEST_F(Restated, ACounterAnswersTheProposalOnBothSides) {
  const v1::Message proposal = world_.Propose(kCn, {});
  Say(kCn, proposal);
  const v1::Message counter = world_.Counter(kVn, {.hours = "8-17"}, proposal, proposal);
  SayAndLeave(counter);
  Arrives();
  EXPECT_EQ(world_.State(proposal), "COUNTERED");
  const v1::Message next = world_.Counter(kVn, {.hours = "8-16"}, proposal, proposal);
  EXPECT_EQ(system::ReasonOf(world_.Send(kVn, next)), v1::REASON_NOT_OPEN);
}

TEST_F(Restated, WhatTheOtherNodeRefusedAsWellIsNotOpenedAgain) {
  const v1::Message proposal = world_.Propose(kCn, {});
  Say(kCn, proposal);
  v1::Message own = world_.Propose(kVn, {.hours = "8-17"});
  SayAndLeave(own);
  own.mutable_header()->set_author("spiffe://" + world_.vn_ca.trust_domain() +
                                   "/agency/board/officer/leaving");
  SayAndLeave(world_.Accept(kVn, proposal, proposal));
  ASSERT_EQ(world_.StateAt(kVn, own), "SUPERSEDED");
  Arrives();
  EXPECT_EQ(world_.State(proposal), "REFUSED");
  EXPECT_EQ(world_.State(own), "VN REFUSED, CN -");
  EXPECT_EQ(Leaves(*world_.vn, "ALARM", proposal), "ACCEPTANCE_REFUSED");
}

TEST_F(Restated, WhatChangedMeanwhileIsNotReopened) {
  const v1::Message open = world_.Propose(kVn, {.first_day = 22, .last_day = 24, .hours = "8-17"});
  const v1::Message later = world_.Propose(kVn, {.first_day = 24, .last_day = 24, .hours = "9-12"});
  const v1::Message proposal = world_.Propose(kCn, {.first_day = 22, .last_day = 23, .hours = ""});
  Say(kVn, open);
  Say(kVn, later);
  Say(kCn, proposal);
  SayAndLeave(world_.Accept(kVn, proposal, proposal));
  // It touches what was superseded, but not what was accepted.
  ASSERT_TRUE(world_.Send(kCn, world_.Accept(kCn, later, later)).ok());
  Arrives();
  EXPECT_EQ(world_.State(proposal), "REFUSED");
  EXPECT_EQ(world_.State(later), "IN_FORCE");
  EXPECT_EQ(world_.State(open), "SUPERSEDED");
}

TEST_F(Restated, WhatDependsOnADoubtfulAcceptanceWaitsForItsReceipt) {
  const v1::Message older = Agreed(kVn, {.gate = "LS-CM", .second_gate = "LS-HN-1119"});
  const v1::Message proposal = world_.Propose(kCn, {.first_day = 22, .hours = ""}, {older});
  Say(kCn, proposal);
  world_.Cut();
  ASSERT_TRUE(world_.Send(kVn, world_.Accept(kVn, proposal, proposal)).ok());
  // From the 22nd on nothing is agreed at LS-CM, if the other node takes the acceptance.
  EXPECT_EQ(
      system::ReasonOf(world_.Send(kVn, world_.Propose(kVn, {.gate = "LS-CM", .first_day = 23}))),
      v1::REASON_AWAITING_DECISION);
  EXPECT_EQ(system::ReasonOf(world_.Send(kVn, world_.Terminate(kVn, 24, {proposal}))),
            v1::REASON_AWAITING_DECISION);
  EXPECT_TRUE(world_.Send(kVn, world_.Propose(kVn, {.gate = "LS-TT"})).ok());
  Later(absl::Seconds(1));
  EXPECT_EQ(world_.State(proposal), "IN_FORCE");
  const v1::Message next = world_.Propose(kVn, {.gate = "LS-CM", .first_day = 23});
  Say(kVn, next);
  EXPECT_EQ(world_.State(next), "OPEN");
}

TEST_F(Restated, ACutInBetweenLosesNothing) {
  const v1::Message proposal = world_.Propose(kCn, {});
  Say(kCn, proposal);
  SayAndLeave(world_.Accept(kVn, proposal, proposal));
  // The refusal is receipted, and the line breaks before the sequencer says anything more.
  world_.on_wire = [](bool from_vn, v1::LinkFrame& frame) {
    return !(from_vn && frame.has_decision());
  };
  Arrives();
  EXPECT_EQ(world_.State(proposal), "VN REFUSED, CN OPEN");
  world_.on_wire = nullptr;
  world_.KillAndRestart(true);
  Later(absl::Seconds(1));
  EXPECT_EQ(world_.State(proposal), "REFUSED");
}

}  // namespace
}  // namespace gatepost::testing
