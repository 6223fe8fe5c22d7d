#include "daemon/rpc/limits/call_limits.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/certs/practice_world.h"
#include "tests/support/manual_clock.h"
#include "tests/support/seeded_random.h"

namespace gatepost::rpc {
namespace {

using certs::IsOk;
using certs::RefusedAs;

constexpr const char* kA = "spiffe://langson.practice.example/agency/board/service/a";
constexpr const char* kB = "spiffe://langson.practice.example/agency/board/service/b";

class CallLimitsTest : public ::testing::Test {
 protected:
  testing::ManualClock clock_{certs::At("2026-01-01T08:00:00Z")};
  CallBounds bounds_{.calls_per_second = 10,
                     .call_burst = 20,
                     .calls_in_flight = 5,
                     .bytes_in_flight = 1000,
                     .node_calls_in_flight = 8,
                     .node_bytes_in_flight = 1600,
                     .calls_always = 1,
                     .identities = 3};
};

TEST_F(CallLimitsTest, TheBurstIsTakenThenTheRate) {
  CallLimits limits(bounds_, clock_);
  for (int i = 0; i < 20; ++i) EXPECT_THAT(limits.Enter(kA, 1), IsOk());
  EXPECT_THAT(limits.Enter(kA, 1), RefusedAs(v1::REASON_RATE_EXCEEDED));
  clock_.Advance(absl::Milliseconds(99));
  EXPECT_THAT(limits.Enter(kA, 1), RefusedAs(v1::REASON_RATE_EXCEEDED));
  clock_.Advance(absl::Milliseconds(2));
  EXPECT_THAT(limits.Enter(kA, 1), IsOk());
  EXPECT_THAT(limits.Enter(kA, 1), RefusedAs(v1::REASON_RATE_EXCEEDED));
}

TEST_F(CallLimitsTest, ARestBringsNoMoreThanTheBurst) {
  CallLimits limits(bounds_, clock_);
  EXPECT_THAT(limits.Enter(kA, 1), IsOk());
  clock_.Advance(absl::Hours(24));
  int taken = 0;
  while (limits.Enter(kA, 1).ok()) ++taken;
  EXPECT_EQ(taken, 20);
}

TEST_F(CallLimitsTest, AClockThatStepsBackBringsNothingAndLocksNobodyOut) {
  CallLimits limits(bounds_, clock_);
  while (limits.Enter(kA, 1).ok()) {
  }
  clock_.Advance(absl::Hours(-5));
  EXPECT_THAT(limits.Enter(kA, 1), RefusedAs(v1::REASON_RATE_EXCEEDED));
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(limits.Enter(kA, 1), IsOk());
}

TEST_F(CallLimitsTest, OneCallerUsesUpNothingOfAnother) {
  CallLimits limits(bounds_, clock_);
  while (limits.Enter(kA, 1).ok()) {
  }
  std::vector<CallPermit> held;
  for (int i = 0; i < 5; ++i) held.push_back(certs::Must(limits.Enter(kB, 100)));
  EXPECT_THAT(limits.Enter(kB, 100), RefusedAs(v1::REASON_TOO_MUCH_IN_FLIGHT));
}

TEST_F(CallLimitsTest, CallsInFlightAreBoundedAndComeBack) {
  CallLimits limits(bounds_, clock_);
  std::vector<CallPermit> held;
  for (int i = 0; i < 5; ++i) held.push_back(certs::Must(limits.Enter(kA, 1)));
  EXPECT_THAT(limits.Enter(kA, 1), RefusedAs(v1::REASON_TOO_MUCH_IN_FLIGHT));
  held.pop_back();
  EXPECT_THAT(limits.Enter(kA, 1), IsOk());
}

TEST_F(CallLimitsTest, BytesInFlightCountTheAnswerToo) {
  CallLimits limits(bounds_, clock_);
  CallPermit one = certs::Must(limits.Enter(kA, 600));
  EXPECT_THAT(limits.Enter(kA, 401), RefusedAs(v1::REASON_TOO_MUCH_IN_FLIGHT));
  CallPermit two = certs::Must(limits.Enter(kA, 100));
  two.Hold(300);
  EXPECT_THAT(limits.Enter(kA, 1), RefusedAs(v1::REASON_TOO_MUCH_IN_FLIGHT));
  two.Release();
  two.Release();  // Once more does nothing.
  EXPECT_THAT(limits.Enter(kA, 400), IsOk());
  EXPECT_EQ(limits.node().bytes, 600);
}

TEST_F(CallLimitsTest, AFullNodeStillTakesTheFirstCallOfAnybodyAndThePeersSessions) {
  CallLimits limits(bounds_, clock_);
  std::vector<CallPermit> held;
  for (int i = 0; i < 5; ++i) held.push_back(certs::Must(limits.Enter(kA, 1)));
  for (int i = 0; i < 3; ++i) held.push_back(certs::Must(limits.Enter(kB, 1)));
  EXPECT_THAT(limits.Enter(kB, 1), RefusedAs(v1::REASON_TOO_MUCH_IN_FLIGHT));
  held.push_back(certs::Must(limits.Enter("c", 1)));
  EXPECT_THAT(limits.Enter("c", 1), RefusedAs(v1::REASON_TOO_MUCH_IN_FLIGHT));
  for (int i = 0; i < 5; ++i) {
    held.push_back(certs::Must(limits.Enter("peer", 100, Caller::kPeer)));
  }
  EXPECT_THAT(limits.Enter("peer", 1, Caller::kPeer), RefusedAs(v1::REASON_TOO_MUCH_IN_FLIGHT));
  EXPECT_EQ(limits.node().calls, 9);
}

TEST_F(CallLimitsTest, WhoRestsIsForgottenWhoHasSomethingInFlightIsNot) {
  CallLimits limits(bounds_, clock_);
  std::optional<CallPermit> held = certs::Must(limits.Enter(kA, 1));
  EXPECT_THAT(limits.Enter(kB, 1), IsOk());
  EXPECT_THAT(limits.Enter("c", 1), IsOk());
  EXPECT_THAT(limits.Enter("d", 1), RefusedAs(v1::REASON_RATE_EXCEEDED));
  EXPECT_EQ(limits.remembered(), 3u);
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(limits.Enter("d", 1), IsOk());
  EXPECT_EQ(limits.remembered(), 2u);
  held.reset();
  clock_.Advance(absl::Seconds(1));
  limits.Tick();
  EXPECT_EQ(limits.remembered(), 0u);
}

// Many callers in any order: what is in flight is what was not given back, for each and for all.
TEST_F(CallLimitsTest, InAnyOrderNothingIsLostAndNothingBelowZero) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    testing::SeededRandom random(seed);
    CallLimits limits(bounds_, clock_);
    struct Held {
      CallPermit permit;
      std::string who;
      int64_t bytes;
    };
    std::deque<Held> held;
    std::map<std::string, CallLimits::InFlight> of;
    for (int step = 0; step < 2000; ++step) {
      clock_.Advance(absl::Milliseconds(random.Uniform(300)));
      if (random.Uniform(2) == 0 && !held.empty()) {
        const size_t at = random.Uniform(held.size());
        of[held[at].who].calls -= 1;
        of[held[at].who].bytes -= held[at].bytes;
        held.erase(held.begin() + static_cast<std::ptrdiff_t>(at));
      } else {
        const std::string who(1, static_cast<char>('a' + random.Uniform(3)));
        const auto bytes = static_cast<int64_t>(random.Uniform(400));
        if (auto permit = limits.Enter(who, bytes); permit.ok()) {
          held.push_back({*std::move(permit), who, bytes});
          of[who].calls += 1;
          of[who].bytes += bytes;
        }
      }
      CallLimits::InFlight all;
      for (const auto& [who, in_flight] : of) {
        EXPECT_LE(in_flight.calls, bounds_.calls_in_flight);
        EXPECT_LE(in_flight.bytes, bounds_.bytes_in_flight);
        all.calls += in_flight.calls;
        all.bytes += in_flight.bytes;
      }
      ASSERT_EQ(limits.node().calls, all.calls);
      ASSERT_EQ(limits.node().bytes, all.bytes);
    }
    held.clear();
    EXPECT_EQ(limits.node().calls, 0);
    EXPECT_EQ(limits.node().bytes, 0);
  }
}

}  // namespace
}  // namespace gatepost::rpc
