// What a timetable must keep to: each breach by its own reason.
#include "daemon/domain/hours/timetable_rules.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "daemon/system/reason.h"
#include "tests/domain/hours/timetables.h"
#include "tests/support/daily_reports.h"

namespace gatepost::domain {
namespace {

// Normal hours at two gates for a week, closed on its Sunday at one of them.
v1::Timetable Good() {
  return TimetableOf(R"pb(
    zone: "Asia/Ho_Chi_Minh"
    rules {
      gate_ids: [ "LS-CM", "LS-HN-1119" ]
      traffic: TRAFFIC_GOODS
      direction: DIRECTION_BOTH
      load: LOAD_ANY
      days {
        first { year: 2026 month: 2 day: 9 }
        last { year: 2026 month: 2 day: 15 }
        end: END_KIND_STATED
      }
      regime: REGIME_NORMAL
      hours: HOURS_KIND_WINDOWS
      windows {
        opens { hour: 7 }
        closes { hour: 11 }
        last_entries {
          time { hour: 10 minute: 30 }
          direction: DIRECTION_VN_TO_CN
        }
        also_printed {
          zone: "Asia/Shanghai"
          opens { hour: 8 }
          closes { hour: 12 }
        }
      }
      windows {
        opens { hour: 13 }
        closes { hour: 18 }
      }
    })pb");
}

struct Fault {
  std::string name;
  v1::Reason reason;
  std::function<void(v1::Timetable&)> spoil;
};

v1::TimetableRule& First(v1::Timetable& timetable) { return *timetable.mutable_rules(0); }
v1::TimetableDays& DaysOf(v1::Timetable& timetable) { return *First(timetable).mutable_days(); }
v1::Conditions& TermsOf(v1::Timetable& timetable) { return *First(timetable).mutable_conditions(); }
v1::TimeWindow& Morning(v1::Timetable& timetable) { return *First(timetable).mutable_windows(0); }

const std::vector<Fault>& Faults() {
  static const auto& faults = *new std::vector<Fault>{
      {"NoZone", v1::REASON_NO_TIME_ZONE, [](auto& t) { t.clear_zone(); }},
      {"NoRules", v1::REASON_FIELD_MISSING, [](auto& t) { t.clear_rules(); }},
      {"NoGates", v1::REASON_FIELD_MISSING, [](auto& t) { First(t).clear_gate_ids(); }},
      {"GatesOutOfOrder", v1::REASON_FIELD_CONFLICT,
       [](auto& t) { First(t).mutable_gate_ids()->SwapElements(0, 1); }},
      {"UnknownGate", v1::REASON_UNKNOWN_GATE, [](auto& t) { First(t).set_gate_ids(0, "LS-AA"); }},
      {"AGroupForGates", v1::REASON_UNKNOWN_GATE,
       [](auto& t) { First(t).set_gate_ids(0, "LS-ALL"); }},
      {"NoTraffic", v1::REASON_FIELD_MISSING, [](auto& t) { First(t).clear_traffic(); }},
      {"NoDirection", v1::REASON_FIELD_MISSING, [](auto& t) { First(t).clear_direction(); }},
      {"NoLoad", v1::REASON_FIELD_MISSING, [](auto& t) { First(t).clear_load(); }},
      {"NoCountry", v1::REASON_MALFORMED_PAYLOAD,
       [](auto& t) { First(t).set_vehicle_country("Vn"); }},
      {"UnknownCargo", v1::REASON_UNKNOWN_CARGO_CLASS,
       [](auto& t) { First(t).add_cargo_classes("unicorns"); }},
      {"NoSuchHoldingYard", v1::REASON_UNKNOWN_GATE,
       [](auto& t) { TermsOf(t).set_holding_yard_id("LS-HN"); }},
      {"NoSuchCargoAdmitted", v1::REASON_UNKNOWN_CARGO_CLASS,
       [](auto& t) { TermsOf(t).add_admitted_cargo_classes("unicorns"); }},
      {"NoTariffHeading", v1::REASON_MALFORMED_PAYLOAD,
       [](auto& t) { TermsOf(t).add_admitted_hs_codes("0810.60"); }},
      {"NoDwellTime", v1::REASON_BAD_TIME, [](auto& t) { TermsOf(t).add_dwell_limits(); }},
      {"TwoDwellLimits", v1::REASON_FIELD_CONFLICT,
       [](auto& t) {
         TermsOf(t).add_dwell_limits()->set_hours(24);
         TermsOf(t).add_dwell_limits()->set_hours(36);
       }},
      {"DivertedToNoGate", v1::REASON_UNKNOWN_GATE,
       [](auto& t) { TermsOf(t).add_diversions()->add_gate_ids("LS-AA"); }},
      {"DivertedToItself", v1::REASON_FIELD_CONFLICT,
       [](auto& t) { TermsOf(t).add_diversions()->add_gate_ids("LS-CM"); }},
      {"DivertedCargoIsUnknown", v1::REASON_UNKNOWN_CARGO_CLASS,
       [](auto& t) {
         v1::Diversion& diversion = *TermsOf(t).add_diversions();
         diversion.add_gate_ids("LS-NH");
         diversion.add_cargo_classes("unicorns");
       }},
      {"NoRegime", v1::REASON_FIELD_MISSING, [](auto& t) { First(t).clear_regime(); }},
      {"ClosedWithHours", v1::REASON_FIELD_CONFLICT,
       [](auto& t) { First(t).set_regime(v1::REGIME_CLOSED); }},
      {"HoursNoneButNormal", v1::REASON_FIELD_CONFLICT,
       [](auto& t) {
         First(t).set_hours(v1::HOURS_KIND_NONE);
         First(t).clear_windows();
       }},
      {"IntakeStopWithHours", v1::REASON_FIELD_CONFLICT,
       [](auto& t) { First(t).set_regime(v1::REGIME_INTAKE_STOP); }},
      {"NoWindows", v1::REASON_FIELD_CONFLICT, [](auto& t) { First(t).clear_windows(); }},
      {"DurationBesideWindows", v1::REASON_FIELD_CONFLICT,
       [](auto& t) { First(t).set_duration_minutes(60); }},
      {"NoSuchTime", v1::REASON_BAD_TIME,
       [](auto& t) { Morning(t).mutable_opens()->set_hour(24); }},
      {"WindowsOverEachOther", v1::REASON_BAD_TIME,
       [](auto& t) {
         Morning(t).mutable_closes()->set_hour(14);
         Morning(t).clear_also_printed();
       }},
      {"LastEntryOutside", v1::REASON_BAD_TIME,
       [](auto& t) { Morning(t).mutable_last_entries(0)->mutable_time()->set_hour(12); }},
      {"BothZonesDisagree", v1::REASON_ZONES_DISAGREE,
       [](auto& t) { Morning(t).mutable_also_printed(0)->mutable_opens()->set_hour(7); }},
      {"NoFirstDay", v1::REASON_FIELD_MISSING, [](auto& t) { DaysOf(t).clear_first(); }},
      {"NoSuchDay", v1::REASON_BAD_TIME, [](auto& t) { DaysOf(t).mutable_last()->set_day(30); }},
      {"EndBeforeStart", v1::REASON_BAD_TIME,
       [](auto& t) { DaysOf(t).mutable_last()->set_day(8); }},
      {"EndNotSaid", v1::REASON_FIELD_MISSING, [](auto& t) { DaysOf(t).clear_end(); }},
      {"OpenEndWithALastDay", v1::REASON_FIELD_CONFLICT,
       [](auto& t) { DaysOf(t).set_end(v1::END_KIND_OPEN); }},
      {"HolidaysByNobody", v1::REASON_FIELD_MISSING,
       [](auto& t) { DaysOf(t).mutable_holidays()->set_effect(v1::HOLIDAY_EFFECT_EXCLUDED); }},
      {"NoSuchWeekday", v1::REASON_DEAD_RULE,
       [](auto& t) {
         DaysOf(t).mutable_last()->set_day(10);  // Monday and Tuesday.
         DaysOf(t).add_weekdays(v1::WEEKDAY_SUNDAY);
       }},
      {"TheSameCellTwice", v1::REASON_CELLS_OVERLAP,
       [](auto& t) {
         v1::TimetableRule again = First(t);
         again.clear_gate_ids();
         again.add_gate_ids("LS-CM");
         *t.add_rules() = again;
       }},
      {"PartlyTheSameCell", v1::REASON_CELLS_OVERLAP,
       [](auto& t) {
         v1::TimetableRule other = First(t);
         First(t).set_direction(v1::DIRECTION_VN_TO_CN);
         other.add_cargo_classes("fruit");
         *t.add_rules() = other;
       }},
  };
  return faults;
}

class TimetableFault : public ::testing::TestWithParam<Fault> {};

TEST_P(TimetableFault, IsRefusedByItsReason) {
  v1::Timetable timetable = Good();
  GetParam().spoil(timetable);
  const absl::Status checked = CheckTimetable(timetable, testing::ProjectRegister());
  EXPECT_EQ(system::ReasonOf(checked), GetParam().reason) << checked;
}

INSTANTIATE_TEST_SUITE_P(Each, TimetableFault, ::testing::ValuesIn(Faults()),
                         [](const auto& param) { return param.param.name; });

TEST(TimetableRules, AGoodOnePasses) {
  EXPECT_TRUE(CheckTimetable(Good(), testing::ProjectRegister()).ok());
  EXPECT_EQ(GatesOf(Good()), (std::vector<std::string>{"LS-CM", "LS-HN-1119"}));
}

// A narrower cell is an exception, holidays and other days split a span, an intake stop is another
// fact than hours.
TEST(TimetableRules, WhatOnlySeemsToOverlapPasses) {
  v1::Timetable exception = Good();
  *exception.add_rules() = exception.rules(0);
  exception.mutable_rules(1)->add_cargo_classes("fruit");
  EXPECT_TRUE(CheckTimetable(exception, testing::ProjectRegister()).ok());

  v1::Timetable holidays = Good();
  v1::HolidayRule* rule = DaysOf(holidays).mutable_holidays();
  rule->set_calendar(v1::HOLIDAY_CALENDAR_CHOICE_VN);
  rule->set_effect(v1::HOLIDAY_EFFECT_EXCLUDED);
  *holidays.add_rules() = holidays.rules(0);
  holidays.mutable_rules(1)->mutable_days()->mutable_holidays()->set_effect(
      v1::HOLIDAY_EFFECT_ONLY);
  EXPECT_TRUE(CheckTimetable(holidays, testing::ProjectRegister()).ok());

  v1::Timetable stop = Good();
  v1::TimetableRule intake = stop.rules(0);
  intake.clear_windows();
  intake.set_regime(v1::REGIME_INTAKE_STOP);
  intake.set_hours(v1::HOURS_KIND_AS_BEFORE);
  *stop.add_rules() = intake;
  EXPECT_TRUE(CheckTimetable(stop, testing::ProjectRegister()).ok());
}

// N12: to one rule a make-up Saturday is a weekday, to the other a Saturday.
TEST(TimetableRules, BothRulesOfAWeekCountMakeUpDaysAlike) {
  v1::Timetable timetable = Good();
  for (int day = v1::WEEKDAY_MONDAY; day <= v1::WEEKDAY_FRIDAY; ++day) {
    DaysOf(timetable).add_weekdays(static_cast<v1::Weekday>(day));
  }
  *timetable.add_rules() = timetable.rules(0);
  v1::TimetableDays& weekend = *timetable.mutable_rules(1)->mutable_days();
  weekend.clear_weekdays();
  weekend.add_weekdays(v1::WEEKDAY_SATURDAY);
  EXPECT_TRUE(CheckTimetable(timetable, testing::ProjectRegister()).ok());

  v1::HolidayRule& holidays = *DaysOf(timetable).mutable_holidays();
  holidays.set_calendar(v1::HOLIDAY_CALENDAR_CHOICE_CN);
  holidays.set_effect(v1::HOLIDAY_EFFECT_INCLUDED);
  holidays.set_make_up_days_are_weekdays(true);
  EXPECT_EQ(system::ReasonOf(CheckTimetable(timetable, testing::ProjectRegister())),
            v1::REASON_CELLS_OVERLAP);
  *weekend.mutable_holidays() = holidays;
  EXPECT_TRUE(CheckTimetable(timetable, testing::ProjectRegister()).ok());
  weekend.mutable_holidays()->set_calendar(v1::HOLIDAY_CALENDAR_CHOICE_VN);
  EXPECT_EQ(system::ReasonOf(CheckTimetable(timetable, testing::ProjectRegister())),
            v1::REASON_CELLS_OVERLAP);
}

// N36: before 27 May 2024 some gates were others.
TEST(TimetableRules, AGateIsOneOfTheDaysItIsSaidFor) {
  v1::Timetable timetable = Good();
  First(timetable).clear_gate_ids();
  First(timetable).add_gate_ids("LS-TT-1088");
  EXPECT_TRUE(CheckTimetable(timetable, testing::ProjectRegister()).ok());
  DaysOf(timetable).mutable_first()->set_year(2020);
  DaysOf(timetable).mutable_last()->set_year(2020);
  const absl::Status checked = CheckTimetable(timetable, testing::ProjectRegister());
  EXPECT_EQ(system::ReasonOf(checked), v1::REASON_GATE_NOT_VALID_ON_DATE) << checked;
}

}  // namespace
}  // namespace gatepost::domain
