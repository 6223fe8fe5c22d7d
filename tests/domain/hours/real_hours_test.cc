// Working hours as the two sides agreed on them, in our language of hours (cases N14 to N24).
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/notice_rules.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/system/reason.h"
#include "tests/domain/hours/border_case.h"
#include "tests/domain/hours/rule_words.h"
#include "tests/domain/hours/timetables.h"

namespace gatepost::domain {
namespace {

const std::string kH(kHanoiZone);
const std::string kB(kBeijingZone);

class RealHours : public BorderCase {};

// ---- N14: one agreement, printed by each side on its own clock ----

class Hours2015 : public BorderCase {
 protected:
  static v1::Timetable ByVietNam() {
    v1::Timetable timetable =
        InHanoi({{.gates = "LS-HN",
                  .days = "2015-07-01..",
                  .regime = v1::REGIME_EXTENDED,
                  .hours = "7:00-18:00"},
                 {.gates = "LS-HN",
                  .days = "2015-07-01..",
                  .regime = v1::REGIME_EXTENDED,
                  .hours = "7:00-20:00",
                  .traffic = v1::TRAFFIC_PASSENGERS},
                 {.gates = "QN-MC",
                  .days = "2015-07-01..",
                  .regime = v1::REGIME_EXTENDED,
                  .hours = "7:00-20:00",
                  .traffic = v1::TRAFFIC_PASSENGERS},
                 {.gates = "QN-MC", .days = "2015-07-01..", .hours = "7:00-19:00"}});
    AlsoPrint(*timetable.mutable_rules(0), kB, "8:00-19:00");
    AlsoPrint(*timetable.mutable_rules(1), kB, "8:00-21:00");
    return timetable;
  }
  static v1::Timetable ByChina() {
    return InBeijing({{.gates = "LS-HN",
                       .days = "2015-07-01..",
                       .regime = v1::REGIME_EXTENDED,
                       .hours = "8:00-19:00"},
                      {.gates = "LS-HN",
                       .days = "2015-07-01..",
                       .regime = v1::REGIME_EXTENDED,
                       .hours = "8:00-21:00",
                       .traffic = v1::TRAFFIC_PASSENGERS},
                      {.gates = "QN-MC",
                       .days = "2015-07-01..",
                       .regime = v1::REGIME_EXTENDED,
                       .hours = "8:00-21:00",
                       .traffic = v1::TRAFFIC_PASSENGERS},
                      {.gates = "QN-MC", .days = "2015-07-01..", .hours = "8:00-20:00"}});
  }
};

TEST_F(Hours2015, BothPrintsComeToTheSameInstants) {
  const v1::Timetable vn = ByVietNam();
  const v1::Timetable cn = ByChina();
  ASSERT_TRUE(CheckTimetable(vn, gates_).ok());
  ASSERT_TRUE(CheckTimetable(cn, gates_).ok());
  const auto ask = [&](const v1::Timetable& by, const std::string& gate, const HoursCell& cell) {
    return HoursInForce({{1, HoursLayer::kSchedule, Hanoi("2015-06-16 00:00"), &by, {}}}, gates_,
                        calendars_)
        .At(gate, cell, {Hanoi("2015-07-02 00:00"), Hanoi("2015-07-09 00:00")});
  };
  for (const std::string gate : {"LS-HN", "QN-MC"}) {
    for (const HoursCell& cell : {kGoods, kPassengers}) {
      EXPECT_EQ(ask(vn, gate, cell), ask(cn, gate, cell)) << gate;
      EXPECT_EQ(ask(vn, gate, cell).size(), 15u) << gate;
    }
  }
  const Span open = ask(cn, "LS-HN", kGoods)[1].span;
  EXPECT_EQ(TimeText(open.from, kH), "2015-07-02 07:00 H");
  EXPECT_EQ(TimeText(open.to, kH), "2015-07-02 18:00 H");
  EXPECT_EQ(TimeText(open.from, kB), "2015-07-02 08:00 B");
  EXPECT_EQ(TimeText(open.to, kB), "2015-07-02 19:00 B");
}

TEST_F(Hours2015, ATextThatDisagreesWithItselfIsRefused) {
  v1::Timetable timetable = ByVietNam();
  v1::TimeWindow& goods = *timetable.mutable_rules(0)->mutable_windows(0);
  goods.mutable_also_printed(0)->mutable_closes()->set_hour(18);
  EXPECT_EQ(system::ReasonOf(CheckTimetable(timetable, gates_)), v1::REASON_ZONES_DISAGREE);
}

// ---- N15: every day, holidays included ----

TEST_F(RealHours, N15HolidaysAreIncludedWhateverTheCalendar) {
  v1::Timetable timetable =
      InHanoi({{.gates = "LS-CM", .days = "2019-07-22..", .hours = "7:00-17:00"}});
  SetHolidays(*timetable.mutable_rules(0), v1::HOLIDAY_CALENDAR_CHOICE_EITHER,
              v1::HOLIDAY_EFFECT_INCLUDED);
  Agree(HoursLayer::kRegular, "2019-07-20 08:00", timetable);
  EXPECT_EQ(At("LS-CM", "2019-07-21 12:00"), "UNKNOWN UNSPECIFIED by ");
  EXPECT_EQ(At("LS-CM", "2019-07-22 12:00"), "OPEN NORMAL by 1");
  EXPECT_EQ(At("LS-CM", "2019-07-28 12:00"), "OPEN NORMAL by 1");  // A Sunday.
  EXPECT_EQ(At("LS-CM", "2020-01-25 12:00"), "OPEN NORMAL by 1");  // Tet, no calendar is held.
  EXPECT_EQ(At("LS-CM", "2026-02-17 17:00"), "CLOSED NORMAL by 1");

  v1::Papers papers;
  v1::PaperReference& treaty = *papers.add_references();
  treaty.set_kind(v1::PAPER_KIND_TREATY);
  *treaty.mutable_date() = Dated("2009-11-18");
  papers.add_references()->set_kind(v1::PAPER_KIND_MINUTES);
  EXPECT_TRUE(CheckPapersOf(papers, "LS-CM").ok());
}

// ---- N16, N17: eight hours cut to five, and back before the day that was planned ----

class TanThanh2020 : public BorderCase {
 protected:
  // Whose holidays, and whose clock, the report does not say; taken as China's and Hanoi's.
  static v1::Timetable Cut() {
    v1::Timetable timetable = InHanoi({{.gates = "LS-CN LS-TT",
                                        .days = "2020-04-07..",
                                        .regime = v1::REGIME_SHORTENED,
                                        .hours = "8:00-11:00 12:00-14:00",
                                        .weekdays = "Mon-Fri"},
                                       {.gates = "LS-CN LS-TT",
                                        .days = "2020-04-07..",
                                        .regime = v1::REGIME_CLOSED,
                                        .weekdays = "Mon-Fri"},
                                       {.gates = "LS-CN LS-TT",
                                        .days = "2020-04-07..",
                                        .regime = v1::REGIME_CLOSED,
                                        .weekdays = "Sat-Sun"}});
    SetHolidays(*timetable.mutable_rules(0), v1::HOLIDAY_CALENDAR_CHOICE_CN,
                v1::HOLIDAY_EFFECT_EXCLUDED);
    SetHolidays(*timetable.mutable_rules(1), v1::HOLIDAY_CALENDAR_CHOICE_CN,
                v1::HOLIDAY_EFFECT_ONLY);
    return timetable;
  }
};

TEST_F(TanThanh2020, N16WithoutAZoneItIsRefused) {
  v1::Timetable timetable = Cut();
  timetable.clear_zone();
  EXPECT_EQ(system::ReasonOf(CheckTimetable(timetable, gates_)), v1::REASON_NO_TIME_ZONE);
  EXPECT_TRUE(CheckTimetable(Cut(), gates_).ok());
}

TEST_F(TanThanh2020, N16ASplitShiftWithoutWeekendsAndHolidays) {
  Agree(HoursLayer::kSchedule, "2020-04-06 15:00", Cut());
  // The end is open, so the calendar of 2026 shows it: Monday 6 April is a holiday in China.
  EXPECT_EQ(Over("LS-TT", "2026-04-03 00:00", "2026-04-08 00:00"),
            "03 00:00 CLOSED, 03 08:00 OPEN, 03 11:00 CLOSED, 03 12:00 OPEN, 03 14:00 CLOSED, "
            "04 00:00 CLOSED, 07 00:00 CLOSED, 07 08:00 OPEN, 07 11:00 CLOSED, 07 12:00 OPEN, "
            "07 14:00 CLOSED");
  // The calendar of 2020 is not held: weekends are sure, weekdays are not guessed.
  EXPECT_EQ(At("LS-TT", "2020-04-11 09:00"), "CLOSED CLOSED by 1");
  EXPECT_EQ(At("LS-TT", "2020-04-14 09:00"), "UNKNOWN UNSPECIFIED by 1");
}

TEST_F(TanThanh2020, N17SupersedesAndComesBeforeThePlannedDay) {
  Agree(HoursLayer::kSchedule, "2020-04-06 15:00", Cut());
  Agree(HoursLayer::kSchedule, "2020-04-17 17:00",
        InHanoi({{.gates = "LS-TT", .days = "2020-05-06..", .hours = "8:00-11:00 12:00-16:00"}}));
  v1::Timetable sooner =
      InHanoi({{.gates = "LS-TT", .days = "2020-04-30", .hours = "8:00-11:00 12:00-16:00"},
               {.gates = "LS-TT", .days = "2020-05-01..", .hours = "8:00-11:00 12:00-16:00"}});
  SetHolidays(*sooner.mutable_rules(1), v1::HOLIDAY_CALENDAR_CHOICE_EITHER,
              v1::HOLIDAY_EFFECT_INCLUDED);
  Agree(HoursLayer::kSchedule, "2020-04-29 17:00", sooner);
  EXPECT_EQ(At("LS-TT", "2020-04-30 15:00"), "OPEN NORMAL by 3");
  EXPECT_EQ(At("LS-TT", "2020-05-02 15:00"), "OPEN NORMAL by 3");  // A Saturday in the holidays.
  EXPECT_EQ(At("LS-TT", "2020-05-02 15:00", kGoods, "2020-04-28 12:00"), "CLOSED CLOSED by 1");
  EXPECT_EQ(At("LS-TT", "2020-05-06 15:00", kGoods, "2020-04-28 12:00"), "OPEN NORMAL by 2");
  EXPECT_EQ(At("LS-TT", "2020-05-06 15:00"), "OPEN NORMAL by 3");
  // The other gate stays with what was cut.
  EXPECT_EQ(At("LS-CN", "2020-05-02 09:00"), "CLOSED CLOSED by 1");
}

// ---- N19: announced in Beijing time by the Vietnamese side ----

TEST_F(RealHours, N19BeijingTimeIsShownInBoth) {
  // The source has the month only.
  v1::Timetable timetable = InBeijing({{.gates = "LS-TT",
                                        .days = "2020-12-01..",
                                        .regime = v1::REGIME_EXTENDED,
                                        .hours = "8:00-20:00"}});
  timetable.mutable_rules(0)->mutable_days()->set_begin_precision(v1::PRECISION_DAY);
  v1::RelativeChange& said = *timetable.mutable_rules(0)->mutable_said_as();
  said.set_kind(v1::CHANGE_KIND_MOVE_CLOSING);
  said.mutable_moved_to()->set_hour(20);
  Agree(HoursLayer::kSchedule, "2020-11-30 09:00", timetable);
  EXPECT_EQ(Over("LS-TT", "2020-12-10 00:00", "2020-12-11 00:00"),
            "10 00:00 CLOSED, 10 07:00 OPEN, 10 19:00 CLOSED");
  EXPECT_EQ(TimeText(Beijing("2020-12-10 20:00"), kH), "2020-12-10 19:00 H");
}

// ---- N21: a week that differs by gate and day ----

class LangSon2024 : public BorderCase {
 protected:
  void SetUp() override {
    const std::string from = "2024-01-15..";  // The source has the month only.
    v1::Timetable timetable = InHanoi(
        {{.gates = "LS-CM LS-CN LS-HN LS-NH LS-TT",
          .days = from,
          .regime = v1::REGIME_EXTENDED,
          .hours = "7:00-20:00",
          .weekdays = "Mon-Sat"},
         {.gates = "LS-CM LS-HN LS-TT", .days = from, .hours = "7:00-20:00", .weekdays = "Sun"},
         {.gates = "LS-CN LS-NH", .days = from, .regime = v1::REGIME_CLOSED, .weekdays = "Sun"},
         {.gates = "LS-DD", .days = from, .hours = "7:00-20:00", .traffic = v1::TRAFFIC_RAIL}});
    // Which products the source does not list.
    for (int rule = 0; rule < 2; ++rule) {
      v1::Conditions& terms = *timetable.mutable_rules(rule)->mutable_conditions();
      terms.add_admitted_cargo_classes("durian");
      terms.add_admitted_hs_codes("081060");
    }
    Agree(HoursLayer::kSchedule, "2024-01-10 08:00", timetable);
  }
};

TEST_F(LangSon2024, N21SaturdaysEverywhereSundaysAtFour) {
  for (const std::string gate : {"LS-CM", "LS-CN", "LS-HN", "LS-NH", "LS-TT"}) {
    EXPECT_EQ(At(gate, "2024-01-20 07:00"), "OPEN EXTENDED by 1") << gate;
  }
  for (const std::string gate : {"LS-CM", "LS-HN", "LS-TT"}) {
    EXPECT_EQ(At(gate, "2024-01-21 19:59"), "OPEN NORMAL by 1") << gate;
  }
  EXPECT_EQ(At("LS-DD", "2024-01-21 12:00", {.traffic = v1::TRAFFIC_RAIL}), "OPEN NORMAL by 1");
  EXPECT_EQ(At("LS-CN", "2024-01-21 12:00"), "CLOSED CLOSED by 1");
  EXPECT_EQ(At("LS-NH", "2024-01-22 06:59"), "CLOSED EXTENDED by 1");
  EXPECT_EQ(timetable(1).rules(0).conditions().admitted_hs_codes(0), "081060");
}

// ---- N22: one agreement over two Chinese counterparts ----

TEST_F(RealHours, N22ThreeGatesCloseAtEight) {
  Agree(HoursLayer::kRegular, "2025-01-01 08:00",
        InHanoi({{.gates = "LS-CM LS-HN-1119 LS-TT-1088",
                  .days = "2025-01-01..",
                  .hours = "7:00-19:00"}}));
  v1::Timetable late = InHanoi({{.gates = "LS-CM LS-HN-1119 LS-TT-1088",
                                 .days = "2025-04-25..",
                                 .regime = v1::REGIME_EXTENDED,
                                 .hours = "7:00-20:00"}});
  v1::RelativeChange& said = *late.mutable_rules(0)->mutable_said_as();
  said.set_kind(v1::CHANGE_KIND_MOVE_CLOSING);
  said.mutable_moved_to()->set_hour(20);
  Agree(HoursLayer::kSchedule, "2025-04-24 10:00", late);
  for (const std::string gate : {"LS-CM", "LS-HN-1119", "LS-TT-1088"}) {
    EXPECT_EQ(At(gate, "2025-04-24 19:30"), "CLOSED NORMAL by 1");
    EXPECT_EQ(At(gate, "2025-04-25 19:30"), "OPEN EXTENDED by 2");
  }
  v1::Papers papers;
  for (const auto& [issuer, gates] :
       {std::pair("Pingxiang", "LS-HN-1119 LS-TT-1088"), std::pair("Ningming", "LS-CM")}) {
    v1::PaperReference& letter = *papers.add_references();
    letter.set_issuer(issuer);
    letter.set_kind(v1::PAPER_KIND_COUNTERPART_LETTER);
    *letter.mutable_gate_ids() = RuleOf({.gates = gates, .days = "2025-04-25"}).gate_ids();
  }
  papers.set_reason(v1::CHANGE_REASON_DEMAND_PEAK);
  EXPECT_TRUE(CheckPapersOf(papers, "LS-CM LS-HN-1119 LS-TT-1088").ok());
}

// ---- N23: weekends on trial ----

TEST_F(RealHours, N23APilotIsSaidAsOne) {
  // The source has no hours; those of working days are taken.
  Agree(HoursLayer::kRegular, "2026-01-01 08:00",
        InHanoi({{.gates = "QN-BL2",
                  .days = "2026-01-01..",
                  .hours = "7:00-19:00",
                  .weekdays = "Mon-Fri"}}));
  Agree(HoursLayer::kSchedule, "2026-03-05 16:00",
        InHanoi({{.gates = "QN-BL2",
                  .days = "2026-03-07..",
                  .regime = v1::REGIME_PILOT,
                  .hours = "7:00-19:00",
                  .weekdays = "Sat-Sun"}}));
  EXPECT_EQ(At("QN-BL2", "2026-03-06 12:00"), "OPEN NORMAL by 1");
  EXPECT_EQ(At("QN-BL2", "2026-03-07 12:00"), "OPEN PILOT by 2");
  EXPECT_EQ(At("QN-BL2", "2026-03-07 12:00", kGoods, "2026-03-05 12:00"),
            "UNKNOWN UNSPECIFIED by ");
  EXPECT_EQ(At("QN-BL2", "2026-03-09 12:00"), "OPEN NORMAL by 1");
}

// ---- N24: two sessions a day; of goods only the length is known ----

TEST_F(RealHours, N24SessionsOfPassengers) {
  v1::Timetable timetable =
      InHanoi({{.gates = "QN-HM",
                .days = "2024-01-01..",
                .hours = "8:00-9:00 15:00-16:00",
                .traffic = v1::TRAFFIC_PASSENGERS,
                .weekdays = "Mon-Fri"},
               {.gates = "QN-HM", .days = "2024-01-01..", .hours = "480 minutes"}});
  AlsoPrint(*timetable.mutable_rules(0), kB, "9:00-10:00 16:00-17:00");
  Agree(HoursLayer::kRegular, "2023-12-20 08:00", timetable);
  EXPECT_EQ(Over("QN-HM", "2024-01-12 00:00", "2024-01-14 00:00", kPassengers),
            "12 00:00 CLOSED, 12 08:00 OPEN, 12 09:00 CLOSED, 12 15:00 OPEN, 12 16:00 CLOSED, "
            "13 00:00 ?");
  EXPECT_EQ(At("QN-HM", "2024-01-12 12:00"), "UNKNOWN NORMAL by 1");
}

}  // namespace
}  // namespace gatepost::domain
