#include "daemon/config/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/config/node_settings.h"
#include "daemon/config/register_file.h"
#include "daemon/system/reason.h"
#include "tests/config/practice_files.h"

namespace gatepost::config {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Must;
using testing::PracticeFiles;
using testing::ReadTestFile;
using testing::WriteTestFile;

const domain::GateRegister& Gates() {
  static const auto* gates =
      new domain::GateRegister(Must(LoadGateRegister(Must(InstalledRegisterFile()))));
  return *gates;
}

absl::StatusOr<PolicyFile> Parse(const std::string& text, const std::string& country = "VN") {
  return ParsePolicy("policy.textproto", text, Gates(), country);
}

TEST(PolicyFileTest, TheInstalledOneGivesTheRightsThatNamesGive) {
  const PolicyFile file = Must(LoadPolicy(Must(InstalledPolicyFile()), Gates(), "VN"));
  EXPECT_EQ(file.policy->id(), "default-1");
  EXPECT_EQ(file.sha256, certs::Sha256Of(ReadTestFile(file.file)));
  EXPECT_THAT(file.policy->ActsOf({"clerk"}), ElementsAre("READ", "SUBMIT"));
  EXPECT_THAT(file.policy->ActsOf({"service"}), ElementsAre("READ", "SUBMIT"));
  EXPECT_THAT(file.policy->ActsOf({"officer"}),
              ElementsAre("READ", "SUBMIT", "AUDIT", "AUDIT_LINK"));
  EXPECT_THAT(file.policy->ActsOf({"auditor"}), ElementsAre("READ", "AUDIT", "AUDIT_LINK"));
  EXPECT_THAT(file.policy->ActsOf({"admin"}), ElementsAre("READ", "SUBMIT", "ADMIN"));
  EXPECT_THAT(file.policy->ActsOf({"shift-leader"}), IsEmpty());
}

TEST(PolicyFileTest, TheInstalledOneAndTheExampleHoldForBothSides) {
  const std::string example =
      std::string(GATEPOST_SOURCE_DIR) + "/daemon/config/examples/policy.textproto";
  for (const char* country : {"VN", "CN"}) {
    for (const std::string& path : {Must(InstalledPolicyFile()), example}) {
      const absl::StatusOr<PolicyFile> file = LoadPolicy(path, Gates(), country);
      EXPECT_TRUE(file.ok()) << file.status();
    }
  }
}

// Every gate of the register that is open to traffic has a class in the installed policy, on the
// side that says what it is.
TEST(PolicyFileTest, TheInstalledClassesKnowTheWordsOfTheRegister) {
  const std::string installed = ReadTestFile(Must(InstalledPolicyFile()));
  v1::Policy rules;
  google::protobuf::TextFormat::ParseFromString(installed, &rules);
  for (const char* country : {"VN", "CN"}) {
    const domain::RuleSubjects subjects({rules.gate_classes().begin(), rules.gate_classes().end()},
                                        Gates(), country);
    for (const gatepost::v1::Gate& gate : Gates().proto().gates()) {
      const bool vietnamese = std::string(country) == "VN";
      if ((vietnamese ? gate.type_vn() : gate.type_cn()).empty()) continue;
      EXPECT_NE(subjects.ClassOf(gate.id(), absl::CivilDay(2026, 11, 1)), "")
          << country << " " << gate.id();
    }
  }
}

struct BadPolicy {
  const char* name;
  std::string text;
  const char* place;  // Line and field.
  const char* came;
};

class BadPolicyTest : public ::testing::TestWithParam<BadPolicy> {};

TEST_P(BadPolicyTest, IsRefusedWithFileLineAndField) {
  const absl::Status refused = Parse(GetParam().text).status();
  EXPECT_EQ(system::ReasonOf(refused), gatepost::v1::REASON_BAD_CONFIG);
  EXPECT_THAT(std::string(refused.message()),
              AllOf(HasSubstr(std::string("policy.textproto:") + GetParam().place),
                    HasSubstr(GetParam().came)));
}

const char kId[] = "id: 'p'\n";

INSTANTIATE_TEST_SUITE_P(
    Fields, BadPolicyTest,
    ::testing::Values(
        BadPolicy{"NoId", "hold_minutes: 5", "1: id", "''"},
        BadPolicy{"IdWithSpace", "id: 'my policy'", "1: id", "'my policy'"},
        BadPolicy{"UnknownField", "id: 'p'\nrules {}", "2:", "rules"},
        BadPolicy{"ClassName", std::string(kId) + "gate_classes { name: 'Main' type_words: 'm' }",
                  "2: gate_classes[0]", "'Main'"},
        BadPolicy{"ClassTwice",
                  std::string(kId) + "gate_classes { name: 'a' type_words: 'm' }\n"
                                     "gate_classes { name: 'a' type_words: 'x' }",
                  "3: gate_classes[1]", "'a'"},
        BadPolicy{"ClassWithoutWords", std::string(kId) + "gate_classes { name: 'a' }",
                  "2: gate_classes[0]", "none"},
        BadPolicy{"AuthorWithoutRoles", std::string(kId) + "author_rules { subject {} }",
                  "2: author_rules[0].roles", "none"},
        BadPolicy{"AuthorRole",
                  std::string(kId) + "author_rules { roles: 'Shift leader' subject {} }",
                  "2: author_rules[0].roles[0]", "'Shift leader'"},
        BadPolicy{"AuthorRoleTwice",
                  std::string(kId) + "author_rules {\n roles: 'a'\n roles: 'a' subject {} }",
                  "4: author_rules[0].roles[1]", "a second time"},
        BadPolicy{"AuthorWithoutSubject", std::string(kId) + "author_rules { roles: 'a' }",
                  "2: author_rules[0].subject", "nothing"},
        BadPolicy{"UnknownFamily",
                  std::string(kId) + "author_rules { roles: 'a' subject { families: 'LETTER' } }",
                  "2: author_rules[0].subject", "LETTER"},
        BadPolicy{"UnknownAction",
                  std::string(kId) + "author_rules { roles: 'a' subject { actions: 'SHOUT' } }",
                  "2: author_rules[0].subject", "SHOUT"},
        BadPolicy{
            "ActionOfAnotherFamily",
            std::string(kId) +
                "author_rules { roles: 'a' subject { families: 'NOTICE' actions: 'ACCEPT' } }",
            "2: author_rules[0].subject", "ACCEPT"},
        BadPolicy{"UnknownClass",
                  std::string(kId) + "author_rules { roles: 'a' subject { gate_classes: 'x' } }",
                  "2: author_rules[0].subject", "x"},
        BadPolicy{"UnknownScope",
                  std::string(kId) + "author_rules { roles: 'a' subject { scope_ids: 'LS-NO' } }",
                  "2: author_rules[0].subject", "LS-NO"},
        BadPolicy{"CallWithoutRoles", std::string(kId) + "call_rules { acts: 'READ' }",
                  "2: call_rules[0].roles", "none"},
        BadPolicy{"CallWithoutActs", std::string(kId) + "call_rules { roles: 'a' }",
                  "2: call_rules[0].acts", "none"},
        BadPolicy{"UnknownAct", std::string(kId) + "call_rules { roles: 'a' acts: 'LINK' }",
                  "2: call_rules[0].acts[0]", "'LINK'"},
        BadPolicy{"ReleaseWithoutSubject",
                  std::string(kId) + "release_rules { signatures { roles: 'a' count: 1 } }",
                  "2: release_rules[0].subject", "nothing"},
        BadPolicy{"ReleaseWithoutSignatures", std::string(kId) + "release_rules { subject {} }",
                  "2: release_rules[0]", "none"},
        BadPolicy{"ReleaseOfNobody",
                  std::string(kId) + "release_rules { subject {} signatures { count: 1 } }",
                  "2: release_rules[0]", "none"},
        BadPolicy{
            "ReleaseByNine",
            std::string(kId) + "release_rules { subject {} signatures { roles: 'a' count: 9 } }",
            "2: release_rules[0]", "9"},
        BadPolicy{"EmergencyOfNobody", std::string(kId) + "emergency { countersigned_by: 'a' }",
                  "2: emergency.roles", "nobody"},
        BadPolicy{"EmergencyWithoutSecondEyes", std::string(kId) + "emergency { roles: 'a' }",
                  "2: emergency.countersigned_by", "nobody"},
        BadPolicy{"EmergencyRole",
                  std::string(kId) + "emergency { roles: 'a' countersigned_by: 'B' }",
                  "2: emergency.countersigned_by[0]", "'B'"},
        BadPolicy{"EmergencySubject",
                  std::string(kId) +
                      "emergency { roles: 'a' countersigned_by: 'b' subject { actions: 'X' } }",
                  "2: emergency.subject", "X"},
        BadPolicy{"EmergencyForWeeks",
                  std::string(kId) +
                      "emergency { roles: 'a' countersigned_by: 'b' within_minutes: 10081 }",
                  "2: emergency.within_minutes", "10081"},
        BadPolicy{"HeldForMonths", std::string(kId) + "hold_minutes: 43201", "2: hold_minutes",
                  "43201"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(PolicyFileTest, RolesAreWhateverTheRosterCallsThem) {
  const PolicyFile file = Must(Parse("id: 'p' call_rules { roles: 'night-watch' acts: 'READ' }"));
  EXPECT_THAT(file.policy->ActsOf({"night-watch"}), ElementsAre("READ"));
  EXPECT_EQ(file.policy->hold(), absl::Hours(24));
}

TEST(NodePolicyTest, TheNodeGoesByTheFileThatItsConfigNames) {
  PracticeFiles files;
  EXPECT_EQ(Must(LoadNodeSettings(files / "node.textproto")).policy.policy->id(), "default-1");
  WriteTestFile(files / "own.textproto", "id: 'own-1'");
  const std::string config = ReadTestFile(files / "node.textproto");
  WriteTestFile(files / "node.textproto", config + "\npolicy_file: 'own.textproto'\n");
  const NodeSettings settings = Must(LoadNodeSettings(files / "node.textproto"));
  EXPECT_EQ(settings.policy.policy->id(), "own-1");
  EXPECT_EQ(settings.policy.file, files / "own.textproto");
  WriteTestFile(files / "own.textproto", "id: ''");
  const absl::Status refused = LoadNodeSettings(files / "node.textproto").status();
  EXPECT_THAT(std::string(refused.message()), HasSubstr("own.textproto:1: id"));
}

}  // namespace
}  // namespace gatepost::config
