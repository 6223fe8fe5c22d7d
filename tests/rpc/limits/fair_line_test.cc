#include "daemon/rpc/limits/fair_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/certs/practice_world.h"
#include "tests/support/seeded_random.h"

namespace gatepost::rpc {
namespace {

using ::testing::ElementsAre;

class FairLineTest : public ::testing::Test {
 protected:
  // Whether the call may be worked on at once.
  bool Arrive(const std::string& who, bool here = true) {
    FairLine::Work work = [] {};
    return line_.Arrive(who, now_, here, work);
  }
  void End(const std::string& who) {
    line_.Returned(who);
    line_.Answered(who);
  }
  bool ArriveAndEnd(const std::string& who) {
    if (!Arrive(who)) return false;
    End(who);
    return true;
  }
  // Whose turn it is; "-" when nobody's.
  std::string Next() {
    const auto ready = line_.Next(now_);
    return ready.has_value() ? ready->identity : "-";
  }

  absl::Time now_ = certs::At("2026-01-01T08:00:00Z");
  FairLine line_{FairShares{.begun = 3,
                            .running = 1,
                            .begun_a_second = 100,
                            .burst = 10,
                            .calls_within = absl::Seconds(1)}};
};

TEST_F(FairLineTest, AloneNothingBounds) {
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(Arrive("a"));
  EXPECT_EQ(line_.waiting(), 0u);
}

TEST_F(FairLineTest, WhenThisThreadIsTakenTheCallWaitsForAWorker) {
  EXPECT_FALSE(Arrive("a", /*here=*/false));
  EXPECT_EQ(Next(), "a");
  EXPECT_EQ(Next(), "-");
}

TEST_F(FairLineTest, WhileAnotherCallsOneHandlerRunsAtATime) {
  EXPECT_TRUE(Arrive("quiet"));
  EXPECT_TRUE(Arrive("flood"));
  EXPECT_FALSE(Arrive("flood"));
  EXPECT_FALSE(Arrive("flood"));
  EXPECT_EQ(Next(), "-");
  line_.Returned("flood");
  EXPECT_EQ(Next(), "flood");
  EXPECT_EQ(Next(), "-");
}

TEST_F(FairLineTest, WhileAnotherCallsOnlySoManyAreBegunAndNotAnswered) {
  EXPECT_TRUE(Arrive("quiet"));
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(Arrive("flood"));
    line_.Returned("flood");  // Handed to the committer.
  }
  EXPECT_FALSE(Arrive("flood"));
  EXPECT_EQ(Next(), "-");
  line_.Answered("flood");
  EXPECT_EQ(Next(), "flood");
}

TEST_F(FairLineTest, OneWhoComesAfterAThousandOfAnotherIsNext) {
  EXPECT_TRUE(Arrive("quiet"));
  line_.Returned("quiet");
  line_.Answered("quiet");
  for (int i = 0; i < 1000; ++i) Arrive("flood", /*here=*/false);
  EXPECT_TRUE(Arrive("quiet"));
  line_.Returned("quiet");
  EXPECT_FALSE(Arrive("quiet", /*here=*/false));
  std::vector<std::string> order = {Next(), Next(), Next()};
  EXPECT_THAT(order, ElementsAre("flood", "quiet", "-"));
}

TEST_F(FairLineTest, WhoHasBeenSilentForAWhileBoundsNobody) {
  EXPECT_TRUE(Arrive("quiet"));
  EXPECT_TRUE(Arrive("flood"));
  EXPECT_FALSE(Arrive("flood"));
  now_ += absl::Milliseconds(1001);
  EXPECT_EQ(Next(), "flood");
  EXPECT_TRUE(Arrive("flood"));
}

TEST_F(FairLineTest, AnAnswerMayComeBeforeItsHandlerReturns) {
  EXPECT_TRUE(Arrive("a"));
  line_.Answered("a");
  line_.Returned("a");
  EXPECT_TRUE(Arrive("b"));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(ArriveAndEnd("a"));
  EXPECT_TRUE(Arrive("a"));
}

TEST_F(FairLineTest, WhileAnotherCallsOnlySoManyAreBegunASecond) {
  EXPECT_TRUE(ArriveAndEnd("quiet"));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(ArriveAndEnd("flood")) << i;
  EXPECT_FALSE(Arrive("flood"));
  EXPECT_FALSE(Arrive("flood"));
  EXPECT_EQ(Next(), "-");
  EXPECT_EQ(line_.UntilNext(now_), absl::Milliseconds(10));
  EXPECT_TRUE(ArriveAndEnd("quiet"));
  now_ += absl::Milliseconds(10);
  EXPECT_EQ(line_.UntilNext(now_), absl::ZeroDuration());
  EXPECT_EQ(Next(), "flood");
  EXPECT_EQ(line_.UntilNext(now_), absl::InfiniteDuration());  // Until its handler returns.
  End("flood");
  EXPECT_EQ(Next(), "-");
  now_ += absl::Milliseconds(10);
  EXPECT_EQ(Next(), "flood");
}

TEST_F(FairLineTest, WhoWentFastAloneHasNoBurstLeftWhenAnotherComes) {
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(ArriveAndEnd("flood"));
  EXPECT_TRUE(ArriveAndEnd("quiet"));
  EXPECT_FALSE(Arrive("flood"));
  now_ += absl::Milliseconds(10);
  EXPECT_EQ(Next(), "flood");
}

// One call at a time is no way round the pace: nobody is forgotten before his bucket is full.
TEST_F(FairLineTest, AnAnsweredCallerIsRememberedUntilItMakesNoDifference) {
  EXPECT_TRUE(ArriveAndEnd("quiet"));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(ArriveAndEnd("flood"));
  for (int i = 0; i < 500; ++i) EXPECT_TRUE(ArriveAndEnd(std::to_string(i)));
  EXPECT_FALSE(Arrive("flood"));
  now_ += absl::Milliseconds(500);
  EXPECT_EQ(Next(), "flood");
  End("flood");
  for (int i = 500; i < 5000; ++i) {
    EXPECT_TRUE(ArriveAndEnd(std::to_string(i)));
    now_ += absl::Milliseconds(10);
  }
  EXPECT_LE(line_.lines(), 1100u);
}

// Any order of calls, returns and answers: everybody comes to his turn, and nothing is kept.
TEST_F(FairLineTest, EverythingThatWaitsIsWorkedOnAndForgotten) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    testing::SeededRandom random(seed);
    std::vector<std::string> running, begun;
    int arrived = 0, worked = 0;
    const auto take = [&](std::vector<std::string>& from) {
      const size_t at = random.Uniform(from.size());
      const std::string who = from[at];
      from.erase(from.begin() + static_cast<std::ptrdiff_t>(at));
      return who;
    };
    const auto work = [&](const std::string& who) {
      running.push_back(who);
      begun.push_back(who);
      ++worked;
    };
    for (int step = 0; step < 3000 || worked < arrived || !running.empty() || !begun.empty();) {
      ASSERT_LT(++step, 100'000) << "something waits for ever; seed " << seed;
      now_ += absl::Milliseconds(random.Uniform(20));
      const uint64_t act = random.Uniform(4);
      if (act == 0 && step < 3000) {
        const std::string who(1, static_cast<char>('a' + random.Uniform(4)));
        ++arrived;
        if (Arrive(who, random.Uniform(2) == 0)) work(who);
      } else if (act == 1 && !running.empty()) {
        line_.Returned(take(running));
      } else if (act == 2 && !begun.empty()) {
        line_.Answered(take(begun));
      } else if (const std::string who = Next(); who != "-") {
        work(who);
      }
    }
    EXPECT_EQ(worked, arrived);
    // They are forgotten when others come.
    for (int i = 0; i < 300; ++i) {
      now_ += absl::Milliseconds(20);
      EXPECT_TRUE(ArriveAndEnd(std::to_string(seed) + "/" + std::to_string(i)));
    }
    EXPECT_LE(line_.lines(), 64u);
    for (const char* who : {"a", "b", "c", "d"}) EXPECT_FALSE(line_.Remembers(who));
    EXPECT_EQ(line_.waiting(), 0u);
  }
}

}  // namespace
}  // namespace gatepost::rpc
