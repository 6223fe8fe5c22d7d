#include "client/render/terms_diff.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "fmt/core.h"

namespace gatepost::render {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Rule(const std::string& gates, const std::string& traffic, int opens, int closes,
                 const std::string& regime = "NORMAL") {
  return fmt::format(R"(rules {{
      {} traffic: TRAFFIC_{} direction: DIRECTION_BOTH load: LOAD_ANY
      days {{ first {{ year: 2027 month: 2 day: 5 }} last {{ year: 2027 month: 2 day: 8 }}
             end: END_KIND_STATED }}
      regime: REGIME_{} hours: HOURS_KIND_WINDOWS
      windows {{ opens {{ hour: {} }} closes {{ hour: {} }} }} }} )",
                     gates, traffic, regime, opens, closes);
}

v1::Proposal Proposal(const std::string& rules, const std::string& zone = "Asia/Ho_Chi_Minh",
                      const std::string& rest = "") {
  v1::Proposal proposal;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      fmt::format("holiday_hours {{ occasion: 'tet' timetable {{ zone: '{}' {} }} }} {}", zone,
                  rules, rest),
      &proposal));
  return proposal;
}

constexpr char kBothGates[] = "gate_ids: 'LS-HN' gate_ids: 'LS-TT'";
constexpr char kFirstGate[] = "gate_ids: 'LS-HN'";
constexpr char kSecondGate[] = "gate_ids: 'LS-TT'";

TEST(TermsDiffTest, TheSameHoursInTheOtherZoneAreNoDifference) {
  // DOMAIN.md 4, golden test: 07:00-18:00 Hanoi is 08:00-19:00 Beijing.
  const auto hanoi = Proposal(Rule(kFirstGate, "GOODS", 7, 18));
  const auto beijing = Proposal(Rule(kFirstGate, "GOODS", 8, 19), "Asia/Shanghai");
  EXPECT_EQ(TermsDiffText(hanoi, beijing, View()), "the terms are the same\n");
  EXPECT_EQ(TermsDiffText(beijing, hanoi, View()), "the terms are the same\n");
  // And the same numbers in the other zone are one.
  const auto wrong = Proposal(Rule(kFirstGate, "GOODS", 7, 18), "Asia/Shanghai");
  EXPECT_THAT(TermsDiffText(hanoi, wrong, View()),
              ContainsRegex("~ +LS-HN +goods traffic +hours +07:00 H .08:00 B. to 18:00 H .19:00 "
                            "B. +06:00 H .07:00 B. to 17:00 H"));
}

TEST(TermsDiffTest, OtherGroupingOfGatesIsNoDifference) {
  const auto together = Proposal(Rule(kBothGates, "GOODS", 7, 18));
  const auto apart = Proposal(Rule(kFirstGate, "GOODS", 7, 18) + Rule(kSecondGate, "GOODS", 7, 18));
  EXPECT_EQ(TermsDiffText(together, apart, View()), "the terms are the same\n");
}

TEST(TermsDiffTest, ChangedAddedAndRemovedRulesAreRows) {
  const auto before =
      Proposal(Rule(kBothGates, "GOODS", 7, 18) + Rule(kFirstGate, "PASSENGERS", 6, 20));
  const auto after =
      Proposal(Rule(kBothGates, "GOODS", 7, 17, "SHORTENED") + Rule(kSecondGate, "RAIL", 9, 10));
  const std::string text = TermsDiffText(before, after, View());
  EXPECT_THAT(text, ContainsRegex("~ +LS-HN LS-TT +goods traffic +regime +normal +shorter hours"));
  EXPECT_THAT(text, ContainsRegex("~ +LS-HN LS-TT +goods traffic +hours .*18:00 H .*17:00 H"));
  EXPECT_THAT(text, ContainsRegex("- +LS-HN +passengers +rule +2027-02-05 00:00 H"));
  EXPECT_THAT(text, ContainsRegex("[+] +LS-TT +rail +rule +2027-02-05 00:00 H"));
  EXPECT_THAT(text, Not(HasSubstr("when")));
}

TEST(TermsDiffTest, WhatStandsBesideTheRulesIsCompared) {
  const auto before = Proposal(Rule(kFirstGate, "GOODS", 7, 18));
  auto after = Proposal(Rule(kFirstGate, "GOODS", 7, 18), "Asia/Ho_Chi_Minh",
                        "answer_by { instant { seconds: 1800000000 } zone: 'UTC' } "
                        "papers { reason: CHANGE_REASON_DEMAND_PEAK }");
  after.mutable_holiday_hours()->set_occasion("spring_festival");
  const std::string csv = TermsDiffCsv(before, after, View());
  EXPECT_THAT(csv, HasSubstr("~,,,holiday,tet,spring_festival\n"));
  EXPECT_THAT(csv, HasSubstr("~,,,answer by,,2027-01-15 15:00 H (16:00 B)\n"));
  EXPECT_THAT(csv, HasSubstr("~,,,papers,,reason  more or less traffic than usual\n"));
}

}  // namespace
}  // namespace gatepost::render
