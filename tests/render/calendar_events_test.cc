#include "client/render/calendar_events.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

namespace gatepost::render {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Goods at one gate: unknown, closed from 2027-02-05 to 2027-02-09 in Hanoi, nothing new accepted
// for a day, open to the end of what was asked.
constexpr char kHours[] = R"(
  node: "vn-langson"
  as_known_at { instant { seconds: 1800000000 nanos: 5000 } zone: "Asia/Ho_Chi_Minh" }
  hours {
    gate_id: "LS-HN-1119" traffic: TRAFFIC_GOODS direction: DIRECTION_BOTH load: LOAD_ANY
    spans {
      period { start { instant { seconds: 1801674000 } } end { instant { seconds: 1801760400 } } }
      opening: OPENING_UNKNOWN
    }
    spans {
      period { start { instant { seconds: 1801760400 } } end { instant { seconds: 1802106000 } } }
      opening: OPENING_CLOSED regime: REGIME_CLOSED cited: 1
    }
    spans {
      period { start { instant { seconds: 1802106000 } } end { instant { seconds: 1802192400 } } }
      opening: OPENING_UNKNOWN intake_stopped: true cited: 0 cited: 1
    }
    spans {
      period { start { instant { seconds: 1802192400 } } end { instant { seconds: 1802278800 } } }
      opening: OPENING_OPEN regime: REGIME_SHORTENED cited: 1
    }
  }
  cited { short_reference: "LS/2026/00003" message_id: "01a2-3" kind: "intake_stop" }
  cited { short_reference: "LS/2026/00002" message_id: "01a2-2" kind: "closure" })";

v1::GetHoursResponse Hours() {
  v1::GetHoursResponse hours;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kHours, &hours));
  return hours;
}

const absl::Time kAskedTo = absl::FromUnixSeconds(1802278800);

TEST(HoursEventsTest, EachStretchSomebodySpokeOfIsAnEvent) {
  const std::vector<CalendarEvent> events = HoursEvents(Hours(), kAskedTo, false, View());
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].summary, "LS-HN-1119 goods traffic: closed");
  EXPECT_EQ(events[0].uid, "LS-HN-1119.GOODS.BOTH.-.ANY.-.01a2-2.20270204T170000Z@gatepost");
  EXPECT_EQ(events[0].from, absl::FromUnixSeconds(1801760400));
  EXPECT_EQ(events[0].to, absl::FromUnixSeconds(1802106000));
  EXPECT_EQ(events[0].stamp, absl::FromUnixSeconds(1800000000));
  EXPECT_EQ(events[0].sequence, 0);
  EXPECT_FALSE(events[0].cancelled);
  EXPECT_EQ(events[0].description,
            "2027-02-05 00:00 H (01:00 B) to 2027-02-09 00:00 H (01:00 B)\n"
            "regime: closed\n"
            "says: LS/2026/00002 closure\n"
            "as vn-langson knows it");
  EXPECT_EQ(events[1].summary, "LS-HN-1119 goods traffic: nothing new is accepted");
  EXPECT_THAT(events[1].description, HasSubstr("LS/2026/00003 intake stop, LS/2026/00002 closure"));
  EXPECT_EQ(events[2].summary, "LS-HN-1119 goods traffic: open");
}

TEST(HoursEventsTest, AnEndThatIsOnlyThatOfTheQuestionSaysSo) {
  const std::vector<CalendarEvent> events = HoursEvents(Hours(), kAskedTo, false, View());
  EXPECT_THAT(events[1].description, Not(HasSubstr("it may go on")));
  EXPECT_THAT(events[2].description, HasSubstr("nobody asked beyond that end: it may go on"));
}

TEST(HoursEventsTest, AnEndThatIsOnlyExpectedSaysSo) {
  v1::GetHoursResponse hours = Hours();
  v1::HoursSpan& beyond = *hours.mutable_hours(0)->mutable_spans(2);
  beyond.set_intake_stopped(false);
  beyond.set_opening(v1::OPENING_CLOSED);
  beyond.set_past_estimated_end(true);
  beyond.clear_cited();
  beyond.add_cited(1);
  const std::vector<CalendarEvent> events = HoursEvents(hours, kAskedTo, false, View());
  ASSERT_EQ(events.size(), 3U);
  EXPECT_THAT(events[0].description, HasSubstr("the end is only expected: until somebody says so"));
  EXPECT_EQ(events[1].summary, "LS-HN-1119 goods traffic: closed, beyond its expected end");
  EXPECT_THAT(events[1].description, HasSubstr("expected to end before; nobody has said that"));
  EXPECT_THAT(events[1].description, Not(HasSubstr("the end is only expected")));
  EXPECT_THAT(events[2].description, Not(HasSubstr("expected")));
}

TEST(HoursEventsTest, TheReasonIsTheRulesOwnElseThatOfTheMessage) {
  v1::GetHoursResponse hours = Hours();
  hours.mutable_cited(1)->set_reason(v1::CHANGE_REASON_STATE_HOLIDAY);
  hours.mutable_hours(0)->mutable_spans(3)->set_reason(v1::CHANGE_REASON_DEMAND_PEAK);
  const std::vector<CalendarEvent> events = HoursEvents(hours, kAskedTo, false, View());
  EXPECT_THAT(events[0].description, HasSubstr("\nreason: public holiday\n"));
  EXPECT_THAT(events[1].description, Not(HasSubstr("reason")));
  EXPECT_THAT(events[2].description, HasSubstr("\nreason: more or less traffic"));
}

TEST(HoursEventsTest, ABoundSaysHowPreciselyItIsKnown) {
  v1::GetHoursResponse hours = Hours();
  hours.mutable_hours(0)->mutable_spans(1)->set_end_precision(v1::PRECISION_HOUR);
  EXPECT_THAT(HoursEvents(hours, kAskedTo, false, View())[0].description,
              HasSubstr("to 2027-02-09 00:00 H (01:00 B) [known to the hour only]\n"));
}

TEST(HoursEventsTest, APracticeNodeSaysSoInEveryTitle) {
  const std::vector<CalendarEvent> events = HoursEvents(Hours(), kAskedTo, true, View());
  EXPECT_EQ(events[0].summary, "PRACTICE LS-HN-1119 goods traffic: closed");
  EXPECT_EQ(events[0].uid, HoursEvents(Hours(), kAskedTo, false, View())[0].uid);
}

TEST(HoursEventsTest, TextsHoldBothZonesWhicheverIsShown) {
  View view;
  view.zones = ZoneChoice::kBeijing;
  const std::vector<CalendarEvent> events = HoursEvents(Hours(), kAskedTo, false, view);
  EXPECT_THAT(events[0].description,
              HasSubstr("2027-02-05 01:00 B (00:00 H) to 2027-02-09 01:00 B (00:00 H)"));
  EXPECT_EQ(events[0].uid, HoursEvents(Hours(), kAskedTo, false, View())[0].uid);
}

TEST(HoursEventsTest, TheUidChangesWithWhatTheEventIsAndWithNothingElse) {
  const std::string uid = HoursEvents(Hours(), kAskedTo, false, View())[0].uid;
  v1::GetHoursResponse same = Hours();
  same.set_node("cn-pingxiang");
  same.mutable_cited(1)->set_short_reference("PX/2026/00007");
  v1::HoursSpan* span = same.mutable_hours(0)->mutable_spans(1);
  span->mutable_period()->mutable_end()->mutable_instant()->set_seconds(1802000000);
  EXPECT_EQ(HoursEvents(same, kAskedTo, false, View())[0].uid, uid);

  std::vector<v1::GetHoursResponse> others(8, Hours());
  others[0].mutable_hours(0)->set_gate_id("LS-HN-1120");
  others[1].mutable_hours(0)->set_traffic(v1::TRAFFIC_ALL);
  others[2].mutable_hours(0)->set_direction(v1::DIRECTION_CN_TO_VN);
  others[3].mutable_hours(0)->set_vehicle_country("CN");
  others[4].mutable_hours(0)->set_load(v1::LOAD_EMPTY);
  others[5].mutable_hours(0)->set_cargo_class("fruit");
  others[6].mutable_cited(1)->set_message_id("01a2-9");
  span = others[7].mutable_hours(0)->mutable_spans(1);
  span->mutable_period()->mutable_start()->mutable_instant()->set_seconds(1801760460);
  for (const v1::GetHoursResponse& other : others) {
    EXPECT_NE(HoursEvents(other, kAskedTo, false, View())[0].uid, uid) << other.ShortDebugString();
  }
}

TEST(HoursEventsTest, WhatAWiderLineSaysTooIsOneEvent) {
  v1::GetHoursResponse hours = Hours();
  *hours.add_hours() = hours.hours(0);
  hours.mutable_hours(1)->set_cargo_class("fruit");
  hours.mutable_hours(1)->mutable_spans(3)->set_opening(v1::OPENING_CLOSED);
  const std::vector<CalendarEvent> events = HoursEvents(hours, kAskedTo, false, View());
  ASSERT_EQ(events.size(), 4U);
  EXPECT_THAT(events[3].summary, HasSubstr("goods traffic, fruit: closed"));
}

}  // namespace
}  // namespace gatepost::render
