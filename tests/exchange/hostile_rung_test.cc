// A peer with valid keys that lies about who has our messages: nothing is taken, and the session
// ends by name.
#include <gtest/gtest.h>

#include "daemon/exchange/rungs.h"
#include "daemon/ledger/checkpoint.h"
#include "tests/exchange/acknowledgements.h"
#include "tests/exchange/hostile_peer.h"

namespace gatepost::testing {
namespace {

struct Case {
  const char* name;
  v1::Reason reason;
  // The rung that is sent. vn-langson holds APPLIED for its message 1, REFUSED for 2 and nothing
  // for 3, and rung 1: message 1 was FETCHED by the service of the port office.
  v1::LinkRead (*make)(HostilePeer& h);
};

std::string Customs(HostilePeer& h, const std::string& role = "service") {
  return "spiffe://" + h.world.cn_ca.trust_domain() + "/agency/customs/" + role + "/one";
}

// A sound rung of another agency for message 1, whose leaf `spoil` changes before it is logged.
template <typename Spoil>
v1::LinkRead WithLeaf(HostilePeer& h, Spoil spoil, uint64_t sequence = 1) {
  ledger::Leaf leaf = h.peer.FetchedLeaf(sequence);
  leaf.actor = Customs(h);
  spoil(leaf);
  return h.peer.RungWith(Need(leaf.Encode()));
}

// The same, whose frame `spoil` changes afterwards.
template <typename Spoil>
v1::LinkRead WithFrame(HostilePeer& h, Spoil spoil) {
  v1::LinkRead frame = WithLeaf(h, [](ledger::Leaf&) {});
  spoil(frame);
  return frame;
}

// A READ leaf by an officer of customs.
template <typename Spoil>
v1::LinkRead WithRead(HostilePeer& h, Spoil spoil) {
  return WithLeaf(h, [&](ledger::Leaf& leaf) {
    leaf.event = ledger::event::kRead;
    leaf.actor = Customs(h, "officer");
    leaf.result = "READ";
    leaf.detail = "message:0194e1a2-7c00-7000-8000-0123456789ab";
    spoil(leaf);
  });
}

const Case kCases[] = {
    // About messages of which it cannot be.
    {"OfNoMessage", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithLeaf(h, [](ledger::Leaf& l) { l.object = "message:nothing"; });
     }},
    {"OfItsOwnMessage", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       h.peer.SendMessage(h.Good());
       const store::MessageRecord theirs =
           *Need(Need(h.node().store->Read())->MessageBySequence("cn-pingxiang", h.peer.last_sent));
       return WithLeaf(h, [&](ledger::Leaf& l) {
         l.object = "message:" + theirs.message_id;
         l.pae = theirs.pae;
         l.signatures = theirs.signatures;
       });
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
    {"BeforeTheReceipt", v1::REASON_EARLY_RECEIPT,
     [](HostilePeer& h) { return WithLeaf(h, [](ledger::Leaf&) {}, 3); }},
    {"FetchedOfWhatItRefused", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithLeaf(h, [](ledger::Leaf&) {}, 2); }},
    // By those who cannot have it.
    {"ByOurOwnSide", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithLeaf(h, [&](ledger::Leaf& l) { l.actor = h.world.vn_clerk().id().ToString(); });
     }},
    {"ByTheAuthor", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithLeaf(h, [&](ledger::Leaf& l) { l.actor = h.world.vn_service().id().ToString(); });
     }},
    {"ByTheNode", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithLeaf(
           h, [&](ledger::Leaf& l) { l.actor = h.node().setup.link.peer_spiffe_id.ToString(); });
     }},
    {"ByAnAuditor", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithLeaf(h, [&](ledger::Leaf& l) {
         l.actor = "spiffe://" + h.world.cn_ca.trust_domain() + "/auditor/one";
       });
     }},
    {"ByNobody", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithLeaf(h, [](ledger::Leaf& l) { l.actor.clear(); }); }},
    {"ForAnotherNode", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithLeaf(h, [](ledger::Leaf& l) { l.peer = "vn-hue"; }); }},
    // What is no rung.
    {"AnotherEvent", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithLeaf(h, [](ledger::Leaf& l) { l.event = ledger::event::kDelivered; });
     }},
    {"AnotherEpoch", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithLeaf(h, [](ledger::Leaf& l) { l.epoch = 2; }); }},
    {"FetchedWithAResult", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithLeaf(h, [](ledger::Leaf& l) { l.result = "READ"; }); }},
    {"ReadByASystem", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithRead(h, [&](ledger::Leaf& l) { l.actor = Customs(h); }); }},
    {"ReadWithAnotherResult", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithRead(h, [](ledger::Leaf& l) { l.result = "APPLIED"; }); }},
    {"ReadWithoutAcknowledgement", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithRead(h, [](ledger::Leaf& l) { l.detail.clear(); }); }},
    {"ReadByWhatHeSignedOfAnother", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       v1::Message read;
       read.ParseFromString(h.peer.received.at(2).envelope().payload());
       const v1::Message ack = Acknowledging(h.world, h.world.cn_clerk(), read);
       h.peer.SendMessage(h.world.Sign(h.world.cn_clerk(), ack));
       EXPECT_EQ(h.peer.receipts.back().result, "APPLIED");
       return WithRead(h, [&](ledger::Leaf& l) {
         l.actor = h.world.cn_clerk().id().ToString();
         l.detail = "message:" + ack.header().message_id();
       });
     }},
    // Twice.
    {"TheSameAgain", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return h.peer.RungWith(Need(h.peer.FetchedLeaf(1).Encode())); }},
    {"AnotherOfTheSameAgency", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithLeaf(h, [&](ledger::Leaf& l) { l.actor = h.world.cn_clerk().id().ToString(); });
     }},
    {"TheNumberAgain", v1::REASON_SEQUENCE_GAP,
     [](HostilePeer& h) { return WithFrame(h, [](v1::LinkRead& f) { f.set_number(1); }); }},
    {"ANumberLeftOut", v1::REASON_SEQUENCE_GAP,
     [](HostilePeer& h) { return WithFrame(h, [](v1::LinkRead& f) { f.set_number(3); }); }},
    // Proofs that prove nothing.
    {"LeafThatIsNone", v1::REASON_EVIDENCE_INVALID,
     [](HostilePeer& h) { return h.peer.RungWith("gatepost-leaf/v1\n"); }},
    {"LeafThatIsNotInTheLog", v1::REASON_EVIDENCE_INVALID,
     [](HostilePeer& h) {
       return WithFrame(h, [&](v1::LinkRead& f) {
         ledger::Leaf leaf = Need(ledger::Leaf::Parse(f.leaf()));
         leaf.actor = Customs(h, "officer");
         f.set_leaf(Need(leaf.Encode()));
       });
     }},
    {"WrongPath", v1::REASON_EVIDENCE_INVALID,
     [](HostilePeer& h) {
       return WithFrame(h, [](v1::LinkRead& f) { f.set_path(0, std::string(32, 'x')); });
     }},
    {"WrongIndex", v1::REASON_EVIDENCE_INVALID,
     [](HostilePeer& h) { return WithFrame(h, [](v1::LinkRead& f) { f.set_leaf_index(0); }); }},
    {"HashThatIsNone", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithFrame(h, [](v1::LinkRead& f) { f.set_path(0, "short"); }); }},
    {"HeadThatIsNone", v1::REASON_EVIDENCE_INVALID,
     [](HostilePeer& h) { return WithFrame(h, [](v1::LinkRead& f) { f.set_head("a head"); }); }},
    {"HeadOfAnotherLog", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) {
       return WithFrame(h, [&](v1::LinkRead& f) {
         f.set_head(
             h.peer.log.HeadBy(*h.world.cn->log_key, "cn-pingxiang/audit/2", h.peer.log.size()));
       });
     }},
    {"ConsistencyWithAnotherHead", v1::REASON_BAD_RECEIPT,
     [](HostilePeer& h) { return WithFrame(h, [](v1::LinkRead& f) { f.set_shown_size(0); }); }},
};

// Messages 1 to 3 are sent; 1 was applied and 2 refused.
void Prepare(HostilePeer& h) {
  h.Queue(3);
  h.peer.Connect();
  h.peer.SendReceipts(h.peer.ReceiptsFor({1}));
  ledger::Leaf refused = h.peer.LeafFor(h.peer.received.at(2));
  refused.result = "REFUSED:SUM_MISMATCH";
  const std::string leaf = Need(refused.Encode());
  h.peer.SendReceipts(h.peer.ReceiptWith(2, leaf));
  ASSERT_EQ(h.node().LinkRecord().last_receipted, 2u);
}

std::vector<store::RungRecord> RungsOf(HostilePeer& h, uint64_t sequence) {
  const std::unique_ptr<store::Reader> reader = Need(h.node().store->Read());
  const int64_t row = Need(reader->Outgoing("cn-pingxiang", sequence - 1, 1)).at(0).message_row;
  return Need(reader->RungsOf(row));
}

class RungLie : public ::testing::TestWithParam<Case> {};

TEST_P(RungLie, IsRefusedByNameAndNothingIsTaken) {
  HostilePeer h;
  Prepare(h);
  h.peer.SendRung(h.peer.RungWith(Need(h.peer.FetchedLeaf(1).Encode())));
  ASSERT_EQ(RungsOf(h, 1).size(), 1u);
  const v1::LinkRead lie = GetParam().make(h);
  const store::LinkRecord before = h.node().LinkRecord();
  const uint64_t size = h.node().head().size;

  h.peer.SendRung(lie);
  h.ExpectRefused(GetParam().reason);
  EXPECT_EQ(h.node().LinkRecord(), before);
  EXPECT_LE(h.node().head().size, size + 1) << "but for the refusal's own leaf";
  EXPECT_EQ(RungsOf(h, 1).size(), 1u);
  EXPECT_TRUE(RungsOf(h, 2).empty());
  EXPECT_TRUE(RungsOf(h, 3).empty());
  h.ExpectGoesOn();
}

INSTANTIATE_TEST_SUITE_P(Hostile, RungLie, ::testing::ValuesIn(kCases),
                         [](const auto& param) { return std::string(param.param.name); });

// A peer may invent names without end; it cannot make us keep them.
TEST(HostileRungs, NamesWithoutEndFillNothing) {
  HostilePeer h;
  Prepare(h);
  for (size_t i = 0; h.peer.bye() == v1::REASON_UNSPECIFIED && i < 1000; ++i) {
    ledger::Leaf leaf = h.peer.FetchedLeaf(1);
    leaf.actor =
        "spiffe://" + h.world.cn_ca.trust_domain() + "/agency/a" + std::to_string(i) + "/service/s";
    h.peer.SendRung(h.peer.RungWith(Need(leaf.Encode())));
  }
  h.ExpectRefused(v1::REASON_BAD_RECEIPT);
  EXPECT_EQ(RungsOf(h, 1).size(), exchange::kMostRungsOfMessage);
  h.ExpectGoesOn();
}

// A head that contradicts an earlier one stops the link for good, under a rung as anywhere.
TEST(HostileRungs, AForkUnderARungIsAnAlarm) {
  HostilePeer h;
  Prepare(h);
  PeerLog fork = h.peer.log;
  h.peer.SendRung(h.peer.RungWith(Need(h.peer.FetchedLeaf(1).Encode())));
  h.peer.log = fork;
  ledger::Leaf other = h.peer.FetchedLeaf(1);
  other.actor = Customs(h);
  const v1::LinkRead forked = h.peer.RungWith(Need(other.Encode()));
  h.peer.SendRung(forked);
  h.ExpectRefused(v1::REASON_HEAD_FORKED);
  EXPECT_FALSE(h.node().LinkRecord().alarm.empty());
  EXPECT_EQ(RungsOf(h, 1).size(), 1u);
}

// It gave a rung, and in the next session denies it.
TEST(HostileRungs, OneThatGaveFewerThanWereTakenHasLostHistory) {
  HostilePeer h;
  Prepare(h);
  h.peer.SendRung(h.peer.RungWith(Need(h.peer.FetchedLeaf(1).Encode())));
  h.peer.Break();
  h.peer.Open();
  v1::LinkHello hello = h.peer.Hello();
  hello.set_last_rung_given(0);
  h.peer.SayHello(hello);
  h.ExpectRefused(v1::REASON_LINK_DIVERGED);
  h.ExpectGoesOn();
}

}  // namespace
}  // namespace gatepost::testing
