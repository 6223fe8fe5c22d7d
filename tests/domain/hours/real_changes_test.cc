// Hours that hold for a time: versions of one schedule, terms on trial, gates that became others
// (cases N25, N35 and N36).
#include <gtest/gtest.h>

#include <string>

#include "daemon/domain/hours/notice_rules.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/system/reason.h"
#include "tests/domain/hours/border_case.h"
#include "tests/domain/hours/rule_words.h"

namespace gatepost::domain {
namespace {

// ---- N25: three versions of one schedule ----

class RealChanges : public BorderCase {};

class HuuNghi2025 : public BorderCase {
 protected:
  static v1::Timetable Days(const std::string& first, const std::string& second,
                            const std::string& third) {
    const auto day = [](const std::string& date, const std::string& hours) {
      return RuleWords{.gates = "LS-HN-1116",
                       .days = date,
                       .regime = v1::REGIME_SHORTENED,
                       .hours = hours,
                       .traffic = v1::TRAFFIC_PASSENGERS};
    };
    return InHanoi({day("2025-04-15", first), day("2025-04-16", second), day("2025-04-17", third)});
  }
  void SetUp() override {
    Agree(HoursLayer::kSchedule, "2025-04-11 16:00",
          Days("7:00-10:00 16:30-17:00", "7:00-9:00 12:30-14:00", "7:00-9:00 13:00-14:00"));
    // The other print of it, half an hour longer; taken as the later one.
    Agree(HoursLayer::kSchedule, "2025-04-12 09:00",
          Days("7:00-10:00 16:30-17:30", "7:00-9:00 12:30-14:00", "7:00-9:00 13:00-14:00"));
    Agree(HoursLayer::kSchedule, "2025-04-14 10:00",
          Days("7:00-10:00 15:30-17:30", "7:00-9:00 11:30-14:00", "7:00-9:00 12:00-14:00"));
  }
};

TEST_F(HuuNghi2025, N25OneAnswerForEachInstantAndDayOfKnowledge) {
  const std::string time = "2025-04-15 15:45";
  EXPECT_EQ(At("LS-HN-1116", time, kPassengers), "OPEN SHORTENED by 3");
  EXPECT_EQ(At("LS-HN-1116", time, kPassengers, "2025-04-13 12:00"), "CLOSED SHORTENED by 2");
  EXPECT_EQ(At("LS-HN-1116", "2025-04-15 17:15", kPassengers, "2025-04-11 18:00"),
            "CLOSED SHORTENED by 1");
  EXPECT_EQ(At("LS-HN-1116", "2025-04-15 17:15", kPassengers, "2025-04-13 12:00"),
            "OPEN SHORTENED by 2");
  EXPECT_EQ(At("LS-HN-1116", time, kPassengers, "2025-04-10 12:00"), "UNKNOWN UNSPECIFIED by ");
  EXPECT_EQ(Over("LS-HN-1116", "2025-04-17 00:00", "2025-04-18 00:00", kPassengers),
            "17 00:00 CLOSED, 17 07:00 OPEN, 17 09:00 CLOSED, 17 12:00 OPEN, 17 14:00 CLOSED");
}

TEST_F(HuuNghi2025, N25LetterReceiptAndEffectAreThreeDays) {
  v1::Papers papers;
  *papers.mutable_letter_date() = Dated("2025-04-13");
  *papers.mutable_received_on() = Dated("2025-04-14");
  *papers.mutable_effective_on() = Dated("2025-04-15");
  v1::PaperReference& letter = *papers.add_references();
  letter.set_issuer("Pingxiang");
  letter.set_kind(v1::PAPER_KIND_COUNTERPART_LETTER);
  letter.set_number("29");
  EXPECT_TRUE(CheckPapersOf(papers, "LS-HN-1119").ok());
}

TEST_F(HuuNghi2025, N25TrucksWaitInANamedYardFreeOfCharge) {
  Agree(HoursLayer::kRegular, "2025-01-01 08:00",
        InHanoi({{.gates = "LS-HN-1119", .days = "2025-01-01..", .hours = "7:00-19:00"}}));
  v1::Timetable wait = InHanoi({{.gates = "LS-HN-1119",
                                 .days = "2025-04-14 18:00..2025-04-17",
                                 .direction = v1::DIRECTION_VN_TO_CN}});
  wait.mutable_rules(0)->mutable_conditions()->set_holding_yard_id("LS-HN-Y-VIETTEL");
  wait.mutable_rules(0)->mutable_conditions()->set_holding_fee(v1::FEE_FREE);
  Agree(HoursLayer::kSchedule, "2025-04-14 12:00", wait);
  EXPECT_NE(gates_.FindScope("LS-HN-Y-VIETTEL", absl::CivilDay(2025, 4, 14)), nullptr);
  const HoursCell exports{.traffic = v1::TRAFFIC_GOODS, .direction = v1::DIRECTION_VN_TO_CN};
  const HoursCell imports{.traffic = v1::TRAFFIC_GOODS, .direction = v1::DIRECTION_CN_TO_VN};
  EXPECT_EQ(At("LS-HN-1119", "2025-04-14 17:59", exports), "OPEN NORMAL by 4");
  EXPECT_EQ(At("LS-HN-1119", "2025-04-14 18:00", exports), "OPEN NORMAL by 5 4");
  EXPECT_EQ(At("LS-HN-1119", "2025-04-17 23:59", exports), "CLOSED NORMAL by 5 4");
  EXPECT_EQ(At("LS-HN-1119", "2025-04-18 12:00", exports), "OPEN NORMAL by 4");
  EXPECT_EQ(At("LS-HN-1119", "2025-04-15 12:00", imports), "OPEN NORMAL by 4");
}

// ---- N35: loading back, for a year on trial ----

TEST_F(RealChanges, N35TermsHoldFromDayToDay) {
  Agree(HoursLayer::kRegular, "2025-04-24 12:00",
        InHanoi({{.gates = "LS-HN-1119", .days = "2025-04-25..", .hours = "7:00-20:00"}}));
  v1::Timetable pilot = InHanoi(
      {{.gates = "LS-HN-1119", .days = "2025-12-10..2026-12-09", .regime = v1::REGIME_PILOT}});
  v1::Conditions& terms = *pilot.mutable_rules(0)->mutable_conditions();
  terms.add_dwell_limits()->set_hours(24);
  v1::DwellLimit& two_way = *terms.add_dwell_limits();
  two_way.set_hours(36);
  two_way.set_two_way(true);
  terms.set_one_owner_per_vehicle(true);
  terms.set_one_product_per_vehicle(true);
  terms.set_load_back_allowed(true);
  Agree(HoursLayer::kSchedule, "2025-12-05 15:00", pilot);
  EXPECT_EQ(At("LS-HN-1119", "2025-12-09 12:00"), "OPEN NORMAL by 1");
  EXPECT_EQ(At("LS-HN-1119", "2025-12-10 12:00"), "OPEN PILOT by 2 1");
  EXPECT_EQ(At("LS-HN-1119", "2026-12-09 19:59"), "OPEN PILOT by 2 1");
  EXPECT_EQ(At("LS-HN-1119", "2026-12-10 12:00"), "OPEN NORMAL by 1");
}

// ---- N36: gates that became others ----

TEST_F(RealChanges, N36AGateIsOneOfAllItsDays) {
  v1::Timetable route =
      InHanoi({{.gates = "LS-TT-1088", .days = "2023-06-01..", .hours = "7:00-20:00"}});
  EXPECT_EQ(system::ReasonOf(CheckTimetable(route, gates_)), v1::REASON_GATE_NOT_VALID_ON_DATE);
  *route.mutable_rules(0) = RuleOf({.gates = "LS-TT-1088", .days = "2024-05-26..2024-06-10"});
  EXPECT_EQ(system::ReasonOf(CheckTimetable(route, gates_)), v1::REASON_GATE_NOT_VALID_ON_DATE);
  *route.mutable_rules(0) = RuleOf({.gates = "LS-TT-1088", .days = "2024-05-27..2024-06-10"});
  EXPECT_TRUE(CheckTimetable(route, gates_).ok());
  // Tan Thanh itself was a gate before and after, below another one.
  *route.mutable_rules(0) = RuleOf({.gates = "LS-TT", .days = "2023-06-01..2024-06-10"});
  EXPECT_TRUE(CheckTimetable(route, gates_).ok());
  EXPECT_TRUE(
      gates_.TreeChangedBetween("LS-HN", absl::CivilDay(2023, 6, 1), absl::CivilDay(2025, 6, 1)));
}

}  // namespace
}  // namespace gatepost::domain
