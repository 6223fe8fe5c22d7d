// The commands about agreements against a node that answers as the test says: what they ask it,
// what they sign, and when they sign nothing.

#include "client/cli/agreement_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/client/cli/answering_node.h"

namespace gatepost::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using AgreementCommandsTest = AnsweringNode;

TEST_F(AgreementCommandsTest, AProposalIsSignedAsTheNodeCompletedIt) {
  ProposeOptions options = Terms();
  options.terms.occasion = "tet";
  options.send.ends = {"LS/2025/00100"};
  options.send.answer_by = "2027-01-20 17:00H";
  ASSERT_EQ(Run(HolidayPropose, options), 0) << err_;
  ASSERT_EQ(agreements_.prepared.size(), 1u);
  EXPECT_EQ(agreements_.prepared[0].recipient_node(), "cn-pingxiang");
  EXPECT_THAT(agreements_.prepared[0].give_way(), ElementsAre("short of LS/2025/00100"));
  ASSERT_EQ(exchange_.submitted.size(), 1u);
  const v1::Message message = exchange_.Message();
  EXPECT_THAT(message.header().recipient_nodes(), ElementsAre("cn-pingxiang"));
  EXPECT_THAT(message.header().scope_ids(), ElementsAre("LS-HN", "LS-TT"));
  EXPECT_EQ(message.proposal().holiday_hours().occasion(), "tet");
  EXPECT_EQ(message.proposal().basis_size(), 1);
  EXPECT_EQ(message.proposal().answer_by().instant().seconds(), 1800439200);
  EXPECT_THAT(out_, HasSubstr("LS/2026/00050"));
}

TEST_F(AgreementCommandsTest, ADryRunPrintsWhatWasPreparedAndStoresNothing) {
  ProposeOptions options = Terms();
  options.send.dry_run = true;
  ASSERT_EQ(Run(SchedulePropose, options), 0) << err_;
  ASSERT_EQ(exchange_.submitted.size(), 1u);
  EXPECT_TRUE(exchange_.submitted[0].validate_only());
  EXPECT_EQ(std::count(out_.begin(), out_.end(), '\n'), 2) << out_;
  EXPECT_THAT(out_, HasSubstr("\"scopeIds\":[\"LS-HN\",\"LS-TT\"]"));
  EXPECT_FALSE(std::filesystem::exists(files_ / "outbox/pending"));
}

TEST_F(AgreementCommandsTest, OfSeveralCounterpartsOneMustBeNamed) {
  files_.Change("client.textproto", "recipient_nodes: \"cn-pingxiang\"",
                "recipient_nodes: \"cn-pingxiang\" recipient_nodes: \"cn-ningming\"");
  ProposeOptions options = Terms();
  EXPECT_EQ(Run(SchedulePropose, options), 2);
  EXPECT_THAT(err_, HasSubstr("cn-pingxiang, cn-ningming"));
  EXPECT_THAT(exchange_.submitted, IsEmpty());
  options.send.to = "cn-ningming";
  EXPECT_EQ(Run(SchedulePropose, options), 0) << err_;
  EXPECT_THAT(exchange_.Message().header().recipient_nodes(), ElementsAre("cn-ningming"));
}

TEST_F(AgreementCommandsTest, NothingIsSignedThatThisProgramCannotShow) {
  agreements_.completes = [](v1::Proposal& proposal) {
    proposal.GetReflection()->MutableUnknownFields(&proposal)->AddVarint(900, 1);
  };
  EXPECT_EQ(Run(SchedulePropose, Terms()), 1);
  EXPECT_THAT(err_, HasSubstr("REASON_NEWER_SCHEMA"));

  v1::Message newer;
  v1::Envelope& envelope =
      *agreements_.thread.mutable_steps(0)->mutable_message()->mutable_envelope();
  ASSERT_TRUE(newer.ParseFromString(envelope.payload()));
  newer.mutable_proposal()->mutable_holiday_hours()->mutable_timetable()->add_rules()->set_regime(
      static_cast<v1::Regime>(77));
  envelope.set_payload(newer.SerializeAsString());
  EXPECT_EQ(Run(AgreementAccept, Answer("LS/2026/00007", true)), 1);
  EXPECT_THAT(err_, HasSubstr("REASON_NEWER_SCHEMA"));
  EXPECT_THAT(exchange_.submitted, IsEmpty());
}

TEST_F(AgreementCommandsTest, NobodyAcceptsByOversight) {
  AnswerOptions options = Answer("LS/2026/00007", false);
  EXPECT_EQ(Run(AgreementAccept, options), 2);
  EXPECT_THAT(exchange_.submitted, IsEmpty());
  options.yes = true;
  ASSERT_EQ(Run(AgreementAccept, options), 0) << err_;
  const v1::Message message = exchange_.Message();
  // To the thread's own other node, whatever the client config names.
  EXPECT_THAT(message.header().recipient_nodes(), ElementsAre("cn-ningming"));
  EXPECT_THAT(message.header().scope_ids(), ElementsAre("LS-HN"));
  EXPECT_EQ(message.acceptance().proposal().message_id(), kProposalId);
  EXPECT_EQ(message.acceptance().seen().leaf_index(), 42u);
}

TEST_F(AgreementCommandsTest, APersonIsShownWhatIsSigned) {
  global_.output = Output::kTable;
  ASSERT_EQ(Run(AgreementAccept, Answer("LS/2026/00007", true)), 0);
  EXPECT_THAT(err_, HasSubstr("you accept LS/2026/00007 of cn-ningming"));
  EXPECT_THAT(err_, HasSubstr("holiday hours, spring_festival"));
  EXPECT_THAT(err_, HasSubstr("leaf 42 of epoch 1"));
  // The message was accepted by the node; how the agreement stands is another thing.
  EXPECT_THAT(out_, HasSubstr("LS/2026/00007  OPEN, may be answered"));
}

TEST_F(AgreementCommandsTest, RejectionAndWithdrawalNameTheProposal) {
  AnswerOptions rejection = Answer("LS/2026/00007", false);
  rejection.remark = "too early";
  ASSERT_EQ(Run(AgreementReject, rejection), 0) << err_;
  ASSERT_EQ(Run(AgreementWithdraw, Answer(kProposalId, false)), 0) << err_;
  EXPECT_EQ(exchange_.Message(0).rejection().remark(), "too early");
  EXPECT_EQ(exchange_.Message(0).rejection().proposal().message_id(), kProposalId);
  EXPECT_EQ(exchange_.Message(1).withdrawal().proposal().message_id(), kProposalId);
}

TEST_F(AgreementCommandsTest, ACounterProposalIsOfTheSameKindAndNamesWhatItCounters) {
  ASSERT_EQ(Run(AgreementCounter, Terms()), 0) << err_;
  ASSERT_EQ(agreements_.prepared.size(), 1u);
  EXPECT_EQ(agreements_.prepared[0].counters(), "LS/2026/00007");
  EXPECT_EQ(agreements_.prepared[0].recipient_node(), "cn-ningming");
  const v1::Proposal proposal = exchange_.Message().proposal();
  EXPECT_EQ(proposal.holiday_hours().occasion(), "spring_festival");
  EXPECT_EQ(proposal.side(), "VN");
  EXPECT_EQ(proposal.counters().message_id(), kProposalId);
  EXPECT_EQ(proposal.thread().message_id(), kProposalId);
}

TEST_F(AgreementCommandsTest, AnAmendmentMustTouchAnAgreementInForce) {
  EXPECT_EQ(Run(AgreementAmend, Terms()), 1);
  EXPECT_THAT(err_, HasSubstr("REASON_NOT_IN_FORCE"));
  agreements_.thread.mutable_steps(0)->set_state(v1::AGREEMENT_STATE_IN_FORCE);
  agreements_.touches = false;
  EXPECT_EQ(Run(AgreementAmend, Terms()), 2);
  EXPECT_THAT(exchange_.submitted, IsEmpty());
  agreements_.touches = true;
  ASSERT_EQ(Run(AgreementAmend, Terms()), 0) << err_;
  EXPECT_FALSE(exchange_.Message().proposal().has_thread());
  EXPECT_FALSE(exchange_.Message().proposal().basis(0).gives_way());
}

TEST_F(AgreementCommandsTest, ATerminationEndsTheNamedAgreement) {
  agreements_.thread.mutable_steps(0)->set_state(v1::AGREEMENT_STATE_IN_FORCE);
  TerminateOptions options;
  options.reference = kProposalId;
  options.effective = "2027-03-01H";
  options.reason = "peak";
  ASSERT_EQ(Run(AgreementTerminate, options), 0) << err_;
  EXPECT_THAT(agreements_.prepared.at(0).give_way(), ElementsAre("LS/2026/00007"));
  const v1::Proposal proposal = exchange_.Message().proposal();
  EXPECT_EQ(proposal.termination().effective().instant().seconds(), 1803834000);
  EXPECT_EQ(proposal.papers().reason(), v1::CHANGE_REASON_DEMAND_PEAK);
}

}  // namespace
}  // namespace gatepost::cli
