#include "client/evidence/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "client/evidence/derived_files.h"
#include "client/evidence/found.h"
#include "client/evidence/stored_zip.h"
#include "client/evidence/verify_bundle.h"
#include "daemon/system/reason.h"
#include "tests/evidence/by_hand.h"
#include "tests/evidence/evidence_world.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_files.h"

namespace gatepost::evidence {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Two messages one way, one the other way, all cosigned.
struct Crossed : EvidenceWorld {
  explicit Crossed(bool practice = false) : EvidenceWorld(practice) {
    Cross(Write(vn, *vn_officer, Ping("one")));
    Cross(Write(cn, *cn_officer, Ping("two")));
    Cosign();
  }
};

v1::Reason FirstReason(const Verdict& verdict) {
  return verdict.findings.empty() ? v1::REASON_UNSPECIFIED
                                  : system::ReasonOf(verdict.findings.front().why);
}

TEST(Bundle, OfEitherNodeIsValidAndStandsByAllWitnesses) {
  const Crossed world;
  for (const TestLog* exporter : {&world.vn, &world.cn}) {
    const Verdict verdict = VerifyBundle(world.Bundle(*exporter), world.Options());
    EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
    EXPECT_EQ(verdict.satisfies, "ALL");
    EXPECT_THAT(verdict.peers, ElementsAre("cn-pingxiang", "vn-langson"));
    EXPECT_EQ(verdict.exported_by, exporter->node());
    EXPECT_FALSE(verdict.practice);
    ASSERT_EQ(verdict.messages.size(), 2U);
    EXPECT_EQ(verdict.messages[0].signatures.at(0).spiffe_id,
              "spiffe://langson.example/agency/board/officer/01");
    EXPECT_EQ(verdict.messages[0].entries.size(), 3U);
    EXPECT_EQ(verdict.messages[0].message.ping().token(), "one");
  }
}

// One that was exported before bundles carried rosters: what follows from its evidence has the same
// bytes today.
TEST(Bundle, OfBeforeRostersStaysValid) {
  const std::string stem =
      std::string(GATEPOST_SOURCE_DIR) + "/tests/evidence/data/without-rosters";
  const std::string agreement = testing::ReadTestFile(stem + ".textproto");
  const Verdict verdict =
      VerifyBundle(testing::ReadTestFile(stem + ".zip"), {.link_agreements = {agreement}});
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
  EXPECT_EQ(verdict.satisfies, "ALL");
  EXPECT_EQ(verdict.messages.size(), 4U);
}

TEST(Bundle, HasTheSameBytesWhateverTheOrderOfTheEvidence) {
  const Crossed world;
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  const std::string sealed = Sealed(evidence);
  std::reverse(evidence.mutable_chains()->begin(), evidence.mutable_chains()->end());
  std::reverse(evidence.mutable_roots()->begin(), evidence.mutable_roots()->end());
  std::reverse(evidence.mutable_heads()->begin(), evidence.mutable_heads()->end());
  auto& leaves = *evidence.mutable_messages(0)->mutable_leaves();
  std::reverse(leaves.begin(), leaves.end());
  *evidence.add_chains() = evidence.chains(0);
  EXPECT_EQ(Sealed(evidence), sealed);
}

// Each agreement is asked for the keys that it names itself, as it was before keys were announced.
TEST(Bundle, OfTwoAgreementsLooksForKeysInEach) {
  const testing::TemporaryFolder folder;
  const Crossed world;
  const std::string again = testing::Replaced(world.agreement, "id: \"test\"", "id: \"again\"");
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  evidence.add_link_agreements(again);
  const std::string bundle = Sealed(evidence);
  const std::string text = ReadStoredZip(bundle).files.at(kVerifyFile);
  for (const std::string& agreement : {world.agreement, again}) {
    const std::string wanted =
        "+$K\" agreements/" + certs::ToHex(certs::Sha256Of(agreement)) + ".textproto\n";
    int found = 0;
    for (size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) {
      ++found;
    }
    EXPECT_EQ(found, 4) << agreement << text;  // A log and a witness of either node.
  }
  EXPECT_TRUE(RunsByHand(bundle, folder)) << testing::ReadTestFile(folder.Under("out.txt"));
}

// Nothing of ours: sh, sha256sum, openssl.
TEST(Bundle, IsCheckedByHandAsItSaysItself) {
  const testing::TemporaryFolder folder;
  Crossed world;
  EXPECT_TRUE(RunsByHand(world.Bundle(world.vn), folder))
      << testing::ReadTestFile(folder.Under("out.txt"));
  EvidenceWorld batch;
  for (Sent& message : batch.WriteBatch(5)) batch.Cross(std::move(message));
  batch.Cosign();
  EXPECT_TRUE(RunsByHand(batch.Bundle(batch.cn), folder))
      << testing::ReadTestFile(folder.Under("out.txt"));
  // The same commands find a lie in a leaf whose manifest fits.
  v1::GetEvidenceResponse lie = world.Evidence(world.vn);
  std::string& leaf = *lie.mutable_messages(0)->mutable_leaves(0)->mutable_leaf();
  leaf = testing::Replaced(leaf, "result APPLIED", "result CARRIED");
  EXPECT_FALSE(RunsByHand(Sealed(lie), folder));
}

TEST(Bundle, OfBatchedMessagesIsValid) {
  EvidenceWorld world;
  for (Sent& message : world.WriteBatch(7)) world.Cross(std::move(message));
  world.Cosign();
  const Verdict verdict = VerifyBundle(world.Bundle(world.vn), world.Options());
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
}

// A message from a batch with the place of another one.
TEST(Bundle, OfABatchedMessageInAnotherPlaceIsInvalid) {
  EvidenceWorld world;
  std::vector<Sent> batch = world.WriteBatch(7);
  batch[2].envelope.mutable_batch()->set_index(3);
  world.Cross(batch[2]);
  world.Cosign();
  const Verdict verdict = VerifyBundle(world.Bundle(world.vn), world.Options());
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_EQ(FirstReason(verdict), v1::REASON_BAD_BATCH_PATH) << Describe(verdict);
}

TEST(Bundle, WithoutTheReadersAgreementIsIncompleteAndSaysWhich) {
  const Crossed world;
  const Verdict verdict = VerifyBundle(world.Bundle(world.vn), {});
  EXPECT_EQ(verdict.answer, Answer::kIncomplete);
  ASSERT_EQ(verdict.findings.size(), 1U) << Describe(verdict);
  EXPECT_THAT(verdict.findings[0].why.ToString(),
              HasSubstr(certs::ToHex(certs::Sha256Of(world.agreement))));
}

TEST(Bundle, ThatIsNotCosignedYetIsPendingAndNotInvalid) {
  EvidenceWorld world;
  world.Cross(world.Write(world.vn, *world.vn_officer, world.Ping("one")));
  const Verdict verdict = VerifyBundle(world.Bundle(world.vn), world.Options());
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
  EXPECT_EQ(verdict.satisfies, "LOG");
  EXPECT_THAT(verdict.notes, Contains(HasSubstr("pending")));
}

// The receipt vouches for the recipient's entry though nobody cosigned its head.
TEST(Bundle, EntriesThatTheOtherLogNamesStandByIt) {
  EvidenceWorld world;
  world.Cross(world.Write(world.vn, *world.vn_officer, world.Ping("one")));
  world.vn.CosignedBy(world.cn, world.now);
  const Verdict verdict = VerifyBundle(world.Bundle(world.vn), world.Options());
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
  EXPECT_EQ(verdict.satisfies, "PEER");
}

TEST(Bundle, OfPracticeSaysSoAndNeverProves) {
  const Crossed world(/*practice=*/true);
  const v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  EXPECT_EQ(Bundle::Make(evidence)->SuggestedName(), "PRACTICE-evidence-LS-2026-00001.zip");
  Verdict verdict = VerifyBundle(Sealed(evidence), world.Options());
  EXPECT_TRUE(verdict.practice);
  EXPECT_EQ(verdict.answer, Answer::kIncomplete);
  EXPECT_EQ(FirstReason(verdict), v1::REASON_PRACTICE_EVIDENCE);
  VerifyOptions rehearsal = world.Options();
  rehearsal.allow_practice = true;
  verdict = VerifyBundle(Sealed(evidence), rehearsal);
  EXPECT_TRUE(verdict.practice);
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
  v1::GetEvidenceResponse lie = evidence;
  lie.set_practice(false);
  EXPECT_EQ(VerifyBundle(Sealed(lie), rehearsal).answer, Answer::kInvalid);
}

// Whoever seals a bundle can leave out what is wrong with it.
TEST(Bundle, WithoutAnEnvelopeIsIncompleteWhateverWasWrongWithIt) {
  EvidenceWorld world;
  Sent forged = world.Write(world.cn, *world.cn_officer, world.Ping("never said"));
  forged.envelope.mutable_signatures(0)->mutable_value()->back() ^= 1;
  world.Cross(forged);
  world.Cosign();
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  ASSERT_EQ(VerifyBundle(Sealed(evidence), world.Options()).answer, Answer::kInvalid);
  evidence.mutable_messages(0)->clear_envelope();
  const Verdict verdict = VerifyBundle(Sealed(evidence), world.Options());
  EXPECT_EQ(verdict.answer, Answer::kIncomplete) << Describe(verdict);
  EXPECT_THAT(Describe(verdict), HasSubstr("its signatures cannot be checked"));
  EXPECT_TRUE(verdict.messages.at(0).without_envelope);
  EXPECT_FALSE(verdict.messages.at(0).purged);
  EXPECT_EQ(verdict.messages.at(0).message_id, world.sent[0].message.header().message_id());
}

// That it was purged is what the exporter's log says, and nobody else.
TEST(Bundle, OfAPurgedMessageIsIncompleteAndSaysByWhichEntry) {
  const auto purged = [](const std::string& result, const std::string& detail, bool by_exporter) {
    EvidenceWorld world;
    Sent& message = world.Cross(world.Write(world.vn, *world.vn_officer, world.Ping("one")));
    ledger::Leaf leaf;
    leaf.event = ledger::event::kPurged;
    leaf.result = result;
    leaf.detail = detail;
    world.Log(by_exporter ? world.vn : world.cn, message, leaf);
    world.Cosign();
    v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
    evidence.mutable_messages(0)->clear_envelope();
    const Verdict verdict = VerifyBundle(Sealed(evidence), world.Options());
    EXPECT_EQ(verdict.answer, Answer::kIncomplete) << Describe(verdict);
    EXPECT_TRUE(verdict.messages.at(0).without_envelope);
    return verdict.messages.at(0).purged;
  };
  EXPECT_TRUE(purged("BODY", "retention:report:30d", true));
  EXPECT_FALSE(purged("BODY", "because", true));
  EXPECT_FALSE(purged("NOTHING", "retention:report:30d", true));
  EXPECT_FALSE(purged("BODY", "retention:report:30d", false));
}

// Nothing that is not compared can lie in a file whose check says VALID.
TEST(Bundle, CarriesNothingThatIsNotChecked) {
  const Crossed world;
  Files files = ReadStoredZip(world.Bundle(world.vn)).files;
  files["report.html"] = "<p>in force</p>";
  files[kIndexFile] += "rendering report.html\n";
  files.erase(kManifestFile);
  files[kManifestFile] = ManifestOf(files);
  const Verdict verdict = VerifyBundle(WriteStoredZip(files).value(), world.Options());
  EXPECT_EQ(verdict.answer, Answer::kInvalid) << Describe(verdict);
}

// What this program cannot show it cannot compare either.
TEST(Bundle, OfANewerSchemaIsIncompleteWhateverItsReadingSays) {
  EvidenceWorld world;
  v1::Message newer = world.Ping("one");
  newer.GetReflection()->MutableUnknownFields(&newer)->AddVarint(999, 1);
  world.Cross(world.Write(world.vn, *world.vn_officer, newer));
  world.Cosign();
  Files files = ReadStoredZip(world.Bundle(world.vn)).files;
  for (const std::string& text : {NewerSchemaText(), std::string("pong: \"two\"\n")}) {
    files["messages/001/message.txt"] = text;
    files.erase(kManifestFile);
    files[kManifestFile] = ManifestOf(files);
    const Verdict verdict = VerifyBundle(WriteStoredZip(files).value(), world.Options());
    EXPECT_EQ(verdict.answer, Answer::kIncomplete) << Describe(verdict);
    EXPECT_THAT(Describe(verdict), HasSubstr("a program that knows this schema"));
  }
}

// Another reading is taken only where it says nothing.
TEST(Bundle, WithALeftOutReadingSaysSo) {
  const Crossed world;
  Files files = ReadStoredZip(world.Bundle(world.vn)).files;
  files["messages/001/message.txt"] = NewerSchemaText();
  files.erase(kManifestFile);
  files[kManifestFile] = ManifestOf(files);
  const Verdict verdict = VerifyBundle(WriteStoredZip(files).value(), world.Options());
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
  EXPECT_THAT(verdict.notes, Contains(HasSubstr("left out by the program that exported it")));
}

// A bundle from anybody must not talk its reader into running what lies in it.
TEST(Bundle, AsksNobodyToRunItsTextUnread) {
  const Crossed world;
  const Files files = ReadStoredZip(world.Bundle(world.vn)).files;
  const std::string& text = files.at(kVerifyFile);
  EXPECT_EQ(text.find("| sh "), std::string::npos);
  EXPECT_NE(text.find("to be read before they are run"), std::string::npos);
}

TEST(Bundle, SaysWhatNothingInItCanShow) {
  const Crossed world;
  const Verdict verdict = VerifyBundle(world.Bundle(world.vn), world.Options());
  EXPECT_THAT(verdict.notes, Contains(HasSubstr("vn-langson/audit/1: 3 entries are shown, the last "
                                                "is number 2; that none was left out")));
  EXPECT_THAT(verdict.notes, Contains(HasSubstr("short references, and when it was exported, are "
                                                "what vn-langson says")));
}

TEST(Bundle, WithoutTheRecipientsEntryIsIncomplete) {
  const Crossed world;
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  auto& leaves = *evidence.mutable_messages(0)->mutable_leaves();
  leaves.erase(std::ranges::find(leaves, "cn-pingxiang", &v1::EvidenceLeaf::node));
  const Verdict verdict = VerifyBundle(Sealed(evidence), world.Options());
  EXPECT_EQ(verdict.answer, Answer::kIncomplete) << Describe(verdict);
  EXPECT_EQ(FirstReason(verdict), v1::REASON_EVIDENCE_INCOMPLETE);
}

// A bundle made to fail everywhere cannot hide the one contradiction behind what is missing.
TEST(Found, DecidesByWhatIsBeyondItsBoundToo) {
  Found found;
  EXPECT_EQ(found.answer(), Answer::kValid);
  for (size_t i = 0; i <= Found::kMostFindings; ++i) found.Missing("x", "a", "b", "c");
  EXPECT_EQ(found.answer(), Answer::kIncomplete);
  found.Invalid("y", "a", "b");
  EXPECT_EQ(found.answer(), Answer::kInvalid);
  EXPECT_EQ(found.findings.size(), Found::kMostFindings);
}

// Other versions of the libraries below must not read a message otherwise: then old bundles would
// not verify any more.
TEST(MessageText, HasTheBytesOfItsVersion) {
  v1::Message message;
  message.mutable_header()->set_message_id("m1");
  message.mutable_header()->set_salt(std::string("\0\xff", 2));
  message.mutable_header()->add_recipient_nodes("cn-pingxiang");
  message.mutable_rejection()->set_remark("Hữu Nghị 友谊关 \"x\"\n");
  EXPECT_EQ(
      MessageText(message.SerializeAsString()),
      "# For reading only: nobody signed this text. What was signed is the file `pae` beside it.\n"
      "header {\n  message_id: \"m1\"\n  salt: \"\\000\\377\"\n  recipient_nodes: "
      "\"cn-pingxiang\"\n"
      "}\nrejection {\n  remark: \"Hữu Nghị 友谊关 \\\"x\\\"\\n\"\n}\n");
  EXPECT_NE(MessageText("\xff").find("# Not readable."), std::string::npos);
  message.mutable_header()->GetReflection()->MutableUnknownFields(&message)->AddVarint(999, 1);
  EXPECT_EQ(MessageText(message.SerializeAsString()), NewerSchemaText());
}

}  // namespace
}  // namespace gatepost::evidence
