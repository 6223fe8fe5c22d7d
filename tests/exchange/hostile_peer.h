#ifndef GATEPOST_TESTS_EXCHANGE_HOSTILE_PEER_H_
#define GATEPOST_TESTS_EXCHANGE_HOSTILE_PEER_H_

#include <gtest/gtest.h>

#include <string>

#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "tests/support/scripted_peer.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {

// vn-langson, honest, and a scripted cn-pingxiang that holds valid keys and means harm.
class HostilePeer {
 public:
  HostilePeer() : HostilePeer(TwoNodes::Options()) {}
  explicit HostilePeer(TwoNodes::Options options) : world(options), peer(world) {}

  TestNode& node() { return *world.vn; }

  // vn-langson queues `count` messages.
  void Queue(int count) {
    for (int i = 0; i < count; ++i) {
      const v1::Message ping = world.NewPing(world.vn_service(), std::to_string(i));
      Need(node().Submit(world.vn_service(), world.Sign(world.vn_service(), ping)).status());
    }
    PeerReads();
  }

  // An envelope of cn-pingxiang's clerk that vn-langson would apply.
  v1::Envelope Good(const std::string& token = "good") {
    return world.Sign(world.cn_clerk(), world.NewPing(world.cn_clerk(), token));
  }

  v1::LinkState State() { return node().link->State(); }

  size_t Stored() {
    store::MessageFilter all;
    all.limit = 500;
    return Need(Need(node().store->Read())->ListMessages(all)).size();
  }

  int Leaves(const std::string& event, const std::string& result = "") {
    int found = 0;
    for (const ledger::Leaf& leaf : node().Leaves()) {
      found += leaf.event == event && (result.empty() || leaf.result == result);
    }
    return found;
  }

  // The session was ended, and both ends know why.
  void ExpectRefused(v1::Reason reason) {
    EXPECT_EQ(system::ReasonName(peer.bye()), system::ReasonName(reason))
        << (peer.line().bye ? peer.line().bye->ShortDebugString() : "");
    EXPECT_TRUE(peer.line().from_vn->closed);
    EXPECT_FALSE(node().link->connected());
    EXPECT_EQ(system::ReasonName(State().problem().reason()), system::ReasonName(reason));
    EXPECT_FALSE(State().problem().wanted().empty());
    EXPECT_FALSE(State().problem().came().empty());
  }

  // The node is none the worse: an honest peer connects, receipts all, and messages cross both
  // ways.
  void ExpectGoesOn() {
    peer.reads = true;
    peer.settles = true;
    node().Settle();
    peer.Connect();
    ASSERT_TRUE(node().link->connected()) << State().ShortDebugString();
    peer.ReceiptAll();
    Queue(1);
    peer.ReceiptAll();
    EXPECT_EQ(node().LinkRecord().last_receipted, node().LinkRecord().last_queued);
    const uint64_t received = node().LinkRecord().last_received;
    peer.SendMessage(Good("afterwards"));
    EXPECT_EQ(node().LinkRecord().last_received, received + 1);
    ASSERT_FALSE(peer.receipts.empty());
    EXPECT_EQ(peer.receipts.back().result, "APPLIED");
    EXPECT_EQ(peer.bye(), v1::REASON_UNSPECIFIED);
  }

  TwoNodes world;
  ScriptedPeer peer;

 private:
  void PeerReads() {
    if (peer.line().vn != nullptr && peer.reads) peer.Read();
  }
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_EXCHANGE_HOSTILE_PEER_H_
