#ifndef GATEPOST_DAEMON_DOMAIN_VALIDITY_H_
#define GATEPOST_DAEMON_DOMAIN_VALIDITY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "gatepost/v1/register.pb.h"

namespace gatepost::domain {

// Business dates from `first` to `last`, both included.
struct DayRange {
  absl::CivilDay first{1, 1, 1};
  absl::CivilDay last{9999, 12, 31};

  bool Contains(absl::CivilDay day) const { return first <= day && day <= last; }
  bool Overlaps(const DayRange& other) const { return first <= other.last && other.first <= last; }
  friend bool operator==(const DayRange&, const DayRange&) = default;
};

// The days on which an entry of the register holds; an absent bound means no bound. BAD_TIME when a
// bound is no day, or the last comes before the first.
absl::StatusOr<DayRange> RangeOf(const v1::Validity& validity);

// Whether an entry of a checked register holds on `day`.
bool ValidOn(const v1::Validity& validity, absl::CivilDay day);

// The range for people: `from 2024-05-27`, `to 2024-05-26`, `2024-01-01 to 2024-05-26`, `always`.
std::string RangeText(const DayRange& range);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_VALIDITY_H_
