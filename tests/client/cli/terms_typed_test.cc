// What is typed for terms, from the command line to the proposal.

#include "client/cli/terms_typed.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <fstream>

#include "client/cli/parse_flags.h"
#include "daemon/system/reason.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::cli {
namespace {

using google::protobuf::TextFormat;
using google::protobuf::util::MessageDifferencer;

TypedBy Vietnamese() {
  return {.country = "VN", .gates = [](const std::vector<std::string>& names, absl::CivilDay) {
            return absl::StatusOr<std::vector<std::string>>(names);
          }};
}

// The options that a command line becomes.
TermsOptions Parsed(const std::string& typed) {
  TermsOptions options;
  CLI::App app;
  AddTermsFlags(&app, options);
  app.add_option("--occasion", options.occasion);
  app.parse(typed);
  return options;
}

absl::StatusOr<v1::Proposal> Typed(const std::string& typed,
                                   TermsKind kind = TermsKind::kScheduleChange) {
  return ProposalTyped(Parsed(typed), kind, Vietnamese());
}

v1::Proposal Proposal(const std::string& text) {
  v1::Proposal proposal;
  EXPECT_TRUE(TextFormat::ParseFromString(text, &proposal));
  return proposal;
}

void ExpectProposal(const absl::StatusOr<v1::Proposal>& came, const std::string& wanted) {
  ASSERT_TRUE(came.ok()) << came.status();
  EXPECT_TRUE(MessageDifferencer::Equals(*came, Proposal(wanted))) << came->DebugString();
}

void ExpectRefused(const absl::StatusOr<v1::Proposal>& came, v1::Reason reason) {
  EXPECT_EQ(system::ReasonOf(came.status()), reason) << came.status();
}

TEST(TermsTypedTest, FlagsBecomeHolidayHours) {
  ExpectProposal(Typed("--gate LS-HN --gate LS-TT --traffic goods --direction export --from "
                       "2027-02-05H --until 2027-02-08H --regime shortened --window 07:00-11:30 "
                       "--window 13:00-17:00 --cargo fruit --vehicles VN --load loaded --weekday "
                       "mon-wed --weekday sat --holidays not:either --make-up-days --last-entry "
                       "16:30 --last-entry "
                       "export=11:00 --occasion tet --reason "
                       "holiday --letter 12/TB --issuer Board --dated 2027-01-10",
                       TermsKind::kHolidayHours),
                 R"(
      side: "VN"
      holiday_hours {
        occasion: "tet"
        timetable {
          zone: "Asia/Ho_Chi_Minh"
          rules {
            gate_ids: "LS-HN" gate_ids: "LS-TT"
            traffic: TRAFFIC_GOODS direction: DIRECTION_VN_TO_CN vehicle_country: "VN"
            load: LOAD_LOADED cargo_classes: "fruit"
            days {
              first { year: 2027 month: 2 day: 5 } last { year: 2027 month: 2 day: 8 }
              end: END_KIND_STATED
              weekdays: [WEEKDAY_MONDAY, WEEKDAY_TUESDAY, WEEKDAY_WEDNESDAY, WEEKDAY_SATURDAY]
              holidays {
                calendar: HOLIDAY_CALENDAR_CHOICE_EITHER effect: HOLIDAY_EFFECT_EXCLUDED
                make_up_days_are_weekdays: true
              }
            }
            regime: REGIME_SHORTENED hours: HOURS_KIND_WINDOWS
            windows {
              opens { hour: 7 } closes { hour: 11 minute: 30 }
              last_entries { time { hour: 11 } direction: DIRECTION_VN_TO_CN }
            }
            windows {
              opens { hour: 13 } closes { hour: 17 }
              last_entries { time { hour: 16 minute: 30 } direction: DIRECTION_BOTH }
            }
          }
        }
      }
      papers {
        reason: CHANGE_REASON_STATE_HOLIDAY
        letter_date { year: 2027 month: 1 day: 10 }
        references {
          kind: PAPER_KIND_OWN_DOCUMENT number: "12/TB" issuer: "Board"
          date { year: 2027 month: 1 day: 10 }
        }
      })");
}

TEST(TermsTypedTest, TheSameDirectionIsAnImportOnTheOtherSide) {
  const TermsOptions options = Parsed("--gate LS-HN --from 2027-02-05B --direction import");
  const auto typed = ProposalTyped(options, TermsKind::kScheduleChange, {"CN", Vietnamese().gates});
  ASSERT_TRUE(typed.ok()) << typed.status();
  EXPECT_EQ(typed->side(), "CN");
  EXPECT_EQ(typed->schedule_change().timetable().zone(), "Asia/Shanghai");
  EXPECT_EQ(typed->schedule_change().timetable().rules(0).direction(), v1::DIRECTION_VN_TO_CN);
}

TEST(TermsTypedTest, ClosedHasNoHoursAndRoundTheClockHasAll) {
  const auto closed = Typed("--gate LS-HN --from 2027-02-05H --regime closed");
  ASSERT_TRUE(closed.ok()) << closed.status();
  EXPECT_EQ(closed->schedule_change().timetable().rules(0).hours(), v1::HOURS_KIND_NONE);
  const auto open =
      Typed("--gate LS-HN --from 2027-02-05H --all-day", TermsKind::kRegularTimetable);
  ASSERT_TRUE(open.ok()) << open.status();
  EXPECT_EQ(open->regular_timetable().timetable().rules(0).hours(), v1::HOURS_KIND_ALL_DAY);
}

// What a relative change comes to is the node's to say: the draft has only how it was said.
TEST(TermsTypedTest, RelativeWordsAreLeftToTheNode) {
  const struct {
    const char* typed;
    const char* wanted;
  } kCases[] = {
      {"--opens 07:00", "kind: CHANGE_KIND_MOVE_OPENING moved_to { hour: 7 }"},
      {"--opens -30", "kind: CHANGE_KIND_MOVE_OPENING moved_by_minutes: -30"},
      {"--closes +60", "kind: CHANGE_KIND_MOVE_CLOSING moved_by_minutes: 60"},
      {"--closes 24:00", "kind: CHANGE_KIND_MOVE_CLOSING moved_to { hour: 24 }"},
      {"--add-window 11:30-13:00",
       "kind: CHANGE_KIND_ADD windows { opens { hour: 11 minute: 30 } closes { hour: 13 } }"},
      {"--remove-window 06:00-07:00",
       "kind: CHANGE_KIND_REMOVE windows { opens { hour: 6 } closes { hour: 7 } }"},
  };
  for (const auto& [typed, wanted] : kCases) {
    const auto proposal = Typed(std::string("--gate LS-HN --from 2027-02-05H ") + typed);
    ASSERT_TRUE(proposal.ok()) << typed << ": " << proposal.status();
    const v1::TimetableRule& rule = proposal->schedule_change().timetable().rules(0);
    v1::RelativeChange change;
    ASSERT_TRUE(TextFormat::ParseFromString(wanted, &change));
    EXPECT_TRUE(MessageDifferencer::Equals(rule.said_as(), change)) << rule.DebugString();
    EXPECT_EQ(rule.hours(), v1::HOURS_KIND_WINDOWS) << typed;
    EXPECT_EQ(rule.windows_size(), 0) << typed;
  }
}

TEST(TermsTypedTest, WhatContradictsItselfOrIsMissingIsRefused) {
  const std::string span = "--gate LS-HN --from 2027-02-05H ";
  for (const std::string& typed :
       {std::string("--gate LS-HN"), std::string("--from 2027-02-05H"),
        span + "--opens 07:00 --closes 19:00", span + "--window 08:00-12:00 --closes +30",
        span + "--opens 7", span + "--closes +0", span + "--weekday fri-mon",
        span + "--holidays VN", span + "--window 8-12", span + "--last-entry 17:00",
        span + "--window 08:00-12:00 --last-entry noon", span + "--make-up-days"}) {
    ExpectRefused(Typed(typed), v1::REASON_BAD_ARGUMENT);
  }
  ExpectRefused(Typed("--gate LS-HN --from 2027-02-05"), v1::REASON_NO_TIME_ZONE);
  ExpectRefused(Typed(span, TermsKind::kHolidayHours), v1::REASON_BAD_ARGUMENT);
}

TEST(TermsTypedTest, AFileIsTakenAsItIsForItsOwnKindOfTerms) {
  testing::TemporaryFolder folder;
  const std::string file = folder.Under("terms.textproto");
  std::ofstream(file) << R"(
      schedule_change { timetable { zone: "Asia/Shanghai" rules { gate_ids: "LS-HN" } } }
      papers { reason: CHANGE_REASON_DEMAND_PEAK })";
  ExpectProposal(Typed("--reason holiday --file " + file), R"(
      side: "VN"
      schedule_change { timetable { zone: "Asia/Shanghai" rules { gate_ids: "LS-HN" } } }
      papers { reason: CHANGE_REASON_DEMAND_PEAK })");
  ExpectRefused(Typed("--file " + file, TermsKind::kHolidayHours), v1::REASON_BAD_ARGUMENT);
  ExpectRefused(Typed("--gate LS-HN --file " + file), v1::REASON_BAD_ARGUMENT);
  EXPECT_TRUE(ProposalTyped(Parsed("--file " + file), TermsKind::kHolidayHours, Vietnamese(),
                            /*any_kind=*/true)
                  .ok());
}

TEST(BeginningTypedTest, ADayBeginsInItsOwnZone) {
  const auto hanoi = BeginningTyped("2027-03-01H");
  ASSERT_TRUE(hanoi.ok()) << hanoi.status();
  const auto beijing = BeginningTyped("2027-03-01 01:00B");
  ASSERT_TRUE(beijing.ok()) << beijing.status();
  EXPECT_EQ(hanoi->instant().seconds(), beijing->instant().seconds());
  EXPECT_EQ(beijing->zone(), "Asia/Shanghai");
}

// What stands outside of the rules holds for each that does not say otherwise.
TEST(TermsTypedTest, SeveralRulesAreTypedByTheSameFlags) {
  ExpectProposal(
      Typed("--occasion tet --gate LS-HN --traffic goods --until 2027-02-08H "
            "--rule 'from=2027-02-05H until=2027-02-06H regime=closed' "
            "--rule 'from=2027-02-07H window=07:00-11:30 window=13:00-17:00 direction=export' "
            "--rule 'gate=LS-CM gate=LS-TT from=\"2027-02-07 08:00H\" all-day direction=import'",
            TermsKind::kHolidayHours),
      R"pb(
        side: "VN"
        holiday_hours {
          occasion: "tet"
          timetable {
            zone: "Asia/Ho_Chi_Minh"
            rules {
              gate_ids: "LS-HN"
              traffic: TRAFFIC_GOODS
              direction: DIRECTION_BOTH
              load: LOAD_ANY
              days {
                first { year: 2027 month: 2 day: 5 }
                last { year: 2027 month: 2 day: 6 }
                end: END_KIND_STATED
              }
              regime: REGIME_CLOSED
              hours: HOURS_KIND_NONE
            }
            rules {
              gate_ids: "LS-HN"
              traffic: TRAFFIC_GOODS
              direction: DIRECTION_VN_TO_CN
              load: LOAD_ANY
              days {
                first { year: 2027 month: 2 day: 7 }
                last { year: 2027 month: 2 day: 8 }
                end: END_KIND_STATED
              }
              regime: REGIME_NORMAL
              hours: HOURS_KIND_WINDOWS
              windows {
                opens { hour: 7 }
                closes { hour: 11 minute: 30 }
              }
              windows {
                opens { hour: 13 }
                closes { hour: 17 }
              }
            }
            rules {
              gate_ids: "LS-CM"
              gate_ids: "LS-TT"
              traffic: TRAFFIC_GOODS
              direction: DIRECTION_CN_TO_VN
              load: LOAD_ANY
              days {
                first { year: 2027 month: 2 day: 7 }
                last { year: 2027 month: 2 day: 8 }
                end: END_KIND_STATED
                begins { hour: 8 }
              }
              regime: REGIME_NORMAL
              hours: HOURS_KIND_ALL_DAY
            }
          }
        })pb");
}

// What a rule says goes before all that says the same thing in other words outside of it.
TEST(TermsTypedTest, InnerWordsWinOverOuterOnesOfTheSameThing) {
  const auto rule = [](const std::string& outside, const std::string& inside) {
    const auto typed =
        Typed("--gate LS-HN " + outside + " --rule 'from=2027-02-05H " + inside + "'");
    EXPECT_TRUE(typed.ok()) << outside << ", " << inside << ": " << typed.status();
    return typed.ok() ? typed->schedule_change().timetable().rules(0) : v1::TimetableRule();
  };
  const auto estimated = rule("--until 2027-02-10H", "estimated=2027-02-06H");
  EXPECT_EQ(estimated.days().end(), v1::END_KIND_ESTIMATED);
  EXPECT_EQ(estimated.days().last().day(), 6);
  const auto stated = rule("--estimated 2027-02-10H", "until=2027-02-06H");
  EXPECT_EQ(stated.days().end(), v1::END_KIND_STATED);
  EXPECT_EQ(stated.days().last().day(), 6);

  const std::string windows = "--window 08:00-12:00 --last-entry 11:00";
  for (const std::string& outside :
       {windows, std::string("--all-day"), std::string("--opens 07:00")}) {
    const auto all_day = rule(outside, "all-day");
    EXPECT_EQ(all_day.hours(), v1::HOURS_KIND_ALL_DAY) << outside;
    EXPECT_TRUE(all_day.windows().empty()) << outside;
    EXPECT_FALSE(all_day.has_said_as()) << outside;
    const auto closed = rule(outside, "regime=closed");
    EXPECT_EQ(closed.hours(), v1::HOURS_KIND_NONE) << outside;
    EXPECT_TRUE(closed.windows().empty()) << outside;
    EXPECT_FALSE(closed.has_said_as()) << outside;
    const auto stopped = rule(outside, "regime=intake-stop");
    EXPECT_EQ(stopped.hours(), v1::HOURS_KIND_AS_BEFORE) << outside;
    const auto changed = rule(outside, "closes=+60");
    EXPECT_EQ(changed.said_as().kind(), v1::CHANGE_KIND_MOVE_CLOSING) << outside;
    EXPECT_TRUE(changed.windows().empty()) << outside;
    const auto other = rule(outside, "window=13:00-17:00");
    ASSERT_EQ(other.windows_size(), 1) << outside;
    EXPECT_EQ(other.windows(0).opens().hour(), 13) << outside;
    EXPECT_TRUE(other.windows(0).last_entries().empty()) << outside;
    EXPECT_FALSE(other.has_said_as()) << outside;
  }
  const auto open = rule("--regime closed", "window=08:00-12:00");
  EXPECT_EQ(open.regime(), v1::REGIME_NORMAL);
  EXPECT_EQ(open.windows_size(), 1);
  // What is no other word for the same thing stays.
  const auto pilot = rule(windows, "regime=pilot last-entry=10:00");
  EXPECT_EQ(pilot.regime(), v1::REGIME_PILOT);
  ASSERT_EQ(pilot.windows_size(), 1);
  ASSERT_EQ(pilot.windows(0).last_entries_size(), 1);
  EXPECT_EQ(pilot.windows(0).last_entries(0).time().hour(), 10);
}

TEST(TermsTypedTest, ARuleThatCannotBeReadIsNamed) {
  const auto refused = [](const std::string& rule) {
    const auto came = Typed("--gate LS-HN --rule 'from=2027-02-05H' --rule '" + rule + "'");
    ExpectRefused(came, v1::REASON_BAD_ARGUMENT);
    return std::string(came.status().message());
  };
  EXPECT_THAT(refused("from=2027-02-06H regim=closed"), ::testing::HasSubstr("regim"));
  EXPECT_THAT(refused("from=2027-02-06H regime=shut"), ::testing::HasSubstr("shut"));
  EXPECT_THAT(refused("--from=2027-02-06H"), ::testing::HasSubstr("--from"));
  EXPECT_THAT(refused("from=2027-02-06B"), ::testing::HasSubstr("one zone"));
  EXPECT_THAT(refused("regime=closed"), ::testing::HasSubstr("--rule 2: --gate and --from"));
  EXPECT_THAT(refused("from=\"2027-02-06H"), ::testing::HasSubstr("quote"));
  EXPECT_THAT(refused(" "), ::testing::HasSubstr("nothing"));
}

}  // namespace
}  // namespace gatepost::cli
