#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_MISSING_CELLS_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_MISSING_CELLS_H_

#include <vector>

#include "absl/status/status.h"
#include "daemon/domain/gate_register.h"
#include "gatepost/v1/timetable.pb.h"

namespace gatepost::domain {

// Whether a timetable of holiday hours is a matrix without gaps (DOMAIN.md 4): all gates that it
// names x all the time from its first beginning to its last end x all kinds of traffic that it
// names. For each there are rules that say hours or a regime for both directions, loaded and empty
// vehicles, those of both countries, and all cargo; rules for some cargo classes are exceptions and
// do not add up to all. What stays as it is, is said as well: regime NORMAL, hours AS_BEFORE.
//   A rule without a stated end goes on: the matrix then reaches a week beyond the last day that a
// rule names, after which nothing but the weekday changes. Rules that hang on holidays must leave
// no gap whatever the calendars say, so that every node finds the same.
//   `standing` are holiday hours that stay beside it: an amendment of one direction or one cargo
// class need not repeat what they say. All timetables have passed CheckTimetable.
//   MISSING_CELL     naming gate, days, traffic and direction of the first gap
// Thread-safe.
absl::Status CheckNoCellMissing(const v1::Timetable& matrix,
                                const std::vector<const v1::Timetable*>& standing,
                                const GateRegister& gates);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_MISSING_CELLS_H_
