#include "client/render/prepared.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/domain/civil_time.h"

namespace gatepost::render {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

v1::GateHours& AddLine(v1::GetHoursResponse& hours, v1::Traffic traffic, v1::Direction direction) {
  v1::GateHours& line = *hours.add_hours();
  line.set_gate_id("LS-HN");
  line.set_traffic(traffic);
  line.set_direction(direction);
  line.set_load(v1::LOAD_ANY);
  return line;
}

void AddDay(v1::GateHours& line, const std::string& day, const std::string& opens,
            const std::string& closes) {
  const std::string times[] = {day + " 00:00H", day + " " + opens + "H", day + " " + closes + "H",
                               day + " 23:59H"};
  for (int i = 0; i < 3; ++i) {
    v1::HoursSpan& span = *line.add_spans();
    *span.mutable_period()->mutable_start() = *domain::ParseInstant(times[i]);
    *span.mutable_period()->mutable_end() = *domain::ParseInstant(times[i + 1]);
    span.set_opening(i == 1 ? v1::OPENING_OPEN : v1::OPENING_CLOSED);
    span.set_regime(v1::REGIME_NORMAL);
  }
}

v1::PrepareProposalResponse Prepared() {
  v1::PrepareProposalResponse prepared;
  prepared.mutable_proposal()->set_side("VN");
  v1::GateHours& now = AddLine(*prepared.mutable_before(), v1::TRAFFIC_GOODS, v1::DIRECTION_BOTH);
  v1::GateHours& then = AddLine(*prepared.mutable_after(), v1::TRAFFIC_GOODS, v1::DIRECTION_BOTH);
  for (const char* day : {"2027-02-05", "2027-02-06"}) AddDay(now, day, "07:00", "18:00");
  AddDay(then, "2027-02-05", "07:00", "18:00");
  AddDay(then, "2027-02-06", "07:00", "15:00");
  // Only exports of the first day are said apart.
  v1::GateHours& exports =
      AddLine(*prepared.mutable_after(), v1::TRAFFIC_GOODS, v1::DIRECTION_VN_TO_CN);
  AddDay(exports, "2027-02-05", "09:00", "10:00");
  AddDay(exports, "2027-02-06", "07:00", "15:00");
  v1::Finding& finding = *prepared.add_findings();
  finding.set_severity(v1::SEVERITY_WARNING);
  finding.set_subject("lead time");
  finding.set_text("2 days");
  return prepared;
}

TEST(PreparedTextTest, ShowsTheHoursNowAndThenInBothZones) {
  const std::string text = PreparedText(Prepared(), View());
  EXPECT_THAT(text, ContainsRegex("LS-HN +goods traffic +2027-02-06 +07:00-18:00 H .08:00-19:00 "
                                  "B. +07:00-15:00 H .08:00-16:00 B."));
  EXPECT_THAT(text, HasSubstr("warning: lead time: 2 days"));
}

TEST(PreparedTextTest, ANarrowerLineIsComparedWithTheWiderOneBefore) {
  const std::string text = PreparedText(Prepared(), View());
  EXPECT_THAT(text, ContainsRegex("goods traffic, VN→CN export +2027-02-05 +07:00-18:00 H "
                                  ".08:00-19:00 B. +09:00-10:00 H"));
}

TEST(PreparedTextTest, DaysThatStayAreOnlyCounted) {
  const std::string text = PreparedText(Prepared(), View());
  EXPECT_THAT(text, Not(ContainsRegex("goods traffic +2027-02-05")));
  EXPECT_THAT(text, HasSubstr("1 day of a gate stays as it is"));
  v1::PrepareProposalResponse same = Prepared();
  *same.mutable_after() = same.before();
  EXPECT_THAT(PreparedText(same, View()), HasSubstr("nothing"));
}

TEST(PreparedCsvTest, HasEveryDayOfEveryLine) {
  const std::string csv = PreparedCsv(Prepared(), View());
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 2 * 2);
  EXPECT_THAT(csv, HasSubstr("LS-HN,TRAFFIC_GOODS,DIRECTION_BOTH,,,2027-02-05,"));
}

}  // namespace
}  // namespace gatepost::render
