// Keys of logs and witnesses that were announced: whose word makes one count, and what it signs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "client/evidence/bundle.h"
#include "client/evidence/log_keys.h"
#include "client/evidence/stored_zip.h"
#include "daemon/ledger/policy.h"
#include "daemon/system/reason.h"
#include "tests/evidence/by_hand.h"
#include "tests/evidence/refitted.h"
#include "tests/evidence/roster_world.h"

namespace gatepost::evidence {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

// A world without release rules.
struct KeyWorld : RosterWorld {
  KeyWorld() : RosterWorld("") { Cross(Write(vn, *vn_officer, Ping("before"))); }

  void After() {
    Cross(Write(vn, *vn_officer, Ping("after")));
    Cosign();
  }
};

bool HasFinding(const Verdict& verdict, v1::Reason reason, const std::string& where) {
  return std::ranges::any_of(verdict.findings, [&](const Finding& finding) {
    return finding.where == where && system::ReasonOf(finding.why) == reason;
  });
}

v1::GetEvidenceResponse Without(v1::GetEvidenceResponse evidence, int message) {
  evidence.mutable_messages()->DeleteSubrange(message, 1);
  return evidence;
}

TEST(AnnouncedKey, SignsHeadsThatAreValid) {
  KeyWorld world;
  world.ExchangeLogKey(world.vn, 'p');
  world.ExchangeWitnessKey(world.cn, 'q');
  world.ExchangeLogKey(world.vn, 'r');
  world.After();
  for (const TestLog* exporter : {&world.vn, &world.cn}) {
    const Verdict verdict = world.Check(*exporter);
    EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
    EXPECT_EQ(verdict.satisfies, "ALL") << Describe(verdict);
  }
}

TEST(AnnouncedKey, WithoutItsAnnouncementIsUnknown) {
  KeyWorld world;
  world.ExchangeLogKey(world.vn, 'p');
  world.After();
  const v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  ASSERT_EQ(world.Check(evidence).answer, Answer::kValid) << Describe(world.Check(evidence));
  EXPECT_EQ(world.Check(Without(evidence, 1)).answer, Answer::kInvalid);

  KeyWorld witness;
  witness.ExchangeWitnessKey(witness.cn, 'q');
  witness.After();
  const v1::GetEvidenceResponse cosigned = witness.Evidence(witness.vn);
  EXPECT_EQ(witness.Check(cosigned).satisfies, "ALL");
  const Verdict unknown = witness.Check(Without(cosigned, 1));
  EXPECT_NE(unknown.satisfies, "ALL") << "nobody known has cosigned";
  EXPECT_THAT(unknown.notes, Contains(HasSubstr("by keys that nobody named here")));
}

// Two exchanges, of which the first announcement is left out.
TEST(AnnouncedKey, ThatFollowsNoneThatIsKnownIsIncompleteAndNotUsed) {
  KeyWorld world;
  world.ExchangeLogKey(world.vn, 'p');
  world.ExchangeLogKey(world.vn, 'r');
  world.After();
  const Verdict verdict = world.Check(Without(world.Evidence(world.vn), 1));
  EXPECT_NE(verdict.answer, Answer::kValid);
  EXPECT_TRUE(HasFinding(verdict, v1::REASON_EVIDENCE_INCOMPLETE, "messages/002/envelope.pb"))
      << Describe(verdict);
}

TEST(AnnouncedKey, ByNobodyWhoMayIsInvalidAndNotUsed) {
  KeyWorld world;
  const std::string next = TestLog("vn-langson", 'p').log_vkey();
  world.Cross(world.Write(world.vn, *world.vn_clerk,
                          world.Announcing(world.vn, v1::KEY_USE_LOG, world.vn.log_vkey(), next)));
  world.Cosign();
  world.vn.ChangeLogKey('p');
  world.After();
  const Verdict verdict = world.Check(world.vn);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_TRUE(HasFinding(verdict, v1::REASON_NOT_AN_AUTHORITY, "messages/002/envelope.pb"))
      << Describe(verdict);
  EXPECT_TRUE(std::ranges::any_of(verdict.findings, [](const Finding& finding) {
    return system::ReasonOf(finding.why) == v1::REASON_BAD_HEAD_SIGNATURE;
  })) << "its heads stay those of an unknown key";
}

TEST(AnnouncedKey, AfterAnOlderOneThanTheNewestIsInvalid) {
  KeyWorld world;
  const std::string agreed = world.vn.log_vkey();
  world.ExchangeLogKey(world.vn, 'p');
  const std::string next = TestLog("vn-langson", 'r').log_vkey();
  world.Cross(world.Write(world.vn, *world.vn_officer,
                          world.Announcing(world.vn, v1::KEY_USE_LOG, agreed, next)));
  world.Cosign();
  const Verdict verdict = world.Check(world.vn);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_TRUE(HasFinding(verdict, v1::REASON_FIELD_CONFLICT, "messages/003/envelope.pb"))
      << Describe(verdict);
}

TEST(AnnouncedKey, OfTheOtherSidesNodeIsInvalidAndNotUsed) {
  KeyWorld world;
  const std::string next = TestLog("cn-pingxiang", 'p').log_vkey();
  world.Cross(world.Write(world.vn, *world.vn_officer,
                          world.Announcing(world.cn, v1::KEY_USE_LOG, world.cn.log_vkey(), next)));
  world.Cosign();
  const Verdict verdict = world.Check(world.vn);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_TRUE(HasFinding(verdict, v1::REASON_FIELD_CONFLICT, "messages/002/envelope.pb"))
      << Describe(verdict);
}

TEST(AnnouncedKey, WhoseSignatureDoesNotHoldIsNotUsed) {
  KeyWorld world;
  world.ExchangeLogKey(world.vn, 'p');
  world.After();
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  evidence.mutable_messages(1)
      ->mutable_envelope()
      ->mutable_signatures(0)
      ->mutable_value()
      ->back() ^= 1;
  const Verdict verdict = world.Check(evidence);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_TRUE(std::ranges::any_of(verdict.findings, [](const Finding& finding) {
    return system::ReasonOf(finding.why) == v1::REASON_BAD_HEAD_SIGNATURE;
  })) << Describe(verdict);
}

// Whoever steals a key that was given up can sign nothing new with it.
TEST(AnnouncedKey, TheOneBeforeItSignsNothingNew) {
  KeyWorld world;
  world.ExchangeLogKey(world.vn, 'p');
  world.After();
  world.vn.ChangeLogKey('a');
  world.After();
  const Verdict verdict = world.Check(world.vn);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_THAT(Describe(verdict), HasSubstr("one by key 1"));
}

// An agreement that was signed anew names the key of its day; what the key before it signed holds.
TEST(AnnouncedKey, IsAgreedLaterAndTheOneBeforeItStillVerifies) {
  KeyWorld world;
  const std::string first = world.vn.log_vkey();
  world.ExchangeLogKey(world.vn, 'p');
  world.After();
  world.agreement = testing::Replaced(world.agreement, first, world.vn.log_vkey());
  const Verdict verdict = world.Check(world.vn);
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
}

bool HasUnknownHead(const Verdict& verdict) {
  return std::ranges::any_of(verdict.findings, [](const Finding& finding) {
    return system::ReasonOf(finding.why) == v1::REASON_BAD_HEAD_SIGNATURE;
  });
}

void RemoveEntriesOf(v1::MessageEvidence& message, const std::string& node) {
  auto& leaves = *message.mutable_leaves();
  leaves.erase(std::remove_if(leaves.begin(), leaves.end(),
                              [&](const v1::EvidenceLeaf& leaf) { return leaf.node() == node; }),
               leaves.end());
}

// Who stole an authority's key and made one for the log writes the log that says so.
TEST(AnnouncedKey, WhoseEntryOnlyItselfProvesIsNotUsed) {
  KeyWorld world;
  const std::string next = TestLog("vn-langson", 'p').log_vkey();
  world.Cross(world.Write(world.vn, *world.vn_officer,
                          world.Announcing(world.vn, v1::KEY_USE_LOG, world.vn.log_vkey(), next)));
  world.vn.ChangeLogKey('p');  // Before anybody cosigned what is below.
  world.After();
  const v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  EXPECT_EQ(world.Check(evidence).answer, Answer::kValid)
      << "the other node says so by its own key: " << Describe(world.Check(evidence));

  v1::GetEvidenceResponse alone = evidence;
  RemoveEntriesOf(*alone.mutable_messages(1), "cn-pingxiang");
  const Verdict verdict = world.Check(alone);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_TRUE(HasFinding(verdict, v1::REASON_EVIDENCE_INCOMPLETE, "messages/002/envelope.pb"))
      << Describe(verdict);
  EXPECT_TRUE(HasUnknownHead(verdict)) << Describe(verdict);

  v1::GetEvidenceResponse bare = evidence;
  bare.mutable_messages(1)->clear_leaves();
  EXPECT_TRUE(HasUnknownHead(world.Check(bare))) << Describe(world.Check(bare));
}

// An authority's certificate that is over announces nothing, whatever time somebody writes beside.
TEST(AnnouncedKey, CountsByTheTimeOfAnEntryThatIsProved) {
  RosterWorld world("");
  world.vn_officer = world.vn_authority.Issue("/agency/board/officer/01", absl::Hours(1));
  const absl::Time before = world.now;
  world.now += absl::Hours(2);
  world.ExchangeLogKey(world.vn, 'p');
  world.Cross(world.Write(world.vn, *world.vn_clerk, world.Ping("after")));
  world.Cosign();
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  EXPECT_TRUE(HasUnknownHead(world.Check(evidence))) << Describe(world.Check(evidence));

  v1::EvidenceLeaf forged = evidence.messages(0).leaves(0);
  absl::StatusOr<ledger::Leaf> leaf = ledger::Leaf::Parse(forged.leaf());
  ASSERT_TRUE(leaf.ok()) << leaf.status();
  leaf->time = before;
  forged.set_leaf(leaf->Encode().value());
  *evidence.mutable_messages(0)->add_leaves() = forged;
  const Verdict verdict = world.Check(evidence);
  EXPECT_TRUE(HasFinding(verdict, v1::REASON_EVIDENCE_INCOMPLETE, "messages/001/envelope.pb"))
      << Describe(verdict);
  EXPECT_TRUE(HasUnknownHead(verdict)) << Describe(verdict);
}

TEST(AnnouncedKey, ThatAnybodyCanSignWithIsRefused) {
  KeyWorld world;
  const absl::StatusOr<ledger::VerifierKey> weak =
      ledger::VerifierKey::Create(ledger::LogKeyName("vn-langson"), ledger::kEd25519Type,
                                  std::string(1, '\1') + std::string(31, '\0'));
  ASSERT_TRUE(weak.ok()) << weak.status();
  world.Cross(world.Write(
      world.vn, *world.vn_officer,
      world.Announcing(world.vn, v1::KEY_USE_LOG, world.vn.log_vkey(), weak->Format())));
  world.Cosign();
  const Verdict verdict = world.Check(world.vn);
  EXPECT_EQ(verdict.answer, Answer::kInvalid);
  EXPECT_TRUE(HasFinding(verdict, v1::REASON_WEAK_KEY, "messages/002/envelope.pb"))
      << Describe(verdict);
}

// Two agreements, one of before the exchange and one of after it.
TEST(AnnouncedKey, JoinsTheKeysOfTwoAgreements) {
  const testing::TemporaryFolder folder;
  KeyWorld world;
  const std::string first = world.vn.log_vkey();
  world.ExchangeLogKey(world.vn, 'p');
  world.After();
  const std::string renewed = testing::Replaced(world.agreement, first, world.vn.log_vkey());
  VerifyOptions options = world.Options();
  options.link_agreements.push_back(renewed);
  v1::GetEvidenceResponse evidence = world.Evidence(world.vn);
  evidence.add_link_agreements(renewed);
  const std::string bundle = Sealed(evidence);
  const Verdict verdict = VerifyBundle(bundle, options);
  EXPECT_EQ(verdict.answer, Answer::kValid) << Describe(verdict);
  EXPECT_TRUE(RunsByHand(bundle, folder)) << testing::ReadTestFile(folder.Under("out.txt"));

  EXPECT_FALSE(Bundle::Make(Without(evidence, 1)).ok()) << "which key came first?";
  // Days say it too.
  v1::GetEvidenceResponse dated = Without(evidence, 1);
  const std::string early = world.agreement + "agreed_on { year: 2025 month: 1 day: 9 }\n";
  const std::string late = renewed + "agreed_on { year: 2026 month: 1 day: 9 }\n";
  dated.set_link_agreements(0, late);
  dated.set_link_agreements(1, early);
  options.link_agreements = {late, early};
  const Verdict by_days = VerifyBundle(Sealed(dated), options);
  EXPECT_EQ(by_days.answer, Answer::kValid) << Describe(by_days);
}

// Nothing of ours: sh, sha256sum, openssl.
TEST(AnnouncedKey, IsCheckedByHandAsTheBundleSaysItself) {
  const testing::TemporaryFolder folder;
  RosterWorld world;
  world.Cross(world.Signed(world.UsualRoster(1), {world.vn_officer.get()}));
  world.ExchangeLogKey(world.vn, 'p');
  world.ExchangeWitnessKey(world.vn, 'q');
  world.ExchangeWitnessKey(world.cn, 'r');
  world.Cross(world.BothSigned("one"));
  world.Cosign();
  const std::string bundle = Sealed(world.Evidence(world.vn));
  ASSERT_EQ(VerifyBundle(bundle, world.Options()).answer, Answer::kValid)
      << Describe(VerifyBundle(bundle, world.Options()));
  EXPECT_TRUE(RunsByHand(bundle, folder)) << testing::ReadTestFile(folder.Under("out.txt"));
  const Files files = ReadStoredZip(bundle).files;
  EXPECT_TRUE(files.contains("keys/vn-langson-log-2.pem"));
  EXPECT_TRUE(files.contains("keys/cn-pingxiang-witness-2.pem"));
  // A policy reader takes heads by each of the keys.
  const absl::StatusOr<ledger::Policy> policy =
      ledger::Policy::Parse(files.at("policy/vn-langson.txt"));
  ASSERT_TRUE(policy.ok()) << policy.status() << files.at("policy/vn-langson.txt");
  EXPECT_EQ(policy->logs().size(), 2U);
  for (const auto& [name, bytes] : files) {
    if (!name.starts_with("heads/vn-langson-")) continue;
    EXPECT_TRUE(policy->Open(bytes).ok()) << policy->Open(bytes).status();
  }
  // The same commands find a key that its announcement does not name, and end there: signatures,
  // which come next, would say so in out.txt.
  EXPECT_THAT(testing::ReadTestFile(folder.Under("out.txt")), HasSubstr("Verified"));
  ASSERT_EQ(Refitted(files), bundle) << "what is changed below is all that makes the difference";
  Files lie = files;
  lie.at("keys/vn-langson-log-2.pem") = files.at("keys/cn-pingxiang-log.pem");
  ASSERT_NE(lie, files);
  EXPECT_FALSE(RunsByHand(Refitted(lie), folder));
  EXPECT_EQ(testing::ReadTestFile(folder.Under("out.txt")), "");
  EXPECT_EQ(VerifyBundle(Refitted(lie), world.Options()).answer, Answer::kInvalid);
}

}  // namespace
}  // namespace gatepost::evidence
