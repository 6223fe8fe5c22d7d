#include "certs/live_trust.h"

#include <thread>

#include "certs/pem.h"
#include "tests/certs/practice_world.h"

namespace gatepost::certs {
namespace {

class LiveTrustTest : public ::testing::Test {
 protected:
  // The Vietnamese root revokes these; the list serves for a day.
  std::shared_ptr<const TrustSnapshot> Revoking(
      const std::vector<std::pair<std::string, absl::Time>>& revoked) {
    const std::string pem =
        Must(world_.vn.IssueRevocationList(revoked, world_.now, world_.now + absl::Hours(24)));
    return std::make_shared<TrustSnapshot>(
        Roots(), Must(RevocationBook::Create(world_.trust,
                                             {{.trust_domain = world_.vn.trust_domain(),
                                               .lists = {Must(RevocationList::Parse(pem))}}},
                                             {})));
  }
  std::shared_ptr<const TrustStore> Roots() {
    return std::make_shared<TrustStore>(Must(TrustStore::Create(world_.Domains())));
  }

  PracticeWorld world_;
  const IssuedCertificate clerk_ =
      Must(world_.vn.IssueClient(world_.vn_clerk, {.not_after = world_.now + absl::Hours(48)}));
  const std::vector<std::string> chain_ = DerFromPem(clerk_.certificate_chain_pem);
  const Digest leaf_ = Sha256Of(chain_.front());
};

TEST_F(LiveTrustTest, ValidatesOnceAndNeverKeepsARefusal) {
  const TrustSnapshot trust(Roots());
  EXPECT_THAT(trust.Validate(chain_, Usage::kSign, world_.now),
              RefusedAs(v1::REASON_CERTIFICATE_WRONG_USAGE));
  EXPECT_FALSE(trust.Find(leaf_, Usage::kSign, world_.now).has_value());
  EXPECT_FALSE(trust.Find(leaf_, Usage::kTlsClient, world_.now).has_value());
  EXPECT_THAT(trust.Validate(chain_, Usage::kTlsClient, world_.now), IsOk());
  EXPECT_TRUE(trust.Find(leaf_, Usage::kTlsClient, world_.now).has_value());
  EXPECT_THAT(trust.Validate(chain_, Usage::kTlsClient, world_.now + absl::Hours(48)),
              RefusedAs(v1::REASON_CERTIFICATE_EXPIRED));
  EXPECT_THAT(trust.Validate({}, Usage::kTlsClient, world_.now),
              RefusedAs(v1::REASON_NO_CERTIFICATE));
}

TEST_F(LiveTrustTest, WhatIsRememberedEndsWithTheRevocation) {
  const absl::Time since = world_.now + absl::Hours(2);
  const auto trust = Revoking({{clerk_.certificate_chain_pem, since}});
  EXPECT_EQ(Must(trust->Validate(chain_, Usage::kTlsClient, world_.now)).not_after, since);
  EXPECT_TRUE(trust->Find(leaf_, Usage::kTlsClient, since - absl::Seconds(1)).has_value());
  EXPECT_FALSE(trust->Find(leaf_, Usage::kTlsClient, since).has_value());
  EXPECT_THAT(trust->Validate(chain_, Usage::kTlsClient, since),
              RefusedAs(v1::REASON_CERTIFICATE_REVOKED));
}

TEST_F(LiveTrustTest, WhatIsRememberedEndsWithTheList) {
  const auto trust = Revoking({});
  const absl::Time end = world_.now + absl::Hours(24);
  EXPECT_EQ(Must(trust->Validate(chain_, Usage::kTlsClient, world_.now)).not_after, end);
  EXPECT_THAT(trust->Validate(chain_, Usage::kTlsClient, end - absl::Seconds(1)), IsOk());
  EXPECT_THAT(trust->Validate(chain_, Usage::kTlsClient, end),
              RefusedAs(v1::REASON_REVOCATION_UNKNOWN));
}

TEST_F(LiveTrustTest, GoodAtAnEarlierTimeIsNotGoodNow) {
  // A signature that was logged before the revocation is asked about first, and then a new one.
  const auto trust = Revoking({{clerk_.certificate_chain_pem, world_.now}});
  EXPECT_THAT(trust->Validate(chain_, Usage::kTlsClient, world_.now - absl::Minutes(1)), IsOk());
  EXPECT_THAT(trust->Validate(chain_, Usage::kTlsClient, world_.now),
              RefusedAs(v1::REASON_CERTIFICATE_REVOKED));
}

TEST_F(LiveTrustTest, NewSnapshotKnowsNothingOfTheOldOne) {
  LiveTrust live(std::make_shared<TrustSnapshot>(Roots()));
  const std::shared_ptr<const TrustSnapshot> before = live.Current();
  EXPECT_THAT(before->Validate(chain_, Usage::kTlsClient, world_.now), IsOk());
  live.Publish(Revoking({{clerk_.certificate_chain_pem, world_.now}}));
  EXPECT_FALSE(live.Current()->Find(leaf_, Usage::kTlsClient, world_.now).has_value());
  EXPECT_THAT(live.Current()->Validate(chain_, Usage::kTlsClient, world_.now),
              RefusedAs(v1::REASON_CERTIFICATE_REVOKED));
  // Who is still at it with the old one may end what he began.
  EXPECT_THAT(before->Validate(chain_, Usage::kTlsClient, world_.now), IsOk());
}

TEST_F(LiveTrustTest, RevokedSignerIsRefusedThoughHeWasSeenBefore) {
  const IssuedCertificate issued = Must(world_.vn.IssueSigner(world_.vn_officer));
  const std::unique_ptr<Signer> signer = SignerFrom(issued);
  HeldCertificates held;
  held.Hold(*signer);
  v1::Envelope envelope;
  envelope.set_payload_type(std::string(kMessagePayloadType));
  envelope.set_payload("a payload of some bytes");
  ASSERT_THAT(SignEnvelope(envelope, *signer), IsOk());

  LiveTrust live(std::make_shared<TrustSnapshot>(Roots()));
  EnvelopeVerifier verifier(live);
  EXPECT_THAT(verifier.Verify(envelope, held, world_.now), IsOk());
  const absl::Time since = world_.now - absl::Minutes(1);
  live.Publish(Revoking({{issued.certificate_chain_pem, since}}));
  EXPECT_THAT(verifier.Verify(envelope, held, world_.now),
              RefusedAs(v1::REASON_CERTIFICATE_REVOKED));
  EXPECT_THAT(verifier.Verify(envelope, held, since - absl::Seconds(1)), IsOk());
}

TEST_F(LiveTrustTest, RevokedBatchSignerIsRefusedThoughTheHeadWasSeenBefore) {
  const IssuedCertificate issued = Must(world_.vn.IssueSigner(world_.vn_service));
  const std::unique_ptr<Signer> signer = SignerFrom(issued);
  HeldCertificates held;
  held.Hold(*signer);
  std::vector<v1::Envelope> batch(2);
  std::vector<Digest> digests;
  for (v1::Envelope& envelope : batch) {
    envelope.set_payload_type(std::string(kMessagePayloadType));
    envelope.set_payload("payload " + std::to_string(digests.size()));
    digests.push_back(PaeDigest(envelope.payload_type(), envelope.payload()));
  }
  const std::vector<v1::BatchMembership> places = Must(SignBatch(digests, *signer));
  for (size_t i = 0; i < batch.size(); ++i) *batch[i].mutable_batch() = places[i];

  LiveTrust live(std::make_shared<TrustSnapshot>(Roots()));
  EnvelopeVerifier verifier(live);
  EXPECT_THAT(verifier.Verify(batch[0], held, world_.now), IsOk());
  live.Publish(Revoking({{issued.certificate_chain_pem, world_.now}}));
  EXPECT_THAT(verifier.Verify(batch[0], held, world_.now - absl::Minutes(1)), IsOk());
  EXPECT_THAT(verifier.Verify(batch[1], held, world_.now),
              RefusedAs(v1::REASON_CERTIFICATE_REVOKED));
}

TEST_F(LiveTrustTest, ServesManyThreadsWhileItChanges) {
  LiveTrust live(std::make_shared<TrustSnapshot>(Roots()));
  const std::shared_ptr<const TrustSnapshot> others[] = {Revoking({}), live.Current()};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        EXPECT_THAT(live.Current()->Validate(chain_, Usage::kTlsClient, world_.now), IsOk());
        live.Publish(others[i % 2]);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace gatepost::certs
