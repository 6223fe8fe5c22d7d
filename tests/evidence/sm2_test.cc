// Bundles of a thread in which one side signs with ECDSA and the other with SM2.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "certs/batch.h"
#include "certs/suites.h"
#include "client/evidence/verify_bundle.h"
#include "daemon/system/reason.h"
#include "tests/evidence/evidence_world.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_files.h"

namespace gatepost::evidence {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

struct Sm2World : EvidenceWorld {
  Sm2World() : EvidenceWorld(/*practice=*/false, /*cn_has_sm2=*/true) {}

  Verdict Check() const { return VerifyBundle(Bundle(cn), Options()); }
};

// What VERIFY.txt says, with nothing of ours.
bool HoldsByHand(const std::string& bundle) {
  const testing::TemporaryFolder folder;
  testing::WriteTestFile(folder.Under("bundle.zip"), bundle);
  const std::string command =
      "cd " + folder.Under(".") +
      " && mkdir x && /usr/bin/python3 -m zipfile -e bundle.zip x && cd x && "
      "sed -n 's/^    //p' VERIFY.txt | sh -eu >../out.txt 2>&1";
  if (std::system(command.c_str()) == 0) return true;
  std::printf("%s\n", testing::ReadTestFile(folder.Under("out.txt")).c_str());
  return false;
}

TEST(Sm2Evidence, OfAThreadInTwoSuitesIsValidAndInForce) {
  Sm2World world;
  world.Agree();
  world.Cosign();
  for (const TestLog* exporter : {&world.vn, &world.cn}) {
    const Verdict verdict = VerifyBundle(world.Bundle(*exporter), world.Options());
    EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
    EXPECT_THAT(verdict.notes, Contains(HasSubstr(": in force by")));
    ASSERT_EQ(verdict.messages.size(), 2U);
    EXPECT_EQ(verdict.messages[0].signatures.at(0).suite, certs::kEcdsaP256Sha256);
    EXPECT_EQ(verdict.messages[1].signatures.at(0).suite, certs::kSm2Sm3);
    EXPECT_EQ(verdict.messages[1].signatures.at(0).spiffe_id,
              "spiffe://pingxiang.example/agency/port/officer/01");
  }
}

TEST(Sm2Evidence, OfASideWhoseSuitesDoNotNameItIsInvalid) {
  Sm2World world;
  world.Agree();
  world.Cosign();
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  world.agreement = testing::Replaced(world.agreement, "sm2-sm3", "ed25519");
  evidence.set_link_agreements(0, world.agreement);
  const Verdict verdict = VerifyBundle(Sealed(evidence), world.Options());
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_THAT(Describe(verdict), HasSubstr("SUITE_NOT_ALLOWED"));
}

TEST(Sm2Evidence, WithAChangedSignatureIsInvalid) {
  Sm2World world;
  world.Cross(world.Write(world.cn, *world.cn_officer, world.Ping("one")));
  world.Cosign();
  v1::GetEvidenceResponse evidence = world.Evidence(world.cn);
  std::string& value =
      *evidence.mutable_messages(0)->mutable_envelope()->mutable_signatures(0)->mutable_value();
  value.back() = static_cast<char>(value.back() ^ 1);
  EXPECT_EQ(VerifyBundle(Sealed(evidence), world.Options()).answer, Answer::kInvalid);
}

TEST(Sm2Evidence, IsCheckedByHandAsItSaysItself) {
  Sm2World world;
  world.Cross(world.Write(world.cn, *world.cn_officer, world.Ping("one")));
  world.Cosign();
  EXPECT_EQ(world.Check().answer, Answer::kValid);
  EXPECT_TRUE(HoldsByHand(world.Bundle(world.cn)));
  // The same commands find a signature of other bytes, whose manifest fits.
  v1::GetEvidenceResponse lie = world.Evidence(world.cn);
  lie.mutable_messages(0)->mutable_envelope()->mutable_signatures(0)->set_value(
      world.cn_officer->Sign("other bytes").value());
  EXPECT_FALSE(HoldsByHand(Sealed(lie)));
}

// openssl gives SM2's id to the first certificate of a chain only: the commands go step by step.
TEST(Sm2Evidence, UnderIntermediatesIsCheckedByHandToo) {
  Sm2World world;
  world.cn_officer =
      world.cn_authority.Below("issuing").Below("deeper").Issue("/agency/port/officer/01");
  ASSERT_EQ(world.cn_officer->certificate_chain_der().size(), 3U);
  world.Cross(world.Write(world.cn, *world.cn_officer, world.Ping("one")));
  world.Cosign();
  const Verdict verdict = world.Check();
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
  EXPECT_TRUE(HoldsByHand(world.Bundle(world.cn)));
  // An issuing authority of the same name, which the root did not make.
  const TestAuthority impostor(world.cn_authority.trust_domain(), world.now, /*sm2=*/true);
  world.cn_officer = impostor.Below("issuing").Below("deeper").Issue("/agency/port/officer/01");
  Sm2World other;
  std::swap(other.cn_officer, world.cn_officer);
  other.Cross(other.Write(other.cn, *other.cn_officer, other.Ping("one")));
  other.Cosign();
  EXPECT_EQ(other.Check().answer, Answer::kInvalid);
  EXPECT_FALSE(HoldsByHand(other.Bundle(other.cn)));
}

TEST(Sm2Evidence, OfARevokedSignerFollowsTheListOfItsAuthority) {
  Sm2World world;
  world.Cross(world.Write(world.cn, *world.cn_officer, world.Ping("one")));
  world.Cosign();
  world.revocation_lists = {
      world.cn_authority.Revoke({{world.cn_officer.get(), world.now + absl::Hours(1)}})};
  Verdict verdict = world.Check();
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
  EXPECT_THAT(verdict.notes, Contains(HasSubstr("was revoked at")));
  world.revocation_lists = {
      world.cn_authority.Revoke({{world.cn_officer.get(), world.now - absl::Hours(1)}})};
  verdict = world.Check();
  EXPECT_EQ(verdict.answer, Answer::kInvalid) << Describe(verdict);
  EXPECT_THAT(Describe(verdict), HasSubstr("SIGNED_AFTER_REVOCATION"));
  // Another authority's list, under the same name, says nothing.
  const TestAuthority other(world.cn_authority.trust_domain(), world.now, /*sm2=*/true);
  world.revocation_lists = {other.Revoke({{world.cn_officer.get(), world.now - absl::Hours(1)}})};
  EXPECT_THAT(Describe(world.Check()), Not(HasSubstr("SIGNED_AFTER_REVOCATION")));
}

}  // namespace
}  // namespace gatepost::evidence
