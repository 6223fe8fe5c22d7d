#include "client/render/times.h"

#include <gtest/gtest.h>

#include "daemon/domain/civil_time.h"

namespace gatepost::render {
namespace {

absl::Time Hanoi(absl::CivilSecond civil) {
  return absl::FromCivil(civil, absl::FixedTimeZone(7 * 3600));
}

TEST(TimeTextTest, ShowsBothZones) {
  const absl::Time time = Hanoi(absl::CivilSecond(2024, 8, 22, 20, 0, 0));
  const absl::CivilDay day(2024, 8, 22);
  EXPECT_EQ(TimeText(time, ZoneChoice::kBothHanoiFirst, day), "20:00 H (21:00 B)");
  EXPECT_EQ(TimeText(time, ZoneChoice::kBothBeijingFirst, day), "21:00 B (20:00 H)");
  EXPECT_EQ(TimeText(time, ZoneChoice::kHanoi, day), "20:00 H");
  EXPECT_EQ(TimeText(time, ZoneChoice::kBeijing, day), "21:00 B");
}

TEST(TimeTextTest, NamesTheDayOnceWhereBothAgree) {
  const absl::Time time = Hanoi(absl::CivilSecond(2024, 8, 22, 20, 0, 0));
  EXPECT_EQ(TimeText(time, ZoneChoice::kBothHanoiFirst), "2024-08-22 20:00 H (21:00 B)");
  EXPECT_EQ(TimeText(time, ZoneChoice::kBothHanoiFirst, absl::CivilDay(2024, 8, 21)),
            "2024-08-22 20:00 H (21:00 B)");
}

TEST(TimeTextTest, NamesBothDaysAcrossMidnight) {
  // 00:30 B is 23:30 H of the previous day (DOMAIN.md 4).
  const absl::Time time = Hanoi(absl::CivilSecond(2026, 1, 31, 23, 30, 0));
  EXPECT_EQ(TimeText(time, ZoneChoice::kBothHanoiFirst, absl::CivilDay(2026, 1, 31)),
            "2026-01-31 23:30 H (2026-02-01 00:30 B)");
  EXPECT_EQ(LogTimeText(time, ZoneChoice::kBothBeijingFirst),
            "2026-02-01 00:30:00 B (2026-01-31 23:30:00 H)");
}

TEST(MachineTimeTest, KeepsTheAuthorsZone) {
  const absl::Time time = Hanoi(absl::CivilSecond(2024, 8, 22, 20, 0, 0));
  EXPECT_EQ(MachineTime(domain::ToZoned(time, domain::kHanoiZone)), "2024-08-22T20:00:00+07:00");
  EXPECT_EQ(MachineTime(domain::ToZoned(time, domain::kBeijingZone)), "2024-08-22T21:00:00+08:00");
  EXPECT_EQ(MachineTime(time), "2024-08-22T13:00:00Z");
}

TEST(DurationTextTest, SaysTheUnitsThatMatter) {
  EXPECT_EQ(DurationText(absl::Milliseconds(340)), "340 ms");
  EXPECT_EQ(DurationText(absl::Milliseconds(1540)), "1.5 s");
  EXPECT_EQ(DurationText(absl::Seconds(125)), "2 min 05 s");
  EXPECT_EQ(DurationText(absl::Minutes(125)), "2 h 05 min");
  EXPECT_EQ(DurationText(absl::Hours(51)), "2 d 3 h");
}

}  // namespace
}  // namespace gatepost::render
