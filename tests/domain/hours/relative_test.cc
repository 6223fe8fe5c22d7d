// What is said relative to other hours comes to the windows that hold before it, gate by gate and
// day by day (the relative ones of the real notices, and their kinds).
#include "daemon/domain/hours/relative.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/domain/hours/window_change.h"
#include "daemon/system/reason.h"
#include "tests/domain/hours/border_case.h"
#include "tests/domain/hours/rule_words.h"

namespace gatepost::domain {
namespace {

v1::RelativeChange ClosesAt(int hour) {
  v1::RelativeChange change;
  change.set_kind(v1::CHANGE_KIND_MOVE_CLOSING);
  change.mutable_moved_to()->set_hour(hour);
  return change;
}

v1::RelativeChange By(v1::ChangeKind kind, int minutes) {
  v1::RelativeChange change;
  change.set_kind(kind);
  change.set_moved_by_minutes(minutes);
  return change;
}

v1::RelativeChange ThroughLunch() {
  v1::RelativeChange change;
  change.set_kind(v1::CHANGE_KIND_WITHOUT_BREAK);
  return change;
}

std::string Named(const v1::CivilDate& date) {
  return fmt::format("{:02}-{:02}", date.month(), date.day());
}

// `LS-CM LS-TT 04-25.. on 1 2 3 CN_TO_VN fruit: 07:00-20:00 from 07:00-19:00 by 1`.
std::string Told(const v1::TimetableRule& rule) {
  std::string text =
      fmt::format("{} {}..{}", fmt::join(rule.gate_ids(), " "), Named(rule.days().first()),
                  rule.days().has_last() ? Named(rule.days().last()) : "");
  if (!rule.days().weekdays().empty()) {
    text += fmt::format(" on {}", fmt::join(rule.days().weekdays(), " "));
  }
  if (rule.traffic() != v1::TRAFFIC_GOODS) text += " " + v1::Traffic_Name(rule.traffic()).substr(8);
  if (rule.direction() != v1::DIRECTION_BOTH) {
    text += " " + v1::Direction_Name(rule.direction()).substr(10);
  }
  if (!rule.cargo_classes().empty()) {
    text += fmt::format(" {}", fmt::join(rule.cargo_classes(), " "));
  }
  text += ": " +
          (rule.regime() == v1::REGIME_CLOSED ? "CLOSED" : WindowsText(WindowsOf(rule.windows())));
  if (!rule.has_said_as()) return text;
  text += " from " + WindowsText(WindowsOf(rule.said_as().inherited())) + " by";
  for (const v1::MessageCitation& cited : rule.said_as().inherited_from()) {
    text += " " + cited.message_id().substr(cited.message_id().find_last_not_of("0123456789") + 12);
  }
  return text;
}

class Relative : public BorderCase {
 protected:
  void Usual(const std::string& gates, const std::string& hours,
             const std::string& from = "2025-01-01..", const std::string& weekdays = {}) {
    Agree(HoursLayer::kRegular, "2024-12-01 08:00",
          InHanoi({{.gates = gates, .days = from, .hours = hours, .weekdays = weekdays}}));
  }
  // One rule, not yet resolved.
  static v1::Timetable Say(const RuleWords& words, const v1::RelativeChange& change) {
    v1::Timetable timetable = InHanoi({words});
    timetable.mutable_rules(0)->set_hours(v1::HOURS_KIND_WINDOWS);
    *timetable.mutable_rules(0)->mutable_said_as() = change;
    return timetable;
  }
  absl::StatusOr<v1::Timetable> TryResolve(const v1::Timetable& said) const {
    const HoursInForce before(Said(), gates_, calendars_);
    return ResolveRelative(said, before, gates_, [](int64_t row) { return Cite(row); });
  }
  // The rules, one a line; or the reason why there are none.
  std::string Resolved(const v1::Timetable& said) const {
    const absl::StatusOr<v1::Timetable> resolved = TryResolve(said);
    if (!resolved.ok()) return system::ReasonName(system::ReasonOf(resolved.status()));
    const HoursInForce before(Said(), gates_, calendars_);
    EXPECT_TRUE(CheckResolved(*resolved, before).ok()) << CheckResolved(*resolved, before);
    EXPECT_TRUE(CheckTimetable(*resolved, gates_).ok());
    std::string text;
    for (const v1::TimetableRule& rule : resolved->rules()) {
      text += (text.empty() ? "" : "\n") + Told(rule);
    }
    return text;
  }
};

// N22: until 20:00 at three gates of two counterparts; they opened at different times before.
TEST_F(Relative, N22ClosesAtEightAndOpensAsBefore) {
  Usual("LS-CM LS-HN-1119", "7:00-19:00");
  Usual("LS-TT-1088", "8:00-19:00");
  EXPECT_EQ(Resolved(Say({.gates = "LS-CM LS-HN-1119 LS-TT-1088",
                          .days = "2025-04-25..",
                          .regime = v1::REGIME_EXTENDED},
                         ClosesAt(20))),
            "LS-CM LS-HN-1119 04-25..: 07:00-20:00 from 07:00-19:00 by 1\n"
            "LS-TT-1088 04-25..: 08:00-20:00 from 08:00-19:00 by 2");
}

// N19: said in Beijing time, of hours agreed in Hanoi time.
TEST_F(Relative, N19TheZoneIsTheAuthors) {
  Usual("LS-TT", "7:00-16:00", "2020-01-01..");
  v1::Timetable said =
      Say({.gates = "LS-TT", .days = "2020-12-01..", .regime = v1::REGIME_EXTENDED}, ClosesAt(20));
  said.set_zone(std::string(kBeijingZone));
  EXPECT_EQ(Resolved(said), "LS-TT 12-01..: 08:00-20:00 from 08:00-17:00 by 1");
}

// N21: from 07:00 instead of 08:00, and Saturdays were shorter.
TEST_F(Relative, N21AnHourEarlierOnEachDayOfTheWeek) {
  Agree(
      HoursLayer::kRegular, "2023-12-01 08:00",
      InHanoi(
          {{.gates = "LS-CM", .days = "2023-12-01..", .hours = "8:00-20:00", .weekdays = "Mon-Fri"},
           {.gates = "LS-CM", .days = "2023-12-01..", .hours = "8:00-12:00", .weekdays = "Sat"},
           {.gates = "LS-CM",
            .days = "2023-12-01..",
            .regime = v1::REGIME_CLOSED,
            .weekdays = "Sun"}}));
  const RuleWords words{.gates = "LS-CM", .days = "2024-01-15..", .regime = v1::REGIME_EXTENDED};
  EXPECT_EQ(Resolved(Say(words, By(v1::CHANGE_KIND_MOVE_OPENING, -60))),
            "LS-CM 01-15.. on 1 2 3 4 5: 07:00-20:00 from 08:00-20:00 by 1\n"
            "LS-CM 01-15.. on 6: 07:00-12:00 from 08:00-12:00 by 1");
  EXPECT_EQ(Resolved(Say(words, By(v1::CHANGE_KIND_MOVE_ALL, -60))),
            "LS-CM 01-15.. on 1 2 3 4 5: 07:00-19:00 from 08:00-20:00 by 1\n"
            "LS-CM 01-15.. on 6: 07:00-11:00 from 08:00-12:00 by 1");
}

// N17: split shifts, and lunch is worked through at a peak.
TEST_F(Relative, N17ThroughLunch) {
  Usual("LS-TT", "8:00-11:00 12:00-16:00", "2020-04-30..");
  EXPECT_EQ(
      Resolved(
          Say({.gates = "LS-TT", .days = "2020-05-04..2020-05-08", .regime = v1::REGIME_AS_BEFORE},
              ThroughLunch())),
      "LS-TT 05-04..05-08: 08:00-16:00 from 08:00-11:00 12:00-16:00 by 1");
}

// A change of some days meets hours that change in between: one rule for each stretch of days.
TEST_F(Relative, DaysThatInheritOtherHoursBecomeOtherRules) {
  Usual("LS-CM", "7:00-18:00");
  Agree(HoursLayer::kHoliday, "2026-02-01 08:00",
        InHanoi({{.gates = "LS-CM", .days = "2026-02-15..2026-02-18", .regime = v1::REGIME_CLOSED},
                 {.gates = "LS-CM",
                  .days = "2026-02-19..2026-02-23",
                  .regime = v1::REGIME_SHORTENED,
                  .hours = "9:00-14:00"}}));
  EXPECT_EQ(Resolved(Say({.gates = "LS-CM",
                          .days = "2026-02-10 12:00..2026-02-28 15:00",
                          .regime = v1::REGIME_AS_BEFORE},
                         By(v1::CHANGE_KIND_MOVE_CLOSING, 60))),
            "LS-CM 02-10..02-14: 07:00-19:00 from 07:00-18:00 by 1\n"
            "LS-CM 02-19..02-23: 09:00-15:00 from 09:00-14:00 by 2\n"
            "LS-CM 02-24..02-28: 07:00-19:00 from 07:00-18:00 by 1");
  const v1::Timetable resolved = *TryResolve(Say({.gates = "LS-CM",
                                                  .days = "2026-02-10 12:00..2026-02-28 15:00",
                                                  .regime = v1::REGIME_AS_BEFORE},
                                                 By(v1::CHANGE_KIND_MOVE_CLOSING, 60)));
  EXPECT_TRUE(resolved.rules(0).days().has_begins()) << "only the first begins at noon";
  EXPECT_FALSE(resolved.rules(0).days().has_ends());
  EXPECT_FALSE(resolved.rules(1).days().has_begins());
  EXPECT_TRUE(resolved.rules(2).days().has_ends());
}

// An open end is resolved by its first weeks, around a holiday in them.
TEST_F(Relative, AnOpenEndGoesOnAsItsFirstWeeks) {
  Usual("LS-CM", "7:00-18:00");
  Agree(
      HoursLayer::kHoliday, "2026-02-01 08:00",
      InHanoi({{.gates = "LS-CM", .days = "2026-02-15..2026-02-18", .regime = v1::REGIME_CLOSED}}));
  EXPECT_EQ(Resolved(Say({.gates = "LS-CM", .days = "2026-02-10..", .regime = v1::REGIME_EXTENDED},
                         ClosesAt(20))),
            "LS-CM 02-10..02-14: 07:00-20:00 from 07:00-18:00 by 1\n"
            "LS-CM 02-19..: 07:00-20:00 from 07:00-18:00 by 1");
}

// Weekdays that keep holidays apart: a calendar that ends is where the looking ends.
TEST_F(Relative, AnOpenEndIsLookedAtAsFarAsCalendarsGo) {
  v1::Timetable usual =
      InHanoi({{.gates = "LS-CM", .days = "2026-01-01..", .hours = "7:00-18:00"},
               {.gates = "LS-CM", .days = "2026-01-01..", .regime = v1::REGIME_CLOSED}});
  SetHolidays(*usual.mutable_rules(0), v1::HOLIDAY_CALENDAR_CHOICE_VN, v1::HOLIDAY_EFFECT_EXCLUDED);
  SetHolidays(*usual.mutable_rules(1), v1::HOLIDAY_CALENDAR_CHOICE_VN, v1::HOLIDAY_EFFECT_ONLY);
  Agree(HoursLayer::kRegular, "2025-12-01 08:00", usual);
  const auto from = [](const std::string& days) {
    return Say({.gates = "LS-CM", .days = days, .regime = v1::REGIME_EXTENDED}, ClosesAt(20));
  };
  EXPECT_EQ(Resolved(from("2026-11-25..")), "LS-CM 11-25..: 07:00-20:00 from 07:00-18:00 by 1");
  EXPECT_EQ(Resolved(from("2026-12-20..")), "HOURS_UNKNOWN") << "twelve days are too few";
}

// One direction and one class have hours of their own; a closed class stays closed.
TEST_F(Relative, PartsOfTheTrafficKeepTheirDifferences) {
  Usual("LS-CM", "7:00-18:00");
  Agree(HoursLayer::kSchedule, "2026-02-01 08:00",
        InHanoi({{.gates = "LS-CM",
                  .days = "2026-03-01..",
                  .hours = "7:00-20:00",
                  .direction = v1::DIRECTION_VN_TO_CN}}));
  EXPECT_EQ(Resolved(Say({.gates = "LS-CM", .days = "2026-03-02..", .regime = v1::REGIME_AS_BEFORE},
                         By(v1::CHANGE_KIND_MOVE_ALL, 60))),
            "LS-CM 03-02..: 08:00-19:00 from 07:00-18:00 by 1\n"
            "LS-CM 03-02.. VN_TO_CN: 08:00-21:00 from 07:00-20:00 by 2");
  Agree(HoursLayer::kSchedule, "2026-02-02 08:00",
        InHanoi({{.gates = "LS-CM",
                  .days = "2026-03-01..2026-03-31",
                  .regime = v1::REGIME_CLOSED,
                  .cargo = "seafood"}}));
  EXPECT_EQ(Resolved(Say({.gates = "LS-CM",
                          .days = "2026-03-02..2026-03-10",
                          .regime = v1::REGIME_AS_BEFORE,
                          .direction = v1::DIRECTION_CN_TO_VN},
                         By(v1::CHANGE_KIND_MOVE_CLOSING, 60))),
            "LS-CM 03-02..03-10 CN_TO_VN: 07:00-19:00 from 07:00-18:00 by 1\n"
            "LS-CM 03-02..03-10 CN_TO_VN seafood: CLOSED");
}

// Closed with the rest, a part stays closed untold; it is told where the rest works.
TEST_F(Relative, APartThatIsClosedWithTheRestIsNotToldClosed) {
  Usual("LS-CM", "7:00-18:00", "2025-01-01..", "Mon-Sat");
  Agree(HoursLayer::kRegular, "2024-12-01 08:00",
        InHanoi({{.gates = "LS-CM",
                  .days = "2025-01-01..",
                  .regime = v1::REGIME_CLOSED,
                  .weekdays = "Sun"},
                 {.gates = "LS-CM",
                  .days = "2025-01-01..",
                  .hours = "7:00-20:00",
                  .cargo = "fruit",
                  .weekdays = "Mon-Sat"}}));
  const auto shortened = [](const std::string& days) {
    return Say({.gates = "LS-CM", .days = days}, ClosesAt(15));
  };
  EXPECT_EQ(Resolved(shortened("2026-03-02..2026-03-15")),
            "LS-CM 03-02..03-15 on 1 2 3 4 5 6: 07:00-15:00 from 07:00-18:00 by 1\n"
            "LS-CM 03-02..03-15 on 1 2 3 4 5 6 fruit: 07:00-15:00 from 07:00-20:00 by 2");
  Agree(HoursLayer::kSchedule, "2026-02-01 08:00",
        InHanoi({{"LS-CM", "2026-03-07", v1::REGIME_CLOSED, "", v1::TRAFFIC_GOODS,
                  v1::DIRECTION_BOTH, "fruit"}}));
  EXPECT_THAT(Resolved(shortened("2026-03-06..2026-03-08")),
              ::testing::HasSubstr("LS-CM 03-07..03-08 fruit: CLOSED"));
}

// All traffic: goods and passengers close at different times, of the rest nothing is known.
TEST_F(Relative, AllTrafficIsResolvedByItsKnownParts) {
  Usual("LS-HN-1116", "7:00-18:00");
  Agree(HoursLayer::kRegular, "2024-12-01 08:00",
        InHanoi({{.gates = "LS-HN-1116",
                  .days = "2025-01-01..",
                  .hours = "7:00-20:00",
                  .traffic = v1::TRAFFIC_PASSENGERS}}));
  EXPECT_EQ(Resolved(Say({.gates = "LS-HN-1116",
                          .days = "2026-03-02..2026-03-03",
                          .regime = v1::REGIME_SHORTENED,
                          .traffic = v1::TRAFFIC_ALL},
                         By(v1::CHANGE_KIND_MOVE_CLOSING, -60))),
            "LS-HN-1116 03-02..03-03: 07:00-17:00 from 07:00-18:00 by 1\n"
            "LS-HN-1116 03-02..03-03 PASSENGERS: 07:00-19:00 from 07:00-20:00 by 2");
}

TEST_F(Relative, WindowsAcrossMidnightAndRoundTheClock) {
  Usual("LS-CM", "20:00-0:30");
  EXPECT_EQ(Resolved(Say({.gates = "LS-CM", .days = "2026-03-02..2026-03-03"},
                         By(v1::CHANGE_KIND_MOVE_CLOSING, 30))),
            "LS-CM 03-02..03-03: 20:00-01:00 from 20:00-00:30 by 1");
  Usual("LS-DD", "all day");
  EXPECT_EQ(Resolved(Say({.gates = "LS-DD", .days = "2026-03-02..2026-03-03"}, ClosesAt(20))),
            "LS-DD 03-02..03-03: 00:00-20:00 from 00:00-24:00 by 2");
}

TEST_F(Relative, WhatIsNotKnownIsNotGuessed) {
  const auto said = [](const std::string& days) {
    return Say({.gates = "LS-CM", .days = days}, ClosesAt(20));
  };
  EXPECT_EQ(Resolved(said("2026-03-02..")), "HOURS_UNKNOWN") << "nothing was ever said";
  Usual("LS-CM", "7:00-18:00", "2025-01-01..", "Mon-Fri");
  EXPECT_EQ(Resolved(said("2026-03-02..2026-03-06")),
            "LS-CM 03-02..03-06: 07:00-20:00 from 07:00-18:00 by 1");
  const absl::Status refused = TryResolve(said("2026-03-02..2026-03-08")).status();
  EXPECT_EQ(system::ReasonOf(refused), v1::REASON_HOURS_UNKNOWN);
  EXPECT_TRUE(absl::StrContains(refused.message(), "unknown at LS-CM on 2026-03-07")) << refused;
  Agree(HoursLayer::kSchedule, "2026-01-01 08:00",
        InHanoi({{.gates = "LS-CM", .days = "2026-03-03", .hours = "300 minutes"}}));
  EXPECT_EQ(Resolved(said("2026-03-02..2026-03-06")), "HOURS_UNKNOWN") << "only their length";
}

TEST_F(Relative, NothingLeftIsRefused) {
  Usual("LS-CM", "7:00-18:00");
  EXPECT_EQ(Resolved(Say({.gates = "LS-CM", .days = "2026-03-02.."}, ClosesAt(6))), "BAD_TIME");
  Agree(HoursLayer::kSchedule, "2026-01-01 08:00",
        InHanoi({{.gates = "LS-CM", .days = "2026-03-02..", .regime = v1::REGIME_CLOSED}}));
  EXPECT_EQ(Resolved(Say({.gates = "LS-CM", .days = "2026-03-02.."}, ClosesAt(20))), "DEAD_RULE");
}

// Rules that are not relative stay as they are, and so do those that are resolved.
TEST_F(Relative, OnlyWhatIsOpenIsResolved) {
  Usual("LS-CM", "7:00-18:00");
  v1::Timetable said = Say({.gates = "LS-CM", .days = "2026-03-02..2026-03-03"}, ClosesAt(20));
  *said.add_rules() = RuleOf({.gates = "LS-TT", .days = "2026-03-02", .hours = "8:00-9:00"});
  const v1::Timetable once = *TryResolve(said);
  EXPECT_EQ(once.rules(1).SerializeAsString(), said.rules(1).SerializeAsString());
  EXPECT_EQ(TryResolve(once)->SerializeAsString(), once.SerializeAsString());
  const DayRange needed = DaysInherited(said);
  EXPECT_LT(needed.first, absl::CivilDay(2026, 3, 2));
  EXPECT_GT(needed.last, absl::CivilDay(2026, 3, 4));
}

// Who knows other hours sees that the windows do not come from them; who knows none does not.
TEST_F(Relative, AnotherCheckerComparesWithWhatItKnows) {
  Usual("LS-CM", "7:00-18:00");
  const v1::Timetable resolved =
      *TryResolve(Say({.gates = "LS-CM", .days = "2026-03-02..2026-03-10"}, ClosesAt(20)));
  EXPECT_TRUE(CheckResolved(resolved, HoursInForce({}, gates_, calendars_)).ok());
  Agree(HoursLayer::kSchedule, "2026-01-01 08:00",
        InHanoi({{.gates = "LS-CM", .days = "2026-03-05", .hours = "9:00-18:00"}}));
  const absl::Status checked = CheckResolved(resolved, HoursInForce(Said(), gates_, calendars_));
  EXPECT_EQ(system::ReasonOf(checked), v1::REASON_FIELD_CONFLICT);
  EXPECT_TRUE(absl::StrContains(checked.message(), "LS-CM on 2026-03-05")) << checked;
}

// A closing that is moved keeps a last entry that the author wrote with it.
TEST_F(Relative, LastEntriesOfAddedWindowsStay) {
  Usual("LS-CM", "7:00-11:00");
  v1::RelativeChange change;
  change.set_kind(v1::CHANGE_KIND_ADD);
  *change.mutable_windows() =
      RuleOf({.gates = "LS-CM", .days = "2026-03-02", .hours = "11:00-18:00"}).windows();
  v1::LastEntry& entry = *change.mutable_windows(0)->add_last_entries();
  entry.mutable_time()->set_hour(17);
  entry.set_direction(v1::DIRECTION_VN_TO_CN);
  const v1::Timetable resolved =
      *TryResolve(Say({.gates = "LS-CM", .days = "2026-03-02..2026-03-10"}, change));
  EXPECT_EQ(resolved.rules(0).windows(0).last_entries(0).time().hour(), 17);
}

// What is inherited comes with its last entries, each in the zone of whoever says the change.
TEST_F(Relative, LastEntriesAreInheritedWithTheirLead) {
  v1::Timetable usual =
      InHanoi({{.gates = "LS-CM", .days = "2025-01-01..", .hours = "7:00-18:00"}});
  v1::LastEntry& entry = *usual.mutable_rules(0)->mutable_windows(0)->add_last_entries();
  entry.mutable_time()->set_hour(17);
  entry.mutable_time()->set_minute(30);
  entry.set_direction(v1::DIRECTION_VN_TO_CN);
  Agree(HoursLayer::kRegular, "2024-12-01 08:00", usual);
  v1::Timetable said = Say({.gates = "LS-CM", .days = "2026-03-02..2026-03-10"}, ClosesAt(21));
  said.set_zone(std::string(kBeijingZone));
  const v1::Timetable resolved = *TryResolve(said);
  ASSERT_EQ(resolved.rules_size(), 1);
  const v1::TimetableRule& rule = resolved.rules(0);
  EXPECT_EQ(Told(rule), "LS-CM 03-02..03-10: 08:00-21:00 from 08:00-19:00 by 1");
  ASSERT_EQ(rule.windows(0).last_entries_size(), 1);
  EXPECT_EQ(rule.windows(0).last_entries(0).direction(), v1::DIRECTION_VN_TO_CN);
  EXPECT_EQ(rule.windows(0).last_entries(0).time().hour(), 20);
  EXPECT_EQ(rule.windows(0).last_entries(0).time().minute(), 30);
  EXPECT_EQ(rule.said_as().inherited(0).last_entries(0).time().hour(), 18);
  EXPECT_TRUE(CheckTimetable(resolved, gates_).ok());

  // A part of the traffic inherits only what concerns it.
  const v1::Timetable imports = *TryResolve(
      Say({.gates = "LS-CM", .days = "2026-03-02..2026-03-10", .direction = v1::DIRECTION_CN_TO_VN},
          ClosesAt(20)));
  EXPECT_TRUE(imports.rules(0).windows(0).last_entries().empty());
}

TEST_F(Relative, GatesWithOtherLastEntriesGetRulesOfTheirOwn) {
  for (const auto& [gate, hour] : {std::pair("LS-CM", 17), std::pair("LS-TT", 16)}) {
    v1::Timetable usual = InHanoi({{.gates = gate, .days = "2025-01-01..", .hours = "7:00-18:00"}});
    v1::LastEntry& entry = *usual.mutable_rules(0)->mutable_windows(0)->add_last_entries();
    entry.mutable_time()->set_hour(hour);
    entry.set_direction(v1::DIRECTION_BOTH);
    Agree(HoursLayer::kRegular, "2024-12-01 08:00", usual);
  }
  const v1::Timetable resolved =
      *TryResolve(Say({.gates = "LS-CM LS-TT", .days = "2026-03-02..2026-03-10"}, ClosesAt(20)));
  ASSERT_EQ(resolved.rules_size(), 2);
  EXPECT_EQ(resolved.rules(0).windows(0).last_entries(0).time().hour(), 19);
  EXPECT_EQ(resolved.rules(1).windows(0).last_entries(0).time().hour(), 18);
}

}  // namespace
}  // namespace gatepost::domain
