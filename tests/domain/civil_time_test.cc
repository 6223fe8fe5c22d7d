// Days, instants and zones: what is read, what is refused, and how it is written back.

#include "daemon/domain/civil_time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "daemon/system/reason.h"

namespace gatepost::domain {
namespace {

using system::ReasonOf;
using ::testing::HasSubstr;

const absl::CivilDay kDay(2026, 2, 7);

// The instant in UTC and the zone; the reason where it is refused.
std::string Read(std::string_view text, std::optional<absl::CivilDay> on = kDay) {
  absl::StatusOr<v1::ZonedTime> time = ParseInstant(text, on);
  if (!time.ok()) return system::ReasonName(ReasonOf(time.status()));
  absl::StatusOr<absl::Time> instant = InstantOf(*time);
  if (!instant.ok()) return "unreadable";
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ ", *instant, absl::UTCTimeZone()) + time->zone();
}

TEST(CivilTime, ReadsEveryFormThatPeopleType) {
  struct Case {
    std::string_view text;
    std::string_view wanted;
  };
  constexpr Case kCases[] = {
      {"15:45H", "2026-02-07T08:45:00Z Asia/Ho_Chi_Minh"},
      {"15:45B", "2026-02-07T07:45:00Z Asia/Shanghai"},
      {"15:45 h", "2026-02-07T08:45:00Z Asia/Ho_Chi_Minh"},
      {" 8:05b ", "2026-02-07T00:05:00Z Asia/Shanghai"},
      {"15:45 Asia/Ho_Chi_Minh", "2026-02-07T08:45:00Z Asia/Ho_Chi_Minh"},
      {"2024-08-22 20:00H", "2024-08-22T13:00:00Z Asia/Ho_Chi_Minh"},
      {"2024-08-22T20:00:00+07:00", "2024-08-22T13:00:00Z Asia/Ho_Chi_Minh"},
      {"2024-08-22T21:00:00+08:00", "2024-08-22T13:00:00Z Asia/Shanghai"},
      {"2024-08-22T13:00:00Z", "2024-08-22T13:00:00Z UTC"},
      {"2024-08-22t13:00:00z", "2024-08-22T13:00:00Z UTC"},
      {"2024-08-22T13:00:00.25+00:00", "2024-08-22T13:00:00.25Z UTC"},
      {"2024-08-22T18:30:00-05:00", "2024-08-22T23:30:00Z Etc/GMT+5"},
      // 00:30 in Beijing is 23:30 of the day before in Hanoi.
      {"00:30B", "2026-02-06T16:30:00Z Asia/Shanghai"},
      {"23:30H", "2026-02-07T16:30:00Z Asia/Ho_Chi_Minh"},
  };
  for (const Case& one : kCases) EXPECT_EQ(Read(one.text), one.wanted) << one.text;
}

TEST(CivilTime, RefusesATimeWithoutAKnownZone) {
  for (std::string_view text :
       {"15:45", "2026-02-07 15:45", "2026-02-07T15:45:00", "15:45X", "15:45 Asia/Nowhere",
        "15:45 localtime", "15:45 ../../etc/passwd", "2026-02-07T15:45:00-00:00",
        "2026-02-07T15:45:00+05:30", "2026-02-07T15:45:00+15:00"}) {
    EXPECT_EQ(Read(text), "NO_TIME_ZONE") << text;
  }
}

TEST(CivilTime, RefusesWhatIsNoTime) {
  for (std::string_view text :
       {"", "H", "noon H", "24:00H", "12:60H", "12:5H", "1:2:3H", "12.30H", "2026-02-29 12:00H",
        "2026-13-01 12:00H", "0000-01-01 12:00H", "2026-02-07", "2026-02-0712:00H", "12:00:60H",
        "12:00:00.1234567891H", "12:00+7:00", "12:00+07"}) {
    EXPECT_EQ(Read(text), "BAD_TIME") << text;
  }
}

TEST(CivilTime, AsksForTheDayWhereNoneIsKnown) {
  EXPECT_EQ(Read("15:45H", std::nullopt), "BAD_TIME");
  EXPECT_EQ(Read("2026-02-07 15:45H", std::nullopt), "2026-02-07T08:45:00Z Asia/Ho_Chi_Minh");
}

TEST(CivilTime, SaysWhatToWriteInstead) {
  absl::StatusOr<v1::ZonedTime> time = ParseInstant("15:45", kDay);
  std::optional<system::Refusal> refusal = system::RefusalOf(time.status());
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->came, "'15:45', without a zone");
  EXPECT_THAT(refusal->todo, HasSubstr("15:45H (Hanoi)"));
}

TEST(CivilTime, TheTwoSidesWriteOneInstantDifferently) {
  // DOMAIN.md 3: 20:00 H = 21:00 B.
  absl::Time cut_off =
      absl::FromCivil(absl::CivilSecond(2026, 2, 7, 13, 0, 0), absl::UTCTimeZone());
  EXPECT_EQ(TimeText(cut_off, kHanoiZone), "2026-02-07 20:00 H");
  EXPECT_EQ(TimeText(cut_off, kBeijingZone), "2026-02-07 21:00 B");
  EXPECT_EQ(TimeText(cut_off + absl::Seconds(5), "UTC"), "2026-02-07 13:00:05 UTC");
  EXPECT_EQ(TimeText(cut_off, "Asia/Tokyo"), "2026-02-07 22:00 Asia/Tokyo");
  EXPECT_EQ(TimeText(cut_off, "no zone"), "2026-02-07 13:00 UTC");
}

TEST(CivilTime, AZonedTimeComesBackAsItWent) {
  for (absl::Duration since_epoch :
       {absl::ZeroDuration(), absl::Nanoseconds(1), absl::Nanoseconds(-1), absl::Hours(500000),
        -absl::Hours(500000) - absl::Nanoseconds(999'999'999)}) {
    v1::ZonedTime zoned = ToZoned(absl::UnixEpoch() + since_epoch, kHanoiZone);
    EXPECT_GE(zoned.instant().nanos(), 0);
    absl::StatusOr<absl::Time> back = InstantOf(zoned);
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(*back, absl::UnixEpoch() + since_epoch);
  }
}

TEST(CivilTime, RefusesImpossibleInstants) {
  EXPECT_EQ(ReasonOf(InstantOf(v1::ZonedTime()).status()), v1::REASON_FIELD_MISSING);
  v1::ZonedTime time = ToZoned(absl::UnixEpoch(), "");
  EXPECT_EQ(ReasonOf(InstantOf(time).status()), v1::REASON_NO_TIME_ZONE);
  time.set_zone("right/Asia/Shanghai");
  EXPECT_EQ(ReasonOf(InstantOf(time).status()), v1::REASON_NO_TIME_ZONE);
  time.set_zone(std::string(kHanoiZone));
  for (int64_t seconds : {std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min(),
                          int64_t{-62135596801}, int64_t{253402300800}}) {
    time.mutable_instant()->set_seconds(seconds);
    EXPECT_EQ(ReasonOf(InstantOf(time).status()), v1::REASON_BAD_TIME) << seconds;
  }
  time.mutable_instant()->set_seconds(0);
  for (int32_t nanos : {-1, 1'000'000'000}) {
    time.mutable_instant()->set_nanos(nanos);
    EXPECT_EQ(ReasonOf(InstantOf(time).status()), v1::REASON_BAD_TIME) << nanos;
  }
}

TEST(CivilTime, ReadsDaysAndRefusesThoseThatAreNone) {
  EXPECT_EQ(ParseDay("2024-02-29").value(), absl::CivilDay(2024, 2, 29));
  EXPECT_EQ(DayText(absl::CivilDay(987, 6, 5)), "0987-06-05");
  for (std::string_view text :
       {"", "2026-02-29", "2026-2-7", "07/02/2026", "2026-02-07 ", "0000-01-01"}) {
    EXPECT_EQ(ReasonOf(ParseDay(text).status()), v1::REASON_BAD_TIME) << text;
  }
  EXPECT_EQ(DayOf(ToCivilDate(kDay)).value(), kDay);
  v1::CivilDate date;
  EXPECT_EQ(ReasonOf(DayOf(date).status()), v1::REASON_FIELD_MISSING);
  date.set_year(2026);
  EXPECT_EQ(ReasonOf(DayOf(date).status()), v1::REASON_BAD_TIME);
  date = ToCivilDate(kDay);
  date.set_month(13);
  EXPECT_EQ(ReasonOf(DayOf(date).status()), v1::REASON_BAD_TIME);
  date = ToCivilDate(kDay);
  date.set_year(10000);
  EXPECT_EQ(ReasonOf(DayOf(date).status()), v1::REASON_BAD_TIME);
}

TEST(CivilTime, ReadsATimeOfDayForAnyDay) {
  absl::StatusOr<ZonedClock> clock = ParseClock("20:00H");
  ASSERT_TRUE(clock.ok());
  absl::StatusOr<ZonedClock> same = ParseClock("21:00 Asia/Shanghai");
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(InstantOn(*clock, kDay).value(), InstantOn(*same, kDay).value());
  EXPECT_EQ(ReasonOf(ParseClock("20:00").status()), v1::REASON_NO_TIME_ZONE);
  for (std::string_view text : {"20:00:30H", "2026-02-07 20:00H", "8H", "24:00H"}) {
    EXPECT_EQ(ReasonOf(ParseClock(text).status()), v1::REASON_BAD_TIME) << text;
  }
}

TEST(CivilTime, RefusesATimeThatComesNeverOrTwiceOnItsDay) {
  // Neither zone of this border does that; others do when summer time begins and ends.
  absl::StatusOr<ZonedClock> clock = ParseClock("02:30 Europe/Paris");
  ASSERT_TRUE(clock.ok());
  EXPECT_EQ(ReasonOf(InstantOn(*clock, absl::CivilDay(2026, 3, 29)).status()), v1::REASON_BAD_TIME);
  EXPECT_EQ(ReasonOf(InstantOn(*clock, absl::CivilDay(2026, 10, 25)).status()),
            v1::REASON_BAD_TIME);
  EXPECT_TRUE(InstantOn(*clock, absl::CivilDay(2026, 3, 30)).ok());
}

TEST(CivilTime, KnowsTheLettersOfItsZones) {
  EXPECT_EQ(ZoneLetter(kHanoiZone), "H");
  EXPECT_EQ(ZoneLetter(kBeijingZone), "B");
  EXPECT_EQ(ZoneLetter("Asia/Tokyo"), "");
  EXPECT_EQ(ZoneOfLetter('h'), kHanoiZone);
  EXPECT_EQ(ZoneOfLetter('B'), kBeijingZone);
  EXPECT_EQ(ZoneOfLetter('Z'), "");
}

}  // namespace
}  // namespace gatepost::domain
