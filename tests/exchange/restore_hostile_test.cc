// A restored node whose peers lie, differ in their clocks, or are gone.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "certs/dsse.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/restore/returned.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "tests/exchange/restore_case.h"
#include "tests/support/scripted_peer.h"

namespace gatepost::testing {
namespace {

using exchange::ReturnedKind;

constexpr char kCn[] = "cn-pingxiang";

class RestoreHostile : public Restore {
 protected:
  // A DELIVERED leaf of that envelope.
  static ledger::Leaf Delivered(const v1::Envelope& envelope, const v1::Message& message,
                                const std::string& peer, uint64_t sequence, absl::Time time) {
    ledger::Leaf leaf;
    leaf.event = ledger::event::kDelivered;
    leaf.time = time;
    leaf.epoch = 1;
    leaf.actor = message.header().author();
    leaf.peer = peer;
    leaf.object = exchange::MessageObject(message.header().message_id());
    leaf.sequence = sequence;
    leaf.pae = certs::PaeDigest(envelope.payload_type(), envelope.payload());
    leaf.signatures = certs::SignaturesDigest(envelope);
    leaf.result = "APPLIED";
    return leaf;
  }

  v1::LinkReturnedMessage Returned(const certs::Signer& author, const v1::Message& message,
                                   bool sent, const std::string& peer, uint64_t sequence,
                                   uint64_t index, absl::Time time) {
    v1::LinkReturnedMessage returned;
    returned.set_sent_by_restored(sent);
    returned.set_sequence(sequence);
    *returned.mutable_envelope() = world.Sign(author, message);
    v1::CertificateChain* chain = returned.add_chains();
    for (const std::string& der : author.certificate_chain_der()) chain->add_certificates(der);
    v1::LinkReceipt& receipt = *returned.mutable_receipt();
    receipt.set_sequence(sequence);
    receipt.set_leaf_index(index);
    receipt.set_leaf(Need(Delivered(returned.envelope(), message,
                                    sent ? std::string("vn-langson") : peer, sequence, time)
                              .Encode()));
    return returned;
  }

  // As if it had come back from that peer.
  void Keep(const std::string& peer, ReturnedKind kind, const v1::LinkGiveBack& thing) {
    Need(world.vn->Commit([&](exchange::CommitScope& scope) {
      v1::LinkRestored so_far = Need(
          exchange::HeldSoFar(scope.store, Need(scope.store.Link(peer)), world.vn->head().size));
      const uint64_t number = exchange::Count(kind, so_far);
      return exchange::PutReturned(scope.store, peer, kind, number, thing, so_far);
    }));
  }
  void Keep(const std::string& peer, const v1::LinkReturnedMessage& message) {
    v1::LinkGiveBack thing;
    *thing.mutable_message() = message;
    Keep(peer, message.sent_by_restored() ? ReturnedKind::kSent : ReturnedKind::kReceived, thing);
  }
  void KeepAll(const std::string& peer) {
    Need(world.vn->Commit([&](exchange::CommitScope& scope) {
      return exchange::PutGaveBack(scope.store, peer, true);
    }));
  }

  // Puts the leaf in the place of the message's, under a head that cn-pingxiang signs.
  void ProveByPeer(v1::LinkReturnedMessage& message) const {
    PeerLog log(*world.cn->log_key, "cn-pingxiang/audit/1");
    const uint64_t index = message.receipt().leaf_index();
    while (log.size() < index) log.Append("another leaf");
    log.Append(message.receipt().leaf());
    message.mutable_receipt()->clear_path();
    for (const certs::Digest& hash : log.Path(index, index + 1)) {
      message.mutable_receipt()->add_path(std::string(certs::AsView(hash)));
    }
    message.set_head(log.Head(index + 1));
  }

  // Changes what the peer gives back.
  void OnGiveBack(std::function<bool(v1::LinkGiveBack&)> change) {
    world.on_wire = [change = std::move(change)](bool from_vn, v1::LinkFrame& frame) {
      return from_vn || !frame.has_give_back() || change(*frame.mutable_give_back());
    };
  }
  // In place of the last message of its own that the node would get back.
  void ForgeLastSent(const std::function<void(v1::LinkReturnedMessage&)>& forge) {
    OnGiveBack([this, forge](v1::LinkGiveBack& thing) {
      if (!thing.has_message() || !thing.message().sent_by_restored() ||
          thing.message().sequence() != 2U + kEach) {
        return true;
      }
      forge(*thing.mutable_message());
      ProveByPeer(*thing.mutable_message());
      return true;
    });
  }
  v1::Reason Problem() const { return world.vn->link->State().problem().reason(); }
  bool AllCameBack() const { return Need(exchange::GaveBack(*Need(world.vn->store->Read()), kCn)); }
  bool HasAlarm(const std::string& detail_end) const {
    return std::ranges::any_of(world.vn->Leaves(), [&](const ledger::Leaf& leaf) {
      return leaf.event == ledger::event::kAlarm && leaf.detail.ends_with(detail_end);
    });
  }

  exchange::LinkTerms Second() const {
    exchange::LinkTerms second = world.vn->setup.link;
    second.peer_node = "cn-youyiguan";
    second.peer_spiffe_id =
        Need(certs::SpiffeId::Parse("spiffe://pingxiang.practice.example/node/cn-youyiguan"));
    return second;
  }
};

TEST_F(RestoreHostile, WhatTwoPeersGiveBackIsEnteredInTheOrderOfTime) {
  LoseTheEnd(false);
  Reconnect();
  ASSERT_TRUE(AllCameBack());
  const exchange::LinkTerms second = Second();
  v1::Message ping = world.NewPing(world.cn_clerk(), "second");
  ping.mutable_header()->set_origin_node(second.peer_node);
  world.clock.Advance(absl::Seconds(10));
  const absl::Time copied_at = world.vn->Leaves().back().time;
  // Before all that the first peer gives back.
  Keep(second.peer_node,
       Returned(world.cn_clerk(), ping, false, second.peer_node, 1, copied.size, copied_at));
  KeepAll(second.peer_node);
  const exchange::OpenedEpoch opened = Need(world.vn->OpenEpoch({}, {&second}));
  EXPECT_EQ(opened.counts.received, static_cast<uint64_t>(kEach) + 1);
  EXPECT_EQ(opened.counts.different, 0U);
  EXPECT_EQ(Held(*world.vn, ping.header().message_id()).received_from, second.peer_node);
  EXPECT_EQ(world.vn->Leaves().at(copied.size + 1).peer, second.peer_node);
}

TEST_F(RestoreHostile, AMessageToSeveralIsQueuedToThoseWhoDidNotGiveItBack) {
  LoseTheEnd(false);
  Reconnect();
  const exchange::LinkTerms second = Second();
  v1::Message ping = world.NewPing(world.vn_clerk(), "both");
  ping.mutable_header()->add_recipient_nodes(second.peer_node);
  Keep(second.peer_node,
       Returned(world.vn_clerk(), ping, true, second.peer_node, 1, 3, world.clock.Now()));
  KeepAll(second.peer_node);
  Need(world.vn->OpenEpoch({}, {&second}).status());
  const store::MessageRecord held = Held(*world.vn, ping.header().message_id());
  std::vector<store::OutgoingRecord> places =
      Need(Need(world.vn->store->Read())->OutgoingOf(held.row));
  std::ranges::sort(places, {}, &store::OutgoingRecord::peer);
  ASSERT_EQ(places.size(), 2U);
  EXPECT_EQ(places[0].peer, kCn);
  EXPECT_EQ(places[0].sequence, 3U + kEach);
  EXPECT_EQ(places[1].peer, second.peer_node);
}

TEST_F(RestoreHostile, APeerWhoseClockIsBehindDoesNotKeepTheEpochShut) {
  world.Connect();
  Exchange(2);
  TakeCopy();
  Exchange(1);
  PutCopyBack(false);
  const absl::Time copied_at = world.vn->Leaves().back().time;
  const v1::Message ping = world.NewPing(world.vn_clerk(), "behind");
  for (const int behind : {1, 30, 3600}) {
    v1::Message one = world.NewPing(world.vn_clerk(), "behind");
    const uint64_t sequence = behind == 1 ? 3 : behind == 30 ? 4 : 5;
    Keep(kCn, Returned(world.vn_clerk(), one, true, kCn, sequence, 40 + sequence,
                       copied_at - absl::Seconds(behind)));
  }
  KeepAll(kCn);
  EXPECT_EQ(Need(world.vn->OpenEpoch()).counts.sent, 3U);
}

TEST_F(RestoreHostile, AMessageOfTheOtherSideIsNotTakenForAnOwnOne) {
  LoseTheEnd(false);
  ForgeLastSent([this](v1::LinkReturnedMessage& message) {
    v1::Message ping = world.NewPing(world.cn_clerk(), "forged");
    ping.mutable_header()->set_origin_node("vn-langson");
    ping.mutable_header()->set_recipient_nodes(0, kCn);
    message = Returned(world.cn_clerk(), ping, true, kCn, message.sequence(),
                       message.receipt().leaf_index(), world.clock.Now());
  });
  Reconnect();
  EXPECT_FALSE(AllCameBack());
  EXPECT_EQ(Problem(), v1::REASON_CROSS_DOMAIN);
}

TEST_F(RestoreHostile, AMessageOfAnotherNodeIsNotTakenForAnOwnOne) {
  LoseTheEnd(false);
  ForgeLastSent([this](v1::LinkReturnedMessage& message) {
    v1::Message ping = world.NewPing(world.vn_clerk(), "forged");
    ping.mutable_header()->set_origin_node("vn-huunghi");
    message = Returned(world.vn_clerk(), ping, true, kCn, message.sequence(),
                       message.receipt().leaf_index(), world.clock.Now());
  });
  Reconnect();
  EXPECT_FALSE(AllCameBack());
  EXPECT_EQ(Problem(), v1::REASON_NOT_ADDRESSED_HERE);
}

TEST_F(RestoreHostile, ACertificateThatHasExpiredSignsNothingIntoThePast) {
  LoseTheEnd(false);
  const certs::Signer& thief = world.AddPerson(world.vn_ca, "/agency/board/clerk/desk-9",
                                               {.not_after = world.clock.Now() + absl::Hours(1)});
  const v1::Message ping = world.NewPing(thief, "stolen");
  const absl::Time then = world.clock.Now();
  world.clock.Advance(absl::Hours(5));
  ForgeLastSent([&](v1::LinkReturnedMessage& message) {
    message =
        Returned(thief, ping, true, kCn, message.sequence(), message.receipt().leaf_index(), then);
  });
  Reconnect();
  ASSERT_TRUE(AllCameBack());
  Need(world.vn->OpenEpoch().status());
  EXPECT_EQ(Held(*world.vn, ping.header().message_id()).envelope, "");
  EXPECT_TRUE(HasAlarm("now:NOT_VERIFIED"));
}

TEST_F(RestoreHostile, WhatNoWitnessSawIsEnteredAtThePresentTime) {
  world.Connect();
  Exchange(1);
  TakeCopy();
  SubmitVn();
  world.Pass(absl::Seconds(5));  // The head is cosigned.
  const absl::Time seen = world.clock.Now();
  SubmitVn();
  world.Run();
  PutCopyBack(false);
  world.clock.Advance(absl::Hours(5));
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  EXPECT_LE(Held(*world.vn, vn_ids.at(1)).stored_at, seen);
  EXPECT_GT(Held(*world.vn, vn_ids.at(2)).stored_at, seen + absl::Hours(4));
}

TEST_F(RestoreHostile, NothingIsGivenBackTwiceOrTurnedRound) {
  world.Connect();
  Exchange(1);
  TakeCopy();
  SubmitCn();
  world.Run();
  world.vn->Fetch(world.vn_officer(), cn_ids.back());
  world.Run();
  PutCopyBack(false);
  std::optional<v1::LinkGiveBack> rung;
  OnGiveBack([&](v1::LinkGiveBack& thing) {
    if (thing.has_rung()) rung = thing;
    if (thing.has_done() && rung.has_value()) {
      thing = *rung;
      thing.mutable_rung()->set_number(rung->rung().number() + 1);
    }
    return true;
  });
  Reconnect();
  ASSERT_TRUE(rung.has_value());
  EXPECT_FALSE(AllCameBack());
  EXPECT_EQ(Problem(), v1::REASON_BAD_RECEIPT);
  // One that is kept twice all the same does not keep the epoch shut.
  rung->mutable_rung()->set_number(rung->rung().number() + 1);
  Keep(kCn, ReturnedKind::kRung, *rung);
  Need(world.vn->OpenEpoch({kCn}).status());
  EXPECT_TRUE(HasAlarm("now:HELD_ALREADY"));
  EXPECT_EQ(world.vn->LinkRecord().last_rung_given, 2U);
}

TEST_F(RestoreHostile, ARungOfNoMessageIsNamedAndLeftOut) {
  LoseTheEnd(false);
  Reconnect();
  ledger::Leaf leaf;
  leaf.event = ledger::event::kFetched;
  leaf.time = world.clock.Now();
  leaf.epoch = 1;
  leaf.peer = kCn;
  leaf.object = "message:none";
  v1::LinkGiveBack thing;
  thing.mutable_rung()->set_number(1);
  thing.mutable_rung()->set_leaf(Need(leaf.Encode()));
  thing.mutable_rung()->set_leaf_index(copied.size + 2);
  Keep(kCn, ReturnedKind::kRung, thing);
  Need(world.vn->OpenEpoch().status());
  EXPECT_TRUE(HasAlarm("now:NO_SUCH_MESSAGE"));
}

TEST_F(RestoreHostile, APeerThatGivesNothingBackDoesNotKeepTheEpochShut) {
  LoseTheEnd(false);
  OnGiveBack([](v1::LinkGiveBack& thing) { return !thing.has_done(); });
  Reconnect();
  EXPECT_EQ(system::ReasonOf(world.vn->OpenEpoch().status()), v1::REASON_NODE_RESTORED);
  EXPECT_EQ(system::ReasonOf(world.vn->OpenEpoch({"nobody"}).status()), v1::REASON_BAD_ARGUMENT);
  const exchange::OpenedEpoch opened = Need(world.vn->OpenEpoch({kCn}));
  EXPECT_EQ(opened.epoch, 3U);  // The peer may know of a second one.
  EXPECT_EQ(opened.counts.sent, static_cast<uint64_t>(kEach));
  EXPECT_EQ(world.vn->Leaves().at(copied.size).result, "WITHOUT");
  EXPECT_EQ(world.vn->log->restored(), "");
}

TEST_F(RestoreHostile, WhatAPeerGaveBackCanBeForgottenAndComesAgain) {
  LoseTheEnd(false);
  Reconnect();
  ASSERT_TRUE(AllCameBack());
  Need(world.vn->ForgetReturned());
  EXPECT_FALSE(AllCameBack());
  EXPECT_EQ(system::ReasonOf(world.vn->OpenEpoch().status()), v1::REASON_NODE_RESTORED);
  Reconnect();
  EXPECT_EQ(Need(world.vn->OpenEpoch()).counts.sent, static_cast<uint64_t>(kEach));
}

TEST_F(RestoreHostile, AnEnvelopeCannotBeWithheldWhileEveryNodeKeepsIt) {
  for (const bool sent : {true, false}) {
    if (sent) LoseTheEnd(false);
    OnGiveBack([sent](v1::LinkGiveBack& thing) {
      if (thing.has_message() && thing.message().sent_by_restored() == sent) {
        thing.mutable_message()->clear_envelope();
      }
      return true;
    });
    Reconnect();
    EXPECT_FALSE(AllCameBack());
    EXPECT_EQ(Problem(), v1::REASON_BAD_RECEIPT);
  }
}

TEST_F(RestoreHostile, TheLinkGoesOnAfterMessagesThatThePeerHasPurged) {
  LoseTheEnd(false);
  world.clock.Advance(absl::Hours(31 * 24));
  OnGiveBack([](v1::LinkGiveBack& thing) {
    if (thing.has_message()) thing.mutable_message()->clear_envelope();
    return true;
  });
  Reconnect();
  ASSERT_TRUE(AllCameBack());
  Need(world.vn->OpenEpoch().status());
  EXPECT_EQ(Held(*world.vn, vn_ids.back()).standing, v1::RUNG_CARRIED);
  EXPECT_EQ(Held(*world.vn, cn_ids.back()).standing, v1::RUNG_CARRIED);
  Need(world.cn->AdmitEpoch(2, copied.size));
  Reconnect();
  EXPECT_TRUE(world.vn->link->connected());
  EXPECT_EQ(world.vn->LinkRecord().last_receipted, vn_ids.size());
}

TEST_F(RestoreHostile, AnEpochIsAdmittedFromTheEntryThatWasNamed) {
  LoseTheEnd(false);
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  Need(world.cn->AdmitEpoch(2, copied.size + 1));
  Reconnect();
  EXPECT_FALSE(world.cn->link->connected());
  const v1::RefusalDetail why = world.cn->link->State().problem();
  EXPECT_EQ(why.reason(), v1::REASON_EPOCH_NOT_ADMITTED);
  EXPECT_NE(why.came().find("from entry " + std::to_string(copied.size) + " on"),
            std::string::npos);
  EXPECT_NE(why.came().find("up to size " + std::to_string(world.cn->LinkRecord().peer_head_size)),
            std::string::npos);
  Need(world.cn->AdmitEpoch(2, copied.size));
  Reconnect();
  EXPECT_TRUE(world.cn->link->connected());
}

TEST_F(RestoreHostile, TwoHeadsOfOneSizeAreKeptAsEvidence) {
  LoseTheEnd(false);
  std::string forged;
  ForgeLastSent([&](v1::LinkReturnedMessage&) {});  // Its own message, under another history.
  Reconnect();
  ASSERT_TRUE(AllCameBack());
  // The same size under the true history, from a message before.
  Need(world.vn->Commit([&](exchange::CommitScope& scope) {
    const uint64_t last = 2U + kEach;
    v1::LinkGiveBack thing =
        Need(exchange::MustHoldReturned(scope.store, kCn, ReturnedKind::kSent, last));
    const auto head = Need(
        ledger::OpenCheckpoint(thing.message().head(), world.vn->setup.link.peer_log_keys.Now()));
    return scope.store.PutPeerHead(
        {kCn, 1, head.checkpoint.size, certs::Sha256Of("other"), "the head held before"});
  }));
  Need(world.vn->OpenEpoch().status());
  EXPECT_TRUE(std::ranges::any_of(world.vn->Leaves(), [](const ledger::Leaf& leaf) {
    return leaf.event == ledger::event::kPeerFork;
  }));
  EXPECT_NE(world.vn->LinkRecord().alarm, "");
}

}  // namespace
}  // namespace gatepost::testing
