// A side may have so many open proposals on a link, and no more.
#include <gtest/gtest.h>

#include <string>

#include "daemon/exchange/agreements/agreement_desk.h"
#include "daemon/system/reason.h"
#include "tests/exchange/agreement_case.h"

namespace gatepost::testing {
namespace {

constexpr size_t kMost = exchange::kMostOpenProposals;

class OpenProposals : public AgreementCase {
 protected:
  // A node finds that many proposals of one side in its store, in that state.
  static void Fill(TestNode& node, bool submitted_here, size_t count,
                   v1::AgreementState state = v1::AGREEMENT_STATE_OPEN) {
    constexpr int64_t kRows = 1'000'000;  // Beyond all others.
    Need(node.committer->Post(
        [&](exchange::CommitScope& scope) -> absl::Status {
          for (size_t i = 0; i < count; ++i) {
            store::ProposalRecord proposal;
            proposal.message_row = kRows + static_cast<int64_t>(i);
            proposal.thread_row = proposal.message_row;
            proposal.peer = node.setup.link.peer_node;
            proposal.state = state;
            proposal.since = scope.now;
            proposal.begins = scope.now + absl::Hours(24 * 60);
            Need(scope.store.PutProposal(proposal));
            store::ThreadEntry entry;
            entry.message_row = proposal.message_row;
            entry.thread_row = proposal.message_row;
            entry.proposal_row = proposal.message_row;
            entry.peer = proposal.peer;
            entry.submitted_here = submitted_here;
            entry.settled = true;
            Need(scope.store.PutThreadEntry(entry));
          }
          return absl::OkStatus();
        },
        [](const absl::Status& done) { Need(done); }));
    node.Settle();
  }
  v1::Reason Refused(bool vn_side) {
    return system::ReasonOf(world_.Send(vn_side, world_.Propose(vn_side, {.gate = "LS-CM"})));
  }
};

TEST_F(OpenProposals, TheAuthorsDoorTakesSoManyAndNoMore) {
  Fill(*world_.vn, /*submitted_here=*/true, kMost - 1);
  const v1::Message last = world_.Propose(kVn, {});
  Say(kVn, last);
  ASSERT_EQ(world_.State(last), "OPEN");
  EXPECT_EQ(Refused(kVn), v1::REASON_TOO_MANY_OPEN);
  // The other side has its own, and what is taken back counts no more.
  Say(kCn, world_.Propose(kCn, {.gate = "LS-TT"}));
  Say(kVn, world_.Withdraw(kVn, last, last));
  EXPECT_EQ(Refused(kVn), v1::REASON_UNSPECIFIED);
}

TEST_F(OpenProposals, WhatAFollowerHasNotHeardADecisionOfCounts) {
  Fill(*world_.cn, /*submitted_here=*/true, kMost, v1::AGREEMENT_STATE_AWAITING_DECISION);
  EXPECT_EQ(Refused(kCn), v1::REASON_TOO_MANY_OPEN);
}

TEST_F(OpenProposals, WhatIsClosedDoesNotCount) {
  Fill(*world_.vn, /*submitted_here=*/true, kMost, v1::AGREEMENT_STATE_REJECTED);
  EXPECT_EQ(Refused(kVn), v1::REASON_UNSPECIFIED);
}

TEST_F(OpenProposals, TheSequencerRefusesThePeersNextOne) {
  Fill(*world_.vn, /*submitted_here=*/false, kMost);
  const v1::Message proposal = world_.Propose(kCn, {});
  Say(kCn, proposal);
  EXPECT_EQ(Leaves(*world_.vn, "DELIVERED", proposal), "REFUSED:TOO_MANY_OPEN");
  EXPECT_EQ(world_.StateAt(kCn, proposal), "REFUSED");
}

TEST_F(OpenProposals, TheFollowerRefusesTheSequencersNextOne) {
  Fill(*world_.cn, /*submitted_here=*/false, kMost);
  const v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  EXPECT_EQ(Leaves(*world_.cn, "DELIVERED", proposal), "REFUSED:TOO_MANY_OPEN");
  EXPECT_EQ(world_.StateAt(kVn, proposal), "REFUSED");
}

TEST_F(OpenProposals, AnswersAreTakenAllTheSame) {
  const v1::Message proposal = world_.Propose(kVn, {});
  Say(kVn, proposal);
  Fill(*world_.cn, /*submitted_here=*/true, kMost);
  Say(kCn, world_.Reject(kCn, proposal, proposal));
  EXPECT_EQ(world_.State(proposal), "REJECTED");
}

}  // namespace
}  // namespace gatepost::testing
