#include "client/render/evidence_text.h"

#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "client/render/evidence_threads.h"
#include "client/render/evidence_words.h"
#include "daemon/system/utf8.h"
#include "tests/render/evidence_sample.h"

namespace gatepost::render {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

evidence::Verdict Small() {
  evidence::Verdict verdict = SampleVerdict();
  verdict.messages.resize(1);
  verdict.messages[0].entries.resize(1);
  return verdict;
}

TEST(EvidenceTextTest, SaysASmallVerdictWhole) {
  EXPECT_EQ(VerdictText(Small(), View()),
            R"(VALID (PEER cn-pingxiang)
Every signature, every entry and every proof holds. Every entry is fixed in time by the other node of its link.
  exported        by vn-langson at 2027-01-15 17:30:00 H (18:30:00 B)
  link agreement  58a954aaf0d73d67a85bdb506f4f442839540e47f8cc972dd2e55d518b66c39d

LS/2027/00007  proposal of VN: holiday hours, tet
  message id  0194e1a2-7c00-7000-8000-000000000001
  author      officer shift-lead-2 of board, langson.example
  scopes      LS-HN
  begins      2027-02-05 00:00 H (01:00 B)
  PAE digest  9a8fdd95dfc0c8a88450e29cb30017c0c35bc4f607694dc1ea99426a1f69ec1a
  signed by   officer shift-lead-2 of board, langson.example; ecdsa-p256-sha256, valid 2027-01-05 15:00 H (16:00 B) to 2028-01-05 15:00 H (16:00 B)
  Time                                Log         Entry  Event     Result  Who                                             Behind it
  ----------------------------------  ----------  -----  --------  ------  ----------------------------------------------  ----------------------------------------------------------------------
  2027-01-15 15:00:00 H (16:00:00 B)  vn-langson     40  ACCEPTED  OPEN    officer shift-lead-2 of board, langson.example  head 46 cosigned by cn-pingxiang at 2027-01-15 15:00:20 H (16:00:20 B)

to know:
  messages/002: in force by entry 48 of vn-langson
)");
}

TEST(EvidenceTextTest, TheFirstLineIsTheAnswer) {
  evidence::Verdict verdict;
  EXPECT_THAT(VerdictText(verdict, View()), StartsWith("INCOMPLETE\n"));
  verdict.answer = evidence::Answer::kInvalid;
  EXPECT_THAT(VerdictText(verdict, View()), StartsWith("INVALID\n"));
  verdict.answer = evidence::Answer::kValid;
  verdict.satisfies = "LOG";
  EXPECT_THAT(VerdictText(verdict, View()), StartsWith("VALID (LOG)\n"));
  verdict.satisfies = "ALL";
  verdict.peers = {"cn-pingxiang"};
  EXPECT_THAT(VerdictText(verdict, View()), StartsWith("VALID (ALL)\n"));
  verdict.satisfies = "PEER";
  verdict.practice = true;
  EXPECT_THAT(VerdictText(verdict, View()), StartsWith("PRACTICE VALID (PEER cn-pingxiang)\n"));
}

TEST(EvidenceTextTest, EveryFindingSaysWhereWhyAndWhatToDo) {
  const evidence::Verdict verdict = SampleInvalid();
  const std::string text = VerdictText(verdict, View());
  for (const evidence::Finding& finding : verdict.findings) {
    EXPECT_THAT(text, HasSubstr(finding.where));
  }
  EXPECT_THAT(text, ContainsRegex("SIGNED_AFTER_REVOCATION\n +where +messages/002/envelope.pb\n"
                                  " +wanted +a signature from before the revocation\n"
                                  " +came +revoked at 2027-01-15 14:58:20 H\n"
                                  " +what to do +ask the other side who signed it\n"));
}

TEST(EvidenceTextTest, SaysWhatIsPendingAndWhatWasRevoked) {
  const std::string text = VerdictText(SampleInvalid(), View());
  EXPECT_THAT(text, HasSubstr("pending: head 58 is signed by its own log alone"));
  EXPECT_THAT(text, HasSubstr("REVOKED 2027-01-15 14:58:20 H (15:58:20 B)"));
}

TEST(EvidenceTextTest, HostileBytesSteerNoTerminal) {
  const std::string text = VerdictText(HostileVerdict(), View());
  EXPECT_TRUE(system::IsUtf8(text));
  EXPECT_TRUE(std::ranges::none_of(text, [](char c) { return c != '\n' && c >= 0 && c < ' '; }));
}

TEST(EvidenceJsonTest, IsJsonWithTheNamesOfItsHeader) {
  google::protobuf::Struct json;
  ASSERT_TRUE(
      google::protobuf::util::JsonStringToMessage(VerdictJson(SampleInvalid()), &json).ok());
  const auto& fields = json.fields();
  EXPECT_EQ(fields.at("answer").string_value(), "INVALID");
  EXPECT_TRUE(fields.at("practice").bool_value());
  const auto& findings = fields.at("findings").list_value();
  ASSERT_EQ(findings.values_size(), 4);
  const auto& finding = findings.values(0).struct_value().fields();
  EXPECT_EQ(finding.at("reason").string_value(), "SIGNED_AFTER_REVOCATION");
  EXPECT_EQ(finding.at("todo").string_value(), "ask the other side who signed it");
  const auto& message = fields.at("messages").list_value().values(1).struct_value().fields();
  EXPECT_EQ(message.at("message").struct_value().fields().count("acceptance"), 1u);
  const auto& signature = message.at("signatures").list_value().values(0).struct_value().fields();
  EXPECT_EQ(signature.at("revokedAt").string_value(), "2027-01-15T07:58:20Z");
  const auto& entry = message.at("entries").list_value().values(1).struct_value().fields();
  EXPECT_EQ(entry.at("node").string_value(), "vn-langson");
  EXPECT_EQ(entry.at("index").number_value(), 48);
  EXPECT_THAT(entry.at("leaf").string_value(), StartsWith("gatepost-leaf/v1\nevent DELIVERED\n"));
  EXPECT_EQ(entry.at("heldBy").list_value().values_size(), 1);
}

TEST(EvidenceJsonTest, HostileBytesStayInsideTheirStrings) {
  google::protobuf::Struct json;
  const std::string text = VerdictJson(HostileVerdict());
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(text, &json).ok());
  EXPECT_EQ(std::ranges::count(text, '\n'), 1);
}

TEST(EvidenceCsvTest, HasALineForTheVerdictEachFindingAndEachEntry) {
  const std::string csv = VerdictCsv(SampleInvalid());
  EXPECT_THAT(csv, HasSubstr("\nverdict,INVALID,true,LOG,"));
  EXPECT_THAT(csv, HasSubstr("\nfinding,,,,,messages/004,EVIDENCE_INCOMPLETE,"));
  EXPECT_THAT(csv, HasSubstr("\nentry,,,,,messages/003,"));
}

TEST(EvidenceThreadsTest, MessagesThatCiteEachOtherAreOneThread) {
  const evidence::Verdict verdict = SampleVerdict();
  const std::vector<MessageList> threads = ThreadsOf(verdict);
  ASSERT_EQ(threads.size(), 2u);
  EXPECT_EQ(threads[0], (MessageList{&verdict.messages[0], &verdict.messages[1]}));
  EXPECT_EQ(threads[1], (MessageList{&verdict.messages[2], &verdict.messages[3]}));
}

TEST(EvidenceThreadsTest, DecisionsAreTheSequencersAlone) {
  const evidence::Verdict verdict = SampleVerdict();
  const std::vector<EntryAbout> decisions =
      DecisionsOf({&verdict.messages[0], &verdict.messages[1]});
  ASSERT_EQ(decisions.size(), 2u);
  EXPECT_EQ(decisions[0].entry->leaf.result, "OPEN");
  EXPECT_EQ(decisions[1].entry->leaf.result, "IN_FORCE");
  for (const EntryAbout& decision : decisions) EXPECT_EQ(decision.entry->node, "vn-langson");
}

TEST(EvidenceThreadsTest, LeadTimesCountFromWhenEachSideKnew) {
  const evidence::Verdict verdict = SampleVerdict();
  // 2027-02-05 00:00 in Hanoi is 20 days and 9 hours after the proposal.
  const std::vector<LeadTime> agreed = LeadTimesOf({&verdict.messages[0], &verdict.messages[1]});
  ASSERT_EQ(agreed.size(), 4u);
  EXPECT_EQ(LeadText(agreed[0].length()), "20 d 9 h before");
  EXPECT_TRUE(agreed[2].binding && agreed[3].binding);
  EXPECT_EQ(agreed[3].entry->node, "cn-pingxiang");
  // The closure began at 16:00 and was told at 17:00.
  const std::vector<LeadTime> told = LeadTimesOf({&verdict.messages[2], &verdict.messages[3]});
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(LeadText(told[0].length()), "1 h 00 min AFTER it began");
}

}  // namespace
}  // namespace gatepost::render
