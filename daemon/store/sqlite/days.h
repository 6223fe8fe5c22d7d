#ifndef GATEPOST_DAEMON_STORE_SQLITE_DAYS_H_
#define GATEPOST_DAEMON_STORE_SQLITE_DAYS_H_

#include <cstdint>

#include "absl/time/civil_time.h"

// A civil day is stored as its distance from 1970-01-01 in days.
namespace gatepost::store::sqlite {

inline int64_t DayNumber(absl::CivilDay day) { return day - absl::CivilDay(1970, 1, 1); }
inline absl::CivilDay DayOfNumber(int64_t number) { return absl::CivilDay(1970, 1, 1) + number; }

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_DAYS_H_
