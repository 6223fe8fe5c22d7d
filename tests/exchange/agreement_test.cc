// Agreements bind by proposal, acceptance and the sequencer's decision; both nodes come to the same
// state, whoever acts first.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "tests/exchange/agreement_case.h"

namespace gatepost::testing {
namespace {

using system::ReasonOf;

class Agreements : public AgreementCase {};

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

TEST_F(Agreements, OneAnswerAtATimeAwaitsTheDecision) {
  const v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  world_.Cut();
  const v1::Message acceptance = world_.Accept(kCn, proposal, proposal);
  Say(kCn, acceptance);
  EXPECT_EQ(ReasonOf(world_.Send(kCn, world_.Reject(kCn, proposal, proposal))),
            v1::REASON_AWAITING_DECISION);
  Say(kCn, acceptance);  // The same again is no second one.
  world_.Connect();
  world_.Run();
  EXPECT_EQ(world_.State(proposal), "IN_FORCE");
}

TEST_F(Agreements, WhatIsAnsweredAndAwaitsTheDecisionIsNotToBeAnswered) {
  const v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  v1::ListAgreementsRequest request;
  request.set_to_answer(true);
  const auto listed = [&](TestNode& node) {
    return Need(node.agreement_queries->ListAgreements(request)).threads_size();
  };
  EXPECT_EQ(listed(*world_.cn), 1);
  EXPECT_EQ(listed(*world_.vn), 0) << "its own";
  world_.Cut();
  Say(kCn, world_.Accept(kCn, proposal, proposal));
  EXPECT_EQ(world_.StateAt(kCn, proposal), "OPEN");
  EXPECT_EQ(listed(*world_.cn), 0);
  const v1::Message theirs = world_.Propose(kCn, {.gate = "LS-CM"});
  Say(kCn, theirs);
  world_.Connect();
  world_.Run();
  EXPECT_EQ(world_.State(proposal), "IN_FORCE");
  EXPECT_EQ(listed(*world_.vn), 1) << "the one about the other gate";
  Say(kVn, world_.Reject(kVn, theirs, theirs));
  EXPECT_EQ(listed(*world_.vn), 0);
}

TEST_F(Agreements, WhoIsShownAThreadIsHandedWhatTheOtherSideSaid) {
  const v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  Say(kCn, world_.Accept(kCn, proposal, proposal));
  v1::GetAgreementRequest request;
  request.set_reference(proposal.header().message_id());
  for (const bool vn_side : {kVn, kCn}) {
    std::vector<int64_t> fetched;
    Need(world_.Node(vn_side).agreement_queries->GetAgreement(request, &fetched));
    ASSERT_EQ(fetched.size(), 1U);
    const auto store = Need(world_.Node(vn_side).store->Read());
    EXPECT_EQ(Need(store->MessageByRow(fetched.front()))->origin_node,
              vn_side ? "cn-pingxiang" : "vn-langson");
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
