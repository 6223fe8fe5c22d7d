// A peer that signs two histories of its log: the alarm and both heads are durable, and the link
// stays down until a person has looked (PROTOCOL.md 4).
#include <gtest/gtest.h>

#include "daemon/ledger/checkpoint.h"
#include "tests/exchange/hostile_peer.h"

namespace gatepost::testing {
namespace {

struct Case {
  const char* name;
  // vn-langson has sent messages 1 to 4 and holds receipts for 1 and 2, under a head of size 2.
  void (*fork)(HostilePeer& h);
  // Two heads of one size: proof by themselves. Else a proof between two heads did not hold.
  bool proved = false;
};

// The same leaves from the second on, after another first one.
PeerLog OtherHistory(const HostilePeer& h, uint64_t size) {
  PeerLog other(*h.world.cn->log_key, "cn-pingxiang/audit/1");
  for (uint64_t at = 0; at < size; ++at) other.Append("another leaf " + std::to_string(at));
  return other;
}

const Case kCases[] = {
    {"AnotherRootOfTheSameSize",
     [](HostilePeer& h) {
       v1::LinkReceipts frame = h.peer.ReceiptsFor({3});
       frame.set_head(OtherHistory(h, 2).Head(2));
       h.peer.SendReceipts(frame);
     },
     true},
    {"AHeadThatDoesNotContinueTheLast",
     [](HostilePeer& h) {
       v1::LinkReceipts frame = h.peer.ReceiptsFor({3});
       frame.set_head(OtherHistory(h, 3).Head(3));
       h.peer.SendReceipts(frame);
     }},
    {"ProvedInAHistoryOfItsOwn",
     [](HostilePeer& h) {
       h.peer.log = OtherHistory(h, 5);
       h.peer.SendReceipts(h.peer.ReceiptsFor({3}));
     }},
    {"ASmallerHeadOfAnotherHistory",
     [](HostilePeer& h) {
       v1::LinkReceipts frame = h.peer.ReceiptsFor({3});
       frame.set_head(OtherHistory(h, 1).Head(1));
       h.peer.SendReceipts(frame);
     }},
    {"NoConsistencyProof",
     [](HostilePeer& h) {
       v1::LinkReceipts frame = h.peer.ReceiptsFor({3});
       frame.clear_consistency();
       h.peer.SendReceipts(frame);
     }},
    {"AnotherRootInItsHello",
     [](HostilePeer& h) {
       h.peer.Break();
       h.peer.Open();
       v1::LinkHello hello = h.peer.Hello();
       hello.set_head(OtherHistory(h, 2).Head(2));
       h.peer.SayHello(hello);
     },
     true},
    {"ReceiptsThatContradictItsOwnHello",
     [](HostilePeer& h) {
       h.peer.Break();
       h.peer.Open();
       v1::LinkHello hello = h.peer.Hello();
       hello.set_head(OtherHistory(h, 3).Head(3));
       h.peer.SayHello(hello);
       h.peer.SendReceipts(h.peer.ReceiptsFor({3}));
     },
     true},
};

class Fork : public ::testing::TestWithParam<Case> {
 protected:
  Fork() {
    h_.Queue(4);
    h_.peer.Connect();
    h_.peer.SendReceipts(h_.peer.ReceiptsFor({1, 2}));
    honest_log_ = std::make_unique<PeerLog>(h_.peer.log);
  }

  // The peer is honest again, as if nothing had been.
  void ExpectStillDown() {
    h_.peer.log = *honest_log_;
    h_.peer.Connect();
    h_.ExpectRefused(v1::REASON_HEAD_FORKED);
    EXPECT_EQ(h_.node().LinkRecord().last_receipted, 2u);
  }

  HostilePeer h_;
  std::unique_ptr<PeerLog> honest_log_;
};

TEST_P(Fork, AlarmsForEverAndStopsTheLinkUntilAPersonClearsIt) {
  const v1::LinkState before = h_.State();
  GetParam().fork(h_);
  h_.ExpectRefused(v1::REASON_HEAD_FORKED);
  EXPECT_EQ(h_.node().LinkRecord().last_receipted, 2u) << "a forked receipt was taken";
  EXPECT_FALSE(h_.node().LinkRecord().alarm.empty());
  EXPECT_EQ(h_.Leaves(ledger::event::kAlarm, "HEAD_FORKED"), 1);
  EXPECT_EQ(h_.Leaves(ledger::event::kPeerFork, "HEAD_FORKED"), GetParam().proved ? 1 : 0);
  ASSERT_EQ(h_.State().alarms_size(), 1);

  // Both heads are kept, and their digest stands in the log.
  const std::vector<ledger::Leaf> leaves = h_.node().Leaves();
  for (uint64_t index = 0; index < leaves.size(); ++index) {
    if (leaves[index].event !=
        (GetParam().proved ? ledger::event::kPeerFork : ledger::event::kAlarm)) {
      continue;
    }
    const auto evidence =
        Need(Need(h_.node().store->Read())->Meta("evidence/cn-pingxiang/" + std::to_string(index)));
    ASSERT_TRUE(evidence.has_value());
    EXPECT_EQ(leaves[index].detail, "evidence:" + certs::ToHex(certs::Sha256Of(*evidence)));
    EXPECT_GE(std::count(evidence->begin(), evidence->end(), '\n'), 10)
        << "two notes of five lines";
  }
  EXPECT_EQ(h_.State().peer_checkpoint(), before.peer_checkpoint());

  const uint64_t size = h_.node().head().size;
  for (int again = 0; again < 50; ++again) ExpectStillDown();
  EXPECT_LE(h_.node().head().size, size + 1);
  h_.world.KillAndRestart(/*vn=*/true);
  ASSERT_EQ(h_.State().alarms_size(), 1);
  ExpectStillDown();
  EXPECT_EQ(h_.Leaves(ledger::event::kAlarm), 1);

  // What gatepostd --clear-link-alarm does, while the node is down.
  {
    auto transaction = Need(h_.node().store->Begin());
    store::LinkRecord link = Need(transaction->Link("cn-pingxiang"));
    link.alarm.clear();
    Need(transaction->PutLink(link));
    Need(transaction->Commit());
  }
  h_.world.KillAndRestart(/*vn=*/true);
  h_.ExpectGoesOn();
}

// The peer comes back at once, before the alarm is at the disk.
TEST_P(Fork, NoSessionSlipsInBeforeTheAlarmIsDurable) {
  h_.peer.settles = false;
  GetParam().fork(h_);
  h_.peer.log = *honest_log_;
  h_.peer.Connect();
  EXPECT_EQ(h_.peer.bye(), v1::REASON_HEAD_FORKED);
  h_.node().Settle();
  EXPECT_FALSE(h_.node().link->connected());
  EXPECT_FALSE(h_.node().LinkRecord().alarm.empty());
}

INSTANTIATE_TEST_SUITE_P(Hostile, Fork, ::testing::ValuesIn(kCases),
                         [](const auto& param) { return std::string(param.param.name); });

// A fork that one stream shows ends the other stream too.
TEST(Forks, AForkShownOnOneStreamEndsTheLiveOne) {
  HostilePeer h;
  h.Queue(2);
  h.peer.Connect();
  h.peer.SendReceipts(h.peer.ReceiptsFor({1}));
  const ScriptedPeer::Line live = h.peer.line();
  h.peer.Open();
  v1::LinkHello hello = h.peer.Hello();
  PeerLog other(*h.world.cn->log_key, "cn-pingxiang/audit/1");
  other.Append("another leaf");
  hello.set_head(other.Head(1));
  h.peer.SayHello(hello);
  h.ExpectRefused(v1::REASON_HEAD_FORKED);
  EXPECT_TRUE(live.from_vn->closed);
}

}  // namespace
}  // namespace gatepost::testing
