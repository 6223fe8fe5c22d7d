#ifndef GATEPOST_TESTS_DOMAIN_HOURS_TIMETABLES_H_
#define GATEPOST_TESTS_DOMAIN_HOURS_TIMETABLES_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "daemon/domain/hours/in_force.h"
#include "gatepost/v1/timetable.pb.h"

// Timetables as tests write them, and answers as tests read them.
namespace gatepost::domain {

// A timetable from its text format; ends the test program when the text is none.
v1::Timetable TimetableOf(const std::string& text);

// A timetable of one rule: goods, both ways, at `gate`. `days` and `rest` are text format, e.g.
// "first{year:2026 month:2 day:15} end:END_KIND_OPEN" and "regime:REGIME_CLOSED
// hours:HOURS_KIND_NONE".
v1::Timetable GoodsRule(const std::string& zone, const std::string& gate, const std::string& days,
                        const std::string& rest);

// `07:00-18:00` as a window of text format.
std::string Window(const std::string& hours);

// The instant of `2026-02-15 07:00` in Hanoi, and in Beijing.
absl::Time Hanoi(const std::string& text);
absl::Time Beijing(const std::string& text);

// Stretches as `15 00:00 CLOSED, 15 07:00 OPEN, ...`: day and time in Hanoi where each begins, and
// what holds; `?` for unknown, `+stop` while nothing new is accepted.
std::string Told(const std::vector<HoursStretch>& stretches);

}  // namespace gatepost::domain

#endif  // GATEPOST_TESTS_DOMAIN_HOURS_TIMETABLES_H_
