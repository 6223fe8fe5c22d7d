// The node's own policy at its door and before every call, with the roles that rosters give.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certs/dsse.h"
#include "daemon/exchange/authority_queries.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "tests/exchange/notices.h"
#include "tests/support/rosters.h"

namespace gatepost::testing {
namespace {

using exchange::Act;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kVnDomain[] = "langson.practice.example";
constexpr char kCnDomain[] = "pingxiang.practice.example";
constexpr char kClerk[] = "spiffe://langson.practice.example/agency/board/clerk/desk-1";
constexpr char kOfficer[] = "spiffe://langson.practice.example/agency/board/officer/shift-lead-1";
constexpr char kHead[] = "spiffe://langson.practice.example/agency/board/officer/head";

// Reports by clerks; notices by heads, by shift leaders with a warning; two posts for closures.
constexpr char kRules[] = R"(
  id: "test-1"
  gate_classes { name: "international" type_words: "international" }
  author_rules { roles: "clerk" subject { families: "REPORT" } }
  author_rules { roles: "head-of-office" subject { families: "NOTICE" } }
  author_rules { roles: "shift-leader" subject { families: "NOTICE" } warn: true }
  call_rules { roles: "clerk" roles: "head-of-office" acts: "READ" acts: "SUBMIT" }
)";
constexpr char kFourEyes[] = R"(
  release_rules { subject { families: "NOTICE" actions: "CLOSURE" gate_classes: "international" }
                  signatures { roles: "head-of-office" count: 2 } }
)";
constexpr char kUrgent[] = R"(
  emergency { roles: "clerk" countersigned_by: "head-of-office" }
)";

class PolicyAtTheDoor : public Notices {
 protected:
  PolicyAtTheDoor() : head_(world_.AddPerson(world_.vn_ca, "/agency/board/officer/head")) {}

  void VnRoster(const RosterLines& lines, uint32_t version = 1) {
    PutRoster(world_, *world_.vn, kVnDomain, version, world_.clock.Now(), lines);
  }
  v1::Envelope ClosureBy(const certs::Signer& author) {
    return world_.Sign(author, Closure(author, "VN"));
  }
  v1::Reason Handed(const certs::Signer& caller, const v1::Envelope& envelope, bool dry = false) {
    return system::ReasonOf(world_.vn->Submit(caller, envelope, dry).status());
  }
  std::vector<std::string> Events() const {
    std::vector<std::string> events;
    for (const ledger::Leaf& leaf : world_.vn->Leaves()) {
      events.push_back(leaf.event + " " + leaf.result);
    }
    return events;
  }

  const certs::Signer& head_;
};

constexpr v1::Reason kYes = v1::REASON_UNSPECIFIED;

TEST_F(PolicyAtTheDoor, NothingIsAllowedThatNoRuleAllows) {
  world_.vn->Publish("id: 'empty'");
  const v1::Message report = world_.OneFigureReport(world_.vn_clerk(), "LS-HN", 0, 1);
  for (const bool dry : {true, false}) {
    EXPECT_EQ(Handed(world_.vn_clerk(), world_.Sign(world_.vn_clerk(), report), dry),
              v1::REASON_ROLE_NOT_ALLOWED);
  }
  EXPECT_THAT(Events(), ElementsAre("REFUSED REFUSED:ROLE_NOT_ALLOWED"));
  EXPECT_EQ(world_.vn->LinkRecord().last_queued, 0u);
}

TEST_F(PolicyAtTheDoor, RolesAreThoseOfTheRosterAsOfNow) {
  world_.vn->Publish(kRules);
  // The name says officer, for whom there is no rule.
  EXPECT_EQ(Handed(head_, ClosureBy(head_)), v1::REASON_ROLE_NOT_ALLOWED);
  VnRoster({{kHead, {"head-of-office"}}, {kOfficer, {"clerk"}}});
  EXPECT_EQ(Handed(head_, ClosureBy(head_)), kYes);
  EXPECT_EQ(Handed(world_.vn_officer(), ClosureBy(world_.vn_officer())),
            v1::REASON_ROLE_NOT_ALLOWED);
  EXPECT_EQ(Handed(world_.vn_clerk(), ClosureBy(world_.vn_clerk())), v1::REASON_NOT_IN_ROSTER);
  VnRoster({{kHead, {"clerk"}}}, 2);
  EXPECT_EQ(Handed(head_, ClosureBy(head_)), v1::REASON_ROLE_NOT_ALLOWED);
}

TEST_F(PolicyAtTheDoor, AnAnswerThatWasGivenStandsWhateverPolicySaysNow) {
  const v1::Envelope closure = ClosureBy(head_);
  const v1::SubmitResponse first = Need(world_.vn->Submit(head_, closure));
  world_.vn->Publish("id: 'empty'");
  const v1::SubmitResponse again = Need(world_.vn->Submit(head_, closure));
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(Handed(head_, closure, /*dry=*/true), kYes);
}

TEST_F(PolicyAtTheDoor, ARoleTooLowPassesWithAFindingAndALeaf) {
  world_.vn->Publish(kRules);
  VnRoster({{kOfficer, {"shift-leader"}}});
  const v1::Envelope closure = ClosureBy(world_.vn_officer());
  for (const bool dry : {true, false}) {
    const v1::SubmitResponse answer = Need(world_.vn->Submit(world_.vn_officer(), closure, dry));
    ASSERT_THAT(answer.findings(), SizeIs(1));
    EXPECT_EQ(answer.findings(0).reason(), v1::REASON_ROLE_TOO_LOW);
    EXPECT_THAT(answer.findings(0).subject(), HasSubstr("LS-HN-1119 (international)"));
  }
  const std::vector<ledger::Leaf> leaves = world_.vn->Leaves();
  ASSERT_THAT(Events(), ElementsAre("ACCEPTED APPLIED", "OVERRIDE ROLE_TOO_LOW"));
  EXPECT_EQ(leaves[1].actor, kOfficer);
  EXPECT_EQ(leaves[1].object, leaves[0].object);
  EXPECT_EQ(leaves[1].detail, "gates:LS-HN-1119");
  world_.Run();
  EXPECT_EQ(world_.vn->LinkRecord().last_queued, 1u);
}

TEST_F(PolicyAtTheDoor, OnePostIsNotTwoPairsOfEyesNorIsTheOtherSide) {
  world_.vn->Publish(std::string(kRules) + kFourEyes);
  VnRoster({{kHead, {"head-of-office"}}, {kOfficer, {"head-of-office", "shift-leader"}}});
  // On the other side somebody has that role by his own roster.
  PutRoster(world_, *world_.vn, kCnDomain, 1, world_.clock.Now(),
            {{"spiffe://pingxiang.practice.example/agency/port-office/officer/duty-1",
              {"head-of-office"}}});
  Need(world_.vn->Commit([&](exchange::CommitScope& scope) -> absl::Status {
    for (const certs::Signer* signer : {&world_.cn_officer(), &world_.vn_officer()}) {
      const std::vector<std::string> chain = signer->certificate_chain_der();
      if (absl::Status put = scope.store.PutChain(certs::Sha256Of(chain.front()), chain);
          !put.ok()) {
        return put;
      }
    }
    return absl::OkStatus();
  }));
  const v1::Envelope closure = ClosureBy(head_);
  EXPECT_TRUE(Need(world_.vn->Submit(head_, closure)).has_held());
  v1::Envelope with_theirs = closure;
  Need(certs::SignEnvelope(with_theirs, world_.cn_officer()));
  EXPECT_EQ(Handed(head_, with_theirs), v1::REASON_NOT_ALLOWED);
  v1::Envelope both = closure;
  Need(certs::SignEnvelope(both, world_.vn_officer()));
  const v1::SubmitResponse released = Need(world_.vn->Submit(head_, both));
  EXPECT_FALSE(released.has_held());
}

TEST_F(PolicyAtTheDoor, AnEmergencyLeavesAtOnceAndOnlyForWhomTheRuleNames) {
  world_.vn->Publish(std::string(kRules) + kFourEyes + kUrgent);
  VnRoster({{kClerk, {"clerk"}}, {kHead, {"head-of-office"}}});
  const auto urgent = [&](const certs::Signer& author) {
    v1::Message message = Closure(author, "VN");
    message.mutable_header()->mutable_emergency()->set_reason("flood");
    return world_.Sign(author, message);
  };
  EXPECT_EQ(Handed(world_.vn_clerk(), ClosureBy(world_.vn_clerk())), v1::REASON_ROLE_NOT_ALLOWED);
  EXPECT_EQ(Handed(world_.vn_clerk(), urgent(world_.vn_clerk())), kYes);
  EXPECT_EQ(Handed(head_, urgent(head_)), v1::REASON_EMERGENCY_NOT_ALLOWED);
}

TEST_F(PolicyAtTheDoor, SomebodyElseOfTheSideCountersigns) {
  world_.vn->Publish(std::string(kRules) + kUrgent);
  VnRoster({{kClerk, {"clerk"}}, {kHead, {"head-of-office"}}, {kOfficer, {"shift-leader"}}});
  const exchange::OpenedMessage left = Need(
      world_.vn->intake->Open(ClosureBy(world_.vn_clerk()),
                              {world_.vn_clerk().certificate_chain_der()}, world_.clock.Now()));
  const auto may = [&](const certs::Signer& who) {
    return system::ReasonOf(world_.vn->authority->MayCountersign(
        *Need(world_.vn->store->Read()), world_.vn->IdentityOf(who), left, world_.clock.Now()));
  };
  EXPECT_EQ(may(head_), kYes);
  EXPECT_EQ(may(world_.vn_clerk()), v1::REASON_OWN_SECOND_SIGNATURE);
  EXPECT_EQ(may(world_.vn_officer()), v1::REASON_ROLE_NOT_ALLOWED);
  EXPECT_EQ(may(world_.vn_service()), v1::REASON_NOT_IN_ROSTER);
  EXPECT_EQ(may(world_.cn_officer()), v1::REASON_ROLE_NOT_ALLOWED);
}

class CallRules : public PolicyAtTheDoor {
 protected:
  v1::Reason May(const certs::Signer& caller, Act act) const {
    return system::ReasonOf(world_.vn->rights->MayCall(world_.vn->IdentityOf(caller), act));
  }
};

TEST_F(CallRules, CallersGoByTheirRolesInTheRosterWithinASecond) {
  world_.vn->Publish(kRules);
  EXPECT_EQ(May(world_.vn_clerk(), Act::kRead), kYes);
  EXPECT_EQ(May(world_.vn_clerk(), Act::kAudit), v1::REASON_NOT_ALLOWED);
  EXPECT_EQ(May(world_.vn_officer(), Act::kRead), v1::REASON_NOT_ALLOWED);
  VnRoster({{kHead, {"head-of-office"}}, {kOfficer, {"clerk"}}});
  world_.clock.Advance(absl::Seconds(1));
  EXPECT_EQ(May(world_.vn_officer(), Act::kRead), kYes);
  EXPECT_EQ(May(head_, Act::kSubmit), kYes);
  EXPECT_EQ(May(world_.vn_clerk(), Act::kRead), v1::REASON_NOT_IN_ROSTER);
}

TEST_F(CallRules, NoPolicyOpensTheNodeToTheOtherSide) {
  world_.vn->Publish(R"(id: "open" call_rules { roles: "clerk" roles: "officer" roles: "node"
    acts: "READ" acts: "SUBMIT" acts: "AUDIT" acts: "AUDIT_LINK" acts: "ADMIN" })");
  for (const Act act :
       {Act::kRead, Act::kSubmit, Act::kAudit, Act::kAuditLink, Act::kAdmin, Act::kLink}) {
    EXPECT_EQ(May(world_.cn_officer(), act), v1::REASON_NOT_ALLOWED);
    EXPECT_EQ(May(world_.vn_officer(), act), act == Act::kLink ? v1::REASON_NOT_ALLOWED : kYes);
  }
}

TEST_F(CallRules, TheCallerIsToldWhatHeMayDo) {
  const exchange::AuthorityQueries queries({world_.vn->setup.node, *world_.vn->authority,
                                            *world_.vn->rights, world_.vn->rosters,
                                            *world_.vn->store, world_.clock});
  const v1::GetCallerResponse by_name =
      Need(queries.GetCaller(world_.vn->IdentityOf(world_.vn_clerk())));
  EXPECT_EQ(by_name.spiffe_id(), kClerk);
  EXPECT_THAT(by_name.roles(), ElementsAre("clerk"));
  EXPECT_EQ(by_name.roster_version(), 0u);
  EXPECT_EQ(by_name.policy_id(), "default-1");
  EXPECT_THAT(by_name.acts(), ElementsAre("READ", "SUBMIT"));
  EXPECT_FALSE(Need(queries.GetRoster({})).has_roster());

  VnRoster({{kClerk, {"auditor", "clerk"}}}, 7);
  world_.clock.Advance(absl::Seconds(2));
  const v1::GetCallerResponse by_roster =
      Need(queries.GetCaller(world_.vn->IdentityOf(world_.vn_clerk())));
  EXPECT_THAT(by_roster.roles(), ElementsAre("auditor", "clerk"));
  EXPECT_EQ(by_roster.roster_version(), 7u);
  EXPECT_THAT(by_roster.acts(), ElementsAre("READ", "SUBMIT", "AUDIT", "AUDIT_LINK"));
  const v1::GetRosterResponse roster = Need(queries.GetRoster({}));
  EXPECT_EQ(roster.roster().version(), 7u);
  EXPECT_THAT(roster.short_reference(), HasSubstr("LS/2027/"));
  v1::GetRosterRequest before;
  before.mutable_at()->set_seconds(absl::ToUnixSeconds(world_.clock.Now()) - 3600);
  EXPECT_FALSE(Need(queries.GetRoster(before)).has_roster());
  before.set_trust_domain(kCnDomain);
  EXPECT_FALSE(Need(queries.GetRoster(before)).has_roster());
  before.mutable_at()->set_nanos(-1);
  EXPECT_EQ(system::ReasonOf(queries.GetRoster(before).status()), v1::REASON_BAD_TIME);
}

}  // namespace
}  // namespace gatepost::testing
