// A peer with valid keys that lies in its receipts: none is taken, and the session ends by name.
#include <gtest/gtest.h>

#include <functional>

#include "daemon/ledger/checkpoint.h"
#include "tests/exchange/hostile_peer.h"

namespace gatepost::testing {
namespace {

struct Case {
  const char* name;
  v1::Reason reason;
  // The receipts that are sent. vn-langson has sent messages 1 to 5 of 6, and
  // holds the receipt for 1.
  v1::LinkReceipts (*make)(HostilePeer& h);
};

// A sound receipt for message 2 whose leaf `spoil` changes before it is logged.
template <typename Spoil>
v1::LinkReceipts WithLeaf(HostilePeer& h, Spoil spoil) {
  ledger::Leaf leaf = h.peer.LeafFor(h.peer.received.at(2));
  spoil(leaf);
  return h.peer.ReceiptWith(2, Need(leaf.Encode()));
}

// A sound receipt for message 2 whose frame `spoil` changes afterwards.
template <typename Spoil>
v1::LinkReceipts WithFrame(HostilePeer& h, Spoil spoil) {
  v1::LinkReceipts frame = h.peer.ReceiptsFor({2});
  spoil(frame);
  return frame;
}

std::unique_ptr<ledger::NoteSigner> OtherKey() {
  return std::make_unique<ledger::Ed25519NoteSigner>(
      ledger::LogKeyName("cn-pingxiang"), ledger::kEd25519Type,
      Need(certs::Ed25519Key::FromSeed(std::string(32, 'x'))));
}

const Case kCases[] = {
    // For other messages.
    {"LeafOfAnotherMessage", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return h.peer.ReceiptWith(2, Need(h.peer.LeafFor(h.peer.received.at(3)).Encode()));
     }},
    {"OutOfOrder", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return h.peer.ReceiptsFor({3, 2}); }},
    {"SkipsOne", v1::REASON_BAD_RECEIPT, [](HostilePeer& h) { return h.peer.ReceiptsFor({3}); }},
    {"TwiceInOneFrame", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return h.peer.ReceiptsFor({2, 2}); }},
    {"ForOneReceiptedBefore", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return h.peer.ReceiptsFor({1}); }},
    {"ForSequenceZero", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithFrame(h, [](v1::LinkReceipts& f) { f.mutable_receipts(0)->set_sequence(0); });
     }},
    {"GoodThenBad", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return h.peer.ReceiptsFor({2, 4}); }},
    {"QueuedButNotSent", v1::REASON_EARLY_RECEIPT,
     [](HostilePeer& h) {
       return WithFrame(h, [](v1::LinkReceipts& f) { f.mutable_receipts(0)->set_sequence(6); });
     }},
    {"NeverQueued", v1::REASON_EARLY_RECEIPT,
     [](HostilePeer& h) {
       return WithFrame(
           h, [](v1::LinkReceipts& f) { f.mutable_receipts(0)->set_sequence(UINT64_MAX); });
     }},
    {"NoReceiptAtAll", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithFrame(h, [](v1::LinkReceipts& f) { f.clear_receipts(); }); }},
    // Leaves that say something else.
    {"AnotherEvent", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithLeaf(h, [](ledger::Leaf& l) { l.event = ledger::event::kAccepted; });
     }},
    {"AnotherPeer", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithLeaf(h, [](ledger::Leaf& l) { l.peer = "vn-hue"; }); }},
    {"AnotherObject", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithLeaf(h, [](ledger::Leaf& l) { l.object = "message:nothing"; });
     }},
    {"AnotherDigest", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithLeaf(h, [](ledger::Leaf& l) { l.pae = certs::Sha256Of("other"); });
     }},
    {"NoDigest", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithLeaf(h, [](ledger::Leaf& l) { l.pae.reset(); }); }},
    {"AnotherSignatureList", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithLeaf(h, [](ledger::Leaf& l) { l.signatures = certs::Sha256Of("other"); });
     }},
    {"AnotherSequence", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithLeaf(h, [](ledger::Leaf& l) { l.sequence = 1; }); }},
    {"AnotherEpoch", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithLeaf(h, [](ledger::Leaf& l) { l.epoch = 2; }); }},
    {"ResultThatIsNone", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithLeaf(h, [](ledger::Leaf& l) { l.result = "OPEN"; }); }},
    {"AppliedAnEnvelopeItCouldNotOpen", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithLeaf(h, [](ledger::Leaf& l) { l.object = "envelope:" + certs::ToHex(*l.pae); });
     }},
    {"LeafThatIsNone", v1::REASON_EVIDENCE_INVALID,
     [](HostilePeer& h) { return h.peer.ReceiptWith(2, "gatepost-leaf/v1\n"); }},
    // Proofs that prove nothing.
    {"LeafThatIsNotInTheLog", v1::REASON_EVIDENCE_INVALID,
     [](HostilePeer& h) {
       return WithFrame(h, [&](v1::LinkReceipts& f) {
         ledger::Leaf leaf = h.peer.LeafFor(h.peer.received.at(2));
         leaf.result = "REFUSED:SUM_MISMATCH";
         f.mutable_receipts(0)->set_leaf(Need(leaf.Encode()));
       });
     }},
    {"WrongPath", v1::REASON_EVIDENCE_INVALID,
     [](HostilePeer& h) {
       return WithFrame(h, [](v1::LinkReceipts& f) {
         f.mutable_receipts(0)->set_path(0, std::string(32, 'x'));
       });
     }},
    {"NoPath", v1::REASON_EVIDENCE_INVALID,
     [](HostilePeer& h) {
       return WithFrame(h, [](v1::LinkReceipts& f) { f.mutable_receipts(0)->clear_path(); });
     }},
    {"WrongIndex", v1::REASON_EVIDENCE_INVALID,
     [](HostilePeer& h) {
       return WithFrame(h, [](v1::LinkReceipts& f) { f.mutable_receipts(0)->set_leaf_index(0); });
     }},
    {"IndexBeyondTheLog", v1::REASON_EVIDENCE_INVALID,
     [](HostilePeer& h) {
       return WithFrame(
           h, [](v1::LinkReceipts& f) { f.mutable_receipts(0)->set_leaf_index(UINT64_MAX); });
     }},
    {"HashThatIsNone", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithFrame(h,
                        [](v1::LinkReceipts& f) { f.mutable_receipts(0)->set_path(0, "short"); });
     }},
    {"PathWithoutEnd", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithFrame(h, [](v1::LinkReceipts& f) {
         for (int i = 0; i < 10'000; ++i) f.mutable_receipts(0)->add_path(std::string(32, 'x'));
       });
     }},
    // Heads that do not bind.
    {"HeadOfAnotherKey", v1::REASON_BAD_HEAD_SIGNATURE,
     [](HostilePeer& h) {
       return WithFrame(h, [&](v1::LinkReceipts& f) {
         f.set_head(h.peer.log.HeadBy(*OtherKey(), "cn-pingxiang/audit/1", h.peer.log.size()));
       });
     }},
    {"HeadWithoutSignature", v1::REASON_EVIDENCE_INVALID,
     [](HostilePeer& h) {
       return WithFrame(h, [](v1::LinkReceipts& f) {
         f.set_head(f.head().substr(0, f.head().find("\n\n") + 2));
       });
     }},
    {"HeadThatIsNone", v1::REASON_EVIDENCE_INVALID,
     [](HostilePeer& h) {
       return WithFrame(h, [](v1::LinkReceipts& f) { f.set_head("a head, surely"); });
     }},
    {"HeadOfAnotherLog", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithFrame(h, [&](v1::LinkReceipts& f) {
         f.set_head(
             h.peer.log.HeadBy(*h.world.cn->log_key, "cn-pingxiang/audit/2", h.peer.log.size()));
       });
     }},
    {"ConsistencyWithAnotherHead", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithFrame(h, [](v1::LinkReceipts& f) { f.set_shown_size(0); }); }},
    {"ConsistencyWithoutEnd", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithFrame(h, [](v1::LinkReceipts& f) {
         for (int i = 0; i < 10'000; ++i) f.add_consistency(std::string(32, 'x'));
       });
     }},
};

class ReceiptLie : public ::testing::TestWithParam<Case> {};

TEST_P(ReceiptLie, IsRefusedByNameAndNothingIsTaken) {
  HostilePeer h({.window_messages = 4});
  h.Queue(6);
  h.peer.Connect();
  h.peer.SendReceipts(h.peer.ReceiptsFor({1}));
  ASSERT_EQ(h.node().LinkRecord().last_receipted, 1u);
  ASSERT_EQ(h.peer.received.rbegin()->first, 5u);
  const store::LinkRecord before = h.node().LinkRecord();
  const uint64_t size = h.node().head().size;

  h.peer.SendReceipts(GetParam().make(h));
  h.ExpectRefused(GetParam().reason);
  EXPECT_EQ(h.node().LinkRecord(), before);
  EXPECT_EQ(h.Leaves(ledger::event::kReceipt), 1);
  EXPECT_LE(h.node().head().size, size + 1);
  EXPECT_TRUE(before.alarm.empty()) << "a bad receipt is no fork";
  for (uint64_t sequence = 2; sequence <= 6; ++sequence) {
    EXPECT_FALSE(Need(Need(h.node().store->Read())->Receipt("cn-pingxiang", sequence)).has_value());
  }
  h.ExpectGoesOn();
}

INSTANTIATE_TEST_SUITE_P(Hostile, ReceiptLie, ::testing::ValuesIn(kCases),
                         [](const auto& param) { return std::string(param.param.name); });

// The same receipt over and over, in session after session, is one receipt.
TEST(HostileReceipts, AReceiptThatIsHeldIsNeverTakenAgain) {
  HostilePeer h;
  h.Queue(1);
  h.peer.Connect();
  const v1::LinkReceipts receipts = h.peer.ReceiptsFor({1});
  h.peer.SendReceipts(receipts);
  for (int again = 0; again < 5; ++again) {
    h.peer.SendReceipts(receipts);
    h.ExpectRefused(v1::REASON_BAD_RECEIPT);
    h.peer.Connect();
  }
  EXPECT_EQ(h.Leaves(ledger::event::kReceipt), 1);
  h.ExpectGoesOn();
}

}  // namespace
}  // namespace gatepost::testing
