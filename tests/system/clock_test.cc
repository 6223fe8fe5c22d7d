#include "daemon/system/clock.h"

#include <gtest/gtest.h>

#include "tests/support/manual_clock.h"

namespace gatepost::system {
namespace {

TEST(ClockTest, SystemClockIsTheMachinesClock) {
  const SystemClock clock;
  const absl::Time before = absl::Now();
  const absl::Time now = clock.Now();
  EXPECT_LE(before, now);
  EXPECT_LE(now, absl::Now());
}

TEST(ClockTest, ManualClockMovesOnlyWhenTold) {
  const absl::Time start = absl::FromUnixSeconds(1770000000);
  testing::ManualClock clock(start);
  EXPECT_EQ(clock.Now(), start);
  EXPECT_EQ(clock.Now(), start);
  clock.Advance(absl::Seconds(5));
  EXPECT_EQ(clock.Now(), start + absl::Seconds(5));
  clock.Advance(-absl::Seconds(7));
  EXPECT_EQ(clock.Now(), start - absl::Seconds(2));
  clock.Set(absl::UnixEpoch());
  EXPECT_EQ(clock.Now(), absl::UnixEpoch());
}

}  // namespace
}  // namespace gatepost::system
