// A peer with valid keys whose Hello cannot be true: the session never becomes live.
#include <gtest/gtest.h>

#include "daemon/ledger/checkpoint.h"
#include "tests/exchange/hostile_peer.h"

namespace gatepost::testing {
namespace {

struct Case {
  const char* name;
  v1::Reason reason;
  // Makes an honest Hello a lie. Before it, each side sent two messages and holds their receipts.
  void (*lie)(HostilePeer& h, v1::LinkHello& hello);
};

// A log key that nobody knows.
std::unique_ptr<ledger::NoteSigner> OtherKey() {
  return std::make_unique<ledger::Ed25519NoteSigner>(
      ledger::LogKeyName("cn-pingxiang"), ledger::kEd25519Type,
      Need(certs::Ed25519Key::FromSeed(std::string(32, 'x'))));
}

const Case kCases[] = {
    {"NoFields", v1::REASON_PROTOCOL_VERSION,
     [](HostilePeer&, v1::LinkHello& h) { h = v1::LinkHello(); }},
    {"ShortDigest", v1::REASON_BAD_FRAME,
     [](HostilePeer&, v1::LinkHello& h) { h.set_last_sent_digest("short"); }},
    {"NoReceivedDigest", v1::REASON_BAD_FRAME,
     [](HostilePeer&, v1::LinkHello& h) { h.clear_last_received_digest(); }},
    {"LongRegisterDigest", v1::REASON_BAD_FRAME,
     [](HostilePeer&, v1::LinkHello& h) { h.set_register_sha256(std::string(33, 'x')); }},
    {"NoClock", v1::REASON_BAD_FRAME, [](HostilePeer&, v1::LinkHello& h) { h.clear_clock(); }},
    {"NoEpoch", v1::REASON_BAD_FRAME, [](HostilePeer&, v1::LinkHello& h) { h.clear_epoch(); }},
    {"NoFencing", v1::REASON_BAD_FRAME, [](HostilePeer&, v1::LinkHello& h) { h.clear_fencing(); }},
    {"FencingAtTheEnd", v1::REASON_BAD_FRAME,
     [](HostilePeer&, v1::LinkHello& h) { h.set_fencing(UINT64_MAX); }},
    {"FencingThatLeaps", v1::REASON_BAD_FRAME,
     [](HostilePeer&, v1::LinkHello& h) { h.set_fencing(uint64_t{1} << 60); }},
    {"NoLimits", v1::REASON_BAD_FRAME, [](HostilePeer&, v1::LinkHello& h) { h.clear_limits(); }},
    {"WindowOfNothing", v1::REASON_BAD_FRAME,
     [](HostilePeer&, v1::LinkHello& h) { h.mutable_limits()->set_window_messages(0); }},
    {"HugeText", v1::REASON_BAD_FRAME,
     [](HostilePeer&, v1::LinkHello& h) { h.add_payload_types(std::string(1 << 20, 'x')); }},
    {"ManyPayloadTypes", v1::REASON_BAD_FRAME,
     [](HostilePeer&, v1::LinkHello& h) {
       for (int i = 0; i < 100'000; ++i) h.add_payload_types("a");
     }},
    // Histories that are not ours.
    {"ReceivedWhatWasNeverQueued", v1::REASON_LINK_DIVERGED,
     [](HostilePeer&, v1::LinkHello& h) { h.set_last_received(3); }},
    {"ReceivedDigestDiffers", v1::REASON_LINK_DIVERGED,
     [](HostilePeer&, v1::LinkHello& h) { h.set_last_received_digest(std::string(32, 'x')); }},
    {"ReceivedRolledBack", v1::REASON_LINK_DIVERGED,
     [](HostilePeer&, v1::LinkHello& h) {
       h.set_last_received(0);
       h.set_last_received_digest(std::string(32, '\0'));
     }},
    {"TookRungsThatWereNeverGiven", v1::REASON_LINK_DIVERGED,
     [](HostilePeer&, v1::LinkHello& h) { h.set_last_rung_taken(1); }},
    {"SentRolledBack", v1::REASON_LINK_DIVERGED,
     [](HostilePeer&, v1::LinkHello& h) {
       h.set_last_sent(0);
       h.set_last_sent_digest(std::string(32, '\0'));
     }},
    {"SentDigestDiffers", v1::REASON_LINK_DIVERGED,
     [](HostilePeer&, v1::LinkHello& h) { h.set_last_sent_digest(std::string(32, 'x')); }},
    {"ReceiptsNeverGiven", v1::REASON_LINK_DIVERGED,
     [](HostilePeer&, v1::LinkHello& h) { h.set_last_receipted(UINT64_MAX); }},
    // Heads.
    {"HeadRolledBack", v1::REASON_LINK_DIVERGED,
     [](HostilePeer& p, v1::LinkHello& h) { h.set_head(p.peer.log.Head(1)); }},
    {"HeadGone", v1::REASON_LINK_DIVERGED, [](HostilePeer&, v1::LinkHello& h) { h.clear_head(); }},
    {"HeadOfAnotherKey", v1::REASON_BAD_HEAD_SIGNATURE,
     [](HostilePeer& p, v1::LinkHello& h) {
       h.set_head(p.peer.log.HeadBy(*OtherKey(), "cn-pingxiang/audit/1", 2));
     }},
    {"HeadOfAnotherEpoch", v1::REASON_LINK_DIVERGED,
     [](HostilePeer& p, v1::LinkHello& h) {
       h.set_head(p.peer.log.HeadBy(*p.world.cn->log_key, "cn-pingxiang/audit/2", 2));
     }},
    {"EpochNobodyAdmitted", v1::REASON_EPOCH_NOT_ADMITTED,
     [](HostilePeer& p, v1::LinkHello& h) {
       h.set_epoch(2);
       h.set_head(p.peer.log.HeadBy(*p.world.cn->log_key, "cn-pingxiang/audit/2", 2));
     }},
    {"HeadThatIsNoNote", v1::REASON_EVIDENCE_INVALID,
     [](HostilePeer&, v1::LinkHello& h) { h.set_head("cn-pingxiang/audit/1\n2\n"); }},
    {"HeadOfOursForged", v1::REASON_BAD_HEAD_SIGNATURE,
     [](HostilePeer& p, v1::LinkHello& h) {
       h.set_peer_head(p.peer.log.HeadBy(
           ledger::Ed25519NoteSigner(ledger::LogKeyName("vn-langson"), ledger::kEd25519Type,
                                     Need(certs::Ed25519Key::FromSeed(std::string(32, 'x')))),
           "vn-langson/audit/1", 2));
     }},
};

class HelloLie : public ::testing::TestWithParam<Case> {};

TEST_P(HelloLie, IsRefusedByNameAndNothingChanges) {
  HostilePeer h;
  h.Queue(2);
  h.peer.Connect();
  h.peer.ReceiptAll();
  h.peer.SendMessage(h.Good("one"));
  h.peer.SendMessage(h.Good("two"));
  h.peer.Break();
  const store::LinkRecord before = h.node().LinkRecord();
  ASSERT_EQ(before.last_receipted, 2u);
  ASSERT_EQ(before.last_received, 2u);
  const uint64_t size = h.node().head().size;

  for (int again = 0; again < 20; ++again) {
    h.peer.Open();
    v1::LinkHello hello = h.peer.Hello();
    GetParam().lie(h, hello);
    h.peer.SayHello(hello);
    h.ExpectRefused(GetParam().reason);
  }
  EXPECT_EQ(h.node().LinkRecord(), before);
  EXPECT_LE(h.node().head().size, size + 1) << "the same lie again is no new leaf";
  h.ExpectGoesOn();
}

INSTANTIATE_TEST_SUITE_P(Hostile, HelloLie, ::testing::ValuesIn(kCases),
                         [](const auto& param) { return std::string(param.param.name); });

// Signed by our own key, but no history of ours: the store is older than what was signed, or
// somebody else holds that key. Either way another signature would make it worse.
class HelloProof : public ::testing::TestWithParam<uint64_t> {};

TEST_P(HelloProof, AHeadOfOursThatWeDoNotHoldEndsOurSigning) {
  HostilePeer h;
  h.Queue(2);
  h.peer.Connect();
  h.peer.ReceiptAll();
  h.peer.SendMessage(h.Good("one"));
  h.peer.Break();
  const uint64_t size = h.node().head().size;
  h.peer.Open();
  v1::LinkHello hello = h.peer.Hello();
  PeerLog other = h.peer.log;
  while (other.size() < GetParam()) other.Append("leaf");
  hello.set_peer_head(other.HeadBy(*h.node().log_key, "vn-langson/audit/1", GetParam()));
  h.peer.SayHello(hello);
  h.ExpectRefused(v1::REASON_NODE_RESTORED);
  EXPECT_FALSE(h.node().log->restored().empty());
  EXPECT_EQ(h.node().head().size, size);
}

INSTANTIATE_TEST_SUITE_P(Hostile, HelloProof, ::testing::Values(2, 100));

// A head that nobody of its log signed, longer than the last: by a key that the log gave up, which
// still verifies what it signed then, or by one that it never had.
TEST(HostileHello, AForgedHeadIsRefusedWithItsReasonAndNotTakenOver) {
  HostilePeer h;
  const exchange::NoteSignerPtr given_up = LogKeyOf("cn-pingxiang", std::string(32, 'o'));
  const exchange::NoteSignerPtr foreign = LogKeyOf("cn-pingxiang", std::string(32, 'x'));
  const ledger::LiveKeys& keys = h.node().setup.link.peer_log_keys;
  ledger::KeyRing ring(Need(ledger::VerifierOf(*given_up)));
  Need(ring.Add(keys.Now().newest()));
  keys.Replace(ring);
  h.Queue(1);
  h.peer.Connect();
  h.peer.ReceiptAll();
  h.peer.Break();
  const store::LinkRecord before = h.node().LinkRecord();
  ASSERT_EQ(before.peer_head_size, h.peer.log.size());

  PeerLog longer = h.peer.log;
  longer.Append("forged");
  const std::string held = h.peer.log.Head(h.peer.log.size());
  for (const exchange::NoteSignerPtr& signer : {given_up, foreign}) {
    h.peer.Open();
    EXPECT_EQ(h.peer.line().their_hello.peer_head(), held);
    v1::LinkHello hello = h.peer.Hello();
    hello.set_head(longer.HeadBy(*signer, "cn-pingxiang/audit/1", longer.size()));
    h.peer.SayHello(hello);
    h.ExpectRefused(v1::REASON_BAD_HEAD_SIGNATURE);
    const bool says_given_up = h.State().problem().came().ends_with("which was given up");
    EXPECT_EQ(says_given_up, signer == given_up) << h.State().problem().came();
    EXPECT_EQ(h.node().LinkRecord(), before);
  }
  h.ExpectGoesOn();
}

// A window as wide as the number allows does not make ours wider.
TEST(HostileHello, AnOversizeWindowIsCutToOurs) {
  HostilePeer h({.window_messages = 16});
  h.Queue(100);
  h.peer.Open();
  v1::LinkHello hello = h.peer.Hello();
  hello.mutable_limits()->set_window_messages(UINT32_MAX);
  hello.mutable_limits()->set_window_bytes(UINT64_MAX);
  hello.mutable_limits()->set_max_envelope_bytes(UINT64_MAX);
  h.peer.SayHello(hello);
  EXPECT_TRUE(h.node().link->connected());
  EXPECT_EQ(h.peer.received.size(), 16u);
  h.ExpectGoesOn();
}

// A register frame of a peer whose register differs is bounded too.
TEST(HostileHello, ARegisterWithoutEndIsRefused) {
  HostilePeer h;
  h.peer.Open();
  v1::LinkHello hello = h.peer.Hello();
  hello.set_register_sha256(std::string(32, 'x'));
  h.peer.SayHello(hello);
  v1::LinkFrame frame;
  for (int i = 0; i < 20'000; ++i) frame.mutable_register_()->add_entries()->set_id("x");
  h.peer.Send(frame);
  h.ExpectRefused(v1::REASON_TOO_LARGE);
  h.ExpectGoesOn();
}

// It says that its register differs, and sends messages without saying in what.
TEST(HostileHello, MessagesBeforeThePromisedRegisterAreRefused) {
  HostilePeer h;
  h.peer.Open();
  v1::LinkHello hello = h.peer.Hello();
  hello.set_register_sha256(std::string(32, 'x'));
  h.peer.SayHello(hello);
  h.peer.Send(ScriptedPeer::CertificatesOf(h.world.cn_clerk()));
  h.peer.Send(ScriptedPeer::MessageFrame(1, h.Good()));
  h.ExpectRefused(v1::REASON_BAD_FRAME);
  EXPECT_EQ(h.node().LinkRecord().last_received, 0u);
  h.ExpectGoesOn();
}

}  // namespace
}  // namespace gatepost::testing
