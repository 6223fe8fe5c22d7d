// Who may write what, where: roles × families × gates × actions, deny by default.
#include "daemon/domain/authority/policy.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "daemon/domain/authority/roster_rules.h"
#include "daemon/system/reason.h"

namespace gatepost::domain {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::CivilDay kDay(2026, 2, 7);
constexpr char kAuthor[] = "spiffe://langson.example/agency/board/officer/1";
constexpr char kSecond[] = "spiffe://langson.example/agency/board/officer/2";

template <typename Proto>
Proto FromText(const std::string& text) {
  Proto proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proto)) << text;
  return proto;
}

// An international pair with a lane below it, an auxiliary gate, a gate of no class, and a group of
// both pairs.
const GateRegister& Gates() {
  static const auto* gates =
      new GateRegister(*GateRegister::FromProto(FromText<config::v1::GateRegister>(R"(
    version: "1"
    gates { id: "LS-HN" validity {} names { vi: "Hữu Nghị" } type_vn: "international road" }
    gates { id: "LS-HN-1119" parent_id: "LS-HN" validity {} names { vi: "Đường" }
            type_vn: "dedicated cargo road" }
    gates { id: "LS-TT" validity {} names { vi: "Tân Thanh" } type_vn: "auxiliary" }
    gates { id: "LS-XX" validity {} names { vi: "Xa" } }
    scopes { id: "LS-ALL" kind: SCOPE_EXTENT_GROUP member_ids: "LS-HN" member_ids: "LS-TT"
             names { vi: "cả hai" } validity {} }
  )")));
  return *gates;
}

constexpr char kClasses[] = R"(
  id: "test-1"
  gate_classes { name: "international" type_words: "international" }
  gate_classes { name: "auxiliary" type_words: "auxiliary" }
)";

Policy PolicyOf(const std::string& rules) {
  auto proto = FromText<config::v1::Policy>(kClasses + rules);
  RuleSubjects subjects({proto.gate_classes().begin(), proto.gate_classes().end()}, Gates(), "VN");
  return Policy(std::move(proto), std::move(subjects));
}

v1::Message About(const std::string& scopes, const std::string& body) {
  return FromText<v1::Message>("header { " + scopes + " } " + body);
}

absl::StatusOr<Ruling> Rule(const Policy& policy, const v1::Message& message,
                            const std::set<std::string>& roles,
                            const std::set<std::string>& second = {}, bool newer = false) {
  std::vector<SignerRoles> signers = {{kAuthor, roles}};
  if (!second.empty()) signers.push_back({kSecond, second});
  return policy.Rule({.message = message,
                      .newer_schema = newer,
                      .author = kAuthor,
                      .signers = signers,
                      .on = kDay});
}

v1::Reason ReasonOf(const Policy& policy, const v1::Message& message,
                    const std::set<std::string>& roles) {
  return system::ReasonOf(Rule(policy, message, roles).status());
}

constexpr v1::Reason kYes = v1::REASON_UNSPECIFIED;
constexpr v1::Reason kRole = v1::REASON_ROLE_NOT_ALLOWED;
constexpr v1::Reason kGate = v1::REASON_GATE_NOT_ALLOWED;

constexpr char kHn[] = "scope_ids: 'LS-HN'";
constexpr char kLane[] = "scope_ids: 'LS-HN-1119'";
constexpr char kTt[] = "scope_ids: 'LS-TT'";
constexpr char kXx[] = "scope_ids: 'LS-XX'";
constexpr char kAll[] = "scope_ids: 'LS-ALL'";
constexpr char kReport[] = "yard_report {}";
constexpr char kClosure[] = "notice { closure {} }";
constexpr char kSeen[] = "notice { observed_stop {} }";
constexpr char kProposal[] = "proposal {}";
constexpr char kAcceptance[] = "acceptance {}";
constexpr char kRoster[] = "roster {}";

TEST(RosterRules, NoVersionFollowsTheLastOne) {
  EXPECT_EQ(*NextRosterVersion(0), 1u);
  EXPECT_EQ(*NextRosterVersion(0xFFFFFFFE), 0xFFFFFFFF);
  EXPECT_EQ(system::ReasonOf(NextRosterVersion(0xFFFFFFFF).status()),
            v1::REASON_ROSTER_OUT_OF_ORDER);
}

// Or a roster that forgot its own author would be the last one.
TEST(PolicyTest, WhoSpeaksForItsSideTheLinkAgreementSays) {
  const Policy empty = PolicyOf("");
  for (const char* body : {kRoster, "key_announcement {}"}) {
    EXPECT_EQ(ReasonOf(empty, About(kHn, body), {}), v1::REASON_UNSPECIFIED) << body;
  }
}

TEST(PolicyTest, WithoutRulesNobodyMayAnything) {
  const Policy empty = PolicyOf("");
  for (const char* body : {kReport, kClosure, kProposal, "acknowledgement {}", "transcript {}",
                           "ping {}", "countersignature {}"}) {
    for (const char* role : {"clerk", "officer", "admin"}) {
      EXPECT_EQ(ReasonOf(empty, About(kHn, body), {role}), kRole) << body << role;
    }
  }
  for (const std::string_view act : kCallActs) {
    EXPECT_EQ(system::ReasonOf(empty.MayCall({"officer", "admin"}, act, kAuthor)),
              v1::REASON_NOT_ALLOWED);
  }
  EXPECT_EQ(system::ReasonOf(empty.MayCountersign({"officer"}, kAuthor)), kRole);
  EXPECT_THAT(empty.ActsOf({"officer"}), IsEmpty());
}

constexpr char kMatrix[] = R"(
  author_rules { roles: "clerk" subject { families: "REPORT" actions: "SEND" actions: "CORRECT" } }
  author_rules { roles: "shift-leader" subject { families: "REPORT" } }
  author_rules { roles: "clerk" roles: "shift-leader"
                 subject { families: "NOTICE" actions: "OBSERVED_STOP" } }
  author_rules { roles: "chair" subject { families: "NOTICE" families: "AGREEMENT"
                                          gate_classes: "auxiliary" } }
  author_rules { roles: "head" subject { families: "AGREEMENT" gate_classes: "international" } }
  author_rules { roles: "head" subject { families: "NOTICE" scope_ids: "LS-ALL" } }
  author_rules { roles: "lane-keeper" subject { families: "NOTICE" scope_ids: "LS-HN-1119" } }
  author_rules { roles: "admin" subject { families: "AUTHORITY" actions: "ROSTER" } }
)";

struct Cell {
  const char* role;
  const char* scopes;
  const char* body;
  v1::Reason reason;
};

TEST(PolicyTest, RolesTimesFamiliesTimesGatesTimesActions) {
  const Policy policy = PolicyOf(kMatrix);
  const char corrected[] = "yard_report { revision: REVISION_KIND_CORRECTION }";
  const char overriding[] = "yard_report { override { reason: 'r' } }";
  const Cell cells[] = {
      // Families and actions.
      {"clerk", kHn, kReport, kYes},
      {"clerk", "scope_ids: 'LS-HN' replaces {}", corrected, kYes},
      {"clerk", kHn, overriding, kRole},
      {"shift-leader", kHn, overriding, kYes},
      {"clerk", kHn, kSeen, kYes},
      {"clerk", kHn, kClosure, kRole},
      {"clerk", kHn, kProposal, kRole},
      {"clerk", "", "ping {}", kRole},
      {"admin", "", kRoster, kYes},
      {"clerk", "", "key_announcement {}", v1::REASON_UNSPECIFIED},
      {"admin", kHn, kReport, kRole},
      {"stranger", kHn, kReport, kRole},
      // Gate classes: a lane is of the class of its pair, a group of those of all its gates.
      {"head", kHn, kProposal, kYes},
      {"head", kLane, kProposal, kYes},
      {"head", kTt, kProposal, kGate},
      {"head", kAll, kProposal, kGate},
      {"head", kHn, kAcceptance, kYes},
      {"head", kTt, kAcceptance, kGate},
      {"chair", kTt, kProposal, kYes},
      {"chair", kHn, kProposal, kGate},
      {"chair", kLane, kClosure, kGate},
      {"chair", kXx, kClosure, kGate},
      {"chair", "scope_ids: 'LS-TT' scope_ids: 'LS-HN'", kClosure, kGate},
      {"chair", "", kClosure, kGate},
      // Scopes: a group with all below its members; a lane is not its pair.
      {"head", kAll, kClosure, kYes},
      {"head", kLane, kClosure, kYes},
      {"head", kXx, kClosure, kGate},
      {"lane-keeper", kLane, kClosure, kYes},
      {"lane-keeper", kHn, kClosure, kGate},
      {"lane-keeper", kAll, kClosure, kGate},
      {"lane-keeper", "scope_ids: 'LS-NEW'", kClosure, kGate},
  };
  for (const Cell& cell : cells) {
    EXPECT_EQ(ReasonOf(policy, About(cell.scopes, cell.body), {cell.role}), cell.reason)
        << cell.role << " | " << cell.scopes << " | " << cell.body;
  }
  // Several roles are as many rights: for each gate one of them is enough.
  EXPECT_EQ(ReasonOf(policy, About(kAll, kProposal), {"head", "chair"}), kYes);
  EXPECT_EQ(ReasonOf(policy, About(kHn, kReport), {}), v1::REASON_NOT_IN_ROSTER);
}

TEST(PolicyTest, ARefusalNamesWhoMayAndTheGateWithItsClass) {
  const Policy policy = PolicyOf(kMatrix);
  const absl::Status role = Rule(policy, About(kHn, kClosure), {"clerk"}).status();
  EXPECT_THAT(std::string(role.message()),
              AllOf(HasSubstr("an author who is head, for NOTICE CLOSURE"), HasSubstr(kAuthor),
                    HasSubstr("who is clerk")));
  const absl::Status gate = Rule(policy, About(kAll, kProposal), {"chair"}).status();
  EXPECT_THAT(std::string(gate.message()),
              AllOf(HasSubstr("head"), HasSubstr("LS-HN (international)")));
  const absl::Status nobody = Rule(policy, About(kXx, kProposal), {"chair"}).status();
  EXPECT_THAT(std::string(nobody.message()),
              AllOf(HasSubstr("LS-XX (of no class)"), HasSubstr("test-1")));
}

TEST(PolicyTest, ARuleThatWarnsLetsPassAndSaysSoUnlessAnotherPlainlyAllows) {
  const Policy policy = PolicyOf(R"(
    author_rules { roles: "shift-leader" subject { families: "NOTICE" } warn: true }
    author_rules { roles: "shift-leader" subject { families: "NOTICE" gate_classes: "auxiliary" } }
    author_rules { roles: "head" subject { families: "NOTICE" } }
  )");
  const Ruling warned = *Rule(policy, About(kAll, kClosure), {"shift-leader"});
  ASSERT_THAT(warned.warnings, SizeIs(1));
  EXPECT_THAT(warned.warned_gates, ElementsAre("LS-HN"));
  EXPECT_EQ(warned.warnings[0].reason(), v1::REASON_ROLE_TOO_LOW);
  EXPECT_EQ(warned.warnings[0].severity(), v1::SEVERITY_WARNING);
  EXPECT_THAT(warned.warnings[0].subject(), HasSubstr("LS-HN (international)"));
  EXPECT_THAT(warned.warnings[0].text(), HasSubstr("meant for head"));
  EXPECT_THAT(warned.needed, IsEmpty());
  for (const auto& [scopes, role] : {std::pair(kTt, "shift-leader"), std::pair(kHn, "head")}) {
    EXPECT_THAT(Rule(policy, About(scopes, kClosure), {role})->warnings, IsEmpty());
  }
  EXPECT_EQ(ReasonOf(policy, About(kHn, kClosure), {"clerk"}), kRole);
}

constexpr char kFourEyes[] = R"(
  author_rules { roles: "officer" roles: "head" subject {} }
  author_rules { roles: "clerk" subject { families: "NOTICE" gate_classes: "auxiliary" } }
  release_rules { subject { families: "AGREEMENT" families: "NOTICE" gate_classes: "international" }
                  signatures { roles: "head" count: 1 } signatures { roles: "officer" count: 1 } }
)";

TEST(PolicyTest, ReleaseRulesSayWhoMustSignAsWell) {
  const Policy policy = PolicyOf(kFourEyes);
  const Ruling alone = *Rule(policy, About(kHn, kProposal), {"officer"});
  EXPECT_THAT(alone.needed, ElementsAre(StillNeeded{{"head"}, 1}));
  EXPECT_THAT(Rule(policy, About(kAll, kProposal), {"officer"})->needed, SizeIs(1));
  EXPECT_THAT(Rule(policy, About(kTt, kProposal), {"officer"})->needed, IsEmpty());
  EXPECT_THAT(Rule(policy, About(kHn, kReport), {"officer"})->needed, IsEmpty());
  EXPECT_THAT(Rule(policy, About(kHn, kProposal), {"officer"}, {"head"})->needed, IsEmpty());
  // One post with both roles is one pair of eyes.
  EXPECT_THAT(Rule(policy, About(kHn, kProposal), {"officer", "head"})->needed, SizeIs(1));
}

TEST(PolicyTest, OnlyTheAuthorsOwnRolesLetHimWrite) {
  // A second signer with all roles does not make an author of him.
  EXPECT_EQ(system::ReasonOf(
                Rule(PolicyOf(kFourEyes), About(kHn, kProposal), {"clerk"}, {"head"}).status()),
            kRole);
}

constexpr char kUrgent[] = R"(
  emergency { roles: "clerk" countersigned_by: "head" within_minutes: 30 }
)";

TEST(PolicyTest, AnEmergencyLeavesAtOnceWhateverRulesSayButForAgreements) {
  const Policy policy = PolicyOf(std::string(kFourEyes) + kUrgent);
  const std::string urgent = std::string(kHn) + " emergency { reason: 'flood' }";
  EXPECT_EQ(ReasonOf(policy, About(kHn, kClosure), {"clerk"}), kGate);
  const Ruling ruling = *Rule(policy, About(urgent, kClosure), {"clerk"});
  EXPECT_EQ(ruling.countersign_within, absl::Minutes(30));
  EXPECT_THAT(ruling.needed, IsEmpty());
  // Without need it is an emergency all the same.
  const std::string idle = std::string(kTt) + " emergency { reason: 'flood' }";
  EXPECT_EQ(Rule(policy, About(idle, kClosure), {"clerk"})->countersign_within, absl::Minutes(30));
  EXPECT_EQ(Rule(policy, About(kTt, kClosure), {"clerk"})->countersign_within, std::nullopt);

  constexpr v1::Reason kNot = v1::REASON_EMERGENCY_NOT_ALLOWED;
  EXPECT_EQ(ReasonOf(policy, About(urgent, kProposal), {"clerk"}), kNot);
  EXPECT_EQ(ReasonOf(policy, About(urgent, "countersignature {}"), {"clerk"}), kNot);
  EXPECT_EQ(ReasonOf(policy, About(urgent, kClosure), {"officer"}), kNot);
  EXPECT_EQ(ReasonOf(PolicyOf(kFourEyes), About(urgent, kClosure), {"officer"}), kNot);
}

TEST(PolicyTest, AnEmergencyWaitsForWhatRulesAboutEmergenciesAsk) {
  const Policy policy = PolicyOf(std::string(kUrgent) + R"(
    author_rules { roles: "clerk" subject {} }
    release_rules { subject { actions: "EMERGENCY" } signatures { roles: "duty" count: 1 } }
    release_rules { subject {} signatures { roles: "head" count: 1 } })");
  const std::string urgent = std::string(kHn) + " emergency { reason: 'flood' }";
  const Ruling ruling = *Rule(policy, About(urgent, kClosure), {"clerk"});
  EXPECT_THAT(ruling.needed, ElementsAre(StillNeeded{{"duty"}, 1}));
  EXPECT_EQ(ruling.countersign_within, absl::Minutes(30));
  EXPECT_THAT(Rule(policy, About(urgent, kClosure), {"clerk"}, {"duty"})->needed, IsEmpty());
  EXPECT_THAT(Rule(policy, About(kHn, kClosure), {"clerk"})->needed,
              ElementsAre(StillNeeded{{"head"}, 1}));
}

TEST(PolicyTest, AnEmergencyIsAboutWhatItsRuleSaysAtEveryGate) {
  const Policy policy = PolicyOf(R"(
    emergency { roles: "guard" countersigned_by: "head"
                subject { families: "NOTICE" gate_classes: "auxiliary" } }
  )");
  const auto reason = [&](const std::string& scopes, const char* body) {
    return ReasonOf(policy, About(scopes + " emergency { reason: 'flood' }", body), {"guard"});
  };
  EXPECT_EQ(reason(kTt, kClosure), kYes);
  EXPECT_EQ(reason(kTt, kReport), v1::REASON_EMERGENCY_NOT_ALLOWED);
  EXPECT_EQ(reason(kHn, kClosure), v1::REASON_EMERGENCY_NOT_ALLOWED);
  EXPECT_EQ(reason(kAll, kClosure), v1::REASON_EMERGENCY_NOT_ALLOWED);
  EXPECT_EQ(Rule(policy, About(std::string(kTt) + " emergency {}", kClosure), {"guard"})
                ->countersign_within,
            absl::Minutes(60));
}

TEST(PolicyTest, OnlyTheRolesThatTheRuleNamesCountersign) {
  const Policy policy = PolicyOf(kUrgent);
  EXPECT_TRUE(policy.MayCountersign({"head", "clerk"}, kAuthor).ok());
  EXPECT_EQ(system::ReasonOf(policy.MayCountersign({"clerk"}, kAuthor)), kRole);
  EXPECT_EQ(system::ReasonOf(policy.MayCountersign({}, kAuthor)), v1::REASON_NOT_IN_ROSTER);
}

TEST(PolicyTest, WhatIsNotUnderstoodIsCarriedOnlyWhereNothingAsksForItsRelease) {
  const Policy plain =
      PolicyOf(R"(author_rules { roles: "clerk" subject { families: "REPORT" } })");
  const v1::Message unknown = About(kHn, "");
  EXPECT_TRUE(Rule(plain, unknown, {"clerk"}, {}, true).ok());
  EXPECT_TRUE(Rule(plain, About(kHn, kReport), {"clerk"}, {}, true).ok());
  EXPECT_EQ(system::ReasonOf(Rule(plain, unknown, {"guest"}, {}, true).status()), kRole);
  EXPECT_EQ(system::ReasonOf(Rule(plain, About(kHn, kClosure), {"clerk"}, {}, true).status()),
            kRole);
  const Policy eyes = PolicyOf(kFourEyes);
  // Its header names an auxiliary gate, but nobody compared it with what it says.
  for (const v1::Message& message : {unknown, About(kTt, kProposal)}) {
    EXPECT_EQ(system::ReasonOf(Rule(eyes, message, {"officer"}, {"head"}, true).status()),
              v1::REASON_NEWER_SCHEMA);
  }
  EXPECT_TRUE(Rule(eyes, About(kTt, kReport), {"officer"}, {}, true).ok());
}

TEST(PolicyTest, CallRulesSayWhatARoleMayAskOfTheNode) {
  const Policy policy = PolicyOf(R"(
    call_rules { roles: "clerk" roles: "head" acts: "READ" acts: "SUBMIT" }
    call_rules { roles: "head" acts: "AUDIT" }
  )");
  EXPECT_THAT(policy.ActsOf({"head"}), ElementsAre("READ", "SUBMIT", "AUDIT"));
  EXPECT_THAT(policy.ActsOf({"clerk"}), ElementsAre("READ", "SUBMIT"));
  const absl::Status refused = policy.MayCall({"clerk"}, "AUDIT", kAuthor);
  EXPECT_EQ(system::ReasonOf(refused), v1::REASON_NOT_ALLOWED);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("head"));
  EXPECT_EQ(system::ReasonOf(policy.MayCall({}, "READ", kAuthor)), v1::REASON_NOT_IN_ROSTER);
}

}  // namespace
}  // namespace gatepost::domain
