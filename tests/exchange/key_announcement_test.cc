// Which announcements of keys are taken, and what the peer that took them makes of heads.
#include "daemon/exchange/key_desk.h"
#include "daemon/ledger/checkpoint.h"
#include "tests/exchange/key_world.h"

namespace gatepost::testing {
namespace {

using ::testing::IsEmpty;

class KeyAnnouncementTest : public KeyWorld {};

TEST_F(KeyAnnouncementTest, APeerThatRefusesTheAnnouncementHoldsTheExchangeUp) {
  const std::string first = Signing(*world_.vn);
  world_.cn->links().at("vn-langson").peer_authorities = {};  // Nobody speaks for the other side.
  const exchange::NoteSignerPtr next = LogKey(*world_.vn, '2');
  HoldLog(next);
  const v1::Message said = AnnounceLog(next);
  ASSERT_EQ(Say(said), "OK");
  EXPECT_EQ(world_.Delivered(*world_.cn, said), "REFUSED:NOT_AN_AUTHORITY");
  Tick(*world_.vn);
  EXPECT_EQ(Signing(*world_.vn), first);
}

// A commit of the peer failed after it had heard of the key: it is said again, and taken.
TEST_F(KeyAnnouncementTest, AnAnnouncementWhoseCommitFailedIsTakenWhenItComesAgain) {
  const exchange::NoteSignerPtr next = LogKey(*world_.vn, '2');
  Need(world_.cn->setup.link.peer_log_keys.Add(Need(ledger::VerifierOf(*next))));
  Exchange(next);
  Cross("after");
}

// An announcement that the peer refused does not end the chain for ever.
TEST_F(KeyAnnouncementTest, WhatFollowsARefusedAnnouncementIsTaken) {
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

TEST_F(KeyAnnouncementTest, AnnouncementsThatDoNotFitAreRefused) {
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
TEST_F(KeyAnnouncementTest, AKeyThatWasGivenUpSignsNothingNew) {
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
TEST_F(KeyAnnouncementTest, APeerThatStartsAgainStillKnowsTheKeys) {
  Exchange(LogKey(*world_.vn, '2'));
  Cross("before");
  world_.KillAndRestart(false);
  world_.Connect();
  world_.Run();
  Cross("after");
  EXPECT_EQ(world_.cn->setup.link.peer_log_keys.Now().keys().size(), 2u);
}

}  // namespace
}  // namespace gatepost::testing
