#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "certs/certificate.h"
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
  EXPECT_EQ(FirstReason(verdict), v1::REASON_SIGNED_AFTER_REVOCATION) << Describe(verdict);
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

}  // namespace
}  // namespace gatepost::evidence
