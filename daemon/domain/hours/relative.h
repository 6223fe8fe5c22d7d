#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_RELATIVE_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_RELATIVE_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/domain/gate_register.h"
#include "daemon/domain/hours/in_force.h"
#include "daemon/domain/validity.h"
#include "gatepost/v1/timetable.pb.h"

// What is said relative to other hours, as hours (DOMAIN.md 4): resolved and shown before it is
// signed, so that the resolved windows are what binds. Thread-safe.
namespace gatepost::domain {

// Names the message in a row of SaidHours.
using CiteRow = std::function<v1::MessageCitation(int64_t row)>;

// The days on which `before` must know what was said, for ResolveRelative and CheckResolved: those
// of the rules that are said relatively, a few more on each side, some months for an open end. Its
// first day is after its last where nothing is said relatively. The rules' days are not checked.
DayRange DaysInherited(const v1::Timetable& said);

// The timetable with the windows of every rule that has `said_as` and no windows yet: from the
// hours that hold `before` it, at its gates on its days. Where gates, parts of the traffic, days of
// the week or days inherit different windows, the rule becomes several. Days on which a gate is
// closed are left out, so that it stays closed; a part of the traffic that is closed on days on
// which the rest works gets a rule that says so. Each such rule says what it inherited and from
// which messages.
//   An open end is resolved by its first eight weeks, or those of them that are known when they are
// at least four; sixteen where those do not end steadily. `before` is what the change is said of:
// for terms of an agreement the agreed hours, without one-sided notices, which stand above them.
//   Last entries are inherited with their windows (window_change.h says how they move), but for
// windows that another message cuts short. What the author wrote for a window comes before them.
//
//   HOURS_UNKNOWN     not known what would be inherited, naming gate and day
//   DEAD_RULE         closed on all those days
//   BAD_TIME          nothing is left, or a bound is moved over midnight or the other bound
// and those of CheckTimetable, which the result passes: CELLS_OVERLAP also where parts of the
// traffic overlap so that they need rules of their own, written one by one.
absl::StatusOr<v1::Timetable> ResolveRelative(const v1::Timetable& said, const HoursInForce& before,
                                              const GateRegister& gates, const CiteRow& cite);

// Whether the rules with `said_as` come to their windows from what the checker itself knows to hold
// `before` them; days and gates of which it knows nothing, or that they are closed, pass. The
// timetable has passed CheckTimetable, which checks the rules against what they say they inherited.
//   FIELD_CONFLICT    they come to others, naming gate, day and what is inherited there
absl::Status CheckResolved(const v1::Timetable& timetable, const HoursInForce& before);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_RELATIVE_H_
