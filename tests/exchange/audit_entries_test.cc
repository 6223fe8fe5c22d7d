// What an auditor finds in the log: each filter by itself, and pages of a log that grows.
#include <gmock/gmock.h>

#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "tests/exchange/acknowledgements.h"
#include "tests/exchange/audit_case.h"

namespace gatepost::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The world begins on 15 January 2027, 15:00 H. At vn-langson: a report of 1 January 2026, one of
// 2 January by an officer with an override, a closure from 16 January 2027 on, a call for the
// register that was denied, and an agreement about 20 to 25 January 2027.
class AuditEntries : public AuditCase {
 protected:
  AuditEntries() {
    report_ = Report();
    world_.clock.Advance(absl::Minutes(1));
    v1::Message overriding = world_.OneFigureReport(world_.vn_officer(), "LS-HN", 1, 40);
    overriding.mutable_yard_report()->mutable_override()->set_reason("as printed");
    overriding_ = Submit(world_.vn_officer(), overriding);
    world_.clock.Advance(absl::Minutes(1));
    closure_ = Submit(world_.vn_officer(), Closure());
    world_.vn->refusals->Log(ledger::event::kDenied, world_.cn_clerk().id().ToString(),
                             "call:Submit", absl::PermissionDeniedError("no"));
    world_.Run();
    world_.clock.Advance(absl::Minutes(1));
    proposal_ = Submit(world_.vn_officer(), world_.Propose(true, {}));
    acceptance_ = Submit(world_.cn_officer(), world_.Accept(false, proposal_, proposal_));
  }

  v1::Message Closure() {
    v1::Message message = world_.NewMessage(world_.vn_officer());
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        "side: 'VN' closure { timetable { zone: 'Asia/Ho_Chi_Minh' rules { gate_ids: 'LS-TT-1088' "
        "traffic: TRAFFIC_GOODS direction: DIRECTION_BOTH load: LOAD_ANY days { first { year: 2027 "
        "month: 1 day: 16 } end: END_KIND_OPEN } regime: REGIME_CLOSED hours: HOURS_KIND_NONE } } "
        "}",
        message.mutable_notice()));
    message.mutable_header()->add_scope_ids("LS-TT-1088");
    return message;
  }
  // Event and family or object of each entry, as listed.
  std::vector<std::string> Found(const std::string& text) {
    std::vector<std::string> found;
    const v1::ListEntriesResponse answer = List(*world_.vn, text);
    for (const v1::AuditEntry& entry : answer.entries()) {
      found.push_back(LeafIn(entry).event + " " + entry.subject().kind());
    }
    return found;
  }

  v1::Message report_;
  v1::Message overriding_;
  v1::Message closure_;
  v1::Message proposal_;
  v1::Message acceptance_;
};

TEST_F(AuditEntries, AreTheLeavesNewestFirst) {
  const std::vector<ledger::Leaf> leaves = world_.vn->Leaves();
  const v1::ListEntriesResponse all = List(*world_.vn, "page_size: 500");
  EXPECT_EQ(all.next_page_token(), "");
  ASSERT_EQ(static_cast<size_t>(all.entries_size()), leaves.size());
  for (int i = 0; i < all.entries_size(); ++i) {
    const uint64_t index = leaves.size() - 1 - static_cast<size_t>(i);
    EXPECT_EQ(all.entries(i).index(), index);
    EXPECT_EQ(LeafIn(all.entries(i)), leaves[index]);
  }
}

TEST_F(AuditEntries, TellWhatTheMessageIs) {
  const v1::AuditEntry entry = List(*world_.vn, "events: 'ACCEPTED' family: 'NOTICE'").entries(0);
  const v1::AuditSubject& subject = entry.subject();
  EXPECT_EQ(subject.message_id(), closure_.header().message_id());
  EXPECT_EQ(subject.short_reference(), "LS/2027/00003");
  EXPECT_EQ(subject.kind(), "closure");
  EXPECT_THAT(subject.scope_ids(), ElementsAre("LS-TT-1088"));
  EXPECT_EQ(domain::CheckedDay(subject.first_day()), absl::CivilDay(2027, 1, 16));
  EXPECT_FALSE(subject.has_last_day()) << "without end";
  EXPECT_EQ(subject.side(), "VN");
  EXPECT_EQ(subject.thread(), "");
  EXPECT_TRUE(subject.acknowledgement_asked());
  EXPECT_FALSE(subject.acknowledged());
  EXPECT_EQ(subject.lead_minutes(), 9 * 60 - 2);
  EXPECT_FALSE(subject.overridden());
  EXPECT_EQ(subject.author(), world_.vn_officer().id().ToString());

  const v1::AuditSubject agreed =
      List(*world_.vn, "events: 'ACCEPTED' family: 'AGREEMENT'").entries(0).subject();
  EXPECT_EQ(agreed.kind(), "schedule_change");
  EXPECT_EQ(agreed.thread(), agreed.short_reference());
  EXPECT_EQ(domain::CheckedDay(agreed.last_day()), absl::CivilDay(2027, 1, 25));
  EXPECT_EQ(agreed.lead_minutes(), (4 * 24 + 9) * 60 - 3);
  const v1::AuditSubject answer =
      List(*world_.vn, "events: 'DELIVERED' family: 'AGREEMENT'").entries(0).subject();
  EXPECT_EQ(answer.kind(), "acceptance");
  EXPECT_EQ(answer.side(), "CN");
  EXPECT_EQ(answer.thread(), agreed.short_reference());
  EXPECT_EQ(domain::CheckedDay(answer.first_day()), absl::CivilDay(2027, 1, 20));
}

TEST_F(AuditEntries, ByGate) {
  EXPECT_THAT(Found("scope_id: 'LS-TT-1088'"), ElementsAre("RECEIPT closure", "ACCEPTED closure"));
  EXPECT_THAT(Found("scope_id: 'LS-XX'"), IsEmpty());
}

TEST_F(AuditEntries, ByDays) {
  EXPECT_THAT(Found("events: 'ACCEPTED' day_to { year: 2026 month: 1 day: 1 }"),
              ElementsAre("ACCEPTED yard_report"));
  // A closure without end goes on; an agreement that was over does not.
  EXPECT_THAT(Found("events: 'ACCEPTED' day_from { year: 2027 month: 1 day: 26 }"),
              ElementsAre("ACCEPTED closure"));
  EXPECT_THAT(Found("events: 'ACCEPTED' events: 'DELIVERED' day_from { year: 2027 month: 1 day: 25 "
                    "} day_to { year: 2027 month: 1 day: 25 }"),
              ElementsAre("DELIVERED acceptance", "ACCEPTED schedule_change", "ACCEPTED closure"));
}

TEST_F(AuditEntries, ByTimeOfLogging) {
  const int64_t start = 1'800'000'000;
  const auto seconds = [&](int64_t after) { return std::to_string(start + after); };
  EXPECT_THAT(Found("events: 'ACCEPTED' logged_from { seconds: " + seconds(60) +
                    " } logged_before { seconds: " + seconds(180) + " }"),
              ElementsAre("ACCEPTED closure", "ACCEPTED yard_report"));
  EXPECT_THAT(Found("logged_before { seconds: " + seconds(60) + " }"),
              ElementsAre("RECEIPT yard_report", "ACCEPTED yard_report"));
  EXPECT_THAT(Found("logged_from { seconds: " + seconds(9999) + " }"), IsEmpty());
}

TEST_F(AuditEntries, ByPost) {
  EXPECT_THAT(Found("post: 'clerk/desk-1' events: 'ACCEPTED'"),
              ElementsAre("ACCEPTED yard_report"));
  EXPECT_THAT(Found("post: '" + world_.cn_officer().id().ToString() + "'"),
              ElementsAre("DELIVERED acceptance"));
  EXPECT_THAT(Found("post: 'esk-1'"), IsEmpty()) << "whole parts of a name only";
}

TEST_F(AuditEntries, ByFamily) {
  EXPECT_THAT(Found("family: 'NOTICE'"), ElementsAre("RECEIPT closure", "ACCEPTED closure"));
  EXPECT_THAT(Found("family: 'PING'"), IsEmpty());
}

TEST_F(AuditEntries, ByResult) {
  EXPECT_THAT(Found("result: 'IN_FORCE' events: 'DELIVERED'"), ElementsAre("DELIVERED acceptance"));
  EXPECT_THAT(Found("result: 'REFUSED'"), ElementsAre("DENIED "));
  EXPECT_THAT(Found("result: 'REF'"), IsEmpty());
}

TEST_F(AuditEntries, ByThread) {
  for (const v1::Message* of : {&proposal_, &acceptance_}) {
    EXPECT_THAT(
        Found("events: 'ACCEPTED' events: 'DELIVERED' thread: '" + of->header().message_id() + "'"),
        ElementsAre("DELIVERED acceptance", "ACCEPTED schedule_change"));
  }
  EXPECT_THAT(Found("events: 'ACCEPTED' thread: 'LS/2027/00001'"),
              ElementsAre("ACCEPTED yard_report"));
}

TEST_F(AuditEntries, ByMissingAcknowledgement) {
  EXPECT_THAT(Found("missing_acknowledgement: true"), ElementsAre("ACCEPTED closure"));
  Submit(world_.cn_clerk(), Acknowledging(world_, world_.cn_clerk(), closure_));
  EXPECT_THAT(Found("missing_acknowledgement: true"), IsEmpty());
  const std::string thread = closure_.header().message_id();
  EXPECT_THAT(Found("thread: '" + thread + "' events: 'DELIVERED'"),
              ElementsAre("DELIVERED acknowledgement"));
}

TEST_F(AuditEntries, ByLeadTime) {
  EXPECT_THAT(Found("lead_minutes_below: 538"), IsEmpty());
  EXPECT_THAT(Found("lead_minutes_below: 539"), ElementsAre("ACCEPTED closure"));
  EXPECT_THAT(Found("lead_minutes_below: 10000"),
              ElementsAre("ACCEPTED schedule_change", "ACCEPTED closure"));
}

TEST_F(AuditEntries, ByOverride) {
  const v1::ListEntriesResponse found = List(*world_.vn, "overridden: true");
  ASSERT_EQ(found.entries_size(), 1) << "the first entry, not each one about it";
  EXPECT_EQ(found.entries(0).subject().message_id(), overriding_.header().message_id());
}

// Pages of one, while every page read adds an entry at the other end.
TEST_F(AuditEntries, PagesLoseAndDoubleNothingWhileTheLogGrows) {
  const uint64_t size = world_.vn->head().size;
  uint64_t expected = size;
  std::string token;
  do {
    const v1::ListEntriesResponse page =
        List(*world_.vn, "page_size: 3 page_token: '" + token + "'");
    for (const v1::AuditEntry& entry : page.entries()) EXPECT_EQ(entry.index(), --expected);
    token = page.next_page_token();
    Report(2 + static_cast<int>(expected));
  } while (!token.empty());
  EXPECT_EQ(expected, 0u);
}

TEST_F(AuditEntries, AnAnswerLooksAtSoManyEntriesOnly) {
  const uint64_t before = world_.vn->head().size;
  for (int commit = 0; commit < 11; ++commit) {
    Need(world_.vn->committer->Post(
        [](exchange::CommitScope& scope) -> absl::Status {
          for (int i = 0; i < 2'000; ++i) {
            ledger::Leaf leaf;
            leaf.event = ledger::event::kAlarm;
            if (auto added = scope.log.Add(std::move(leaf)); !added.ok()) return added.status();
          }
          return absl::OkStatus();
        },
        [](const absl::Status& done) { Need(done); }));
    world_.vn->Settle();
  }
  const v1::ListEntriesResponse first = List(*world_.vn, "events: 'ACCEPTED'");
  EXPECT_EQ(first.entries_size(), 0);
  EXPECT_EQ(first.next_page_token(), "1." + std::to_string(before + 22'000 - 20'000));
  const v1::ListEntriesResponse second =
      List(*world_.vn, "events: 'ACCEPTED' page_token: '" + first.next_page_token() + "'");
  EXPECT_EQ(second.entries_size(), 4);
  EXPECT_EQ(second.next_page_token(), "");
}

TEST_F(AuditEntries, RefuseWhatCannotBeAnswered) {
  const auto reason = [&](const std::string& text) {
    v1::ListEntriesRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
    return system::ReasonOf(Queries(*world_.vn).ListEntries(request).status());
  };
  EXPECT_EQ(reason("page_token: '2.3'"), v1::REASON_BAD_CURSOR);
  EXPECT_EQ(reason("page_token: '1.0'"), v1::REASON_BAD_CURSOR);
  EXPECT_EQ(reason("page_token: '1.99999'"), v1::REASON_BAD_CURSOR);
  EXPECT_EQ(reason("page_token: '1.3x'"), v1::REASON_BAD_CURSOR);
  EXPECT_EQ(reason("page_size: 501"), v1::REASON_BAD_ARGUMENT);
  EXPECT_EQ(reason("family: 'report'"), v1::REASON_BAD_ARGUMENT);
  EXPECT_EQ(reason("thread: 'LS/2027/00099'"), v1::REASON_NOT_FOUND);
  EXPECT_EQ(reason("day_from { year: 2026 month: 2 day: 30 }"), v1::REASON_BAD_TIME);
  EXPECT_EQ(reason("day_from { year: 2026 month: 2 day: 2 } day_to { year: 2026 month: 2 day: 1 }"),
            v1::REASON_BAD_ARGUMENT);
  EXPECT_EQ(reason("logged_from { seconds: 2 } logged_before { seconds: 1 }"),
            v1::REASON_BAD_ARGUMENT);
}

}  // namespace
}  // namespace gatepost::testing
