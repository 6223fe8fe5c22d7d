#include "daemon/ledger/witness.h"

#include <gtest/gtest.h>

#include "daemon/ledger/cosignature.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "tests/ledger/known_answers.h"

namespace gatepost::ledger {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1700000000);
constexpr char kOrigin[] = "a.example/audit";

// The known log of eight leaves as it asks the known witness.
class WitnessTest : public ::testing::Test {
 protected:
  WitnessTest() {
    CompactRange range;
    for (const known::KnownLeaf& leaf : known::kLeaves) {
      range.Append(LeafHash(known::Unhex(leaf.input_hex)), &nodes_);
    }
  }

  static Checkpoint HeadAt(uint64_t size) {
    return {kOrigin, size, known::Hash(known::kRoots[size])};
  }
  static std::string Signed(const Checkpoint& head) {
    return SignNote(head.Body(), known::LogSigner()).value();
  }
  static std::optional<WitnessedHead> Known(uint64_t size) {
    return WitnessedHead{size, known::Hash(known::kRoots[size])};
  }
  AddCheckpoint Ask(uint64_t old_size, uint64_t size) const {
    return {old_size, ConsistencyProof(old_size, size, FlatNodeReader(nodes_)).value(),
            Signed(HeadAt(size))};
  }
  static WitnessAnswer Judge(const std::string& body, const std::optional<WitnessedHead>& known) {
    return JudgeAddCheckpoint(body, kOrigin, known::LogKey(), known, known::WitnessSigner(), kNow)
        .value();
  }
  static WitnessAnswer Judge(const AddCheckpoint& asked,
                             const std::optional<WitnessedHead>& known) {
    return Judge(asked.Format(), known);
  }
  static void ExpectNothingKept(const WitnessAnswer& answer) {
    EXPECT_FALSE(answer.contradicts);
    EXPECT_EQ(answer.note, "");
    EXPECT_FALSE(answer.why.ok());
  }

  std::vector<Digest> nodes_;
};

TEST_F(WitnessTest, QuestionHasTheSpecifiedBytes) {
  AddCheckpoint asked = Ask(6, 8);
  const std::string text = asked.Format();
  EXPECT_TRUE(text.starts_with("old 6\n"));
  EXPECT_EQ(asked.proof.size(), 3u);
  EXPECT_EQ(text.size(), 6 + 3 * 45 + 1 + asked.checkpoint.size());
  EXPECT_EQ(AddCheckpoint::Parse(text).value(), asked);
  asked.proof.clear();
  EXPECT_EQ(asked.Format(), "old 6\n\n" + asked.checkpoint);
}

TEST_F(WitnessTest, FirstHeadIsCosignedWithTheKnownBytes) {
  const WitnessAnswer answer = Judge(Ask(0, 8), std::nullopt);
  EXPECT_EQ(answer.status, WitnessStatus::kCosigned);
  EXPECT_EQ(answer.body, known::kWitnessLine);
  EXPECT_EQ(answer.note, known::CosignedCheckpoint());
  EXPECT_EQ(answer.head, *Known(8));
  EXPECT_FALSE(answer.contradicts);
}

TEST_F(WitnessTest, EveryLaterHeadThatContinuesTheLastOneIsCosigned) {
  for (uint64_t old_size = 0; old_size <= 8; ++old_size) {
    for (uint64_t size = old_size; size <= 8; ++size) {
      const WitnessAnswer answer = Judge(Ask(old_size, size), Known(old_size));
      EXPECT_EQ(answer.status, WitnessStatus::kCosigned) << old_size << " to " << size;
      EXPECT_EQ(answer.head.size, size);
      EXPECT_TRUE(
          OpenCheckpoint(answer.note, known::LogKey(), std::vector{known::WitnessKey()}).ok());
    }
  }
}

TEST_F(WitnessTest, UnknownOriginIsNotFound) {
  AddCheckpoint asked = Ask(0, 8);
  Checkpoint other = HeadAt(8);
  other.origin = "a.example/audit/2";
  asked.checkpoint = Signed(other);
  const WitnessAnswer answer = Judge(asked, std::nullopt);
  EXPECT_EQ(answer.status, WitnessStatus::kUnknownOrigin);
  ExpectNothingKept(answer);
}

TEST_F(WitnessTest, HeadWithoutAGoodSignatureOfTheLogIsForbidden) {
  AddCheckpoint asked = Ask(0, 8);
  asked.checkpoint = HeadAt(8).Body() + "\n" + known::kWitnessLine;
  EXPECT_EQ(Judge(asked, std::nullopt).status, WitnessStatus::kUntrusted);
  // The key is the log's, the signature is of another head.
  asked.checkpoint = HeadAt(7).Body() + "\n" + known::kLogLine;
  const WitnessAnswer answer = Judge(asked, std::nullopt);
  EXPECT_EQ(answer.status, WitnessStatus::kUntrusted);
  ExpectNothingKept(answer);
}

TEST_F(WitnessTest, MalformedQuestionsAreBadRequests) {
  const std::string head = Signed(HeadAt(8));
  std::string long_proof = "old 1\n";
  for (int i = 0; i < 64; ++i) long_proof += "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n";
  std::string many_lines = "old 0\n\n" + head;
  for (int i = 0; i < 99; ++i) {
    many_lines += SignatureLine(
        VerifierKey::Create("w" + std::to_string(i), kEd25519CosignatureType, std::string(32, 'k'))
            .value(),
        std::string(72, 's'));
  }
  for (const std::string& body : {
           std::string(), std::string("old 0\n"), "old 0\n" + head, "old\n\n" + head,
           "old 00\n\n" + head, "old -1\n\n" + head, "old 9223372036854775808\n\n" + head,
           "old 0 \n\n" + head, "OLD 0\n\n" + head, std::string("old 0\n\n"),
           "old 0\nXcna\n\n" + head, "old 0\r\n\r\n" + head, long_proof + "\n" + head,
           "old 9\n\n" + head,  // Above the head's size.
           std::string("old 0\n\na.example/audit\n8\n"),
           "old 0\n\n" + SignNote("a.example/audit\nmany\n", known::LogSigner()).value(),
           "old 0\n\n" + SignNote(HeadAt(8).Body() + "extension\n", known::LogSigner()).value(),
           many_lines,  // There is no room for one more.
       }) {
    const WitnessAnswer answer = Judge(body, std::nullopt);
    EXPECT_EQ(answer.status, WitnessStatus::kMalformed) << body;
    EXPECT_EQ(answer.body, "");
    ExpectNothingKept(answer);
  }
}

TEST_F(WitnessTest, AnotherOldSizeIsAConflictThatTellsTheKnownOne) {
  for (const uint64_t known_size : {0, 3, 8}) {
    for (const uint64_t old_size : {0, 2, 5}) {
      if (known_size == old_size) continue;
      const WitnessAnswer answer = Judge(Ask(old_size, 8), Known(known_size));
      EXPECT_EQ(answer.status, WitnessStatus::kConflict);
      EXPECT_EQ(answer.body, std::to_string(known_size) + "\n");
      ExpectNothingKept(answer);
    }
  }
  EXPECT_EQ(Judge(Ask(2, 8), std::nullopt).body, "0\n");
}

// The log signs two trees; the witness knows one of them.
TEST_F(WitnessTest, SignedHeadsThatContradictAreKeptAsProof) {
  Checkpoint other = HeadAt(8);
  other.root = known::Hash(known::kRoots[7]);
  AddCheckpoint same_size{8, {}, Signed(other)};
  AddCheckpoint later = Ask(5, 8);
  later.checkpoint = Signed(other);
  AddCheckpoint empty{0, {}, Signed({kOrigin, 0, known::Hash(known::kRoots[1])})};
  for (const auto& [asked, known] :
       {std::pair(same_size, Known(8)), {later, Known(5)}, {empty, Known(0)}}) {
    const WitnessAnswer answer = Judge(asked, known);
    EXPECT_EQ(answer.status, WitnessStatus::kInconsistent);
    EXPECT_TRUE(answer.contradicts);
    EXPECT_EQ(answer.note, asked.checkpoint);
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(system::ReasonOf(answer.why), v1::REASON_EVIDENCE_INVALID);
  }
  EXPECT_EQ(Judge(empty, std::nullopt).status, WitnessStatus::kInconsistent);
}

// Turns one bit of each hash, drops each, and adds one.
TEST_F(WitnessTest, NoOtherProofIsAccepted) {
  const AddCheckpoint good = Ask(6, 8);
  for (size_t at = 0; at < good.proof.size(); ++at) {
    AddCheckpoint asked = good;
    asked.proof[at][at] ^= 1;
    EXPECT_EQ(Judge(asked, Known(6)).status, WitnessStatus::kInconsistent);
    asked = good;
    asked.proof.erase(asked.proof.begin() + static_cast<std::ptrdiff_t>(at));
    EXPECT_EQ(Judge(asked, Known(6)).status, WitnessStatus::kInconsistent);
  }
  AddCheckpoint asked = Ask(8, 8);
  asked.proof.push_back(known::Hash(known::kRoots[1]));
  EXPECT_EQ(Judge(asked, Known(8)).status, WitnessStatus::kInconsistent);
}

TEST_F(WitnessTest, ProofFromNothingMustBeEmptyAndAccusesNobody) {
  AddCheckpoint asked = Ask(0, 8);
  asked.proof.push_back(known::Hash(known::kRoots[1]));
  const WitnessAnswer answer = Judge(asked, std::nullopt);
  EXPECT_EQ(answer.status, WitnessStatus::kInconsistent);
  ExpectNothingKept(answer);
}

TEST_F(WitnessTest, LogReadsItsCosignatureOutOfTheAnswer) {
  const Ed25519NoteSigner stranger =
      known::Signer("c.example/witness", kEd25519CosignatureType, known::kLogSeedHex);
  const std::string theirs = Cosign(known::kCheckpointBody, stranger, kNow).value();
  const std::string later =
      Cosign(known::kCheckpointBody, known::WitnessSigner(), kNow + absl::Hours(1)).value();
  const absl::StatusOr<CosignatureLine> line = ParseCosignatureLines(
      theirs + later + known::kWitnessLine, known::WitnessKey(), known::kCheckpointBody);
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->line, later);
  EXPECT_EQ(line->time, kNow + absl::Hours(1));

  const std::string note = AddCosignature(known::CosignedCheckpoint(), line->line).value();
  EXPECT_EQ(note, std::string(known::kCheckpointBody) + "\n" + known::kLogLine + later);
}

TEST_F(WitnessTest, AnswersThatDoNotHoldAreRefused) {
  const auto parse = [](const std::string& answer, std::string_view body) {
    return system::ReasonOf(ParseCosignatureLines(answer, known::WitnessKey(), body).status());
  };
  const std::string good = known::kWitnessLine;
  EXPECT_EQ(parse(good, known::kCheckpointBody), v1::REASON_UNSPECIFIED);
  EXPECT_EQ(parse(good, HeadAt(7).Body()), v1::REASON_BAD_HEAD_SIGNATURE);
  EXPECT_EQ(parse(known::kLogLine, known::kCheckpointBody), v1::REASON_BAD_HEAD_SIGNATURE);
  EXPECT_EQ(parse("", known::kCheckpointBody), v1::REASON_EVIDENCE_INVALID);
  EXPECT_EQ(parse("8\n", known::kCheckpointBody), v1::REASON_EVIDENCE_INVALID);
  EXPECT_EQ(parse(good.substr(0, good.size() - 1), known::kCheckpointBody),
            v1::REASON_EVIDENCE_INVALID);
  EXPECT_NE(parse(good + "\n" + good, known::kCheckpointBody), v1::REASON_UNSPECIFIED);
  EXPECT_FALSE(AddCosignature(known::CosignedCheckpoint(), "8\n").ok());
  EXPECT_FALSE(AddCosignature("no note", good).ok());
  EXPECT_FALSE(AddCosignature(known::CosignedCheckpoint(), good + good).ok());
}

}  // namespace
}  // namespace gatepost::ledger
