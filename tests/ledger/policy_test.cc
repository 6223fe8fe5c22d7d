#include "daemon/ledger/policy.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "daemon/ledger/cosignature.h"
#include "daemon/system/reason.h"
#include "tests/ledger/known_answers.h"

namespace gatepost::ledger {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1700000000);

std::string Seed(int number) { return fmt::format("{:064x}", number + 1); }

Ed25519NoteSigner WitnessNumber(int number) {
  return known::Signer(fmt::format("w{}.example/witness", number), kEd25519CosignatureType,
                       Seed(number));
}

std::string WitnessLine(int number) {
  return fmt::format("witness w{} {}\n", number,
                     VerifierOf(WitnessNumber(number)).value().Format());
}

// A known log and six witnesses in two groups, as the example of the specification has them.
std::string Example() {
  std::string text = fmt::format("log {}\n", known::kLogVkey);
  for (int number = 0; number < 6; ++number) text += WitnessLine(number);
  return text + "group x 2 w0 w1 w2\ngroup y any w3 w4 w5\ngroup x-and-y all x y\nquorum x-and-y\n";
}

std::string CosignedBy(const std::vector<int>& numbers) {
  std::string note = std::string(known::kCheckpointBody) + "\n" + known::kLogLine;
  for (const int number : numbers) {
    note += Cosign(known::kCheckpointBody, WitnessNumber(number), kNow).value();
  }
  return note;
}

TEST(PolicyTest, FileComesBackAsItWas) {
  const Policy policy = Policy::Parse(Example()).value();
  EXPECT_EQ(policy.Format(), Example());
  EXPECT_EQ(Policy::Parse(policy.Format()).value(), policy);
  EXPECT_EQ(policy.logs().size(), 1u);
  EXPECT_EQ(policy.witnesses().size(), 6u);
  EXPECT_EQ(policy.groups().back().threshold, 2u);
  EXPECT_EQ(policy.quorum(), "x-and-y");
}

TEST(PolicyTest, CommentsBlanksAndUrlsAreRead) {
  const Policy policy =
      Policy::Parse(fmt::format("# \xe5\x8f\xa3\xe5\xb2\xb8\n\n \t\n\t# more\n  log\t{}  "
                                "https://a.example/log \nwitness # {}\turn:x\n quorum\t#\t\n",
                                known::kLogVkey, known::kWitnessVkey))
          .value();
  EXPECT_EQ(policy.logs().at(0).url, "https://a.example/log");
  EXPECT_EQ(policy.witnesses().at(0).name, "#");
  EXPECT_EQ(policy.witnesses().at(0).url, "urn:x");
  EXPECT_EQ(policy.quorum(), "#");
}

// All 64 sets of witnesses, each signing twice.
TEST(PolicyTest, QuorumCountsWitnessesAsItsGroupsSay) {
  const Policy policy = Policy::Parse(Example()).value();
  for (int set = 0; set < 64; ++set) {
    std::vector<int> numbers;
    int of_x = 0, of_y = 0;
    for (int number = 0; number < 6; ++number) {
      if ((set >> number & 1) == 0) continue;
      numbers.insert(numbers.end(), {number, number});
      (number < 3 ? of_x : of_y) += 1;
    }
    const absl::StatusOr<OpenedCheckpoint> opened = policy.Open(CosignedBy(numbers));
    EXPECT_EQ(opened.ok(), of_x >= 2 && of_y >= 1) << set;
    if (!opened.ok()) {
      EXPECT_EQ(system::ReasonOf(opened.status()), v1::REASON_EVIDENCE_INCOMPLETE);
    }
  }
}

TEST(PolicyTest, OneWitnessOrNoneCanBeTheQuorum) {
  const std::string names = fmt::format("log {}\n{}", known::kLogVkey, WitnessLine(0));
  EXPECT_TRUE(Policy::Parse(names + "quorum none\n").value().Open(CosignedBy({})).ok());
  const Policy one = Policy::Parse(names + "quorum w0\n").value();
  EXPECT_TRUE(one.Open(CosignedBy({0})).ok());
  EXPECT_FALSE(one.Open(CosignedBy({1})).ok());
}

TEST(PolicyTest, HeadsOfOtherLogsAndBadLinesAreRefused) {
  const Policy policy = Policy::Parse(Example()).value();
  const std::string foreign =
      SignNote("b.example/audit\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n",
               known::LogSigner("b.example/audit"))
          .value();
  EXPECT_EQ(system::ReasonOf(policy.Open(foreign).status()), v1::REASON_BAD_HEAD_SIGNATURE);
  std::string bad = CosignedBy({0, 1, 3});
  bad += SignatureLine(VerifierOf(WitnessNumber(4)).value(), std::string(72, 'x'));
  EXPECT_EQ(system::ReasonOf(policy.Open(bad).status()), v1::REASON_BAD_HEAD_SIGNATURE);
  EXPECT_FALSE(Policy().Open(CosignedBy({})).ok());
}

TEST(PolicyTest, WrongLinesAreNamed) {
  const std::string log = fmt::format("log {}\n", known::kLogVkey);
  const std::string w0 = WitnessLine(0), w1 = WitnessLine(1);
  const struct {
    std::string text;
    const char* place;
  } cases[] = {
      {"", "quorum"},
      {log, "quorum"},
      {log + "quorum none", "line 2"},
      {"quorum none\nquorum none\n", "line 2"},
      {"quorum none\r\n", "line 1"},
      {"quorum\n", "line 1"},
      {"quorum none none\n", "line 1"},
      {"quorum w0\n" + w0, "line 1"},
      {"Quorum none\n", "line 1"},
      {"log\nquorum none\n", "line 1"},
      {"log x\nquorum none\n", "line 1"},
      {log + log + "quorum none\n", "line 2"},
      {fmt::format("log {} u v\nquorum none\n", known::kLogVkey), "line 1"},
      {fmt::format("log {}\nquorum none\n", known::kWitnessVkey), "line 1"},
      {fmt::format("witness a {}\nquorum none\n", known::kLogVkey), "line 1"},
      {fmt::format("witness none {}\nquorum none\n", known::kWitnessVkey), "line 1"},
      {fmt::format("witness {}\nquorum none\n", known::kWitnessVkey), "line 1"},
      {w0 + w0 + "quorum none\n", "line 2"},
      // Another name over the same public key.
      {fmt::format("witness a {}\nwitness b {}\nquorum none\n", known::kWitnessVkey,
                   VerifierOf(known::Signer("c.example/witness", kEd25519CosignatureType,
                                            known::kWitnessSeedHex))
                       .value()
                       .Format()),
       "line 2"},
      {w0 + "group w0 all w0\nquorum none\n", "line 2"},
      {w0 + "group g all\nquorum none\n", "line 2"},
      {w0 + "group g all w1\n" + w1 + "quorum none\n", "line 2"},
      {w0 + "group g all g\nquorum none\n", "line 2"},
      {w0 + "group g all none\nquorum none\n", "line 2"},
      {w0 + "group g all w0 w0\nquorum none\n", "line 2"},
      {w0 + "group g all w0\ngroup h all w0\nquorum none\n", "line 3"},
      {w0 + "group g 0 w0\nquorum none\n", "line 2"},
      {w0 + "group g 2 w0\nquorum none\n", "line 2"},
      {w0 + "group g 01 w0\nquorum none\n", "line 2"},
      {w0 + "group g some w0\nquorum none\n", "line 2"},
      {log + std::string("# \x01\nquorum none\n"), "line 2"},
      {log + std::string("# \x7f\nquorum none\n"), "line 2"},
      {log + std::string("# a\0b\nquorum none\n", 19), "line 2"},
  };
  for (const auto& [text, place] : cases) {
    const absl::Status status = Policy::Parse(text).status();
    EXPECT_EQ(system::ReasonOf(status), v1::REASON_BAD_CONFIG) << text;
    EXPECT_NE(std::string(status.message()).find(place), std::string::npos) << text << status;
  }
}

}  // namespace
}  // namespace gatepost::ledger
