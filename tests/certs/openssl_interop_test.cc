// What stock `openssl` says about our bytes, and we about its.

#include <fmt/format.h>

#include <algorithm>

#include "certs/certificate.h"
#include "tests/certs/stock_openssl.h"

namespace gatepost::certs {
namespace {

using OpensslInteropTest = StockOpensslTest;

TEST_F(OpensslInteropTest, EnvelopeSignaturesVerifyWithStockOpenssl) {
  for (PracticeKey kind : {PracticeKey::kP256, PracticeKey::kEd25519}) {
    const IssuedCertificate issued = Must(world_.vn.IssueSigner(world_.vn_officer, {.key = kind}));
    v1::Envelope envelope;
    envelope.set_payload_type(std::string(kMessagePayloadType));
    envelope.set_payload(std::string("any bytes \0 \xff", 12));
    ASSERT_THAT(SignEnvelope(envelope, *SignerFrom(issued)), IsOk());

    // The PAE as FORMATS.md describes it, put together here by hand.
    std::string pae = "DSSEv1 44 application/vnd.gatepost.message.v1+protobuf 12 ";
    pae += envelope.payload();
    Write("message", pae);
    Write("signature", envelope.signatures(0).value());
    Write("certificate.pem", issued.certificate_chain_pem);
    ASSERT_TRUE(Openssl("x509 -in certificate.pem -pubkey -noout -out public.pem"));
    const std::string verify =
        kind == PracticeKey::kP256
            ? "dgst -sha256 -verify public.pem -signature signature message"
            : "pkeyutl -verify -pubin -inkey public.pem -rawin -in message -sigfile signature";
    EXPECT_TRUE(Openssl(verify)) << Read("log");
    if (kind == PracticeKey::kP256) {
      EXPECT_TRUE(
          Openssl("pkeyutl -verify -pubin -inkey public.pem -rawin -digest sha256 "
                  "-in message -sigfile signature"))
          << Read("log");
    }
    // And it is no empty yes.
    Write("message", pae + "x");
    EXPECT_FALSE(Openssl(verify));
  }
}

TEST_F(OpensslInteropTest, SignaturesByStockOpensslVerifyHere) {
  for (PracticeKey kind : {PracticeKey::kP256, PracticeKey::kEd25519}) {
    const IssuedCertificate issued = Must(world_.vn.IssueSigner(world_.vn_officer, {.key = kind}));
    const std::unique_ptr<Signer> signer = SignerFrom(issued);
    v1::Envelope envelope;
    envelope.set_payload_type(std::string(kMessagePayloadType));
    envelope.set_payload("payload");
    Write("key.pem", issued.private_key_pem);
    Write("message", Pae(kMessagePayloadType, "payload"));
    ASSERT_TRUE(Openssl(kind == PracticeKey::kP256
                            ? "dgst -sha256 -sign key.pem -out signature message"
                            : "pkeyutl -sign -inkey key.pem -rawin -in message -out signature"))
        << Read("log");
    v1::Signature& signature = *envelope.add_signatures();
    signature.set_certificate_sha256(std::string(AsView(signer->certificate_sha256())));
    signature.set_suite(std::string(signer->suite()));
    signature.set_value(Read("signature"));

    HeldCertificates held;
    held.Hold(*signer);
    EnvelopeVerifier verifier(world_.trust);
    EXPECT_THAT(verifier.Verify(envelope, held, world_.now), IsOk());
  }
}

TEST_F(OpensslInteropTest, PracticeCertificatesVerifyWithStockOpenssl) {
  const PracticeCa issuing = Must(world_.vn.Subordinate("issuing"));
  const IssuedCertificate node = Must(issuing.IssueNode(world_.vn_node));
  Write("root.pem", world_.vn.root_pem());
  Write("chain.pem", node.certificate_chain_pem);
  const std::string time = std::to_string(absl::ToUnixSeconds(world_.now));
  for (const char* purpose : {"sslserver", "sslclient"}) {
    EXPECT_TRUE(
        Openssl(fmt::format("verify -x509_strict -attime {} -purpose {} -CAfile root.pem "
                            "-untrusted chain.pem chain.pem",
                            time, purpose)))
        << Read("log");
  }
}

// The recipe of certs/profiles.cnf, which a real CA follows.
TEST_F(OpensslInteropTest, CertificatesMadeByTheRecipeOfTheReadmeAreAccepted) {
  const std::string config = std::string("-config ") + GATEPOST_SOURCE_DIR "/certs/profiles.cnf";
  const std::string extfile = std::string("-extfile ") + GATEPOST_SOURCE_DIR "/certs/profiles.cnf";
  const std::string p256 = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc";
  ASSERT_TRUE(
      Openssl(fmt::format("req -x509 {} -extensions root {} -days 3650 -keyout root.key "
                          "-out root.pem -subj '/O=Agency/CN=Root 1'",
                          config, p256)))
      << Read("log");
  const TrustStore trust = Must(TrustStore::Create(
      {{.name = "langson.example", .country = "VN", .root_pems = {Read("root.pem")}}}));

  struct Case {
    const char* profile;
    const char* key;
    const char* id;
    std::vector<Usage> usages;
  };
  const std::string ed25519 = "-newkey ed25519 -noenc";
  const std::vector<Case> cases = {
      {"node_tls",
       p256.c_str(),
       "spiffe://langson.example/node/vn-langson",
       {Usage::kTlsClient, Usage::kTlsServer}},
      {"client_tls", p256.c_str(), "spiffe://langson.example/auditor/01", {Usage::kTlsClient}},
      {"signing",
       p256.c_str(),
       "spiffe://langson.example/agency/board/officer/shift-lead-2",
       {Usage::kSign}},
      {"signing",
       ed25519.c_str(),
       "spiffe://langson.example/agency/board/service/feeder",
       {Usage::kSign}},
  };
  for (const Case& c : cases) {
    ASSERT_TRUE(Openssl(
        fmt::format("req -new {} {} -subj /CN=leaf -keyout leaf.key -out leaf.csr", config, c.key)))
        << Read("log");
    ASSERT_TRUE(Openssl(fmt::format("x509 -req -in leaf.csr -CA root.pem -CAkey root.key "
                                    "-days 365 {} -extensions {} -out leaf.pem",
                                    extfile, c.profile),
                        c.id))
        << Read("log");
    const std::vector<std::string> chain = DerFromPem(Read("leaf.pem"));
    // These are real certificates of this day, made by a program with its own clock.
    const absl::Time now = Must(Certificate::Parse(chain.at(0))).not_before() + absl::Minutes(1);
    for (Usage usage : {Usage::kTlsClient, Usage::kTlsServer, Usage::kSign}) {
      const absl::StatusOr<Identity> identity = trust.Validate(chain, usage, now);
      if (std::ranges::find(c.usages, usage) == c.usages.end()) {
        EXPECT_THAT(identity, RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE)) << c.profile;
        continue;
      }
      ASSERT_THAT(identity, IsOk()) << c.profile;
      EXPECT_EQ(identity->id.ToString(), c.id);
      EXPECT_FALSE(identity->practice);
    }
  }
}

TEST_F(OpensslInteropTest, RefusesACertificateSignedOverSha1) {
  const std::string config = GATEPOST_SOURCE_DIR "/certs/profiles.cnf";
  Write("ca.key", Must(world_.vn.private_key_pem()));
  Write("ca.pem", world_.vn.root_pem());
  ASSERT_TRUE(
      Openssl("req -new -newkey ed25519 -noenc -keyout leaf.key -subj /CN=leaf "
              "-out leaf.csr -config " +
              config))
      << Read("log");
  ASSERT_TRUE(
      Openssl("x509 -req -sha1 -in leaf.csr -CA ca.pem -CAkey ca.key -days 365 "
              "-extensions signing -out leaf.pem -extfile " +
                  config,
              world_.vn_officer.ToString()))
      << Read("log");
  const std::vector<std::string> chain = DerFromPem(Read("leaf.pem"));
  const absl::Time now = Must(Certificate::Parse(chain.at(0))).not_before() + absl::Minutes(1);
  EXPECT_THAT(world_.trust.Validate(chain, Usage::kSign, now), RefusedAs(v1::REASON_WEAK_KEY));
}

TEST_F(OpensslInteropTest, RefusesACertificateOfVersion1) {
  const std::string config = GATEPOST_SOURCE_DIR "/certs/profiles.cnf";
  Write("ca.key", Must(world_.vn.private_key_pem()));
  Write("ca.pem", world_.vn.root_pem());
  ASSERT_TRUE(
      Openssl("req -new -newkey ed25519 -noenc -keyout leaf.key -subj /CN=leaf "
              "-out leaf.csr -config " +
              config))
      << Read("log");
  // OpenSSL 3.0 writes version 1 when there are no extensions; later ones need to be told.
  ASSERT_TRUE(Openssl("x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -days 365 -out leaf.pem"))
      << Read("log");
  if (Openssl("x509 -in leaf.pem -noout -text | grep -q 'Version: 3'")) {
    GTEST_SKIP() << "this OpenSSL writes version 3 also when there are no extensions";
  }
  EXPECT_THAT(Certificate::Parse(DerFromPem(Read("leaf.pem")).at(0)),
              RefusedAs(v1::REASON_CERTIFICATE_MALFORMED));
}

// Explicit curve parameters describe P-256 here, and anything an attacker likes elsewhere.
TEST_F(OpensslInteropTest, RefusesACurveWrittenOutAsParameters) {
  const std::string config = GATEPOST_SOURCE_DIR "/certs/profiles.cnf";
  Write("ca.key", Must(world_.vn.private_key_pem()));
  Write("ca.pem", world_.vn.root_pem());
  ASSERT_TRUE(Openssl("ecparam -name prime256v1 -genkey -noout -param_enc explicit -out leaf.key"));
  ASSERT_TRUE(Openssl("req -new -key leaf.key -subj /CN=leaf -out leaf.csr -config " + config))
      << Read("log");
  ASSERT_TRUE(
      Openssl("x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -days 365 "
              "-extensions signing -out leaf.pem -extfile " +
                  config,
              world_.vn_officer.ToString()))
      << Read("log");
  const std::vector<std::string> chain = DerFromPem(Read("leaf.pem"));
  const Certificate leaf = Must(Certificate::Parse(chain.at(0)));
  EXPECT_EQ(leaf.key().kind(), KeyKind::kOther);
  EXPECT_THAT(world_.trust.Validate(chain, Usage::kSign, leaf.not_before() + absl::Minutes(1)),
              RefusedAs(v1::REASON_WEAK_KEY));
}

}  // namespace
}  // namespace gatepost::certs
