#include "daemon/domain/civil_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <set>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::domain {
namespace {

struct LetteredZone {
  char letter;
  std::string_view letter_text;
  std::string_view name;
};
constexpr std::array<LetteredZone, 2> kLetteredZones = {
    {{'H', "H", kHanoiZone}, {'B', "B", kBeijingZone}}};

// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z (google.protobuf.Timestamp).
constexpr int64_t kFirstSecond = -62135596800;
constexpr int64_t kLastSecond = 253402300799;

// Abseil keeps every name it was ever asked for; strangers choose names. So at most this many
// unknown ones are looked up in the life of a process.
constexpr size_t kMostUnknownNames = 4096;
constexpr size_t kLongestName = 64;

bool HasFormOfZoneName(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || name.front() == '/' || name.back() == '/') {
    return false;
  }
  bool characters = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '+' || c == '-' || c == '/';
  });
  return characters && name.find("//") == std::string_view::npos;
}

// Names that the tz database has but that mean something else on each machine, or count leap
// seconds.
bool IsPrivateName(std::string_view name) {
  return name == "localtime" || name == "posixrules" || name == "Factory" ||
         name.starts_with("right/") || name.starts_with("posix/") || name.starts_with("Fixed/");
}

class ZoneCache {
 public:
  // nullptr when there is no such zone. The pointer stays valid for ever.
  const absl::TimeZone* Find(std::string_view name) {
    std::lock_guard lock(mutex_);
    auto known = zones_.find(name);
    if (known != zones_.end()) return &known->second;
    if (unknown_.contains(name) || unknown_.size() >= kMostUnknownNames) return nullptr;
    absl::TimeZone zone;
    if (!absl::LoadTimeZone(std::string(name), &zone)) {
      unknown_.emplace(name);
      return nullptr;
    }
    return &zones_.emplace(name, zone).first->second;
  }

 private:
  std::mutex mutex_;  // Protects both.
  std::map<std::string, absl::TimeZone, std::less<>> zones_;
  std::set<std::string, std::less<>> unknown_;
};

}  // namespace

absl::StatusOr<absl::TimeZone> LoadZone(std::string_view name) {
  static ZoneCache& cache = *new ZoneCache;
  if (HasFormOfZoneName(name) && !IsPrivateName(name)) {
    if (const absl::TimeZone* zone = cache.Find(name)) return *zone;
  }
  return system::Refuse(v1::REASON_NO_TIME_ZONE,
                        "a time zone by its IANA name, such as Asia/Ho_Chi_Minh",
                        name.empty() ? "no time zone" : fmt::format("'{}'", name),
                        "state the zone, such as Asia/Ho_Chi_Minh (H) or Asia/Shanghai (B)");
}

std::string_view ZoneLetter(std::string_view name) {
  for (const LetteredZone& zone : kLetteredZones) {
    if (zone.name == name) return zone.letter_text;
  }
  return "";
}

std::string_view ZoneOfLetter(char letter) {
  for (const LetteredZone& zone : kLetteredZones) {
    if (letter == zone.letter || letter == zone.letter + ('a' - 'A')) return zone.name;
  }
  return "";
}

absl::StatusOr<absl::Time> InstantOf(const v1::ZonedTime& time) {
  if (!time.has_instant()) {
    return system::Refuse(v1::REASON_FIELD_MISSING, "a time", "none", "state the time");
  }
  GATEPOST_RETURN_IF_ERROR(LoadZone(time.zone()).status());
  int64_t seconds = time.instant().seconds();
  int32_t nanos = time.instant().nanos();
  if (seconds < kFirstSecond || seconds > kLastSecond || nanos < 0 || nanos > 999'999'999) {
    return system::Refuse(v1::REASON_BAD_TIME, "an instant in the years 1 to 9999",
                          fmt::format("{} s and {} ns", seconds, nanos), "correct the time");
  }
  return absl::FromUnixSeconds(seconds) + absl::Nanoseconds(nanos);
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp stamp;
  absl::Duration rest;
  int64_t seconds = absl::IDivDuration(time - absl::UnixEpoch(), absl::Seconds(1), &rest);
  if (rest < absl::ZeroDuration()) {
    --seconds;
    rest += absl::Seconds(1);
  }
  stamp.set_seconds(seconds);
  stamp.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  return stamp;
}

v1::ZonedTime ToZoned(absl::Time time, std::string_view zone) {
  v1::ZonedTime zoned;
  *zoned.mutable_instant() = ToTimestamp(time);
  zoned.set_zone(std::string(zone));
  return zoned;
}

absl::StatusOr<absl::CivilDay> DayOf(const v1::CivilDate& date) {
  if (date.year() == 0 && date.month() == 0 && date.day() == 0) {
    return system::Refuse(v1::REASON_FIELD_MISSING, "a date", "none", "state the date");
  }
  absl::CivilDay day = CheckedDay(date);
  bool same = day.year() == date.year() && day.month() == date.month() && day.day() == date.day();
  if (!same || date.year() < 1 || date.year() > 9999) {
    return system::Refuse(
        v1::REASON_BAD_TIME, "a day of the calendar, such as 2026-02-07",
        fmt::format("year {}, month {}, day {}", date.year(), date.month(), date.day()),
        "correct the date");
  }
  return day;
}

absl::CivilDay CheckedDay(const v1::CivilDate& date) {
  return absl::CivilDay(date.year(), date.month(), date.day());
}

v1::CivilDate ToCivilDate(absl::CivilDay day) {
  v1::CivilDate date;
  date.set_year(static_cast<int32_t>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

std::string DayText(absl::CivilDay day) {
  return fmt::format("{:04}-{:02}-{:02}", day.year(), day.month(), day.day());
}

std::string TimeText(absl::Time time, std::string_view zone) {
  absl::StatusOr<absl::TimeZone> loaded = LoadZone(zone);
  absl::CivilSecond second = absl::ToCivilSecond(time, loaded.ok() ? *loaded : absl::UTCTimeZone());
  std::string text = fmt::format("{} {:02}:{:02}", DayText(absl::CivilDay(second)), second.hour(),
                                 second.minute());
  if (second.second() != 0) text += fmt::format(":{:02}", second.second());
  std::string_view letter = ZoneLetter(zone);
  if (!loaded.ok()) return text + " UTC";
  return fmt::format("{} {}", text, letter.empty() ? zone : letter);
}

}  // namespace gatepost::domain
