// The link agreement's release rules and gates, at the origin's door and again at the receiver.
#include "google/protobuf/text_format.h"
#include "google/protobuf/unknown_field_set.h"
#include "tests/exchange/acknowledgements.h"
#include "tests/exchange/notices.h"
#include "tests/exchange/rosters.h"

namespace gatepost::testing {
namespace {

domain::AgreedRules::Stated Rules(const std::string& subject, const std::string& signatures) {
  domain::AgreedRules::Stated stated;
  const std::string text = "subject { " + subject + " } " + signatures;
  if (!google::protobuf::TextFormat::ParseFromString(text, &stated.release_rules.emplace_back())) {
    Need(absl::InvalidArgumentError(text));
  }
  return stated;
}

constexpr char kTwo[] =
    "signatures { roles: 'clerk' count: 1 } signatures { roles: 'officer' count: 1 }";

// cn-pingxiang's own door asks for nothing, as that of a careless or dishonest node.
RosterWorld::Options CareLess(domain::AgreedRules::Stated rules) {
  RosterWorld::Options options;
  options.rules = std::move(rules);
  options.cn_rules = domain::AgreedRules::Stated();
  return options;
}

v1::Message WithEmergency(v1::Message message) {
  message.mutable_header()->mutable_emergency()->set_reason("flood at the bridge");
  return message;
}

TEST(ReleaseRules, TheDoorLetsNothingOutThatTheOtherSideWouldRefuse) {
  RosterWorld world({.rules = Rules("families: 'PING'", kTwo)});
  const v1::Message ping = world.NewPing(world.vn_clerk(), "1");
  EXPECT_EQ(world.ReasonOf(world.Say(ping, {&world.vn_clerk()})), "SIGNATURES_MISSING");
  const auto held = Need(Need(world.vn->store->Read())->ListHeld(0, 100));
  ASSERT_EQ(held.size(), 1U) << "it waits for the signature that the other side asks for";
  EXPECT_EQ(held.front().message_id, ping.header().message_id());
  EXPECT_EQ(world.vn->LinkRecord().last_queued, 0U);
  EXPECT_EQ(world.ReasonOf(world.Say(ping, {&world.vn_clerk(), &world.vn_officer()})), "OK");
  EXPECT_EQ(world.Delivered(*world.cn, ping), "APPLIED");
  EXPECT_EQ(world.ReasonOf(world.Say(world.OneFigureReport(world.vn_clerk(), "LS-HN", 0, 1),
                                     {&world.vn_clerk()})),
            "OK")
      << "no rule is about reports";
}

TEST(ReleaseRules, TheReceiverAsksTooAndNamesTheReason) {
  RosterWorld world(CareLess(Rules("families: 'PING'", kTwo)));
  const v1::Message alone = world.NewPing(world.cn_clerk(), "alone");
  ASSERT_EQ(world.ReasonOf(world.Say(alone, {&world.cn_clerk()})), "OK");
  EXPECT_EQ(world.Delivered(*world.vn, alone), "REFUSED:SIGNATURES_MISSING");
  const v1::Message both = world.NewPing(world.cn_clerk(), "both");
  ASSERT_EQ(world.ReasonOf(world.Say(both, {&world.cn_clerk(), &world.cn_officer()})), "OK");
  EXPECT_EQ(world.Delivered(*world.vn, both), "APPLIED");
}

TEST(ReleaseRules, RolesAreThoseOfTheRosterAndNotOfTheName) {
  RosterWorld world(CareLess(Rules("families: 'PING'", kTwo)));
  const certs::Signer& clerk = world.cn_clerk();
  const certs::Signer& officer = world.cn_officer();
  ASSERT_TRUE(
      world
          .Say(world.Roster(officer, 1, {{&clerk, {"clerk"}}, {&officer, {"auditor"}}}), {&officer})
          .ok());
  const v1::Message before = world.NewPing(clerk, "before");
  ASSERT_TRUE(world.Say(before, {&clerk, &officer}).ok());
  EXPECT_EQ(world.Delivered(*world.vn, before), "REFUSED:SIGNATURES_MISSING");
  ASSERT_TRUE(
      world
          .Say(world.Roster(officer, 2, {{&clerk, {"clerk"}}, {&officer, {"officer"}}}), {&officer})
          .ok());
  const v1::Message after = world.NewPing(clerk, "after");
  ASSERT_TRUE(world.Say(after, {&clerk, &officer}).ok());
  EXPECT_EQ(world.Delivered(*world.vn, after), "APPLIED");
}

TEST(ReleaseRules, ASignerWhoIsNotInTheRosterCountsForNothing) {
  RosterWorld world({.rules = Rules("families: 'PING'", kTwo)});
  ASSERT_TRUE(world
                  .Say(world.Roster(world.vn_officer(), 1, {{&world.vn_clerk(), {"clerk"}}}),
                       {&world.vn_officer()})
                  .ok());
  EXPECT_EQ(world.ReasonOf(world.Say(world.NewPing(world.vn_clerk(), "1"),
                                     {&world.vn_clerk(), &world.vn_officer()})),
            "SIGNATURES_MISSING");
}

// An officer of each side: one pair of eyes of the side that speaks.
TEST(ReleaseRules, SomebodyOfTheOtherSideIsNoSecondPairOfEyes) {
  const char* two_officers = "signatures { roles: 'officer' count: 2 }";
  RosterWorld world(CareLess(Rules("families: 'PING'", two_officers)));
  const v1::Message from_vn = world.NewPing(world.vn_officer(), "1");
  EXPECT_EQ(world.ReasonOf(world.Say(from_vn, {&world.vn_officer(), &world.cn_officer()})),
            "SIGNATURES_MISSING");
  const v1::Message from_cn = world.NewPing(world.cn_officer(), "2");
  ASSERT_EQ(world.ReasonOf(world.Say(from_cn, {&world.cn_officer(), &world.vn_officer()})), "OK");
  EXPECT_EQ(world.Delivered(*world.vn, from_cn), "REFUSED:SIGNATURES_MISSING");
}

// Whose keys come next, only those say whom the agreement names, and about their own side.
TEST(ReleaseRules, OnlyAuthoritiesAnnounceKeys) {
  RosterWorld world;
  const auto announce = [&](const certs::Signer& author, const std::string& subject) {
    v1::Message message = world.NewMessage(author);
    message.mutable_key_announcement()->set_subject(subject);
    message.mutable_key_announcement()->set_use(v1::KEY_USE_LOG);
    return world.ReasonOf(world.Say(message, {&author}));
  };
  const std::string own = "spiffe://langson.practice.example/node/vn-langson";
  EXPECT_EQ(announce(world.vn_clerk(), own), "NOT_AN_AUTHORITY");
  EXPECT_EQ(announce(world.vn_officer(), "spiffe://pingxiang.practice.example/node/cn-pingxiang"),
            "FIELD_CONFLICT");
  EXPECT_EQ(announce(world.vn_officer(), own), "FIELD_MISSING") << "he may, and names no key";
}

// Those of the side that writes it, also when it is looked at later.
TEST(ReleaseRules, WhatAHeldMessageStillNeedsIsTold) {
  domain::AgreedRules::Stated rules = Rules("gate_classes: 'main'", kTwo);
  rules.gate_classes.emplace_back().set_name("main");
  rules.gate_classes.back().add_type_words("main");
  RosterWorld world({.rules = rules});
  const v1::Message report = world.OneFigureReport(world.vn_clerk(), "LS-CM", 0, 1);
  ASSERT_EQ(world.ReasonOf(world.Say(report, {&world.vn_clerk()})), "SIGNATURES_MISSING");
  v1::GetMessageRequest request;
  request.set_reference(report.header().message_id());
  const v1::HeldState held = Need(world.vn->queries->GetMessage(request)).message().held();
  ASSERT_EQ(held.needed_size(), 1);
  EXPECT_EQ(held.needed(0).roles(0), "officer");
  EXPECT_EQ(world.ReasonOf(world.Say(report, {&world.vn_clerk(), &world.vn_officer()})), "OK");
}

// Lets a clerk and an officer declare an emergency in anything.
constexpr char kUrgent[] = R"(
  id: "urgent-1"
  author_rules { roles: "clerk" roles: "officer" subject {} }
  call_rules { roles: "clerk" roles: "officer" acts: "READ" acts: "SUBMIT" }
  emergency { roles: "clerk" roles: "officer" subject {} countersigned_by: "officer" }
)";

TEST(ReleaseRules, AnEmergencyPassesThem) {
  RosterWorld world({.rules = Rules("", kTwo)});
  world.vn->Publish(kUrgent);
  const v1::Message ping = WithEmergency(world.NewPing(world.vn_clerk(), "now"));
  ASSERT_EQ(world.ReasonOf(world.Say(ping, {&world.vn_clerk()})), "OK");
  EXPECT_EQ(world.Delivered(*world.cn, ping), "APPLIED");
}

TEST(ReleaseRules, AnEmergencyWaitsForThoseAboutEmergencies) {
  RosterWorld world(CareLess(Rules("actions: 'EMERGENCY'", kTwo)));
  world.vn->Publish(kUrgent);
  world.cn->Publish(kUrgent);
  const v1::Message here = WithEmergency(world.NewPing(world.vn_clerk(), "here"));
  EXPECT_EQ(world.ReasonOf(world.Say(here, {&world.vn_clerk()})), "SIGNATURES_MISSING");
  const v1::Message there = WithEmergency(world.NewPing(world.cn_clerk(), "there"));
  ASSERT_EQ(world.ReasonOf(world.Say(there, {&world.cn_clerk()})), "OK");
  EXPECT_EQ(world.Delivered(*world.vn, there), "REFUSED:SIGNATURES_MISSING");
  EXPECT_EQ(world.ReasonOf(world.Say(world.NewPing(world.vn_clerk(), "calm"), {&world.vn_clerk()})),
            "OK");
}

TEST(ReleaseRules, NoEmergencyPassesThemInWhatBindsOrInWhoMaySpeak) {
  RosterWorld world({.rules = Rules("", kTwo)});
  world.vn->Publish(kUrgent);
  const certs::Signer& officer = world.vn_officer();
  EXPECT_EQ(world.ReasonOf(world.Say(WithEmergency(world.Propose(true, {})), {&officer})),
            "SIGNATURES_MISSING");
  EXPECT_EQ(world.ReasonOf(world.Say(
                WithEmergency(world.Roster(officer, 1, {{&officer, {"officer"}}})), {&officer})),
            "SIGNATURES_MISSING");
}

TEST(ReleaseRules, AnAcceptanceThatLacksSignaturesNeverBinds) {
  RosterWorld world(CareLess(Rules("actions: 'ACCEPT'", kTwo)));
  const v1::Message proposal = world.Propose(true, {});
  ASSERT_EQ(world.ReasonOf(world.Say(proposal, {&world.vn_officer()})), "OK");
  const v1::Message alone = world.Accept(false, proposal, proposal);
  ASSERT_EQ(world.ReasonOf(world.Say(alone, {&world.cn_officer()})), "OK");
  EXPECT_EQ(world.Delivered(*world.vn, alone), "REFUSED:SIGNATURES_MISSING");
  EXPECT_EQ(world.StateAt(true, proposal), "OPEN");
  const v1::Message both = world.Accept(false, proposal, proposal);
  ASSERT_EQ(world.ReasonOf(world.Say(both, {&world.cn_officer(), &world.cn_clerk()})), "OK");
  EXPECT_EQ(world.State(proposal), "IN_FORCE");
}

TEST(ReleaseRules, GateClassesAreThoseOfTheSendersWords) {
  domain::AgreedRules::Stated rules = Rules("gate_classes: 'international'", kTwo);
  rules.gate_classes.emplace_back().set_name("international");
  rules.gate_classes.back().add_type_words("international");
  RosterWorld world({.rules = rules});
  const auto report = [&](const std::string& gate) {
    return world.ReasonOf(
        world.Say(world.OneFigureReport(world.vn_clerk(), gate, 0, 1), {&world.vn_clerk()}));
  };
  EXPECT_EQ(report("LS-HN"), "SIGNATURES_MISSING");
  EXPECT_EQ(report("LS-CM"), "OK");
}

class LinkFamilies : public Notices {
 protected:
  static TwoNodes::Options OnlyReports(bool cn_asks) {
    TwoNodes::Options options = RosterWorld::WithAuthorities();
    options.rules.families = {"REPORT"};
    if (!cn_asks) options.cn_rules = domain::AgreedRules::Stated();
    return options;
  }
};

TEST_F(LinkFamilies, ThatWereNotAgreedDoNotLeave) {
  RosterWorld world(OnlyReports(true));
  const auto say = [&](const v1::Message& message, const certs::Signer& author) {
    return world.ReasonOf(world.Say(message, {&author}));
  };
  EXPECT_EQ(say(Closure(world.vn_officer(), "VN"), world.vn_officer()), "SCOPE_NOT_OF_LINK");
  EXPECT_EQ(say(world.Propose(true, {}), world.vn_officer()), "SCOPE_NOT_OF_LINK");
  EXPECT_EQ(world.vn->LinkRecord().last_queued, 0U);
  EXPECT_EQ(say(world.OneFigureReport(world.vn_clerk(), "LS-HN", 0, 1), world.vn_clerk()), "OK");
}

TEST_F(LinkFamilies, AreAskedAboutByTheReceiverToo) {
  RosterWorld world(OnlyReports(false));
  const v1::Message closure = Closure(world.cn_officer(), "CN");
  ASSERT_EQ(world.ReasonOf(world.Say(closure, {&world.cn_officer()})), "OK");
  EXPECT_EQ(world.Delivered(*world.vn, closure), "REFUSED:SCOPE_NOT_OF_LINK");
}

// Line checks, rosters and the acknowledgement of what crossed.
TEST_F(LinkFamilies, DoNotStopWhatKeepsUpTheLink) {
  RosterWorld world(OnlyReports(true));
  const v1::Message report = world.OneFigureReport(world.vn_clerk(), "LS-HN", 0, 1);
  ASSERT_EQ(world.ReasonOf(world.Say(report, {&world.vn_clerk()})), "OK");
  for (const v1::Message& message :
       {world.NewPing(world.cn_officer(), "line"), Acknowledging(world, world.cn_officer(), report),
        world.Roster(world.cn_officer(), 1, {{&world.cn_officer(), {"officer"}}})}) {
    ASSERT_EQ(world.ReasonOf(world.Say(message, {&world.cn_officer()})), "OK");
    EXPECT_EQ(world.Delivered(*world.vn, message), "APPLIED");
  }
}

class LinkGates : public Notices {
 protected:
  static TwoNodes::Options About(const std::string& gate, bool cn_asks) {
    TwoNodes::Options options = RosterWorld::WithAuthorities();
    options.rules.scope_ids = {gate};
    if (!cn_asks) options.cn_rules = domain::AgreedRules::Stated();
    return options;
  }
};

TEST_F(LinkGates, BoundWhatNoticesMayBeAbout) {
  RosterWorld world(About("LS-CM", true));
  const auto say = [&](const v1::Message& notice, const certs::Signer& author) {
    return world.ReasonOf(world.Say(notice, {&author}));
  };
  EXPECT_EQ(say(Closure(world.vn_officer(), "VN"), world.vn_officer()), "SCOPE_NOT_OF_LINK");
  EXPECT_EQ(say(world.Propose(true, {}), world.vn_officer()), "SCOPE_NOT_OF_LINK");
  EXPECT_EQ(say(world.OneFigureReport(world.vn_clerk(), "LS-HN", 0, 1), world.vn_clerk()), "OK")
      << "reports may be about any gate";
}

// What it says in its header, nobody checked.
TEST_F(LinkGates, AreLookedForInABodyOfANewerSchemaToo) {
  RosterWorld world(About("LS-CM", false));
  v1::Message closure = Closure(world.cn_officer(), "CN");
  closure.mutable_header()->set_scope_ids(0, "LS-CM");
  closure.GetReflection()->MutableUnknownFields(&closure)->AddVarint(900, 7);
  ASSERT_EQ(world.ReasonOf(world.Say(closure, {&world.cn_officer()})), "OK");
  EXPECT_EQ(world.Delivered(*world.vn, closure), "REFUSED:SCOPE_NOT_OF_LINK");
}

TEST_F(LinkGates, ReachToAllThatIsBelowThem) {
  RosterWorld world(About("LS-HN", true));
  const v1::Message closure = Closure(world.vn_officer(), "VN");  // Of LS-HN-1119.
  EXPECT_EQ(world.ReasonOf(world.Say(closure, {&world.vn_officer()})), "OK");
  EXPECT_EQ(world.Delivered(*world.cn, closure), "APPLIED");
}

TEST_F(LinkGates, AreAskedAboutByTheReceiverToo) {
  RosterWorld world(About("LS-CM", false));
  const v1::Message closure = Closure(world.cn_officer(), "CN");
  ASSERT_EQ(world.ReasonOf(world.Say(closure, {&world.cn_officer()})), "OK");
  EXPECT_EQ(world.Delivered(*world.vn, closure), "REFUSED:SCOPE_NOT_OF_LINK");
}

}  // namespace
}  // namespace gatepost::testing
