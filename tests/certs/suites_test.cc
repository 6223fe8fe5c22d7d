#include "certs/suites.h"

#include <openssl/x509.h>

#include "certs/dsse.h"
#include "tests/certs/practice_world.h"

namespace gatepost::certs {
namespace {

PublicKey KeyFromSpki(const std::string& hex) {
  const std::string der = HexDecode(hex).value();
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  return PublicKey(std::shared_ptr<EVP_PKEY>(
      d2i_PUBKEY(nullptr, &bytes, static_cast<long>(der.size())), EVP_PKEY_free));
}

// RFC 8032, 7.1, TEST 2.
const char kEd25519Spki[] =
    "302a300506032b6570032100"
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
const char kEd25519Value[] =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

TEST(SuitesTest, VerifiesTheEd25519VectorOfRfc8032) {
  const PublicKey key = KeyFromSpki(kEd25519Spki);
  const std::string value = HexDecode(kEd25519Value).value();
  EXPECT_EQ(SuiteOfKey(key), kEd25519);
  EXPECT_THAT(Verify(key, kEd25519, "\x72", value), IsOk());
  EXPECT_THAT(Verify(key, kEd25519, "\x73", value), RefusedAs(v1::REASON_BAD_SIGNATURE));
}

// The example of the DSSE specification (protocol.md, test vectors): the key as X and Y, the
// signature as r and s, here in DER.
TEST(SuitesTest, VerifiesTheExampleOfTheDsseSpecification) {
  const PublicKey key = KeyFromSpki(
      "3059301306072a8648ce3d020106082a8648ce3d030107034200"
      "0467cd390f77aa359cb08c2235f652270493a9ed832b0abcc01f70954c0390d238"
      "0c782bd54e269125a44f4433aff1432ce94e12bca73aa67ac80cea12608ddf74");
  EXPECT_EQ(SuiteOfKey(key), kEcdsaP256Sha256);
  const std::string pae = Pae("http://example.com/HelloWorld", "hello world");
  const char value[] =
      "3044022003726ab101ad56c2763b6c6aac8e487275e2a79193a09dc5f859d9f8ef3c4a3b"
      "022051eab0c06a369b64a7222537d4887a893dc200ae21060074d57825235b624864";
  EXPECT_THAT(Verify(key, kEcdsaP256Sha256, pae, HexDecode(value).value()), IsOk());
}

class SuitesFormTest : public ::testing::Test {
 protected:
  std::unique_ptr<Signer> Make(PracticeKey kind) {
    return SignerFrom(Must(world_.vn.IssueSigner(world_.vn_officer, {.key = kind})));
  }
  PublicKey KeyOf(const Signer& signer) {
    return Must(world_.trust.Validate(signer.certificate_chain_der(), Usage::kSign, world_.now))
        .key;
  }

  PracticeWorld world_;
  std::unique_ptr<Signer> ecdsa_ = Make(PracticeKey::kP256);
  std::unique_ptr<Signer> ed25519_ = Make(PracticeKey::kEd25519);
};

TEST_F(SuitesFormTest, RefusesEveryChangedByteOfASignature) {
  for (Signer* signer : {ecdsa_.get(), ed25519_.get()}) {
    const PublicKey key = KeyOf(*signer);
    const std::string value = Must(signer->Sign("message"));
    for (size_t i = 0; i < value.size(); ++i) {
      for (int bit : {0, 3, 7}) {
        std::string changed = value;
        changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
        EXPECT_THAT(Verify(key, signer->suite(), "message", changed),
                    RefusedAs(v1::REASON_BAD_SIGNATURE))
            << signer->suite() << " byte " << i << " bit " << bit;
      }
    }
  }
}

TEST_F(SuitesFormTest, RefusesOtherEncodingsOfAGoodSignature) {
  for (Signer* signer : {ecdsa_.get(), ed25519_.get()}) {
    const PublicKey key = KeyOf(*signer);
    const std::string value = Must(signer->Sign("message"));
    for (const std::string& changed :
         {std::string(), value.substr(1), value.substr(0, value.size() - 1), value + '\0',
          value + value, std::string(1000, '\0')}) {
      EXPECT_THAT(Verify(key, signer->suite(), "message", changed),
                  RefusedAs(v1::REASON_BAD_SIGNATURE))
          << signer->suite();
    }
  }
  // DER that is correct BER only: the length of the sequence in the long form.
  const std::string value = Must(ecdsa_->Sign("message"));
  const std::string ber = std::string("\x30\x81", 2) + value[1] + value.substr(2);
  EXPECT_THAT(Verify(KeyOf(*ecdsa_), kEcdsaP256Sha256, "message", ber),
              RefusedAs(v1::REASON_BAD_SIGNATURE));
}

TEST_F(SuitesFormTest, RefusesSuitesThatAreUnknownOrOfAnotherKey) {
  const std::string value = Must(ecdsa_->Sign("message"));
  for (std::string_view suite : {std::string_view("rsa"), std::string_view(""), kSm2Sm3, kEd25519,
                                 std::string_view("ECDSA-P256-SHA256")}) {
    EXPECT_THAT(Verify(KeyOf(*ecdsa_), suite, "message", value),
                RefusedAs(v1::REASON_SUITE_NOT_ALLOWED))
        << suite;
  }
  EXPECT_THAT(Verify(KeyOf(*ed25519_), kEcdsaP256Sha256, "message", value),
              RefusedAs(v1::REASON_SUITE_NOT_ALLOWED));
  EXPECT_THAT(Verify(PublicKey(), kEcdsaP256Sha256, "message", value),
              RefusedAs(v1::REASON_SUITE_NOT_ALLOWED));
}

// The curve of P-256 written out as parameters must not pass for the named curve.
TEST(PublicKeyTest, DescribesKeys) {
  EXPECT_EQ(KeyFromSpki(kEd25519Spki).Describe(), "Ed25519");
  EXPECT_EQ(PublicKey().Describe(), "no key");
  EXPECT_EQ(PublicKey().kind(), KeyKind::kOther);
}

}  // namespace
}  // namespace gatepost::certs
