#include "client/hours_beginnings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"

namespace gatepost::client {
namespace {

constexpr char kGate[] = "LS-CM";

absl::Time At(int year, int month, int day) {
  return absl::FromCivil(absl::CivilDay(year, month, day), absl::UTCTimeZone());
}

absl::Time TimeOf(const v1::ZonedTime& time) { return domain::InstantOf(time).value(); }

v1::ZonedTime Zoned(absl::Time time) { return domain::ToZoned(time, domain::kHanoiZone); }

// A node that knows one closure of one gate, open before and after.
class OneClosure {
 public:
  OneClosure(absl::Time from, absl::Time to) : from_(from), to_(to) {}

  absl::StatusOr<v1::GetHoursResponse> Answer(const v1::GetHoursRequest& request) {
    asked.push_back(request);
    const absl::Time begin = TimeOf(request.from());
    const absl::Time end = TimeOf(request.to());
    EXPECT_LE(end - begin, absl::Hours(24 * 62));
    if (begin < gate_since) {
      return system::Refuse(v1::REASON_BAD_ARGUMENT, "a gate", kGate, "ask later");
    }
    v1::GetHoursResponse hours;
    *hours.mutable_as_known_at() = Zoned(At(2027, 1, 1));
    v1::GateHours* gate = hours.add_hours();
    gate->set_gate_id(kGate);
    gate->set_traffic(v1::TRAFFIC_ALL);
    const auto add = [&](absl::Time from, absl::Time to, v1::Opening opening) {
      from = std::max(from, begin);
      to = std::min(to, end);
      if (from >= to) return;
      v1::HoursSpan* span = gate->add_spans();
      *span->mutable_period()->mutable_start() = Zoned(from);
      *span->mutable_period()->mutable_end() = Zoned(to);
      span->set_opening(opening);
      if (opening == v1::OPENING_CLOSED) span->add_cited(0);
    };
    add(begin, from_, v1::OPENING_UNKNOWN);
    add(from_, to_, v1::OPENING_CLOSED);
    add(to_, end, v1::OPENING_UNKNOWN);
    hours.add_cited()->set_message_id("01a2");
    return hours;
  }

  // When the first stretch begins, asked about 31 days from `from` on.
  absl::Time FirstBeginning(absl::Time from) {
    v1::GetHoursRequest request;
    *request.mutable_from() = Zoned(from);
    *request.mutable_to() = Zoned(from + absl::Hours(24 * 31));
    v1::GetHoursResponse hours = Answer(request).value();
    asked.clear();
    const auto ask = [this](const v1::GetHoursRequest& each) { return Answer(each); };
    const absl::Status status = FindBeginnings(ask, request, hours);
    EXPECT_TRUE(status.ok()) << status;
    return TimeOf(hours.hours(0).spans(0).period().start());
  }

  absl::Time gate_since = absl::InfinitePast();
  std::vector<v1::GetHoursRequest> asked;

 private:
  absl::Time from_;
  absl::Time to_;
};

TEST(FindBeginningsTest, IsTheSameWhoeverAsksFromWhen) {
  OneClosure node(At(2027, 2, 5), At(2028, 2, 5));
  for (const absl::Time from : {At(2027, 2, 5), At(2027, 2, 6), At(2027, 4, 7), At(2027, 4, 8),
                                At(2027, 9, 1), At(2028, 2, 4)}) {
    EXPECT_EQ(node.FirstBeginning(from), At(2027, 2, 5)) << from;
  }
}

TEST(FindBeginningsTest, AsksAsKnownAtTheSameTimeAndOnlyForThatGate) {
  OneClosure node(At(2027, 2, 5), At(2028, 2, 5));
  node.FirstBeginning(At(2027, 3, 5));
  ASSERT_EQ(node.asked.size(), 1U);
  EXPECT_EQ(TimeOf(node.asked[0].as_known_at()), At(2027, 1, 1));
  ASSERT_EQ(node.asked[0].scopes_size(), 1);
  EXPECT_EQ(node.asked[0].scopes(0), kGate);
}

TEST(FindBeginningsTest, AsksNothingWhereNothingIsKnown) {
  OneClosure node(At(2027, 2, 5), At(2028, 2, 5));
  EXPECT_EQ(node.FirstBeginning(At(2027, 1, 20)), At(2027, 1, 20));
  EXPECT_TRUE(node.asked.empty());
}

TEST(FindBeginningsTest, EndsInTheYear2000) {
  OneClosure node(At(1990, 1, 1), At(2030, 1, 1));
  EXPECT_EQ(node.FirstBeginning(At(2000, 12, 1)), At(2000, 1, 1));
}

TEST(FindBeginningsTest, AGateOfYesterdayIsNoFailure) {
  OneClosure node(At(2027, 2, 5), At(2028, 2, 5));
  node.gate_since = At(2027, 9, 1);
  EXPECT_EQ(node.FirstBeginning(At(2027, 9, 10)), At(2027, 9, 10));
}

}  // namespace
}  // namespace gatepost::client
