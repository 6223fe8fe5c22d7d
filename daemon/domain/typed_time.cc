// Times as people type them; the other half of civil_time.h.

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::domain {
namespace {

absl::Status BadTime(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_BAD_TIME, wanted, fmt::format("'{}'", came), kTypedTimeExamples);
}

absl::Status NoZone(std::string_view came, std::string_view why) {
  return system::Refuse(v1::REASON_NO_TIME_ZONE, "a time with its time zone",
                        fmt::format("'{}', {}", came, why), kTypedTimeExamples);
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Reads a text from left to right; what could not be read stays.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }
  bool done() const { return rest_.empty(); }

  bool Take(std::string_view choices) {
    if (done() || choices.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // The number in between `least` and `most` digits; nullopt, and nothing taken, otherwise.
  std::optional<int> TakeNumber(size_t least, size_t most) {
    size_t count = 0;
    int value = 0;
    while (count < most && count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') {
      value = value * 10 + (rest_[count] - '0');
      ++count;
    }
    if (count < least) return std::nullopt;
    rest_.remove_prefix(count);
    return value;
  }

 private:
  std::string_view rest_;
};

std::optional<absl::CivilDay> TakeDay(Cursor& cursor) {
  Cursor ahead = cursor;
  std::optional<int> year = ahead.TakeNumber(4, 4);
  if (!year || !ahead.Take("-")) return std::nullopt;
  std::optional<int> month = ahead.TakeNumber(2, 2);
  if (!month || !ahead.Take("-")) return std::nullopt;
  std::optional<int> day = ahead.TakeNumber(2, 2);
  if (!day || *year < 1) return std::nullopt;
  absl::CivilDay civil(*year, *month, *day);
  if (civil.year() != *year || civil.month() != *month || civil.day() != *day) return std::nullopt;
  cursor = ahead;
  return civil;
}

// A time of day, as far as it was written.
struct Clock {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int64_t nanos = 0;
  bool has_seconds = false;
};

std::optional<Clock> TakeClock(Cursor& cursor) {
  Clock clock;
  std::optional<int> hour = cursor.TakeNumber(1, 2);
  if (!hour || *hour > 23 || !cursor.Take(":")) return std::nullopt;
  std::optional<int> minute = cursor.TakeNumber(2, 2);
  if (!minute || *minute > 59) return std::nullopt;
  clock.hour = *hour;
  clock.minute = *minute;
  if (!cursor.Take(":")) return clock;
  std::optional<int> second = cursor.TakeNumber(2, 2);
  if (!second || *second > 59) return std::nullopt;
  clock.second = *second;
  clock.has_seconds = true;
  if (!cursor.Take(".")) return clock;
  size_t before = cursor.rest().size();
  std::optional<int> fraction = cursor.TakeNumber(1, 9);
  if (!fraction) return std::nullopt;
  clock.nanos = *fraction;
  for (size_t digits = before - cursor.rest().size(); digits < 9; ++digits) clock.nanos *= 10;
  return clock;
}

// The zone name of a UTC offset in whole hours; empty when there is none.
std::string ZoneOfOffset(int sign, int hours, int minutes) {
  if (minutes != 0) return "";
  int offset = sign * hours;
  if (offset == 7) return std::string(kHanoiZone);
  if (offset == 8) return std::string(kBeijingZone);
  if (offset == 0) return "UTC";
  if (offset < -12 || offset > 14) return "";
  // In Etc/ names the sign is turned round (POSIX).
  return fmt::format("Etc/GMT{:+}", -offset);
}

// The zone that `rest`, all that follows a time of day, stands for. `whole` is for error texts.
absl::StatusOr<std::string> ZoneOfRest(std::string_view rest, std::string_view whole) {
  std::string_view name = Trimmed(rest);
  if (name.empty()) return NoZone(whole, "without a zone");
  if (name == "Z" || name == "z") return "UTC";
  if (name.size() == 1) {
    std::string_view zone = ZoneOfLetter(name[0]);
    if (zone.empty()) return NoZone(whole, "whose zone letter is unknown");
    return std::string(zone);
  }
  if (name[0] == '+' || name[0] == '-') {
    Cursor cursor(name.substr(1));
    std::optional<int> hours = cursor.TakeNumber(2, 2);
    bool colon = cursor.Take(":");
    std::optional<int> minutes = cursor.TakeNumber(2, 2);
    if (!hours || !colon || !minutes || !cursor.done()) {
      return BadTime("an offset such as +07:00", whole);
    }
    // RFC 3339, section 4.3: the local offset is unknown.
    if (name == "-00:00") return NoZone(whole, "whose offset says that the zone is unknown");
    std::string zone = ZoneOfOffset(name[0] == '+' ? 1 : -1, *hours, *minutes);
    if (zone.empty()) return NoZone(whole, "whose offset is that of no zone here");
    return zone;
  }
  if (!LoadZone(name).ok()) return NoZone(whole, "whose zone is unknown");
  return std::string(name);
}

absl::StatusOr<absl::Time> OnlyInstant(absl::CivilSecond second, std::string_view zone,
                                       std::string_view whole) {
  GATEPOST_ASSIGN_OR_RETURN(absl::TimeZone loaded, LoadZone(zone));
  absl::TimeZone::TimeInfo info = loaded.At(second);
  if (info.kind != absl::TimeZone::TimeInfo::UNIQUE) {
    return BadTime("a time that comes once on that day in its zone", whole);
  }
  return info.pre;
}

}  // namespace

absl::StatusOr<absl::CivilDay> ParseDay(std::string_view text) {
  Cursor cursor(text);
  std::optional<absl::CivilDay> day = TakeDay(cursor);
  if (day && cursor.done()) return *day;
  return system::Refuse(v1::REASON_BAD_TIME, "a day such as 2026-02-07", fmt::format("'{}'", text),
                        "write year, month and day as 2026-02-07");
}

absl::StatusOr<ZonedClock> ParseClock(std::string_view text) {
  std::string_view whole = Trimmed(text);
  Cursor cursor(whole);
  std::optional<Clock> clock = TakeClock(cursor);
  if (!clock || clock->has_seconds) return BadTime("a time of day from 00:00 to 23:59", whole);
  GATEPOST_ASSIGN_OR_RETURN(std::string zone, ZoneOfRest(cursor.rest(), whole));
  return ZonedClock{clock->hour, clock->minute, std::move(zone)};
}

absl::StatusOr<absl::Time> InstantOn(const ZonedClock& clock, absl::CivilDay day) {
  absl::CivilSecond second(day.year(), day.month(), day.day(), clock.hour, clock.minute, 0);
  return OnlyInstant(
      second, clock.zone,
      fmt::format("{} {:02}:{:02} {}", DayText(day), clock.hour, clock.minute, clock.zone));
}

absl::StatusOr<v1::ZonedTime> ParseInstant(std::string_view text,
                                           std::optional<absl::CivilDay> on) {
  std::string_view whole = Trimmed(text);
  Cursor cursor(whole);
  std::optional<absl::CivilDay> day = TakeDay(cursor);
  if (day && !cursor.Take("Tt ")) {
    return BadTime("a day, a time of day and a zone", whole);
  }
  std::optional<Clock> clock = TakeClock(cursor);
  if (!clock) return BadTime("a time of day from 00:00 to 23:59", whole);
  if (!day) day = on;
  // Fractions beyond nanoseconds would be lost; no clock here has them.
  if (!cursor.done() && cursor.rest().front() >= '0' && cursor.rest().front() <= '9') {
    return BadTime("a time of day from 00:00 to 23:59", whole);
  }
  GATEPOST_ASSIGN_OR_RETURN(std::string zone, ZoneOfRest(cursor.rest(), whole));
  if (!day) return BadTime("a time with its day", whole);
  absl::CivilSecond second(day->year(), day->month(), day->day(), clock->hour, clock->minute,
                           clock->second);
  GATEPOST_ASSIGN_OR_RETURN(absl::Time time, OnlyInstant(second, zone, whole));
  return ToZoned(time + absl::Nanoseconds(clock->nanos), zone);
}

}  // namespace gatepost::domain
