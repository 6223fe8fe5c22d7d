#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_MISSING_CELLS_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_MISSING_CELLS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gatepost/v1/timetable.pb.h"

namespace gatepost::domain {

// Holiday hours cover no more days than this.
inline constexpr int kMostMatrixDays = 400;

// Holiday hours that stay beside others.
struct StandingHours {
  const v1::Timetable* timetable;
  absl::Time over_from = absl::InfiniteFuture();  // What ends them begins; then they fill nothing.
};

// Whether a timetable of holiday hours is a matrix without gaps (DOMAIN.md 4): all gates that it
// names x all the time from its first beginning to its last end x all kinds of traffic that it
// names. For each there are rules that say hours or a regime for both directions, loaded and empty
// vehicles, those of both countries, and all cargo; rules for some cargo classes are exceptions and
// do not add up to all. What stays as it is, is said as well: regime NORMAL, hours AS_BEFORE.
//   TRAFFIC_ALL beside rules for single kinds stands for these kinds: a road gate has no trains.
//   A rule without a stated end goes on: the matrix then reaches a week beyond the last day that a
// rule names, after which nothing but the weekday changes. Rules that hang on holidays must leave
// no gap whatever the calendars say, so that every node finds the same.
//   `standing` are holiday hours that stay beside it: an amendment of one direction or one cargo
// class need not repeat what they say. Their whole days fill the same days of the matrix, in
// whatever zone they are. All timetables have passed CheckTimetable.
//   MISSING_CELL     naming gate, days, traffic and direction of the first gap
//   TOO_LARGE        more than kMostMatrixDays from the first day that a rule names to the last
// Thread-safe. The work grows with the number of rules and gates, not with how long they last.
absl::Status CheckNoCellMissing(const v1::Timetable& matrix,
                                const std::vector<StandingHours>& standing);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_MISSING_CELLS_H_
