#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "certs/batch.h"
#include "certs/dsse.h"
#include "client/evidence/verify_bundle.h"
#include "daemon/system/reason.h"
#include "tests/evidence/evidence_world.h"

// What a dishonest operator can put into a file, and how it comes out.
namespace gatepost::evidence {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

struct Crossed : EvidenceWorld {
  explicit Crossed(bool cosigned = true) {
    Cross(Write(vn, *vn_officer, Ping("one")));
    Cross(Write(cn, *cn_officer, Ping("two")));
    if (cosigned) Cosign();
  }
};

Verdict Check(const EvidenceWorld& world, const v1::GetEvidenceResponse& evidence) {
  return VerifyBundle(Sealed(evidence), world.Options());
}

bool Has(const Verdict& verdict, v1::Reason reason) {
  for (const Finding& finding : verdict.findings) {
    if (system::ReasonOf(finding.why) == reason) return true;
  }
  return false;
}

// cn says now that it refused the message, and signs its whole log anew. vn's receipt names the
// leaf that it was given.
TEST(DishonestOperator, RewritesItsHistoryAndIsCaughtByTheReceipt) {
  Crossed world;
  world.cn.Rewrite(0, [](ledger::Leaf& leaf) { leaf.result = "REFUSED:NOT_ALLOWED"; });
  const Verdict verdict = Check(world, world.Evidence(world.vn));
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_THAT(Describe(verdict), HasSubstr("another entry at that place"));
}

// vn forges its own log and exports it without the receipts; the head that cn holds of it lies
// beside.
TEST(DishonestOperator, ShowsTwoHistoriesAndIsCaughtWhereTheirHeadsMeet) {
  Crossed world;
  const std::string shown_before = world.vn.NewestHead();
  world.vn.Rewrite(0, [](ledger::Leaf& leaf) { leaf.time -= absl::Hours(1); });
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  const Verdict alone = Check(world, evidence);
  EXPECT_EQ(alone.satisfies, "LOG") << Describe(alone);  // Nobody stands behind the new history.
  evidence.add_heads(shown_before);
  const Verdict verdict = Check(world, evidence);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_THAT(Describe(verdict), HasSubstr("one history of vn-langson/audit/1"));
}

// Two proofs for one place of one log.
TEST(DishonestOperator, ProvesTwoLeavesAtOnePlaceAndIsCaught) {
  Crossed world;
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  world.cn.Rewrite(1, [](ledger::Leaf& leaf) { leaf.result = "CARRIED"; });
  world.Cross(world.Write(world.vn, *world.vn_officer, world.Ping("three")));
  *evidence.mutable_messages(1)->add_leaves() = world.cn.Prove(1);
  const Verdict verdict = Check(world, evidence);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_THAT(Describe(verdict), HasSubstr("one leaf at 1"));
}

// The same message id with other words, signed by the same officer: the logs hold another digest.
TEST(DishonestOperator, ReplacesTheMessageAndIsCaughtByTheEntries) {
  Crossed world;
  Sent other = world.Write(world.vn, *world.vn_officer, world.Ping("other words"));
  v1::Message message = other.message;
  message.mutable_header()->set_message_id(world.sent[0].message.header().message_id());
  other.envelope.clear_signatures();
  other.envelope.set_payload(message.SerializeAsString());
  ASSERT_TRUE(certs::SignEnvelope(other.envelope, *world.vn_officer).ok());
  world.sent[0].envelope = other.envelope;
  const Verdict verdict = Check(world, world.Evidence(world.vn));
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_THAT(Describe(verdict), HasSubstr("PAE digest"));
}

// A second signature is taken away: the logs hold the digest of the whole list.
TEST(DishonestOperator, DropsASignatureAndIsCaughtByTheEntries) {
  EvidenceWorld world;
  Sent twice = world.Write(world.vn, *world.vn_officer, world.Ping("one"));
  ASSERT_TRUE(certs::SignEnvelope(twice.envelope, *world.vn_service).ok());
  twice.signatures = certs::SignaturesDigest(twice.envelope);
  world.Cross(twice);
  world.Cosign();
  ASSERT_EQ(Check(world, world.Evidence(world.vn)).answer, Answer::kValid);
  world.sent[0].envelope.mutable_signatures()->RemoveLast();
  const Verdict verdict = Check(world, world.Evidence(world.vn));
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_THAT(Describe(verdict), HasSubstr("signature list"));
}

TEST(DishonestOperator, PutsAnotherAgreementInsideAndIsNotBelieved) {
  Crossed world;
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  evidence.mutable_link_agreements(0)->append("# another one\n");
  const Verdict verdict = Check(world, evidence);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_TRUE(verdict.messages.empty());
  EXPECT_THAT(Describe(verdict), HasSubstr("another one, SHA-256"));
}

// A whole world of one's own, with the same names.
TEST(DishonestOperator, MakesAllKeysHimselfAndIsNotBelieved) {
  const Crossed real;
  const Crossed invented;  // Its roots are other ones.
  ASSERT_NE(real.agreement, invented.agreement);
  EXPECT_EQ(VerifyBundle(invented.Bundle(invented.vn), real.Options()).answer, Answer::kInvalid);
  // With the real agreement in its place, its roots and signers are nobody's.
  v1::GetEvidenceResponse evidence = invented.Evidence(invented.vn);
  evidence.set_link_agreements(0, real.agreement);
  EXPECT_NE(VerifyBundle(Sealed(evidence), real.Options()).answer, Answer::kValid);
}

// A signer whose certificate a root of the node's own making issued.
TEST(DishonestOperator, IssuesASignerHimselfAndIsCaughtByTheRoots) {
  EvidenceWorld world;
  const TestAuthority own("pingxiang.example", world.now);
  world.cn_officer = own.Issue("/agency/port/officer/01");
  world.Cross(world.Write(world.cn, *world.cn_officer, world.Ping("never said")));
  world.Cosign();
  const Verdict verdict = Check(world, world.Evidence(world.vn));
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_TRUE(Has(verdict, v1::REASON_CHAIN_BROKEN)) << Describe(verdict);
}

// vn logs a message of cn's officer that cn never accepted: the signature is what is missing.
TEST(DishonestOperator, SignsForTheOtherSideAndIsCaught) {
  EvidenceWorld world;
  Sent forged = world.Write(world.cn, *world.cn_officer, world.Ping("never said"));
  v1::Message message = forged.message;
  message.mutable_ping()->set_token("said otherwise");
  forged.envelope.set_payload(message.SerializeAsString());
  forged.pae = certs::PaeDigest(forged.envelope.payload_type(), forged.envelope.payload());
  world.Cross(forged);
  world.Cosign();
  const Verdict verdict = Check(world, world.Evidence(world.vn));
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_TRUE(Has(verdict, v1::REASON_BAD_SIGNATURE)) << Describe(verdict);
}

// Each node asks who the author is; so does whoever checks what they exported.
TEST(DishonestOperator, HasAClerkAgreeOrAServiceBatchANoticeAndIsCaught) {
  EvidenceWorld clerk;
  clerk.vn_officer = clerk.vn_authority.Issue("/agency/board/clerk/07");
  clerk.Cross(clerk.Write(clerk.vn, *clerk.vn_officer, clerk.Ending("VN")), "OPEN");
  clerk.Cosign();
  EXPECT_TRUE(Has(Check(clerk, clerk.Evidence(clerk.vn)), v1::REASON_NOT_ALLOWED));

  EvidenceWorld batch;
  Sent ping = batch.Write(batch.vn, *batch.vn_service, batch.Ping("one"));
  ping.envelope.clear_signatures();
  *ping.envelope.mutable_batch() =
      certs::SignBatch(std::vector<certs::Digest>{ping.pae}, *batch.vn_service).value().front();
  ping.signatures = certs::SignaturesDigest(ping.envelope);
  batch.Cross(ping);
  batch.Cosign();
  const Verdict verdict = Check(batch, batch.Evidence(batch.vn));
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_TRUE(Has(verdict, v1::REASON_NOT_ALLOWED)) << Describe(verdict);
}

TEST(DishonestOperator, NamesAnOriginThatNobodyKnowsAndIsCaught) {
  EvidenceWorld world;
  const TestLog other("vn-laocai", 'x');
  world.Cross(world.Write(other, *world.vn_officer, world.Ping("one")));
  world.Cosign();
  const Verdict verdict = Check(world, world.Evidence(world.cn));
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_THAT(Describe(verdict), HasSubstr("an origin that the link agreement names"));
}

// Its log says an entry was made after the other side had cosigned a head above it.
TEST(DishonestOperator, WritesATimeThatTheCosignatureContradictsAndIsCaught) {
  EvidenceWorld world;
  world.Cross(world.Write(world.vn, *world.vn_officer, world.Ping("one")));
  world.vn.CosignedBy(world.cn, world.now - absl::Hours(1));
  const Verdict verdict = Check(world, world.Evidence(world.vn));
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_THAT(Describe(verdict), HasSubstr("a time before cn-pingxiang cosigned a head above it"));
}

}  // namespace
}  // namespace gatepost::evidence
