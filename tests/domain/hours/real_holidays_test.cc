// Holidays as the border had them, in our language of hours (cases N01 to N13).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "daemon/domain/hours/notice_rules.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/domain/lunar.h"
#include "daemon/domain/lunar_label.h"
#include "daemon/system/reason.h"
#include "tests/domain/hours/border_case.h"
#include "tests/domain/hours/rule_words.h"
#include "tests/domain/hours/timetables.h"
#include "tests/domain/report_parts.h"

namespace gatepost::domain {
namespace {

using ::testing::HasSubstr;

constexpr char kRoutes[] = "LS-CN LS-HN-1119 LS-TT-1088";

class RealHolidays : public BorderCase {};

// ---- N01: Tet 2026, three regimes in nine days ----

class Tet2026 : public BorderCase {
 protected:
  void SetUp() override {
    usual_ = Agree(HoursLayer::kRegular, "2025-04-24 12:00",
                   InHanoi({{.gates = "LS-CM LS-CN LS-HN-1119 LS-NH LS-TT-1088",
                             .days = "2025-04-25..",
                             .hours = "7:00-20:00"},
                            {.gates = "LS-CM",
                             .days = "2025-04-25..",
                             .hours = "7:00-17:00",
                             .traffic = v1::TRAFFIC_PASSENGERS}}));
    tet_ = Agree(
        HoursLayer::kHoliday, "2026-02-07 15:00",
        InHanoi({{.gates = kRoutes, .days = "2026-02-15..2026-02-18", .regime = v1::REGIME_CLOSED},
                 {.gates = "LS-CM LS-CN LS-HN-1119 LS-TT-1088",
                  .days = "2026-02-19..2026-02-23",
                  .regime = v1::REGIME_PREREGISTERED_ONLY},
                 {.gates = "LS-CM LS-CN LS-HN-1119 LS-TT-1088", .days = "2026-02-24"},
                 {.gates = "LS-CM",
                  .days = "2026-02-15..2026-02-18",
                  .regime = v1::REGIME_PREREGISTERED_ONLY},
                 {.gates = "LS-CM",
                  .days = "2026-02-15..2026-02-23",
                  .regime = v1::REGIME_SHORTENED,
                  .hours = "9:00-14:00",
                  .traffic = v1::TRAFFIC_PASSENGERS},
                 {.gates = "LS-NH",
                  .days = "2026-02-15..2026-02-23",
                  .regime = v1::REGIME_CLOSED,
                  .traffic = v1::TRAFFIC_ALL}}));
  }
  int64_t usual_ = 0;
  int64_t tet_ = 0;
};

TEST_F(Tet2026, EachGateHasItsRegimeOnEachDay) {
  for (const std::string gate : {"LS-CN", "LS-HN-1119", "LS-TT-1088"}) {
    EXPECT_EQ(At(gate, "2026-02-14 19:59"), "OPEN NORMAL by 1");
    EXPECT_EQ(At(gate, "2026-02-15 10:00"), "CLOSED CLOSED by 2");
    EXPECT_EQ(At(gate, "2026-02-18 23:59"), "CLOSED CLOSED by 2");
    EXPECT_EQ(At(gate, "2026-02-19 10:00"), "OPEN PREREGISTERED_ONLY by 2 1");
    EXPECT_EQ(At(gate, "2026-02-23 20:00"), "CLOSED PREREGISTERED_ONLY by 2 1");
    EXPECT_EQ(At(gate, "2026-02-24 10:00"), "OPEN NORMAL by 2 1");
    EXPECT_EQ(At(gate, "2026-02-25 10:00"), "OPEN NORMAL by 1");
  }
  EXPECT_EQ(At("LS-NH", "2026-02-20 10:00"), "CLOSED CLOSED by 2");
  EXPECT_EQ(At("LS-NH", "2026-02-24 10:00"), "OPEN NORMAL by 1");
}

TEST_F(Tet2026, ChiMaTellsGoodsFromPassengers) {
  EXPECT_EQ(At("LS-CM", "2026-02-15 08:00"), "OPEN PREREGISTERED_ONLY by 2 1");
  EXPECT_EQ(At("LS-CM", "2026-02-15 08:00", kPassengers), "CLOSED SHORTENED by 2");
  EXPECT_EQ(Over("LS-CM", "2026-02-23 00:00", "2026-02-25 00:00", kPassengers),
            "23 00:00 CLOSED, 23 09:00 OPEN, 23 14:00 CLOSED, 24 00:00 CLOSED, 24 07:00 OPEN, "
            "24 17:00 CLOSED");
}

// One paper printed three days for 15 to 18 February.
TEST_F(Tet2026, DaysAreCountedNotTyped) {
  EXPECT_EQ(DaysOf(v1::REGIME_CLOSED, "LS-HN-1119", "2026-02-01", "2026-03-01"), 4);
  EXPECT_EQ(DaysOf(v1::REGIME_PREREGISTERED_ONLY, "LS-HN-1119", "2026-02-01", "2026-03-01"), 5);
  EXPECT_EQ(DaysOf(v1::REGIME_PREREGISTERED_ONLY, "LS-CM", "2026-02-01", "2026-03-01"), 9);
  EXPECT_EQ(DaysOf(v1::REGIME_CLOSED, "LS-NH", "2026-02-01", "2026-03-01", kPassengers), 9);
}

TEST_F(Tet2026, MisprintedLandmarksAreRefused) {
  const absl::CivilDay day(2026, 2, 15);
  EXPECT_EQ(gates_.Resolve("1104-1105", day)->id(), "LS-CN");
  EXPECT_EQ(gates_.Resolve("1088/2-1089", day)->id(), "LS-TT-1088");
  v1::Timetable timetable = this->timetable(tet_);
  timetable.mutable_rules(0)->set_gate_ids(0, "1104-1005");
  const absl::Status typed = CheckTimetable(timetable, gates_);
  EXPECT_EQ(system::ReasonOf(typed), v1::REASON_UNKNOWN_LANDMARK);
  EXPECT_THAT(testing::Shown(typed), HasSubstr("1104-1105"));
  const absl::Status short_one = gates_.Resolve("119-1120", day).status();
  EXPECT_EQ(system::ReasonOf(short_one), v1::REASON_UNKNOWN_LANDMARK);
  EXPECT_THAT(testing::Shown(short_one), HasSubstr("1119-1120"));
}

// ---- N04: Tet 2023, agreed and otherwise in fact ----

TEST_F(RealHolidays, N04WhatWasSeenStandsBesideWhatWasAgreed) {
  Agree(HoursLayer::kRegular, "2022-12-01 08:00",
        InHanoi({{.gates = "LC-KT LS-HN-1119 QN-BL2",
                  .days = "2023-01-01..",
                  .hours = "7:00-18:00",
                  .weekdays = "Mon-Fri"},
                 {.gates = "QN-BL1",
                  .days = "2023-01-01..",
                  .hours = "7:00-20:00",
                  .traffic = v1::TRAFFIC_PASSENGERS}}));
  Agree(
      HoursLayer::kHoliday, "2023-01-19 10:00",
      InHanoi(
          {{.gates = "LC-KT LS-HN-1119 QN-BL2",
            .days = "2023-01-21..2023-01-27",
            .regime = v1::REGIME_CLOSED},
           {.gates = "QN-BL1", .days = "2023-01-21..2023-01-27", .traffic = v1::TRAFFIC_PASSENGERS},
           // Overtime, on a Saturday and a Sunday.
           {.gates = "QN-BL2",
            .days = "2023-01-28..2023-01-29",
            .regime = v1::REGIME_EXTENDED,
            .hours = "7:00-18:00"}}));
  Notify("2023-01-24 20:00", Seen(true, "LC-KT", "2023-01-24 08:00", v1::PRECISION_DAY));
  Notify("2023-01-27 20:00", Seen(true, "LS-HN-1119", "2023-01-27 08:00", v1::PRECISION_DAY));
  Notify("2023-01-28 20:00", Seen(true, "QN-BL2", "2023-01-28 08:00", v1::PRECISION_DAY));
  EXPECT_EQ(At("LC-KT", "2023-01-24 12:00"), "CLOSED CLOSED by 2");
  EXPECT_EQ(At("LS-HN-1119", "2023-01-27 12:00"), "CLOSED CLOSED by 2");
  EXPECT_EQ(At("LS-HN-1119", "2023-01-30 12:00"), "OPEN NORMAL by 1");
  EXPECT_EQ(At("QN-BL1", "2023-01-22 12:00", kPassengers), "OPEN NORMAL by 2 1");
  EXPECT_EQ(At("QN-BL2", "2023-01-28 12:00"), "OPEN EXTENDED by 2");
  EXPECT_EQ(At("LS-HN-1119", "2023-01-28 12:00"), "UNKNOWN UNSPECIFIED by ");
  // What nobody can have seen yet is refused.
  EXPECT_EQ(system::ReasonOf(Check("2023-01-23 20:00",
                                   Seen(true, "LC-KT", "2023-01-24 08:00", v1::PRECISION_DAY))),
            v1::REASON_FUTURE_DATE);
}

// The 30th of the last lunar month is no 30 December.
TEST_F(RealHolidays, N04LunarLabelsComeFromTheDay) {
  const auto eve = LunarDateOf(Country::kVietNam, absl::CivilDay(2023, 1, 21));
  EXPECT_EQ(LunarLabel(*eve, "vi"), "30 Chạp");
}

// ---- N08: Lao Cai works through Tet ----

TEST_F(RealHolidays, N08HolidayHoursAreOfEachGate) {
  v1::Timetable tet =
      InHanoi({{.gates = "LC-KT", .days = "2026-02-15..2026-02-23", .hours = "7:00-18:00"},
               {.gates = kRoutes, .days = "2026-02-15..2026-02-18", .regime = v1::REGIME_CLOSED}});
  Agree(HoursLayer::kHoliday, "2026-02-07 15:00", tet);
  Notify("2026-02-17 09:00", Seen(true, "LC-KT", "2026-02-17 08:00", v1::PRECISION_MINUTE));
  EXPECT_EQ(LunarNewYear(Country::kVietNam, 2026).value(), absl::CivilDay(2026, 2, 17));
  EXPECT_EQ(At("LC-KT", "2026-02-17 08:00"), "OPEN NORMAL by 1");
  EXPECT_EQ(At("LS-HN-1119", "2026-02-17 08:00"), "CLOSED CLOSED by 1");
  // Nothing follows for a gate that is not named, nor can a whole country be.
  EXPECT_EQ(At("QN-BL2", "2026-02-17 08:00"), "UNKNOWN UNSPECIFIED by ");
  tet.mutable_rules(0)->set_gate_ids(0, "VN-CN-ALL");
  EXPECT_EQ(system::ReasonOf(CheckTimetable(tet, gates_)), v1::REASON_UNKNOWN_GATE);
}

// ---- N10: a holiday on one side, hours unchanged ----

TEST_F(RealHolidays, N10NormalIsSaidNotLeftBlank) {
  Agree(HoursLayer::kRegular, "2025-01-01 08:00",
        InHanoi({{.gates = "LS-CM LS-HN-1119", .days = "2025-01-01..", .hours = "7:00-19:00"}}));
  Agree(HoursLayer::kHoliday, "2025-04-25 08:00",
        InHanoi({{.gates = "LS-HN-1119", .days = "2025-04-30..2025-05-04"}}));
  EXPECT_EQ(calendars_.StatusOf(Country::kVietNam, absl::CivilDay(2025, 4, 30)),
            DayStatus::kOffHoliday);
  EXPECT_EQ(calendars_.StatusOf(Country::kChina, absl::CivilDay(2025, 4, 30)), DayStatus::kWorking);
  EXPECT_EQ(At("LS-HN-1119", "2025-04-30 12:00"), "OPEN NORMAL by 2 1");
  EXPECT_EQ(At("LS-HN-1119", "2025-05-04 19:30"), "CLOSED NORMAL by 2 1");
  // The same hours, and nobody confirmed them.
  EXPECT_EQ(At("LS-CM", "2025-04-30 12:00"), "OPEN NORMAL by 1");
}

// ---- N11: all auxiliary gates but one ----

TEST_F(RealHolidays, N11AClassOfGatesIsWrittenOut) {
  v1::Timetable timetable =
      InHanoi({{.gates = "LS-CN LS-NH LS-NN LS-PN",
                .days = "2020-05-01..2020-05-05",
                .regime = v1::REGIME_CLOSED},
               {.gates = "LS-TT", .days = "2020-05-01..", .hours = "8:00-11:00 12:00-16:00"}});
  v1::GateSelection& named = *timetable.mutable_rules(0)->mutable_named_as();
  named.set_within("LS-ALL");
  named.set_type_vn("auxiliary");
  named.add_except_gate_ids("LS-TT");

  // The ids are what the class meant on that day.
  const absl::CivilDay day(2020, 5, 1);
  std::vector<std::string> meant;
  for (const std::string& id : gates_.GroupMembers("LS-ALL", day)) {
    if (gates_.FindGate(id, day)->type_vn() == "auxiliary" && id != "LS-TT") meant.push_back(id);
  }
  EXPECT_THAT(meant, ::testing::ElementsAreArray(timetable.rules(0).gate_ids()));

  const int64_t row = Agree(HoursLayer::kHoliday, "2020-04-29 10:00", timetable);
  EXPECT_EQ(At("LS-NH", "2020-05-03 10:00"), "CLOSED CLOSED by 1");
  EXPECT_EQ(At("LS-TT", "2020-05-03 10:00"), "OPEN NORMAL by 1");
  EXPECT_EQ(At("LS-NH", "2020-05-06 10:00"), "UNKNOWN UNSPECIFIED by ");
  EXPECT_EQ(this->timetable(row).rules(0).named_as().except_gate_ids(0), "LS-TT");
}

// ---- N12: two calendars ----

// From when to when a rule for holidays only closes the gate, by the calendar chosen.
class ClosedByCalendar : public BorderCase {
 protected:
  std::string ClosedDays(v1::HolidayCalendarChoice choice) {
    v1::Timetable timetable = InHanoi(
        {{.gates = "LS-HN-1119", .days = "2026-02-10..2026-02-27", .regime = v1::REGIME_CLOSED}});
    SetHolidays(*timetable.mutable_rules(0), choice, v1::HOLIDAY_EFFECT_ONLY);
    Agree(HoursLayer::kHoliday, "2026-02-07 15:00", timetable);
    return Over("LS-HN-1119", "2026-02-10 00:00", "2026-02-28 00:00");
  }
};

TEST_F(ClosedByCalendar, N12VietNam) {
  EXPECT_EQ(ClosedDays(v1::HOLIDAY_CALENDAR_CHOICE_VN), "10 00:00 ?, 14 00:00 CLOSED, 23 00:00 ?");
}
TEST_F(ClosedByCalendar, N12China) {
  EXPECT_EQ(ClosedDays(v1::HOLIDAY_CALENDAR_CHOICE_CN), "10 00:00 ?, 15 00:00 CLOSED, 24 00:00 ?");
}
TEST_F(ClosedByCalendar, N12Either) {
  EXPECT_EQ(ClosedDays(v1::HOLIDAY_CALENDAR_CHOICE_EITHER),
            "10 00:00 ?, 14 00:00 CLOSED, 24 00:00 ?");
}
TEST_F(ClosedByCalendar, N12Both) {
  EXPECT_EQ(ClosedDays(v1::HOLIDAY_CALENDAR_CHOICE_BOTH),
            "10 00:00 ?, 15 00:00 CLOSED, 23 00:00 ?");
}

TEST_F(RealHolidays, N12AMakeUpSaturdayIsAWeekday) {
  v1::Timetable timetable = InHanoi(
      {{.gates = "LS-HN-1119",
        .days = "2026-02-01..",
        .hours = "7:00-18:00",
        .weekdays = "Mon-Fri"},
       {.gates = "LS-CM", .days = "2026-02-01..", .hours = "7:00-18:00", .weekdays = "Mon-Fri"}});
  SetHolidays(*timetable.mutable_rules(0), v1::HOLIDAY_CALENDAR_CHOICE_CN,
              v1::HOLIDAY_EFFECT_EXCLUDED, true);
  SetHolidays(*timetable.mutable_rules(1), v1::HOLIDAY_CALENDAR_CHOICE_VN,
              v1::HOLIDAY_EFFECT_EXCLUDED, true);
  Agree(HoursLayer::kRegular, "2026-01-20 08:00", timetable);
  for (const std::string worked : {"2026-02-14 12:00", "2026-02-28 12:00"}) {
    EXPECT_EQ(At("LS-HN-1119", worked), "OPEN NORMAL by 1") << worked;
    EXPECT_EQ(At("LS-CM", worked), "UNKNOWN UNSPECIFIED by ") << worked;
  }
  // Monday 23 February: still off in China, worked in Viet Nam.
  EXPECT_EQ(At("LS-HN-1119", "2026-02-23 12:00"), "UNKNOWN UNSPECIFIED by ");
  EXPECT_EQ(At("LS-CM", "2026-02-23 12:00"), "OPEN NORMAL by 1");
  EXPECT_EQ(At("LS-CM", "2026-08-22 12:00"), "OPEN NORMAL by 1");
}

// ---- N13: Tet 2030 is on two days ----

TEST_F(RealHolidays, N13TheFirstDayIsEachSidesOwn) {
  const absl::CivilDay vn = LunarNewYear(Country::kVietNam, 2030).value();
  const absl::CivilDay cn = LunarNewYear(Country::kChina, 2030).value();
  EXPECT_EQ(vn, absl::CivilDay(2030, 2, 2));
  EXPECT_EQ(cn, vn + 1);
  EXPECT_EQ(LunarLabel(LunarDateOf(Country::kVietNam, vn).value(), "vi"), "mùng 1 Tết");
  EXPECT_EQ(LunarLabel(LunarDateOf(Country::kChina, cn).value(), "zh"), "正月初一");
  EXPECT_NE(LunarLabel(LunarDateOf(Country::kChina, vn).value(), "zh"), "正月初一");

  // Each side closes on its own first day, by its own clock: two rules that nothing merges.
  Agree(HoursLayer::kHoliday, "2030-01-20 08:00",
        InHanoi({{.gates = "LS-HN-1119", .days = "2030-02-02", .regime = v1::REGIME_CLOSED}}));
  Agree(HoursLayer::kHoliday, "2030-01-20 08:05",
        InBeijing({{.gates = "LS-HN-1119", .days = "2030-02-03", .regime = v1::REGIME_CLOSED}}));
  EXPECT_EQ(Over("LS-HN-1119", "2030-02-01 00:00", "2030-02-05 00:00"),
            "01 00:00 ?, 02 00:00 CLOSED, 02 23:00 CLOSED, 03 23:00 ?");
  EXPECT_EQ(At("LS-HN-1119", "2030-02-02 12:00"), "CLOSED CLOSED by 1");
  EXPECT_EQ(At("LS-HN-1119", "2030-02-03 12:00"), "CLOSED CLOSED by 2");
}

// Lunar days only label: without an official calendar nobody's day off is known.
TEST_F(RealHolidays, N13ADayOffIsNeverComputed) {
  v1::Timetable timetable =
      InHanoi({{.gates = "LS-HN-1119", .days = "2030-02-01..", .regime = v1::REGIME_CLOSED}});
  SetHolidays(*timetable.mutable_rules(0), v1::HOLIDAY_CALENDAR_CHOICE_EITHER,
              v1::HOLIDAY_EFFECT_ONLY);
  Agree(HoursLayer::kHoliday, "2030-01-20 08:00", timetable);
  EXPECT_EQ(At("LS-HN-1119", "2030-02-02 12:00"), "UNKNOWN UNSPECIFIED by 1");
}

}  // namespace
}  // namespace gatepost::domain
