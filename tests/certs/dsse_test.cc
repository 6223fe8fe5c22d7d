#include "certs/dsse.h"

#include "tests/certs/practice_world.h"

namespace gatepost::certs {
namespace {

TEST(DsseTest, PaeIsThatOfTheSpecification) {
  EXPECT_EQ(Pae("http://example.com/HelloWorld", "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  EXPECT_EQ(Pae("", ""), "DSSEv1 0  0 ");
  // Bytes are counted, not characters, and any byte is carried.
  EXPECT_EQ(Pae("\xc4\x91", std::string_view("\0\n", 2)),
            std::string("DSSEv1 2 \xc4\x91 2 \0\n", 16));
}

TEST(DsseTest, PaeDigestIsThatOfThePae) {
  for (size_t size : {0, 1, 9, 10, 63, 64, 100000}) {
    const std::string payload(size, 'p');
    EXPECT_EQ(PaeDigest(kMessagePayloadType, payload), Sha256Of(Pae(kMessagePayloadType, payload)));
  }
}

TEST(DsseTest, BoundariesOfTypeAndPayloadAreSigned) {
  EXPECT_NE(PaeDigest("a b", "c"), PaeDigest("a", "b c"));
  EXPECT_NE(PaeDigest("a", "bc"), PaeDigest("ab", "c"));
}

v1::Signature MakeSignature(char digest_byte, std::string_view suite, const std::string& value) {
  v1::Signature signature;
  signature.set_certificate_sha256(std::string(32, digest_byte));
  signature.set_suite(std::string(suite));
  signature.set_value(value);
  return signature;
}

// The expected values are those of a text file with the two lines, by sha256sum.
TEST(DsseTest, SignaturesDigestIsOverTheLinesInOrder) {
  const v1::Signature first = MakeSignature('\xab', kEcdsaP256Sha256, "first");
  const v1::Signature second = MakeSignature('\xcd', kEd25519, "second");
  v1::Envelope envelope;
  EXPECT_EQ(SignaturesDigest(envelope), Sha256Of(""));
  *envelope.add_signatures() = first;
  *envelope.add_signatures() = second;
  EXPECT_EQ(ToHex(SignaturesDigest(envelope)),
            "0c25a142d2d7beef1f0b8323c8d73b72c7ad8504a69aa2d292e65ba8023d7af8");
  envelope.mutable_signatures()->SwapElements(0, 1);
  EXPECT_EQ(ToHex(SignaturesDigest(envelope)),
            "29ef0df3df6ac8c20b0c66aa5265f211e8e8e35e12481e9f7da309dc2c04c2d7");
}

TEST(DsseTest, SignaturesDigestOfABatchedMessageIsThatOfItsHead) {
  v1::Envelope envelope;
  *envelope.mutable_batch()->add_head_signatures() = MakeSignature('\xab', kEd25519, "head");
  v1::Envelope same_signatures;
  *same_signatures.add_signatures() = MakeSignature('\xab', kEd25519, "head");
  EXPECT_EQ(SignaturesDigest(envelope), SignaturesDigest(same_signatures));
}

class SignEnvelopeTest : public ::testing::Test {
 protected:
  SignEnvelopeTest() {
    envelope_.set_payload_type(std::string(kMessagePayloadType));
    envelope_.set_payload("payload");
  }

  PracticeWorld world_;
  std::unique_ptr<Signer> signer_ = SignerFrom(Must(world_.vn.IssueSigner(world_.vn_officer)));
  v1::Envelope envelope_;
};

TEST_F(SignEnvelopeTest, AddsASignatureOverThePae) {
  ASSERT_THAT(SignEnvelope(envelope_, *signer_), IsOk());
  ASSERT_EQ(envelope_.signatures_size(), 1);
  const v1::Signature& signature = envelope_.signatures(0);
  EXPECT_EQ(signature.certificate_sha256(), AsView(signer_->certificate_sha256()));
  EXPECT_EQ(signature.suite(), kEcdsaP256Sha256);
  const Identity identity =
      Must(world_.trust.Validate(signer_->certificate_chain_der(), Usage::kSign, world_.now));
  EXPECT_THAT(Verify(identity.key, signature.suite(), Pae(kMessagePayloadType, "payload"),
                     signature.value()),
              IsOk());
}

TEST_F(SignEnvelopeTest, RefusesWhatCannotBeSigned) {
  v1::Envelope untyped;
  EXPECT_THAT(SignEnvelope(untyped, *signer_), RefusedAs(v1::REASON_FIELD_MISSING));
  v1::Envelope batched = envelope_;
  batched.mutable_batch();
  EXPECT_THAT(SignEnvelope(batched, *signer_), RefusedAs(v1::REASON_MALFORMED_ENVELOPE));
  ASSERT_THAT(SignEnvelope(envelope_, *signer_), IsOk());
  EXPECT_THAT(SignEnvelope(envelope_, *signer_), RefusedAs(v1::REASON_DUPLICATE_SIGNER));
  EXPECT_EQ(envelope_.signatures_size(), 1);
  while (envelope_.signatures_size() < kMaxSignatures) envelope_.add_signatures();
  EXPECT_THAT(SignEnvelope(envelope_, *signer_), RefusedAs(v1::REASON_TOO_LARGE));
}

}  // namespace
}  // namespace gatepost::certs
