#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "certs/certificate.h"
#include "certs/digest.h"
#include "certs/revocation_list.h"
#include "client/evidence/verify_bundle.h"
#include "daemon/system/reason.h"
#include "tests/evidence/evidence_world.h"

namespace gatepost::evidence {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

v1::Reason FirstReason(const Verdict& verdict) {
  return verdict.findings.empty() ? v1::REASON_UNSPECIFIED
                                  : system::ReasonOf(verdict.findings.front().why);
}

certs::Certificate Root(const TestAuthority& authority) {
  return certs::Certificate::Parse(authority.root()).value();
}

TEST(RevocationList, TellsWhenACertificateOfItsIssuerWasRevoked) {
  EvidenceWorld world;
  const absl::Time revoked = world.now + absl::Hours(5);
  const std::string bytes = world.vn_authority.Revoke({{world.vn_officer.get(), revoked}});
  const certs::RevocationList list = certs::RevocationList::Parse(bytes).value();
  EXPECT_EQ(list.der(), bytes);
  EXPECT_TRUE(list.CheckSignature(Root(world.vn_authority)).ok());
  EXPECT_EQ(system::ReasonOf(list.CheckSignature(Root(world.cn_authority))),
            v1::REASON_BAD_SIGNATURE);
  const auto leaf = [](const certs::Signer& signer) {
    return certs::Certificate::Parse(signer.certificate_chain_der().front()).value();
  };
  EXPECT_EQ(list.RevokedAt(leaf(*world.vn_officer)), revoked);
  EXPECT_EQ(list.RevokedAt(leaf(*world.vn_service)), std::nullopt);
  EXPECT_EQ(list.RevokedAt(leaf(*world.cn_officer)), std::nullopt);
}

TEST(RevocationList, ThatWasChangedIsRefused) {
  EvidenceWorld world;
  const std::string bytes = world.vn_authority.Revoke({{world.vn_officer.get(), world.now}});
  const certs::Certificate root = Root(world.vn_authority);
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    const auto list = certs::RevocationList::Parse(changed);
    EXPECT_TRUE(!list.ok() || !list->CheckSignature(root).ok()) << at;
  }
  EXPECT_FALSE(certs::RevocationList::Parse(bytes + "x").ok());
  EXPECT_FALSE(certs::RevocationList::Parse("").ok());
}

// A report of vn's officer, whose key is revoked later.
struct Signed : EvidenceWorld {
  Signed() { Cross(Write(vn, *vn_officer, Ping("one"))); }
  void RevokeAt(absl::Time when) {
    revocation_lists = {vn_authority.Revoke({{vn_officer.get(), when}})};
  }
  Verdict Check() const { return VerifyBundle(Bundle(vn), Options()); }
};

TEST(RevokedSigner, WhoseMessageTheOtherSideFixedBeforeStaysValid) {
  Signed world;
  world.Cosign();
  world.RevokeAt(world.now + absl::Hours(1));
  const Verdict verdict = world.Check();
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
  EXPECT_TRUE(verdict.messages.at(0).signatures.at(0).revoked.has_value());
  EXPECT_THAT(verdict.notes, Contains(HasSubstr("was revoked at")));
}

// Whoever has the key has the node too: it logs the message with yesterday's time. The other side
// comes to see it only after the revocation.
TEST(RevokedSigner, WhoseMessageIsBackdatedIsRefused) {
  EvidenceWorld world;
  const absl::Time revoked = world.now + absl::Hours(1);
  Sent& message = world.Accept(world.Write(world.vn, *world.vn_officer, world.Ping("one")));
  world.now = revoked + absl::Hours(24);
  world.Deliver(message);
  world.Cosign();
  world.revocation_lists = {world.vn_authority.Revoke({{world.vn_officer.get(), revoked}})};
  const Verdict verdict = VerifyBundle(world.Bundle(world.vn), world.Options());
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_EQ(FirstReason(verdict), v1::REASON_SIGNED_AFTER_REVOCATION) << Describe(verdict);
}

// Its own word about the time, and nobody else's.
TEST(RevokedSigner, WhoseMessageOnlyItsOwnSideLoggedIsRefused) {
  EvidenceWorld world;
  world.Accept(world.Write(world.vn, *world.vn_officer, world.Ping("one")));
  world.revocation_lists = {
      world.vn_authority.Revoke({{world.vn_officer.get(), world.now + absl::Hours(9)}})};
  const Verdict verdict = VerifyBundle(world.Bundle(world.vn), world.Options());
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_THAT(Describe(verdict), HasSubstr("SIGNED_AFTER_REVOCATION"));
}

TEST(RevokedSigner, IsFoundByTheReadersOwnListToo) {
  Signed world;
  world.Cosign();
  VerifyOptions options = world.Options();
  options.revocation_lists = {
      world.vn_authority.Revoke({{world.vn_officer.get(), world.now - absl::Hours(1)}})};
  const Verdict verdict = VerifyBundle(world.Bundle(world.vn), options);
  EXPECT_EQ(FirstReason(verdict), v1::REASON_SIGNED_AFTER_REVOCATION) << Describe(verdict);
  // A list that no agreed authority signed says nothing, and the reader is told.
  options.revocation_lists = {
      TestAuthority("langson.example", world.now).Revoke({{world.vn_officer.get(), world.now}})};
  const Verdict unused = VerifyBundle(world.Bundle(world.vn), options);
  EXPECT_EQ(unused.answer, Answer::kValid) << Describe(unused);
  EXPECT_THAT(unused.notes, Contains(HasSubstr("your revocation list 1 is not used")));
}

TEST(RevokedSigner, WithAForgedListInTheBundleIsInvalid) {
  Signed world;
  world.Cosign();
  world.revocation_lists = {
      TestAuthority("langson.example", world.now).Revoke({{world.vn_officer.get(), world.now}})};
  EXPECT_EQ(world.Check().answer, Answer::kInvalid);
}

// The earliest cosignature counts: a later one takes nothing away.
TEST(RevokedSigner, IsJudgedByTheTimeThatBothSidesAttest) {
  EvidenceWorld world;
  const absl::Time revoked = world.now + absl::Hours(1);
  world.Accept(world.Write(world.vn, *world.vn_officer, world.Ping("one")));
  world.vn.CosignedBy(world.cn, revoked - absl::Minutes(30));
  world.revocation_lists = {world.vn_authority.Revoke({{world.vn_officer.get(), revoked}})};
  EXPECT_EQ(VerifyBundle(world.Bundle(world.vn), world.Options()).answer, Answer::kValid);
  world.vn.CosignedBy(world.cn, revoked + absl::Minutes(30));
  EXPECT_EQ(VerifyBundle(world.Bundle(world.vn), world.Options()).answer, Answer::kValid);
}

TEST(ExpiredSigner, WhoseMessageBothSidesFixedOnlyLaterIsIncomplete) {
  EvidenceWorld world;
  world.vn_officer = world.vn_authority.Issue("/agency/board/officer/01", absl::Hours(24));
  Sent& message = world.Accept(world.Write(world.vn, *world.vn_officer, world.Ping("one")));
  const Verdict alone = VerifyBundle(world.Bundle(world.vn), world.Options());
  EXPECT_EQ(alone.answer, Answer::kIncomplete) << Describe(alone);
  EXPECT_THAT(Describe(alone), HasSubstr("the word of one side"));
  world.now += absl::Hours(48);
  world.Deliver(message);
  world.Cosign();
  const Verdict late = VerifyBundle(world.Bundle(world.vn), world.Options());
  EXPECT_EQ(late.answer, Answer::kIncomplete) << Describe(late);
  EXPECT_THAT(Describe(late), HasSubstr("a time that both sides attest before"));
}

// Nobody above a signer but who is on his path can revoke him.
TEST(RevokedSigner, IsNotRevokedByAnAuthorityThatWasPutIntoTheChain) {
  Signed world;
  world.Cosign();
  const TestAuthority forger("langson.example", world.now);  // The root's name, another key.
  const std::string list = forger.Revoke({{world.vn_officer.get(), world.now - absl::Hours(1)}});
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  for (v1::CertificateChain& chain : *evidence.mutable_chains()) {
    chain.add_certificates(forger.root());
  }
  VerifyOptions options = world.Options();
  options.revocation_lists = {list};
  const Verdict verdict = VerifyBundle(Sealed(evidence), options);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_THAT(Describe(verdict), HasSubstr("certificates on the way from the signer to a root"));
  EXPECT_FALSE(verdict.messages.at(0).signatures.at(0).revoked.has_value()) << Describe(verdict);
}

// The bundle's lists cannot crowd out the reader's.
TEST(RevokedSigner, IsFoundByTheReadersListWhateverTheBundleHolds) {
  Signed world;
  world.Cosign();
  const auto other = world.vn_authority.Issue("/agency/board/clerk/09");
  for (int i = 0; i < 80; ++i) {
    world.revocation_lists.push_back(
        world.vn_authority.Revoke({{other.get(), world.now + absl::Seconds(i)}}));
  }
  VerifyOptions options = world.Options();
  EXPECT_EQ(VerifyBundle(world.Bundle(world.vn), options).answer, Answer::kIncomplete);
  options.revocation_lists = {
      world.vn_authority.Revoke({{world.vn_officer.get(), world.now - absl::Hours(1)}})};
  const Verdict verdict = VerifyBundle(world.Bundle(world.vn), options);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_TRUE(verdict.messages.at(0).signatures.at(0).revoked.has_value());
}

// Only a list of exactly his issuer, and newer than the message, says that he was not revoked.
TEST(RevokedSigner, IsNotKnownByAnOldListNorByOneOfAnotherIssuer) {
  Signed world;
  world.Cosign();
  const auto known = [&](const std::vector<std::string>& lists) {
    world.revocation_lists = lists;
    const Verdict verdict = world.Check();
    EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
    return std::ranges::none_of(verdict.notes, [](const std::string& note) {
      return note.find("no revocation list of CN=Root of langson.example") != std::string::npos ||
             (note.starts_with("no revocation list of") &&
              note.find("officer/01") != std::string::npos);
    });
  };
  EXPECT_FALSE(known({}));
  EXPECT_FALSE(known({world.vn_authority.Revoke({}, -absl::Hours(1))}));
  EXPECT_FALSE(known({world.cn_authority.Revoke({})}));
  EXPECT_TRUE(known({world.vn_authority.Revoke({})}));
}

std::string PemOf(const std::string& der) {
  return "-----BEGIN X509 CRL-----\n" + certs::Base64Encode(der) + "\n-----END X509 CRL-----\n";
}

TEST(RevocationList, OfAFileWithSeveralIsReadWholeOrNotAtAll) {
  Signed world;
  world.Cosign();
  const std::string empty = PemOf(world.vn_authority.Revoke({}));
  const std::string revoked =
      PemOf(world.vn_authority.Revoke({{world.vn_officer.get(), world.now - absl::Hours(1)}}));
  EXPECT_EQ(certs::RevocationList::ParseAll(empty + "\n" + revoked)->size(), 2U);
  EXPECT_FALSE(certs::RevocationList::Parse(empty + revoked).ok());
  EXPECT_FALSE(certs::RevocationList::ParseAll(empty + "# more below\n" + revoked).ok());
  EXPECT_FALSE(certs::RevocationList::ParseAll(empty + "x").ok());
  VerifyOptions options = world.Options();
  options.revocation_lists = {empty + revoked};
  EXPECT_EQ(FirstReason(VerifyBundle(world.Bundle(world.vn), options)),
            v1::REASON_SIGNED_AFTER_REVOCATION);
}

}  // namespace
}  // namespace gatepost::evidence
