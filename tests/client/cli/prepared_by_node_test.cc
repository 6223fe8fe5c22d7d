// What the node prepares before something is signed: the hours now and then, and hours that were
// said relative to others.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/agreement_commands.h"
#include "tests/client/cli/answering_node.h"

namespace gatepost::cli {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using PreparedByNodeTest = AnsweringNode;

TEST_F(PreparedByNodeTest, BeforeHeAcceptsAPersonIsShownTheHoursNowAndThen) {
  global_.output = Output::kTable;
  agreements_.before_and_after = true;
  ASSERT_EQ(Run(AgreementAccept, Answer("LS/2026/00007", true)), 0);
  ASSERT_EQ(agreements_.prepared.size(), 1u);
  EXPECT_EQ(agreements_.prepared[0].accepts(), "LS/2026/00007")
      << "ids are unique only for one author";
  EXPECT_THAT(err_, HasSubstr("what changes in the first 14 days"));
  EXPECT_THAT(err_, ContainsRegex("LS-HN .*2027-02-05 .*closed"));
  // A dry run answers with it, and signs nothing that counts.
  AnswerOptions dry = Answer("LS/2026/00007", false);
  dry.dry_run = true;
  ASSERT_EQ(Run(AgreementAccept, dry), 0);
  EXPECT_THAT(out_, HasSubstr("what changes in the first 14 days"));
  EXPECT_TRUE(exchange_.submitted.at(1).validate_only());
}

TEST_F(PreparedByNodeTest, NothingIsAcceptedWhoseHoursCannotBeShown) {
  agreements_.thread.mutable_steps(0)->mutable_message()->set_message_id("no such proposal");
  agreements_.refuses = true;
  EXPECT_NE(Run(AgreementAccept, Answer("LS/2026/00007", true)), 0);
  EXPECT_THAT(exchange_.submitted, IsEmpty());
}

TEST_F(PreparedByNodeTest, APartOfAPackageIsProposedBesideAnother) {
  ProposeOptions options = Terms();
  options.send.package = "1/2";
  ASSERT_EQ(Run(SchedulePropose, options), 0) << err_;
  const v1::PackagePart first = exchange_.Message(0).proposal().package();
  EXPECT_EQ(first.part(), 1);
  exchange_.held = exchange_.submitted.at(0).envelope();
  options.send.package = "2/2:LS/2026/00050";
  ASSERT_EQ(Run(SchedulePropose, options), 0) << err_;
  EXPECT_EQ(exchange_.Message(1).proposal().package().part(), 2);
  EXPECT_EQ(exchange_.Message(1).proposal().package().package_id(), first.package_id());
}

TEST_F(PreparedByNodeTest, AResumptionIsSignedAsTheNodeResolvedIt) {
  v1::Message closure;
  closure.mutable_header()->set_message_id(kProposalId);
  exchange_.held.set_payload(closure.SerializeAsString());
  NoticeOptions options;
  options.gates = {"LS-HN"};
  options.from = "2027-02-05H";
  options.until = "2027-02-08H";
  options.regime = "shortened";
  options.ends = {"LS/2026/00007"};
  options.relative.closes = "15:00";
  ASSERT_EQ(Run(NoticeResume, options), 0) << err_;
  ASSERT_EQ(hours_.prepared.size(), 1u);
  EXPECT_TRUE(hours_.prepared[0].draft().resumption().timetable().rules(0).windows().empty());
  const v1::TimetableRule rule = exchange_.Message().notice().resumption().timetable().rules(0);
  EXPECT_EQ(rule.hours(), v1::HOURS_KIND_WINDOWS);
  EXPECT_EQ(rule.windows(0).opens().hour(), 7);
  EXPECT_EQ(rule.windows(0).closes().hour(), 15);
  EXPECT_EQ(rule.said_as().kind(), v1::CHANGE_KIND_MOVE_CLOSING);
  // Nothing to resolve, nothing to ask.
  options.relative = {};
  ASSERT_EQ(Run(NoticeResume, options), 0) << err_;
  EXPECT_EQ(hours_.prepared.size(), 1u);
  options.relative.closes = "15:00";
  options.windows = {"07:00-15:00"};
  EXPECT_EQ(Run(NoticeResume, options), 2) << "both";
}

}  // namespace
}  // namespace gatepost::cli
