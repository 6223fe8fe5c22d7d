// How sessions live and end: heartbeats, silence, back-off, idle days.
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "daemon/system/reason.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

v1::LinkState StateOf(const TestNode& node) { return node.link->State(); }

bool Connected(const TwoNodes& world) {
  return world.vn->link->connected() && world.cn->link->connected();
}

absl::Status NobodyThere() {
  return system::Refuse(v1::REASON_NOT_REACHABLE, "a stream", "nobody answers", "wait");
}

TEST(Session, HeartbeatsKeepAQuietSessionLive) {
  TwoNodes world;
  int pings = 0;
  world.on_wire = [&](bool, v1::LinkFrame& frame) {
    pings += frame.has_ping();
    return true;
  };
  world.Connect();
  world.Run();
  world.Pass(absl::Minutes(10));
  EXPECT_TRUE(Connected(world));
  // Both sides, every 5 s.
  EXPECT_NEAR(pings, 2 * 120, 10);
  EXPECT_EQ(world.streams.size(), 1u);
}

TEST(Session, SilenceForThreeHeartbeatsEndsItOnBothSides) {
  TwoNodes world;
  world.Connect();
  world.Run();
  world.on_wire = [](bool, v1::LinkFrame&) { return false; };
  world.Pass(absl::Seconds(15));
  EXPECT_TRUE(Connected(world));
  world.Pass(absl::Seconds(1));
  for (const TestNode* node : {world.vn.get(), world.cn.get()}) {
    EXPECT_FALSE(node->link->connected());
    EXPECT_EQ(StateOf(*node).problem().reason(), v1::REASON_PEER_SILENT);
    EXPECT_EQ(node->head().size, 0u) << "a broken wire left a leaf";
  }
}

TEST(Session, AStreamWithoutHelloEndsAfterTenSeconds) {
  TwoNodes world;
  world.on_wire = [](bool, v1::LinkFrame&) { return false; };
  world.Connect();
  world.Pass(absl::Seconds(10));
  EXPECT_FALSE(world.streams[0].from_vn->closed);
  world.Pass(absl::Seconds(1));
  EXPECT_TRUE(world.streams[0].from_vn->closed);
  EXPECT_TRUE(world.streams[0].from_cn->closed);
  EXPECT_EQ(StateOf(*world.vn).problem().reason(), v1::REASON_PEER_SILENT);
}

TEST(Session, AClockThatStepsBackHidesNeitherSilenceNorStopsDialling) {
  TwoNodes world;
  world.on_dial = [&](bool by_vn) { world.Connect(by_vn); };
  world.Pass(absl::Seconds(2));
  EXPECT_TRUE(Connected(world));
  world.clock.Advance(absl::Hours(-24));
  world.Pass(absl::Seconds(60));
  EXPECT_TRUE(Connected(world)) << "heartbeats stopped";
  EXPECT_EQ(world.streams.size(), 1u);

  world.on_wire = [](bool, v1::LinkFrame&) { return false; };
  world.Pass(absl::Seconds(5));
  world.clock.Advance(absl::Hours(-24));
  world.Pass(absl::Seconds(17));
  EXPECT_FALSE(world.vn->link->connected()) << "silence was not noticed";

  world.Pass(absl::Minutes(20));  // Dials fail for long: the back-off is at its longest.
  world.on_wire = nullptr;
  world.clock.Advance(absl::Hours(-24));
  world.Pass(absl::Seconds(62));
  EXPECT_TRUE(Connected(world)) << "nobody dialled";
}

TEST(Session, DialsBackOffWithJitterUpToABoundForHours) {
  TwoNodes world;
  std::vector<absl::Time> dialled;
  world.on_dial = [&](bool by_vn) {
    EXPECT_TRUE(by_vn) << "cn-pingxiang is told not to dial";
    dialled.push_back(world.clock.Now());
    world.vn->link->OnDialFailed(NobodyThere());
  };
  world.Pass(absl::Hours(4));
  ASSERT_GT(dialled.size(), 20u);
  EXPECT_LE(dialled[4] - dialled[0], absl::Seconds(10)) << "the first ones come quickly";
  std::set<int64_t> gaps;
  for (size_t at = 1; at < dialled.size(); ++at) {
    const absl::Duration gap = dialled[at] - dialled[at - 1];
    EXPECT_LE(gap, absl::Seconds(31)) << "at dial " << at;
    if (at < 12) continue;
    EXPECT_GE(gap, absl::Seconds(15)) << "at dial " << at;
    gaps.insert(absl::ToInt64Seconds(gap));
  }
  EXPECT_GT(gaps.size(), 10u) << "no jitter";
  EXPECT_LT(dialled.size(), 4 * 3600 / 15 + 20u);
  EXPECT_EQ(StateOf(*world.vn).problem().reason(), v1::REASON_NOT_REACHABLE);
  EXPECT_EQ(world.vn->head().size, 0u) << "dialling left a leaf";

  // Once it has held, a link that breaks is dialled again at once.
  world.on_dial = [&](bool by_vn) { world.Connect(by_vn); };
  world.Pass(absl::Seconds(60));
  ASSERT_TRUE(Connected(world));
  world.Cut();
  world.Pass(absl::Seconds(2));
  EXPECT_TRUE(Connected(world));
}

// A peer that is refused at every Hello is dialled as rarely as one that does not answer.
TEST(Session, APeerThatIsAlwaysRefusedIsNotDialledInALoop) {
  TwoNodes world({.cn_agreement = "another agreement"});
  world.on_dial = [&](bool by_vn) { world.Connect(by_vn); };
  world.Pass(absl::Hours(2));
  EXPECT_LT(world.dials, 2 * 3600 / 15 + 20);
  // The second is the alarm that nobody has cosigned the first.
  EXPECT_LE(world.vn->head().size, 2u) << "one fact is one leaf";
  EXPECT_LE(world.cn->head().size, 2u);
}

TEST(Session, BothSidesDialAtOnceAndComeTogether) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    TwoNodes world({.seed = seed, .cn_dials = true});
    world.on_dial = [&](bool by_vn) { world.Connect(by_vn); };
    world.Pass(absl::Seconds(10));
    EXPECT_TRUE(Connected(world)) << "seed " << seed;
    const size_t streams = world.streams.size();
    world.Pass(absl::Minutes(2));
    EXPECT_EQ(world.streams.size(), streams) << "they go on dialling";
  }
}

TEST(Session, TwoIdleConnectedNodesGrowByNothingInADay) {
  TwoNodes world;
  world.on_dial = [&](bool by_vn) { world.Connect(by_vn); };
  const auto envelope = world.Sign(world.vn_clerk(), world.NewPing(world.vn_clerk(), "first"));
  ASSERT_TRUE(world.vn->Submit(world.vn_clerk(), envelope).ok());
  world.Pass(absl::Seconds(5));
  const exchange::Head vn = world.vn->head();
  const exchange::Head cn = world.cn->head();
  EXPECT_EQ(vn.size, 3u) << "ACCEPTED, RECEIPT, and one PEER_HEAD";
  EXPECT_EQ(cn.size, 2u) << "DELIVERED, and one PEER_HEAD";
  world.Pass(absl::Hours(24));
  EXPECT_TRUE(Connected(world));
  EXPECT_EQ(world.vn->head(), vn);
  EXPECT_EQ(world.cn->head(), cn);
}

TEST(Session, TwoIdleNodesWithoutALinkGrowByNothingInADay) {
  TwoNodes world({.cn_dials = true});
  world.on_dial = [&](bool by_vn) {
    (by_vn ? world.vn : world.cn)->link->OnDialFailed(NobodyThere());
  };
  world.Pass(absl::Hours(24));
  EXPECT_EQ(world.vn->head().size, 0u);
  EXPECT_EQ(world.cn->head().size, 0u);
}

// A line that comes and goes all day is no event for the ledger either.
TEST(Session, ALinkThatBreaksEveryMinuteLeavesNothingInTheLedger) {
  TwoNodes world({.cn_dials = true});
  world.on_dial = [&](bool by_vn) { world.Connect(by_vn); };
  for (int minute = 0; minute < 240; ++minute) {
    world.Pass(absl::Seconds(60));
    EXPECT_TRUE(Connected(world)) << "minute " << minute;
    world.Cut();
  }
  EXPECT_EQ(world.vn->head().size, 0u);
  EXPECT_EQ(world.cn->head().size, 0u);
}

TEST(Session, AStoppedLinkSaysByeAndTakesNoMore) {
  TwoNodes world;
  world.Connect();
  world.Run();
  world.vn->link->Stop();
  world.Run();
  EXPECT_EQ(StateOf(*world.cn).problem().reason(), v1::REASON_NODE_STOPPING);
  world.Connect();
  world.Run();
  EXPECT_FALSE(Connected(world));
  world.Pass(absl::Minutes(1));
  EXPECT_EQ(world.dials, 0);
}

}  // namespace
}  // namespace gatepost::testing
