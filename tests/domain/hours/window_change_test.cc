// The arithmetic of relative changes, and that a rule is what it says it comes to.
#include "daemon/domain/hours/window_change.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/system/reason.h"
#include "tests/domain/hours/rule_words.h"
#include "tests/support/daily_reports.h"

namespace gatepost::domain {
namespace {

constexpr char kSplit[] = "8:00-11:00 12:00-16:00";

TimeWindows Windows(const std::string& hours) {
  return hours.empty() ? TimeWindows()
                       : RuleOf({.gates = "LS-CM", .days = "2026-03-02", .hours = hours}).windows();
}

v1::RelativeChange Moved(v1::ChangeKind kind, int minutes) {
  v1::RelativeChange change;
  change.set_kind(kind);
  change.set_moved_by_minutes(minutes);
  return change;
}

v1::RelativeChange MovedTo(v1::ChangeKind kind, int hour, int minute = 0) {
  v1::RelativeChange change;
  change.set_kind(kind);
  change.mutable_moved_to()->set_hour(hour);
  change.mutable_moved_to()->set_minute(minute);
  return change;
}

v1::RelativeChange With(v1::ChangeKind kind, const std::string& hours) {
  v1::RelativeChange change;
  change.set_kind(kind);
  *change.mutable_windows() = Windows(hours);
  return change;
}

// What the hours become; the reason where they become nothing.
std::string Becomes(const std::string& hours, const v1::RelativeChange& change) {
  const absl::StatusOr<DayWindows> changed = Changed(change, WindowsOf(Windows(hours)));
  return changed.ok() ? WindowsText(*changed)
                      : system::ReasonName(system::ReasonOf(changed.status()));
}

TEST(WindowChange, AClosingIsMovedAndTheOpeningStays) {
  const auto closing = v1::CHANGE_KIND_MOVE_CLOSING;
  EXPECT_EQ(Becomes("7:00-19:00", MovedTo(closing, 20)), "07:00-20:00");
  EXPECT_EQ(Becomes(kSplit, MovedTo(closing, 18)), "08:00-11:00 12:00-18:00");
  EXPECT_EQ(Becomes(kSplit, Moved(closing, -60)), "08:00-11:00 12:00-15:00");
  EXPECT_EQ(Becomes(kSplit, MovedTo(closing, 11, 30)), "08:00-11:00") << "the afternoon falls away";
  EXPECT_EQ(Becomes("7:00-19:00", MovedTo(closing, 24)), "07:00-24:00");
  EXPECT_EQ(Becomes("20:00-0:30", MovedTo(closing, 1)), "20:00-01:00") << "it stays after midnight";
  EXPECT_EQ(Becomes("20:00-0:30", MovedTo(closing, 23)), "20:00-23:00");
  EXPECT_EQ(Becomes("20:00-0:30", Moved(closing, 45)), "20:00-01:15");
  EXPECT_EQ(Becomes("7:00-23:30", Moved(closing, 60)), "07:00-00:30");
}

TEST(WindowChange, AnOpeningIsMovedAndTheClosingStays) {
  const auto opening = v1::CHANGE_KIND_MOVE_OPENING;
  EXPECT_EQ(Becomes("8:00-20:00", Moved(opening, -60)), "07:00-20:00");
  EXPECT_EQ(Becomes(kSplit, MovedTo(opening, 9)), "09:00-11:00 12:00-16:00");
  EXPECT_EQ(Becomes(kSplit, MovedTo(opening, 13)), "13:00-16:00");
  EXPECT_EQ(Becomes(kSplit, MovedTo(opening, 0)), "00:00-11:00 12:00-16:00");
}

TEST(WindowChange, TheWholeDayIsMoved) {
  EXPECT_EQ(Becomes(kSplit, Moved(v1::CHANGE_KIND_MOVE_ALL, -60)), "07:00-10:00 11:00-15:00");
  EXPECT_EQ(Becomes("7:00-23:30", Moved(v1::CHANGE_KIND_MOVE_ALL, 60)), "08:00-00:30");
}

TEST(WindowChange, ThroughLunchWithAndWithoutItsTimes) {
  EXPECT_EQ(Becomes(kSplit, With(v1::CHANGE_KIND_ADD, "11:00-12:00")), "08:00-16:00");
  v1::RelativeChange without_break;
  without_break.set_kind(v1::CHANGE_KIND_WITHOUT_BREAK);
  EXPECT_EQ(Becomes(kSplit, without_break), "08:00-16:00");
  EXPECT_EQ(Becomes("7:00-19:00", without_break), "07:00-19:00");
}

TEST(WindowChange, WindowsAreAddedTakenOutAndReplaced) {
  EXPECT_EQ(Becomes(kSplit, With(v1::CHANGE_KIND_ADD, "18:00-20:00")),
            "08:00-11:00 12:00-16:00 18:00-20:00");
  EXPECT_EQ(Becomes(kSplit, With(v1::CHANGE_KIND_ADD, "10:00-13:00")), "08:00-16:00");
  EXPECT_EQ(Becomes("7:00-19:00", With(v1::CHANGE_KIND_REMOVE, "11:30-13:00")),
            "07:00-11:30 13:00-19:00");
  EXPECT_EQ(Becomes(kSplit, With(v1::CHANGE_KIND_REMOVE, "10:00-13:00")),
            "08:00-10:00 13:00-16:00");
  EXPECT_EQ(Becomes("20:00-0:30", With(v1::CHANGE_KIND_REMOVE, "0:00-1:00")), "20:00-24:00");
  EXPECT_EQ(Becomes(kSplit, With(v1::CHANGE_KIND_REPLACE, "9:00-10:00")), "09:00-10:00");
  EXPECT_EQ(Becomes("", With(v1::CHANGE_KIND_ADD, "9:00-10:00")), "09:00-10:00");
}

TEST(WindowChange, NonsenseIsRefused) {
  const auto opening = v1::CHANGE_KIND_MOVE_OPENING;
  const auto closing = v1::CHANGE_KIND_MOVE_CLOSING;
  EXPECT_EQ(Becomes("7:00-19:00", MovedTo(closing, 6)), "BAD_TIME") << "before it opens";
  EXPECT_EQ(Becomes("7:00-19:00", MovedTo(closing, 0, 30)), "BAD_TIME") << "over midnight unsaid";
  EXPECT_EQ(Becomes("7:00-19:00", Moved(closing, -720)), "BAD_TIME");
  EXPECT_EQ(Becomes("7:00-19:00", Moved(closing, 800)), "BAD_TIME") << "into the next day's hours";
  EXPECT_EQ(Becomes("0:30-19:00", Moved(opening, -60)), "BAD_TIME") << "over midnight";
  EXPECT_EQ(Becomes("7:00-19:00", MovedTo(opening, 19)), "BAD_TIME") << "nothing is left";
  EXPECT_EQ(Becomes("0:30-19:00", Moved(v1::CHANGE_KIND_MOVE_ALL, -60)), "BAD_TIME");
  EXPECT_EQ(Becomes("20:00-23:00", Moved(v1::CHANGE_KIND_MOVE_ALL, 300)), "BAD_TIME");
  EXPECT_EQ(Becomes(kSplit, With(v1::CHANGE_KIND_REMOVE, "7:00-18:00")), "BAD_TIME");
  EXPECT_EQ(Becomes("", MovedTo(closing, 20)), "BAD_TIME") << "nothing to move";
}

// Hours with a last entry for each window, `7:00-11:00/10:30`; likewise what they become.
std::string EntriesBecome(const std::string& hours, const v1::RelativeChange& change) {
  DayWindows inherited;
  for (size_t from = 0; from < hours.size();) {
    const size_t end = std::min(hours.find(' ', from), hours.size());
    const std::string one = hours.substr(from, end - from);
    const size_t slash = one.find('/');
    DayWindow window = WindowsOf(Windows(one.substr(0, slash))).front();
    // A window that opens at the last entry: its opening is that time.
    if (slash != std::string::npos) {
      const DayWindow entry = WindowsOf(Windows(one.substr(slash + 1) + "-23:59")).front();
      window.entries.push_back({entry.from, v1::DIRECTION_VN_TO_CN, "VN"});
    }
    inherited.push_back(window);
    from = end + 1;
  }
  const absl::StatusOr<DayWindows> changed = Changed(change, inherited);
  if (!changed.ok()) return system::ReasonName(system::ReasonOf(changed.status()));
  // As a message says it.
  std::string text;
  for (const DayWindow& window : WindowsOf(ToTimeWindows(*changed))) {
    text += (text.empty() ? "" : " ") + WindowsText({window});
    for (const DayEntry& entry : window.entries) {
      EXPECT_EQ(entry.direction, v1::DIRECTION_VN_TO_CN);
      EXPECT_EQ(entry.vehicle_country, "VN");
      text += "/" + WindowsText({{entry.at, entry.at + 1, {}}}).substr(0, 5);
    }
  }
  return text;
}

TEST(WindowChange, ALastEntryKeepsItsLeadWhereItsClosingMoves) {
  const auto closing = v1::CHANGE_KIND_MOVE_CLOSING;
  EXPECT_EQ(EntriesBecome("7:00-19:00/18:30", MovedTo(closing, 20)), "07:00-20:00/19:30");
  EXPECT_EQ(EntriesBecome("7:00-19:00/18:30", MovedTo(closing, 17)), "07:00-17:00/16:30");
  EXPECT_EQ(EntriesBecome("7:00-19:00/18:30", MovedTo(closing, 7, 15)), "07:00-07:15/07:00")
      << "not before the opening";
  EXPECT_EQ(EntriesBecome("7:00-23:30/23:00", Moved(closing, 60)), "07:00-00:30/24:00")
      << "over midnight";
  EXPECT_EQ(EntriesBecome("7:00-11:00/10:00 12:00-16:00/15:30", MovedTo(closing, 10, 30)),
            "07:00-10:30/09:30");
  EXPECT_EQ(EntriesBecome("7:00-19:00/18:30", Moved(v1::CHANGE_KIND_MOVE_ALL, -60)),
            "06:00-18:00/17:30");
  EXPECT_EQ(EntriesBecome("7:00-19:00/18:30", With(v1::CHANGE_KIND_ADD, "18:00-21:00")),
            "07:00-21:00/20:30");
  EXPECT_EQ(EntriesBecome("7:00-19:00/18:30", With(v1::CHANGE_KIND_REMOVE, "11:00-13:00")),
            "07:00-11:00/10:30 13:00-19:00/18:30");
}

TEST(WindowChange, ALastEntryStaysWhereItsClosingStays) {
  EXPECT_EQ(EntriesBecome("7:00-19:00/18:30", MovedTo(v1::CHANGE_KIND_MOVE_OPENING, 9)),
            "09:00-19:00/18:30");
  EXPECT_EQ(EntriesBecome("7:00-19:00/18:30", With(v1::CHANGE_KIND_ADD, "20:00-21:00")),
            "07:00-19:00/18:30 20:00-21:00");
  v1::RelativeChange without_break;
  without_break.set_kind(v1::CHANGE_KIND_WITHOUT_BREAK);
  EXPECT_EQ(EntriesBecome("7:00-11:00/10:00 12:00-16:00/15:30", without_break),
            "07:00-16:00/15:30");
  EXPECT_EQ(EntriesBecome("7:00-19:00/18:30", With(v1::CHANGE_KIND_REPLACE, "9:00-10:00")),
            "09:00-10:00")
      << "other windows instead inherit nothing";
}

class SaidAs : public ::testing::Test {
 protected:
  SaidAs() { rule_.mutable_said_as()->CopyFrom(MovedTo(v1::CHANGE_KIND_MOVE_CLOSING, 20)); }
  v1::Reason Checked() const {
    v1::Timetable timetable = InHanoi({});
    *timetable.add_rules() = rule_;
    return system::ReasonOf(CheckTimetable(timetable, gates_));
  }
  void Inherit(const std::string& hours) {
    *rule_.mutable_said_as()->mutable_inherited() = Windows(hours);
  }
  v1::TimetableRule rule_ = RuleOf({.gates = "LS-CM",
                                    .days = "2026-03-02..",
                                    .regime = v1::REGIME_EXTENDED,
                                    .hours = "7:00-20:00"});
  const GateRegister gates_ = testing::ProjectRegister();
};

TEST_F(SaidAs, TheWindowsAreWhatTheChangeComesTo) {
  EXPECT_EQ(Checked(), v1::REASON_UNSPECIFIED) << "what it inherits need not be said";
  Inherit("7:00-19:00");
  EXPECT_EQ(Checked(), v1::REASON_UNSPECIFIED);
  Inherit("8:00-19:00");
  EXPECT_EQ(Checked(), v1::REASON_FIELD_CONFLICT);
  rule_.mutable_said_as()->clear_inherited();
  rule_.mutable_said_as()->mutable_moved_to()->set_hour(21);
  EXPECT_EQ(Checked(), v1::REASON_FIELD_CONFLICT) << "the bound alone is seen, too";
  *rule_.mutable_said_as() = With(v1::CHANGE_KIND_REPLACE, "7:00-20:00");
  EXPECT_EQ(Checked(), v1::REASON_UNSPECIFIED);
  *rule_.mutable_said_as() = With(v1::CHANGE_KIND_REPLACE, "7:00-21:00");
  EXPECT_EQ(Checked(), v1::REASON_FIELD_CONFLICT);
}

TEST_F(SaidAs, WhatIsNotResolvedIsNotSigned) {
  rule_.clear_windows();
  EXPECT_EQ(Checked(), v1::REASON_FIELD_CONFLICT);
  rule_.set_hours(v1::HOURS_KIND_NOT_STATED);
  EXPECT_EQ(Checked(), v1::REASON_UNSPECIFIED) << "heard, and not known what it comes to";
  rule_.set_hours(v1::HOURS_KIND_AS_BEFORE);
  EXPECT_EQ(Checked(), v1::REASON_FIELD_CONFLICT);
}

TEST_F(SaidAs, EachKindHasItsFields) {
  v1::RelativeChange& said = *rule_.mutable_said_as();
  said.clear_kind();
  EXPECT_EQ(Checked(), v1::REASON_FIELD_MISSING);
  said.set_kind(v1::CHANGE_KIND_MOVE_CLOSING);
  said.clear_moved_to();
  EXPECT_EQ(Checked(), v1::REASON_FIELD_MISSING);
  said.set_moved_by_minutes(1440);
  EXPECT_EQ(Checked(), v1::REASON_BAD_TIME);
  said.mutable_moved_to()->set_hour(25);
  said.clear_moved_by_minutes();
  EXPECT_EQ(Checked(), v1::REASON_BAD_TIME);
  said.mutable_moved_to()->set_hour(20);
  said.set_moved_by_minutes(60);
  EXPECT_EQ(Checked(), v1::REASON_FIELD_CONFLICT) << "to a time and by minutes";
  said = Moved(v1::CHANGE_KIND_WITHOUT_BREAK, 5);
  EXPECT_EQ(Checked(), v1::REASON_FIELD_CONFLICT);
  said = Moved(v1::CHANGE_KIND_MOVE_ALL, 0);
  EXPECT_EQ(Checked(), v1::REASON_FIELD_MISSING);
  said = With(v1::CHANGE_KIND_ADD, "");
  EXPECT_EQ(Checked(), v1::REASON_FIELD_MISSING);
  said = With(v1::CHANGE_KIND_ADD, "18:00-20:00");
  said.mutable_windows(0)->mutable_opens()->set_hour(24);
  EXPECT_EQ(Checked(), v1::REASON_BAD_TIME);
  said = With(v1::CHANGE_KIND_ADD, "18:00-20:00");
  said.add_inherited_from()->set_author("spiffe://langson.example/agency/board/officer/1");
  EXPECT_EQ(Checked(), v1::REASON_BAD_MESSAGE_ID);
}

}  // namespace
}  // namespace gatepost::domain
