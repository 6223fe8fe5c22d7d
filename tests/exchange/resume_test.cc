// Whatever breaks, and wherever: what was answered is delivered once, in order, and receipted.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/exchange/promises.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {
namespace {

// Reports for keys that nobody used yet, so that a duplicate delivery could not hide.
class Source {
 public:
  explicit Source(TwoNodes& world) : world_(world) {}

  v1::Message Next(const certs::Signer& author) {
    static constexpr std::array<const char*, 4> kGates = {"LS-HN", "LS-TT", "LS-CM", "QN-MC"};
    const int number = next_++;
    return world_.OneFigureReport(author, kGates[static_cast<size_t>(number) % kGates.size()],
                                  number / static_cast<int>(kGates.size()), number);
  }

 private:
  TwoNodes& world_;
  int next_ = 0;
};

// What happens at the moment of the cut.
enum class Restart { kNobody, kVn, kCn, kBoth };

std::string NameOf(Restart restart) {
  switch (restart) {
    case Restart::kNobody:
      return "Nobody";
    case Restart::kVn:
      return "Vn";
    case Restart::kCn:
      return "Cn";
    default:
      return "Both";
  }
}

class CutSweep : public ::testing::TestWithParam<Restart> {};

// Six reports cross, three each way; the wire is cut after 0 frames, after 1, … until all of it
// fits between two cuts, with everything uncommitted lost on the nodes that restart.
TEST_P(CutSweep, AfterEveryFrameAllIsDeliveredOnceInOrder) {
  TwoNodes world;
  Promises promises(world);
  Source source(world);
  bool cut_something = true;
  int cuts = 0;
  for (int cut_after = 0; cut_something; ++cut_after) {
    SCOPED_TRACE("cut after frame " + std::to_string(cut_after));
    for (int i = 0; i < 3; ++i) {
      promises.Submit(world.vn_clerk(), source.Next(world.vn_clerk()));
      promises.Submit(world.cn_clerk(), source.Next(world.cn_clerk()));
    }
    const int before = promises.frames();
    world.Connect(/*dialled_by_vn=*/cut_after % 2 == 0);
    while (promises.frames() < before + cut_after && world.RunOneStep()) {
    }
    cut_something = world.vn->LinkRecord().last_receipted < world.vn->LinkRecord().last_queued ||
                    world.cn->LinkRecord().last_receipted < world.cn->LinkRecord().last_queued;
    if (GetParam() == Restart::kVn || GetParam() == Restart::kBoth) world.KillAndRestart(true);
    if (GetParam() == Restart::kCn || GetParam() == Restart::kBoth) world.KillAndRestart(false);
    ++cuts;
    promises.ConnectAndRun();
    if (::testing::Test::HasFailure()) break;
  }
  promises.Check();
  EXPECT_GT(cuts, 8) << "the sweep ended before it had begun";
  EXPECT_TRUE(Need(Need(world.vn->store->Read())->ListMessages({})).size() > 0);
}

INSTANTIATE_TEST_SUITE_P(Resume, CutSweep,
                         ::testing::Values(Restart::kNobody, Restart::kVn, Restart::kCn,
                                           Restart::kBoth),
                         [](const auto& param) { return NameOf(param.param); });

// The same by small steps: between any two of them (a frame, a commit) everything breaks.
TEST(Resume, ACutAndARestartAfterEverySmallStepLoseNothing) {
  TwoNodes world;
  Promises promises(world);
  Source source(world);
  for (int steps = 0; steps < 60; ++steps) {
    SCOPED_TRACE("after step " + std::to_string(steps));
    promises.Submit(world.vn_clerk(), source.Next(world.vn_clerk()));
    promises.Submit(world.cn_clerk(), source.Next(world.cn_clerk()));
    world.Connect();
    for (int step = 0; step < steps && world.RunOneStep(); ++step) {
    }
    world.KillAndRestart(steps % 2 == 0);
  }
  promises.ConnectAndRun();
  promises.Check();
}

// A break of the wire alone loses no work that is at the disk: the next session starts after it.
TEST(Resume, ANewSessionStartsAfterWhatAnOlderOneStillCommits) {
  TwoNodes world;
  Promises promises(world);
  Source source(world);
  for (int steps = 0; steps < 60; ++steps) {
    SCOPED_TRACE("after step " + std::to_string(steps));
    promises.Submit(world.vn_clerk(), source.Next(world.vn_clerk()));
    promises.Submit(world.cn_clerk(), source.Next(world.cn_clerk()));
    world.Cut();
    world.Connect();  // At once: commits of the older session are still waiting.
    for (int step = 0; step < steps && world.RunOneStep(); ++step) {
    }
  }
  promises.ConnectAndRun();
  promises.Check();
}

TEST(Resume, AThousandQueuedReportsAreDeliveredInOrderWithinTheWindow) {
  TwoNodes world({.window_messages = 32});
  Promises promises(world);
  Source source(world);
  for (int i = 0; i < 1000; ++i) {
    promises.Submit(world.vn_clerk(), source.Next(world.vn_clerk()));
  }
  EXPECT_EQ(world.cn->LinkRecord().last_received, 0u);
  world.Connect();
  size_t most_pending = 0;
  while (world.RunOneStep()) {
    most_pending = std::max(most_pending, world.streams[0].from_vn->frames.size());
  }
  promises.Check();
  EXPECT_EQ(promises.most_in_flight(), 32u);
  EXPECT_LE(most_pending, 2 * exchange::kMostPendingFrames) << "the queue to the wire grew";
}

// The smaller window of the two holds.
TEST(Resume, AReceiverWithASmallWindowIsNeverGivenMore) {
  TwoNodes world({.window_messages = 256, .cn_window_messages = 3});
  Promises promises(world);
  Source source(world);
  for (int i = 0; i < 50; ++i) {
    promises.Submit(world.vn_clerk(), source.Next(world.vn_clerk()));
  }
  world.Connect();
  world.Run();
  promises.Check();
  EXPECT_EQ(promises.most_in_flight(), 3u);
}

// Receipts are lost with the wire again and again: they are repeated, the same bytes, and the
// window never holds more.
TEST(Resume, LostReceiptsAreRepeatedByteForByte) {
  TwoNodes world({.window_messages = 8});
  Promises promises(world);
  Source source(world);
  std::map<uint64_t, std::string> first;  // Sequence → leaf and path of the first receipt seen.
  bool lose = true;
  promises.on_wire = [&](bool from_vn, v1::LinkFrame& frame) {
    if (from_vn || !frame.has_receipts()) return true;
    for (const v1::LinkReceipt& receipt : frame.receipts().receipts()) {
      const auto [entry, added] =
          first.try_emplace(receipt.sequence(), receipt.SerializeAsString());
      EXPECT_EQ(entry->second, receipt.SerializeAsString()) << receipt.sequence();
    }
    return !lose;
  };
  for (int i = 0; i < 20; ++i) promises.Submit(world.vn_clerk(), source.Next(world.vn_clerk()));
  for (int attempt = 0; attempt < 10; ++attempt) {
    world.Connect();
    world.Run();
    world.KillAndRestart(attempt % 2 == 0);
  }
  EXPECT_EQ(world.cn->LinkRecord().last_received, 8u) << "more than one window without receipts";
  lose = false;
  promises.ConnectAndRun();
  promises.Check();
}

}  // namespace
}  // namespace gatepost::testing
