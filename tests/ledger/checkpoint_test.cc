#include "daemon/ledger/checkpoint.h"

#include <gtest/gtest.h>

#include "daemon/system/reason.h"
#include "tests/ledger/known_answers.h"

namespace gatepost::ledger {
namespace {

const absl::Time kCosigned = absl::FromUnixSeconds(1700000000);

Checkpoint KnownHead() { return {"a.example/audit", 8, known::Hash(known::kRoots[8])}; }

std::string LogSigned() { return std::string(known::kCheckpointBody) + "\n" + known::kLogLine; }

template <typename T>
v1::Reason ReasonOf(const absl::StatusOr<T>& result) {
  return system::ReasonOf(result.status());
}

TEST(CheckpointTest, NamesFollowTheNode) {
  EXPECT_EQ(LogKeyName("vn-langson"), "vn-langson/audit");
  EXPECT_EQ(WitnessKeyName("vn-langson"), "vn-langson/witness");
  EXPECT_EQ(LogOrigin("vn-langson", 3), "vn-langson/audit/3");
}

TEST(CheckpointTest, SignedHeadHasTheKnownBytes) {
  EXPECT_EQ(KnownHead().Body(), known::kCheckpointBody);
  absl::StatusOr<std::string> note = SignCheckpoint(KnownHead(), known::LogSigner());
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_EQ(*note, LogSigned());
}

TEST(CheckpointTest, CosignatureHasTheKnownBytes) {
  absl::StatusOr<std::string> line =
      Cosign(known::kCheckpointBody, known::WitnessSigner(), kCosigned + absl::Milliseconds(999));
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(*line, known::kWitnessLine);
  EXPECT_EQ(LogSigned() + *line, known::CosignedCheckpoint());
  EXPECT_EQ(CosignatureMessage(known::kCheckpointBody, kCosigned),
            std::string("cosignature/v1\ntime 1700000000\n") + known::kCheckpointBody);
}

TEST(CheckpointTest, CosignedHeadOpensWithItsTime) {
  absl::StatusOr<OpenedCheckpoint> opened = OpenCheckpoint(
      known::CosignedCheckpoint(), known::LogKey(), std::vector{known::WitnessKey()});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->checkpoint, KnownHead());
  EXPECT_EQ(opened->body, known::kCheckpointBody);
  ASSERT_EQ(opened->cosignatures.size(), 1u);
  EXPECT_EQ(opened->cosignatures[0].witness, known::WitnessKey());
  EXPECT_EQ(opened->cosignatures[0].time, kCosigned);
}

TEST(CheckpointTest, CosignaturesOfStrangersAreIgnored) {
  absl::StatusOr<OpenedCheckpoint> opened =
      OpenCheckpoint(known::CosignedCheckpoint(), known::LogKey());
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_TRUE(opened->cosignatures.empty());
}

TEST(CheckpointTest, CosignatureAloneDoesNotReplaceTheLogsSignature) {
  const std::string note = std::string(known::kCheckpointBody) + "\n" + known::kWitnessLine;
  EXPECT_EQ(ReasonOf(OpenCheckpoint(note, known::LogKey(), std::vector{known::WitnessKey()})),
            v1::REASON_BAD_HEAD_SIGNATURE);
  // Nor does a cosignature by the log's own key.
  const Ed25519NoteSigner own =
      known::Signer("a.example/audit", kEd25519CosignatureType, known::kLogSeedHex);
  const std::string self = std::string(known::kCheckpointBody) + "\n" +
                           Cosign(known::kCheckpointBody, own, kCosigned).value();
  EXPECT_EQ(ReasonOf(OpenCheckpoint(self, known::LogKey())), v1::REASON_BAD_HEAD_SIGNATURE);
  EXPECT_EQ(ReasonOf(OpenCheckpoint(self, VerifierOf(own).value())), v1::REASON_BAD_HEAD_SIGNATURE);
}

// Turns each bit of the cosignature's time and signature.
TEST(CheckpointTest, AnyChangeOfACosignatureIsRefused) {
  const std::string key = known::WitnessKey().public_key();
  const NoteSignature line =
      OpenNote(known::CosignedCheckpoint(), std::vector{known::LogKey()}).value().unknown.at(0);
  ASSERT_EQ(line.payload.size(), 72u);
  ASSERT_EQ(VerifyCosignature(key, known::kCheckpointBody, line.payload).value(), kCosigned);
  EXPECT_EQ(CosignatureTime(line.payload), kCosigned);
  for (size_t bit = 0; bit < 8 * line.payload.size(); ++bit) {
    std::string payload = line.payload;
    payload[bit / 8] ^= static_cast<char>(1 << bit % 8);
    EXPECT_EQ(ReasonOf(VerifyCosignature(key, known::kCheckpointBody, payload)),
              v1::REASON_BAD_HEAD_SIGNATURE);
  }
  EXPECT_FALSE(VerifyCosignature(key, known::kCheckpointBody, line.payload + "x").ok());
  EXPECT_FALSE(VerifyCosignature(key, known::kCheckpointBody, line.payload.substr(1)).ok());
  EXPECT_FALSE(VerifyCosignature(key, known::kCheckpointBody, "").ok());
  EXPECT_FALSE(VerifyCosignature(key, "another body\n", line.payload).ok());
}

// Signs what a careless reader would make of a time of 2^63, in both readings.
TEST(CheckpointTest, CosignatureTimesAreBelowTwoToThe63) {
  const Ed25519NoteSigner witness = known::WitnessSigner();
  for (const char* seconds : {"9223372036854775808", "-9223372036854775808"}) {
    const std::string signature =
        witness.Sign(std::string("cosignature/v1\ntime ") + seconds + "\n" + known::kCheckpointBody)
            .value();
    EXPECT_EQ(ReasonOf(VerifyCosignature(witness.public_key(), known::kCheckpointBody,
                                         std::string("\x80\0\0\0\0\0\0\0", 8) + signature)),
              v1::REASON_BAD_HEAD_SIGNATURE);
  }
}

TEST(CheckpointTest, WrongKindsOfKeyCannotSign) {
  const Ed25519NoteSigner log = known::LogSigner(), witness = known::WitnessSigner();
  EXPECT_EQ(ReasonOf(Cosign(known::kCheckpointBody, log, kCosigned)), v1::REASON_BAD_ARGUMENT);
  EXPECT_EQ(ReasonOf(Cosign(known::kCheckpointBody, witness, absl::FromUnixSeconds(-1))),
            v1::REASON_BAD_ARGUMENT);
  EXPECT_EQ(ReasonOf(SignCheckpoint(KnownHead(), witness)), v1::REASON_BAD_ARGUMENT);
}

TEST(CheckpointTest, KeySpeaksForItsOwnNameAndEpochsOnly) {
  const Ed25519NoteSigner log = known::LogSigner();
  for (const char* origin : {"a.example/audit", "a.example/audit/1", "a.example/audit/27"}) {
    Checkpoint head = KnownHead();
    head.origin = origin;
    const std::string note = SignCheckpoint(head, log).value();
    EXPECT_EQ(OpenCheckpoint(note, known::LogKey()).value().checkpoint, head);
  }
  for (const char* origin : {"b.example/audit", "a.example/audit/", "a.example/audit/x",
                             "a.example/audit/01", "a.example/audit2", "a.example"}) {
    Checkpoint head = KnownHead();
    head.origin = origin;
    EXPECT_EQ(ReasonOf(SignCheckpoint(head, log)), v1::REASON_BAD_ARGUMENT) << origin;
    // And who signs it all the same is not believed.
    const std::string note = SignNote(head.Body(), log).value();
    EXPECT_EQ(ReasonOf(OpenCheckpoint(note, known::LogKey())), v1::REASON_BAD_HEAD_SIGNATURE)
        << origin;
  }
}

TEST(CheckpointTest, BodiesHaveOneSpelling) {
  const std::string root = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=";
  EXPECT_TRUE(Checkpoint::ParseBody("o\n0\n" + root + "\n").ok());
  for (const std::string& body : {
           std::string(),
           std::string("o\n"),
           std::string("o\n8\n"),
           "o\n8\n" + root,
           "\n8\n" + root + "\n",  // No origin.
           "o\n08\n" + root + "\n",
           "o\n+8\n" + root + "\n",
           "o\n-8\n" + root + "\n",
           "o\n\n" + root + "\n",
           "o\n8 \n" + root + "\n",
           "o\n9223372036854775808\n" + root + "\n",  // 2^63.
           "o\n8\n" + root.substr(0, 43) + "\n",      // No padding.
           "o\n8\n" + root.substr(0, 42) + "h=\n",    // Unused bits set.
           std::string("o\n8\nXcna\n"),
           "o\n8\n" + root + "\nextension\n",
           "o\n8\n" + root + "\n\n",
       }) {
    EXPECT_EQ(ReasonOf(Checkpoint::ParseBody(body)), v1::REASON_EVIDENCE_INVALID) << body;
  }
}

TEST(CheckpointTest, MalformedBodyUnderAGoodSignatureIsRefused) {
  const std::string note = SignNote("a.example/audit\nmany\n", known::LogSigner()).value();
  EXPECT_EQ(ReasonOf(OpenCheckpoint(note, known::LogKey())), v1::REASON_EVIDENCE_INVALID);
}

}  // namespace
}  // namespace gatepost::ledger
