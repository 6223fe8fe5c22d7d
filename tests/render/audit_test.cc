// What auditors read: entries, evidence, a log's verdict, a comparison.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/render/audit_compare.h"
#include "client/render/audit_entries.h"
#include "client/render/audit_evidence.h"
#include "client/render/audit_log.h"
#include "client/render/json.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"

namespace gatepost::render {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

ledger::Leaf DeliveredLeaf() {
  ledger::Leaf leaf;
  leaf.event = ledger::event::kDelivered;
  leaf.time = absl::FromUnixSeconds(1'770'452'130);  // 2026-02-07 08:15:30 UTC.
  leaf.epoch = 1;
  leaf.actor = "spiffe://langson.example/agency/board/officer/shift-lead-1";
  leaf.peer = "vn-langson";
  leaf.object = "message:0194e1a2-7c00-7000-8000-0123456789ab";
  leaf.sequence = 42;
  leaf.result = "APPLIED";
  return leaf;
}

v1::ListEntriesResponse OneEntry() {
  v1::ListEntriesResponse list;
  v1::AuditEntry& entry = *list.add_entries();
  entry.set_index(812);
  entry.set_leaf(DeliveredLeaf().Encode().value());
  v1::AuditSubject& subject = *entry.mutable_subject();
  subject.set_short_reference("PX/2026/00042");
  subject.set_family("NOTICE");
  subject.set_kind("closure");
  subject.add_scope_ids("LS-HN");
  subject.mutable_first_day()->set_year(2026);
  subject.mutable_first_day()->set_month(2);
  subject.mutable_first_day()->set_day(15);
  subject.set_acknowledgement_asked(true);
  subject.set_lead_minutes(90);
  return list;
}

TEST(AuditEntriesTest, AnEntrySaysWhenWhoAboutWhatAndWhatIsMissing) {
  const std::string text = EntryListText(OneEntry(), View());
  EXPECT_THAT(text,
              AllOf(HasSubstr("#812"), HasSubstr("15:15:30 H"), HasSubstr("16:15:30 B"),
                    HasSubstr("officer/shift-lead-1"), HasSubstr("PX/2026/00042 NOTICE closure"),
                    HasSubstr("LS-HN"), HasSubstr("2026-02-15/"), HasSubstr("APPLIED"),
                    HasSubstr("not acknowledged"), HasSubstr("known 1 h 30 min ahead")))
      << text;
}

TEST(AuditEntriesTest, OnlyFirstEntriesAreRemarkedOn) {
  v1::ListEntriesResponse list = OneEntry();
  ledger::Leaf leaf = DeliveredLeaf();
  leaf.event = ledger::event::kRead;
  list.mutable_entries(0)->set_leaf(leaf.Encode().value());
  EXPECT_THAT(EntryListText(list, View()), Not(HasSubstr("acknowledged")));
}

TEST(AuditEntriesTest, BytesThatAreNoLeafAreShownAsSuch) {
  v1::ListEntriesResponse list = OneEntry();
  list.mutable_entries(0)->set_leaf("anything");
  EXPECT_THAT(EntryListText(list, View()), HasSubstr("not a leaf"));
}

TEST(AuditEntriesTest, CsvHasEverythingThatTheLeafSays) {
  EXPECT_THAT(
      EntryListCsv(OneEntry()),
      HasSubstr("812,2026-02-07T08:15:30Z,DELIVERED,1,spiffe://langson.example/agency/board/"
                "officer/shift-lead-1,vn-langson,message:0194e1a2-7c00-7000-8000-"
                "0123456789ab,42,,APPLIED,"));
}

evidence::Verdict OneVerdict() {
  evidence::Verdict verdict;
  verdict.answer = evidence::Answer::kIncomplete;
  verdict.practice = true;
  verdict.satisfies = "PEER";
  verdict.peers = {"cn-pingxiang"};
  verdict.findings.push_back(
      {"messages/001", system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE, "the DELIVERED leaf", "none",
                                      "ask cn-pingxiang")});
  evidence::MessageFacts& facts = verdict.messages.emplace_back();
  facts.short_reference = "LS/2026/00001";
  facts.purged = true;
  facts.signatures.push_back({.spiffe_id = "spiffe://langson.example/agency/board/clerk/desk-1",
                              .suite = "ed25519",
                              .certificate_sha256 = {},
                              .certificate_not_before = {},
                              .certificate_not_after = {},
                              .revoked = absl::FromUnixSeconds(1'770'452'130)});
  evidence::ProvedEntry entry;
  entry.node = "cn-pingxiang";
  entry.index = 812;
  entry.leaf = DeliveredLeaf();
  facts.entries.push_back(entry);
  entry.node = "vn-langson";
  entry.cosigned.push_back({"cn-pingxiang", absl::FromUnixSeconds(1'770'452'130)});
  facts.entries.push_back(entry);
  return verdict;
}

TEST(AuditEvidenceTest, SignersEntriesCosignaturesAndWhatIsMissing) {
  const std::string text = EvidenceText(OneVerdict(), View());
  EXPECT_THAT(text, AllOf(HasSubstr("PRACTICE"), HasSubstr("LS/2026/00001"),
                          HasSubstr("its body was purged"), HasSubstr("clerk desk-1"),
                          HasSubstr("REVOKED"), HasSubstr("pending"),
                          HasSubstr("checked here: INCOMPLETE; vouched for by PEER (cn-pingxiang)"),
                          HasSubstr("the DELIVERED leaf"), HasSubstr("ask cn-pingxiang")))
      << text;
  EXPECT_THAT(JsonText(EvidenceJson(OneVerdict())),
              AllOf(HasSubstr("\"answer\":\"INCOMPLETE\""), HasSubstr("\"practice\":true"),
                    HasSubstr("\"reason\":\"REASON_EVIDENCE_INCOMPLETE\"")));
}

TEST(AuditLogTest, TheFirstBadEntryStandsFirst) {
  evidence::LogVerdict verdict;
  verdict.node = "vn-langson";
  verdict.epoch = 1;
  verdict.size = 2;
  verdict.events = {{"ACCEPTED", 2}};
  EXPECT_THAT(LogVerdictText(verdict), AllOf(HasSubstr("log of vn-langson, epoch 1: 2 entries"),
                                             HasSubstr("ACCEPTED 2"), HasSubstr("OK:")));
  verdict.finding_count = 2;
  const auto why = [](const char* came) {
    return system::Refuse(v1::REASON_LEDGER_DAMAGED, "another", came, "look");
  };
  verdict.findings = {{ledger::LogFault::kHead, 12, why("late")},
                      {ledger::LogFault::kLeafTime, 7, why("early")}};
  const std::string text = LogVerdictText(verdict);
  EXPECT_LT(text.find("LEAF_TIME  entry #7"), text.find("HEAD  size 12")) << text;
  EXPECT_THAT(text, AllOf(HasSubstr("2 findings"), Not(HasSubstr("OK"))));
  EXPECT_THAT(JsonText(LogVerdictJson(verdict)), HasSubstr("\"verifies\":false"));
}

TEST(AuditCompareTest, AnOmittedMessageAndAForkAreSaidInAWholeSentence) {
  evidence::Comparison comparison;
  EXPECT_THAT(ComparisonText(comparison), HasSubstr("OK"));
  evidence::HistoryFinding omitted;
  omitted.what = evidence::Difference::kUnknownSent;
  omitted.log = "vn-langson";
  omitted.peer = "cn-pingxiang";
  omitted.first = omitted.last = 42;
  omitted.first_by = "vn-langson";
  omitted.second_by = "cn-pingxiang";
  evidence::HistoryFinding fork = omitted;
  fork.what = evidence::Difference::kFork;
  fork.held = "vn-langson/audit/1\n8\nroot\n";
  fork.came = "vn-langson/audit/1\n8\nother\n";
  comparison.differences = {omitted, fork};
  EXPECT_THAT(
      ComparisonText(comparison),
      AllOf(HasSubstr("UNKNOWN_TO_SENDER  message 42 from vn-langson to cn-pingxiang: received "
                      "by cn-pingxiang, unknown to vn-langson"),
            HasSubstr("two histories"), HasSubstr("    root\n"), HasSubstr("    other\n"),
            HasSubstr("DIFFER"), Not(HasSubstr("OK"))));
  EXPECT_THAT(ComparisonCsv(comparison),
              HasSubstr("UNKNOWN_TO_SENDER,vn-langson,cn-pingxiang,42,42,vn-langson,cn-pingxiang"));
}

}  // namespace
}  // namespace gatepost::render
