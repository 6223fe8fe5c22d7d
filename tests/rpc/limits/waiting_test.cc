// What waits: answers that are given late, and what the other end does not take.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "daemon/rpc/limits/fair_workers.h"
#include "daemon/rpc/limits/late_answers.h"
#include "daemon/rpc/limits/name_pace.h"
#include "daemon/rpc/limits/slow_takers.h"
#include "tests/certs/practice_world.h"
#include "tests/support/manual_clock.h"

namespace gatepost::rpc {
namespace {

class WaitingTest : public ::testing::Test {
 protected:
  const std::shared_ptr<testing::ManualClock> clock_ =
      std::make_shared<testing::ManualClock>(certs::At("2026-01-01T08:00:00Z"));
};

TEST_F(WaitingTest, WhatIsNotTakenInTimeIsCutOnce) {
  SlowTakers slow(absl::Seconds(30), *clock_);
  int cut = 0;
  SlowTakers::Waiting waiting = slow.Began([&] { ++cut; });
  clock_->Advance(absl::Seconds(29));
  slow.Tick();
  EXPECT_EQ(cut, 0);
  clock_->Advance(absl::Seconds(1));
  slow.Tick();
  slow.Tick();
  EXPECT_EQ(cut, 1);
  slow.Taken(waiting);
  slow.Taken(waiting);
  EXPECT_EQ(slow.waiting(), 0u);
}

TEST_F(WaitingTest, WhatWasTakenIsNeverCut) {
  SlowTakers slow(absl::Seconds(30), *clock_);
  SlowTakers::Waiting waiting = slow.Began([] { FAIL() << "cut"; });
  slow.Taken(waiting);
  clock_->Advance(absl::Hours(1));
  slow.Tick();
}

TEST_F(WaitingTest, AClockThatStepsBackPutsACutOffByNoMoreThanItsTime) {
  SlowTakers slow(absl::Seconds(30), *clock_);
  int cut = 0;
  SlowTakers::Waiting waiting = slow.Began([&] { ++cut; });
  clock_->Advance(absl::Hours(-1));
  slow.Tick();
  clock_->Advance(absl::Seconds(30));
  slow.Tick();
  EXPECT_EQ(cut, 1);
  slow.Taken(waiting);
}

TEST_F(WaitingTest, ALateAnswerIsLateAndInOrder) {
  const auto began = std::chrono::steady_clock::now();
  std::promise<int> first;
  std::promise<int> second;
  std::atomic<int> given = 0;
  LateAnswers late(std::chrono::milliseconds(50), 10);
  late.Give([&] { first.set_value(++given); });
  late.Give([&] { second.set_value(++given); });
  EXPECT_EQ(first.get_future().get(), 1);
  EXPECT_EQ(second.get_future().get(), 2);
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(50));
}

TEST_F(WaitingTest, MoreThanMayWaitAreAnsweredAtOnceAndTheRestAtTheEnd) {
  int given = 0;
  {
    LateAnswers late(std::chrono::hours(1), 2);
    for (int i = 0; i < 5; ++i) late.Give([&] { ++given; });
    EXPECT_EQ(given, 3);
  }
  EXPECT_EQ(given, 5);
}

TEST_F(WaitingTest, APaceIsKeptForEachNameAndForgotten) {
  NamePace pace(1, 3, clock_);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(pace.May("a"));
  EXPECT_FALSE(pace.May("a"));
  EXPECT_TRUE(pace.May("b"));
  clock_->Advance(absl::Seconds(10));
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_TRUE(pace.May(std::to_string(i)));
    clock_->Advance(absl::Milliseconds(10));
  }
  EXPECT_LE(pace.remembered(), 512u);
}

// A handler of one caller that never seems to end keeps nobody else waiting.
TEST_F(WaitingTest, AnotherCallerIsServedWhileAHandlerRunsForLong) {
  FairWorkers workers(FairShares{.burst = 1000}, 2, *clock_);
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::vector<std::future<void>> done;
  const auto call = [&](const char* who, std::function<void()> work) {
    auto over = std::make_shared<std::promise<void>>();
    std::future<void> future = over->get_future();
    workers.Do(who, [&workers, who, over, work = std::move(work)] {
      work();
      workers.Answered(who);
      over->set_value();
    });
    return future;
  };
  call("quiet", [] {}).get();
  std::thread other([&] { done.push_back(call("flood", [released] { released.wait(); })); });
  for (int i = 0; i < 100; ++i) call("quiet", [] {}).get();
  release.set_value();
  other.join();
  for (std::future<void>& over : done) over.get();
}

TEST_F(WaitingTest, EverythingIsWorkedOnByWhicheverThread) {
  std::atomic<int> worked = 0;
  {
    FairWorkers workers(FairShares{.begun = 2, .burst = 10'000}, 3, *clock_);
    std::vector<std::thread> callers;
    for (const char* who : {"a", "b", "c"}) {
      callers.emplace_back([&workers, &worked, who] {
        for (int i = 0; i < 2000; ++i) {
          workers.Do(who, [&workers, &worked, who] {
            ++worked;
            workers.Answered(who);
          });
        }
      });
    }
    for (std::thread& caller : callers) caller.join();
  }
  EXPECT_EQ(worked, 6000);
}

// What waits for its pace alone goes on without anybody's arrival, also while every other thread
// works on something long.
TEST_F(WaitingTest, WhatWaitsForItsPaceIsWorkedOnWhenItsTimeHasCome) {
  FairWorkers workers(FairShares{.begun = 100, .begun_a_second = 10, .burst = 1}, 2, *clock_);
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  const auto call = [&](const char* who, std::function<void()> work) {
    auto over = std::make_shared<std::promise<void>>();
    std::future<void> future = over->get_future();
    workers.Do(who, [&workers, who, over, work = std::move(work)] {
      work();
      workers.Answered(who);
      over->set_value();
    });
    return future;
  };
  call("quiet", [] {}).get();
  call("flood", [] {}).get();
  std::future<void> paced = call("flood", [] {});
  // One thread of a caller and one worker are kept busy; the other worker has to look to the pace.
  std::promise<void> begun[2];
  std::vector<std::thread> callers;
  for (int i = 0; i < 2; ++i) {
    callers.emplace_back([&, i] {
      call(i == 0 ? "long" : "other", [&, i] {
        begun[i].set_value();
        released.wait();
      }).get();
    });
  }
  for (std::promise<void>& one : begun) one.get_future().get();
  EXPECT_EQ(paced.wait_for(std::chrono::milliseconds(0)), std::future_status::timeout);
  clock_->Advance(absl::Milliseconds(101));
  EXPECT_EQ(paced.wait_for(std::chrono::seconds(60)), std::future_status::ready);
  release.set_value();
  for (std::thread& caller : callers) caller.join();
}

}  // namespace
}  // namespace gatepost::rpc
