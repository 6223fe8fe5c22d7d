// roster publish and roster show: what is shown, what is signed, and when nothing is.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/authority_commands.h"
#include "tests/client/cli/authority_node.h"

namespace gatepost::cli {
namespace {

using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kDesk1[] = "spiffe://langson.practice.example/agency/board/clerk/desk-1";
constexpr char kDesk2[] = "spiffe://langson.practice.example/agency/board/clerk/desk-2";

class RosterCommandsTest : public AuthorityNode {
 protected:
  void SetUp() override {
    AuthorityNode::SetUp();
    testing::WriteTestFile(files_ / "roster.textproto", R"(trust_domain: "langson.practice.example"
members { spiffe_id: "spiffe://langson.practice.example/agency/board/clerk/desk-2" roles: "clerk" roles: "admin" }
members { spiffe_id: "spiffe://langson.practice.example/agency/board/clerk/desk-1" roles: "clerk" }
)");
    v1::Roster& before = *authorities_.in_force.mutable_roster();
    before.set_trust_domain("langson.practice.example");
    before.set_version(4);
    for (const char* id : {kDesk1, kOfficer}) {
      before.add_members()->set_spiffe_id(id);
      before.mutable_members()->rbegin()->add_roles(id == kDesk1 ? "clerk" : "officer");
    }
    authorities_.in_force.set_short_reference("LS/2026/00003");
  }
  RosterPublishOptions File(bool yes) const {
    return {.file = files_ / "roster.textproto", .dry_run = false, .yes = yes};
  }
};

TEST_F(RosterCommandsTest, TheWholeRosterIsShownAndWhatChangesThenItIsSigned) {
  global_.output = Output::kTable;
  ASSERT_EQ(Run(RosterPublish, File(/*yes=*/true)), 0) << err_;
  EXPECT_THAT(err_, ContainsRegex("version +5"));
  EXPECT_THAT(err_, ContainsRegex("to nodes +cn-pingxiang"));
  EXPECT_THAT(err_,
              ContainsRegex("clerk +spiffe://langson.practice.example/agency/board/clerk/desk-1"))
      << "who stays as he is is signed for, too";
  EXPECT_THAT(err_, HasSubstr("what changes against LS/2026/00003:"));
  EXPECT_THAT(err_, ContainsRegex("shift-lead-1[^\n]* officer +-"));
  ASSERT_EQ(exchange_.submitted.size(), 1u);
  const v1::Roster roster = exchange_.Message().roster();
  EXPECT_EQ(roster.version(), 5u);
  ASSERT_EQ(roster.members_size(), 2);
  EXPECT_EQ(roster.members(0).spiffe_id(), kDesk1);
  EXPECT_THAT(roster.members(1).roles(), ElementsAre("admin", "clerk"));
  EXPECT_THAT(out_, HasSubstr("LS/2026/00050"));
}

TEST_F(RosterCommandsTest, NothingIsSignedUnasked) {
  for (const Output output : {Output::kTable, Output::kJson, Output::kCsv}) {
    global_.output = output;
    EXPECT_EQ(Run(RosterPublish, File(/*yes=*/false)), 2);
    EXPECT_THAT(err_, HasSubstr("nothing was signed"));
  }
  EXPECT_THAT(exchange_.submitted, IsEmpty());
}

TEST_F(RosterCommandsTest, ADryRunOnlyAsksTheNode) {
  RosterPublishOptions options = File(/*yes=*/false);
  options.dry_run = true;
  ASSERT_EQ(Run(RosterPublish, options), 0) << err_;
  ASSERT_EQ(exchange_.submitted.size(), 1u);
  EXPECT_TRUE(exchange_.submitted[0].validate_only());
}

TEST_F(RosterCommandsTest, TheFirstRosterSaysThatThereWasNone) {
  global_.output = Output::kTable;
  authorities_.in_force.Clear();
  ASSERT_EQ(Run(RosterPublish, File(/*yes=*/true)), 0) << err_;
  EXPECT_THAT(err_, HasSubstr("no roster was in force"));
  EXPECT_EQ(exchange_.Message().roster().version(), 1u);
}

TEST_F(RosterCommandsTest, WhatIsInForceIsShownInEveryForm) {
  global_.output = Output::kTable;
  ASSERT_EQ(Run(RosterShow, RosterShowOptions{}), 0) << err_;
  EXPECT_THAT(out_, ContainsRegex("version +4"));
  EXPECT_THAT(out_, HasSubstr(kOfficer));
  global_.output = Output::kJson;
  ASSERT_EQ(Run(RosterShow, RosterShowOptions{}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("\"shortReference\":\"LS/2026/00003\""));
  global_.output = Output::kCsv;
  ASSERT_EQ(Run(RosterShow, RosterShowOptions{}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr(kDesk1));
  EXPECT_THAT(out_, Not(HasSubstr("version")));
}

}  // namespace
}  // namespace gatepost::cli
