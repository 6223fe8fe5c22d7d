#include "daemon/domain/authority/release.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "daemon/domain/authority/facts.h"
#include "daemon/system/reason.h"

namespace gatepost::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr absl::CivilDay kDay(2026, 2, 7);

template <typename Proto>
Proto FromText(const std::string& text) {
  Proto proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proto)) << text;
  return proto;
}

// A pair with a lane below it, an auxiliary gate and a group of all three.
RuleSubjects Subjects() {
  auto gates = GateRegister::FromProto(FromText<config::v1::GateRegister>(R"(
    version: "1"
    gates { id: "LS-HN" validity {} names { vi: "Hữu Nghị" } type_vn: "international road" }
    gates { id: "LS-HN-1119" parent_id: "LS-HN" validity {} names { vi: "Đường" }
            type_vn: "dedicated cargo road" }
    gates { id: "LS-TT" validity {} names { vi: "Tân Thanh" } type_vn: "auxiliary" type_cn: "pair" }
    scopes { id: "LS-ALL" kind: SCOPE_EXTENT_GROUP member_ids: "LS-HN" member_ids: "LS-TT"
             names { vi: "cả hai" } validity {} }
  )"));
  EXPECT_TRUE(gates.ok()) << gates.status();
  return RuleSubjects(
      {FromText<config::v1::GateClass>(R"(name: "international" type_words: "international")"),
       FromText<config::v1::GateClass>(R"(name: "auxiliary" type_words: "auxiliary")")},
      *gates, "VN");
}

v1::Message About(const std::string& scopes, const std::string& body) {
  return FromText<v1::Message>("header { " + scopes + " } " + body);
}

std::vector<StillNeeded> Missing(const std::string& rule, const v1::Message& message,
                                 const std::vector<SignerRoles>& signers) {
  const RuleSubjects subjects = Subjects();
  const std::vector<config::v1::ReleaseRule> rules = {FromText<config::v1::ReleaseRule>(rule)};
  EXPECT_TRUE(CheckReleaseRule(rules.front(), subjects).ok());
  return SignaturesMissing(rules, subjects, FactsOf(message, subjects.gates(), kDay), signers,
                           kDay);
}

// A lane that has no class word of its own is of its parent's class.
TEST(RuleSubjects, AGateIsOfItsOwnClassOrOfItsParents) {
  const RuleSubjects subjects = Subjects();
  EXPECT_EQ(subjects.ClassOf("LS-HN", kDay), "international");
  EXPECT_EQ(subjects.ClassOf("LS-HN-1119", kDay), "international");
  EXPECT_EQ(subjects.ClassOf("LS-TT", kDay), "auxiliary");
  EXPECT_EQ(subjects.ClassOf("LS-XX", kDay), "");
}

TEST(RuleSubjects, AGroupIsItsGates) {
  const RuleSubjects subjects = Subjects();
  const MessageFacts facts =
      FactsOf(About("scope_ids: 'LS-ALL'", "yard_report {}"), subjects.gates(), kDay);
  EXPECT_THAT(facts.gate_ids, ElementsAre("LS-HN", "LS-TT"));
  EXPECT_TRUE(subjects.MatchesAny(FromText<config::v1::RuleSubject>("gate_classes: 'auxiliary'"),
                                  facts, kDay));
  EXPECT_FALSE(subjects.Matches(FromText<config::v1::RuleSubject>("gate_classes: 'auxiliary'"),
                                facts, "LS-HN", kDay));
  EXPECT_TRUE(subjects.Matches(FromText<config::v1::RuleSubject>("scope_ids: 'LS-ALL'"), facts,
                               "LS-HN-1119", kDay));
}

TEST(RuleSubjects, WhatNobodyCouldMeanIsRefused) {
  const RuleSubjects subjects = Subjects();
  for (const char* wrong : {"families: 'REPORTS'", "actions: 'propose'", "gate_classes: 'main'",
                            "scope_ids: 'LS-ZZ'"}) {
    EXPECT_EQ(system::ReasonOf(subjects.Check(FromText<config::v1::RuleSubject>(wrong))),
              v1::REASON_BAD_CONFIG)
        << wrong;
  }
}

// Emergencies, corrections and what is proposed are told apart.
TEST(MessageFacts, SayWhatIsDone) {
  const RuleSubjects subjects = Subjects();
  const auto facts = [&](const v1::Message& message) {
    return FactsOf(message, subjects.gates(), kDay);
  };
  EXPECT_THAT(facts(About("replaces {}", "yard_report {}")).actions, ElementsAre("CORRECT"));
  EXPECT_THAT(facts(About("", "yard_report { override {} }")).actions, ElementsAre("OVERRIDE"));
  EXPECT_THAT(facts(About("emergency { reason: 'flood' }", "notice { closure {} }")).actions,
              ElementsAre("CLOSURE", "EMERGENCY"));
  EXPECT_THAT(facts(About("", "proposal { basis {} schedule_change {} }")).actions,
              ElementsAre("AMEND"));
  EXPECT_EQ(facts(About("", "roster {}")).family, "AUTHORITY");
  EXPECT_EQ(facts(About("", "")).family, "");
}

constexpr char kFourEyes[] = R"(
  subject { families: "AGREEMENT" gate_classes: "international" }
  signatures { roles: "officer" count: 1 }
  signatures { roles: "officer" roles: "head-of-office" count: 1 })";

// One post with both roles is one pair of eyes; two posts are two, whoever is named first.
TEST(SignaturesMissing, APostIsOnePairOfEyes) {
  const v1::Message message = About("scope_ids: 'LS-HN-1119'", "acceptance {}");
  const SignerRoles head{"head", {"officer", "head-of-office"}};
  const SignerRoles officer{"officer", {"officer"}};
  EXPECT_THAT(Missing(kFourEyes, message, {head}),
              ElementsAre(StillNeeded{{"officer", "head-of-office"}, 1}));
  EXPECT_THAT(Missing(kFourEyes, message, {head, officer}), IsEmpty());
  EXPECT_THAT(Missing(kFourEyes, message, {officer, head}), IsEmpty());
  EXPECT_THAT(
      Missing(kFourEyes, message, {{"clerk", {"clerk"}}}),
      ElementsAre(StillNeeded{{"officer"}, 1}, StillNeeded{{"officer", "head-of-office"}, 1}));
}

TEST(SignaturesMissing, ARuleOfAnotherGateClassDoesNotHold) {
  EXPECT_THAT(Missing(kFourEyes, About("scope_ids: 'LS-TT'", "acceptance {}"), {}), IsEmpty());
  EXPECT_THAT(Missing(kFourEyes, About("scope_ids: 'LS-HN'", "notice { closure {} }"), {}),
              IsEmpty());
}

// Only what names them: whoever must not wait for whom he should, waits for nobody else.
TEST(RulesForEmergencies, AreThoseAboutTheActionEmergency) {
  const std::vector<config::v1::ReleaseRule> rules = {
      FromText<config::v1::ReleaseRule>(kFourEyes),
      FromText<config::v1::ReleaseRule>("subject { actions: 'CLOSURE' actions: 'EMERGENCY' }"),
      FromText<config::v1::ReleaseRule>("subject { actions: 'CLOSURE' }")};
  const auto those = RulesForEmergencies(rules);
  ASSERT_EQ(those.size(), 1u);
  EXPECT_EQ(those.front().subject().actions_size(), 2);
}

TEST(CheckReleaseRule, ARuleThatAsksForNothingIsRefused) {
  const RuleSubjects subjects = Subjects();
  for (const char* wrong :
       {"", "signatures { count: 1 }", "signatures { roles: 'officer' }",
        "signatures { roles: 'officer' count: 9 }", "signatures { roles: 'Officer' count: 1 }"}) {
    EXPECT_EQ(
        system::ReasonOf(CheckReleaseRule(FromText<config::v1::ReleaseRule>(wrong), subjects)),
        v1::REASON_BAD_CONFIG)
        << wrong;
  }
}

}  // namespace
}  // namespace gatepost::domain
