#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "client/evidence/verify_bundle.h"
#include "daemon/system/reason.h"
#include "tests/evidence/evidence_world.h"

namespace gatepost::evidence {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

Verdict Check(const EvidenceWorld& world, const v1::GetEvidenceResponse& evidence) {
  return VerifyBundle(Sealed(evidence), world.Options());
}

TEST(ThreadEvidence, SaysThatAnAgreementIsInForceAndByWhichEntry) {
  EvidenceWorld world;
  world.Agree();
  world.Cosign();
  for (const TestLog* exporter : {&world.vn, &world.cn}) {
    const Verdict verdict = Check(world, world.Evidence(*exporter));
    EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
    EXPECT_THAT(verdict.notes,
                Contains(HasSubstr("messages/002: in force by entry 2 of vn-langson")));
  }
}

// The acceptance, with everything but the sequencer's leaf.
TEST(ThreadEvidence, IsIncompleteWithoutTheSequencersLeaf) {
  EvidenceWorld world;
  world.Agree();
  world.Cosign();
  world.sent[1].leaves.erase(&world.vn);
  world.sent[1].leaves[&world.cn].resize(1);  // The receipt names that leaf.
  const Verdict verdict = Check(world, world.Evidence(world.cn));
  EXPECT_EQ(verdict.answer, Answer::kIncomplete) << Describe(verdict);
  EXPECT_THAT(Describe(verdict), HasSubstr("the leaf of the sequencer vn-langson"));
}

TEST(ThreadEvidence, OfARefusedAcceptanceSaysThatNothingIsInForce) {
  EvidenceWorld world;
  world.Agree("REFUSED:PROPOSAL_EXPIRED");
  world.Cosign();
  const Verdict verdict = Check(world, world.Evidence(world.vn));
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
  EXPECT_THAT(verdict.notes, Contains(HasSubstr("it put nothing in force")));
}

TEST(ThreadEvidence, OfADecisionThatWasTakenBackSaysSo) {
  EvidenceWorld world;
  world.Agree();
  world.Decide(world.sent[0], "REFUSED:CERTIFICATE_EXPIRED", "instead:2");
  world.Cosign();
  const Verdict verdict = Check(world, world.Evidence(world.vn));
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
  EXPECT_THAT(verdict.notes, Contains(HasSubstr("taken back by entry 3")));
}

// The one who exports leaves the proposal out.
TEST(ThreadEvidence, IsIncompleteWithoutAMessageThatAnotherCites) {
  EvidenceWorld world;
  world.Agree();
  world.Cosign();
  world.sent.pop_front();
  const Verdict verdict = Check(world, world.Evidence(world.vn));
  EXPECT_EQ(verdict.answer, Answer::kIncomplete) << Describe(verdict);
  EXPECT_THAT(Describe(verdict), HasSubstr("which it cites"));
}

TEST(ThreadEvidence, WithAMessageTwiceIsInvalid) {
  EvidenceWorld world;
  world.Cross(world.Write(world.vn, *world.vn_officer, world.Ping("one")));
  world.Cosign();
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  *evidence.add_messages() = evidence.messages(0);
  EXPECT_EQ(Check(world, evidence).answer, Answer::kInvalid);
}

bool SaysInForce(const Verdict& verdict) {
  return std::ranges::any_of(verdict.notes, [](const std::string& note) {
    return note.find(": in force by") != std::string::npos;
  });
}

TEST(ThreadEvidence, SaysUpToWhichEntryItKnows) {
  EvidenceWorld world;
  world.Agree();
  world.Cosign();
  const Verdict verdict = Check(world, world.Evidence(world.vn));
  EXPECT_THAT(verdict.notes, Contains(HasSubstr("as of entry 2 of vn-langson; nothing later is "
                                                "shown")));
}

// The sequencer's own word does not bind the other side: its answer must be there.
TEST(ThreadEvidence, OfTheSequencersOwnAcceptanceNeedsTheOtherNodesAnswer) {
  EvidenceWorld taken;
  taken.AgreeWithOwnAcceptance();
  taken.Cosign();
  for (const TestLog* exporter : {&taken.vn, &taken.cn}) {
    const Verdict verdict = Check(taken, taken.Evidence(*exporter));
    EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
    EXPECT_TRUE(SaysInForce(verdict)) << Describe(verdict);
  }
  for (const char* answer : {"REFUSED:CERTIFICATE_EXPIRED", "CARRIED"}) {
    EvidenceWorld refused;
    refused.AgreeWithOwnAcceptance(answer);
    refused.Cosign();
    const Verdict verdict = Check(refused, refused.Evidence(refused.vn));
    EXPECT_FALSE(SaysInForce(verdict)) << Describe(verdict);
    EXPECT_THAT(verdict.notes, Contains(HasSubstr("it put nothing in force")));
    // The one who exports leaves the answer, its receipt and all that followed out.
    v1::GetEvidenceResponse evidence = refused.Evidence(refused.vn);
    auto& leaves = *evidence.mutable_messages(1)->mutable_leaves();
    for (int i = leaves.size() - 1; i >= 0; --i) {
      const std::string& leaf = leaves[i].leaf();
      if (leaf.find("event ACCEPTED") == std::string::npos) leaves.DeleteSubrange(i, 1);
    }
    const Verdict hidden = Check(refused, evidence);
    EXPECT_EQ(hidden.answer, Answer::kIncomplete) << Describe(hidden);
    EXPECT_FALSE(SaysInForce(hidden)) << Describe(hidden);
    EXPECT_THAT(hidden.notes, Contains(HasSubstr("pending")));
  }
}

TEST(ThreadEvidence, OfAnAgreementThatWasEndedSaysSinceWhen) {
  for (const char* state : {"ENDED", "SUPERSEDED"}) {
    EvidenceWorld world;
    world.Agree();
    world.Decide(world.sent[0], state, "follows:9");
    world.Cosign();
    Verdict verdict = Check(world, world.Evidence(world.vn));
    EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
    EXPECT_FALSE(SaysInForce(verdict)) << Describe(verdict);
    EXPECT_THAT(verdict.notes, Contains(HasSubstr("over by entry 3 (" + std::string(state))));
    // What ended it was refused by the other side: it holds again.
    world.Decide(world.sent[0], "IN_FORCE", "instead:9");
    world.Cosign();
    verdict = Check(world, world.Evidence(world.vn));
    EXPECT_TRUE(SaysInForce(verdict)) << Describe(verdict);
  }
}

// The rules of the daemon are asked again: nothing is accepted too late, or twice.
TEST(ThreadEvidence, OfAnAcceptanceThatCameTooLateIsInvalid) {
  for (const absl::Duration late : {absl::Hours(121), absl::Hours(241)}) {
    EvidenceWorld world;
    v1::Message body = world.Ending("VN");
    if (late > absl::Hours(240)) body.mutable_proposal()->clear_answer_by();
    Sent& proposal = world.Cross(world.Write(world.vn, *world.vn_officer, body), "OPEN");
    world.now += late;
    world.Cross(world.Write(world.cn, *world.cn_officer, world.Acceptance(proposal)), "IN_FORCE");
    world.Cosign();
    const Verdict verdict = Check(world, world.Evidence(world.vn));
    EXPECT_EQ(verdict.answer, Answer::kInvalid) << Describe(verdict);
    EXPECT_FALSE(SaysInForce(verdict));
  }
}

// A restored sequencer writes its entries again, long after it decided: that is not too late, and
// not the decision either.
TEST(ThreadEvidence, OfADecisionThatWasWrittenAgainIsIncomplete) {
  EvidenceWorld world;
  Sent& proposal =
      world.Cross(world.Write(world.vn, *world.vn_officer, world.Ending("VN")), "OPEN");
  world.now += absl::Hours(300);
  Sent& acceptance = world.Accept(
      world.Write(world.cn, *world.cn_officer, world.Acceptance(proposal)), "AWAITING_DECISION");
  world.Deliver(acceptance, "IN_FORCE", "lost:7:" + std::string(64, '0'));
  world.Cosign();
  const Verdict verdict = Check(world, world.Evidence(world.vn));
  EXPECT_EQ(verdict.answer, Answer::kIncomplete) << Describe(verdict);
  EXPECT_FALSE(SaysInForce(verdict)) << Describe(verdict);
}

TEST(ThreadEvidence, OfAnAcceptanceOfWhatWasNotOpenIsInvalid) {
  EvidenceWorld world;
  Sent& proposal =
      world.Cross(world.Write(world.vn, *world.vn_officer, world.Ending("VN")), "OPEN");
  world.Decide(proposal, "WITHDRAWN");
  world.Cross(world.Write(world.cn, *world.cn_officer, world.Acceptance(proposal)), "IN_FORCE");
  world.Cosign();
  const Verdict verdict = Check(world, world.Evidence(world.vn));
  EXPECT_EQ(verdict.answer, Answer::kInvalid) << Describe(verdict);
  EXPECT_THAT(Describe(verdict), HasSubstr("a proposal that was open"));
}

// What its author had seen must be a decision, and one of this thread.
TEST(ThreadEvidence, OfAnAcceptanceThatSawNoDecisionOfItsThreadIsInvalid) {
  for (const uint64_t seen : {0, 3}) {
    EvidenceWorld world;
    world.Cross(world.Write(world.vn, *world.vn_officer, world.Ping("another")));
    Sent& proposal =
        world.Cross(world.Write(world.vn, *world.vn_officer, world.Ending("VN")), "OPEN");
    v1::Message body = world.Acceptance(proposal);
    body.mutable_acceptance()->mutable_seen()->set_leaf_index(seen);
    world.Cross(world.Write(world.cn, *world.cn_officer, body), "IN_FORCE");
    world.Cosign();
    const Verdict verdict = Check(world, world.Evidence(world.vn));
    EXPECT_EQ(verdict.answer, Answer::kInvalid) << seen << Describe(verdict);
  }
}

TEST(ThreadEvidence, OfANewerSchemaNeverSaysInForce) {
  EvidenceWorld world;
  v1::Message body = world.Ending("VN");
  body.mutable_proposal()
      ->GetReflection()
      ->MutableUnknownFields(body.mutable_proposal())
      ->AddVarint(999, 1);
  Sent& proposal = world.Cross(world.Write(world.vn, *world.vn_officer, body), "OPEN");
  world.Cross(world.Write(world.cn, *world.cn_officer, world.Acceptance(proposal)), "IN_FORCE");
  world.Cosign();
  const Verdict verdict = Check(world, world.Evidence(world.vn));
  EXPECT_EQ(verdict.answer, Answer::kIncomplete) << Describe(verdict);
  EXPECT_FALSE(SaysInForce(verdict)) << Describe(verdict);
}

}  // namespace
}  // namespace gatepost::evidence
