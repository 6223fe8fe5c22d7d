// Agreements bind by proposal, acceptance and the sequencer's decision; both nodes come to the same
// state, whoever acts first.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "tests/exchange/thread_world.h"

namespace gatepost::testing {
namespace {

using system::ReasonOf;

constexpr bool kVn = true;  // The sequencer's side here.
constexpr bool kCn = false;

class Agreements : public ::testing::Test {
 protected:
  Agreements() { world_.Connect(); }

  void Say(bool vn_side, const v1::Message& message) {
    const absl::Status sent = world_.Send(vn_side, message);
    ASSERT_TRUE(sent.ok()) << sent;
    world_.Run();
  }
  v1::Message Agreed(bool proposer, const Terms& terms,
                     const std::vector<v1::Message>& gives_way = {}) {
    v1::Message proposal = world_.Propose(proposer, terms, gives_way);
    Say(proposer, proposal);
    Say(!proposer, world_.Accept(!proposer, proposal, proposal));
    EXPECT_EQ(world_.State(proposal), "IN_FORCE");
    return proposal;
  }
  // What a node says of goods at 1119 at noon of a day of January 2027.
  static std::string Noon(TestNode& node, int day, const std::string& gate = "1119-1120") {
    v1::GetHoursRequest request;
    request.add_scopes(gate);
    *request.mutable_from() =
        Need(domain::ParseInstant("12:00H", absl::CivilDay(2027, 1, 1) + (day - 1)));
    request.set_traffic(v1::TRAFFIC_GOODS);
    const v1::GetHoursResponse answer = Need(node.hours_queries->GetHours(request));
    std::string told = v1::Opening_Name(answer.hours(0).spans(0).opening()).substr(8);
    for (const v1::CitedMessage& cited : answer.cited()) told += " " + cited.kind();
    return told;
  }
  std::string Noon(int day) {
    const std::string vn = Noon(*world_.vn, day);
    const std::string cn = Noon(*world_.cn, day);
    return vn == cn ? vn : "VN " + vn + ", CN " + cn;
  }
  // Results of the leaves of that event about the message, in the order of the log.
  static std::string Leaves(const TestNode& node, const std::string& event,
                            const v1::Message& message) {
    std::string results;
    for (const ledger::Leaf& leaf : node.Leaves()) {
      if (leaf.event == event && leaf.object == "message:" + message.header().message_id()) {
        results += (results.empty() ? "" : " ") + leaf.result;
      }
    }
    return results;
  }

  // Time passes without the link; then it is there again.
  void Later(absl::Duration time) {
    world_.Cut();
    world_.clock.Advance(time);
    world_.Connect();
    world_.Pass(absl::Seconds(2));
  }

  ThreadWorld world_;
};

TEST_F(Agreements, TheSequencersProposalBindsWhenTheOtherSideAccepts) {
  const v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  EXPECT_EQ(world_.State(proposal), "OPEN");
  EXPECT_EQ(Noon(20), "UNKNOWN") << "nothing binds before it is accepted";
  const v1::Message acceptance = world_.Accept(kCn, proposal, proposal);
  Say(kCn, acceptance);
  EXPECT_EQ(world_.State(proposal), "IN_FORCE");
  EXPECT_EQ(Noon(20), "OPEN schedule_change");
  EXPECT_EQ(Noon(26), "UNKNOWN") << "after its days";
  EXPECT_EQ(Leaves(*world_.vn, "ACCEPTED", proposal), "OPEN");
  EXPECT_EQ(Leaves(*world_.cn, "DELIVERED", proposal), "APPLIED");
  EXPECT_EQ(Leaves(*world_.cn, "DECIDED", proposal), "OPEN");
  EXPECT_EQ(Leaves(*world_.cn, "ACCEPTED", acceptance), "AWAITING_DECISION");
  EXPECT_EQ(Leaves(*world_.vn, "DELIVERED", acceptance), "IN_FORCE");
  EXPECT_EQ(Leaves(*world_.cn, "DECIDED", acceptance), "IN_FORCE");
}

TEST_F(Agreements, TheOtherSidesProposalAwaitsTheSequencersDecision) {
  world_.Cut();
  const v1::Message proposal = world_.Propose(kCn, {.hours = ""});
  Say(kCn, proposal);
  EXPECT_EQ(world_.StateAt(kCn, proposal), "AWAITING_DECISION");
  world_.Connect();
  world_.Run();
  EXPECT_EQ(world_.State(proposal), "OPEN");
  Say(kVn, world_.Accept(kVn, proposal, proposal));
  EXPECT_EQ(world_.State(proposal), "IN_FORCE");
  EXPECT_EQ(Noon(20), "CLOSED schedule_change");
}

TEST_F(Agreements, ACounterTakesTheFirstProposalsPlace) {
  const v1::Message first = world_.Propose(kCn, {});
  Say(kCn, first);
  const v1::Message counter = world_.Counter(kVn, {.hours = "8-17"}, first, first);
  Say(kVn, counter);
  EXPECT_EQ(world_.State(first), "COUNTERED");
  EXPECT_EQ(world_.State(counter), "OPEN");
  EXPECT_EQ(ReasonOf(world_.Send(kVn, world_.Accept(kVn, first, first))), v1::REASON_NOT_OPEN);
  Say(kCn, world_.Accept(kCn, first, counter));
  EXPECT_EQ(world_.State(counter), "IN_FORCE");
  EXPECT_EQ(world_.State(first), "COUNTERED");
}

TEST_F(Agreements, RejectedAndWithdrawnProposalsStayClosed) {
  const v1::Message rejected = world_.Propose(kVn, {});
  Say(kVn, rejected);
  Say(kCn, world_.Reject(kCn, rejected, rejected));
  EXPECT_EQ(world_.State(rejected), "REJECTED");
  const v1::Message withdrawn = world_.Propose(kCn, {});
  Say(kCn, withdrawn);
  Say(kCn, world_.Withdraw(kCn, withdrawn, withdrawn));
  EXPECT_EQ(world_.State(withdrawn), "WITHDRAWN");
  for (const v1::Message* closed : {&rejected, &withdrawn}) {
    for (const bool side : {kVn, kCn}) {
      const v1::Reason reason = ReasonOf(world_.Send(side, world_.Accept(side, *closed, *closed)));
      EXPECT_TRUE(reason == v1::REASON_NOT_OPEN || reason == v1::REASON_NOT_YOUR_ACT) << reason;
    }
  }
  EXPECT_EQ(Noon(20), "UNKNOWN");
}

TEST_F(Agreements, NobodyAnswersForTheOtherSide) {
  const v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  EXPECT_EQ(ReasonOf(world_.Send(kVn, world_.Accept(kVn, proposal, proposal))),
            v1::REASON_NOT_YOUR_ACT);
  EXPECT_EQ(ReasonOf(world_.Send(kVn, world_.Reject(kVn, proposal, proposal))),
            v1::REASON_NOT_YOUR_ACT);
  EXPECT_EQ(ReasonOf(world_.Send(kVn, world_.Counter(kVn, {}, proposal, proposal))),
            v1::REASON_NOT_YOUR_ACT);
  EXPECT_EQ(ReasonOf(world_.Send(kCn, world_.Withdraw(kCn, proposal, proposal))),
            v1::REASON_NOT_YOUR_ACT);
  EXPECT_EQ(world_.State(proposal), "OPEN");
  EXPECT_EQ(std::ranges::count(world_.vn->Leaves(), "REFUSED", &ledger::Leaf::event), 3);
}

TEST_F(Agreements, AnAcceptanceSignsExactlyTheProposalsBytes) {
  v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  v1::Message other = world_.Accept(kCn, proposal, proposal);
  other.mutable_acceptance()->mutable_proposal()->mutable_pae_sha256()->back() ^= 1;
  EXPECT_EQ(ReasonOf(world_.Send(kCn, other)), v1::REASON_UNKNOWN_BASE);
  EXPECT_EQ(world_.State(proposal), "OPEN");
}

TEST_F(Agreements, ANoticeIsNeverAnAgreement) {
  v1::Message ping = world_.NewPing(world_.vn_officer(), "x");
  Say(kVn, ping);
  v1::Message acceptance = world_.Accept(kCn, ping, ping);
  EXPECT_EQ(ReasonOf(world_.Send(kCn, acceptance)), v1::REASON_WRONG_SUBJECT);
}

TEST_F(Agreements, WhatIsNotInForceIsNoBasis) {
  const v1::Message open = world_.Propose(kVn, {});
  Say(kVn, open);
  v1::Message amendment = world_.Propose(kCn, {});
  v1::Basis* basis = amendment.mutable_proposal()->add_basis();
  *basis->mutable_agreement() = ThreadWorld::Cite(open);
  EXPECT_EQ(ReasonOf(world_.Send(kCn, amendment)), v1::REASON_NOT_IN_FORCE);
  EXPECT_EQ(ReasonOf(world_.Send(kCn, world_.Terminate(kCn, 22, {open}))), v1::REASON_NOT_IN_FORCE);
}

TEST_F(Agreements, NobodyAcceptsWhatHisNodeCannotRead) {
  v1::Message proposal = world_.Propose(kVn, {});
  proposal.mutable_proposal()
      ->GetReflection()
      ->MutableUnknownFields(proposal.mutable_proposal())
      ->AddVarint(900, 1);
  Say(kVn, proposal);
  EXPECT_EQ(world_.State(proposal), "-") << "carried, and in no thread";
  v1::Message acceptance = world_.Accept(kCn, proposal, proposal);
  acceptance.mutable_acceptance()->mutable_seen()->set_epoch(1);
  EXPECT_EQ(ReasonOf(world_.Send(kCn, acceptance)), v1::REASON_NEWER_SCHEMA);
}

TEST_F(Agreements, OnlyOfficersBindTheirSide) {
  const v1::Message proposal = world_.NewMessage(world_.vn_clerk());
  v1::Message by_clerk = world_.Propose(kVn, {});
  *by_clerk.mutable_header() = proposal.header();
  by_clerk.mutable_header()->add_scope_ids("LS-HN-1119");
  const auto answer =
      world_.vn->Submit(world_.vn_clerk(), world_.Sign(world_.vn_clerk(), by_clerk));
  EXPECT_EQ(ReasonOf(answer.status()), v1::REASON_NOT_ALLOWED);
}

TEST_F(Agreements, AnUnansweredProposalExpiresOrLapses) {
  v1::Message expiring = world_.Propose(kVn, {});
  *expiring.mutable_proposal()->mutable_answer_by() =
      domain::ToZoned(world_.clock.Now() + absl::Minutes(1), domain::kHanoiZone);
  Say(kVn, expiring);
  world_.clock.Advance(absl::Minutes(2));
  EXPECT_EQ(ReasonOf(world_.Send(kCn, world_.Accept(kCn, expiring, expiring))),
            v1::REASON_PROPOSAL_EXPIRED)
      << "also before the sequencer has said so";
  Later(absl::ZeroDuration());
  EXPECT_EQ(world_.State(expiring), "EXPIRED");

  const v1::Message lapsing = world_.Propose(kCn, {.first_day = 16, .last_day = 17});
  Say(kCn, lapsing);
  Later(absl::Hours(10));
  EXPECT_EQ(world_.State(lapsing), "LAPSED");
  EXPECT_EQ(Leaves(*world_.vn, "DECIDED", lapsing), "LAPSED");
  EXPECT_EQ(Leaves(*world_.cn, "DECIDED", lapsing), "OPEN LAPSED");
}

TEST_F(Agreements, TermsThatBeginTooEarlyAreRefused) {
  EXPECT_EQ(ReasonOf(world_.Send(kVn, world_.Propose(kVn, {.first_day = 15}))),
            v1::REASON_EFFECT_PASSED);
}

TEST_F(Agreements, AnAmendmentNamesWhatItTouches) {
  const v1::Message first = Agreed(kVn, {});
  v1::Message blind = world_.Propose(kCn, {.hours = "8-17"});
  EXPECT_EQ(blind.proposal().basis_size(), 1);
  blind.mutable_proposal()->clear_basis();
  EXPECT_EQ(ReasonOf(world_.Send(kCn, blind)), v1::REASON_STALE_BASIS);

  const v1::Message amendment = Agreed(kCn, {.first_day = 22, .last_day = 23, .hours = ""});
  EXPECT_EQ(Noon(21), "OPEN schedule_change");
  EXPECT_EQ(Noon(22), "CLOSED schedule_change");
  EXPECT_EQ(Noon(24), "OPEN schedule_change");
  EXPECT_EQ(world_.State(first), "IN_FORCE") << "it stays where the amendment says nothing";
  const v1::Message elsewhere = Agreed(kCn, {.gate = "LS-CM"});
  EXPECT_EQ(elsewhere.proposal().basis_size(), 0);
}

TEST_F(Agreements, WhatGivesWayEndsWhereTheNewOneBegins) {
  const v1::Message older = Agreed(kVn, {.first_day = 18, .last_day = 0});
  const v1::Message newer = Agreed(kCn, {.first_day = 22, .last_day = 23, .hours = ""}, {older});
  EXPECT_EQ(world_.State(older), "SUPERSEDED");
  EXPECT_EQ(Noon(21), "OPEN schedule_change");
  EXPECT_EQ(Noon(22), "CLOSED schedule_change");
  EXPECT_EQ(Noon(24), "UNKNOWN") << "the older one does not come back";
  const v1::Message ending = world_.Terminate(kVn, 23, {older});
  EXPECT_EQ(ReasonOf(world_.Send(kVn, ending)), v1::REASON_NOT_IN_FORCE);
  const v1::Message between = world_.Propose(kVn, {.first_day = 20, .last_day = 20});
  EXPECT_EQ(between.proposal().basis_size(), 1) << "until the 22nd the older one still holds";
}

TEST_F(Agreements, WhatGivesWayEndsAtAllItsGates) {
  const v1::Message older =
      Agreed(kVn, {.gate = "LS-CM", .second_gate = "LS-HN-1119", .first_day = 18, .last_day = 0});
  EXPECT_EQ(Noon(*world_.cn, 22, "LS-CM"), "OPEN schedule_change");
  Agreed(kCn, {.first_day = 22, .last_day = 23, .hours = ""}, {older});
  EXPECT_EQ(Noon(*world_.cn, 21, "LS-CM"), "OPEN schedule_change");
  EXPECT_EQ(Noon(*world_.cn, 22, "LS-CM"), "UNKNOWN") << "asked about the other gate alone";
  EXPECT_EQ(Noon(*world_.vn, 22, "LS-CM"), "UNKNOWN");
}

TEST_F(Agreements, WhatTheOtherNodeCannotVerifyIsRefusedAndTheLinkGoesOn) {
  const certs::Signer& leaving =
      world_.AddPerson(world_.vn_ca, "/agency/board/officer/leaving",
                       certs::IssueOptions{.not_after = world_.clock.Now() + absl::Hours(1)});
  world_.Cut();
  v1::Message proposal = world_.Propose(kVn, {});
  proposal.mutable_header()->set_author(leaving.id().ToString());
  ASSERT_TRUE(world_.vn->Submit(leaving, world_.Sign(leaving, proposal)).ok());
  Later(absl::Hours(2));  // The certificate expires while the line is down.
  EXPECT_EQ(world_.State(proposal), "VN REFUSED, CN -");
  const v1::Message next = world_.Propose(kVn, {});
  Say(kVn, next);
  EXPECT_EQ(world_.State(next), "OPEN");
  EXPECT_TRUE(world_.vn->link->connected());
}

TEST_F(Agreements, AWithdrawalOfWhatTheOtherNodeRefusedIsNoDispute) {
  const certs::Signer& leaving =
      world_.AddPerson(world_.vn_ca, "/agency/board/officer/leaving",
                       certs::IssueOptions{.not_after = world_.clock.Now() + absl::Hours(1)});
  world_.Cut();
  v1::Message proposal = world_.Propose(kVn, {});
  proposal.mutable_header()->set_author(leaving.id().ToString());
  ASSERT_TRUE(world_.vn->Submit(leaving, world_.Sign(leaving, proposal)).ok());
  ASSERT_TRUE(world_.Send(kVn, world_.Withdraw(kVn, proposal, proposal)).ok());
  Later(absl::Hours(2));
  EXPECT_EQ(world_.State(proposal), "VN WITHDRAWN, CN -");
}

TEST_F(Agreements, ARelativeChangeIsResolvedFromWhatIsAgreed) {
  Agreed(kVn, {.first_day = 18, .last_day = 0});
  v1::PrepareProposalRequest request;
  request.set_recipient_node("vn-langson");
  v1::Timetable& timetable =
      *request.mutable_draft()->mutable_schedule_change()->mutable_timetable();
  timetable = world_.Propose(kCn, {.first_day = 22, .last_day = 23})
                  .proposal()
                  .schedule_change()
                  .timetable();
  v1::TimetableRule& rule = *timetable.mutable_rules(0);
  rule.clear_windows();
  rule.set_regime(v1::REGIME_EXTENDED);
  rule.mutable_said_as()->set_kind(v1::CHANGE_KIND_MOVE_CLOSING);
  rule.mutable_said_as()->set_moved_by_minutes(120);
  const v1::PrepareProposalResponse prepared =
      Need(world_.cn->agreement_queries->PrepareProposal(request));
  const v1::TimetableRule& resolved = prepared.proposal().schedule_change().timetable().rules(0);
  ASSERT_EQ(resolved.windows_size(), 1);
  EXPECT_EQ(resolved.windows(0).opens().hour(), 7);
  EXPECT_EQ(resolved.windows(0).closes().hour(), 20);
  EXPECT_EQ(prepared.proposal().basis_size(), 1);
  EXPECT_EQ(prepared.proposal().side(), "CN");
  v1::Message message = world_.NewMessage(world_.cn_officer());
  *message.mutable_proposal() = prepared.proposal();
  *message.mutable_header()->mutable_scope_ids() = prepared.scope_ids();
  Say(kCn, message);
  EXPECT_EQ(world_.State(message), "OPEN");
}

TEST_F(Agreements, ATerminationEndsWithNothingInItsPlace) {
  const v1::Message agreement = Agreed(kVn, {.first_day = 18, .last_day = 0});
  const v1::Message ending = world_.Terminate(kCn, 22, {agreement});
  Say(kCn, ending);
  EXPECT_EQ(world_.State(agreement), "IN_FORCE");
  Say(kVn, world_.Accept(kVn, ending, ending));
  EXPECT_EQ(world_.State(agreement), "ENDED");
  EXPECT_EQ(Noon(21), "OPEN schedule_change");
  EXPECT_EQ(Noon(22), "UNKNOWN");
}

TEST_F(Agreements, OpenProposalsOverTheSameHoursAreSuperseded) {
  const v1::Message one = world_.Propose(kVn, {});
  const v1::Message two = world_.Propose(kCn, {.hours = "8-17"});
  const v1::Message far = world_.Propose(kCn, {.gate = "LS-CM"});
  Say(kVn, one);
  Say(kCn, two);
  Say(kCn, far);
  Say(kCn, world_.Accept(kCn, one, one));
  EXPECT_EQ(world_.State(one), "IN_FORCE");
  EXPECT_EQ(world_.State(two), "SUPERSEDED");
  EXPECT_EQ(world_.State(far), "OPEN");
}

TEST_F(Agreements, HolidayHoursComeBeforeScheduleChanges) {
  Agreed(kVn, {.first_day = 18, .last_day = 0});
  Agreed(kCn, {.first_day = 22, .last_day = 24, .hours = "", .holiday = true});
  EXPECT_EQ(Noon(22), "CLOSED holiday_hours");
  EXPECT_EQ(Noon(25), "OPEN schedule_change");
}

TEST_F(Agreements, WithdrawalAndAcceptanceInTheSameSecondEndTheSameOnBothSides) {
  for (const bool proposer : {kVn, kCn}) {
    const v1::Message proposal = world_.Propose(proposer, {});
    Say(proposer, proposal);
    world_.Cut();
    ASSERT_TRUE(world_.Send(proposer, world_.Withdraw(proposer, proposal, proposal)).ok());
    ASSERT_TRUE(world_.Send(!proposer, world_.Accept(!proposer, proposal, proposal)).ok());
    world_.Connect();
    world_.Run();
    // The sequencer logged its own side's action first.
    EXPECT_EQ(world_.State(proposal), proposer == kVn ? "WITHDRAWN" : "IN_FORCE");
  }
}

TEST_F(Agreements, ARepeatedActionIsAnsweredAgainAndDecidedOnce) {
  const v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  const v1::Message acceptance = world_.Accept(kCn, proposal, proposal);
  Say(kCn, acceptance);
  Say(kCn, acceptance);
  Say(kVn, proposal);
  EXPECT_EQ(world_.State(proposal), "IN_FORCE");
  EXPECT_EQ(world_.vn->LinkRecord().last_decision, 2U);
  EXPECT_EQ(world_.cn->LinkRecord().last_decision, 2U);
}

TEST_F(Agreements, DecisionsAreResumedAfterCutsAndRestarts) {
  std::vector<v1::Message> proposals;
  for (int i = 0; i < 40; ++i) {
    proposals.push_back(world_.Propose(
        i % 2 == 0,
        {.gate = i % 3 == 0 ? "LS-CM" : "LS-TT-1088", .first_day = 17 + i % 4, .last_day = 22}));
    world_.Rebase(i % 2 == 0, proposals.back());
    ASSERT_TRUE(world_.Send(i % 2 == 0, proposals.back()).ok());
    if (i % 5 == 0) {
      world_.Cut();
      world_.KillAndRestart(i % 10 == 0);
      world_.Connect();
    }
    for (int step = 0; step < 7; ++step) world_.RunOneStep();
  }
  world_.Run();
  for (const v1::Message& proposal : proposals) EXPECT_EQ(world_.State(proposal), "OPEN");
  EXPECT_EQ(world_.cn->LinkRecord().last_decision, 40U);
}

TEST_F(Agreements, AnAcceptanceThatHasNotSeenTheLastDecisionIsStale) {
  const v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  v1::Message acceptance = world_.Accept(kCn, proposal, proposal);
  acceptance.mutable_acceptance()->mutable_seen()->set_leaf_index(77);
  EXPECT_EQ(ReasonOf(world_.Send(kCn, acceptance)), v1::REASON_STALE_BASIS);
  acceptance.mutable_acceptance()->clear_seen();
  EXPECT_EQ(ReasonOf(world_.Send(kCn, acceptance)), v1::REASON_FIELD_MISSING);
}

}  // namespace
}  // namespace gatepost::testing
