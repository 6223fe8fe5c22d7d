#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  ledger::Leaf leaf;
  leaf.event = ledger::event::kDecided;
  leaf.actor = "spiffe://langson.example/node/vn-langson";
  leaf.peer = world.cn.node();
  leaf.result = "REFUSED:CERTIFICATE_EXPIRED";
  leaf.detail = "instead:2";
  world.Log(world.vn, world.sent[0], leaf);
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

}  // namespace
}  // namespace gatepost::evidence
