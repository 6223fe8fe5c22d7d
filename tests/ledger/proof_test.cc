#include "daemon/ledger/proof.h"

#include <gtest/gtest.h>

#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "tests/ledger/known_answers.h"

namespace gatepost::ledger {
namespace {

std::string LeafFive() { return known::Unhex(known::kLeaves[5].input_hex); }

v1::Reason ReasonOf(const absl::StatusOr<VerifiedProof>& result) {
  return system::ReasonOf(result.status());
}

TEST(TlogProofTest, KnownProofFileIsMadeByteForByte) {
  CompactRange range;
  std::vector<Digest> nodes;
  for (const known::KnownLeaf& leaf : known::kLeaves) {
    range.Append(LeafHash(known::Unhex(leaf.input_hex)), &nodes);
  }
  const Checkpoint head{"a.example/audit", range.size(), range.Root()};
  TlogProof proof;
  proof.index = 5;
  proof.path = InclusionProof(5, 8, FlatNodeReader(nodes)).value();
  proof.checkpoint =
      SignCheckpoint(head, known::LogSigner()).value() +
      Cosign(head.Body(), known::WitnessSigner(), absl::FromUnixSeconds(1700000000)).value();
  const std::string text = proof.Format();
  EXPECT_EQ(text, known::ProofText());
  EXPECT_EQ(text.size(), 471u);
  EXPECT_EQ(certs::ToHex(certs::Sha256Of(text)),
            "1b2d9991e0312ea15ce01a37e2b327cafd43792af553f00a7302df4277e2c5fc");
}

TEST(TlogProofTest, KnownProofVerifies) {
  absl::StatusOr<VerifiedProof> verified = VerifyProofText(
      LeafFive(), known::ProofText(), known::LogKey(), std::vector{known::WitnessKey()});
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->index, 5u);
  EXPECT_EQ(certs::ToHex(verified->leaf_hash), known::kLeaves[5].leaf_hash_hex);
  EXPECT_EQ(verified->head.checkpoint.size, 8u);
  EXPECT_EQ(verified->head.cosignatures.size(), 1u);
}

TEST(TlogProofTest, ParseAndFormatAreInverse) {
  TlogProof proof = TlogProof::Parse(known::ProofText()).value();
  EXPECT_EQ(proof.index, 5u);
  EXPECT_EQ(proof.path.size(), 3u);
  EXPECT_FALSE(proof.extra.has_value());
  EXPECT_EQ(proof.checkpoint, known::CosignedCheckpoint());
  EXPECT_EQ(proof.Format(), known::ProofText());
  for (const char* extra : {"", "anything"}) {
    proof.extra = extra;
    EXPECT_EQ(TlogProof::Parse(proof.Format()).value(), proof);
  }
}

TEST(TlogProofTest, ProofOfALogOfOneLeafHasNoPath) {
  const Checkpoint head{"a.example/audit", 1, LeafHash("only")};
  TlogProof proof;
  proof.checkpoint = SignCheckpoint(head, known::LogSigner()).value();
  EXPECT_TRUE(VerifyProofText("only", proof.Format(), known::LogKey()).ok());
  EXPECT_FALSE(VerifyProofText("other", proof.Format(), known::LogKey()).ok());
}

TEST(TlogProofTest, WrongLeafIndexOrKeyIsRefused) {
  TlogProof proof = TlogProof::Parse(known::ProofText()).value();
  EXPECT_EQ(ReasonOf(VerifyProof(LeafFive() + "x", proof, known::LogKey())),
            v1::REASON_EVIDENCE_INVALID);
  EXPECT_EQ(ReasonOf(VerifyProof(LeafFive(), proof, known::WitnessKey())),
            v1::REASON_BAD_HEAD_SIGNATURE);
  for (proof.index = 0; proof.index < 10; ++proof.index) {
    EXPECT_EQ(VerifyProof(LeafFive(), proof, known::LogKey()).ok(), proof.index == 5);
  }
}

// Turns each bit of the whole file. What must never happen is that it verifies as something else;
// the witness is known here, so its line is covered too.
TEST(TlogProofTest, AnyBitTurnedIsRefused) {
  const std::string text = known::ProofText();
  const std::vector<VerifierKey> witnesses = {known::WitnessKey()};
  const size_t witness_line = text.size() - std::string_view(known::kWitnessLine).size();
  for (size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string changed = text;
    changed[bit / 8] ^= static_cast<char>(1 << bit % 8);
    absl::StatusOr<VerifiedProof> verified =
        VerifyProofText(LeafFive(), changed, known::LogKey(), witnesses);
    if (!verified.ok()) continue;
    // A witness line of another name or key id is a stranger's: ignored, not counted.
    EXPECT_GE(bit / 8, witness_line) << bit;
    EXPECT_TRUE(verified->head.cosignatures.empty()) << bit;
  }
}

TEST(TlogProofTest, EveryTruncationIsRefused) {
  const std::string text = known::ProofText();
  const std::vector<VerifierKey> witnesses = {known::WitnessKey()};
  const size_t without_witness = text.size() - std::string_view(known::kWitnessLine).size();
  for (size_t size = 0; size < text.size(); ++size) {
    absl::StatusOr<VerifiedProof> verified = VerifyProofText(
        LeafFive(), std::string_view(text).substr(0, size), known::LogKey(), witnesses);
    EXPECT_EQ(verified.ok(), size == without_witness) << size;
  }
}

TEST(TlogProofTest, MalformedProofsAreRefused) {
  const std::string first = "c2sp.org/tlog-proof@v1\n";
  const std::string hash = "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\n";
  std::string endless = first + "index 5\n";
  for (int i = 0; i < 64; ++i) endless += hash;
  for (const std::string& text : {
           std::string(),
           first,
           std::string("c2sp.org/tlog-proof@v2\nindex 5\n\nx\n"),
           first + "index 5\n",
           first + "index 5\n\n",
           first + "index 05\n\nx\n",
           first + "index -1\n\nx\n",
           first + "index\n\nx\n",
           first + "Index 5\n\nx\n",
           first + "index 5 \n\nx\n",
           first + "index 5\r\n\nx\n",
           first + "extra ?\nindex 5\n\nx\n",
           first + "extra\nindex 5\n\nx\n",
           first + "index 5\nextra eA==\n\nx\n",
           first + "extra eA==\nextra eA==\nindex 5\n\nx\n",
           first + "index 5\nvBoG\n\nx\n",
           first + "index 5\n" + hash,
           first + "index 5\n " + hash + "\nx\n",
           first + "index 9223372036854775808\n\nx\n",
           endless + "\nx\n",
       }) {
    EXPECT_EQ(system::ReasonOf(TlogProof::Parse(text).status()), v1::REASON_EVIDENCE_INVALID)
        << text;
  }
}

}  // namespace
}  // namespace gatepost::ledger
