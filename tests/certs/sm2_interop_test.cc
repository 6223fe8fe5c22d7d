// SM2 between us and the stock `openssl`, by the commands of certs/README.md and
// certs/profiles.cnf.
#include "certs/certificate.h"
#include "certs/revocation_list.h"
#include "certs/suites.h"
#include "tests/certs/stock_openssl.h"

namespace gatepost::certs {
namespace {

constexpr char kConfig[] = "-config " GATEPOST_SOURCE_DIR "/certs/profiles.cnf";
constexpr char kExtensions[] = "-extfile " GATEPOST_SOURCE_DIR "/certs/profiles.cnf -extensions ";
constexpr char kId[] = "distid:1234567812345678";
constexpr char kOfficer[] = "spiffe://pingxiang.example/agency/port/officer/01";

class Sm2InteropTest : public StockOpensslTest {
 protected:
  // By the recipe of profiles.cnf: a root of this kind of key as `root`, a signing certificate with
  // an SM2 key as `lead`.
  void MakeRoot(const std::string& key_options, const std::string& sign_options) {
    ASSERT_TRUE(
        Openssl(fmt::format("req -x509 {} -extensions root {} -noenc {} -days 3650 -subj "
                            "'/O=Agency/CN=Root 2' -keyout root.key -out root.pem",
                            kConfig, key_options, sign_options)))
        << Read("log");
  }
  void MakeLead(const std::string& sign_options) {
    ASSERT_TRUE(
        Openssl(fmt::format("req -new {} -newkey sm2 -noenc -sm3 -sigopt {} "
                            "-subj /CN=lead -keyout lead.key -out lead.csr",
                            kConfig, kId)))
        << Read("log");
    ASSERT_TRUE(Openssl(fmt::format("x509 -req -in lead.csr -vfyopt {} -CA root.pem "
                                    "-CAkey root.key {} -days 365 {}signing -out lead.pem",
                                    kId, sign_options, kExtensions),
                        kOfficer))
        << Read("log");
  }
  absl::StatusOr<Identity> ValidateLead() {
    const TrustStore trust = Must(TrustStore::Create({{.name = "pingxiang.example",
                                                       .country = "CN",
                                                       .root_pems = {Read("root.pem")},
                                                       .allowed_suites = {std::string(kSm2Sm3)}}}));
    const std::vector<std::string> chain = DerFromPem(Read("lead.pem"));
    // A real certificate of this day, made by a program with its own clock.
    const absl::Time now = Must(Certificate::Parse(chain.at(0))).not_before() + absl::Minutes(1);
    return trust.Validate(chain, Usage::kSign, now);
  }
  const std::string p256_ = "-newkey ec -pkeyopt ec_paramgen_curve:P-256";
  const std::string with_sm3_ = fmt::format("-sm3 -sigopt {}", kId);
};

TEST_F(Sm2InteropTest, CertificatesMadeByTheRecipeAreAccepted) {
  MakeRoot("-newkey sm2", with_sm3_);
  MakeLead(with_sm3_);
  const absl::StatusOr<Identity> identity = ValidateLead();
  ASSERT_THAT(identity, IsOk());
  EXPECT_EQ(identity->id.ToString(), kOfficer);
  EXPECT_EQ(identity->key.kind(), KeyKind::kSm2);
  EXPECT_TRUE(Openssl(fmt::format("verify -x509_strict -vfyopt {} -CAfile root.pem lead.pem", kId)))
      << Read("log");
}

TEST_F(Sm2InteropTest, CertificatesUnderARootOfP256AreAccepted) {
  MakeRoot(p256_, "");
  MakeLead("");
  EXPECT_THAT(ValidateLead(), IsOk());
}

// As openssl makes them when nobody says -sigopt.
TEST_F(Sm2InteropTest, CertificatesSignedUnderAnEmptyIdAreRefused) {
  MakeRoot("-newkey sm2", with_sm3_);
  MakeLead("-sm3");
  EXPECT_THAT(ValidateLead(), RefusedAs(v1::REASON_CHAIN_BROKEN));
}

TEST_F(Sm2InteropTest, SignaturesVerifyWithStockOpenssl) {
  const IssuedCertificate issued =
      Must(world_.cn.IssueSigner(world_.cn_officer, {.key = PracticeKey::kSm2}));
  v1::Envelope envelope;
  envelope.set_payload_type(std::string(kMessagePayloadType));
  envelope.set_payload("any bytes");
  ASSERT_THAT(SignEnvelope(envelope, *SignerFrom(issued)), IsOk());
  const std::string pae = Pae(kMessagePayloadType, "any bytes");
  Write("pae", pae);
  Write("sig", envelope.signatures(0).value());
  Write("crt.pem", issued.certificate_chain_pem);
  ASSERT_TRUE(Openssl("x509 -in crt.pem -pubkey -noout -out pub.pem")) << Read("log");
  for (const std::string& verify :
       {fmt::format("dgst -sm3 -sigopt {} -verify pub.pem -signature sig pae", kId),
        fmt::format("pkeyutl -verify -pubin -inkey pub.pem -rawin -digest sm3 -pkeyopt {} -in pae "
                    "-sigfile sig",
                    kId)}) {
    Write("pae", pae);
    EXPECT_TRUE(Openssl(verify)) << Read("log");
    Write("pae", pae + "x");
    EXPECT_FALSE(Openssl(verify));
  }
}

TEST_F(Sm2InteropTest, SignaturesByStockOpensslVerifyHere) {
  const IssuedCertificate issued =
      Must(world_.cn.IssueSigner(world_.cn_officer, {.key = PracticeKey::kSm2}));
  Write("key.pem", issued.private_key_pem);
  Write("pae", "bytes");
  const PublicKey key =
      Must(Certificate::Parse(DerFromPem(issued.certificate_chain_pem).at(0))).key();
  ASSERT_TRUE(Openssl(fmt::format("dgst -sm3 -sigopt {} -sign key.pem -out sig pae", kId)))
      << Read("log");
  EXPECT_THAT(Verify(key, kSm2Sm3, "bytes", Read("sig")), IsOk());
  EXPECT_THAT(Verify(key, kSm2Sm3, "bytez", Read("sig")), RefusedAs(v1::REASON_BAD_SIGNATURE));
  // Without the id it is another signature.
  ASSERT_TRUE(Openssl("dgst -sm3 -sign key.pem -out sig pae")) << Read("log");
  EXPECT_THAT(Verify(key, kSm2Sm3, "bytes", Read("sig")), RefusedAs(v1::REASON_BAD_SIGNATURE));
}

// PKCS #8 of both sorts of commands, and the older form: all hold the same key.
TEST_F(Sm2InteropTest, PrivateKeysOfEveryFormAreSm2Keys) {
  MakeRoot("-newkey sm2", with_sm3_);
  MakeLead(with_sm3_);
  for (const char* convert : {"pkey -in lead.key -out form.key", "ec -in lead.key -out form.key",
                              "pkcs8 -topk8 -nocrypt -in lead.key -out form.key"}) {
    ASSERT_TRUE(Openssl(convert)) << Read("log");
    const std::unique_ptr<Signer> signer =
        Must(Signer::FromPem(Read("form.key"), Read("lead.pem")));
    EXPECT_EQ(signer->suite(), kSm2Sm3) << convert;
    const PublicKey key = Must(Certificate::Parse(signer->certificate_chain_der()[0])).key();
    EXPECT_THAT(Verify(key, kSm2Sm3, "m", Must(signer->Sign("m"))), IsOk()) << convert;
  }
  // Made as a key of type EC on the curve SM2, which is what files mostly come from.
  ASSERT_TRUE(Openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out lead.key"))
      << Read("log");
  ASSERT_TRUE(
      Openssl(fmt::format("req -new {} -key lead.key -sm3 -sigopt {} -subj /CN=lead "
                          "-out lead.csr",
                          kConfig, kId)))
      << Read("log");
  ASSERT_TRUE(Openssl(fmt::format("x509 -req -in lead.csr -vfyopt {} -CA root.pem -CAkey root.key "
                                  "{} -days 365 {}signing -out lead.pem",
                                  kId, with_sm3_, kExtensions),
                      kOfficer))
      << Read("log");
  EXPECT_EQ(Must(Signer::FromPem(Read("lead.key"), Read("lead.pem")))->suite(), kSm2Sm3);
}

// Explicit curve parameters describe SM2 here, and anything an attacker likes elsewhere.
TEST_F(Sm2InteropTest, RefusesTheCurveWrittenOutAsParameters) {
  MakeRoot(p256_, "");
  ASSERT_TRUE(Openssl("ecparam -name SM2 -genkey -noout -param_enc explicit -out lead.key"));
  ASSERT_TRUE(Openssl(fmt::format("pkey -in lead.key -pubout -out lead.pub"))) << Read("log");
  ASSERT_TRUE(Openssl(fmt::format("x509 -new -force_pubkey lead.pub -subj /CN=lead -CA root.pem "
                                  "-CAkey root.key -days 365 {}signing -out lead.pem",
                                  kExtensions),
                      kOfficer))
      << Read("log");
  const std::vector<std::string> chain = DerFromPem(Read("lead.pem"));
  const absl::StatusOr<Certificate> leaf = Certificate::Parse(chain.at(0));
  EXPECT_TRUE(!leaf.ok() || leaf->key().kind() == KeyKind::kOther);
  EXPECT_FALSE(ValidateLead().ok());
}

TEST_F(Sm2InteropTest, RevocationListsMadeByStockOpensslAreRead) {
  MakeRoot("-newkey sm2", with_sm3_);
  MakeLead(with_sm3_);
  Write("index.txt", "");
  Write("ca.cnf", "[ca]\ndatabase = index.txt\n");
  const auto ca = [&](const std::string& what) {
    return Openssl(
        fmt::format("ca -config ca.cnf -name ca -cert root.pem -keyfile root.key {}", what));
  };
  ASSERT_TRUE(ca(fmt::format("-md sm3 -revoke lead.pem"))) << Read("log");
  ASSERT_TRUE(ca(fmt::format("-md sm3 -sigopt {} -gencrl -crldays 30 -out list.crl", kId)))
      << Read("log");
  const Certificate root = Must(Certificate::Parse(DerFromPem(Read("root.pem")).at(0)));
  const Certificate lead = Must(Certificate::Parse(DerFromPem(Read("lead.pem")).at(0)));
  const RevocationList list = Must(RevocationList::Parse(Read("list.crl")));
  EXPECT_THAT(list.CheckSignature(root), IsOk());
  EXPECT_TRUE(list.RevokedAt(lead).has_value());
  for (size_t at = 0; at < list.der().size(); ++at) {
    std::string changed = list.der();
    changed[at] = static_cast<char>(changed[at] ^ 1);
    const absl::StatusOr<RevocationList> read = RevocationList::Parse(changed);
    EXPECT_TRUE(!read.ok() || !read->CheckSignature(root).ok()) << at;
  }
  // Under an empty id, and by another key.
  ASSERT_TRUE(ca("-md sm3 -gencrl -crldays 30 -out empty.crl")) << Read("log");
  EXPECT_THAT(Must(RevocationList::Parse(Read("empty.crl"))).CheckSignature(root),
              RefusedAs(v1::REASON_BAD_SIGNATURE));
  MakeRoot("-newkey sm2", with_sm3_);
  EXPECT_THAT(list.CheckSignature(Must(Certificate::Parse(DerFromPem(Read("root.pem")).at(0)))),
              RefusedAs(v1::REASON_BAD_SIGNATURE));
}

}  // namespace
}  // namespace gatepost::certs
