// A peer with valid keys that wants our memory, our disk or our attention: everything it can make
// grow has a bound, and an honest peer can connect afterwards.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/exchange/hostile_peer.h"

namespace gatepost::testing {
namespace {

// More than one batch of the sender, its chains, and one frame of each other kind.
constexpr size_t kMostQueuedFrames = 3 * exchange::kMostPendingFrames;

TEST(HostileFlood, AWindowThatNeverDrainsGetsOneWindowHoweverOftenThePeerConnects) {
  HostilePeer h({.window_messages = 32});
  h.Queue(200);
  for (int again = 0; again < 1000; ++again) {
    h.peer.Connect();  // It says that it has everything it was sent, and gives no receipt.
    ASSERT_TRUE(h.node().link->connected());
    ASSERT_LE(h.peer.received.size(), 32u);
    h.peer.Break();
  }
  EXPECT_EQ(h.peer.received.size(), 32u);
  // The same when it pretends to have received nothing: the same messages again, and no more.
  for (int again = 0; again < 100; ++again) {
    h.peer.Open();
    v1::LinkHello hello = h.peer.Hello();
    hello.set_last_received(0);
    hello.set_last_received_digest(std::string(32, '\0'));
    h.peer.SayHello(hello);
    ASSERT_TRUE(h.node().link->connected());
    h.peer.Break();
  }
  EXPECT_EQ(h.peer.received.size(), 32u);
  EXPECT_EQ(h.node().head().size, 200u) << "connecting alone grew the ledger";
  h.ExpectGoesOn();
}

TEST(HostileFlood, APeerThatDoesNotReadGetsABoundedQueue) {
  HostilePeer h;
  h.Queue(300);
  h.peer.Connect();
  h.peer.ReceiptAll();
  h.peer.reads = false;
  h.Queue(300);
  // It stays awake by heartbeats for a day, and takes nothing off the wire.
  for (int tick = 0; tick < 24 * 720; ++tick) {
    h.world.clock.Advance(absl::Seconds(5));
    v1::LinkFrame ping;
    ping.mutable_ping();
    h.peer.Send(ping);
    h.node().link->OnTick();
    ASSERT_LE(h.peer.line().from_vn->frames.size(), kMostQueuedFrames) << "after tick " << tick;
  }
  EXPECT_TRUE(h.node().link->connected());
  h.peer.reads = true;
  h.peer.Read();
  h.peer.ReceiptAll();
  EXPECT_EQ(h.node().LinkRecord().last_receipted, 600u) << "the queue did not go on";
  h.ExpectGoesOn();
}

TEST(HostileFlood, TenThousandMessagesWithoutReadingReceiptsEndAtTheWindow) {
  HostilePeer h({.window_messages = 64});
  h.peer.Connect();
  h.peer.Send(ScriptedPeer::CertificatesOf(h.world.cn_clerk()));
  h.peer.reads = false;
  const auto in_session = [&] { return !h.peer.line().from_vn->closed; };
  uint64_t sent = 0;
  v1::LinkFrame last;
  for (uint64_t sequence = 1; sequence <= 10'000; ++sequence) {
    // Once it is over, whatever still comes is not looked at.
    if (in_session()) last = ScriptedPeer::MessageFrame(sequence, h.Good(std::to_string(sequence)));
    if (in_session()) sent = sequence;
    last.mutable_message()->set_sequence(sequence);
    h.peer.Send(last);
    ASSERT_LE(h.peer.line().from_vn->frames.size(), kMostQueuedFrames);
  }
  EXPECT_LE(sent, 64 + exchange::kMostPendingFrames + 2);
  h.peer.reads = true;
  h.peer.Read();
  h.ExpectRefused(v1::REASON_WINDOW_EXCEEDED);
  EXPECT_LT(h.node().LinkRecord().last_received, sent);
  EXPECT_LE(h.Stored(), sent);
  EXPECT_LE(h.node().head().size, sent + 1);
}

TEST(HostileFlood, AHundredStreamsWithoutHelloAreFourAndThenNone) {
  HostilePeer h;
  std::vector<ScriptedPeer::Line> lines;
  for (int i = 0; i < 100; ++i) {
    h.peer.Open();
    lines.push_back(h.peer.line());
  }
  const auto open = [&] {
    return std::count_if(lines.begin(), lines.end(),
                         [](const auto& line) { return !line.from_vn->closed; });
  };
  EXPECT_EQ(open(), 4);
  EXPECT_EQ(h.peer.bye(), v1::REASON_DOUBLE_DIAL);
  h.world.Pass(absl::Seconds(11));
  EXPECT_EQ(open(), 0);
  EXPECT_EQ(h.node().head().size, 0u);
  // The real cn-pingxiang, a whole node, comes back.
  h.world.Connect();
  h.world.Run();
  EXPECT_TRUE(h.node().link->connected());
}

TEST(HostileFlood, AHundredStreamsWithHelloAreOne) {
  HostilePeer h;
  std::vector<ScriptedPeer::Line> lines;
  for (int i = 0; i < 100; ++i) {
    h.peer.Connect();
    EXPECT_TRUE(h.node().link->connected());
    lines.push_back(h.peer.line());
  }
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                          [](const auto& line) { return !line.from_vn->closed; }),
            1);
  EXPECT_FALSE(lines.back().from_vn->closed);
  EXPECT_EQ(h.node().head().size, 0u);
  h.ExpectGoesOn();
}

// vn-langson follows a sequencer that decides without end, while its disk does not keep up.
TEST(HostileFlood, DecisionsThatTheDiskDoesNotTakeEndAtTheWindow) {
  HostilePeer h({.cn_decides = true});
  constexpr uint64_t kSent = exchange::kMostUnappliedDecisions;
  std::vector<std::string> leaves;
  for (uint64_t i = 0; i <= kSent; ++i) leaves.push_back("decision " + std::to_string(i));
  for (const std::string& leaf : leaves) h.peer.log.Append(leaf);
  h.peer.Connect();
  h.peer.settles = false;
  v1::LinkFrame frame;
  v1::LinkDecision& decision = *frame.mutable_decision();
  decision.set_head(h.peer.log.Head(leaves.size()));
  for (uint64_t i = 0; i < leaves.size(); ++i) {
    ASSERT_TRUE(h.node().link->connected()) << "after " << i;
    decision.set_number(i + 1);
    decision.set_leaf(leaves[i]);
    decision.set_leaf_index(i);
    decision.clear_path();
    for (const certs::Digest& hash : h.peer.log.Path(i, leaves.size())) {
      decision.add_path(std::string(certs::AsView(hash)));
    }
    h.peer.Send(frame);
    decision.set_shown_size(leaves.size());
  }
  h.ExpectRefused(v1::REASON_WINDOW_EXCEEDED);
  h.ExpectGoesOn();
}

TEST(HostileFlood, ADecisionLargerThanAnyLeafIsRefused) {
  HostilePeer h({.cn_decides = true});
  h.peer.Connect();
  v1::LinkFrame frame;
  frame.mutable_decision()->set_number(1);
  frame.mutable_decision()->set_leaf(std::string(1 << 20, 'x'));
  h.peer.Send(frame);
  h.ExpectRefused(v1::REASON_TOO_LARGE);
  h.ExpectGoesOn();
}

// Crimes of every kind, a thousand in a minute: ten leaves and a summary.
TEST(HostileFlood, AThousandCrimesAMinuteAreTenLeavesAndASummary) {
  HostilePeer h;
  for (int i = 0; i < 1000; ++i) {
    h.peer.Connect();
    v1::LinkFrame frame;
    if (i % 2 == 0) {
      frame = ScriptedPeer::MessageFrame(7, h.Good());
    } else {
      frame.mutable_decision();
    }
    h.peer.Send(frame);
  }
  EXPECT_EQ(h.node().head().size, 10u);
  h.world.Pass(absl::Minutes(2));
  EXPECT_EQ(h.node().head().size, 11u);
  EXPECT_EQ(h.Leaves(ledger::event::kDeniedSummary), 1);
  h.ExpectGoesOn();
}

// A Bye says what it likes; it is the peer's word, cut to size.
TEST(HostileFlood, ByesOfAnyKindAreBorne) {
  HostilePeer h;
  for (int i = 0; i < 200; ++i) {
    h.peer.Connect();
    v1::LinkFrame frame;
    v1::RefusalDetail* reason = frame.mutable_bye()->mutable_reason();
    reason->set_reason(static_cast<v1::Reason>(i * 7));
    reason->set_wanted(std::string(1 << 16, '\xff'));
    reason->set_came(std::string(1 << 16, '\n'));
    h.peer.Send(frame);
    EXPECT_FALSE(h.node().link->connected());
    EXPECT_LT(h.State().ByteSizeLong(), 10'000u);
  }
  EXPECT_TRUE(h.State().alarms().empty()) << "an alarm on the peer's word";
  EXPECT_LE(h.node().head().size, 10u);
  h.world.Pass(absl::Minutes(2));
  EXPECT_LE(h.node().head().size, 11u);
  h.ExpectGoesOn();
}

}  // namespace
}  // namespace gatepost::testing
