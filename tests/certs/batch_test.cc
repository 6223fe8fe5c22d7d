#include "certs/batch.h"

#include "certs/envelope_verifier.h"
#include "tests/certs/practice_world.h"

namespace gatepost::certs {
namespace {

std::vector<Digest> Inputs(int count) {
  std::vector<Digest> inputs;
  for (int i = 0; i < count; ++i) inputs.push_back(Sha256Of(std::to_string(i)));
  return inputs;
}

class BatchTest : public ::testing::Test {
 protected:
  // Envelopes with different payloads, signed together.
  std::vector<v1::Envelope> Batch(int count, const Signer& signer) {
    std::vector<v1::Envelope> envelopes(static_cast<size_t>(count));
    std::vector<Digest> digests;
    for (int i = 0; i < count; ++i) {
      v1::Envelope& envelope = envelopes[static_cast<size_t>(i)];
      envelope.set_payload_type(std::string(kMessagePayloadType));
      envelope.set_payload("payload " + std::to_string(i));
      digests.push_back(PaeDigest(envelope.payload_type(), envelope.payload()));
    }
    std::vector<v1::BatchMembership> places = Must(SignBatch(digests, signer));
    for (size_t i = 0; i < envelopes.size(); ++i) *envelopes[i].mutable_batch() = places[i];
    return envelopes;
  }
  // A head with this text, really signed.
  v1::Envelope WithHead(v1::Envelope envelope, const std::string& head, const Signer& signer) {
    envelope.mutable_batch()->set_head_payload(head);
    *envelope.mutable_batch()->mutable_head_signatures(0) =
        Must(SignPayload(kBatchHeadPayloadType, head, signer));
    return envelope;
  }
  absl::StatusOr<VerifiedEnvelope> Verify(const v1::Envelope& envelope) {
    return verifier_.Verify(envelope, held_, world_.now);
  }
  std::unique_ptr<Signer> NewSigner(const SpiffeId& id, const IssueOptions& options = {}) {
    std::unique_ptr<Signer> signer = SignerFrom(Must(world_.vn.IssueSigner(id, options)));
    held_.Hold(*signer);
    return signer;
  }

  PracticeWorld world_;
  HeldCertificates held_;
  LiveTrust trust_{world_.trust, /*batch_heads=*/2};
  EnvelopeVerifier verifier_{trust_};
  std::unique_ptr<Signer> service_ = NewSigner(world_.vn_service);
};

// Roots by an independent program: RFC 6962 over SHA-256 of "0", "1", ...
TEST_F(BatchTest, RootIsThatOfRfc6962) {
  const std::vector<std::pair<int, std::string>> known = {
      {1, "E6dxdeNesdnake4U3w13cs6nEomAAgbitFyILssG778="},
      {5, "TiP7QNiHbxKZzKmzwoQyoBsR0aIBJmBpFGEokv8uCac="},
      {7, "VlPEqyUUzNbqTwFZcC0qupAfJWKqdavP9aGeNEvuA48="}};
  for (const auto& [count, root] : known) {
    const v1::BatchMembership place = Must(SignBatch(Inputs(count), *service_))[0];
    EXPECT_EQ(place.head_payload(), "gatepost-batch/v1\nauthor " + world_.vn_service.ToString() +
                                        "\nsize " + std::to_string(count) + "\nroot " + root +
                                        "\n");
  }
}

TEST_F(BatchTest, EveryMessageOfEverySizeVerifies) {
  for (int count : {1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 33}) {
    for (const v1::Envelope& envelope : Batch(count, *service_)) {
      const VerifiedEnvelope verified = Must(Verify(envelope));
      EXPECT_EQ(verified.pae, PaeDigest(envelope.payload_type(), envelope.payload()));
      EXPECT_EQ(verified.signatures, SignaturesDigest(envelope));
      ASSERT_EQ(verified.signers.size(), 1u);
      EXPECT_EQ(verified.signers[0].id, world_.vn_service);
      EXPECT_EQ(verified.batch_author, world_.vn_service);
    }
  }
}

TEST_F(BatchTest, TakesTheLargestBatchAndNoLarger) {
  const std::vector<Digest> inputs = Inputs(static_cast<int>(kMaxBatchSize));
  const std::vector<v1::BatchMembership> places = Must(SignBatch(inputs, *service_));
  const BatchHead head = Must(BatchHead::Parse(places[0].head_payload()));
  for (size_t i : {size_t{0}, size_t{2047}, size_t{2048}, size_t{4095}}) {
    EXPECT_THAT(CheckMembership(head, inputs[i], places[i]), IsOk());
  }
  EXPECT_THAT(SignBatch(Inputs(static_cast<int>(kMaxBatchSize) + 1), *service_),
              RefusedAs(v1::REASON_BAD_ARGUMENT));
  EXPECT_THAT(SignBatch({}, *service_), RefusedAs(v1::REASON_BAD_ARGUMENT));
}

// Exhaustively for small trees: a message passes at its own index only.
TEST_F(BatchTest, NoMessagePassesAtAnotherIndexOrUnderAnotherSize) {
  for (int count = 1; count <= 9; ++count) {
    const std::vector<Digest> inputs = Inputs(count);
    const std::vector<v1::BatchMembership> places = Must(SignBatch(inputs, *service_));
    const BatchHead head = Must(BatchHead::Parse(places[0].head_payload()));
    for (size_t i = 0; i < inputs.size(); ++i) {
      for (uint32_t index = 0; index < 12; ++index) {
        v1::BatchMembership moved = places[i];
        moved.set_index(index);
        if (index == i) {
          EXPECT_THAT(CheckMembership(head, inputs[i], moved), IsOk());
        } else {
          EXPECT_THAT(CheckMembership(head, inputs[i], moved), RefusedAs(v1::REASON_BAD_BATCH_PATH))
              << count << ": " << i << " as " << index;
        }
      }
    }
  }
}

TEST_F(BatchTest, RefusesAPathThatIsTooShortTooLongOrAltered) {
  for (int count : {1, 2, 5, 8}) {
    for (const v1::Envelope& good : Batch(count, *service_)) {
      v1::Envelope longer = good;
      longer.mutable_batch()->add_path(std::string(32, 'x'));
      EXPECT_THAT(Verify(longer), RefusedAs(v1::REASON_BAD_BATCH_PATH));
      for (int i = 0; i < good.batch().path_size(); ++i) {
        v1::Envelope altered = good;
        (*altered.mutable_batch()->mutable_path(i))[5] ^= 1;
        EXPECT_THAT(Verify(altered), RefusedAs(v1::REASON_BAD_BATCH_PATH));
        v1::Envelope narrow = good;
        narrow.mutable_batch()->mutable_path(i)->pop_back();
        EXPECT_THAT(Verify(narrow), RefusedAs(v1::REASON_BAD_BATCH_PATH));
      }
      if (good.batch().path_size() == 0) continue;
      v1::Envelope shorter = good;
      shorter.mutable_batch()->mutable_path()->RemoveLast();
      EXPECT_THAT(Verify(shorter), RefusedAs(v1::REASON_BAD_BATCH_PATH));
      v1::Envelope none = good;
      none.mutable_batch()->clear_path();
      EXPECT_THAT(Verify(none), RefusedAs(v1::REASON_BAD_BATCH_PATH));
    }
  }
}

TEST_F(BatchTest, RefusesAnotherPayloadAndThePathOfAnotherBatch) {
  const std::vector<v1::Envelope> batch = Batch(5, *service_);
  v1::Envelope altered = batch[2];
  altered.set_payload("payload 3");
  EXPECT_THAT(Verify(altered), RefusedAs(v1::REASON_BAD_BATCH_PATH));

  v1::Envelope foreign = batch[2];
  *foreign.mutable_batch()->mutable_path() = Batch(6, *service_)[2].batch().path();
  EXPECT_THAT(Verify(foreign), RefusedAs(v1::REASON_BAD_BATCH_PATH));
}

// An inner node of the tree is no message, although its hash is on every path.
TEST_F(BatchTest, RefusesAnInnerNodeAsAMessage) {
  const std::vector<Digest> inputs = Inputs(4);
  const std::vector<v1::BatchMembership> places = Must(SignBatch(inputs, *service_));
  BatchHead head = Must(BatchHead::Parse(places[0].head_payload()));
  v1::BatchMembership inner;
  inner.add_path(places[0].path(1));
  head.size = 2;
  EXPECT_THAT(CheckMembership(head, *DigestFromBytes(places[2].path(1)), inner),
              RefusedAs(v1::REASON_BAD_BATCH_PATH));
}

TEST_F(BatchTest, RefusesAHeadThatIsAltered) {
  const v1::Envelope good = Batch(3, *service_)[1];
  const std::string head = good.batch().head_payload();
  for (size_t i = 0; i < head.size(); ++i) {
    v1::Envelope altered = good;
    (*altered.mutable_batch()->mutable_head_payload())[i] ^= 1;
    EXPECT_THAT(Verify(altered), RefusedAs(v1::REASON_BAD_SIGNATURE)) << "byte " << i;
  }
  for (size_t i = 0; i < good.batch().head_signatures(0).value().size(); ++i) {
    v1::Envelope altered = good;
    (*altered.mutable_batch()->mutable_head_signatures(0)->mutable_value())[i] ^= 1;
    EXPECT_THAT(Verify(altered), RefusedAs(v1::REASON_BAD_SIGNATURE)) << "byte " << i;
  }
}

TEST_F(BatchTest, RefusesASignedHeadOfAnotherForm) {
  const v1::Envelope good = Batch(1, *service_)[0];
  const std::string author = "author " + world_.vn_service.ToString() + "\n";
  const std::string root =
      "root " + Base64Encode(AsView(Must(BatchHead::Parse(good.batch().head_payload())).root)) +
      "\n";
  const std::string first = "gatepost-batch/v1\n";
  ASSERT_THAT(Verify(WithHead(good, first + author + "size 1\n" + root, *service_)), IsOk());
  for (const std::string& head : std::vector<std::string>{
           "",
           "\n",
           first,
           first + author + "size 0\n" + root,
           first + author + "size 4097\n" + root,
           first + author + "size 99999999999999999999\n" + root,
           first + author + "size -1\n" + root,
           first + author + "size 01\n" + root,
           first + author + "size +1\n" + root,
           first + author + "size 1 \n" + root,
           first + author + "size \n" + root,
           first + author + "size 1\n",
           first + author + "size 1\n" + root.substr(0, root.size() - 1),
           first + author + "size 1\n" + root + "\n",
           first + author + "size 1\n" + root + "more 1\n",
           first + author + "size 1\r\n" + root,
           first + "size 1\n" + author + root,
           first + author + "size 1\nroot AAAA\n",
           first + author + "size 1\nroot\n",
           "gatepost-batch/v2\n" + author + "size 1\n" + root,
       }) {
    EXPECT_THAT(Verify(WithHead(good, head, *service_)), RefusedAs(v1::REASON_BAD_BATCH_PATH))
        << head;
  }
  EXPECT_THAT(Verify(WithHead(good, first + "author nobody\nsize 1\n" + root, *service_)),
              RefusedAs(v1::REASON_BAD_SPIFFE_ID));
}

TEST_F(BatchTest, RefusesAHeadThatItsAuthorDidNotSign) {
  const std::unique_ptr<Signer> other =
      NewSigner(Id("spiffe://langson.practice.example/agency/board/service/other"));
  const v1::Envelope good = Batch(2, *service_)[0];
  EXPECT_THAT(Verify(WithHead(good, good.batch().head_payload(), *other)),
              RefusedAs(v1::REASON_AUTHOR_NOT_SIGNER));
}

TEST_F(BatchTest, RefusesAMessageOfAnotherAuthor) {
  const VerifiedEnvelope verified = Must(Verify(Batch(2, *service_)[0]));
  EXPECT_THAT(CheckAuthor(verified, world_.vn_service), IsOk());
  EXPECT_THAT(CheckAuthor(verified, world_.vn_officer), RefusedAs(v1::REASON_BAD_BATCH_PATH));
}

TEST_F(BatchTest, PersonsSignNoBatches) {
  const std::unique_ptr<Signer> officer = NewSigner(world_.vn_officer);
  EXPECT_THAT(SignBatch(Inputs(2), *officer), RefusedAs(v1::REASON_NOT_ALLOWED));
  // Made by a program that does not ask.
  const v1::Envelope good = Batch(1, *service_)[0];
  BatchHead head = Must(BatchHead::Parse(good.batch().head_payload()));
  head.author = world_.vn_officer;
  EXPECT_THAT(Verify(WithHead(good, head.ToPayload(), *officer)),
              RefusedAs(v1::REASON_NOT_ALLOWED));
}

TEST_F(BatchTest, AMessageSignatureIsNoHeadSignatureAndTheOtherWayRound) {
  // The signature of a head, shown as the signature of a message with the same bytes.
  const v1::Envelope batched = Batch(1, *service_)[0];
  v1::Envelope message;
  message.set_payload_type(std::string(kMessagePayloadType));
  message.set_payload(batched.batch().head_payload());
  *message.add_signatures() = batched.batch().head_signatures(0);
  EXPECT_THAT(Verify(message), RefusedAs(v1::REASON_BAD_SIGNATURE));

  v1::Envelope reversed = batched;
  *reversed.mutable_batch()->mutable_head_signatures(0) =
      Must(SignPayload(kMessagePayloadType, batched.batch().head_payload(), *service_));
  EXPECT_THAT(Verify(reversed), RefusedAs(v1::REASON_BAD_SIGNATURE));
}

TEST_F(BatchTest, ARememberedHeadStillExpiresAndCanBeForgotten) {
  const absl::Time end = world_.now + absl::Hours(1);
  const std::unique_ptr<Signer> brief = NewSigner(
      Id("spiffe://langson.practice.example/agency/board/service/brief"), {.not_after = end});
  const std::vector<v1::Envelope> batch = Batch(3, *brief);
  EXPECT_THAT(Verify(batch[0]), IsOk());
  EXPECT_THAT(Verify(batch[1]), IsOk());
  EXPECT_EQ(held_.asked(), 1);
  EXPECT_THAT(verifier_.Verify(batch[2], held_, end), RefusedAs(v1::REASON_CERTIFICATE_EXPIRED));

  // With another trust nothing of it is remembered.
  EXPECT_THAT(Verify(batch[2]), IsOk());
  trust_.Publish(LiveTrust(world_.trust).Current());
  held_.Clear();
  EXPECT_THAT(Verify(batch[0]), RefusedAs(v1::REASON_CERTIFICATE_NOT_HELD));
}

TEST_F(BatchTest, ForgottenHeadsAreVerifiedAgain) {
  // Three batches through a memory of two heads, twice.
  for (int round = 0; round < 2; ++round) {
    for (int count : {2, 3, 4}) {
      EXPECT_THAT(Verify(Batch(count, *service_)[1]), IsOk());
    }
  }
}

}  // namespace
}  // namespace gatepost::certs
