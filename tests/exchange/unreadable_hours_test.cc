// What newer software says of hours makes them unknown, and is never used (PROTOCOL.md 1).
#include "daemon/exchange/unreadable_hours.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "certs/dsse.h"
#include "google/protobuf/unknown_field_set.h"
#include "tests/exchange/notices.h"
#include "tests/exchange/thread_world.h"

namespace gatepost::testing {
namespace {

constexpr char kUnknown[] =
    "UNKNOWN newer_schema; written by newer software, so that nothing here is known: bring the "
    "node up to that version, and have it said again (";

// Of a newer schema from now on.
v1::Message Newer(v1::Message message) {
  message.GetReflection()->MutableUnknownFields(&message)->AddVarint(900, 7);
  return message;
}

class UnreadableHours : public Notices {
 protected:
  std::string AskVn(const std::string& typed = "12:00H") { return Ask(*world_.vn, typed); }

  void ExpectUnknown() {
    EXPECT_TRUE(AskVn().starts_with(kUnknown)) << AskVn();
    EXPECT_TRUE(Ask(*world_.cn, "12:00H").starts_with(kUnknown)) << Ask(*world_.cn, "12:00H");
  }
};

TEST_F(UnreadableHours, ACarriedNoticeMakesThemUnknownAtBothNodesFromItsArrivalOn) {
  ASSERT_TRUE(Send(world_.vn_officer(), Closure(world_.vn_officer(), "VN")).ok());
  ASSERT_EQ(AskBoth("12:00H"), "CLOSED closure");
  world_.clock.Advance(absl::Minutes(1));
  const absl::Time before = world_.clock.Now();
  world_.clock.Advance(absl::Minutes(1));
  ASSERT_TRUE(Send(world_.cn_officer(), Newer(Closure(world_.cn_officer(), "CN")), false).ok());
  ExpectUnknown();
  EXPECT_EQ(Ask(*world_.vn, "12:00H", before), "CLOSED closure") << "then it was not known yet";
  EXPECT_EQ(Ask(*world_.cn, "12:00H", before), "CLOSED closure");
}

TEST_F(UnreadableHours, ANoticeOfAnUnknownKindMayBeAboutHours) {
  v1::Message message = world_.NewMessage(world_.cn_officer());
  v1::Notice& notice = *message.mutable_notice();
  notice.GetReflection()->MutableUnknownFields(&notice)->AddLengthDelimited(1000, "next year's");
  message.mutable_header()->add_scope_ids("LS-HN-1119");
  ASSERT_TRUE(Send(world_.cn_officer(), message, false).ok());
  ExpectUnknown();
}

TEST_F(UnreadableHours, AGroupStandsForItsGatesAndOtherGatesAreLeftAlone) {
  v1::Message message = world_.NewMessage(world_.cn_officer());
  v1::Notice& notice = *message.mutable_notice();
  notice.GetReflection()->MutableUnknownFields(&notice)->AddLengthDelimited(1000, "next year's");
  message.mutable_header()->add_scope_ids("LS-CM");
  message.mutable_header()->add_scope_ids("no such gate");
  ASSERT_TRUE(Send(world_.cn_officer(), message, false).ok());
  EXPECT_EQ(AskBoth("12:00H"), "UNKNOWN");

  v1::Message about_group = message;
  *about_group.mutable_header() = world_.NewMessage(world_.cn_officer()).header();
  std::string group;
  const absl::CivilDay day(2027, 1, 15);
  for (const v1::Scope* scope : world_.gates.ScopesOn(day)) {
    for (const std::string& gate : world_.gates.GroupMembers(scope->id(), day)) {
      if (gate == "LS-HN-1119") group = scope->id();
    }
  }
  ASSERT_FALSE(group.empty());
  about_group.mutable_header()->add_scope_ids(group);
  ASSERT_TRUE(Send(world_.cn_officer(), about_group, false).ok());
  ExpectUnknown();
}

TEST_F(UnreadableHours, WhatIsNoWordAboutHoursLeavesThemKnown) {
  ASSERT_TRUE(Send(world_.vn_officer(), Closure(world_.vn_officer(), "VN")).ok());
  v1::Message report = world_.OneFigureReport(world_.cn_clerk(), "LS-HN-1119", 0, 312);
  ASSERT_TRUE(Send(world_.cn_clerk(), Newer(report), false).ok());
  v1::Message heard = world_.NewMessage(world_.cn_clerk());
  heard.mutable_transcript()->set_heard_side("VN");
  heard.mutable_header()->add_scope_ids("LS-HN-1119");
  ASSERT_TRUE(Send(world_.cn_clerk(), Newer(heard), false).ok());
  v1::Message statistics = world_.NewMessage(world_.cn_officer());
  statistics.GetReflection()->MutableUnknownFields(&statistics)->AddLengthDelimited(1000, "new");
  statistics.mutable_header()->add_scope_ids("LS-HN-1119");
  ASSERT_TRUE(Send(world_.cn_officer(), statistics, false).ok());
  v1::Message ping = world_.NewPing(world_.cn_clerk(), "line");
  ping.mutable_header()->add_scope_ids("LS-HN-1119");
  ASSERT_TRUE(Send(world_.cn_clerk(), Newer(ping), false).ok());
  EXPECT_EQ(AskBoth("12:00H"), "CLOSED closure");
}

TEST_F(UnreadableHours, AReadableCancellationMakesItVoid) {
  const v1::Message carried = Newer(Closure(world_.vn_officer(), "VN"));
  ASSERT_TRUE(Send(world_.vn_officer(), carried).ok());
  ExpectUnknown();
  world_.clock.Advance(absl::Minutes(1));
  const absl::Time before = world_.clock.Now();
  world_.clock.Advance(absl::Minutes(1));
  ASSERT_TRUE(Send(world_.vn_officer(), Cancel(world_.vn_officer(), carried)).ok());
  EXPECT_EQ(AskBoth("12:00H"), "UNKNOWN");
  EXPECT_TRUE(Ask(*world_.vn, "12:00H", before).starts_with(kUnknown));
}

TEST_F(UnreadableHours, AReadableNoticeOfTheSameKindTakesItsPlace) {
  const v1::Message carried = Newer(Closure(world_.vn_officer(), "VN"));
  ASSERT_TRUE(Send(world_.vn_officer(), carried).ok());
  v1::Message readable = Closure(world_.vn_officer(), "VN");
  *readable.mutable_header()->mutable_replaces() = ReferenceTo(carried);
  ASSERT_TRUE(Send(world_.vn_officer(), readable).ok());
  EXPECT_EQ(AskBoth("12:00H"), "CLOSED closure");
}

TEST_F(UnreadableHours, ACarriedNoticeThatReplacesAnotherLeavesThatInItsPlace) {
  const v1::Message closure = Closure(world_.vn_officer(), "VN");
  ASSERT_TRUE(Send(world_.vn_officer(), closure).ok());
  v1::Message carried = Newer(Closure(world_.vn_officer(), "VN"));
  *carried.mutable_header()->mutable_replaces() = ReferenceTo(closure);
  ASSERT_TRUE(Send(world_.vn_officer(), carried).ok());
  ExpectUnknown();
  ASSERT_TRUE(Send(world_.vn_officer(), Cancel(world_.vn_officer(), carried)).ok());
  EXPECT_EQ(AskBoth("12:00H"), "CLOSED closure");
}

class UnreadableAgreements : public ::testing::Test {
 protected:
  UnreadableAgreements() { world_.Connect(); }

  void Say(bool vn_side, const v1::Message& message) {
    const absl::Status sent = world_.Send(vn_side, message);
    ASSERT_TRUE(sent.ok()) << sent;
    world_.Run();
  }
  void Bind(const v1::Message& proposal) {
    Say(true, proposal);
    Say(false, world_.Accept(false, proposal, proposal));
    ASSERT_EQ(world_.State(proposal), "IN_FORCE");
  }
  std::string Opening(const std::string& gate) {
    v1::GetHoursRequest request;
    request.add_scopes(gate);
    *request.mutable_from() = Need(domain::ParseInstant("12:00H", absl::CivilDay(2027, 1, 21)));
    request.set_traffic(v1::TRAFFIC_GOODS);
    const auto answer = Need(world_.cn->hours_queries->GetHours(request));
    std::string told = v1::Opening_Name(answer.hours(0).spans(0).opening()).substr(8);
    for (const v1::CitedMessage& cited : answer.cited()) told += " " + cited.kind();
    return told;
  }

  ThreadWorld world_;
};

TEST_F(UnreadableAgreements, ProposalsAndAnswersMakeNothingUnknown) {
  const v1::Message agreed = world_.Propose(true, {});
  Bind(agreed);
  Say(true, Newer(world_.Propose(true, {.gate = "LS-CM"}, {})));
  Say(true, Newer(world_.Withdraw(true, agreed, agreed)));
  Say(false, Newer(world_.Accept(false, agreed, agreed)));
  EXPECT_EQ(Opening("LS-CM"), "UNKNOWN");
  EXPECT_EQ(Opening("LS-HN-1119"), "OPEN schedule_change");
}

TEST_F(UnreadableAgreements, WhatIsAgreedStaysAgreedUnderANoticeThatCannotBeRead) {
  const v1::Message agreed = world_.Propose(true, {});
  Bind(agreed);
  v1::Timetable said = agreed.proposal().schedule_change().timetable();
  v1::TimetableRule& rule = *said.mutable_rules(0);
  rule.clear_windows();
  v1::RelativeChange& change = *rule.mutable_said_as();
  change.set_kind(v1::CHANGE_KIND_MOVE_CLOSING);
  change.mutable_moved_to()->set_hour(20);
  const auto resolved = world_.cn->hours_queries->Resolved(said);
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  v1::Message carried = world_.NewMessage(world_.vn_officer());
  carried.mutable_notice()->set_side("VN");
  carried.mutable_header()->add_scope_ids("LS-HN-1119");
  Say(true, Newer(carried));
  EXPECT_EQ(Opening("LS-HN-1119"), "UNKNOWN newer_schema");
  EXPECT_TRUE(world_.cn->hours_queries->Resolved(said).ok());
}

}  // namespace
}  // namespace gatepost::testing
