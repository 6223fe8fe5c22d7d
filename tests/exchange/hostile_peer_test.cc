// A peer with valid keys that breaks the rules of the session: each crime ends it by name, changes
// nothing, and an honest peer can connect afterwards.
#include "tests/exchange/hostile_peer.h"

#include <gtest/gtest.h>

#include "certs/dsse.h"
#include "daemon/exchange/naming.h"

namespace gatepost::testing {
namespace {

v1::LinkFrame Ping() {
  v1::LinkFrame frame;
  frame.mutable_ping();
  return frame;
}

struct Case {
  const char* name;
  v1::Reason reason;
  // The crime, in a live session in which vn-langson has sent three messages.
  void (*commit)(HostilePeer& h);
};

const Case kCases[] = {
    {"SequenceGap", v1::REASON_SEQUENCE_GAP,
     [](HostilePeer& h) { h.peer.Send(ScriptedPeer::MessageFrame(2, h.Good())); }},
    {"SequenceGapToTheEnd", v1::REASON_SEQUENCE_GAP,
     [](HostilePeer& h) { h.peer.Send(ScriptedPeer::MessageFrame(UINT64_MAX, h.Good())); }},
    {"SequenceZero", v1::REASON_SEQUENCE_REUSED,
     [](HostilePeer& h) { h.peer.Send(ScriptedPeer::MessageFrame(0, h.Good())); }},
    {"SecondHello", v1::REASON_BAD_FRAME,
     [](HostilePeer& h) {
       v1::LinkFrame frame;
       *frame.mutable_hello() = h.peer.Hello();
       h.peer.SendRaw(frame);
     }},
    {"FrameOfAnotherSession", v1::REASON_FENCED,
     [](HostilePeer& h) {
       v1::LinkFrame frame = Ping();
       frame.set_fencing(h.peer.line().fencing - 1);
       h.peer.SendRaw(frame);
     }},
    {"MessageOfAnotherSession", v1::REASON_FENCED,
     [](HostilePeer& h) {
       h.peer.Send(ScriptedPeer::CertificatesOf(h.world.cn_clerk()));
       v1::LinkFrame frame = ScriptedPeer::MessageFrame(1, h.Good());
       frame.set_fencing(h.peer.line().fencing + 2);
       h.peer.SendRaw(frame);
     }},
    {"FrameWithoutNumber", v1::REASON_FENCED, [](HostilePeer& h) { h.peer.SendRaw(Ping()); }},
    {"EmptyFrame", v1::REASON_BAD_FRAME, [](HostilePeer& h) { h.peer.Send(v1::LinkFrame()); }},
    {"DecisionNobodyAskedFor", v1::REASON_BAD_FRAME,
     [](HostilePeer& h) {
       v1::LinkFrame frame;
       frame.mutable_decision();
       h.peer.Send(frame);
     }},
    {"AHeadThatIsNoNote", v1::REASON_EVIDENCE_INVALID,
     [](HostilePeer& h) {
       v1::LinkFrame frame;
       frame.mutable_head()->set_head("no note");
       h.peer.Send(frame);
     }},
    {"RegisterWithoutDifference", v1::REASON_BAD_FRAME,
     [](HostilePeer& h) {
       v1::LinkFrame frame;
       frame.mutable_register_()->add_entries()->set_id("LS-HN");
       h.peer.Send(frame);
     }},
    {"MoreChainsThanAnybodyHas", v1::REASON_TOO_LARGE,
     [](HostilePeer& h) {
       for (int i = 0; i < 1025 && h.peer.bye() == v1::REASON_UNSPECIFIED; ++i) {
         v1::LinkFrame frame;
         frame.mutable_certificates()->add_chains()->add_certificates(std::to_string(i));
         h.peer.Send(frame);
       }
     }},
    {"ChainOfMegabytes", v1::REASON_TOO_LARGE,
     [](HostilePeer& h) {
       v1::LinkFrame frame;
       frame.mutable_certificates()->add_chains()->add_certificates(std::string(1 << 20, 'x'));
       h.peer.Send(frame);
     }},
};

class SessionCrime : public ::testing::TestWithParam<Case> {};

TEST_P(SessionCrime, EndsTheSessionByNameAndChangesNothing) {
  HostilePeer h;
  h.Queue(3);
  h.peer.Connect();
  ASSERT_TRUE(h.node().link->connected());
  ASSERT_EQ(h.peer.received.size(), 3u);
  const store::LinkRecord before = h.node().LinkRecord();
  const uint64_t size = h.node().head().size;

  GetParam().commit(h);
  h.ExpectRefused(GetParam().reason);
  EXPECT_EQ(h.node().LinkRecord(), before);
  EXPECT_EQ(h.Stored(), 3u);
  EXPECT_LE(h.node().head().size, size + 1) << "more than one leaf for one refusal";
  h.ExpectGoesOn();
}

INSTANTIATE_TEST_SUITE_P(Hostile, SessionCrime, ::testing::ValuesIn(kCases),
                         [](const auto& param) { return std::string(param.param.name); });

TEST(HostilePeerTest, AnythingBeforeHelloIsRefused) {
  v1::LinkFrame message = ScriptedPeer::MessageFrame(1, v1::Envelope());
  v1::LinkFrame receipts;
  receipts.mutable_receipts();
  for (const v1::LinkFrame& frame : {Ping(), message, receipts, v1::LinkFrame()}) {
    HostilePeer h;
    const store::LinkRecord before = h.node().LinkRecord();
    h.peer.Open();
    h.peer.SendRaw(frame);
    h.ExpectRefused(v1::REASON_BAD_FRAME);
    EXPECT_EQ(h.node().LinkRecord(), before);
    h.ExpectGoesOn();
  }
}

TEST(HostilePeerTest, AReusedSequenceEndsTheSession) {
  HostilePeer h;
  h.peer.Connect();
  const v1::Envelope first = h.Good("first");
  h.peer.SendMessage(first);
  for (const v1::Envelope& envelope : {first, h.Good("another")}) {
    h.peer.Send(ScriptedPeer::MessageFrame(1, envelope));
    h.ExpectRefused(v1::REASON_SEQUENCE_REUSED);
    EXPECT_EQ(h.node().LinkRecord().last_received, 1u);
    EXPECT_EQ(h.Stored(), 1u);
    h.peer.Connect();
  }
  h.ExpectGoesOn();
}

// The same message, or other content under its id, as if it were a new one.
TEST(HostilePeerTest, AMessageAgainUnderANewSequenceEndsTheSession) {
  HostilePeer h;
  h.peer.Connect();
  const v1::Message message = h.world.NewPing(h.world.cn_clerk(), "first");
  v1::Message other = message;
  other.mutable_ping()->set_token("second");
  h.peer.SendMessage(h.world.Sign(h.world.cn_clerk(), message));
  ASSERT_EQ(h.peer.receipts.size(), 1u);
  for (const v1::Message& again : {message, other}) {
    h.peer.Send(ScriptedPeer::MessageFrame(2, h.world.Sign(h.world.cn_clerk(), again)));
    h.ExpectRefused(v1::REASON_MESSAGE_ID_REUSED);
    EXPECT_EQ(h.node().LinkRecord().last_received, 1u);
    EXPECT_EQ(h.Stored(), 1u);
    EXPECT_EQ(h.Leaves(ledger::event::kDelivered), 1);
    h.peer.Connect();
  }
  h.ExpectGoesOn();
}

// A newer stream fences the older one: whatever that still says is dropped before it commits.
TEST(HostilePeerTest, FramesOfAFencedSessionAreDropped) {
  HostilePeer h;
  h.Queue(2);
  h.peer.Connect();
  h.peer.Send(ScriptedPeer::CertificatesOf(h.world.cn_clerk()));
  const v1::LinkReceipts receipts = h.peer.ReceiptsFor({1, 2});
  ScriptedPeer::Line old = h.peer.line();
  h.peer.Open();
  h.peer.SayHello(h.peer.Hello());
  ASSERT_TRUE(h.node().link->connected());
  ScriptedPeer::Line current = h.peer.Swap(old);
  h.peer.Read();
  EXPECT_EQ(h.peer.bye(), v1::REASON_FENCED);

  const store::LinkRecord before = h.node().LinkRecord();
  const uint64_t size = h.node().head().size;
  h.peer.Send(ScriptedPeer::MessageFrame(1, h.Good()));
  v1::LinkFrame frame;
  *frame.mutable_receipts() = receipts;
  h.peer.Send(frame);
  EXPECT_EQ(h.node().LinkRecord(), before);
  EXPECT_EQ(h.node().head().size, size);
  EXPECT_TRUE(h.node().link->connected()) << "the newer session suffered";
  h.peer.Swap(current);
  h.ExpectGoesOn();
}

// The older session's message is on its way to the disk when the newer one begins: it counts once.
TEST(HostilePeerTest, AMessageOnItsWayToTheDiskIsNeverDoubledByANewSession) {
  HostilePeer h;
  h.peer.Connect();
  h.peer.Send(ScriptedPeer::CertificatesOf(h.world.cn_clerk()));
  const v1::Envelope envelope = h.Good("once");
  h.peer.settles = false;
  h.peer.Send(ScriptedPeer::MessageFrame(1, envelope));
  h.peer.Open();
  v1::LinkHello hello = h.peer.Hello();
  hello.set_last_sent(1);
  hello.set_last_sent_digest(std::string(certs::AsView(exchange::NextRunningDigest(
      {}, certs::PaeDigest(envelope.payload_type(), envelope.payload())))));
  h.peer.SayHello(hello);
  h.peer.Send(ScriptedPeer::CertificatesOf(h.world.cn_clerk()));
  h.peer.Send(ScriptedPeer::MessageFrame(1, envelope));
  h.node().Settle();
  h.peer.Read();
  EXPECT_EQ(h.node().LinkRecord().last_received, 1u);
  EXPECT_EQ(h.Stored(), 1u);
  EXPECT_EQ(h.Leaves(ledger::event::kDelivered), 1);
}

}  // namespace
}  // namespace gatepost::testing
