// Log and witness keys that are announced, receipted and exchanged while messages cross.
#include "daemon/exchange/key_exchange.h"

#include <gmock/gmock.h>

#include "daemon/exchange/announced_keys.h"
#include "daemon/exchange/ledger_keys.h"
#include "daemon/ledger/checkpoint.h"
#include "tests/exchange/hostile_peer.h"
#include "tests/exchange/rosters.h"

namespace gatepost::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class KeyExchangeTest : public ::testing::Test {
 protected:
  static exchange::NoteSignerPtr LogKey(const TestNode& node, char seed) {
    return LogKeyOf(node.setup.node.node, std::string(32, seed));
  }
  static exchange::NoteSignerPtr WitnessKey(const TestNode& node, char seed) {
    return WitnessKeyOf(node.setup.node.node, std::string(32, seed));
  }
  static std::string Vkey(const exchange::NoteSignerPtr& key) {
    return Need(ledger::VerifierOf(*key)).Format();
  }
  static std::string Signing(const TestNode& node) { return node.log->verifier_key().Format(); }

  v1::Message Announce(const certs::Signer& author, v1::KeyUse use, const std::string& old_key,
                       const std::string& new_key) {
    v1::Message message = world_.NewMessage(author);
    v1::KeyAnnouncement& said = *message.mutable_key_announcement();
    said.set_subject(world_.NodeOf(author).setup.node.spiffe_id.ToString());
    said.set_use(use);
    said.set_old_key(old_key);
    said.set_new_key(new_key);
    return message;
  }
  v1::Message AnnounceLog(const exchange::NoteSignerPtr& next) {
    return Announce(officer_, v1::KEY_USE_LOG, Signing(*world_.vn), Vkey(next));
  }
  std::string Say(const v1::Message& message, const certs::Signer* author = nullptr) {
    const absl::Status said = world_.Say(message, {author != nullptr ? author : &officer_});
    if (world_.ReasonOf(said) == "UNSPECIFIED") return said.ToString();
    return world_.ReasonOf(said);
  }
  // The key lies in the file of vn-langson's log beside those that are there.
  void HoldLog(const exchange::NoteSignerPtr& next) {
    auto& file = world_.vn->setup.key_files->log;
    file.push_back(next);
    Need(world_.vn->key_exchange->Hold(v1::KEY_USE_LOG, file));
  }
  void Tick(TestNode& node) {
    node.key_exchange->OnTick();
    node.Settle();
    world_.Run();
  }
  // Exchanges the log key of vn-langson.
  void Exchange(const exchange::NoteSignerPtr& next) {
    HoldLog(next);
    ASSERT_EQ(Say(AnnounceLog(next)), "OK");
    Tick(*world_.vn);
    ASSERT_EQ(Signing(*world_.vn), Vkey(next));
  }
  // A message crosses and is receipted.
  void Cross(const std::string& token) {
    const v1::Message ping = world_.NewPing(officer_, token);
    ASSERT_EQ(Say(ping), "OK");
    ASSERT_EQ(world_.Delivered(*world_.cn, ping), "APPLIED");
    ASSERT_EQ(world_.vn->LinkRecord().alarm, "");
    ASSERT_EQ(world_.cn->LinkRecord().alarm, "");
  }
  std::vector<std::string> KeyLeaves(const TestNode& node) {
    std::vector<std::string> all;
    for (const ledger::Leaf& leaf : node.Leaves()) {
      if (leaf.event == ledger::event::kKey) all.push_back(leaf.object + " " + leaf.result);
    }
    return all;
  }

  RosterWorld world_;
  const certs::Signer& officer_ = world_.vn_officer();
  const std::string node_ = world_.vn->setup.node.spiffe_id.ToString();
};

TEST_F(KeyExchangeTest, AKeySignsOnceEveryPeerHasReceiptedIt) {
  const std::string first = Signing(*world_.vn);
  Cross("before");
  const std::string old_head = Need(world_.vn->log->Checkpoint(world_.vn->head()));
  const exchange::NoteSignerPtr next = LogKey(*world_.vn, '2');
  Exchange(next);
  EXPECT_THAT(KeyLeaves(*world_.vn),
              ElementsAre("key:log:" + node_ + " ANNOUNCED", "key:log EXCHANGED"));
  EXPECT_THAT(KeyLeaves(*world_.cn), ElementsAre("key:log:" + node_ + " ANNOUNCED"));
  Cross("after");
  const std::string head = Need(world_.vn->log->Checkpoint(world_.vn->head()));
  EXPECT_EQ(Need(ledger::CheckNote(head, world_.vn->log->keys().Now(), {})).log_key.Format(),
            Vkey(next));
  // The peer checks the heads of both.
  const ledger::KeyRing known = world_.cn->setup.link.peer_log_keys.Now();
  EXPECT_EQ(Need(ledger::CheckNote(head, known, {})).log_key.Format(), Vkey(next));
  EXPECT_EQ(Need(ledger::CheckNote(old_head, known, {})).log_key.Format(), first);
}

TEST_F(KeyExchangeTest, FirstReceiptsKeepTheirBytes) {
  Cross("before");
  const uint64_t leaf = world_.vn->head().size - 1;
  const ledger::Receipt before = Need(world_.vn->log->ReceiptOf(leaf));
  Exchange(LogKey(*world_.vn, '2'));
  Cross("after");
  EXPECT_EQ(Need(world_.vn->log->ReceiptOf(leaf)).proof, before.proof);
  world_.KillAndRestart(true);
  EXPECT_EQ(Need(world_.vn->log->ReceiptOf(leaf)).proof, before.proof);
  // Without the key of then, the proof is as good and its bytes are others.
  auto& file = world_.vn->setup.key_files->log;
  file.erase(file.begin());
  world_.KillAndRestart(true);
  const ledger::Receipt later = Need(world_.vn->log->ReceiptOf(leaf));
  EXPECT_NE(later.proof, before.proof);
  EXPECT_TRUE(
      ledger::VerifyProofText(later.leaf, later.proof, world_.cn->setup.link.peer_log_keys.Now())
          .ok());
}

TEST_F(KeyExchangeTest, AKeyThatNobodyAnnouncedDoesNothing) {
  const std::string first = Signing(*world_.vn);
  HoldLog(LogKey(*world_.vn, '2'));
  Tick(*world_.vn);
  world_.KillAndRestart(true);
  EXPECT_EQ(Signing(*world_.vn), first);
  EXPECT_THAT(KeyLeaves(*world_.vn), IsEmpty());
}

TEST_F(KeyExchangeTest, WaitsForTheReceiptOfEveryPeer) {
  const std::string first = Signing(*world_.vn);
  const exchange::NoteSignerPtr next = LogKey(*world_.vn, '2');
  HoldLog(next);
  world_.Cut();
  ASSERT_EQ(Say(AnnounceLog(next)), "OK");
  Tick(*world_.vn);
  EXPECT_EQ(Signing(*world_.vn), first);
  world_.KillAndRestart(true);
  EXPECT_EQ(Signing(*world_.vn), first) << "a start is no receipt";
  world_.Connect();
  world_.Run();
  Need(world_.vn->key_exchange->Hold(v1::KEY_USE_LOG, world_.vn->setup.key_files->log));
  Tick(*world_.vn);
  EXPECT_EQ(Signing(*world_.vn), Vkey(next));
}

TEST_F(KeyExchangeTest, APeerThatRefusesTheAnnouncementHoldsTheExchangeUp) {
  const std::string first = Signing(*world_.vn);
  // For cn-pingxiang, nobody speaks for the other side.
  RosterWorld world;
  const exchange::NoteSignerPtr next = LogKey(*world.vn, '2');
  world.cn->links().at("vn-langson").peer_authorities = {};
  v1::Message said = world.NewMessage(world.vn_officer());
  said.mutable_key_announcement()->set_subject(node_);
  said.mutable_key_announcement()->set_use(v1::KEY_USE_LOG);
  said.mutable_key_announcement()->set_old_key(first);
  said.mutable_key_announcement()->set_new_key(Vkey(next));
  ASSERT_TRUE(world.Say(said, {&world.vn_officer()}).ok());
  EXPECT_EQ(world.Delivered(*world.cn, said), "REFUSED:NOT_AN_AUTHORITY");
  Need(world.vn->key_exchange->Hold(v1::KEY_USE_LOG, {world.vn->log_key, next}));
  world.vn->key_exchange->OnTick();
  world.vn->Settle();
  EXPECT_EQ(Signing(*world.vn), first);
}

TEST_F(KeyExchangeTest, AStartExchangesWhatWasReceipted) {
  const exchange::NoteSignerPtr next = LogKey(*world_.vn, '2');
  ASSERT_EQ(Say(AnnounceLog(next)), "OK");
  world_.vn->setup.key_files->log = {next};  // The one before is not even there any more.
  world_.KillAndRestart(true);
  EXPECT_EQ(Signing(*world_.vn), Vkey(next));
  world_.Connect();
  world_.Run();
  Cross("after");
}

TEST_F(KeyExchangeTest, WaitsForTheTimeThatWasSaid) {
  const std::string first = Signing(*world_.vn);
  const exchange::NoteSignerPtr next = LogKey(*world_.vn, '2');
  HoldLog(next);
  v1::Message said = AnnounceLog(next);
  *said.mutable_key_announcement()->mutable_signs_from() =
      domain::ToTimestamp(world_.clock.Now() + absl::Hours(1));
  ASSERT_EQ(Say(said), "OK");
  Tick(*world_.vn);
  EXPECT_EQ(Signing(*world_.vn), first);
  world_.clock.Advance(absl::Hours(1));
  Tick(*world_.vn);
  EXPECT_EQ(Signing(*world_.vn), Vkey(next));
}

TEST_F(KeyExchangeTest, TheKeyThatSignsMustStayInTheFile) {
  const exchange::NoteSignerPtr next = LogKey(*world_.vn, '2');
  EXPECT_EQ(world_.ReasonOf(world_.vn->key_exchange->Hold(v1::KEY_USE_LOG, {next})),
            "KEY_NOT_ANNOUNCED");
  EXPECT_EQ(world_.vn->key_exchange->Held(v1::KEY_USE_LOG).size(), 0u);
  const auto reader = Need(world_.vn->store->Read());
  EXPECT_EQ(world_.ReasonOf(exchange::KeyAtStart(*reader, world_.vn->setup.node, world_.vn->links(),
                                                 v1::KEY_USE_LOG, {next}, world_.clock.Now())
                                .status()),
            "KEY_NOT_ANNOUNCED");
}

// The key of then is lost; both sides sign an agreement that names another.
TEST_F(KeyExchangeTest, AKeyThatBothSidesAgreedOnAnewNeedsNoAnnouncement) {
  Cross("before");
  world_.Pass(absl::Seconds(3));
  const exchange::NoteSignerPtr next = LogKey(*world_.vn, '2');
  world_.vn_agreed_log = next;
  world_.vn->setup.key_files->log = {next};
  world_.KillAndRestart(true);
  world_.KillAndRestart(false);
  EXPECT_EQ(Signing(*world_.vn), Vkey(next));
  EXPECT_EQ(world_.cn->setup.link.peer_log_keys.Now().keys().size(), 2u);
  world_.Connect();
  world_.Run();
  Cross("after");
  world_.Pass(absl::Seconds(3));
  EXPECT_EQ(world_.cn->LinkRecord().alarm, "");
}

TEST_F(KeyExchangeTest, AnAgreementThatNamesAStrangersKeyStopsTheStart) {
  exchange::LinkTermsByPeer links = world_.vn->links();
  links.begin()->second.own_log_vkey = Vkey(LogKey(*world_.vn, '9'));
  EXPECT_EQ(
      world_.ReasonOf(exchange::OpenLedgerKeys(*world_.vn->store, world_.vn->setup.node, links,
                                               {world_.vn->log_key},
                                               {world_.vn->witness_key->Now()}, world_.clock.Now())
                          .status()),
      "BAD_CONFIG");
}

// The one that is announced is neither the first nor the last of the file.
TEST_F(KeyExchangeTest, OfSeveralKeysInTheFileTheAnnouncedOneSigns) {
  const exchange::NoteSignerPtr first = world_.vn->witness_key->Now();
  const exchange::NoteSignerPtr next = WitnessKey(*world_.vn, '2');
  world_.vn->setup.key_files->witness = {first, WitnessKey(*world_.vn, '3'), next,
                                         WitnessKey(*world_.vn, '4')};
  world_.KillAndRestart(true);
  world_.Connect();
  world_.Run();
  Need(world_.vn->key_exchange->Hold(v1::KEY_USE_WITNESS, world_.vn->setup.key_files->witness));
  ASSERT_EQ(Say(Announce(officer_, v1::KEY_USE_WITNESS, Vkey(first), Vkey(next))), "OK");
  Tick(*world_.vn);
  EXPECT_EQ(Need(ledger::VerifierOf(*world_.vn->witness_key)).Format(), Vkey(next));
  EXPECT_THAT(KeyLeaves(*world_.vn),
              ElementsAre("key:witness:" + node_ + " ANNOUNCED", "key:witness EXCHANGED"));
}

// A commit of the peer failed after it had heard of the key: it is said again, and taken.
TEST_F(KeyExchangeTest, AnAnnouncementWhoseCommitFailedIsTakenWhenItComesAgain) {
  const exchange::NoteSignerPtr next = LogKey(*world_.vn, '2');
  Need(world_.cn->setup.link.peer_log_keys.Add(Need(ledger::VerifierOf(*next))));
  Exchange(next);
  Cross("after");
}

// An announcement that the peer refused does not end the chain for ever.
TEST_F(KeyExchangeTest, WhatFollowsARefusedAnnouncementIsTaken) {
  auto& authorities = world_.cn->links().at("vn-langson").peer_authorities;
  const auto held = std::exchange(authorities, {});
  const std::string dead = Vkey(LogKey(*world_.vn, '2'));
  const v1::Message refused = AnnounceLog(LogKey(*world_.vn, '2'));
  ASSERT_EQ(Say(refused), "OK");
  ASSERT_EQ(world_.Delivered(*world_.cn, refused), "REFUSED:NOT_AN_AUTHORITY");
  authorities = held;
  const exchange::NoteSignerPtr next = LogKey(*world_.vn, '3');
  HoldLog(next);
  ASSERT_EQ(Say(Announce(officer_, v1::KEY_USE_LOG, dead, Vkey(next))), "OK");
  Tick(*world_.vn);
  EXPECT_EQ(Signing(*world_.vn), Vkey(next));
  Cross("after");
}

TEST_F(KeyExchangeTest, AKeyHasOneUse) {
  Need(world_.vn->key_exchange->Hold(v1::KEY_USE_WITNESS, {world_.vn->witness_key->Now()}));
  EXPECT_EQ(
      world_.ReasonOf(world_.vn->key_exchange->Hold(
          v1::KEY_USE_LOG, {world_.vn->log_key, LogKeyOf("vn-langson", std::string(32, 'V'))})),
      "FIELD_CONFLICT");
}

TEST_F(KeyExchangeTest, AnnouncementsThatDoNotFitAreRefused) {
  const std::string now = Signing(*world_.vn);
  const std::string next = Vkey(LogKey(*world_.vn, '2'));
  const auto log = [&](const std::string& old_key, const std::string& new_key) {
    return Announce(officer_, v1::KEY_USE_LOG, old_key, new_key);
  };
  EXPECT_EQ(Say(log("", next)), "FIELD_MISSING");
  EXPECT_EQ(Say(log(now, "")), "FIELD_MISSING");
  EXPECT_EQ(Say(log(now, "no key")), "MALFORMED_PAYLOAD");
  EXPECT_EQ(Say(log(now, next + " ")), "MALFORMED_PAYLOAD");
  EXPECT_EQ(Say(log(now, Vkey(WitnessKey(*world_.vn, '2')))), "MALFORMED_PAYLOAD");
  EXPECT_EQ(Say(log(now, Vkey(LogKey(*world_.cn, '2')))), "MALFORMED_PAYLOAD");
  EXPECT_EQ(Say(log(next, Vkey(LogKey(*world_.vn, '3')))), "FIELD_CONFLICT") << "follows another";
  EXPECT_EQ(Say(log(now, now)), "FIELD_CONFLICT");
  v1::Message other = log(now, next);
  other.mutable_key_announcement()->set_subject(world_.cn->setup.node.spiffe_id.ToString());
  EXPECT_EQ(Say(other), "FIELD_CONFLICT");
  other.mutable_key_announcement()->set_subject("spiffe://langson.practice.example/node/other");
  EXPECT_EQ(Say(other), "FIELD_CONFLICT");
  v1::Message useless = log(now, next);
  useless.mutable_key_announcement()->clear_use();
  EXPECT_EQ(Say(useless), "FIELD_MISSING");
  v1::Message times = log(now, next);
  times.mutable_key_announcement()->mutable_old_until()->set_seconds(1'999'999'999);
  EXPECT_EQ(Say(times), "FIELD_CONFLICT") << "the old one ends with the exchange";
  const std::string nobodys = std::string(1, '\1') + std::string(31, '\0');
  EXPECT_EQ(Say(log(now, Need(ledger::VerifierKey::Create("vn-langson/audit", ledger::kEd25519Type,
                                                          nobodys))
                             .Format())),
            "WEAK_KEY");
  EXPECT_EQ(Say(Announce(world_.vn_clerk(), v1::KEY_USE_LOG, now, next), &world_.vn_clerk()),
            "NOT_AN_AUTHORITY");
  EXPECT_THAT(KeyLeaves(*world_.vn), IsEmpty());
  ASSERT_EQ(Say(log(now, next)), "OK");
  EXPECT_EQ(Say(log(now, next)), "FIELD_CONFLICT") << "announced before";
  EXPECT_EQ(Say(log(now, Vkey(LogKey(*world_.vn, '3')))), "FIELD_CONFLICT") << "no longer newest";
  EXPECT_EQ(Say(log(next, Vkey(LogKey(*world_.vn, '3')))), "OK");
}

// Who steals a key that was given up can sign nothing new with it.
TEST_F(KeyExchangeTest, AKeyThatWasGivenUpSignsNothingNew) {
  const exchange::NoteSignerPtr stolen = world_.vn->log_key;
  Exchange(LogKey(*world_.vn, '2'));
  world_.Pass(absl::Seconds(3));  // By now cn-pingxiang has seen a head of the second key.
  const exchange::Head newest = world_.vn->head();
  ledger::Checkpoint head{world_.vn->log->origin(), newest.size + 5, certs::Sha256Of("forged")};
  const std::string note = Need(ledger::SignCheckpoint(head, *stolen));
  std::string ended_for;
  world_.on_wire = [&](bool from_vn, v1::LinkFrame& frame) {
    if (from_vn && frame.has_head()) frame.mutable_head()->set_head(note);
    if (!from_vn && frame.has_bye() && ended_for.empty()) {
      ended_for = system::ReasonName(frame.bye().reason().reason());
    }
    return true;
  };
  ASSERT_EQ(Say(world_.NewPing(officer_, "x")), "OK");
  world_.Pass(absl::Seconds(3));
  EXPECT_EQ(ended_for, "BAD_HEAD_SIGNATURE");
  EXPECT_LE(world_.cn->LinkRecord().peer_head_size, newest.size);
}

// The peer that checks is started anew: it knows the announced keys from its store.
TEST_F(KeyExchangeTest, APeerThatStartsAgainStillKnowsTheKeys) {
  Exchange(LogKey(*world_.vn, '2'));
  Cross("before");
  world_.KillAndRestart(false);
  world_.Connect();
  world_.Run();
  Cross("after");
  EXPECT_EQ(world_.cn->setup.link.peer_log_keys.Now().keys().size(), 2u);
}

TEST_F(KeyExchangeTest, AWitnessCosignsWithItsNextKeyAndOldCosignaturesHold) {
  Cross("before");
  world_.Pass(absl::Seconds(3));
  const std::string origin = world_.cn->log->origin();
  const auto cosigners = [&] {
    const auto head = Need(Need(world_.cn->store->Read())->NewestCosignedHead(origin));
    std::vector<std::string> keys;
    const auto known = ledger::AllKeys(std::vector{world_.cn->setup.link.peer_witness_keys});
    for (const auto& one :
         Need(ledger::OpenCheckpoint(head->checkpoint, world_.cn->log->keys().Now(), known))
             .cosignatures) {
      keys.push_back(one.witness.Format());
    }
    return keys;
  };
  const std::string first = Need(ledger::VerifierOf(*world_.vn->witness_key)).Format();
  ASSERT_THAT(cosigners(), ElementsAre(first));
  const exchange::NoteSignerPtr next = WitnessKey(*world_.vn, '2');
  Need(world_.vn->key_exchange->Hold(v1::KEY_USE_WITNESS, {world_.vn->witness_key->Now(), next}));
  ASSERT_EQ(Say(Announce(officer_, v1::KEY_USE_WITNESS, first, Vkey(next))), "OK");
  Tick(*world_.vn);
  EXPECT_EQ(Need(ledger::VerifierOf(*world_.vn->witness_key)).Format(), Vkey(next));
  Cross("after");
  world_.Pass(absl::Seconds(3));
  EXPECT_THAT(cosigners(), ElementsAre(Vkey(next)));
}

// Every key of both nodes, twenty times, while reports cross in both directions and streams break.
TEST_F(KeyExchangeTest, TwentyExchangesOfEveryKeyLoseAndDoubleNothing) {
  std::vector<v1::Message> said;
  const std::vector<std::pair<TestNode*, const certs::Signer*>> sides = {
      {world_.vn.get(), &officer_}, {world_.cn.get(), &world_.cn_officer()}};
  for (int round = 0; round < 20; ++round) {
    const char seed = static_cast<char>(1 + round);
    for (const auto& [node, author] : sides) {
      const exchange::NoteSignerPtr log = LogKey(*node, seed);
      const exchange::NoteSignerPtr witness = WitnessKey(*node, static_cast<char>(seed + 20));
      auto& files = *node->setup.key_files;
      files.log.push_back(log);
      files.witness.push_back(witness);
      Need(node->key_exchange->Hold(v1::KEY_USE_LOG, files.log));
      Need(node->key_exchange->Hold(v1::KEY_USE_WITNESS, files.witness));
      said.push_back(Announce(*author, v1::KEY_USE_LOG, Signing(*node), Vkey(log)));
      ASSERT_EQ(Say(said.back(), author), "OK");
      said.push_back(Announce(*author, v1::KEY_USE_WITNESS,
                              Need(ledger::VerifierOf(*node->witness_key)).Format(),
                              Vkey(witness)));
      ASSERT_EQ(Say(said.back(), author), "OK");
      for (int i = 0; i < 3; ++i) {
        said.push_back(world_.NewPing(*author, std::to_string(i)));
        ASSERT_EQ(Say(said.back(), author), "OK");
        node->key_exchange->OnTick();
        for (int step = 0; step < 7; ++step) world_.RunOneStep();
      }
      if (round % 5 == 4) {
        world_.Cut();
        world_.Connect();
      }
      world_.Pass(absl::Seconds(2));
      Tick(*node);
      ASSERT_EQ(Signing(*node), Vkey(log));
      ASSERT_EQ(Need(ledger::VerifierOf(*node->witness_key)).Format(), Vkey(witness));
    }
  }
  for (const v1::Message& message : said) {
    TestNode& there = message.header().origin_node() == "vn-langson" ? *world_.cn : *world_.vn;
    int delivered = 0;
    for (const ledger::Leaf& leaf : there.Leaves()) {
      delivered += leaf.event == ledger::event::kDelivered &&
                   leaf.object == "message:" + message.header().message_id() &&
                   leaf.result == "APPLIED";
    }
    EXPECT_EQ(delivered, 1) << message.header().message_id();
  }
  for (const auto& [node, author] : sides) {
    EXPECT_EQ(node->LinkRecord().alarm, "");
    EXPECT_EQ(node->LinkRecord().last_receipted, node->LinkRecord().last_queued);
  }
}

}  // namespace
}  // namespace gatepost::testing
