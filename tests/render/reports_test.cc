#include "client/render/reports.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "client/render/standing.h"

namespace gatepost::render {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

constexpr char kEntry[] = R"(
  short_reference: "LS/2026/00002" version: 2 replaces: "LS/2026/00001"
  author: "spiffe://langson.practice.example/agency/board/clerk/01" origin_node: "vn-langson"
  report {
    reporting_side: "VN"
    business_date { year: 2024 month: 8 day: 22 }
    as_of { instant { seconds: 1724331600 } zone: "Asia/Ho_Chi_Minh" }
    as_of_assumed: true
    revision: REVISION_KIND_REVISION revision_reason: "counted again"
    practice_figures: true
    override { reason: "yard B was closed" }
    figures {
      scope_id: "LS-HN" extent: SCOPE_EXTENT_OWN direction: DIRECTION_BOTH measure: MEASURE_CLEARED
      load: LOAD_ANY dwell: DWELL_ANY
      quantity { state: VALUE_STATE_REPORTED value: 784 qualifier: QUALIFIER_EXACT unit: UNIT_VEHICLES }
    }
    figures {
      scope_id: "LS-HN" extent: SCOPE_EXTENT_OWN direction: DIRECTION_CN_TO_VN
      measure: MEASURE_WAITING load: LOAD_EMPTY dwell: DWELL_OVER_36H vehicle_country: "CN"
      yard_id: "LS-HN-Y-VIETTEL"
      quantity { state: VALUE_STATE_REPORTED qualifier: QUALIFIER_RANGE low: 70 high: 90 unit: UNIT_VEHICLES }
      time { as_of { instant { seconds: 1724317200 } zone: "Asia/Ho_Chi_Minh" } }
    }
  }
  findings {
    severity: SEVERITY_ERROR reason: REASON_SUM_MISMATCH subject: "waiting" text: "533 + 504 = 1,037, stated 1,057"
  })";

TEST(EntryTextTest, SaysEverythingAPersonMustKnow) {
  const std::string text = EntryText(Parse<v1::YardReportEntry>(kEntry), View());
  EXPECT_THAT(text, HasSubstr("LS/2026/00002  report of VN for 2024-08-22, version 2, in force"));
  EXPECT_THAT(text, HasSubstr("as of 20:00 H (21:00 B), assumed"));
  EXPECT_THAT(text, HasSubstr("revision: \"counted again\""));
  EXPECT_THAT(text, HasSubstr("PRACTICE"));
  EXPECT_THAT(text, HasSubstr("OVERRIDDEN by an officer: \"yard B was closed\""));
  EXPECT_THAT(text, HasSubstr("vehicles of CN; empty; waited over 36 h; in yard LS-HN-Y-VIETTEL; "
                              "16:00 H (17:00 B)"));
  EXPECT_THAT(text, HasSubstr("overridden SUM_MISMATCH: waiting: 533 + 504 = 1,037, stated 1,057"));
}

TEST(FindingsTextTest, AFailedSumSaysWhatItDoesUnlessItWasOverridden) {
  const auto entry = Parse<v1::YardReportEntry>(kEntry);
  EXPECT_THAT(FindingsText(entry.findings()), HasSubstr("  stops unless overridden SUM_MISMATCH"));
  EXPECT_THAT(FindingsText(entry.findings(), {.overridden = true}),
              HasSubstr("  overridden SUM_MISMATCH"));
}

TEST(FindingsTextTest, WhatCouldNotBeCheckedIsNamedOrCounted) {
  google::protobuf::RepeatedPtrField<v1::Finding> findings;
  for (const char* subject : {"change of cleared", "change of waiting"}) {
    v1::Finding& finding = *findings.Add();
    finding.set_severity(v1::SEVERITY_NOT_CHECKABLE);
    finding.set_subject(subject);
    finding.set_text("not held");
  }
  EXPECT_EQ(FindingsText(findings),
            "  not checkable: change of cleared: not held\n"
            "  not checkable: change of waiting: not held\n");
  EXPECT_EQ(FindingsText(findings, {.indent = 0, .brief = true}),
            "2 checks could not be made (--output json says why)\n");
}

TEST(EntryTextTest, ANewerSchemaIsNamedNotGuessed) {
  v1::YardReportEntry entry;
  entry.set_short_reference("LS/2026/00009");
  EXPECT_THAT(EntryText(entry, View()), HasSubstr("newer schema"));
}

TEST(HistoryTextTest, ShowsWhatARevisionChanged) {
  v1::ListYardReportsResponse history;
  *history.add_reports() = Parse<v1::YardReportEntry>(kEntry);
  v1::YardReportEntry& first = *history.add_reports();
  first = Parse<v1::YardReportEntry>(kEntry);
  first.set_short_reference("LS/2026/00001");
  first.set_replaced_by("LS/2026/00002");
  first.clear_replaces();
  first.set_version(1);
  first.mutable_report()->mutable_figures(0)->mutable_quantity()->set_value(780);
  const std::string text = HistoryText(history, View());
  EXPECT_THAT(text, HasSubstr("what it changed in LS/2026/00001:"));
  EXPECT_THAT(text, HasSubstr("780 vehicles  784 vehicles"));
  EXPECT_THAT(text, HasSubstr("version 1, replaced by LS/2026/00002"));
}

TEST(FiguresCsvTest, HasTheShapeThatAnImportReads) {
  google::protobuf::RepeatedPtrField<v1::YardReportEntry> entries;
  *entries.Add() = Parse<v1::YardReportEntry>(kEntry);
  EXPECT_EQ(FiguresCsv(entries),
            "business_date,as_of,side,scope,scope_kind,direction,measure,cargo,value,unit,"
            "qualifier,set_complete,vehicles,load,dwell,yard,split,period,reference,version\n"
            "2024-08-22,,VN,LS-HN,own,both,cleared,all,784,vehicles,exact,,,,,,,day,"
            "LS/2026/00002,2\n"
            "2024-08-22,2024-08-22T16:00:00+07:00,VN,LS-HN,own,import,waiting,all,70-90,vehicles,"
            "range,,CN,empty,over_36h,LS-HN-Y-VIETTEL,,,LS/2026/00002,2\n");
}

TEST(LadderTextTest, NamesLogLeafAndBothZones) {
  const auto status = Parse<v1::GetStatusResponse>(R"(
    message_id: "0194e1a2-7c00-7000-8000-0123456789ab" short_reference: "LS/2026/00001"
    ladders {
      recipient_node: "cn-pingxiang" sequence: 7 rung: RUNG_APPLIED
      steps { rung: RUNG_ACCEPTED node: "vn-langson" time { seconds: 1724331600 } leaf_index: 12 }
      steps { rung: RUNG_APPLIED node: "cn-pingxiang" time { seconds: 1724331601 } leaf_index: 3 }
    })");
  const std::string text = LadderText(status, View());
  EXPECT_THAT(text, HasSubstr("to cn-pingxiang: APPLIED, applied by the recipient (number 7"));
  EXPECT_THAT(text, HasSubstr("ACCEPTED  2024-08-22 20:00:00 H (21:00:00 B)  vn-langson      12"));
  EXPECT_THAT(text, HasSubstr("cn-pingxiang     3"));
  EXPECT_THAT(text, Not(HasSubstr("Reason")));
}

TEST(NodeTextTest, ALinkThatIsDownSaysWhyAndWhatToDo) {
  const auto node = Parse<v1::GetNodeResponse>(R"(
    node: "vn-langson" version: "0.1.0" checkpoint: "vn-langson/audit/1\n812\nAAAA\n\nsig"
    epoch: 1 practice: true cut_off { hour: 20 zone: "Asia/Ho_Chi_Minh" }
    links {
      peer_node: "cn-pingxiang" since { seconds: 1724331600 } last_queued: 9 last_receipted: 7
      problem { reason: REASON_AGREEMENT_DIFFERS wanted: "a" came: "b" todo: "agree on one file" }
      alarms: "peer's clock"
    })");
  const std::string text = NodeText(node, View());
  EXPECT_THAT(text, HasSubstr("vn-langson/audit/1, epoch 1, size 812"));
  EXPECT_THAT(text, HasSubstr("20:00 Asia/Ho_Chi_Minh"));
  EXPECT_THAT(text, HasSubstr("DOWN since 2024-08-22 20:00:00 H (21:00:00 B)"));
  EXPECT_THAT(text, HasSubstr("9 queued, 7 receipted, 2 waiting"));
  EXPECT_THAT(text, HasSubstr("AGREEMENT_DIFFERS: wanted a; came b; agree on one file"));
  EXPECT_THAT(text, HasSubstr("ALARM"));
}

}  // namespace
}  // namespace gatepost::render
