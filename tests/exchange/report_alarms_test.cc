// Overdue reports: one alarm and one reminder each, whatever happens to the node in between.
#include "daemon/exchange/report_alarms.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "certs/dsse.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/in_force.h"
#include "daemon/system/reason.h"
#include "google/protobuf/text_format.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::Time Hanoi(const std::string& typed) {
  return Need(domain::InstantOf(Need(domain::ParseInstant(typed + "H"))));
}

TwoNodes::Options WithDuties() {
  TwoNodes::Options options;
  options.start = Hanoi("2026-03-02 15:00");
  options.report_duties = {{"CN", "LS-HN", {}}, {"VN", "LS-HN", {}}};
  return options;
}

class ReportAlarms : public ::testing::Test {
 protected:
  // Time passes up to `typed` in Hanoi, a minute a step; nothing flows between the nodes.
  void PassTo(const std::string& typed) {
    const absl::Time end = Hanoi(typed);
    while (world_.clock.Now() < end) {
      world_.clock.Advance(absl::Minutes(1));
      for (TestNode* node : {world_.vn.get(), world_.cn.get()}) {
        node->report_alarms->OnTick();
        node->Settle();
      }
    }
  }
  // The node sends its side's report of LS-HN for that day of March.
  void Report(bool by_vn, int day) {
    const certs::Signer& author = by_vn ? world_.vn_clerk() : world_.cn_clerk();
    const int days = static_cast<int>(absl::CivilDay(2026, 3, day) - absl::CivilDay(2026, 1, 1));
    const v1::Message report = world_.OneFigureReport(author, "LS-HN", days, 100);
    Need((by_vn ? *world_.vn : *world_.cn).Submit(author, world_.Sign(author, report)).status());
  }
  // Both nodes hold an agreement in force that closes LS-HN on those days of March.
  void AgreeClosed(int first, int last) {
    for (TestNode* node : {world_.vn.get(), world_.cn.get()}) {
      v1::Message message = world_.NewMessage(world_.vn_clerk());
      EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
          fmt::format("side: 'VN' holiday_hours {{ occasion: 'flood' timetable {{ zone: "
                      "'Asia/Ho_Chi_Minh' rules {{ gate_ids: 'LS-HN' traffic: TRAFFIC_ALL "
                      "direction: DIRECTION_BOTH load: LOAD_ANY days {{ first {{ year: 2026 month: "
                      "3 day: {} }} last {{ year: 2026 month: 3 day: {} }} end: END_KIND_STATED }} "
                      "regime: REGIME_CLOSED hours: HOURS_KIND_NONE }} }} }}",
                      first, last),
          message.mutable_proposal()));
      store::MessageRecord record;
      record.author = message.header().author();
      record.message_id = message.header().message_id();
      record.envelope = world_.Sign(world_.vn_clerk(), message).SerializeAsString();
      record.pae = certs::PaeDigest(certs::kMessagePayloadType, message.SerializeAsString());
      record.reference.year = 2026;
      record.stored_at = world_.clock.Now();
      record.standing = v1::RUNG_APPLIED;
      const auto transaction = Need(node->store->Begin());
      record = Need(transaction->InsertMessage(record));
      store::HoursRecord hours;
      hours.message_row = record.row;
      hours.layer = static_cast<int32_t>(domain::HoursLayer::kHoliday);
      hours.since = record.stored_at;
      hours.first_day = absl::CivilDay(2026, 3, first) - 1;
      hours.last_day = absl::CivilDay(2026, 3, last) + 1;
      hours.gate_ids = {"LS-HN"};
      Need(transaction->PutHours(hours));
      Need(transaction->Commit());
    }
  }

  // What a node's log says of reports, each `<day of March> <side> <result> at <hour> H`.
  static std::vector<std::string> Said(const TestNode& node) {
    std::vector<std::string> said;
    const absl::TimeZone hanoi = Need(domain::LoadZone(domain::kHanoiZone));
    for (const ledger::Leaf& leaf : node.Leaves()) {
      const auto overdue = exchange::OverdueIn(leaf);
      if (!overdue.has_value()) continue;
      EXPECT_EQ(overdue->gate_id(), "LS-HN");
      said.push_back(fmt::format("{} {} {} at {}", overdue->business_date().day(), overdue->side(),
                                 leaf.result, absl::FormatTime("%d %H:%M", leaf.time, hanoi)));
    }
    return said;
  }
  // How VN's or CN's report of that day of March stands at a node.
  static v1::GateDay Day(const TestNode& node, const std::string& side, int day) {
    v1::ListGateDaysRequest request;
    *request.mutable_from() = domain::ToCivilDate(absl::CivilDay(2026, 3, day));
    *request.mutable_to() = request.from();
    request.set_reporting_side(side);
    request.set_with_reported(true);
    const v1::ListGateDaysResponse answer = Need(node.gate_day_queries->ListGateDays(request));
    EXPECT_EQ(answer.gate_days_size(), 1);
    return answer.gate_days(0);
  }

  TwoNodes world_{WithDuties()};
};

TEST_F(ReportAlarms, OneAlarmAndOneReminderEach) {
  PassTo("2026-03-02 20:29");
  EXPECT_THAT(Said(*world_.vn), IsEmpty());
  Report(/*by_vn=*/true, 2);
  PassTo("2026-03-03 20:00");
  // At the node of the side that owes it as at the other one's.
  const auto expected =
      ElementsAre("2 CN REPORT_OVERDUE at 02 20:30", "2 CN REPORT_STILL_OVERDUE at 03 08:30");
  EXPECT_THAT(Said(*world_.cn),
              ElementsAre("2 CN REPORT_OVERDUE at 02 20:30", "2 VN REPORT_OVERDUE at 02 20:30",
                          "2 CN REPORT_STILL_OVERDUE at 03 08:30",
                          "2 VN REPORT_STILL_OVERDUE at 03 08:30"));
  EXPECT_THAT(Said(*world_.vn), expected);
  PassTo("2026-03-03 20:05");
  Report(/*by_vn=*/true, 3);
  PassTo("2026-03-04 20:00");
  EXPECT_THAT(
      Said(*world_.vn),
      ElementsAre("2 CN REPORT_OVERDUE at 02 20:30", "2 CN REPORT_STILL_OVERDUE at 03 08:30",
                  "3 CN REPORT_OVERDUE at 03 20:30", "3 CN REPORT_STILL_OVERDUE at 04 08:30"));
}

// Dies before the alarm is durable, after it, and after the reminder.
TEST_F(ReportAlarms, ARestartRepeatsNothingAndForgetsNothing) {
  PassTo("2026-03-02 20:29");
  Report(/*by_vn=*/true, 2);
  world_.clock.Advance(absl::Minutes(2));
  world_.vn->report_alarms->OnTick();  // Handed to the committer, and lost with it.
  world_.KillAndRestart(/*vn=*/true);
  PassTo("2026-03-02 20:40");
  EXPECT_THAT(Said(*world_.vn), ElementsAre("2 CN REPORT_OVERDUE at 02 20:34"));
  world_.KillAndRestart(/*vn=*/true);
  PassTo("2026-03-03 09:00");
  EXPECT_EQ(Said(*world_.vn).size(), 2u);
  world_.KillAndRestart(/*vn=*/true);
  PassTo("2026-03-03 20:00");
  EXPECT_EQ(Said(*world_.vn).size(), 2u);
}

TEST_F(ReportAlarms, AnOutageOverDaysAlarmsEachDayOnce) {
  PassTo("2026-03-02 20:10");
  Report(/*by_vn=*/true, 2);
  world_.clock.Set(Hanoi("2026-03-05 09:00"));
  world_.KillAndRestart(/*vn=*/true);
  PassTo("2026-03-05 09:10");
  EXPECT_THAT(Said(*world_.vn),
              ElementsAre("2 CN REPORT_OVERDUE at 05 09:03", "3 CN REPORT_OVERDUE at 05 09:03",
                          "3 VN REPORT_OVERDUE at 05 09:03", "4 CN REPORT_OVERDUE at 05 09:03",
                          "4 VN REPORT_OVERDUE at 05 09:03"));
  // The reminder is one of the alarm, so it does not come together with it.
  PassTo("2026-03-05 20:00");
  EXPECT_EQ(Said(*world_.vn).size(), 5u);
  PassTo("2026-03-06 20:00");
  EXPECT_EQ(Said(*world_.vn).size(), 5u + 5 + 2 + 2);  // And the 5th, alarm and reminder.
}

TEST_F(ReportAlarms, AfterAMonthOnlyTheLastDaysAreAlarmedAbout) {
  PassTo("2026-03-02 15:10");
  world_.clock.Set(Hanoi("2026-03-30 12:00"));
  world_.KillAndRestart(/*vn=*/true);
  PassTo("2026-03-30 12:10");
  const std::vector<std::string> said = Said(*world_.vn);
  ASSERT_EQ(said.size(), 14u);  // Seven days, two sides.
  EXPECT_EQ(said.front().substr(0, 5), "23 CN");
  // The days before are in the list all the same.
  EXPECT_EQ(Day(*world_.vn, "CN", 9).status(), v1::GATE_DAY_STATUS_MISSING);
  EXPECT_FALSE(Day(*world_.vn, "CN", 9).has_alarmed_at());
}

TEST_F(ReportAlarms, ALateReportNeedsNoReminderAndStaysLate) {
  PassTo("2026-03-02 22:00");
  Report(/*by_vn=*/true, 2);
  PassTo("2026-03-03 20:00");
  EXPECT_THAT(Said(*world_.vn),
              ElementsAre("2 CN REPORT_OVERDUE at 02 20:30", "2 VN REPORT_OVERDUE at 02 20:30",
                          "2 CN REPORT_STILL_OVERDUE at 03 08:30"));
  const v1::GateDay late = Day(*world_.vn, "VN", 2);
  EXPECT_EQ(late.status(), v1::GATE_DAY_STATUS_REPORTED_LATE);
  EXPECT_EQ(late.report(), "LS/2026/00001");
  EXPECT_TRUE(late.has_alarmed_at());
  EXPECT_FALSE(late.has_reminded_at());
  world_.KillAndRestart(/*vn=*/true);
  EXPECT_EQ(Day(*world_.vn, "VN", 2).status(), v1::GATE_DAY_STATUS_REPORTED_LATE);
}

// The line is down over the hour: one side holds the report in time, the other gets it late.
TEST_F(ReportAlarms, WhatTheLineHeldUpIsLateWhereItCameLate) {
  PassTo("2026-03-02 20:10");
  Report(/*by_vn=*/false, 2);
  PassTo("2026-03-02 21:00");
  EXPECT_THAT(Said(*world_.cn), ElementsAre("2 VN REPORT_OVERDUE at 02 20:30"));
  EXPECT_EQ(Day(*world_.vn, "CN", 2).status(), v1::GATE_DAY_STATUS_MISSING);
  world_.Connect();
  world_.Run();
  EXPECT_EQ(Day(*world_.vn, "CN", 2).status(), v1::GATE_DAY_STATUS_REPORTED_LATE);
  EXPECT_EQ(Day(*world_.cn, "CN", 2).status(), v1::GATE_DAY_STATUS_REPORTED);
}

TEST_F(ReportAlarms, SilentWhereBothAgreedClosed) {
  AgreeClosed(2, 3);
  PassTo("2026-03-04 20:00");
  EXPECT_THAT(Said(*world_.vn), IsEmpty());
  EXPECT_THAT(Said(*world_.cn), IsEmpty());
  const v1::GateDay closed = Day(*world_.vn, "VN", 3);
  EXPECT_EQ(closed.status(), v1::GATE_DAY_STATUS_NOT_EXPECTED);
  EXPECT_EQ(closed.why(), v1::GATE_DAY_WHY_AGREED_CLOSED);
  EXPECT_THAT(closed.hours_cited(), ElementsAre("LS/2026/00001"));
  PassTo("2026-03-04 20:31");
  EXPECT_EQ(Said(*world_.vn).size(), 2u);
}

TEST_F(ReportAlarms, ANewNodeIsSilentAboutThePast) {
  PassTo("2026-03-02 15:10");
  EXPECT_THAT(Said(*world_.vn), IsEmpty());
  EXPECT_EQ(Day(*world_.vn, "VN", 1).status(), v1::GATE_DAY_STATUS_MISSING);
}

// Two idle nodes without duties, or with all reports in, grow by nothing.
TEST_F(ReportAlarms, NothingOverdueLogsNothing) {
  AgreeClosed(1, 31);
  PassTo("2026-03-06 20:00");
  EXPECT_EQ(world_.vn->head().size, 0u);
}

TEST_F(ReportAlarms, TheStreamCarriesThem) {
  PassTo("2026-03-02 20:10");
  Report(/*by_vn=*/true, 2);
  PassTo("2026-03-02 20:40");
  const auto events = [&](v1::MessageDirection direction) {
    std::vector<v1::WatchMessagesResponse> all;
    for (uint64_t from = 0;;) {
      const exchange::Watch::Page page = Need(world_.vn->watch->Read(from, direction));
      if (page.next == from) return all;
      from = page.next;
      all.insert(all.end(), page.events.begin(), page.events.end());
    }
  };
  const auto received = events(v1::MESSAGE_DIRECTION_RECEIVED);
  ASSERT_EQ(received.size(), 1u);
  EXPECT_EQ(received[0].event(), "ALARM");
  EXPECT_EQ(received[0].result(), "REPORT_OVERDUE");
  EXPECT_EQ(received[0].peer_node(), "cn-pingxiang");
  EXPECT_FALSE(received[0].has_message());
  EXPECT_EQ(received[0].alarm().reason(), v1::REASON_REPORT_OVERDUE);
  EXPECT_EQ(received[0].alarm().object(), "report:CN:LS-HN:2026-03-02");
  const v1::OverdueReport& overdue = received[0].alarm().overdue_report();
  EXPECT_EQ(overdue.side(), "CN");
  EXPECT_EQ(overdue.business_date().day(), 2);
  EXPECT_EQ(absl::FromUnixSeconds(overdue.due().seconds()), Hanoi("2026-03-02 20:30"));
  EXPECT_EQ(events(v1::MESSAGE_DIRECTION_SUBMITTED).size(), 1u);  // The report alone.
  EXPECT_EQ(events(v1::MESSAGE_DIRECTION_UNSPECIFIED).size(), 2u);
}

TEST_F(ReportAlarms, TheListComesInPagesAndRefusesWhatItCannotAnswer) {
  PassTo("2026-03-02 15:10");
  v1::ListGateDaysRequest request;
  *request.mutable_from() = domain::ToCivilDate(absl::CivilDay(2026, 2, 1));
  *request.mutable_to() = domain::ToCivilDate(absl::CivilDay(2026, 3, 2));
  request.set_page_size(3);
  int rows = 0;
  int pages = 0;
  do {
    const v1::ListGateDaysResponse page = Need(world_.vn->gate_day_queries->ListGateDays(request));
    rows += page.gate_days_size();
    EXPECT_EQ(page.gate_days_size() % 2, 0);  // Whole days.
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(rows, 30 * 2);
  EXPECT_EQ(pages, 15);
  request.set_page_size(0);
  request.set_only_alarmed(true);
  EXPECT_EQ(Need(world_.vn->gate_day_queries->ListGateDays(request)).gate_days_size(), 0);
  PassTo("2026-03-02 20:31");
  EXPECT_EQ(Need(world_.vn->gate_day_queries->ListGateDays(request)).gate_days_size(), 2);

  const auto refused = [&] {
    return system::ReasonOf(world_.vn->gate_day_queries->ListGateDays(request).status());
  };
  request.set_page_token("2027-01-01");
  EXPECT_EQ(refused(), v1::REASON_BAD_CURSOR);
  request.clear_page_token();
  request.add_scopes("LS-XX");
  EXPECT_EQ(refused(), v1::REASON_UNKNOWN_GATE);
  request.clear_scopes();
  request.mutable_from()->set_year(2024);
  EXPECT_EQ(refused(), v1::REASON_BAD_ARGUMENT);
  request.clear_from();
  EXPECT_EQ(refused(), v1::REASON_FIELD_MISSING);
}

}  // namespace
}  // namespace gatepost::testing
