#include "client/retry.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/support/seeded_random.h"

namespace gatepost::client {
namespace {

TEST(BackoffTest, DoublesUpToTheLongestWithJitterOfAHalf) {
  testing::SeededRandom random(1);
  Backoff backoff({.attempts = 0, .first = absl::Milliseconds(100), .longest = absl::Seconds(1)},
                  random);
  for (int whole_ms : {100, 200, 400, 800, 1000, 1000}) {
    absl::Duration wait = backoff.Next();
    EXPECT_GE(wait, absl::Milliseconds(whole_ms) / 2);
    EXPECT_LE(wait, absl::Milliseconds(whole_ms));
  }
  backoff.Reset();
  EXPECT_LE(backoff.Next(), absl::Milliseconds(100));
  EXPECT_FALSE(backoff.Spent());
}

TEST(BackoffTest, TwoClientsDoNotWaitAlike) {
  testing::SeededRandom one(1), two(2);
  EXPECT_NE(Backoff({}, one).Next(), Backoff({}, two).Next());
}

TEST(BackoffTest, IsSpentAfterItsAttempts) {
  testing::SeededRandom random(1);
  Backoff backoff({.attempts = 3}, random);
  EXPECT_FALSE(backoff.Spent());
  backoff.Next();
  EXPECT_FALSE(backoff.Spent());
  backoff.Next();
  EXPECT_TRUE(backoff.Spent());
}

TEST(SystemPauseTest, EndsAtOnceWhenStopped) {
  SystemPause pause;
  std::stop_source stop;
  std::thread stopper([&] { stop.request_stop(); });
  EXPECT_FALSE(pause.For(absl::Hours(1), stop.get_token()));
  stopper.join();
  EXPECT_TRUE(pause.For(absl::Milliseconds(1), {}));
}

}  // namespace
}  // namespace gatepost::client
