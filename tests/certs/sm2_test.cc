// The suite sm2-sm3: keys, signatures, envelopes.
#include "certs/sm2.h"

#include <fmt/format.h>
#include <openssl/x509.h>

#include "certs/batch.h"
#include "certs/certificate.h"
#include "certs/suites.h"
#include "tests/certs/practice_world.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::certs {
namespace {

// SubjectPublicKeyInfo of a point of the SM2 curve, before its 65 bytes.
const char kSpkiPrefix[] = "3059301306072a8648ce3d020106082a811ccf5501822d034200";
// The example of GM/T 0003.5-2012, A.2 (also GB/T 32918.5): the key PA, the signature (r, s) over
// "message digest" by the signer 1234567812345678.
const char kPoint[] =
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
const char kR[] = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3";
const char kS[] = "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";

// Null when OpenSSL itself refuses the bytes.
std::shared_ptr<EVP_PKEY> KeyFromSpki(const std::string& hex) {
  const std::string der = HexDecode(hex).value();
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  return {d2i_PUBKEY(nullptr, &bytes, static_cast<long>(der.size())), EVP_PKEY_free};
}

// Both numbers begin with a one bit, so that DER puts a zero before them.
std::string ExampleValue() {
  return HexDecode(fmt::format("3046022100{}022100{}", kR, kS)).value();
}

std::vector<TrustDomain> WithSm2(std::vector<TrustDomain> domains) {
  for (TrustDomain& domain : domains) domain.allowed_suites.emplace_back(kSm2Sm3);
  return domains;
}

class Sm2Test : public ::testing::Test {
 protected:
  std::unique_ptr<Signer> Make(const PracticeCa& ca, const SpiffeId& id,
                               PracticeKey kind = PracticeKey::kSm2) {
    std::unique_ptr<Signer> signer = SignerFrom(Must(ca.IssueSigner(id, {.key = kind})));
    held_.Hold(*signer);
    return signer;
  }
  PublicKey KeyOf(const Signer& signer) {
    return Must(Certificate::Parse(signer.certificate_chain_der()[0])).key();
  }
  v1::Envelope SignedBy(const std::vector<const Signer*>& signers) {
    v1::Envelope envelope;
    envelope.set_payload_type(std::string(kMessagePayloadType));
    envelope.set_payload("payload");
    for (const Signer* signer : signers) EXPECT_THAT(SignEnvelope(envelope, *signer), IsOk());
    return envelope;
  }

  PracticeWorld world_;
  TrustStore trust_ = Must(TrustStore::Create(WithSm2(world_.Domains())));
  EnvelopeVerifier verifier_{trust_};
  HeldCertificates held_;
  std::unique_ptr<Signer> officer_ = Make(world_.cn, world_.cn_officer);
};

TEST_F(Sm2Test, VerifiesTheExampleOfTheStandard) {
  const PublicKey key(KeyFromSpki(std::string(kSpkiPrefix) + kPoint));
  EXPECT_EQ(key.kind(), KeyKind::kSm2);
  EXPECT_EQ(key.Describe(), "SM2");
  EXPECT_EQ(SuiteOfKey(key), kSm2Sm3);
  EXPECT_THAT(Verify(key, kSm2Sm3, "message digest", ExampleValue()), IsOk());
  EXPECT_THAT(Verify(key, kSm2Sm3, "message digesT", ExampleValue()),
              RefusedAs(v1::REASON_BAD_SIGNATURE));
}

TEST_F(Sm2Test, SignsWhatVerifiesOfEverySize) {
  EXPECT_TRUE(SuiteImplemented(kSm2Sm3));
  EXPECT_EQ(officer_->suite(), kSm2Sm3);
  for (const std::string& message : {std::string(), std::string("m"), std::string(100000, 'm')}) {
    const std::string value = Must(officer_->Sign(message));
    EXPECT_THAT(Verify(KeyOf(*officer_), kSm2Sm3, message, value), IsOk());
    EXPECT_THAT(Verify(KeyOf(*officer_), kSm2Sm3, message + "x", value),
                RefusedAs(v1::REASON_BAD_SIGNATURE));
  }
}

TEST_F(Sm2Test, RefusesEveryChangedByteOfASignature) {
  const std::string value = Must(officer_->Sign("message"));
  for (size_t i = 0; i < value.size(); ++i) {
    for (int bit : {0, 3, 7}) {
      std::string changed = value;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      EXPECT_THAT(Verify(KeyOf(*officer_), kSm2Sm3, "message", changed),
                  RefusedAs(v1::REASON_BAD_SIGNATURE))
          << "byte " << i << " bit " << bit;
    }
  }
}

TEST_F(Sm2Test, RefusesOtherEncodingsOfAGoodSignature) {
  const PublicKey key(KeyFromSpki(std::string(kSpkiPrefix) + kPoint));
  const std::string value = ExampleValue();
  const auto hex = [](const std::string& text) { return HexDecode(text).value(); };
  const std::string raw = hex(std::string(kR) + kS);
  for (const std::string& other : {
           std::string(),
           value.substr(1),
           value.substr(0, value.size() - 1),
           value + '\0',
           value + value,
           std::string(1000, '\0'),
           raw,
           // The length of the sequence in the long form.
           hex(fmt::format("308146022100{}022100{}", kR, kS)),
           // One zero too many before r; none before s, which makes it negative.
           hex(fmt::format("304702220000{}022100{}", kR, kS)),
           hex(fmt::format("3045022100{}0220{}", kR, kS)),
           // A third number.
           hex(fmt::format("3049022100{}022100{}020100", kR, kS)),
           // r and s changed about; zeros.
           hex(fmt::format("3046022100{}022100{}", kS, kR)),
           hex("3006020100020100"),
       }) {
    EXPECT_THAT(Verify(key, kSm2Sm3, "message digest", other), RefusedAs(v1::REASON_BAD_SIGNATURE))
        << HexEncode(other);
  }
}

// As some libraries do when nobody names an id.
TEST_F(Sm2Test, RefusesASignatureUnderAnotherId) {
  EVP_PKEY* made = EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2");
  const PublicKey key(std::shared_ptr<EVP_PKEY>(made, EVP_PKEY_free));
  for (const std::string id : {"", "1234567812345679", "CN"}) {
    const PkeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, made, nullptr));
    if (!id.empty()) {
      ASSERT_EQ(EVP_PKEY_CTX_set1_id(context.get(), id.data(), static_cast<int>(id.size())), 1);
    }
    const DigestContextPtr digest(EVP_MD_CTX_new());
    EVP_MD_CTX_set_pkey_ctx(digest.get(), context.get());
    ASSERT_EQ(EVP_DigestSignInit_ex(digest.get(), nullptr, "SM3", nullptr, nullptr, made, nullptr),
              1);
    unsigned char value[100];
    size_t size = sizeof(value);
    const unsigned char message[] = {'m'};
    ASSERT_EQ(EVP_DigestSign(digest.get(), value, &size, message, 1), 1);
    EXPECT_THAT(Verify(key, kSm2Sm3, "m", std::string(reinterpret_cast<char*>(value), size)),
                RefusedAs(v1::REASON_BAD_SIGNATURE))
        << id;
  }
}

TEST_F(Sm2Test, RefusesItsSuiteForOtherKeysAndOtherSuitesForItsKey) {
  const std::unique_ptr<Signer> p256 = Make(world_.cn, world_.cn_officer, PracticeKey::kP256);
  EXPECT_THAT(Verify(KeyOf(*p256), kSm2Sm3, "m", Must(p256->Sign("m"))),
              RefusedAs(v1::REASON_SUITE_NOT_ALLOWED));
  for (std::string_view suite : {kEcdsaP256Sha256, kEd25519}) {
    EXPECT_THAT(Verify(KeyOf(*officer_), suite, "m", Must(officer_->Sign("m"))),
                RefusedAs(v1::REASON_SUITE_NOT_ALLOWED));
  }
  EXPECT_THAT(VerifyEcdsaDigest(KeyOf(*officer_), Sha256Of("m"), Must(officer_->Sign("m"))),
              RefusedAs(v1::REASON_SUITE_NOT_ALLOWED));
}

// A key's point off the curve, at infinity, or out of range: refused when the certificate is read.
TEST_F(Sm2Test, RefusesKeysThatAreNoPointsOfTheCurve) {
  const std::string der = officer_->certificate_chain_der()[0];
  const std::string prefix = HexDecode(std::string(kSpkiPrefix) + "04").value();
  const size_t point = der.find(prefix) + prefix.size();
  ASSERT_LT(point, der.size());
  ASSERT_THAT(Certificate::Parse(der), IsOk());
  std::string off = der;
  off[point + 63] = static_cast<char>(off[point + 63] ^ 1);
  EXPECT_THAT(Certificate::Parse(off), RefusedAs(v1::REASON_CERTIFICATE_MALFORMED));
  std::string large = der;
  large.replace(point, 64, std::string(64, '\xff'));
  EXPECT_THAT(Certificate::Parse(large), RefusedAs(v1::REASON_CERTIFICATE_MALFORMED));
  std::string zero = der;
  zero.replace(point, 64, std::string(64, '\0'));
  EXPECT_THAT(Certificate::Parse(zero), RefusedAs(v1::REASON_CERTIFICATE_MALFORMED));
}

// Its one byte is a key to OpenSSL, and under it anybody can sign.
TEST_F(Sm2Test, RefusesThePointAtInfinity) {
  for (const char* curve : {"082a811ccf5501822d", "082a8648ce3d030107" /* SM2; P-256. */}) {
    const PkeyPtr usual(EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2"));
    const X509Ptr x509(X509_new());
    ASSERT_EQ(X509_set_version(x509.get(), X509_VERSION_3), 1);
    ASSERT_EQ(X509_set_pubkey(x509.get(), usual.get()), 1);
    ASN1_TIME_set(X509_getm_notBefore(x509.get()), 0);
    ASN1_TIME_set(X509_getm_notAfter(x509.get()), 1);
    const SigningContext signing = Sm2ForSigning(usual.get());
    ASSERT_GT(X509_sign_ctx(x509.get(), signing.digest.get()), 0);
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(x509.get(), &bytes);
    std::string der(reinterpret_cast<char*>(bytes), static_cast<size_t>(size));
    OPENSSL_free(bytes);
    ASSERT_THAT(Certificate::Parse(der), IsOk());
    // The key's bit string shrinks from 66 bytes to 2, and everything around it by 64.
    const std::string usual_key = HexDecode(std::string(kSpkiPrefix) + "04").value();
    const size_t at = der.find(usual_key);
    ASSERT_NE(at, std::string::npos);
    const std::string infinity =
        HexDecode(fmt::format("3019301306072a8648ce3d020106{}03020000", curve)).value();
    der.replace(at, 91, infinity);
    const auto shrink = [&der](size_t length_at) {
      der[length_at] = static_cast<char>(static_cast<unsigned char>(der[length_at]) - 64);
    };
    // 30 81 xx of the certificate, then 30 81 xx of what is signed.
    ASSERT_EQ(HexEncode(der.substr(0, 2)), "3081");
    shrink(2);
    const bool long_form = static_cast<unsigned char>(der[4]) == 0x81;
    shrink(long_form ? 5 : 4);
    const absl::Status status = Certificate::Parse(der).status();
    EXPECT_THAT(status, RefusedAs(v1::REASON_CERTIFICATE_MALFORMED)) << curve;
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("no point of its curve"));
  }
}

TEST_F(Sm2Test, EnvelopesMayBearSignaturesOfAllSuites) {
  const std::unique_ptr<Signer> ecdsa = Make(world_.vn, world_.vn_officer, PracticeKey::kP256);
  const std::unique_ptr<Signer> ed25519 = Make(world_.vn, world_.vn_clerk, PracticeKey::kEd25519);
  const v1::Envelope envelope = SignedBy({ecdsa.get(), officer_.get(), ed25519.get()});
  const VerifiedEnvelope verified = Must(verifier_.Verify(envelope, held_, world_.now));
  ASSERT_EQ(verified.signers.size(), 3u);
  EXPECT_EQ(verified.signers[1].id, world_.cn_officer);
  EXPECT_EQ(verified.signers[1].key.kind(), KeyKind::kSm2);
  EXPECT_EQ(verified.pae, PaeDigest(kMessagePayloadType, "payload"));
  // The SHA-256 that the ECDSA signature shares is no part of what SM2 checks.
  v1::Envelope other = envelope;
  other.set_payload("paYload");
  EXPECT_THAT(verifier_.Verify(other, held_, world_.now), RefusedAs(v1::REASON_BAD_SIGNATURE));
  other = SignedBy({officer_.get()});
  other.set_payload("paYload");
  EXPECT_THAT(verifier_.Verify(other, held_, world_.now), RefusedAs(v1::REASON_BAD_SIGNATURE));
}

TEST_F(Sm2Test, IsRefusedUnlessTheDomainAllowsIt) {
  EnvelopeVerifier verifier(world_.trust);
  EXPECT_THAT(verifier.Verify(SignedBy({officer_.get()}), held_, world_.now),
              RefusedAs(v1::REASON_SUITE_NOT_ALLOWED));
}

TEST_F(Sm2Test, ServicesSignBatches) {
  const SpiffeId id = Id("spiffe://pingxiang.practice.example/agency/port/service/feeder");
  const std::unique_ptr<Signer> service = Make(world_.cn, id);
  std::vector<v1::Envelope> envelopes;
  std::vector<Digest> digests;
  for (int i = 0; i < 5; ++i) {
    v1::Envelope& envelope = envelopes.emplace_back();
    envelope.set_payload_type(std::string(kMessagePayloadType));
    envelope.set_payload(fmt::format("payload {}", i));
    digests.push_back(PaeDigest(envelope.payload_type(), envelope.payload()));
  }
  const std::vector<v1::BatchMembership> places = Must(SignBatch(digests, *service));
  for (size_t i = 0; i < envelopes.size(); ++i) {
    *envelopes[i].mutable_batch() = places[i];
    EXPECT_EQ(places[i].head_signatures(0).suite(), kSm2Sm3);
    const VerifiedEnvelope verified = Must(verifier_.Verify(envelopes[i], held_, world_.now));
    EXPECT_EQ(verified.batch_author, id);
  }
  envelopes[0].mutable_batch()->set_head_payload(places[0].head_payload() + "x");
  EXPECT_THAT(verifier_.Verify(envelopes[0], held_, world_.now),
              RefusedAs(v1::REASON_BAD_SIGNATURE));
}

TEST_F(Sm2Test, KeysAreReadFromFiles) {
  const testing::TemporaryFolder folder;
  const IssuedCertificate issued =
      Must(world_.cn.IssueSigner(world_.cn_officer, {.key = PracticeKey::kSm2}));
  ASSERT_THAT(issued.WriteFiles(folder.Under("key"), folder.Under("crt")), IsOk());
  const std::unique_ptr<Signer> signer =
      Must(Signer::FromFiles(folder.Under("key"), folder.Under("crt")));
  EXPECT_EQ(signer->suite(), kSm2Sm3);
  // Another's key, and a P-256 key.
  for (PracticeKey kind : {PracticeKey::kSm2, PracticeKey::kP256}) {
    const IssuedCertificate other = Must(world_.cn.IssueSigner(world_.cn_officer, {.key = kind}));
    EXPECT_THAT(Signer::FromPem(other.private_key_pem, issued.certificate_chain_pem),
                RefusedAs(v1::REASON_BAD_CONFIG));
  }
}

}  // namespace
}  // namespace gatepost::certs
