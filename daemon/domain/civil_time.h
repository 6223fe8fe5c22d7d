#ifndef GATEPOST_DAEMON_DOMAIN_CIVIL_TIME_H_
#define GATEPOST_DAEMON_DOMAIN_CIVIL_TIME_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gatepost/v1/civil_time.pb.h"
#include "google/protobuf/timestamp.pb.h"

// Days, instants and the civil zones they are written in. A time without a zone is refused
// everywhere (DOMAIN.md 1). Every function is thread-safe.
namespace gatepost::domain {

// H, Hanoi time (UTC+7), and B, Beijing time (UTC+8); neither has daylight saving.
inline constexpr std::string_view kHanoiZone = "Asia/Ho_Chi_Minh";
inline constexpr std::string_view kBeijingZone = "Asia/Shanghai";

// What a person may write after a time, as error texts say it.
inline constexpr std::string_view kTypedTimeExamples =
    "write 15:45H (Hanoi), 15:45B (Beijing), 15:45 Asia/Ho_Chi_Minh or 2026-02-07T15:45:00+07:00";

// The IANA zone `name`, from the machine's tz database. NO_TIME_ZONE when it is empty, unknown, or
// none whose meaning is the same on every machine (paths, `localtime`, `right/...`).
absl::StatusOr<absl::TimeZone> LoadZone(std::string_view name);

// The letter that people write for the IANA zone `name`: `H` or `B`; empty for all others.
std::string_view ZoneLetter(std::string_view name);

// The IANA zone of a letter, upper or lower case; empty when the letter stands for none.
std::string_view ZoneOfLetter(char letter);

// The instant in `time`. FIELD_MISSING without one, BAD_TIME outside the years 1 to 9999 or with
// impossible nanoseconds, NO_TIME_ZONE when LoadZone refuses its zone.
absl::StatusOr<absl::Time> InstantOf(const v1::ZonedTime& time);

// `time`, whole nanoseconds.
google::protobuf::Timestamp ToTimestamp(absl::Time time);

// `time`, whole nanoseconds, as its author in the IANA zone `zone` writes it; `zone` is not
// checked.
v1::ZonedTime ToZoned(absl::Time time, std::string_view zone);

// The calendar day in `date`. FIELD_MISSING when year, month and day are all 0, BAD_TIME when there
// is no such day in the years 1 to 9999.
absl::StatusOr<absl::CivilDay> DayOf(const v1::CivilDate& date);

// The day in a date that DayOf accepts, e.g. in a message that was checked.
absl::CivilDay CheckedDay(const v1::CivilDate& date);

// `day` for a message.
v1::CivilDate ToCivilDate(absl::CivilDay day);

// A day written `2026-02-07`; BAD_TIME for anything else.
absl::StatusOr<absl::CivilDay> ParseDay(std::string_view text);

// `day` as ParseDay reads it.
std::string DayText(absl::CivilDay day);

// `time` in the IANA zone `zone` as people read it: `2026-02-07 15:45 H`, with seconds only where
// there are some, and with the zone's name where it has no letter. UTC if the zone is unknown.
std::string TimeText(absl::Time time, std::string_view zone);

// A time of day in a civil zone, to the minute.
struct ZonedClock {
  int hour = 0;
  int minute = 0;
  std::string zone;  // IANA name; LoadZone accepts it.
};

// A time of day as people type it: `20:00H`, `21:00B`, `20:00 Asia/Ho_Chi_Minh`. BAD_TIME when it
// cannot be read, NO_TIME_ZONE when it has no zone or an unknown one.
absl::StatusOr<ZonedClock> ParseClock(std::string_view text);

// The instant at which `clock` shows its time on `day` in its zone. BAD_TIME when that happens
// never or twice on that day (daylight saving).
absl::StatusOr<absl::Time> InstantOn(const ZonedClock& clock, absl::CivilDay day);

// An instant as people type it: `15:45H` (on the day `on`), `2026-02-07 15:45B`, or RFC 3339 with
// an offset. A day in the text goes before `on`. The offsets +07:00 and +08:00 become Hanoi's and
// Beijing's zones, Z becomes UTC, other whole hours an `Etc/GMT` zone. BAD_TIME when it cannot be
// read or no day is known; NO_TIME_ZONE when it has no zone, an unknown one, or `-00:00`.
absl::StatusOr<v1::ZonedTime> ParseInstant(std::string_view text,
                                           std::optional<absl::CivilDay> on = std::nullopt);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_CIVIL_TIME_H_
