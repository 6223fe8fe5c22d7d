// Both sides dial, or one dials twice: however the streams' events fall, one session is left.
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "daemon/system/reason.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

// One stream whose two ends the test opens one after the other: first the side that was dialled,
// then the dialler, as over gRPC.
class SlowStream {
 public:
  SlowStream(TwoNodes& world, bool dialled_by_vn) : world_(world) {
    stream_.dialled_by_vn = dialled_by_vn;
  }

  // The events of a stream's beginning; each happens once.
  enum Event { kDialledOpens, kDiallerOpens, kHelloToDialler, kHelloToDialled, kEvents };

  bool CanHappen(Event event) const {
    if (happened_[event]) return false;
    if (event == kDialledOpens) return true;
    if (event == kDiallerOpens) return happened_[kDialledOpens];
    return happened_[kDiallerOpens];
  }

  void Happen(Event event) {
    happened_[event] = true;
    switch (event) {
      case kDialledOpens:
        return Open(!stream_.dialled_by_vn);
      case kDiallerOpens:
        return Open(stream_.dialled_by_vn);
      case kHelloToDialler:
        return Deliver(/*to_vn=*/stream_.dialled_by_vn);
      default:
        return Deliver(/*to_vn=*/!stream_.dialled_by_vn);
    }
  }

  const TwoNodes::Stream& stream() const { return stream_; }
  bool open() const { return !stream_.from_vn->closed && !stream_.from_cn->closed; }
  bool closed() const { return stream_.from_vn->closed && stream_.from_cn->closed; }

 private:
  void Open(bool at_vn) {
    if (at_vn) {
      stream_.vn = world_.vn->link->Open(stream_.from_vn, stream_.dialled_by_vn);
    } else {
      stream_.cn = world_.cn->link->Open(stream_.from_cn, !stream_.dialled_by_vn);
    }
  }
  void Deliver(bool to_vn) {
    QueueSink& from = to_vn ? *stream_.from_cn : *stream_.from_vn;
    if (from.frames.empty()) return;
    const v1::LinkFrame frame = from.frames.front();
    from.frames.pop_front();
    (to_vn ? stream_.vn : stream_.cn)->OnFrame(frame);
  }

  TwoNodes& world_;
  TwoNodes::Stream stream_;
  std::array<bool, kEvents> happened_{};
};

using Streams = std::array<SlowStream, 2>;

// When the disks keep up: after each event, or only when all is over, on either side.
struct Disks {
  bool vn_at_once = true;
  bool cn_at_once = true;
};

// Runs every order in which the events of two streams can fall. `choices` is an odometer: which of
// the events that can happen happens next.
int ForEveryOrder(TwoNodes& world, bool first_by_vn, bool second_by_vn, Disks disks,
                  const std::function<void(Streams&)>& check) {
  std::vector<size_t> choices;
  std::vector<size_t> widths;
  int orders = 0;
  while (true) {
    Streams streams = {SlowStream(world, first_by_vn), SlowStream(world, second_by_vn)};
    widths.clear();
    for (size_t depth = 0;; ++depth) {
      std::vector<std::pair<SlowStream*, SlowStream::Event>> possible;
      for (SlowStream& stream : streams) {
        for (int event = 0; event < SlowStream::kEvents; ++event) {
          if (stream.CanHappen(static_cast<SlowStream::Event>(event))) {
            possible.emplace_back(&stream, static_cast<SlowStream::Event>(event));
          }
        }
      }
      if (possible.empty()) break;
      if (depth == choices.size()) choices.push_back(0);
      widths.push_back(possible.size());
      possible[choices[depth]].first->Happen(possible[choices[depth]].second);
      if (disks.vn_at_once) world.vn->Settle();
      if (disks.cn_at_once) world.cn->Settle();
    }
    for (const SlowStream& stream : streams) world.streams.push_back(stream.stream());
    world.Run();
    check(streams);
    world.Cut();
    world.Run();
    ++orders;
    if (::testing::Test::HasFailure()) {
      std::string order;
      for (const size_t choice : choices) order += std::to_string(choice);
      ADD_FAILURE() << "in the order " << order;
      return orders;
    }
    // The next order: the last choice that can still grow does, and what came after it is
    // forgotten.
    while (!choices.empty() && choices.back() + 1 == widths[choices.size() - 1]) choices.pop_back();
    if (choices.empty()) return orders;
    ++choices.back();
  }
}

class DoubleDial : public ::testing::TestWithParam<Disks> {};

// vn-langson has the smaller SPIFFE id: what it dialled stays, whichever came first.
TEST_P(DoubleDial, InEveryOrderTheSmallerIdsStreamIsLeftOnBothSides) {
  TwoNodes world;
  const int orders = ForEveryOrder(
      world, /*first_by_vn=*/true, /*second_by_vn=*/false, GetParam(), [&](Streams& streams) {
        EXPECT_TRUE(world.vn->link->connected());
        EXPECT_TRUE(world.cn->link->connected());
        EXPECT_TRUE(streams[0].open()) << "the smaller id's stream is gone";
        EXPECT_TRUE(streams[1].closed()) << "the larger id's stream is still there";
      });
  EXPECT_EQ(orders, 280);
  EXPECT_EQ(world.vn->head().size, 0u) << "a double dial left a leaf";
  EXPECT_EQ(world.cn->head().size, 0u);
}

// One side dials twice because its first stream seemed dead: at most one session is left, on both
// sides the same, and one more dial always ends with a live one.
TEST_P(DoubleDial, TwoStreamsOfOneDiallerNeverLiveSideBySide) {
  for (const bool by_vn : {true, false}) {
    TwoNodes world;
    ForEveryOrder(world, by_vn, by_vn, GetParam(), [&](Streams& streams) {
      EXPECT_FALSE(streams[0].open() && streams[1].open());
      world.Connect(by_vn);
      world.Run();
      EXPECT_TRUE(world.vn->link->connected());
      EXPECT_TRUE(world.cn->link->connected());
      EXPECT_TRUE(streams[0].closed() && streams[1].closed());
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Session, DoubleDial,
                         ::testing::Values(Disks{true, true}, Disks{false, false},
                                           Disks{true, false}, Disks{false, true}),
                         [](const auto& param) {
                           return std::string(param.param.vn_at_once ? "VnAtOnce" : "VnLate") +
                                  (param.param.cn_at_once ? "CnAtOnce" : "CnLate");
                         });

TEST(DoubleDialling, TheSameDiallersNewerStreamReplacesItsOlderOne) {
  TwoNodes world;
  for (const bool by_vn : {true, false}) {
    world.Connect(by_vn);
    world.Run();
    for (int again = 0; again < 3; ++again) {
      world.Connect(by_vn);
      world.Run();
      ASSERT_GE(world.streams.size(), 2u);
      EXPECT_TRUE(world.streams[world.streams.size() - 2].from_vn->closed);
      EXPECT_FALSE(world.streams.back().from_vn->closed);
      EXPECT_TRUE(world.vn->link->connected());
      EXPECT_TRUE(world.cn->link->connected());
    }
    world.Cut();
  }
}

TEST(DoubleDialling, TheLargerIdsLaterStreamDoesNotDisturbALiveOne) {
  TwoNodes world;
  world.Connect(/*dialled_by_vn=*/true);
  world.Run();
  for (int again = 0; again < 20; ++again) {
    world.Connect(/*dialled_by_vn=*/false);
    world.Run();
    EXPECT_TRUE(world.streams.back().from_vn->closed);
    EXPECT_TRUE(world.streams.back().from_cn->closed);
    EXPECT_FALSE(world.streams.front().from_vn->closed);
  }
  EXPECT_TRUE(world.vn->link->connected());
  EXPECT_TRUE(world.cn->link->connected());
}

// The number of the session is durable and only ever grows, also over restarts.
TEST(DoubleDialling, FencingNumbersGrowOverRestarts) {
  TwoNodes world;
  uint64_t last = 0;
  for (int round = 0; round < 6; ++round) {
    world.Connect(/*dialled_by_vn=*/round % 2 == 0);
    world.Run();
    ASSERT_TRUE(world.vn->link->connected());
    EXPECT_EQ(world.vn->LinkRecord().fencing, world.cn->LinkRecord().fencing);
    EXPECT_GT(world.vn->LinkRecord().fencing, last);
    last = world.vn->LinkRecord().fencing;
    world.KillAndRestart(round % 3 == 0);
  }
}

}  // namespace
}  // namespace gatepost::testing
