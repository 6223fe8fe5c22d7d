// What both nodes answer about observed hours and lead times.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/notice_rules.h"
#include "daemon/system/reason.h"
#include "fmt/format.h"
#include "google/protobuf/text_format.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

using ::testing::ElementsAre;

// The world begins on 15 January 2027, 15:00 H.
class Observed : public ::testing::Test {
 protected:
  Observed() { world_.Connect(); }

  void Send(const std::string& text) {
    v1::Message message = world_.NewMessage(world_.vn_clerk());
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, message.mutable_notice()))
        << text;
    for (const std::string& gate : domain::GatesOf(message.notice())) {
      message.mutable_header()->add_scope_ids(gate);
    }
    Need(world_.vn->Submit(world_.vn_clerk(), world_.Sign(world_.vn_clerk(), message)).status());
    world_.Run();
  }
  static std::string Time(const std::string& typed) {
    const absl::Time time = Need(domain::InstantOf(Need(domain::ParseInstant(typed))));
    return fmt::format("{{ instant {{ seconds: {} }} zone: 'Asia/Ho_Chi_Minh' }}",
                       absl::ToUnixSeconds(time));
  }
  template <typename Request>
  static Request January(int from, int to) {
    Request request;
    request.add_scopes("1119-1120");
    *request.mutable_from() = domain::ToCivilDate(absl::CivilDay(2027, 1, from));
    *request.mutable_to() = domain::ToCivilDate(absl::CivilDay(2027, 1, to));
    request.set_zone(std::string(domain::kHanoiZone));
    return request;
  }

  TwoNodes world_;
};

constexpr char kSeen[] =
    "side: 'VN' observed_hours {{ gate_ids: 'LS-HN-1119' traffic: TRAFFIC_GOODS direction: "
    "DIRECTION_BOTH opened: {} at {} precision: PRECISION_MINUTE }}";

TEST_F(Observed, EventsStandBesideTheAgreedHoursOnBothSides) {
  Send(fmt::format(kSeen, "true", Time("2027-01-15 07:12H")));
  Send(fmt::format(kSeen, "false", Time("2027-01-15 14:30H")));
  for (const TestNode* node : {world_.vn.get(), world_.cn.get()}) {
    const v1::ListObservedDaysResponse answer =
        Need(node->hours_queries->ListObservedDays(January<v1::ListObservedDaysRequest>(14, 15)));
    ASSERT_EQ(answer.days_size(), 2);
    EXPECT_EQ(answer.days(0).verdict(), v1::OBSERVED_VERDICT_NOT_SEEN);
    EXPECT_EQ(answer.days(1).verdict(), v1::OBSERVED_VERDICT_NOTHING_AGREED);
    EXPECT_EQ(answer.days(1).seen_size(), 2);
    EXPECT_EQ(answer.days(1).seen_minutes(), 7 * 60 + 18);
    EXPECT_TRUE(answer.days(1).agreed_unknown());
  }
}

TEST_F(Observed, LeadTimesAreOfWhatWasInForceWhenItBegan) {
  Send(
      "side: 'VN' closure { timetable { zone: 'Asia/Ho_Chi_Minh' rules { gate_ids: 'LS-HN-1119' "
      "traffic: TRAFFIC_GOODS direction: DIRECTION_BOTH load: LOAD_ANY days { first { year: 2027 "
      "month: 1 day: 17 } end: END_KIND_OPEN } regime: REGIME_CLOSED hours: HOURS_KIND_NONE } } }");
  Send(
      "side: 'VN' observed_stop { gate_ids: 'LS-HN-1119' traffic: TRAFFIC_GOODS direction: "
      "DIRECTION_BOTH precision: PRECISION_MINUTE since " +
      Time("2027-01-15 09:10H") + " }");
  world_.clock.Advance(absl::Hours(24 * 5));
  const v1::ListLeadTimesResponse answer =
      Need(world_.cn->hours_queries->ListLeadTimes(January<v1::ListLeadTimesRequest>(1, 20)));
  std::vector<std::string> leads;
  for (const v1::LeadTime& lead : answer.lead_times()) {
    leads.push_back(fmt::format("{} {} {} {}", lead.gate_id(), lead.reference(), lead.kind(),
                                lead.lead_minutes()));
  }
  // Known at 15:00 H: 33 hours before the closure, 5 h 50 after the stop.
  EXPECT_THAT(leads, ElementsAre("LS-HN-1119 PX/2027/00002 observed_stop -350",
                                 "LS-HN-1119 PX/2027/00001 closure 1980"));
}

TEST_F(Observed, WhatCannotBeAnsweredIsRefused) {
  const auto refused = [&](const v1::ListObservedDaysRequest& request) {
    return system::ReasonOf(world_.vn->hours_queries->ListObservedDays(request).status());
  };
  v1::ListObservedDaysRequest request = January<v1::ListObservedDaysRequest>(1, 31);
  EXPECT_EQ(refused(request), v1::REASON_UNSPECIFIED);
  request.mutable_to()->set_month(4);
  request.mutable_to()->set_day(1);
  EXPECT_EQ(refused(request), v1::REASON_BAD_ARGUMENT);
  request = January<v1::ListObservedDaysRequest>(1, 31);
  request.clear_zone();
  EXPECT_EQ(refused(request), v1::REASON_NO_TIME_ZONE);
  request = January<v1::ListObservedDaysRequest>(1, 31);
  request.clear_scopes();
  EXPECT_EQ(refused(request), v1::REASON_BAD_ARGUMENT);
  v1::ListLeadTimesRequest leads = January<v1::ListLeadTimesRequest>(1, 31);
  leads.mutable_to()->set_year(2029);
  EXPECT_EQ(system::ReasonOf(world_.vn->hours_queries->ListLeadTimes(leads).status()),
            v1::REASON_BAD_ARGUMENT);
}

}  // namespace
}  // namespace gatepost::testing
