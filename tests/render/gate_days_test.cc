#include "client/render/gate_days.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>

#include "client/render/messages.h"

namespace gatepost::render {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

template <typename T>
T Of(const std::string& text) {
  T message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// 20:30 on a day of February 2026 in Hanoi.
std::string DueOn(int day) {
  const int64_t first = 1769952600;  // 1 February.
  return "{ instant { seconds: " + std::to_string(first + (day - 1) * 86400) +
         " } zone: 'Asia/Ho_Chi_Minh' }";
}

std::string Day(const std::string& gate, int day, const std::string& rest) {
  return "gate_days { side: 'VN' gate_id: '" + gate +
         "' business_date { year: 2026 month: 2 day: " + std::to_string(day) + " } due " +
         DueOn(day) + " " + rest + " }\n";
}

// Chi Ma is closed by agreement for two days; Huu Nghi is forgotten, with a total, and late.
v1::ListGateDaysResponse List() {
  const std::string closed =
      "status: GATE_DAY_STATUS_NOT_EXPECTED why: GATE_DAY_WHY_AGREED_CLOSED hours_cited: "
      "'LS/2026/00007'";
  return Of<v1::ListGateDaysResponse>(
      Day("LS-CM", 14, closed) +
      Day("LS-HN", 14,
          "status: GATE_DAY_STATUS_MISSING why: GATE_DAY_WHY_AGREED_OPEN hours_cited: "
          "'LS/2026/00003' totals: 'LS/2026/00031' alarmed_at " +
              DueOn(14)) +
      Day("LS-CM", 15, closed) +
      Day("LS-HN", 15,
          "status: GATE_DAY_STATUS_REPORTED_LATE why: GATE_DAY_WHY_AGREED_OPEN report: "
          "'LS/2026/00032' reported_at " +
              DueOn(16)));
}

v1::ListDaysResponse Calendars() {
  return Of<v1::ListDaysResponse>(
      "days { date { year: 2026 month: 2 day: 14 } vn { status: DAY_STATUS_OFF_HOLIDAY } "
      "cn { status: DAY_STATUS_MAKE_UP_WORKDAY } }");
}

TEST(GateDays, DaysInARowOfWhichAllElseIsTheSameAreOneLine) {
  v1::ListDaysResponse none;
  const std::string text = GateDaysText(List(), none, View());
  EXPECT_THAT(text, HasSubstr("VN    LS-CM  2026-02-14 to 2026-02-15     2  not expected "));
  EXPECT_THAT(text, HasSubstr("both sides agreed to close it the whole day (LS/2026/00007)"));
  // Where the calendars differ, so do the lines.
  const std::string with = GateDaysText(List(), Calendars(), View());
  EXPECT_THAT(with, HasSubstr("VN    LS-CM  2026-02-14     1  not expected "));
  EXPECT_THAT(with, HasSubstr("off/on"));
}

TEST(GateDays, EachSaysWhyAndWhatIsNoReport) {
  const std::string text = GateDaysText(List(), Calendars(), View());
  EXPECT_THAT(text, HasSubstr("it works by the agreed hours (LS/2026/00003); only in a total over "
                              "several days: LS/2026/00031"));
  EXPECT_THAT(text, HasSubstr("20:30 H (21:30 B)"));
  EXPECT_THAT(text, HasSubstr("reported LATE"));
  EXPECT_THAT(text, HasSubstr("LS/2026/00032 at 2026-02-16 20:30 H (21:30 B)"));
  EXPECT_EQ(GateDaysText({}, {}, View()), "no report is missing\n");
}

TEST(GateDays, ProgramsGetOneLineForEach) {
  const std::string csv = GateDaysCsv(List(), Calendars());
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 5);
  EXPECT_THAT(csv, HasSubstr("2026-02-14,VN,LS-HN,GATE_DAY_STATUS_MISSING,GATE_DAY_WHY_AGREED_OPEN,"
                             "LS/2026/00003,2026-02-14T20:30:00+07:00,,,LS/2026/00031,,"
                             "DAY_STATUS_OFF_HOLIDAY,DAY_STATUS_MAKE_UP_WORKDAY,"));
}

TEST(GateDays, AnEventWithoutAMessageIsASentence) {
  const auto event = Of<v1::WatchMessagesResponse>(
      "event: 'ALARM' result: 'REPORT_OVERDUE' peer_node: 'cn-pingxiang' time { seconds: "
      "1771075800 } alarm { reason: REASON_REPORT_OVERDUE object: 'report:CN:LS-HN:2026-02-14' "
      "overdue_report { side: 'CN' gate_id: 'LS-HN' business_date { year: 2026 month: 2 day: 14 } "
      "due { seconds: 1771075800 } } }");
  EXPECT_THAT(EventText(event, View()),
              HasSubstr("ALARM REPORT_OVERDUE cn-pingxiang  the report of CN about LS-HN for "
                        "2026-02-14 is not here; it was due 2026-02-14 20:30 H (21:30 B)\n"));
  EXPECT_THAT(EventCsv(event), HasSubstr(",report:CN:LS-HN:2026-02-14\n"));
  const auto link = Of<v1::WatchMessagesResponse>(
      "event: 'ALARM' result: 'CLOCK_SKEW' alarm { object: 'link:cn-pingxiang' }");
  EXPECT_THAT(EventText(link, View()), HasSubstr("ALARM CLOCK_SKEW  link:cn-pingxiang\n"));
  const auto held_back = Of<v1::WatchMessagesResponse>(
      "event: 'ALARM' result: 'DECISION_HELD_BACK' peer_node: 'vn-langson' "
      "alarm { reason: REASON_DECISION_HELD_BACK object: 'message:one' }");
  EXPECT_THAT(EventText(held_back, View()),
              HasSubstr("ALARM DECISION_HELD_BACK vn-langson  the sequencer has message:one and "
                        "does not decide about it\n"));
}

TEST(GateDays, TheInboxNamesWhatIsOverdue) {
  EXPECT_THAT(OverdueText({}, View()), IsEmpty());
  EXPECT_THAT(OverdueText(List(), View()), HasSubstr("2026-02-14      LS-HN  VN    20:30 H"));
}

}  // namespace
}  // namespace gatepost::render
