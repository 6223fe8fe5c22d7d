#include "client/render/times.h"

#include "client/render/text.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

using Zone = ShownZone;

// Fixed offsets: both zones have had no other for decades, and no machine lacks them.
Zone Hanoi() { return {absl::FixedTimeZone(7 * 3600), 'H'}; }
Zone Beijing() { return {absl::FixedTimeZone(8 * 3600), 'B'}; }

Zone First(ZoneChoice zones) {
  return zones == ZoneChoice::kBeijing || zones == ZoneChoice::kBothBeijingFirst ? Beijing()
                                                                                 : Hanoi();
}

std::optional<Zone> Second(ZoneChoice zones) {
  if (zones == ZoneChoice::kBothHanoiFirst) return Beijing();
  if (zones == ZoneChoice::kBothBeijingFirst) return Hanoi();
  return std::nullopt;
}

std::string Clock(absl::Time time, const Zone& zone, bool seconds, bool with_day) {
  const std::string format =
      std::string(with_day ? "%Y-%m-%d " : "") + (seconds ? "%H:%M:%S" : "%H:%M");
  return absl::FormatTime(format, time, zone.zone) + " " + zone.letter;
}

std::string Text(absl::Time time, ZoneChoice zones, bool seconds,
                 std::optional<absl::CivilDay> day) {
  const Zone first = First(zones);
  const absl::CivilDay first_day = absl::ToCivilDay(time, first.zone);
  const std::optional<Zone> second = Second(zones);
  if (!second.has_value()) return Clock(time, first, seconds, first_day != day);
  const absl::CivilDay second_day = absl::ToCivilDay(time, second->zone);
  // One day for both is named once, before the first; two days are both named.
  const bool two_days = first_day != second_day;
  return fmt::format("{} ({})", Clock(time, first, seconds, two_days || first_day != day),
                     Clock(time, *second, seconds, two_days));
}

}  // namespace

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

std::string DateText(const v1::CivilDate& date) {
  if (date.year() == 0) return "";
  return fmt::format("{:04}-{:02}-{:02}", date.year(), date.month(), date.day());
}

absl::CivilDay DayIn(absl::Time time, ZoneChoice zones) {
  return absl::ToCivilDay(time, First(zones).zone);
}

std::vector<ShownZone> ZonesOf(ZoneChoice zones) {
  std::vector<ShownZone> shown = {{First(zones).zone, First(zones).letter}};
  if (const std::optional<Zone> second = Second(zones)) {
    shown.push_back({second->zone, second->letter});
  }
  return shown;
}

std::string TimeText(absl::Time time, ZoneChoice zones, std::optional<absl::CivilDay> day) {
  return Text(time, zones, /*seconds=*/false, day);
}

std::string LogTimeText(absl::Time time, ZoneChoice zones) {
  return Text(time, zones, /*seconds=*/true, std::nullopt);
}

std::string MachineTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

std::string MachineTime(const v1::ZonedTime& time) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(time.zone(), &zone)) zone = absl::UTCTimeZone();
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*S%Ez", TimeOf(time.instant()), zone);
}

std::string DurationText(absl::Duration duration) {
  if (duration < absl::Seconds(1)) {
    return Say("{} ms", absl::ToInt64Milliseconds(duration));
  }
  const int64_t seconds = absl::ToInt64Seconds(duration);
  if (seconds < 60)
    return Say("{0}.{1} s", seconds, absl::ToInt64Milliseconds(duration) / 100 % 10);
  if (seconds < 3600) return Say("{0} min {1:02} s", seconds / 60, seconds % 60);
  if (seconds < 48 * 3600) return Say("{0} h {1:02} min", seconds / 3600, seconds / 60 % 60);
  return Say("{0} d {1} h", seconds / 86400, seconds / 3600 % 24);
}

}  // namespace gatepost::render
