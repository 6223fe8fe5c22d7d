#include "certs/profile.h"

#include "tests/certs/practice_world.h"

namespace gatepost::certs {
namespace {

constexpr char kSigning[] = "1.3.6.1.5.5.7.3.36";

class ProfileTest : public ::testing::Test {
 protected:
  PracticeWorld world_;
};

TEST_F(ProfileTest, ATlsCertificateDoesNotSign) {
  EXPECT_THAT(world_.Validate(world_.vn.IssueClient(world_.vn_clerk), Usage::kSign),
              RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
}

TEST_F(ProfileTest, ASigningCertificateDoesNotConnect) {
  const absl::StatusOr<IssuedCertificate> signer = world_.vn.IssueSigner(world_.vn_clerk);
  EXPECT_THAT(world_.Validate(signer, Usage::kTlsClient),
              RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
  EXPECT_THAT(world_.Validate(signer, Usage::kTlsServer),
              RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
}

TEST_F(ProfileTest, AClientIsNoServer) {
  EXPECT_THAT(world_.Validate(world_.vn.IssueClient(world_.vn_service), Usage::kTlsServer),
              RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
  EXPECT_THAT(world_.Validate(world_.vn.IssueClient(world_.vn_service,
                                                    {.extended_key_usages = {{"serverAuth"}}}),
                              Usage::kTlsClient),
              RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
}

TEST_F(ProfileTest, ANodeNeedsBothTlsUsages) {
  for (const char* only : {"clientAuth", "serverAuth"}) {
    const absl::StatusOr<IssuedCertificate> half =
        world_.vn.IssueNode(world_.vn_node, {.extended_key_usages = {{only}}});
    EXPECT_THAT(world_.Validate(half, Usage::kTlsClient),
                RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
    EXPECT_THAT(world_.Validate(half, Usage::kTlsServer),
                RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
  }
}

TEST_F(ProfileTest, ANodeSignsNoMessages) {
  EXPECT_THAT(world_.Validate(world_.vn.IssueSigner(world_.vn_node), Usage::kSign),
              RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
}

TEST_F(ProfileTest, ACertificateForBothPurposesServesNeither) {
  for (const char* other : {"clientAuth", "serverAuth"}) {
    const absl::StatusOr<IssuedCertificate> both =
        world_.vn.IssueSigner(world_.vn_service, {.extended_key_usages = {{kSigning, other}}});
    EXPECT_THAT(world_.Validate(both, Usage::kSign), RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
    EXPECT_THAT(world_.Validate(both, Usage::kTlsClient),
                RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
  }
}

TEST_F(ProfileTest, AnyUsageAndNoUsageServeNothing) {
  for (const std::vector<std::string>& usages : std::vector<std::vector<std::string>>{
           {}, {"anyExtendedKeyUsage"}, {"anyExtendedKeyUsage", kSigning}, {"emailProtection"}}) {
    const absl::StatusOr<IssuedCertificate> issued =
        world_.vn.IssueSigner(world_.vn_clerk, {.extended_key_usages = usages});
    for (Usage usage : {Usage::kSign, Usage::kTlsClient, Usage::kTlsServer}) {
      EXPECT_THAT(world_.Validate(issued, usage), RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
    }
  }
}

TEST_F(ProfileTest, SigningNeedsBothKeyUsages) {
  for (const char* usages : {"", "digitalSignature", "nonRepudiation", "keyAgreement"}) {
    EXPECT_THAT(world_.Validate(world_.vn.IssueSigner(world_.vn_clerk, {.key_usage = usages}),
                                Usage::kSign),
                RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE))
        << usages;
  }
}

TEST_F(ProfileTest, TlsNeedsDigitalSignature) {
  for (const char* usages : {"", "keyAgreement"}) {
    EXPECT_THAT(world_.Validate(world_.vn.IssueClient(world_.vn_clerk, {.key_usage = usages}),
                                Usage::kTlsClient),
                RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE))
        << usages;
  }
}

TEST_F(ProfileTest, ACaIsNoEndEntity) {
  // The domain's own intermediate, which even has a name and the right usages.
  const PracticeCa below =
      Must(world_.vn.Subordinate("below", {.key_usage = "keyCertSign,digitalSignature"}));
  const std::string ca_der =
      DerFromPem(Must(below.IssueNode(world_.vn_node)).certificate_chain_pem)[1];
  EXPECT_THAT(world_.trust.Validate({ca_der}, Usage::kTlsClient, world_.now),
              RefusedAs(v1::REASON_BAD_SPIFFE_ID));
  const Certificate ca = Must(Certificate::Parse(ca_der));
  EXPECT_THAT(CheckLeafProfile(ca, Role::kNode, Usage::kTlsClient, {}),
              RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
}

TEST_F(ProfileTest, AnIntermediateMayRestrictWhatItIssues) {
  const PracticeCa tls_only =
      Must(world_.vn.Subordinate("tls", {.extended_key_usages = {{"clientAuth", "serverAuth"}}}));
  EXPECT_THAT(world_.Validate(tls_only.IssueNode(world_.vn_node), Usage::kTlsServer), IsOk());
  EXPECT_THAT(world_.Validate(tls_only.IssueClient(world_.vn_clerk), Usage::kTlsClient), IsOk());
  EXPECT_THAT(world_.Validate(tls_only.IssueSigner(world_.vn_clerk), Usage::kSign),
              RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
}

TEST_F(ProfileTest, WeakKeysDoNotConnect) {
  for (PracticeKey weak : {PracticeKey::kRsa1024, PracticeKey::kRsa2048, PracticeKey::kP384}) {
    EXPECT_THAT(
        world_.Validate(world_.vn.IssueClient(world_.vn_clerk, {.key = weak}), Usage::kTlsClient),
        RefusedAs(v1::REASON_WEAK_KEY));
  }
  for (PracticeKey good : {PracticeKey::kRsa3072, PracticeKey::kEd25519}) {
    EXPECT_THAT(
        world_.Validate(world_.vn.IssueClient(world_.vn_clerk, {.key = good}), Usage::kTlsClient),
        IsOk());
  }
}

TEST_F(ProfileTest, OnlyKeysWithASuiteSign) {
  for (PracticeKey other : {PracticeKey::kRsa1024, PracticeKey::kRsa3072, PracticeKey::kP384}) {
    EXPECT_THAT(
        world_.Validate(world_.vn.IssueSigner(world_.vn_clerk, {.key = other}), Usage::kSign),
        RefusedAs(v1::REASON_WEAK_KEY));
  }
}

TEST_F(ProfileTest, ADomainMayAllowFewerSuites) {
  std::vector<TrustDomain> domains = world_.Domains();
  domains[0].allowed_suites = {std::string(kEcdsaP256Sha256)};
  const TrustStore strict = Must(TrustStore::Create(domains));
  auto validate = [&](PracticeKey key) {
    const IssuedCertificate issued = Must(world_.vn.IssueSigner(world_.vn_clerk, {.key = key}));
    return strict.Validate(DerFromPem(issued.certificate_chain_pem), Usage::kSign, world_.now);
  };
  EXPECT_THAT(validate(PracticeKey::kP256), IsOk());
  EXPECT_THAT(validate(PracticeKey::kEd25519), RefusedAs(v1::REASON_SUITE_NOT_ALLOWED));
}

}  // namespace
}  // namespace gatepost::certs
