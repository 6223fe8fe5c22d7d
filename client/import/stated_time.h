#ifndef GATEPOST_CLIENT_IMPORT_STATED_TIME_H_
#define GATEPOST_CLIENT_IMPORT_STATED_TIME_H_

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "gatepost/v1/civil_time.pb.h"

namespace gatepost::client {

// A business date, or several from the first to the last, both included.
struct DateRange {
  absl::CivilDay first;
  absl::CivilDay last;
};

// `2026-01-01` or `2026-01-31/2026-02-01`; nullopt for anything else, impossible days included.
std::optional<DateRange> ParseDates(std::string_view text);

// A time as a table or a person states it, on business date `day` where it names no date itself:
// what domain::ParseInstant takes, and `20:00 UTC+7`, `20:00 UTC+8` as press reports write it.
// REASON_NO_TIME_ZONE, REASON_BAD_TIME, with examples.
absl::StatusOr<v1::ZonedTime> ParseStatedTime(std::string_view text, absl::CivilDay day);

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_IMPORT_STATED_TIME_H_
