#include "client/agreement_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/digest.h"
#include "certs/dsse.h"
#include "client/message_builder.h"
#include "daemon/system/reason.h"
#include "tests/certs/practice_world.h"
#include "tests/support/manual_clock.h"
#include "tests/support/seeded_random.h"

namespace gatepost::client {
namespace {

using certs::Must;
using certs::RefusedAs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kFirstId[] = "0194e1a2-7c00-7000-8000-000000000001";
constexpr char kSecondId[] = "0194e1a2-7c00-7000-8000-000000000002";

v1::Message ProposalMessage(const std::string& id) {
  v1::Message message;
  message.mutable_header()->set_message_id(id);
  message.mutable_header()->set_author("spiffe://pingxiang.example/agency/port/officer/01");
  message.mutable_header()->add_scope_ids("LS-HN");
  message.mutable_header()->add_scope_ids("LS-TT");
  message.mutable_proposal()->set_side("CN");
  message.mutable_proposal()->mutable_schedule_change();
  return message;
}

void AddStep(v1::AgreementThread& thread, const v1::Message& message, const std::string& act,
             const std::string& reference, v1::AgreementState state) {
  v1::ThreadStep& step = *thread.add_steps();
  step.set_act(act);
  step.set_state(state);
  step.set_proposal_step(thread.steps_size() - 1);
  v1::StoredMessage& stored = *step.mutable_message();
  stored.set_short_reference(reference);
  stored.set_message_id(message.header().message_id());
  stored.set_author(message.header().author());
  // What the node says of the digest; what is signed must not rest on it.
  stored.set_pae_sha256("not the digest of these bytes");
  stored.mutable_envelope()->set_payload_type(std::string(certs::kMessagePayloadType));
  stored.mutable_envelope()->set_payload(message.SerializeAsString());
}

v1::AgreementThread OpenThread(const v1::Message& message = ProposalMessage(kFirstId)) {
  v1::AgreementThread thread;
  thread.set_peer_node("cn-pingxiang");
  thread.set_sequencer_node("vn-langson");
  thread.set_short_reference("LS/2026/00007");
  thread.mutable_last_decision()->set_epoch(1);
  thread.mutable_last_decision()->set_leaf_index(42);
  AddStep(thread, message, "propose", "LS/2026/00007", v1::AGREEMENT_STATE_OPEN);
  return thread;
}

std::string DigestOf(const v1::Envelope& envelope) {
  return std::string(certs::AsView(certs::PaeDigest(envelope.payload_type(), envelope.payload())));
}

TEST(AgreementMessagesTest, AnAcceptanceNamesTheVeryBytesAndTheLastDecisionSeen) {
  const v1::AgreementThread thread = OpenThread();
  const HeldProposal proposal = Must(FindProposal(thread, "LS/2026/00007"));
  const AgreementDraft draft = Must(AcceptanceOf(thread, proposal));
  const v1::Acceptance& acceptance = draft.body.acceptance();
  EXPECT_EQ(acceptance.proposal().message_id(), kFirstId);
  EXPECT_EQ(acceptance.proposal().author(), "spiffe://pingxiang.example/agency/port/officer/01");
  EXPECT_EQ(acceptance.proposal().pae_sha256(), DigestOf(thread.steps(0).message().envelope()));
  EXPECT_EQ(acceptance.thread().message_id(), kFirstId);
  EXPECT_EQ(acceptance.seen().leaf_index(), 42u);
  EXPECT_EQ(acceptance.seen().epoch(), 1u);
  EXPECT_THAT(draft.scope_ids, ElementsAre("LS-HN", "LS-TT"));
  EXPECT_EQ(draft.recipient_node, "cn-pingxiang");
}

TEST(AgreementMessagesTest, NobodySignsForWhatHisProgramCannotShow) {
  // A field of tomorrow in the terms, and a regime without a name here.
  v1::Message newer = ProposalMessage(kFirstId);
  auto* timetable = newer.mutable_proposal()->mutable_schedule_change()->mutable_timetable();
  timetable->GetReflection()->MutableUnknownFields(timetable)->AddVarint(900, 1);
  v1::Message regime = ProposalMessage(kFirstId);
  regime.mutable_proposal()
      ->mutable_schedule_change()
      ->mutable_timetable()
      ->add_rules()
      ->set_regime(static_cast<v1::Regime>(77));
  for (const v1::Message& message : {newer, regime}) {
    const v1::AgreementThread thread = OpenThread(message);
    const HeldProposal proposal = Must(FindProposal(thread, kFirstId));
    EXPECT_THAT(AcceptanceOf(thread, proposal), RefusedAs(v1::REASON_NEWER_SCHEMA));
  }
}

TEST(AgreementMessagesTest, WhatIsUndecidedOrAnsweredIsNotAccepted) {
  v1::AgreementThread thread = OpenThread();
  thread.mutable_steps(0)->set_state(v1::AGREEMENT_STATE_AWAITING_DECISION);
  EXPECT_THAT(AcceptanceOf(thread, Must(FindProposal(thread, kFirstId))),
              RefusedAs(v1::REASON_AWAITING_DECISION));

  // The thread goes by the name of its first proposal; the newest is another one.
  v1::Message counter = ProposalMessage(kSecondId);
  thread.mutable_steps(0)->set_state(v1::AGREEMENT_STATE_COUNTERED);
  AddStep(thread, counter, "counter", "LS/2026/00009", v1::AGREEMENT_STATE_OPEN);
  const auto refused = AcceptanceOf(thread, Must(FindProposal(thread, "LS/2026/00007")));
  EXPECT_THAT(refused, RefusedAs(v1::REASON_NOT_OPEN));
  EXPECT_EQ(system::RefusalOf(refused.status())->came, "LS/2026/00007, which is COUNTERED");
  EXPECT_THAT(system::RefusalOf(refused.status())->todo, HasSubstr("LS/2026/00009"));
  EXPECT_EQ(Must(NewestProposal(thread)).citation.message_id(), kSecondId);
}

TEST(AgreementMessagesTest, AnAnswerToACounterProposalNamesTheFirstOfTheThread) {
  v1::AgreementThread thread = OpenThread();
  v1::Message counter = ProposalMessage(kSecondId);
  counter.mutable_proposal()->mutable_thread()->set_message_id(kFirstId);
  AddStep(thread, counter, "counter", "LS/2026/00009", v1::AGREEMENT_STATE_OPEN);
  const HeldProposal proposal = Must(FindProposal(thread, "LS/2026/00009"));
  const v1::Rejection rejection = RejectionOf(thread, proposal, "too early").body.rejection();
  EXPECT_EQ(rejection.thread().message_id(), kFirstId);
  EXPECT_EQ(rejection.proposal().message_id(), kSecondId);
  EXPECT_EQ(rejection.remark(), "too early");
  const v1::Withdrawal withdrawal = WithdrawalOf(thread, proposal).body.withdrawal();
  EXPECT_EQ(withdrawal.thread().message_id(), kFirstId);
  EXPECT_EQ(withdrawal.proposal().pae_sha256(), proposal.citation.pae_sha256());
}

TEST(AgreementMessagesTest, AnAnswerStandsForTheProposalThatItIsAbout) {
  v1::AgreementThread thread = OpenThread();
  v1::Message rejection;
  rejection.mutable_header()->set_message_id(kSecondId);
  rejection.mutable_rejection();
  AddStep(thread, rejection, "reject", "LS/2026/00008", v1::AGREEMENT_STATE_UNSPECIFIED);
  thread.mutable_steps(1)->set_proposal_step(0);
  EXPECT_EQ(Must(FindProposal(thread, "LS/2026/00008")).citation.message_id(), kFirstId);
  EXPECT_THAT(FindProposal(thread, "LS/2026/00077"), RefusedAs(v1::REASON_NOT_FOUND));
}

TEST(AgreementMessagesTest, AMessageOfAnAgreementGoesToOneNode) {
  certs::PracticeWorld world;
  testing::ManualClock clock{world.now};
  testing::SeededRandom random{7};
  MessageBuilder builder(
      {world.vn_clerk, "vn-langson", {"cn-pingxiang", "cn-ningming"}, "Asia/Ho_Chi_Minh"}, clock,
      random);
  const v1::Message message = builder.WriteTo("cn-ningming", ProposalMessage(kFirstId), {"LS-HN"});
  EXPECT_THAT(message.header().recipient_nodes(), ElementsAre("cn-ningming"));
  EXPECT_THAT(message.header().scope_ids(), ElementsAre("LS-HN"));
  EXPECT_EQ(message.header().author(), world.vn_clerk.ToString());
  EXPECT_EQ(message.proposal().side(), "CN");
}

}  // namespace
}  // namespace gatepost::client
