// Log and witness keys that are announced, receipted and exchanged while messages cross.
#include "daemon/exchange/key_exchange.h"

#include "daemon/exchange/announced_keys.h"
#include "daemon/ledger/checkpoint.h"
#include "tests/exchange/key_world.h"

namespace gatepost::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class KeyExchangeTest : public KeyWorld {};

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

// The names of these keys sort in another order than they lie in the file.
TEST_F(KeyExchangeTest, KeysThatAreOnlyHeldFollowInTheOrderOfTheFile) {
  const auto vkeys = [](const ledger::KeyRing& ring) {
    std::vector<std::string> all;
    for (const ledger::VerifierKey& key : ring.keys()) all.push_back(key.Format());
    return all;
  };
  const exchange::NoteSignerPtr second = LogKey(*world_.vn, '2');
  const exchange::NoteSignerPtr third = LogKey(*world_.vn, '3');
  ASSERT_GT(Vkey(second), Vkey(third));
  world_.vn->setup.key_files->log = {world_.vn->log_key, second, third};
  world_.KillAndRestart(true);
  EXPECT_THAT(vkeys(world_.vn->log->keys().Now()),
              ElementsAre(Vkey(world_.vn->log_key), Vkey(second), Vkey(third)));
  // One that is announced comes before those of which nobody was told.
  const exchange::NoteSignerPtr announced = LogKey(*world_.vn, '4');
  ASSERT_EQ(Say(AnnounceLog(announced)), "OK");
  world_.vn->setup.key_files->log.push_back(announced);
  world_.KillAndRestart(true);
  EXPECT_THAT(vkeys(world_.vn->log->keys().Now()),
              ElementsAre(Vkey(world_.vn->log_key), Vkey(announced), Vkey(second), Vkey(third)));
}

TEST_F(KeyExchangeTest, AKeyHasOneUse) {
  Need(world_.vn->key_exchange->Hold(v1::KEY_USE_WITNESS, {world_.vn->witness_key->Now()}));
  EXPECT_EQ(
      world_.ReasonOf(world_.vn->key_exchange->Hold(
          v1::KEY_USE_LOG, {world_.vn->log_key, LogKeyOf("vn-langson", std::string(32, 'V'))})),
      "FIELD_CONFLICT");
}

TEST_F(KeyExchangeTest, AWitnessCosignsWithItsNextKeyAndOldCosignaturesHold) {
  Cross("before");
  world_.Pass(absl::Seconds(3));
  const std::string origin = world_.cn->log->origin();
  const auto newest = [&] {
    return Need(Need(world_.cn->store->Read())->NewestCosignedHead(origin))->checkpoint;
  };
  const auto cosigners = [&](const std::string& head) {
    std::vector<std::string> keys;
    const auto known = ledger::AllKeys(std::vector{world_.cn->setup.link.peer_witness_keys});
    for (const auto& one :
         Need(ledger::OpenCheckpoint(head, world_.cn->log->keys().Now(), known)).cosignatures) {
      keys.push_back(one.witness.Format());
    }
    return keys;
  };
  const std::string first = Need(ledger::VerifierOf(*world_.vn->witness_key)).Format();
  const std::string old_head = newest();
  ASSERT_THAT(cosigners(old_head), ElementsAre(first));
  const exchange::NoteSignerPtr next = WitnessKey(*world_.vn, '2');
  Need(world_.vn->key_exchange->Hold(v1::KEY_USE_WITNESS, {world_.vn->witness_key->Now(), next}));
  ASSERT_EQ(Say(Announce(officer_, v1::KEY_USE_WITNESS, first, Vkey(next))), "OK");
  Tick(*world_.vn);
  EXPECT_EQ(Need(ledger::VerifierOf(*world_.vn->witness_key)).Format(), Vkey(next));
  Cross("after");
  world_.Pass(absl::Seconds(3));
  EXPECT_THAT(cosigners(newest()), ElementsAre(Vkey(next)));
  EXPECT_THAT(cosigners(old_head), ElementsAre(first));
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
