// Rules about gates and scopes that do not hold on the day: opened later, or closed since.
#include "daemon/domain/authority/last_known.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "daemon/domain/authority/agreed_rules.h"
#include "daemon/system/reason.h"

namespace gatepost::domain {
namespace {

using ::testing::ElementsAre;

constexpr absl::CivilDay kDay(2026, 2, 7);

template <typename Proto>
Proto FromText(const std::string& text) {
  Proto proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proto)) << text;
  return proto;
}

// A pair of which one lane was closed in 2025 and another opens in 2027, a group of 2025, and a
// yard and a gate that come later.
GateRegister Gates() {
  auto gates = GateRegister::FromProto(FromText<config::v1::GateRegister>(R"(
    version: "1"
    gates { id: "LS-HN" validity {} names { vi: "Hữu Nghị" } type_vn: "international" }
    gates { id: "LS-HN-OLD" parent_id: "LS-HN" names { vi: "Cũ" }
            validity { to { year: 2025 month: 12 day: 31 } } }
    gates { id: "LS-HN-NEW" parent_id: "LS-HN" names { vi: "Mới" }
            validity { from { year: 2027 month: 1 day: 1 } } }
    gates { id: "LS-CM" names { vi: "Chi Ma" } province: "Lạng Sơn"
            validity { from { year: 2027 month: 1 day: 1 } } }
    scopes { id: "LS-OLD" kind: SCOPE_EXTENT_GROUP member_ids: "LS-HN" names { vi: "nhóm cũ" }
             validity { to { year: 2025 month: 12 day: 31 } } }
    scopes { id: "LS-YARD" kind: SCOPE_EXTENT_YARD member_ids: "LS-HN" names { vi: "bãi" }
             validity { from { year: 2027 month: 1 day: 1 } } }
    scopes { id: "LS-ALL" kind: SCOPE_EXTENT_GROUP province: "Lạng Sơn" names { vi: "tỉnh" }
             validity { from { year: 2027 month: 1 day: 1 } } }
  )"));
  EXPECT_TRUE(gates.ok()) << gates.status();
  return *gates;
}

TEST(LastKnown, AGateLiesBelowItsParentAlsoBeforeItOpensAndAfterItClosed) {
  const GateRegister gates = Gates();
  for (const char* gate : {"LS-HN", "LS-HN-OLD", "LS-HN-NEW"}) {
    EXPECT_TRUE(LiesIn(gates, "LS-HN", gate, kDay)) << gate;
    EXPECT_TRUE(LiesIn(gates, "LS-OLD", gate, kDay)) << "a group of another day: " << gate;
    EXPECT_FALSE(LiesIn(gates, "LS-CM", gate, kDay)) << gate;
    EXPECT_FALSE(LiesIn(gates, "LS-ALL", gate, kDay)) << gate;
  }
  EXPECT_TRUE(LiesIn(gates, "LS-ALL", "LS-CM", kDay));
  EXPECT_TRUE(LiesIn(gates, "LS-YARD", "LS-HN-NEW", kDay));
}

TEST(LastKnown, AScopeOfAnotherDayStillStandsForItsGates) {
  const GateRegister gates = Gates();
  EXPECT_THAT(GatesBehind(gates, "LS-OLD", kDay), ElementsAre("LS-HN"));
  EXPECT_THAT(GatesBehind(gates, "LS-YARD", kDay), ElementsAre("LS-HN"));
  EXPECT_THAT(GatesBehind(gates, "LS-ALL", kDay), ElementsAre("LS-CM"));
  EXPECT_THAT(GatesBehind(gates, "LS-HN-OLD", kDay), ElementsAre("LS-HN-OLD"));
  EXPECT_THAT(GatesBehind(gates, "LS-ZZ", kDay), ElementsAre("LS-ZZ"));
}

// A message about the pair's new lane crosses a link that is about the pair, and its release rule
// for the old group holds.
TEST(LastKnown, LinkRulesGoByIt) {
  AgreedRules::Stated stated;
  stated.scope_ids = {"LS-HN"};
  stated.release_rules = {FromText<config::v1::ReleaseRule>(
      "subject { scope_ids: 'LS-OLD' } signatures { roles: 'officer' count: 1 }")};
  const AgreedRules rules(stated, Gates());
  const auto about = [](const char* scope) {
    return FromText<v1::Message>(std::string("header { scope_ids: '") + scope +
                                 "' } notice { closure {} }");
  };
  for (const char* scope : {"LS-HN-NEW", "LS-HN-OLD", "LS-OLD", "LS-YARD"}) {
    EXPECT_TRUE(rules.CheckScope(about(scope), kDay).ok()) << scope;
    EXPECT_EQ(rules.Needed(about(scope), "VN", {}, kDay).size(), 1u) << scope;
  }
  EXPECT_EQ(system::ReasonOf(rules.CheckScope(about("LS-ALL"), kDay)),
            v1::REASON_SCOPE_NOT_OF_LINK);
}

// Whoever writes what this program cannot read names its gates where nobody checks them.
TEST(MessageFacts, AreAlsoAboutTheGatesThatTheBodyNames) {
  const GateRegister gates = Gates();
  const MessageFacts facts = FactsOf(
      FromText<v1::Message>("header { scope_ids: 'LS-CM' } notice { closure { timetable { rules {"
                            " gate_ids: 'LS-HN-NEW' gate_ids: 'LS-HN' } } } }"),
      gates, kDay);
  EXPECT_THAT(facts.gate_ids, ElementsAre("LS-CM", "LS-HN", "LS-HN-NEW"));
  EXPECT_THAT(
      FactsOf(FromText<v1::Message>("notice { observed_stop { gate_ids: 'LS-HN' } }"), gates, kDay)
          .gate_ids,
      ElementsAre("LS-HN"));
}

}  // namespace
}  // namespace gatepost::domain
