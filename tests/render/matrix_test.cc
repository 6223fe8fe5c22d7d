#include "client/render/matrix.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/time/time.h"
#include "daemon/domain/civil_time.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

v1::ListDaysResponse Days(int first_day, int count) {
  v1::ListDaysResponse days;
  for (int i = 0; i < count; ++i) {
    v1::DayOnBothSides& day = *days.add_days();
    *day.mutable_date() = domain::ToCivilDate(absl::CivilDay(2027, 2, first_day) + i);
    day.mutable_vn()->set_status(i == 0 ? v1::DAY_STATUS_WORKING : v1::DAY_STATUS_OFF_HOLIDAY);
    if (i > 0) day.mutable_vn()->set_holiday("tet");
    day.mutable_cn()->set_status(v1::DAY_STATUS_MAKE_UP_WORKDAY);
  }
  return days;
}

// Adds a span from and to civil times of Hanoi, `2027-02-05 07:00`.
v1::HoursSpan& AddSpan(v1::GateHours& line, const std::string& from, const std::string& to,
                       v1::Opening opening, v1::Regime regime, int cited) {
  v1::HoursSpan& span = *line.add_spans();
  *span.mutable_period()->mutable_start() = *domain::ParseInstant(from + "H");
  *span.mutable_period()->mutable_end() = *domain::ParseInstant(to + "H");
  span.set_opening(opening);
  span.set_regime(regime);
  span.add_cited(cited);
  return span;
}

v1::GetHoursResponse Hours() {
  v1::GetHoursResponse hours;
  hours.set_node("vn-langson");
  for (const char* reference : {"LS/2026/00002", "LS/2026/00003"}) {
    v1::CitedMessage& cited = *hours.add_cited();
    cited.set_short_reference(reference);
    cited.set_kind("holiday_hours");
  }
  v1::GateHours& line = *hours.add_hours();
  line.set_gate_id("LS-HN");
  line.set_traffic(v1::TRAFFIC_GOODS);
  line.set_direction(v1::DIRECTION_BOTH);
  AddSpan(line, "2027-02-05 00:00", "2027-02-05 07:00", v1::OPENING_CLOSED, v1::REGIME_SHORTENED,
          0);
  AddSpan(line, "2027-02-05 07:00", "2027-02-05 11:00", v1::OPENING_OPEN, v1::REGIME_SHORTENED, 0);
  AddSpan(line, "2027-02-05 11:00", "2027-02-05 13:00", v1::OPENING_CLOSED, v1::REGIME_SHORTENED,
          0);
  AddSpan(line, "2027-02-05 13:00", "2027-02-05 23:30", v1::OPENING_OPEN, v1::REGIME_SHORTENED, 0);
  AddSpan(line, "2027-02-05 23:30", "2027-02-07 00:00", v1::OPENING_CLOSED, v1::REGIME_CLOSED, 1);
  v1::GateHours& silent = *hours.add_hours();
  silent.set_gate_id("LS-TT");
  silent.set_traffic(v1::TRAFFIC_ALL);
  silent.set_direction(v1::DIRECTION_BOTH);
  return hours;
}

TEST(MatrixTextTest, HasTheDaysOfBothSidesOnTopAndTheHoursOfEachGateBelow) {
  const std::string text = MatrixText(Days(5, 3), Hours(), View());
  EXPECT_THAT(text, HasSubstr("2027-02-05 Fri"));
  EXPECT_THAT(text, ContainsRegex("VN/CN +on/on +off/on +off/on"));
  EXPECT_THAT(text, ContainsRegex("Holiday +tet +tet"));
  EXPECT_THAT(text, ContainsRegex("LS-HN +goods traffic +07:00-11:00, 13:00-23:30, shorter "
                                  "hours +closed +[?]"));
}

TEST(MatrixTextTest, EveryWindowIsInTheOtherZoneToo) {
  const std::string text = MatrixText(Days(5, 3), Hours(), View());
  EXPECT_THAT(text, HasSubstr("07:00-11:00, 13:00-23:30 H = 08:00-12:00, 14:00-00:30+1 B\n"));
  EXPECT_THAT(text, HasSubstr("rests on LS/2026/00002, holiday hours\n"));
  // In Beijing's days the same hours fall apart at another midnight.
  const std::string there = MatrixText(Days(5, 3), Hours(), {"CN", ZoneChoice::kBothBeijingFirst});
  EXPECT_THAT(there, HasSubstr("08:00-12:00, 14:00-24:00"));
  EXPECT_THAT(there, HasSubstr("00:00-00:30 B = 23:00-1-23:30-1 H\n"));
}

TEST(MatrixTextTest, GatesOfWhichNothingIsKnownAreCounted) {
  const std::string text = MatrixText(Days(5, 3), Hours(), View());
  EXPECT_THAT(text, Not(HasSubstr("LS-TT")));
  EXPECT_THAT(text, HasSubstr("1 gate of which nothing is known is left out"));
}

TEST(MatrixTextTest, SevenDaysStandSideBySide) {
  const std::string text = MatrixText(Days(1, 9), Hours(), View());
  const size_t second = text.find("2027-02-08");
  ASSERT_NE(second, std::string::npos);
  EXPECT_NE(text.rfind('\n', second), text.rfind('\n', text.find("2027-02-07")));
}

TEST(MatrixCsvTest, HasALineForEachGateAndDay) {
  const std::string csv = MatrixCsv(Days(5, 3), Hours(), View());
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 2 * 3);
  EXPECT_THAT(csv, HasSubstr("LS-HN,TRAFFIC_GOODS,DIRECTION_BOTH,,,2027-02-05,DAY_STATUS_WORKING,"
                             "DAY_STATUS_MAKE_UP_WORKDAY,H,\"07:00-11:00, 13:00-23:30\",B,"
                             "\"08:00-12:00, 14:00-00:30+1\",REGIME_SHORTENED,yes,"
                             "LS/2026/00002 LS/2026/00003\n"));
  EXPECT_THAT(csv, HasSubstr("LS-TT,TRAFFIC_ALL,DIRECTION_BOTH,,,2027-02-07,"));
  EXPECT_THAT(csv, HasSubstr(",no,\n"));
}

}  // namespace
}  // namespace gatepost::render
