// Notices cross, bind nobody else, and both nodes give the same answer about hours.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "google/protobuf/text_format.h"
#include "tests/exchange/notices.h"

namespace gatepost::testing {
namespace {

TEST_F(Notices, AClosureIsInForceOnBothSidesFromItsBeginning) {
  EXPECT_EQ(AskBoth("12:00H"), "UNKNOWN");
  ASSERT_TRUE(Send(world_.vn_clerk(), Closure(world_.vn_clerk(), "VN")).ok());
  EXPECT_EQ(world_.vn->LinkRecord().last_receipted, 1u);
  EXPECT_EQ(AskBoth("00:00H"), "CLOSED closure");
  EXPECT_EQ(AskBoth("00:59B"), "UNKNOWN");  // 23:59 H of the day before.
  EXPECT_EQ(AskBoth("01:00B"), "CLOSED closure");
  world_.KillAndRestart(/*vn=*/true);
  world_.KillAndRestart(/*vn=*/false);
  EXPECT_EQ(AskBoth("12:00H"), "CLOSED closure");
}

// The answer as it was known at an earlier time does not change (DESIGN.md 10).
TEST_F(Notices, EarlierKnowledgeIsKept) {
  const absl::Time before = world_.clock.Now();
  world_.clock.Advance(absl::Hours(1));
  const v1::Message closure = Closure(world_.vn_clerk(), "VN");
  ASSERT_TRUE(Send(world_.vn_clerk(), closure).ok());
  const absl::Time closed = world_.clock.Now();
  world_.clock.Advance(absl::Hours(1));
  ASSERT_TRUE(Send(world_.vn_officer(), Cancel(world_.vn_officer(), closure)).ok());
  for (TestNode* node : {world_.vn.get(), world_.cn.get()}) {
    EXPECT_EQ(Ask(*node, "12:00H", before), "UNKNOWN");
    EXPECT_EQ(Ask(*node, "12:00H", closed), "CLOSED closure");
    EXPECT_EQ(Ask(*node, "12:00H"), "UNKNOWN");
  }
}

TEST_F(Notices, AResumptionEndsWhatItNames) {
  const v1::Message closure = Closure(world_.vn_clerk(), "VN");
  ASSERT_TRUE(Send(world_.vn_clerk(), closure).ok());
  const auto resumption = [&](const v1::Message& ends) {
    v1::Message message = Notice(
        world_.vn_clerk(),
        std::string("side: 'VN' resumption { timetable { zone: 'Asia/Shanghai' rules { ") + kRule +
            "days { first { year: 2027 month: 1 day: 16 } begins { hour: 10 } end: END_KIND_OPEN } "
            "regime: REGIME_PREREGISTERED_ONLY hours: HOURS_KIND_AS_BEFORE } } }");
    Cite(ends, *message.mutable_notice()->mutable_resumption()->add_ends());
    return message;
  };
  v1::Message message = resumption(closure);
  ASSERT_TRUE(Send(world_.vn_clerk(), message).ok());
  EXPECT_EQ(AskBoth("08:59H"), "CLOSED closure");
  EXPECT_EQ(AskBoth("09:00H"), "UNKNOWN resumption");
  // Nothing but a closure can be ended.
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), resumption(message))),
            v1::REASON_WRONG_SUBJECT);
}

// The closure had no end of its own; it stays over when the hours of the resumption are over.
TEST_F(Notices, WhatAResumptionEndsStaysEnded) {
  const v1::Message closure = Closure(world_.vn_clerk(), "VN");
  ASSERT_TRUE(Send(world_.vn_clerk(), closure).ok());
  v1::Message message = Notice(
      world_.vn_clerk(),
      std::string("side: 'VN' resumption { timetable { zone: 'Asia/Ho_Chi_Minh' rules { ") + kRule +
          "days { first { year: 2027 month: 1 day: 17 } last { year: 2027 month: 1 day: 18 } "
          "end: END_KIND_STATED } regime: REGIME_NORMAL hours: HOURS_KIND_ALL_DAY } } }");
  Cite(closure, *message.mutable_notice()->mutable_resumption()->add_ends());
  ASSERT_TRUE(Send(world_.vn_clerk(), message).ok());
  EXPECT_EQ(AskBoth("12:00H"), "CLOSED closure");
  EXPECT_EQ(AskBoth("2027-01-18 12:00H"), "OPEN resumption");
  EXPECT_EQ(AskBoth("2027-04-01 12:00H"), "UNKNOWN");
}

// What was only heard warns, and binds nobody; the signed word takes its place.
TEST_F(Notices, ATranscriptStaysUnconfirmedUntilTheOtherSideSigns) {
  v1::Message heard = world_.NewMessage(world_.vn_clerk());
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      std::string("heard_side: 'CN' channel: TRANSCRIPT_CHANNEL_LETTER precision: PRECISION_HOUR "
                  "papers { references { kind: PAPER_KIND_COUNTERPART_LETTER issuer: 'Ningming' "
                  "number: '29' } } timetable { zone: 'Asia/Shanghai' rules { ") +
          kRule + kFrom16 + "regime: REGIME_CLOSED hours: HOURS_KIND_NONE } }",
      heard.mutable_transcript()));
  *heard.mutable_transcript()->mutable_heard_at() =
      domain::ToZoned(world_.clock.Now(), domain::kHanoiZone);
  heard.mutable_header()->add_scope_ids("LS-HN-1119");
  ASSERT_TRUE(Send(world_.vn_clerk(), heard).ok());
  EXPECT_EQ(Ask(*world_.cn, "12:00H").substr(0, 33), "UNKNOWN; UNCONFIRMED, heard at 20");

  const auto confirming = [&](const certs::Signer& author, const std::string& side) {
    v1::Message message = Closure(author, side);
    Cite(heard, *message.mutable_notice()->add_confirms());
    return message;
  };
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), confirming(world_.vn_clerk(), "VN"))),
            v1::REASON_WRONG_SUBJECT)
      << "one side cannot confirm what it heard itself";
  v1::Message elsewhere = confirming(world_.cn_clerk(), "CN");
  elsewhere.mutable_notice()
      ->mutable_closure()
      ->mutable_timetable()
      ->mutable_rules(0)
      ->set_gate_ids(0, "LS-CM");
  elsewhere.mutable_header()->set_scope_ids(0, "LS-CM");
  EXPECT_EQ(system::ReasonOf(Send(world_.cn_clerk(), elsewhere, /*by_vn=*/false)),
            v1::REASON_WRONG_SUBJECT)
      << "a notice about another gate";
  ASSERT_TRUE(Send(world_.cn_clerk(), confirming(world_.cn_clerk(), "CN"), /*by_vn=*/false).ok());
  EXPECT_EQ(AskBoth("12:00H"), "CLOSED closure");
}

// Each by its own reason, at the door; nothing stored.
TEST_F(Notices, BadOnesAreRefused) {
  const auto reason = [&](const v1::Message& message) {
    return system::ReasonOf(Send(world_.vn_clerk(), message));
  };
  const v1::Message good = Closure(world_.vn_clerk(), "VN");
  EXPECT_EQ(reason(Closure(world_.vn_clerk(), "CN")), v1::REASON_WRONG_SIDE);

  v1::Message extends = good;
  v1::TimetableRule* rule =
      extends.mutable_notice()->mutable_closure()->mutable_timetable()->mutable_rules(0);
  rule->set_regime(v1::REGIME_EXTENDED);
  rule->set_hours(v1::HOURS_KIND_ALL_DAY);
  EXPECT_EQ(reason(extends), v1::REASON_WRONG_FAMILY);

  v1::Message no_zone = good;
  no_zone.mutable_notice()->mutable_closure()->mutable_timetable()->clear_zone();
  EXPECT_EQ(reason(no_zone), v1::REASON_NO_TIME_ZONE);

  v1::Message other_gates = good;
  other_gates.mutable_header()->set_scope_ids(0, "LS-CM");
  EXPECT_EQ(reason(other_gates), v1::REASON_FIELD_CONFLICT);

  v1::Message paper_of_others = good;
  v1::PaperReference* paper = paper_of_others.mutable_notice()->mutable_papers()->add_references();
  paper->set_kind(v1::PAPER_KIND_OWN_DOCUMENT);
  paper->add_gate_ids("LS-CM");
  EXPECT_EQ(reason(paper_of_others), v1::REASON_FIELD_CONFLICT);

  v1::Message many = good;
  for (int i = 0; i < 51; ++i) Cite(good, *many.mutable_notice()->add_confirms());
  EXPECT_EQ(reason(many), v1::REASON_TOO_LARGE);

  v1::Message itself = good;
  *itself.mutable_header()->mutable_replaces() = ReferenceTo(itself);
  EXPECT_EQ(reason(itself), v1::REASON_FIELD_CONFLICT);

  v1::Message empty = good;
  empty.mutable_notice()->clear_closure();
  empty.mutable_header()->clear_scope_ids();
  EXPECT_EQ(reason(empty), v1::REASON_FIELD_MISSING);

  EXPECT_EQ(reason(Cancel(world_.vn_clerk(), good)), v1::REASON_UNKNOWN_BASE);
  EXPECT_EQ(world_.vn->LinkRecord().last_queued, 0u);
}

// N29: an amended intake stop states its whole span; one that begins later is warned of.
TEST_F(Notices, AnIntakeStopAmendedFromLaterOnIsWarnedOf) {
  const auto stop = [&](int from_day) {
    return Notice(world_.vn_clerk(),
                  std::string("side: 'VN' intake_stop { timetable { zone: 'Asia/Ho_Chi_Minh' "
                              "rules { ") +
                      kRule +
                      "days { first { year: 2027 month: 1 day: " + std::to_string(from_day) +
                      " } last { year: 2027 month: 1 day: 30 } end: END_KIND_STATED } "
                      "regime: REGIME_INTAKE_STOP hours: HOURS_KIND_AS_BEFORE } } }");
  };
  const v1::Message first = stop(16);
  ASSERT_TRUE(Send(world_.vn_clerk(), first).ok());
  v1::Message same = stop(16);
  *same.mutable_header()->mutable_replaces() = ReferenceTo(first);
  const auto kept =
      Need(world_.vn->Submit(world_.vn_clerk(), world_.Sign(world_.vn_clerk(), same)));
  EXPECT_EQ(kept.findings_size(), 0);
  v1::Message later = stop(20);
  *later.mutable_header()->mutable_replaces() = ReferenceTo(same);
  const auto warned =
      Need(world_.vn->Submit(world_.vn_clerk(), world_.Sign(world_.vn_clerk(), later)));
  ASSERT_EQ(warned.findings_size(), 1);
  EXPECT_EQ(warned.findings(0).severity(), v1::SEVERITY_WARNING);
  EXPECT_NE(warned.findings(0).text().find("LS/2027/00002"), std::string::npos);
}

// Terms, reasons and precision are answered on both sides; a class of gates is checked at the door.
TEST_F(Notices, TheAnswerTellsTermsReasonAndPrecision) {
  v1::Message message = Closure(world_.vn_clerk(), "VN");
  v1::TimetableRule& rule =
      *message.mutable_notice()->mutable_closure()->mutable_timetable()->mutable_rules(0);
  rule.mutable_conditions()->add_diversions()->add_gate_ids("LS-TT");
  rule.set_reason(v1::CHANGE_REASON_INFRASTRUCTURE);
  rule.mutable_days()->set_begin_precision(v1::PRECISION_DAY);
  rule.mutable_named_as()->set_within("LS-CM");
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), message)), v1::REASON_FIELD_CONFLICT);
  rule.mutable_named_as()->set_within("LS-HN-1119");
  ASSERT_TRUE(Send(world_.vn_clerk(), message).ok());
  for (TestNode* node : {world_.vn.get(), world_.cn.get()}) {
    v1::GetHoursRequest request;
    request.add_scopes("LS-HN-1119");
    *request.mutable_from() = Need(domain::ParseInstant("2027-01-15 12:00H"));
    *request.mutable_to() = Need(domain::ParseInstant("2027-01-17 12:00H"));
    request.set_traffic(v1::TRAFFIC_GOODS);
    const v1::GetHoursResponse answer = Need(node->hours_queries->GetHours(request));
    ASSERT_EQ(answer.hours(0).spans_size(), 2);
    EXPECT_EQ(answer.hours(0).spans(0).end_precision(), v1::PRECISION_DAY);
    const v1::HoursSpan& closed = answer.hours(0).spans(1);
    EXPECT_EQ(closed.begin_precision(), v1::PRECISION_DAY);
    EXPECT_EQ(closed.conditions().diversions(0).gate_ids(0), "LS-TT");
    EXPECT_EQ(closed.reason(), v1::CHANGE_REASON_INFRASTRUCTURE);
  }
}

TEST_F(Notices, ACancellationIsNotCancelled) {
  const v1::Message closure = Closure(world_.vn_clerk(), "VN");
  ASSERT_TRUE(Send(world_.vn_clerk(), closure).ok());
  const v1::Message cancelled = Cancel(world_.vn_clerk(), closure);
  ASSERT_TRUE(Send(world_.vn_clerk(), cancelled).ok());
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), Cancel(world_.vn_clerk(), cancelled))),
            v1::REASON_WRONG_SUBJECT);
}

TEST_F(Notices, OneSideCannotTakeBackTheOthersWord) {
  const v1::Message theirs = Closure(world_.cn_clerk(), "CN");
  ASSERT_TRUE(Send(world_.cn_clerk(), theirs, /*by_vn=*/false).ok());
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), Cancel(world_.vn_clerk(), theirs))),
            v1::REASON_WRONG_SUBJECT);
  EXPECT_EQ(AskBoth("12:00H"), "CLOSED closure");
}

// Registers that differ on a class, yard or gate that the notice names block it, whatever its kind.
TEST_F(Notices, NothingIsSaidOfEntriesThatDiffer) {
  v1::Message message = Closure(world_.vn_clerk(), "VN");
  v1::Diversion* diversion = message.mutable_notice()
                                 ->mutable_closure()
                                 ->mutable_timetable()
                                 ->mutable_rules(0)
                                 ->mutable_conditions()
                                 ->add_diversions();
  diversion->add_cargo_classes("fruit");
  diversion->add_gate_ids("LS-TT");
  for (const char* id : {"class:fruit", "LS-TT"}) {
    world_.vn->blocked.Set("cn-pingxiang", {id});
    EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), message)), v1::REASON_REGISTER_DIFFERS)
        << id;
  }
  v1::Message of_a_class = message;
  of_a_class.mutable_notice()
      ->mutable_closure()
      ->mutable_timetable()
      ->mutable_rules(0)
      ->mutable_named_as()
      ->set_within("LS-HN-1119");
  world_.vn->blocked.Set("cn-pingxiang", {"LS-NH"});
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), of_a_class)), v1::REASON_REGISTER_DIFFERS);
  world_.vn->blocked.Set("cn-pingxiang", {"class:durian"});
  EXPECT_TRUE(Send(world_.vn_clerk(), message).ok());
}

TEST_F(Notices, OnlyTheNewestOfAChainIsReplaced) {
  const v1::Message first = Closure(world_.vn_clerk(), "VN");
  ASSERT_TRUE(Send(world_.vn_clerk(), first).ok());
  v1::Message second = Closure(world_.vn_clerk(), "VN");
  *second.mutable_header()->mutable_replaces() = ReferenceTo(first);
  ASSERT_TRUE(Send(world_.vn_clerk(), second).ok());
  v1::Message third = Closure(world_.vn_clerk(), "VN");
  *third.mutable_header()->mutable_replaces() = ReferenceTo(first);
  EXPECT_EQ(system::ReasonOf(Send(world_.vn_clerk(), third)), v1::REASON_STALE_REVISION);
}

}  // namespace
}  // namespace gatepost::testing
