#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_WINDOW_CHANGE_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_WINDOW_CHANGE_H_

#include <compare>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/domain/validity.h"
#include "gatepost/v1/timetable.pb.h"

// The arithmetic of relative changes: "closes 20:00, opens as before", "one hour earlier", "through
// lunch" (DOMAIN.md 4). Of one day's windows, in one civil zone. Thread-safe.
namespace gatepost::domain {

// A last entry by minutes from the beginning of the day that its window opens on, within that.
struct DayEntry {
  int at = 0;
  v1::Direction direction = v1::DIRECTION_BOTH;
  std::string vehicle_country = {};  // ISO 3166-1 alpha-2; empty: all.
  friend auto operator<=>(const DayEntry&, const DayEntry&) = default;
};

// A window by minutes from the beginning of the day it opens on. `from` is 0 to 1439, `to` later
// and at most a day later; beyond 1440 it closes on the next day.
struct DayWindow {
  int from = 0;
  int to = 0;
  std::vector<DayEntry> entries = {};
  friend auto operator<=>(const DayWindow&, const DayWindow&) = default;
};

// Ascending, neither touching nor overlapping; empty: closed.
using DayWindows = std::vector<DayWindow>;

// Windows of a message that are checked, those that touch as one; and back.
using TimeWindows = google::protobuf::RepeatedPtrField<v1::TimeWindow>;
DayWindows WindowsOf(const TimeWindows& windows);
TimeWindows ToTimeWindows(const DayWindows& windows);

// `07:00-11:00 13:00-18:00` for people; `none` for none.
std::string WindowsText(const DayWindows& windows);

// Whether both open and close at the same times, whatever their last entries.
bool SameBounds(const DayWindows& a, const DayWindows& b);

// What the inherited windows become. `change` has passed CheckChange. Last entries stay with the
// last window that goes into one: where its closing moves, or a new one comes before it, each keeps
// its lead, the minutes before closing; where the closing stays, it stays at its time. None comes
// to lie before the opening. Windows that are written instead (REPLACE) inherit none.
//   BAD_TIME    nothing is left; a bound is moved over midnight, or beyond the other bound
absl::StatusOr<DayWindows> Changed(const v1::RelativeChange& change, const DayWindows& inherited);

// The part of CheckTimetable that is about `said_as` of a rule whose days are `days` in `zone`:
//   FIELD_MISSING     its kind, or a field that the kind needs
//   FIELD_CONFLICT    a field that the kind has no use for; windows that are not what the inherited
//                     ones become (their last entries may differ: they are the author's); said of
//                     hours that are neither windows nor not stated
//   BAD_TIME          a time that is none; minutes that are none, or a day or more
//   TOO_LARGE         more than 50 messages that hours were inherited from
// and those of CheckWindowList and CheckCitation. OK without `said_as`. Windows that the rule does
// not have yet are not missed here, but by CheckWindows.
absl::Status CheckChange(const v1::TimetableRule& rule, const DayRange& days,
                         const absl::TimeZone& zone);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_WINDOW_CHANGE_H_
