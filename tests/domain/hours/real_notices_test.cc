// Notices as one side sent them, or saw what nobody had said (cases N07 to N32).
#include <gtest/gtest.h>

#include <string>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/notice_rules.h"
#include "daemon/domain/lunar.h"
#include "daemon/system/reason.h"
#include "tests/domain/hours/border_case.h"
#include "tests/domain/hours/rule_words.h"
#include "tests/domain/hours/timetables.h"

namespace gatepost::domain {
namespace {

class RealNotices : public BorderCase {
 protected:
  // Row 1 of each case: goods from 07:00 to 18:00, every day.
  void Usual(const std::string& gates, const std::string& from) {
    Agree(HoursLayer::kRegular, from + " 00:00",
          InHanoi({{.gates = gates, .days = from + "..", .hours = "7:00-18:00"}}));
  }
};

v1::TimetableRule Stop(const std::string& gates, const std::string& days) {
  return RuleOf({.gates = gates, .days = days, .regime = v1::REGIME_INTAKE_STOP, .cargo = "fruit"});
}

v1::Timetable StopIn(const std::string& gates, const std::string& days) {
  v1::Timetable timetable = InHanoi({});
  *timetable.add_rules() = Stop(gates, days);
  return timetable;
}

// ---- N07: stop receiving, not stop clearing ----

TEST_F(RealNotices, N07NoFruitIsSentUntilTet) {
  Usual("LS-CM LS-HN-1119 LS-TT", "2021-12-01");
  const absl::CivilDay tet = LunarNewYear(Country::kVietNam, 2022).value();
  Notify("2022-01-12 15:00",
         IntakeStopBy("VN", StopIn("LS-CM LS-HN-1119 LS-TT", "2022-01-17.." + DayText(tet - 1))));
  EXPECT_EQ(At("LS-TT", "2022-01-16 12:00", kFruit), "OPEN NORMAL by 1");
  EXPECT_EQ(At("LS-TT", "2022-01-17 12:00", kFruit), "OPEN+stop NORMAL by 2 1");
  EXPECT_EQ(At("LS-TT", "2022-01-17 12:00"), "OPEN NORMAL by 1");
  EXPECT_EQ(At("LS-TT", "2022-01-31 18:00", kFruit), "CLOSED+stop NORMAL by 2 1");
  EXPECT_EQ(At("LS-TT", "2022-02-01 12:00", kFruit), "OPEN NORMAL by 1");

  // What China had said before: no frozen imports for 14 days on either side of the new year.
  const absl::CivilDay spring = LunarNewYear(Country::kChina, 2022).value();
  Notify("2022-01-12 16:00",
         ClosureBy("CN",
                   InBeijing({{.gates = "LS-CM LS-HN-1119 LS-TT",
                               .days = DayText(spring - 14) + ".." + DayText(spring + 14),
                               .regime = v1::REGIME_CLOSED,
                               .direction = v1::DIRECTION_VN_TO_CN,
                               .cargo = "frozen"}}),
                   v1::CHANGE_REASON_EPIDEMIC));
  const HoursCell frozen{
      .traffic = v1::TRAFFIC_GOODS, .direction = v1::DIRECTION_VN_TO_CN, .cargo_class = "frozen"};
  EXPECT_EQ(DaysOf(v1::REGIME_CLOSED, "LS-TT", "2022-01-01", "2022-03-01", frozen), 29);
  EXPECT_EQ(DaysOf(v1::REGIME_CLOSED, "LS-TT", "2022-01-01", "2022-03-01", kFruit), 0);
}

// Longer or shorter hours are no notice's to say.
TEST_F(RealNotices, N07AStopDoesNotChangeTheHours) {
  v1::Timetable shorter = StopIn("LS-TT", "2022-01-17..2022-01-31");
  *shorter.mutable_rules(0) = RuleOf({.gates = "LS-TT",
                                      .days = "2022-01-17..2022-01-31",
                                      .regime = v1::REGIME_SHORTENED,
                                      .hours = "8:00-11:00"});
  EXPECT_EQ(system::ReasonOf(Check("2022-01-12 15:00", IntakeStopBy("VN", shorter))),
            v1::REASON_WRONG_FAMILY);
}

// ---- N09: closed for one reason, then for another ----

TEST_F(RealNotices, N09TheReopeningBelongsToTheSecondReason) {
  Usual("QN-BPS", "2022-09-26");
  const auto closed = [](const std::string& days) {
    return InBeijing({{.gates = "QN-BPS", .days = days, .regime = v1::REGIME_CLOSED}});
  };
  const int64_t epidemic = Notify(
      "2022-09-28 07:30", ClosureBy("CN", closed("2022-09-28.."), v1::CHANGE_REASON_EPIDEMIC));
  const int64_t holiday =
      Notify("2022-09-29 10:00",
             ClosureBy("CN", closed("2022-10-01..2022-10-07"), v1::CHANGE_REASON_STATE_HOLIDAY));
  EXPECT_EQ(At("QN-BPS", "2022-10-09 12:00"), "CLOSED CLOSED by 2");
  Notify("2022-09-29 10:05",
         ResumptionBy("CN", InBeijing({{.gates = "QN-BPS", .days = "2022-10-08.."}})),
         {.ends = {epidemic, holiday}});
  EXPECT_EQ(At("QN-BPS", "2022-09-27 12:00"), "OPEN NORMAL by 1");
  EXPECT_EQ(At("QN-BPS", "2022-09-30 12:00"), "CLOSED CLOSED by 2");
  EXPECT_EQ(At("QN-BPS", "2022-10-03 12:00"), "CLOSED CLOSED by 3");
  EXPECT_EQ(At("QN-BPS", "2022-10-08 12:00"), "OPEN NORMAL by 4 1");
}

// ---- N26: stopped, and nobody had said so ----

class Puzhai2021 : public RealNotices {
 protected:
  static v1::Notice Stopped() {
    v1::Notice notice;
    notice.set_side("VN");
    v1::ObservedStop& stop = *notice.mutable_observed_stop();
    stop.add_gate_ids("LS-TT");
    stop.set_traffic(v1::TRAFFIC_GOODS);
    stop.set_direction(v1::DIRECTION_BOTH);
    *stop.mutable_since() = ToZoned(Hanoi("2021-08-16 08:00"), kHanoiZone);
    stop.set_precision(v1::PRECISION_PART_OF_DAY);
    *stop.mutable_answer_by() = ToZoned(Hanoi("2021-08-17 12:00"), kHanoiZone);
    return notice;
  }
};

TEST_F(Puzhai2021, N26WhatWasSeenAsksAndDecidesNothing) {
  Usual("LS-TT", "2021-08-01");
  const int64_t seen = Notify("2021-08-16 11:00", Stopped());
  EXPECT_EQ(At("LS-TT", "2021-08-16 12:00"), "OPEN NORMAL by 1");
  // The official notice comes, back to when it began; the observation then names it.
  const int64_t official =
      Notify("2021-08-17 15:00", ClosureBy("CN",
                                           InBeijing({{.gates = "LS-TT",
                                                       .days = "2021-08-16 09:00..",
                                                       .regime = v1::REGIME_CLOSED}}),
                                           v1::CHANGE_REASON_EPIDEMIC));
  v1::Notice reconciled = Stopped();
  v1::MessageCitation& named = *reconciled.mutable_observed_stop()->mutable_official();
  named.set_author("spiffe://pingxiang.example/agency/port-office/officer/desk-1");
  named.set_message_id("0194e1a2-7c00-7000-8000-000000000003");
  named.set_pae_sha256(std::string(32, '\3'));
  Notify("2021-08-17 16:00", reconciled, {.replaces = seen});
  Notify("2021-08-18 07:00",
         ResumptionBy("CN", InBeijing({{.gates = "LS-TT", .days = "2021-08-18 08:00.."}})),
         {.ends = {official}});
  EXPECT_EQ(At("LS-TT", "2021-08-16 07:59"), "OPEN NORMAL by 1");
  EXPECT_EQ(At("LS-TT", "2021-08-16 12:00"), "CLOSED CLOSED by 3");
  EXPECT_EQ(At("LS-TT", "2021-08-16 12:00", kGoods, "2021-08-16 12:00"), "OPEN NORMAL by 1");
  EXPECT_EQ(At("LS-TT", "2021-08-18 12:00"), "OPEN NORMAL by 5 1");
}

TEST_F(Puzhai2021, N26AnAnswerIsAskedForAfterTheStop) {
  v1::Notice early = Stopped();
  *early.mutable_observed_stop()->mutable_answer_by() =
      ToZoned(Hanoi("2021-08-16 07:00"), kHanoiZone);
  EXPECT_EQ(system::ReasonOf(Check("2021-08-16 11:00", early)), v1::REASON_BAD_TIME);
}

// ---- N27: opened and closed on one day ----

TEST_F(RealNotices, N27AnUnknownReasonIsAReason) {
  Usual("LS-TT", "2021-12-01");
  const int64_t first = Notify(
      "2021-12-15 08:00",
      ClosureBy(
          "CN",
          InHanoi({{.gates = "LS-TT", .days = "2021-12-15 08:00..", .regime = v1::REGIME_CLOSED}}),
          v1::CHANGE_REASON_TECHNICAL_FAILURE));
  Notify("2021-12-18 07:30",
         ResumptionBy("CN", InHanoi({{.gates = "LS-TT", .days = "2021-12-18 08:00.."}})),
         {.ends = {first}});
  // The source says later that day.
  v1::Timetable again =
      InHanoi({{.gates = "LS-TT", .days = "2021-12-18 14:00..", .regime = v1::REGIME_CLOSED}});
  again.mutable_rules(0)->mutable_days()->set_begin_precision(v1::PRECISION_PART_OF_DAY);
  Notify("2021-12-18 14:30", ClosureBy("CN", again, v1::CHANGE_REASON_UNKNOWN));
  EXPECT_EQ(Over("LS-TT", "2021-12-17 00:00", "2021-12-20 00:00"),
            "17 00:00 CLOSED, 18 08:00 OPEN, 18 14:00 CLOSED");
  EXPECT_EQ(At("LS-TT", "2021-12-19 12:00"), "CLOSED CLOSED by 4");
  EXPECT_EQ(At("LS-TT", "2021-12-19 12:00", kGoods, "2021-12-18 12:00"), "OPEN NORMAL by 3 1");
}

// ---- N28: reopened on terms ----

TEST_F(RealNotices, N28AReopeningCarriesItsTerms) {
  Usual("LS-TT", "2021-12-01");
  const int64_t closed =
      Notify("2021-12-18 14:30", ClosureBy("CN",
                                           InBeijing({{.gates = "LS-TT",
                                                       .days = "2021-12-18 15:00..",
                                                       .regime = v1::REGIME_CLOSED}}),
                                           v1::CHANGE_REASON_UNKNOWN));
  v1::Timetable opens = InBeijing({{.gates = "LS-TT", .days = "2022-01-25.."}});
  opens.mutable_rules(0)->mutable_conditions()->set_handover(
      v1::HANDOVER_METHOD_AT_LINE_PROTECTIVE);
  const int64_t opened = Notify("2022-01-24 17:00", ResumptionBy("CN", opens), {.ends = {closed}});
  EXPECT_EQ(At("LS-TT", "2022-01-24 12:00"), "CLOSED CLOSED by 2");
  EXPECT_EQ(At("LS-TT", "2022-01-25 12:00"), "OPEN NORMAL by 3 1");
  EXPECT_EQ(timetable(opened).rules(0).conditions().handover(),
            v1::HANDOVER_METHOD_AT_LINE_PROTECTIVE);
  // Hours that only an agreement can bring.
  *opens.mutable_rules(0) = RuleOf({.gates = "LS-TT",
                                    .days = "2022-01-25..",
                                    .regime = v1::REGIME_EXTENDED,
                                    .hours = "7:00-22:00"});
  EXPECT_EQ(
      system::ReasonOf(Check("2022-01-24 17:00", ResumptionBy("CN", opens), {.ends = {closed}})),
      v1::REASON_WRONG_FAMILY);
}

// A reopening without an end stands above every later holiday, and must not hide its regime.
TEST_F(RealNotices, N28AReopeningDoesNotOutlastWhatIsAgreedLater) {
  Usual("LS-TT", "2021-12-01");
  const int64_t closed =
      Notify("2021-12-18 14:30", ClosureBy("CN",
                                           InBeijing({{.gates = "LS-TT",
                                                       .days = "2021-12-18 15:00..",
                                                       .regime = v1::REGIME_CLOSED}}),
                                           v1::CHANGE_REASON_UNKNOWN));
  Notify("2022-01-24 17:00",
         ResumptionBy("CN", InBeijing({{.gates = "LS-TT", .days = "2022-01-25.."}})),
         {.ends = {closed}});
  Agree(HoursLayer::kHoliday, "2023-01-19 10:00",
        InHanoi({{.gates = "LS-TT", .days = "2023-01-21..2023-01-25", .regime = v1::REGIME_CLOSED},
                 {.gates = "LS-TT",
                  .days = "2023-01-26..2023-01-27",
                  .regime = v1::REGIME_PREREGISTERED_ONLY}}));
  EXPECT_EQ(At("LS-TT", "2023-01-22 12:00"), "CLOSED CLOSED by 3 4");
  EXPECT_EQ(At("LS-TT", "2023-01-26 12:00"), "OPEN PREREGISTERED_ONLY by 3 4 1");
  EXPECT_EQ(At("LS-TT", "2023-01-28 12:00"), "OPEN NORMAL by 3 1");
}

// ---- N29: an intake stop made longer twice, and a closure over it ----

TEST_F(RealNotices, N29EachAmendmentReplacesTheOneBefore) {
  const std::string gates = "LS-CM LS-HN-1119 LS-TT";
  Usual(gates, "2022-01-01");
  const int64_t first =
      Notify("2022-02-12 15:00", IntakeStopBy("VN", StopIn(gates, "2022-02-16..2022-02-25")));
  const int64_t second =
      Notify("2022-02-24 15:00", IntakeStopBy("VN", StopIn(gates, "2022-02-16..2022-03-05")),
             {.replaces = first});
  Notify("2022-03-04 15:00", IntakeStopBy("VN", StopIn(gates, "2022-02-16..2022-03-15")),
         {.replaces = second});
  EXPECT_EQ(At("LS-TT", "2022-03-01 12:00", kFruit, "2022-02-13 12:00"), "OPEN NORMAL by 1");
  EXPECT_EQ(At("LS-TT", "2022-03-01 12:00", kFruit, "2022-02-25 12:00"), "OPEN+stop NORMAL by 3 1");
  EXPECT_EQ(At("LS-TT", "2022-03-10 12:00", kFruit, "2022-02-25 12:00"), "OPEN NORMAL by 1");
  EXPECT_EQ(At("LS-TT", "2022-03-10 12:00", kFruit), "OPEN+stop NORMAL by 4 1");
  EXPECT_EQ(At("LS-TT", "2022-03-16 12:00", kFruit), "OPEN NORMAL by 1");
}

// Two facts that hold together, whichever was said first.
TEST_F(RealNotices, N29AClosureDoesNotHideAnIntakeStop) {
  Usual("LS-HN-1119", "2022-01-01");
  Notify("2022-02-12 15:00", IntakeStopBy("VN", StopIn("LS-HN-1119", "2022-02-16..2022-02-25")));
  // Which Sunday it was the source does not say.
  Notify(
      "2022-02-20 09:00",
      ClosureBy(
          "CN",
          InBeijing({{.gates = "LS-HN-1119", .days = "2022-02-20..", .regime = v1::REGIME_CLOSED}}),
          v1::CHANGE_REASON_EPIDEMIC));
  EXPECT_EQ(At("LS-HN-1119", "2022-02-19 12:00", kFruit), "OPEN+stop NORMAL by 2 1");
  EXPECT_EQ(At("LS-HN-1119", "2022-02-21 12:00", kFruit), "CLOSED+stop CLOSED by 3 2");
  EXPECT_EQ(At("LS-HN-1119", "2022-02-21 12:00"), "CLOSED CLOSED by 3");
  Notify("2022-02-24 15:00", IntakeStopBy("VN", StopIn("LS-HN-1119", "2022-02-26..2022-03-05")));
  EXPECT_EQ(At("LS-HN-1119", "2022-03-01 12:00", kFruit), "CLOSED+stop CLOSED by 4 3");
  EXPECT_EQ(At("LS-HN-1119", "2022-04-01 12:00", kFruit), "CLOSED CLOSED by 3");
}

// ---- N30: closed at once, and appointments with it ----

TEST_F(RealNotices, N30AServiceIsAFactOfItsOwn) {
  Usual("QN-MC", "2021-12-01");
  Notify("2021-12-21 10:00", ClosureBy("CN",
                                       InBeijing({{.gates = "QN-MC",
                                                   .days = "2021-12-21 11:00..",
                                                   .regime = v1::REGIME_CLOSED,
                                                   .traffic = v1::TRAFFIC_ALL}}),
                                       v1::CHANGE_REASON_EPIDEMIC));
  v1::Notice appointments;
  appointments.set_side("CN");
  v1::ServiceNotice& service = *appointments.mutable_service();
  service.set_service(v1::SERVICE_KIND_APPOINTMENTS);
  service.add_gate_ids("QN-MC");
  service.set_working(false);
  *service.mutable_since() = ToZoned(Beijing("2021-12-21 11:00"), kBeijingZone);
  service.set_precision(v1::PRECISION_HOUR);
  Notify("2021-12-21 10:10", appointments);
  EXPECT_EQ(At("QN-MC", "2021-12-21 09:59"), "OPEN NORMAL by 1");
  EXPECT_EQ(At("QN-MC", "2021-12-21 10:00"), "CLOSED CLOSED by 2");
  EXPECT_EQ(At("QN-MC", "2022-06-01 12:00", kPassengers), "CLOSED CLOSED by 2");
  service.clear_precision();
  EXPECT_EQ(system::ReasonOf(Check("2021-12-21 10:10", appointments)), v1::REASON_FIELD_MISSING);
}

// ---- N32: closed, with gates to use instead ----

TEST_F(RealNotices, N32EachCargoIsSentElsewhere) {
  // The year is not in the source.
  v1::Timetable closed =
      InBeijing({{.gates = "LS-CN", .days = "2019-07-01..", .regime = v1::REGIME_CLOSED}});
  v1::Conditions& terms = *closed.mutable_rules(0)->mutable_conditions();
  v1::Diversion& fruit = *terms.add_diversions();
  fruit.add_cargo_classes("fruit");
  fruit.add_gate_ids("LS-TT");
  v1::Diversion& dry = *terms.add_diversions();
  dry.add_cargo_classes("dry");
  dry.add_gate_ids("LS-NH");
  dry.add_gate_ids("LS-PN");
  v1::Notice notice = ClosureBy("CN", closed, v1::CHANGE_REASON_UNKNOWN);
  v1::PaperReference& talks = *notice.mutable_papers()->add_references();
  talks.set_kind(v1::PAPER_KIND_MINUTES);
  *talks.mutable_date() = Dated("2019-06-29");
  *notice.mutable_papers()->mutable_effective_on() = Dated("2019-07-01");
  Notify("2019-06-29 16:00", notice);
  EXPECT_EQ(At("LS-CN", "2019-06-30 22:30"), "UNKNOWN UNSPECIFIED by ");
  EXPECT_EQ(At("LS-CN", "2019-07-01 09:00"), "CLOSED CLOSED by 1");
  EXPECT_EQ(At("LS-TT", "2019-07-01 09:00", kFruit), "UNKNOWN UNSPECIFIED by ");
}

}  // namespace
}  // namespace gatepost::domain
