// Chains with SM2 keys in them: below a root of their own, and mixed with P-256.
#include "certs/certificate.h"
#include "certs/profile.h"
#include "certs/suites.h"
#include "certs/tls.h"
#include "tests/certs/practice_world.h"

namespace gatepost::certs {
namespace {

// A Chinese domain with two roots: one of P-256 for TLS and one of SM2 for signatures.
class Sm2ChainTest : public ::testing::Test {
 protected:
  // The world's domains, and the SM2 root in that of the Chinese side with these suites.
  TrustStore TrustWith(std::vector<std::string> suites) {
    std::vector<TrustDomain> domains = world_.Domains();
    domains[1].root_pems.push_back(sm2_.root_pem());
    domains[1].allowed_suites = std::move(suites);
    return Must(TrustStore::Create(std::move(domains)));
  }
  absl::StatusOr<Identity> Validate(const absl::StatusOr<IssuedCertificate>& issued, Usage usage) {
    return trust_.Validate(DerFromPem(Must(issued).certificate_chain_pem), usage, world_.now);
  }

  PracticeWorld world_;
  const std::string domain_ = world_.cn.trust_domain();
  PracticeCa sm2_ = Must(PracticeCa::Create(domain_, world_.now, PracticeKey::kSm2));
  TrustStore trust_ = TrustWith({std::string(kEcdsaP256Sha256), std::string(kSm2Sm3)});
  const SpiffeId officer_ = world_.cn_officer;
  const SpiffeId node_ = Id("spiffe://pingxiang.practice.example/node/cn-pingxiang");
};

TEST_F(Sm2ChainTest, LeadToAnSm2RootThroughIntermediates) {
  const PracticeCa issuing = Must(sm2_.Subordinate("issuing", {.key = PracticeKey::kSm2}));
  const PracticeCa deeper = Must(issuing.Subordinate("deeper", {.key = PracticeKey::kSm2}));
  for (const PracticeCa* ca : {&std::as_const(sm2_), &issuing, &deeper}) {
    const IssuedCertificate issued = Must(ca->IssueSigner(officer_, {.key = PracticeKey::kSm2}));
    const Identity identity = Must(Validate(issued, Usage::kSign));
    EXPECT_EQ(identity.id, officer_);
    EXPECT_EQ(identity.country, "CN");
    EXPECT_EQ(identity.key.kind(), KeyKind::kSm2);
    for (const std::string& der : DerFromPem(issued.certificate_chain_pem)) {
      EXPECT_TRUE(Must(Certificate::Parse(der)).SignedWithSm2());
    }
  }
  EXPECT_TRUE(Must(Certificate::Parse(DerFromPem(sm2_.root_pem())[0])).SignedWithSm2());
}

TEST_F(Sm2ChainTest, MayMixTheKindsOfKeys) {
  const PracticeCa sm2_below_p256 = Must(world_.cn.Subordinate("sm2", {.key = PracticeKey::kSm2}));
  const PracticeCa p256_below_sm2 = Must(sm2_.Subordinate("p256"));
  const PracticeCa again = Must(p256_below_sm2.Subordinate("sm2", {.key = PracticeKey::kSm2}));
  for (const PracticeCa* ca : {&std::as_const(world_.cn), &sm2_below_p256, &p256_below_sm2, &again,
                               &std::as_const(sm2_)}) {
    for (PracticeKey key : {PracticeKey::kSm2, PracticeKey::kP256}) {
      EXPECT_THAT(Validate(ca->IssueSigner(officer_, {.key = key}), Usage::kSign), IsOk());
    }
  }
}

TEST_F(Sm2ChainTest, AreRefusedInWholeWhereTheDomainDoesNotAllowSm2) {
  const TrustStore strict = TrustWith({std::string(kEcdsaP256Sha256), std::string(kEd25519)});
  const PracticeCa p256_below_sm2 = Must(sm2_.Subordinate("p256"));
  const PracticeCa sm2_below_p256 = Must(world_.cn.Subordinate("sm2", {.key = PracticeKey::kSm2}));
  const auto refused = [&](const PracticeCa& ca, PracticeKey key) {
    const IssuedCertificate issued = Must(ca.IssueSigner(officer_, {.key = key}));
    return strict.Validate(DerFromPem(issued.certificate_chain_pem), Usage::kSign, world_.now)
        .status();
  };
  EXPECT_THAT(refused(world_.cn, PracticeKey::kP256), IsOk());
  EXPECT_THAT(refused(world_.cn, PracticeKey::kSm2), RefusedAs(v1::REASON_SUITE_NOT_ALLOWED));
  // Also where only an authority above the leaf has such a key.
  for (const PracticeCa* ca : {&std::as_const(sm2_), &p256_below_sm2, &sm2_below_p256}) {
    for (PracticeKey key : {PracticeKey::kP256, PracticeKey::kSm2}) {
      EXPECT_THAT(refused(*ca, key), RefusedAs(v1::REASON_SUITE_NOT_ALLOWED));
    }
  }
}

TEST_F(Sm2ChainTest, SignNothingForAnotherDomain) {
  EXPECT_THAT(
      Validate(sm2_.IssueSigner(world_.vn_officer, {.key = PracticeKey::kSm2}), Usage::kSign),
      RefusedAs(v1::REASON_CROSS_DOMAIN));
  const PracticeCa impostor = Must(PracticeCa::Create(domain_, world_.now, PracticeKey::kSm2));
  EXPECT_THAT(Validate(impostor.IssueSigner(officer_, {.key = PracticeKey::kSm2}), Usage::kSign),
              RefusedAs(v1::REASON_CHAIN_BROKEN));
}

// The last bytes of a certificate are its signature.
TEST_F(Sm2ChainTest, BreakWhenACertificateWasChanged) {
  const PracticeCa issuing = Must(sm2_.Subordinate("issuing", {.key = PracticeKey::kSm2}));
  const std::vector<std::string> chain = DerFromPem(
      Must(issuing.IssueSigner(officer_, {.key = PracticeKey::kSm2})).certificate_chain_pem);
  ASSERT_EQ(chain.size(), 2u);
  ASSERT_THAT(trust_.Validate(chain, Usage::kSign, world_.now), IsOk());
  for (size_t which : {0, 1}) {
    std::vector<std::string> changed = chain;
    changed[which].back() = static_cast<char>(changed[which].back() ^ 1);
    EXPECT_THAT(trust_.Validate(changed, Usage::kSign, world_.now),
                RefusedAs(v1::REASON_CHAIN_BROKEN));
  }
}

TEST_F(Sm2ChainTest, AreForSignaturesAndNotForTls) {
  EXPECT_THAT(Validate(sm2_.IssueNode(node_, {.key = PracticeKey::kSm2}), Usage::kTlsServer),
              RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
  const IssuedCertificate client = Must(sm2_.IssueClient(officer_, {.key = PracticeKey::kSm2}));
  const absl::Status status = Validate(client, Usage::kTlsClient).status();
  EXPECT_THAT(status, RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("SM2"));
  // Before a node or a client starts with it.
  EXPECT_THAT(CheckKeyPair(client.private_key_pem, client.certificate_chain_pem),
              RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
  // The domain's other root, and even this one, may vouch for a TLS key of another kind.
  EXPECT_THAT(Validate(world_.cn.IssueNode(node_), Usage::kTlsServer), IsOk());
  EXPECT_THAT(Validate(sm2_.IssueNode(node_), Usage::kTlsServer), IsOk());
}

// The rules of a profile hold for SM2 as for the others.
TEST_F(Sm2ChainTest, MustFitTheProfileOfASignature) {
  const PracticeKey key = PracticeKey::kSm2;
  EXPECT_THAT(Validate(sm2_.IssueSigner(node_, {.key = key}), Usage::kSign),
              RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
  EXPECT_THAT(Validate(sm2_.IssueSigner(officer_, {.key = key, .key_usage = "digitalSignature"}),
                       Usage::kSign),
              RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
  EXPECT_THAT(
      Validate(sm2_.IssueSigner(officer_, {.not_after = world_.now, .key = key}), Usage::kSign),
      RefusedAs(v1::REASON_CERTIFICATE_EXPIRED));
}

// OpenSSL 3.0 makes no such signature, and takes none; a later one may. So only its name is put in.
TEST_F(Sm2ChainTest, HaveSm3UnderSm2KeysOnly) {
  std::string der = DerFromPem(Must(world_.cn.IssueSigner(officer_)).certificate_chain_pem)[0];
  const std::string ecdsa_with_sha256 = HexDecode("06082a8648ce3d040302").value();
  const std::string rsa_with_sm3 = HexDecode("06082a811ccf55018378").value();
  int changed = 0;
  for (size_t at = 0; (at = der.find(ecdsa_with_sha256, at)) != std::string::npos; ++changed) {
    der.replace(at, rsa_with_sm3.size(), rsa_with_sm3);
  }
  ASSERT_EQ(changed, 2);
  const std::vector<Certificate> path = {
      Must(Certificate::Parse(der)), Must(Certificate::Parse(DerFromPem(world_.cn.root_pem())[0]))};
  const std::vector<std::string> suites = {std::string(kEcdsaP256Sha256), std::string(kSm2Sm3)};
  EXPECT_THAT(CheckPathSm2(path, suites), RefusedAs(v1::REASON_WEAK_KEY));
  EXPECT_THAT(world_.trust.Validate({der}, Usage::kSign, world_.now),
              RefusedAs(v1::REASON_CHAIN_BROKEN));
}

TEST_F(Sm2ChainTest, GoOnFromARootThatWasStored) {
  const PracticeCa loaded =
      Must(PracticeCa::Load(domain_, sm2_.root_pem(), Must(sm2_.private_key_pem()), world_.now));
  EXPECT_THAT(Validate(loaded.IssueSigner(officer_, {.key = PracticeKey::kSm2}), Usage::kSign),
              IsOk());
}

}  // namespace
}  // namespace gatepost::certs
