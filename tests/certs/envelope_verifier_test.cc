#include "certs/envelope_verifier.h"

#include <thread>

#include "tests/certs/practice_world.h"

namespace gatepost::certs {
namespace {

using ::testing::HasSubstr;

class EnvelopeVerifierTest : public ::testing::Test {
 protected:
  std::unique_ptr<Signer> NewSigner(const PracticeCa& ca, const SpiffeId& id,
                                    const IssueOptions& options = {}) {
    std::unique_ptr<Signer> signer = SignerFrom(Must(ca.IssueSigner(id, options)));
    held_.Hold(*signer);
    return signer;
  }
  v1::Envelope Unsigned() {
    v1::Envelope envelope;
    envelope.set_payload_type(std::string(kMessagePayloadType));
    envelope.set_payload("a payload of some bytes");
    return envelope;
  }
  v1::Envelope SignedBy(const std::vector<const Signer*>& signers) {
    v1::Envelope envelope = Unsigned();
    for (const Signer* signer : signers) {
      EXPECT_THAT(SignEnvelope(envelope, *signer), IsOk());
    }
    return envelope;
  }
  absl::StatusOr<VerifiedEnvelope> Verify(const v1::Envelope& envelope) {
    return verifier_.Verify(envelope, held_, world_.now);
  }

  PracticeWorld world_;
  HeldCertificates held_;
  LiveTrust trust_{world_.trust};
  EnvelopeVerifier verifier_{trust_};
  std::unique_ptr<Signer> clerk_ = NewSigner(world_.vn, world_.vn_clerk);
  std::unique_ptr<Signer> officer_ =
      NewSigner(world_.vn, world_.vn_officer, {.key = PracticeKey::kEd25519});
  std::unique_ptr<Signer> foreign_ = NewSigner(world_.cn, world_.cn_officer);
};

TEST_F(EnvelopeVerifierTest, SaysWhoSignedAndTheTwoDigests) {
  const v1::Envelope envelope = SignedBy({clerk_.get(), officer_.get(), foreign_.get()});
  const VerifiedEnvelope verified = Must(Verify(envelope));
  EXPECT_EQ(verified.pae, PaeDigest(envelope.payload_type(), envelope.payload()));
  EXPECT_EQ(verified.signatures, SignaturesDigest(envelope));
  ASSERT_EQ(verified.signers.size(), 3u);
  EXPECT_EQ(verified.signers[0].id, world_.vn_clerk);
  EXPECT_EQ(verified.signers[1].id, world_.vn_officer);
  EXPECT_EQ(verified.signers[2].id, world_.cn_officer);
  EXPECT_EQ(verified.signers[2].country, "CN");
  EXPECT_FALSE(verified.batch_author.has_value());
}

TEST_F(EnvelopeVerifierTest, RefusesEveryChangedByteOfThePayload) {
  for (const Signer* signer : {clerk_.get(), officer_.get()}) {
    const v1::Envelope envelope = SignedBy({signer});
    for (size_t i = 0; i < envelope.payload().size(); ++i) {
      v1::Envelope changed = envelope;
      (*changed.mutable_payload())[i] ^= 1;
      EXPECT_THAT(Verify(changed), RefusedAs(v1::REASON_BAD_SIGNATURE)) << "byte " << i;
    }
    v1::Envelope longer = envelope;
    longer.mutable_payload()->push_back('\0');
    EXPECT_THAT(Verify(longer), RefusedAs(v1::REASON_BAD_SIGNATURE));
    v1::Envelope empty = envelope;
    empty.clear_payload();
    EXPECT_THAT(Verify(empty), RefusedAs(v1::REASON_BAD_SIGNATURE));
  }
}

TEST_F(EnvelopeVerifierTest, RefusesEveryChangedByteOfASignature) {
  const v1::Envelope envelope = SignedBy({clerk_.get(), officer_.get()});
  for (int s = 0; s < 2; ++s) {
    for (size_t i = 0; i < envelope.signatures(s).value().size(); ++i) {
      v1::Envelope changed = envelope;
      (*changed.mutable_signatures(s)->mutable_value())[i] ^= 1;
      EXPECT_THAT(Verify(changed), RefusedAs(v1::REASON_BAD_SIGNATURE)) << s << " byte " << i;
    }
    for (size_t i = 0; i < 32; ++i) {
      v1::Envelope changed = envelope;
      (*changed.mutable_signatures(s)->mutable_certificate_sha256())[i] ^= 1;
      EXPECT_THAT(Verify(changed), RefusedAs(v1::REASON_CERTIFICATE_NOT_HELD)) << i;
    }
  }
}

TEST_F(EnvelopeVerifierTest, OneBadSignatureAmongGoodOnesRefusesAll) {
  v1::Envelope envelope = SignedBy({clerk_.get(), officer_.get()});
  v1::Envelope other = Unsigned();
  other.set_payload("another payload");
  ASSERT_THAT(SignEnvelope(other, *foreign_), IsOk());
  *envelope.add_signatures() = other.signatures(0);
  EXPECT_THAT(Verify(envelope), RefusedAs(v1::REASON_BAD_SIGNATURE));
}

TEST_F(EnvelopeVerifierTest, RefusesASignatureUnderAnothersCertificate) {
  v1::Envelope envelope = SignedBy({clerk_.get()});
  envelope.mutable_signatures(0)->set_certificate_sha256(
      std::string(AsView(foreign_->certificate_sha256())));
  EXPECT_THAT(Verify(envelope), RefusedAs(v1::REASON_BAD_SIGNATURE));
}

TEST_F(EnvelopeVerifierTest, NamesThePayloadTypeItAccepts) {
  for (std::string_view type :
       {std::string_view(""), kBatchHeadPayloadType,
        std::string_view("application/vnd.gatepost.message.v2+protobuf"),
        std::string_view("application/vnd.gatepost.message.v1+protobuf ")}) {
    v1::Envelope envelope = SignedBy({clerk_.get()});
    envelope.set_payload_type(std::string(type));
    const absl::Status status = Verify(envelope).status();
    EXPECT_THAT(status, RefusedAs(v1::REASON_UNKNOWN_PAYLOAD_TYPE));
    EXPECT_THAT(system::RefusalOf(status)->wanted, HasSubstr(std::string(kMessagePayloadType)));
  }
}

TEST_F(EnvelopeVerifierTest, RefusesTheUnsigned) {
  EXPECT_THAT(Verify(Unsigned()), RefusedAs(v1::REASON_UNSIGNED));
  v1::Envelope batched = Unsigned();
  batched.mutable_batch()->set_head_payload("x");
  EXPECT_THAT(Verify(batched), RefusedAs(v1::REASON_UNSIGNED));
}

TEST_F(EnvelopeVerifierTest, RefusesSignaturesAndBatchTogether) {
  v1::Envelope envelope = SignedBy({clerk_.get()});
  envelope.mutable_batch();
  EXPECT_THAT(Verify(envelope), RefusedAs(v1::REASON_MALFORMED_ENVELOPE));
}

TEST_F(EnvelopeVerifierTest, RefusesMoreThanSixteenSignatures) {
  v1::Envelope envelope = SignedBy({clerk_.get()});
  while (envelope.signatures_size() <= kMaxSignatures) {
    *envelope.add_signatures() = envelope.signatures(0);
  }
  EXPECT_THAT(Verify(envelope), RefusedAs(v1::REASON_TOO_LARGE));
}

TEST_F(EnvelopeVerifierTest, TakesSixteenSignatures) {
  v1::Envelope envelope = Unsigned();
  for (int i = 0; i < kMaxSignatures; ++i) {
    const SpiffeId id =
        Id("spiffe://langson.practice.example/agency/board/clerk/" + std::to_string(i));
    ASSERT_THAT(SignEnvelope(envelope, *NewSigner(world_.vn, id)), IsOk());
  }
  EXPECT_EQ(Must(Verify(envelope)).signers.size(), 16u);
}

TEST_F(EnvelopeVerifierTest, RefusesACertificateThatIsNotHeld) {
  const v1::Envelope envelope = SignedBy({clerk_.get()});
  held_.Clear();
  EXPECT_THAT(Verify(envelope), RefusedAs(v1::REASON_CERTIFICATE_NOT_HELD));
  // A source that answers with another chain, or none, does not help.
  held_.Hold(clerk_->certificate_sha256(), officer_->certificate_chain_der());
  EXPECT_THAT(Verify(envelope), RefusedAs(v1::REASON_CERTIFICATE_NOT_HELD));
  held_.Hold(clerk_->certificate_sha256(), {});
  EXPECT_THAT(Verify(envelope), RefusedAs(v1::REASON_CERTIFICATE_NOT_HELD));
}

TEST_F(EnvelopeVerifierTest, RefusesADigestOfAWrongLength) {
  for (size_t size : {0, 31, 33}) {
    v1::Envelope envelope = SignedBy({clerk_.get()});
    envelope.mutable_signatures(0)->set_certificate_sha256(std::string(size, 'x'));
    EXPECT_THAT(Verify(envelope), RefusedAs(v1::REASON_MALFORMED_ENVELOPE));
  }
}

TEST_F(EnvelopeVerifierTest, RefusesSuitesThatAreUnknownReservedOrOfAnotherKey) {
  for (std::string_view suite : {std::string_view(""), std::string_view("rsa"), kSm2Sm3, kEd25519,
                                 std::string_view("ed25519 \nx")}) {
    v1::Envelope envelope = SignedBy({clerk_.get()});
    envelope.mutable_signatures(0)->set_suite(std::string(suite));
    EXPECT_THAT(Verify(envelope), RefusedAs(v1::REASON_SUITE_NOT_ALLOWED)) << suite;
  }
  v1::Envelope envelope = SignedBy({officer_.get()});
  envelope.mutable_signatures(0)->set_suite(std::string(kEcdsaP256Sha256));
  EXPECT_THAT(Verify(envelope), RefusedAs(v1::REASON_SUITE_NOT_ALLOWED));
}

TEST_F(EnvelopeVerifierTest, RefusesASuiteThatItsDomainDoesNotAllow) {
  std::vector<TrustDomain> domains = world_.Domains();
  domains[0].allowed_suites = {std::string(kEcdsaP256Sha256)};
  const TrustStore strict = Must(TrustStore::Create(domains));
  EnvelopeVerifier verifier(strict);
  EXPECT_THAT(verifier.Verify(SignedBy({clerk_.get()}), held_, world_.now), IsOk());
  EXPECT_THAT(verifier.Verify(SignedBy({officer_.get()}), held_, world_.now),
              RefusedAs(v1::REASON_SUITE_NOT_ALLOWED));
}

TEST_F(EnvelopeVerifierTest, CountsNamesAndNotKeys) {
  // The same post with two certificates must not pass as two pairs of eyes.
  const std::unique_ptr<Signer> second_key = NewSigner(world_.vn, world_.vn_clerk);
  EXPECT_THAT(Verify(SignedBy({clerk_.get(), second_key.get()})),
              RefusedAs(v1::REASON_DUPLICATE_SIGNER));
  v1::Envelope twice = SignedBy({clerk_.get()});
  *twice.add_signatures() = twice.signatures(0);
  EXPECT_THAT(Verify(twice), RefusedAs(v1::REASON_DUPLICATE_SIGNER));
}

TEST_F(EnvelopeVerifierTest, RefusesBadCertificatesWithTheirOwnReasons) {
  auto refusal = [this](const absl::StatusOr<IssuedCertificate>& issued) {
    const std::unique_ptr<Signer> signer = SignerFrom(Must(issued));
    held_.Hold(*signer);
    return Verify(SignedBy({signer.get()})).status();
  };
  EXPECT_THAT(refusal(world_.vn.IssueClient(world_.vn_clerk)),
              RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
  EXPECT_THAT(refusal(world_.cn.IssueSigner(world_.vn_officer)),
              RefusedAs(v1::REASON_CROSS_DOMAIN));
  EXPECT_THAT(
      refusal(world_.vn.IssueSigner(world_.vn_clerk, {.not_after = world_.now - absl::Seconds(1)})),
      RefusedAs(v1::REASON_CERTIFICATE_EXPIRED));
  EXPECT_THAT(refusal(world_.vn.IssueSigner(world_.vn_clerk,
                                            {.not_before = world_.now + absl::Seconds(1)})),
              RefusedAs(v1::REASON_CERTIFICATE_NOT_YET_VALID));
  const PracticeCa impostor = Must(PracticeCa::Create(world_.vn.trust_domain(), world_.now));
  EXPECT_THAT(refusal(impostor.IssueSigner(world_.vn_officer)), RefusedAs(v1::REASON_CHAIN_BROKEN));
}

TEST_F(EnvelopeVerifierTest, AsksForEachChainOnce) {
  const v1::Envelope envelope = SignedBy({clerk_.get(), officer_.get()});
  EXPECT_THAT(Verify(envelope), IsOk());
  EXPECT_EQ(held_.asked(), 2);
  EXPECT_THAT(Verify(envelope), IsOk());
  EXPECT_EQ(held_.asked(), 2);
  trust_.Publish(LiveTrust(world_.trust).Current());
  EXPECT_THAT(Verify(envelope), IsOk());
  EXPECT_EQ(held_.asked(), 4);
}

TEST_F(EnvelopeVerifierTest, ACachedCertificateStillExpires) {
  const v1::Envelope envelope = SignedBy({clerk_.get()});
  const VerifiedEnvelope verified = Must(Verify(envelope));
  EXPECT_THAT(verifier_.Verify(envelope, held_, verified.signers[0].not_after),
              RefusedAs(v1::REASON_CERTIFICATE_EXPIRED));
}

TEST_F(EnvelopeVerifierTest, ServesManyThreads) {
  const v1::Envelope good = SignedBy({clerk_.get(), officer_.get()});
  v1::Envelope bad = good;
  bad.set_payload("another");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        EXPECT_THAT(verifier_.Verify(good, held_, world_.now), IsOk());
        EXPECT_THAT(verifier_.Verify(bad, held_, world_.now), RefusedAs(v1::REASON_BAD_SIGNATURE));
        if (i % 10 == 0) trust_.Publish(LiveTrust(world_.trust).Current());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(EnvelopeVerifierTest, TheAuthorMustBeASigner) {
  const VerifiedEnvelope verified = Must(Verify(SignedBy({clerk_.get(), officer_.get()})));
  EXPECT_THAT(CheckAuthor(verified, world_.vn_clerk), IsOk());
  EXPECT_THAT(CheckAuthor(verified, world_.vn_officer), IsOk());
  EXPECT_THAT(CheckAuthor(verified, world_.cn_officer), RefusedAs(v1::REASON_AUTHOR_NOT_SIGNER));
}

}  // namespace
}  // namespace gatepost::certs
