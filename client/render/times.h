#ifndef GATEPOST_CLIENT_RENDER_TIMES_H_
#define GATEPOST_CLIENT_RENDER_TIMES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gatepost/v1/civil_time.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace gatepost::render {

// Which zones a time is shown in. H is Hanoi (UTC+7), B is Beijing (UTC+8); neither has daylight
// saving (DOMAIN.md).
enum class ZoneChoice { kBothHanoiFirst, kBothBeijingFirst, kHanoi, kBeijing };

// The instant of a proto timestamp.
absl::Time TimeOf(const google::protobuf::Timestamp& timestamp);

// 2026-01-01, or the empty string when no date was set.
std::string DateText(const v1::CivilDate& date);

// The business date a time falls on for the first zone of `zones`.
absl::CivilDay DayIn(absl::Time time, ZoneChoice zones);

// The zones of a choice, the reader's first: for each the civil zone and its letter.
struct ShownZone {
  absl::TimeZone zone;
  char letter;
};
std::vector<ShownZone> ZonesOf(ZoneChoice zones);

// A time to the minute with its zones, e.g. `20:00 H (21:00 B)`. The day is named where it is not
// `day`, e.g. `2026-01-31 23:30 H (2026-02-01 00:30 B)`; nullopt names it once where both zones
// agree: `2026-01-01 20:00 H (21:00 B)`.
std::string TimeText(absl::Time time, ZoneChoice zones,
                     std::optional<absl::CivilDay> day = std::nullopt);

// Like TimeText without a day, to the second, for log entries.
std::string LogTimeText(absl::Time time, ZoneChoice zones);

// RFC 3339 in UTC with microseconds left out where zero, for programs.
std::string MachineTime(absl::Time time);

// RFC 3339 with the offset of the author's zone, e.g. 2024-08-22T20:00:00+07:00, for programs.
std::string MachineTime(const v1::ZonedTime& time);

// A length of time in the two largest units that matter, e.g. `2 h 05 min`, `340 ms`.
std::string DurationText(absl::Duration duration);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_TIMES_H_
