// What comes back to a restored node is asked what its door and the link agreement ask, by the
// rosters of then.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "daemon/exchange/restore/returned.h"
#include "daemon/ledger/leaf.h"
#include "google/protobuf/text_format.h"
#include "tests/exchange/restore_case.h"
#include "tests/exchange/rosters.h"
#include "tests/support/scripted_authority.h"

namespace gatepost::testing {
namespace {

// Of the alarms about what came out otherwise than then: what it came out as.
std::vector<std::string> Differences(const TestNode& node) {
  std::vector<std::string> told;
  for (const ledger::Leaf& leaf : node.Leaves()) {
    if (leaf.event != ledger::event::kAlarm || leaf.result != "NODE_RESTORED") continue;
    told.push_back(leaf.detail);
  }
  return told;
}

// A peer may give back what its author signed and the door would never have let out.
TEST_F(Restore, WhatTheDoorWouldNotLetOutIsCarriedAndSaid) {
  LoseTheEnd(false);
  world.vn->Publish(R"(
    id: "two-1"
    author_rules { roles: "clerk" subject {} }
    call_rules { roles: "clerk" acts: "READ" acts: "SUBMIT" }
    release_rules { subject { families: "REPORT" } signatures { roles: "clerk" count: 2 } })");
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  for (size_t i = 0; i < vn_ids.size(); ++i) {
    EXPECT_EQ(Held(*world.vn, vn_ids[i]).standing, i < 2 ? v1::RUNG_APPLIED : v1::RUNG_CARRIED);
  }
  for (const std::string& id : cn_ids) {
    EXPECT_EQ(Held(*world.vn, id).standing, v1::RUNG_APPLIED) << "not for this policy to judge";
  }
  const std::vector<std::string> alarms = Differences(*world.vn);
  EXPECT_EQ(alarms.size(), static_cast<size_t>(kEach));
  for (const std::string& alarm : alarms) {
    EXPECT_EQ(alarm, "then:APPLIED,now:SIGNATURES_MISSING");
  }
}

// A message to two peers, of which only the first gives it back.
class RestoreToTwo : public Restore {
 protected:
  RestoreToTwo() {
    world.Connect();
    TakeCopy();
    AddSecondLink();
    v1::Message ping = world.NewPing(world.vn_clerk(), "both");
    ping.mutable_header()->add_recipient_nodes(kSecond);
    Need(world.vn->Submit(world.vn_clerk(), world.Sign(world.vn_clerk(), ping)).status());
    world.Run();
    id_ = ping.header().message_id();
    PutCopyBack(false);
    AddSecondLink();
    Reconnect();
    Need(world.vn->Commit([&](exchange::CommitScope& scope) {
      return exchange::PutGaveBack(scope.store, kSecond, true);
    }));
  }
  void AddSecondLink() {
    exchange::LinkTerms second = world.vn->setup.link;
    second.peer_node = kSecond;
    second.peer_spiffe_id =
        Need(certs::SpiffeId::Parse("spiffe://pingxiang.practice.example/node/cn-youyiguan"));
    world.vn->links().insert_or_assign(kSecond, second);
  }
  // For which peers it is queued once the epoch is open.
  std::vector<std::string> QueuedFor() {
    Need(world.vn->OpenEpoch({}, {&world.vn->links().at(kSecond)}).status());
    std::vector<std::string> peers;
    for (const store::OutgoingRecord& place :
         Need(Need(world.vn->store->Read())->OutgoingOf(Held(*world.vn, id_).row))) {
      peers.push_back(place.peer);
    }
    std::ranges::sort(peers);
    return peers;
  }

  static constexpr char kSecond[] = "cn-youyiguan";
  std::string id_;
};

using Peers = std::vector<std::string>;

TEST_F(RestoreToTwo, ItGoesOnToTheOther) {
  EXPECT_EQ(QueuedFor(), (Peers{"cn-pingxiang", kSecond}));
  EXPECT_EQ(Differences(*world.vn), std::vector<std::string>());
}

TEST_F(RestoreToTwo, WhatTheDoorWouldNotLetOutGoesToNobodyElse) {
  world.vn->Publish(R"(
    id: "two-1"
    author_rules { roles: "clerk" subject {} }
    call_rules { roles: "clerk" acts: "READ" acts: "SUBMIT" }
    release_rules { subject { families: "PING" } signatures { roles: "clerk" count: 2 } })");
  EXPECT_EQ(QueuedFor(), (Peers{"cn-pingxiang"}));
  EXPECT_EQ(Held(*world.vn, id_).standing, v1::RUNG_CARRIED);
}

TEST_F(RestoreToTwo, WhatTheOthersAgreementAsksForItAsksForHere) {
  domain::AgreedRules::Stated asks;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "subject { families: 'PING' } signatures { roles: 'officer' count: 1 }",
      &asks.release_rules.emplace_back()));
  world.vn->links().at(kSecond).rules =
      std::make_shared<const domain::AgreedRules>(asks, world.gates);
  EXPECT_EQ(QueuedFor(), (Peers{"cn-pingxiang"}));
  EXPECT_EQ(Held(*world.vn, id_).standing, v1::RUNG_APPLIED) << "the first peer's asks for nothing";
  EXPECT_EQ(Differences(*world.vn), (std::vector<std::string>{"not-queued:SIGNATURES_MISSING"}));
}

// Whoever was shown it while it waited could have given it to the peer.
TEST_F(Restore, WhatWasDroppedHereIsCarriedWhateverThePeerSays) {
  world.Connect();
  TakeCopy();
  SubmitVn();
  world.Run();
  const certs::Digest pae = Held(*world.vn, vn_ids[0]).pae;
  PutCopyBack(false);
  Need(world.vn->Commit([&](exchange::CommitScope& scope) { return scope.store.PutDropped(pae); }));
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  EXPECT_EQ(Held(*world.vn, vn_ids[0]).standing, v1::RUNG_CARRIED);
  EXPECT_EQ(Differences(*world.vn), (std::vector<std::string>{"then:APPLIED,now:NOT_RELEASED"}));
}

struct UrgentPolicy {
  TwoNodes::Options Options() const {
    TwoNodes::Options options;
    options.vn_authority = &authority;
    return options;
  }
  ScriptedAuthority authority;
};

class RestoreEmergency : private UrgentPolicy, public Restore {
 protected:
  RestoreEmergency() : Restore(UrgentPolicy::Options()) {}
};

TEST_F(RestoreEmergency, AwaitsItsCountersignatureAgain) {
  world.Connect();
  TakeCopy();
  v1::Message urgent = world.OneFigureReport(world.vn_clerk(), "LS-HN", 1, 7);
  urgent.mutable_header()->mutable_emergency()->set_reason("flood");
  Need(world.vn->Submit(world.vn_clerk(), world.Sign(world.vn_clerk(), urgent)).status());
  world.Run();
  PutCopyBack(false);
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  const store::MessageRecord record = Held(*world.vn, urgent.header().message_id());
  const auto row = Need(Need(world.vn->store->Read())->Emergency(record.row));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->due, record.stored_at + absl::Hours(1));
}

// Reports need a role that only rosters give.
class RestoreRosters : public Restore {
 protected:
  RestoreRosters() : Restore(AskingForHeads()) {}

  static TwoNodes::Options AskingForHeads() {
    TwoNodes::Options options = RosterWorld::WithAuthorities();
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        "subject { families: 'REPORT' } signatures { roles: 'head' count: 1 }",
        &options.rules.release_rules.emplace_back()));
    return options;
  }

  void Publish(TestNode& node, const certs::Signer& author, const certs::Signer& head) {
    v1::Message message = world.NewMessage(author);
    message.mutable_roster()->set_trust_domain(std::string(author.id().trust_domain()));
    message.mutable_roster()->set_version(1);
    v1::RosterMember* member = message.mutable_roster()->add_members();
    member->set_spiffe_id(head.id().ToString());
    member->add_roles("clerk");
    member->add_roles("head");
    Need(node.Submit(author, world.Sign(author, message)).status());
    world.Run();
  }
};

TEST_F(RestoreRosters, OfThenJudgeWhatCameAfterThem) {
  world.Connect();
  TakeCopy();
  const v1::Message ping = world.NewPing(world.vn_service(), "first");
  Need(world.vn->Submit(world.vn_service(), world.Sign(world.vn_service(), ping)).status());
  world.Run();
  world.clock.Advance(absl::Minutes(1));
  Publish(*world.vn, world.vn_officer(), world.vn_clerk());
  Publish(*world.cn, world.cn_officer(), world.cn_clerk());
  world.clock.Advance(absl::Minutes(1));
  SubmitVn();
  SubmitCn();
  world.Run();
  ASSERT_EQ(Held(*world.cn, vn_ids[0]).standing, v1::RUNG_APPLIED);
  ASSERT_EQ(Held(*world.vn, cn_ids[0]).standing, v1::RUNG_APPLIED);
  const absl::Time then = world.clock.Now();

  PutCopyBack(false);
  world.clock.Advance(absl::Minutes(10));
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  EXPECT_EQ(Held(*world.vn, vn_ids[0]).standing, v1::RUNG_APPLIED);
  EXPECT_EQ(Held(*world.vn, cn_ids[0]).standing, v1::RUNG_APPLIED);
  EXPECT_EQ(Differences(*world.vn), std::vector<std::string>());
  EXPECT_TRUE(Need(Need(world.vn->store->Read())->RosterAt("pingxiang.practice.example", then))
                  .has_value());
}

// The next one names the new link's peer; this one could not.
TEST_F(RestoreRosters, OfThenIsInForceAgainThoughALinkWasAddedSince) {
  world.Connect();
  TakeCopy();
  Publish(*world.vn, world.vn_officer(), world.vn_clerk());
  PutCopyBack(false);
  world.vn->links().insert_or_assign("cn-dongxing", world.vn->setup.link);
  Reconnect();
  Need(world.vn->OpenEpoch().status());
  EXPECT_EQ(Differences(*world.vn), std::vector<std::string>());
  EXPECT_EQ(Need(Need(world.vn->store->Read())->NewestRosterVersion("langson.practice.example")),
            1U);
}

}  // namespace
}  // namespace gatepost::testing
