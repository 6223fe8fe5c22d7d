// Rosters: who has which roles, published by a side's authorities and in force at both nodes.
#include <gmock/gmock.h>

#include <optional>
#include <utility>

#include "daemon/domain/authority/roster_rules.h"
#include "daemon/exchange/holding.h"
#include "daemon/exchange/link_rules.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/roster_reach.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/unknown_field_set.h"
#include "tests/exchange/hostile_peer.h"
#include "tests/exchange/rosters.h"

namespace gatepost::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Roster : public ::testing::Test {
 protected:
  RosterWorld world_;
  const certs::Signer& officer_ = world_.vn_officer();
  const certs::Signer& clerk_ = world_.vn_clerk();
};

TEST_F(Roster, IsInForceAtBothNodesOnceItCrossed) {
  EXPECT_THAT(world_.Roles(*world_.cn, clerk_), ElementsAre("clerk")) << "no roster: by the name";
  const v1::Message roster =
      world_.Roster(officer_, 1, {{&officer_, {"officer"}}, {&clerk_, {"shift-leader"}}});
  ASSERT_EQ(world_.ReasonOf(world_.Say(roster, {&officer_})), "OK");
  EXPECT_EQ(world_.Delivered(*world_.cn, roster), "APPLIED");
  for (TestNode* node : {world_.vn.get(), world_.cn.get()}) {
    EXPECT_THAT(world_.Roles(*node, clerk_), ElementsAre("shift-leader"));
    EXPECT_THAT(world_.Roles(*node, world_.vn_service()), IsEmpty()) << "not named: no role";
    EXPECT_THAT(world_.RosterLeaves(*node), ElementsAre("roster:langson.practice.example:1"));
  }
  EXPECT_THAT(world_.Roles(*world_.vn, world_.cn_clerk()), ElementsAre("clerk"))
      << "the other side has none yet";
}

TEST_F(Roster, OnlyAnAuthorityMayPublishOne) {
  const certs::Signer& other = world_.AddPerson(world_.vn_ca, "/agency/board/officer/2");
  for (const certs::Signer* author : {&clerk_, &other}) {
    EXPECT_EQ(world_.ReasonOf(world_.Say(world_.Roster(*author, 1, {{author, {"officer"}}}),
                                         {author, &officer_})),
              "NOT_AN_AUTHORITY");
  }
  EXPECT_THAT(world_.RosterLeaves(*world_.vn), IsEmpty());
}

TEST_F(Roster, VersionsOnlyGoUp) {
  ASSERT_TRUE(world_.Say(world_.Roster(officer_, 5, {{&officer_, {"officer"}}}), {&officer_}).ok());
  for (const uint32_t version : {1u, 4u, 5u}) {
    EXPECT_EQ(world_.ReasonOf(world_.Say(
                  world_.Roster(officer_, version, {{&officer_, {"officer"}}}), {&officer_})),
              "ROSTER_OUT_OF_ORDER");
  }
  EXPECT_TRUE(world_.Say(world_.Roster(officer_, 6, {{&officer_, {"officer"}}}), {&officer_}).ok());
  EXPECT_EQ(world_.RosterLeaves(*world_.cn).size(), 2u);
}

TEST_F(Roster, ThatWouldLockLaterOnesOutIsRefused) {
  const auto publish = [&](uint32_t version) {
    return world_.ReasonOf(
        world_.Say(world_.Roster(officer_, version, {{&officer_, {"officer"}}}), {&officer_}));
  };
  constexpr uint32_t kLast = 0xFFFFFFFF;
  EXPECT_EQ(publish(kLast), "ROSTER_OUT_OF_ORDER");
  EXPECT_EQ(publish(domain::kMostVersionsAhead + 1), "ROSTER_OUT_OF_ORDER");
  EXPECT_EQ(publish(1), "OK");
  EXPECT_EQ(publish(3), "ROSTER_OUT_OF_ORDER") << "the own side publishes without a gap";
  EXPECT_EQ(publish(kLast), "ROSTER_OUT_OF_ORDER");
  EXPECT_EQ(publish(2), "OK");
}

// Each node would take it into force by its own clock, between other messages.
TEST_F(Roster, OfALaterTimeIsRefused) {
  v1::Message later = world_.Roster(officer_, 1, {{&clerk_, {"shift-leader"}}});
  for (const absl::Duration ahead : {absl::Seconds(1), absl::Hours(1)}) {
    *later.mutable_roster()->mutable_valid_from() = domain::ToTimestamp(world_.clock.Now() + ahead);
    EXPECT_EQ(world_.ReasonOf(world_.Say(later, {&officer_})), "BAD_TIME");
  }
  EXPECT_THAT(world_.RosterLeaves(*world_.vn), IsEmpty());
  world_.clock.Advance(absl::Hours(1));
  EXPECT_EQ(world_.ReasonOf(world_.Say(later, {&officer_})), "OK");
  EXPECT_THAT(world_.Roles(*world_.cn, clerk_), ElementsAre("shift-leader"));
}

TEST_F(Roster, ThatLooksBackHoldsFromItsLeafOn) {
  const absl::Time before = world_.clock.Now();
  world_.clock.Advance(absl::Hours(1));
  v1::Message roster = world_.Roster(officer_, 1, {{&clerk_, {"shift-leader"}}});
  *roster.mutable_roster()->mutable_valid_from() = domain::ToTimestamp(before);
  ASSERT_TRUE(world_.Say(roster, {&officer_}).ok());
  const auto roles = [&](absl::Time at) {
    return Need(world_.cn->rosters.RolesOf(*Need(world_.cn->store->Read()), clerk_.id(), at));
  };
  EXPECT_THAT(roles(before), ElementsAre("clerk"));
  EXPECT_THAT(roles(world_.clock.Now()), ElementsAre("shift-leader"));
}

TEST_F(Roster, MalformedOnesAreRefused) {
  const auto spoilt = [&](const std::function<void(v1::Message&)>& spoil) {
    v1::Message message =
        world_.Roster(officer_, 1, {{&officer_, {"officer"}}, {&clerk_, {"clerk"}}});
    spoil(message);
    return world_.ReasonOf(world_.Say(message, {&officer_}));
  };
  using M = v1::Message;
  EXPECT_EQ(spoilt([](M& m) { m.mutable_roster()->set_version(0); }), "FIELD_MISSING");
  EXPECT_EQ(spoilt([](M& m) { m.mutable_roster()->clear_members(); }), "FIELD_MISSING");
  EXPECT_EQ(spoilt([](M& m) { m.mutable_roster()->mutable_members(0)->clear_roles(); }),
            "FIELD_MISSING");
  EXPECT_EQ(spoilt([](M& m) { m.mutable_roster()->mutable_members()->SwapElements(0, 1); }),
            "FIELD_CONFLICT");
  EXPECT_EQ(spoilt([](M& m) { *m.mutable_roster()->add_members() = m.roster().members(1); }),
            "FIELD_CONFLICT");
  EXPECT_EQ(spoilt([](M& m) {
              m.mutable_roster()->mutable_members(0)->add_roles("auditor");
              m.mutable_roster()->mutable_members(0)->add_roles("auditor");
            }),
            "FIELD_CONFLICT");
  EXPECT_EQ(spoilt([](M& m) { m.mutable_roster()->mutable_members(0)->set_roles(0, "Clerk!"); }),
            "MALFORMED_PAYLOAD");
  EXPECT_EQ(
      spoilt([&](M& m) {
        m.mutable_roster()->mutable_members(0)->set_spiffe_id(world_.cn_clerk().id().ToString());
      }),
      "MALFORMED_PAYLOAD");
  EXPECT_EQ(spoilt([](M& m) {
              m.mutable_roster()->mutable_members(0)->set_spiffe_id(
                  "spiffe://langson.practice.example/node/vn-langson");
            }),
            "MALFORMED_PAYLOAD");
  EXPECT_EQ(
      spoilt([](M& m) { m.mutable_roster()->set_trust_domain("pingxiang.practice.example"); }),
      "FIELD_CONFLICT");
  EXPECT_EQ(spoilt([](M& m) { m.mutable_roster()->mutable_valid_from()->set_nanos(-1); }),
            "BAD_TIME");
  EXPECT_EQ(spoilt([](M& m) { m.mutable_header()->add_scope_ids("LS-HN"); }), "FIELD_CONFLICT");
  EXPECT_EQ(spoilt([](M&) {}), "OK");
}

TEST_F(Roster, WhoIsNotInItIsNotHeardAnyMore) {
  ASSERT_TRUE(world_.Say(world_.Roster(officer_, 1, {{&clerk_, {"clerk"}}}), {&officer_}).ok());
  EXPECT_EQ(world_.ReasonOf(world_.Say(world_.NewPing(clerk_, "in"), {&clerk_})), "OK");
  EXPECT_EQ(world_.ReasonOf(world_.Say(world_.NewPing(officer_, "out"), {&officer_})),
            "NOT_IN_ROSTER");
  // An authority that forgot itself can still correct that.
  EXPECT_EQ(world_.ReasonOf(
                world_.Say(world_.Roster(officer_, 2, {{&officer_, {"officer"}}}), {&officer_})),
            "OK");
  EXPECT_EQ(world_.ReasonOf(world_.Say(world_.NewPing(officer_, "back"), {&officer_})), "OK");
}

TEST_F(Roster, NoPeerIsLeftWithAnOlderOne) {
  // A second link, to a peer that is not in this world.
  exchange::LinkTermsByPeer links = {{"cn-pingxiang", world_.vn->setup.link},
                                     {"cn-dongxing", world_.vn->setup.link}};
  const exchange::RosterDesk desk(world_.vn->setup.node, links);
  v1::Message roster = world_.Roster(officer_, 1, {{&officer_, {"officer"}}});
  exchange::OpenedMessage opened{.envelope_bytes = {},
                                 .author = world_.vn->IdentityOf(officer_),
                                 .signers = {world_.vn->IdentityOf(officer_)},
                                 .message = roster,
                                 .chains = {}};
  const auto at_the_door = [&] {
    return world_.ReasonOf(
        exchange::JudgeOwn(*Need(world_.vn->store->Read()),
                           {*world_.vn->desks, *world_.vn->rules, links, world_.vn->rosters},
                           opened, world_.clock.Now())
            .status());
  };
  EXPECT_EQ(at_the_door(), "FIELD_CONFLICT");
  opened.message.mutable_header()->add_recipient_nodes("cn-dongxing");
  EXPECT_EQ(at_the_door(), "OK");
  // A link on which nobody speaks for this side takes none.
  links.at("cn-dongxing").own_authorities.clear();
  EXPECT_EQ(world_.ReasonOf(desk.CheckAlone(opened, world_.clock.Now())), "NOT_AN_AUTHORITY");
}

// Whoever speaks on one link only does not speak on both: it takes one of each.
TEST_F(Roster, LinksWithoutACommonAuthorityTakeOneOfEach) {
  const certs::Signer& other = world_.AddPerson(world_.vn_ca, "/agency/board/officer/2");
  exchange::LinkTermsByPeer links = {{"cn-pingxiang", world_.vn->setup.link},
                                     {"cn-dongxing", world_.vn->setup.link}};
  links.at("cn-dongxing").peer_node = "cn-dongxing";
  links.at("cn-dongxing").own_authorities = {other.id().ToString()};
  v1::Message roster = world_.Roster(officer_, 1, {{&officer_, {"officer"}}});
  roster.mutable_header()->add_recipient_nodes("cn-dongxing");
  exchange::OpenedMessage opened{.envelope_bytes = {},
                                 .author = world_.vn->IdentityOf(officer_),
                                 .signers = {world_.vn->IdentityOf(officer_)},
                                 .message = roster,
                                 .chains = {}};
  const exchange::RosterDesk desk(world_.vn->setup.node, links);
  const auto needed = [&] {
    return Need(exchange::RuleOwn(*Need(world_.vn->store->Read()),
                                  {*world_.vn->desks, *world_.vn->rules, links, world_.vn->rosters},
                                  opened, world_.clock.Now()))
        .needed;
  };
  // As the node at the other end of the second link has its agreement.
  exchange::LinkTermsByPeer there = {{"vn-langson", world_.cn->setup.link}};
  there.at("vn-langson").peer_authorities = {other.id().ToString()};
  const auto received = [&] {
    return world_.ReasonOf(
        exchange::CheckAuthority(there, world_.cn->setup.node.spiffe_id.trust_domain(), opened));
  };
  EXPECT_EQ(world_.ReasonOf(desk.CheckAlone(opened, world_.clock.Now())), "OK");
  EXPECT_THAT(needed(), ElementsAre(domain::StillNeeded{{"authority-of-cn-dongxing"}, 1}));
  EXPECT_EQ(received(), "NOT_AN_AUTHORITY");
  opened.signers.push_back(world_.vn->IdentityOf(clerk_));
  EXPECT_EQ(needed().size(), 1u);
  opened.signers.push_back(world_.vn->IdentityOf(other));
  EXPECT_THAT(needed(), IsEmpty());
  EXPECT_EQ(received(), "OK");
}

// Nobody has roles before it.
TEST(FirstRoster, NeedsItsAuthorityAndNobodyElse) {
  const char* asks =
      "subject { families: 'AUTHORITY' } signatures { roles: 'head-of-office' count: 1 }";
  RosterWorld::Options options;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      asks, &options.rules.release_rules.emplace_back()));
  RosterWorld world(options);
  world.vn->Publish(std::string("id: 'asks-1' release_rules { ") + asks + " }");
  const certs::Signer& officer = world.vn_officer();
  const v1::Message first = world.Roster(officer, 1, {{&officer, {"head-of-office"}}});
  ASSERT_EQ(world.ReasonOf(world.Say(first, {&officer})), "OK");
  EXPECT_EQ(world.Delivered(*world.cn, first), "APPLIED");
  const v1::Message second = world.Roster(officer, 2, {{&officer, {"officer"}}});
  ASSERT_EQ(world.ReasonOf(world.Say(second, {&officer})), "OK");
  EXPECT_EQ(
      world.ReasonOf(world.Say(world.Roster(officer, 3, {{&officer, {"officer"}}}), {&officer})),
      "SIGNATURES_MISSING")
      << "the head of office is one no more";
}

// A link that was added after the roster was published.
TEST_F(Roster, APeerThatItWasNotAddressedToIsAnAlarmUntilTheNextOne) {
  exchange::LinkTermsByPeer links = {{"cn-pingxiang", world_.vn->setup.link},
                                     {"cn-dongxing", world_.vn->setup.link}};
  exchange::StandingAlarms alarms(*world_.vn->committer);
  exchange::RosterReach reach(world_.vn->setup.node, links, *world_.vn->store, alarms,
                              world_.clock);
  const auto said = [&] {
    world_.clock.Advance(absl::Minutes(1));
    reach.OnTick();
    world_.vn->Settle();
    std::vector<std::string> told;
    for (const ledger::Leaf& leaf : world_.vn->Leaves()) {
      if (leaf.event == ledger::event::kAlarm) {
        told.push_back(leaf.object + " " + leaf.result + " " + leaf.detail);
      }
    }
    return told;
  };
  EXPECT_THAT(said(), IsEmpty()) << "nothing was published";
  ASSERT_TRUE(world_.Say(world_.Roster(officer_, 1, {{&officer_, {"officer"}}}), {&officer_}).ok());
  const std::string alarm = "link:cn-dongxing ROSTER_OUT_OF_ORDER not-addressed:1,publish:2";
  EXPECT_THAT(said(), ElementsAre(alarm));
  EXPECT_THAT(said(), ElementsAre(alarm)) << "once";

  v1::Message to_both = world_.Roster(officer_, 2, {{&officer_, {"officer"}}});
  to_both.mutable_header()->add_recipient_nodes("cn-dongxing");
  const exchange::OpenedMessage opened = Need(world_.vn->intake->Open(
      world_.Sign(officer_, to_both), {officer_.certificate_chain_der()}, world_.clock.Now()));
  Need(world_.vn->Commit([&](exchange::CommitScope& scope) -> absl::Status {
    const store::MessageRecord stored = Need(
        scope.store.InsertMessage(exchange::RecordOf(opened, world_.vn->setup.node, scope.now)));
    return scope.store.PutRoster({to_both.roster().trust_domain(), 2, scope.now, stored.row});
  }));
  EXPECT_THAT(said(), ElementsAre(alarm, "link:cn-dongxing CLEARED was:ROSTER_OUT_OF_ORDER"));
}

// It goes on by the one before, or by names.
TEST_F(Roster, APeerThatRefusedItIsAnAlarmUntilItTakesTheNextOne) {
  exchange::StandingAlarms alarms(*world_.vn->committer);
  exchange::RosterReach reach(world_.vn->setup.node, world_.vn->links(), *world_.vn->store, alarms,
                              world_.clock);
  const auto publish = [&](uint32_t version) {
    const v1::Message roster = world_.Roster(officer_, version, {{&officer_, {"officer"}}});
    EXPECT_TRUE(world_.Say(roster, {&officer_}).ok());
    world_.clock.Advance(absl::Minutes(1));
    reach.OnTick();
    world_.vn->Settle();
    std::vector<std::string> told;
    for (const ledger::Leaf& leaf : world_.vn->Leaves()) {
      if (leaf.event == ledger::event::kAlarm) told.push_back(leaf.object + " " + leaf.detail);
    }
    return told;
  };
  auto& takes = world_.cn->links().at("vn-langson").peer_authorities;
  const auto usual = std::exchange(takes, {});
  EXPECT_THAT(publish(1), ElementsAre("link:cn-pingxiang refused:1,publish:2"));
  takes = usual;
  EXPECT_THAT(publish(2), ElementsAre("link:cn-pingxiang refused:1,publish:2",
                                      "link:cn-pingxiang was:ROSTER_OUT_OF_ORDER"));
}

// A peer that lets out what its own door should have refused.
class HostileRoster : public ::testing::Test {
 protected:
  HostileRoster() : h_(RosterWorld::WithAuthorities()) {
    h_.peer.Connect();
    h_.peer.Send(ScriptedPeer::CertificatesOf(h_.world.cn_officer()));
  }
  std::string Send(const certs::Signer& author, uint32_t version, const certs::Signer& member) {
    v1::Message message = h_.world.NewMessage(author);
    message.mutable_roster()->set_trust_domain("pingxiang.practice.example");
    message.mutable_roster()->set_version(version);
    if (valid_from_.has_value()) {
      *message.mutable_roster()->mutable_valid_from() = domain::ToTimestamp(*valid_from_);
    }
    v1::RosterMember* added = message.mutable_roster()->add_members();
    added->set_spiffe_id(member.id().ToString());
    added->add_roles("clerk");
    h_.peer.SendMessage(h_.world.Sign(author, message));
    return h_.peer.receipts.empty() ? "" : h_.peer.receipts.back().result;
  }
  HostilePeer h_;
  std::optional<absl::Time> valid_from_;
};

TEST_F(HostileRoster, OfAnotherThanAnAuthorityIsRefused) {
  EXPECT_EQ(Send(h_.world.cn_clerk(), 1, h_.world.cn_clerk()), "REFUSED:NOT_AN_AUTHORITY");
  EXPECT_EQ(Send(h_.world.cn_officer(), 1, h_.world.cn_clerk()), "APPLIED");
  h_.ExpectGoesOn();
}

TEST_F(HostileRoster, OutOfOrderIsRefusedButTheSameOneMayComeAgain) {
  EXPECT_EQ(Send(h_.world.cn_officer(), 3, h_.world.cn_clerk()), "APPLIED");
  EXPECT_EQ(Send(h_.world.cn_officer(), 2, h_.world.cn_clerk()), "REFUSED:ROSTER_OUT_OF_ORDER");
  EXPECT_EQ(Send(h_.world.cn_officer(), 3, h_.world.cn_officer()), "REFUSED:ROSTER_OUT_OF_ORDER");
  EXPECT_EQ(Send(h_.world.cn_officer(), 3, h_.world.cn_clerk()), "APPLIED");
  EXPECT_EQ(h_.Leaves(ledger::event::kRoster), 1);
}

TEST_F(HostileRoster, ThatLeavesNoRoomForLaterOnesIsRefused) {
  EXPECT_EQ(Send(h_.world.cn_officer(), 0xFFFFFFFF, h_.world.cn_clerk()),
            "REFUSED:ROSTER_OUT_OF_ORDER");
  EXPECT_EQ(Send(h_.world.cn_officer(), 7, h_.world.cn_clerk()), "APPLIED")
      << "some may have gone to others only";
  EXPECT_EQ(Send(h_.world.cn_officer(), 8 + domain::kMostVersionsAhead, h_.world.cn_clerk()),
            "REFUSED:ROSTER_OUT_OF_ORDER");
  EXPECT_EQ(Send(h_.world.cn_officer(), 8, h_.world.cn_clerk()), "APPLIED");
}

TEST_F(HostileRoster, OfALaterTimeIsRefusedButForTheClocksThatDiffer) {
  const auto at = [this](absl::Duration ahead) { return h_.world.clock.Now() + ahead; };
  valid_from_ = at(absl::Hours(25));
  EXPECT_EQ(Send(h_.world.cn_officer(), 1, h_.world.cn_clerk()), "REFUSED:BAD_TIME");
  valid_from_ = at(absl::Hours(2));
  EXPECT_EQ(Send(h_.world.cn_officer(), 1, h_.world.cn_clerk()), "APPLIED");
  const auto reader = Need(h_.node().store->Read());
  EXPECT_TRUE(
      Need(reader->RosterAt("pingxiang.practice.example", h_.world.clock.Now())).has_value())
      << "from its leaf on";
}

TEST_F(HostileRoster, AnAuthorWhomTheRosterDoesNotNameIsRefused) {
  EXPECT_EQ(Send(h_.world.cn_clerk(), 1, h_.world.cn_clerk()), "REFUSED:NOT_AN_AUTHORITY");
  EXPECT_EQ(Send(h_.world.cn_officer(), 1, h_.world.cn_clerk()), "APPLIED");
  h_.peer.SendMessage(
      h_.world.Sign(h_.world.cn_officer(), h_.world.NewPing(h_.world.cn_officer(), "out")));
  EXPECT_EQ(h_.peer.receipts.back().result, "REFUSED:NOT_IN_ROSTER");
  h_.ExpectGoesOn();
}

// Of a program that is newer than this one.
TEST(HostileFirstRoster, OfANewerSchemaIsCarriedIfAnAuthoritySignedIt) {
  RosterWorld::Options options = RosterWorld::WithAuthorities();
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "subject { families: 'AUTHORITY' } signatures { roles: 'head-of-office' count: 1 }",
      &options.rules.release_rules.emplace_back()));
  HostilePeer h(options);
  h.peer.Connect();
  const auto send = [&](const certs::Signer& author) {
    v1::Message message = h.world.NewMessage(author);
    message.mutable_roster()->set_trust_domain("pingxiang.practice.example");
    message.mutable_roster()->set_version(1);
    message.GetReflection()->MutableUnknownFields(&message)->AddVarint(900, 7);
    h.peer.Send(ScriptedPeer::CertificatesOf(author));
    h.peer.SendMessage(h.world.Sign(author, message));
    return h.peer.receipts.empty() ? "" : h.peer.receipts.back().result;
  };
  EXPECT_EQ(send(h.world.cn_clerk()), "REFUSED:SIGNATURES_MISSING");
  EXPECT_EQ(send(h.world.cn_officer()), "CARRIED");
}

}  // namespace
}  // namespace gatepost::testing
