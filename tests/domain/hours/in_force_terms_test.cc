// What an answer says beside opening and regime: rules that leave one of them as before, hours that
// are not stated, terms of passing, reasons, and how precisely bounds are known.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "daemon/domain/hours/conditions.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/system/reason.h"
#include "tests/domain/hours/border_case.h"
#include "tests/domain/hours/rule_words.h"

namespace gatepost::domain {
namespace {

constexpr char kGate[] = "LS-HN-1119";

class InForceTerms : public BorderCase {
 protected:
  void SetUp() override {
    Agree(HoursLayer::kRegular, "2025-01-01 08:00",
          InHanoi({{.gates = kGate, .days = "2025-01-01..", .hours = "7:00-19:00"}}));
  }
  HoursStretch Hold(const std::string& time, const HoursCell& cell = kGoods) {
    return AtInstant(kGate, time, cell);
  }
  v1::Conditions Terms(const std::string& time) { return TermsOf(Hold(time).terms); }
  v1::Reason Checked(const v1::Timetable& timetable) const {
    return system::ReasonOf(CheckTimetable(timetable, gates_));
  }

  // A rule of regime and hours as before, for days of December 2025.
  static v1::Timetable OnlyTerms(const std::string& days, v1::Conditions terms) {
    v1::Timetable timetable =
        InHanoi({{.gates = kGate, .days = days, .regime = v1::REGIME_AS_BEFORE}});
    *timetable.mutable_rules(0)->mutable_conditions() = std::move(terms);
    return timetable;
  }
  static v1::Conditions StayAtMost(int hours) {
    v1::Conditions terms;
    terms.add_dwell_limits()->set_hours(hours);
    return terms;
  }
};

// Tet 2026: shorter hours from 10:00 on, and the source is cut there (N01).
TEST_F(InForceTerms, HoursThatAreNotStatedAreUnknownAndTheRegimeIsNot) {
  Agree(HoursLayer::kHoliday, "2026-02-07 15:00",
        InHanoi({{.gates = kGate,
                  .days = "2026-02-15..2026-02-18",
                  .regime = v1::REGIME_SHORTENED,
                  .hours = "not stated"}}));
  EXPECT_EQ(At(kGate, "2026-02-16 12:00"), "UNKNOWN SHORTENED by 2");
  EXPECT_EQ(At(kGate, "2026-02-19 12:00"), "OPEN NORMAL by 1");
  v1::Timetable windows = InHanoi({{.gates = kGate,
                                    .days = "2026-02-15..",
                                    .regime = v1::REGIME_SHORTENED,
                                    .hours = "9:00-14:00"}});
  windows.mutable_rules(0)->set_hours(v1::HOURS_KIND_NOT_STATED);
  EXPECT_EQ(Checked(windows), v1::REASON_FIELD_CONFLICT) << "windows beside NOT_STATED";
}

TEST_F(InForceTerms, ARuleThatSaysOnlyHoursKeepsTheRegimeBelow) {
  Agree(HoursLayer::kSchedule, "2025-12-05 15:00",
        InHanoi({{.gates = kGate, .days = "2025-12-10..2026-12-09", .regime = v1::REGIME_PILOT}}));
  Agree(HoursLayer::kSchedule, "2025-12-20 15:00",
        InHanoi({{.gates = kGate,
                  .days = "2025-12-22..2025-12-31",
                  .regime = v1::REGIME_AS_BEFORE,
                  .hours = "7:00-22:00"}}));
  EXPECT_EQ(At(kGate, "2025-12-21 21:00"), "CLOSED PILOT by 2 1");
  EXPECT_EQ(At(kGate, "2025-12-22 21:00"), "OPEN PILOT by 3 2");
  EXPECT_EQ(At(kGate, "2025-12-22 23:00"), "CLOSED PILOT by 3 2");
}

// Nothing that was closed is opened by hours alone.
TEST_F(InForceTerms, HoursAloneOpenNothingThatIsClosed) {
  Agree(HoursLayer::kSchedule, "2025-12-20 15:00",
        InHanoi({{.gates = kGate, .days = "2025-12-24..2025-12-25", .regime = v1::REGIME_CLOSED}}));
  Agree(HoursLayer::kHoliday, "2025-12-21 15:00",
        InHanoi({{.gates = kGate,
                  .days = "2025-12-22..2025-12-31",
                  .regime = v1::REGIME_AS_BEFORE,
                  .hours = "7:00-22:00"}}));
  EXPECT_EQ(At(kGate, "2025-12-23 21:00"), "OPEN NORMAL by 3 1");
  EXPECT_EQ(At(kGate, "2025-12-24 21:00"), "CLOSED CLOSED by 3 2");
  // Where nothing lies below, the regime is not known, and the hours are as said.
  EXPECT_EQ(AtInstant("LS-CM", "2025-12-24 21:00", kGoods).opening, v1::OPENING_UNKNOWN);
  Agree(HoursLayer::kHoliday, "2025-12-21 16:00",
        InHanoi({{.gates = "LS-CM",
                  .days = "2025-12-22..2025-12-31",
                  .regime = v1::REGIME_AS_BEFORE,
                  .hours = "7:00-22:00"}}));
  EXPECT_EQ(At("LS-CM", "2025-12-24 21:00"), "OPEN UNSPECIFIED by 4");
}

// A calendar of 2027 is not held: whether the rule below holds is not known, so neither is this.
TEST_F(InForceTerms, HoursOverARegimeThatIsNotKnownAreUnknown) {
  v1::Timetable holidays =
      InHanoi({{.gates = kGate, .days = "2027-02-01..2027-02-20", .regime = v1::REGIME_CLOSED}});
  SetHolidays(*holidays.mutable_rules(0), v1::HOLIDAY_CALENDAR_CHOICE_VN, v1::HOLIDAY_EFFECT_ONLY);
  Agree(HoursLayer::kSchedule, "2026-12-01 08:00", holidays);
  Agree(HoursLayer::kHoliday, "2026-12-02 08:00",
        InHanoi({{.gates = kGate,
                  .days = "2027-02-06..2027-02-07",
                  .regime = v1::REGIME_AS_BEFORE,
                  .hours = "8:00-12:00"}}));
  EXPECT_EQ(At(kGate, "2027-02-06 10:00"), "UNKNOWN UNSPECIFIED by 3 2");
}

// N35: terms hold from day to day, whatever is said of the hours above or below them.
TEST_F(InForceTerms, TermsCountWhereverTheyWereSaid) {
  Agree(HoursLayer::kSchedule, "2025-12-05 15:00",
        OnlyTerms("2025-12-10..2026-12-09", StayAtMost(24)));
  EXPECT_EQ(At(kGate, "2025-12-11 12:00"), "OPEN NORMAL by 1 2") << "what decides comes first";
  EXPECT_EQ(Terms("2025-12-11 12:00").dwell_limits(0).hours(), 24);
  EXPECT_EQ(Terms("2025-12-09 12:00").ByteSizeLong(), 0u);
  Agree(HoursLayer::kHoliday, "2026-02-07 15:00",
        InHanoi({{.gates = kGate,
                  .days = "2026-02-15..2026-02-18",
                  .regime = v1::REGIME_SHORTENED,
                  .hours = "9:00-14:00"}}));
  EXPECT_EQ(At(kGate, "2026-02-16 12:00"), "OPEN SHORTENED by 3 2");
  EXPECT_EQ(Terms("2026-02-16 12:00").dwell_limits(0).hours(), 24);
  // A stretch ends where its terms do, though the gate goes on working.
  EXPECT_EQ(Over(kGate, "2025-12-09 18:00", "2025-12-10 08:00"),
            "09 18:00 OPEN, 09 19:00 CLOSED, 10 00:00 CLOSED, 10 07:00 OPEN");
}

TEST_F(InForceTerms, OfEachTermTheFirstThatSaysItHolds) {
  v1::Conditions wide = StayAtMost(24);
  wide.set_load_back_allowed(true);
  wide.add_admitted_cargo_classes("fruit");
  Agree(HoursLayer::kRegular, "2025-12-01 08:00", OnlyTerms("2025-12-10..", wide));
  v1::Conditions near = StayAtMost(12);
  near.mutable_dwell_limits(0)->set_two_way(true);
  near.set_handover(v1::HANDOVER_METHOD_TRACTOR_SWAP);
  near.add_admitted_hs_codes("081060");
  Agree(HoursLayer::kSchedule, "2025-12-02 08:00", OnlyTerms("2025-12-10..", near));
  const v1::Conditions all = Terms("2025-12-11 12:00");
  EXPECT_EQ(all.handover(), v1::HANDOVER_METHOD_TRACTOR_SWAP);
  ASSERT_EQ(all.dwell_limits_size(), 2);
  EXPECT_EQ(all.dwell_limits(0).hours(), 12);
  EXPECT_EQ(all.dwell_limits(1).hours(), 24);
  EXPECT_TRUE(all.load_back_allowed());
  EXPECT_TRUE(all.admitted_cargo_classes().empty()) << "admitted products are one term";
  EXPECT_EQ(all.admitted_hs_codes(0), "081060");
}

// Hours and terms that stand alone are two facts, as hours and intake stops are.
TEST_F(InForceTerms, AMessageMaySayHoursAndTermsApart) {
  v1::Timetable timetable = OnlyTerms("2025-12-10..2025-12-20", StayAtMost(24));
  *timetable.add_rules() =
      RuleOf({.gates = kGate, .days = "2025-12-10..2025-12-15", .hours = "8:00-12:00"});
  EXPECT_EQ(Checked(timetable), v1::REASON_UNSPECIFIED);
  *timetable.add_rules() = OnlyTerms("2025-12-20..", StayAtMost(36)).rules(0);
  EXPECT_EQ(Checked(timetable), v1::REASON_CELLS_OVERLAP);
  EXPECT_EQ(Checked(OnlyTerms("2025-12-10..", {})), v1::REASON_FIELD_CONFLICT) << "says nothing";
}

// N09: one reason runs into another within one message.
TEST_F(InForceTerms, EachRuleHasItsReason) {
  v1::Timetable timetable =
      InHanoi({{.gates = kGate, .days = "2022-09-28..2022-09-30", .regime = v1::REGIME_CLOSED},
               {.gates = kGate, .days = "2022-10-01..2022-10-07", .regime = v1::REGIME_CLOSED}});
  timetable.mutable_rules(1)->set_reason(v1::CHANGE_REASON_STATE_HOLIDAY);
  Notify("2022-09-28 08:00", ClosureBy("CN", timetable, v1::CHANGE_REASON_EPIDEMIC));
  EXPECT_EQ(Hold("2022-09-29 12:00").reason, v1::CHANGE_REASON_UNSPECIFIED);
  EXPECT_EQ(Hold("2022-10-01 12:00").reason, v1::CHANGE_REASON_STATE_HOLIDAY);
  EXPECT_EQ(Over(kGate, "2022-09-28 00:00", "2022-10-08 00:00"),
            "28 00:00 CLOSED, 01 00:00 CLOSED");
}

// N27: "later that day" is a part of the day, on both sides of the bound.
TEST_F(InForceTerms, ABoundIsKnownAsItsRuleKnowsIt) {
  v1::Timetable closed = InHanoi(
      {{.gates = kGate, .days = "2025-12-18 14:00..2025-12-20", .regime = v1::REGIME_CLOSED}});
  closed.mutable_rules(0)->mutable_days()->set_begin_precision(v1::PRECISION_PART_OF_DAY);
  closed.mutable_rules(0)->mutable_days()->set_end_precision(v1::PRECISION_DAY);
  Notify("2025-12-18 14:30", ClosureBy("CN", closed, v1::CHANGE_REASON_UNKNOWN));
  const std::vector<HoursStretch> held = Hours(kGate, "2025-12-18 00:00", "2025-12-21 12:00");
  // Closed, open from 7:00, closed by notice from 14:00, closed from midnight, open from 7:00.
  ASSERT_EQ(held.size(), 5u);
  EXPECT_EQ(held[1].begin_precision, v1::PRECISION_UNSPECIFIED);
  EXPECT_EQ(held[1].end_precision, v1::PRECISION_PART_OF_DAY);
  EXPECT_EQ(held[2].begin_precision, v1::PRECISION_PART_OF_DAY);
  EXPECT_EQ(held[2].end_precision, v1::PRECISION_DAY);
  EXPECT_EQ(held[3].begin_precision, v1::PRECISION_DAY);
  EXPECT_EQ(held[3].end_precision, v1::PRECISION_UNSPECIFIED);
  EXPECT_EQ(Hold("2025-12-18 14:00").begin_precision, v1::PRECISION_PART_OF_DAY);
  EXPECT_EQ(Hold("2025-12-18 15:00").begin_precision, v1::PRECISION_UNSPECIFIED);
}

}  // namespace
}  // namespace gatepost::domain
