#ifndef GATEPOST_DAEMON_DOMAIN_HOURS_OBSERVED_H_
#define GATEPOST_DAEMON_DOMAIN_HOURS_OBSERVED_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "daemon/domain/hours/in_force.h"
#include "gatepost/v1/hours_service.pb.h"
#include "gatepost/v1/timetable.pb.h"

// Agreed hours beside observed ones, and how early a change was known (DOMAIN.md 6: agreed versus
// actual opening, lead-time table).
namespace gatepost::domain {

// Somebody saw a gate open or close.
struct Seen {
  int64_t row = 0;   // Names it in answers.
  std::string side;  // Who saw it; ISO 3166-1 alpha-2.
  bool opened = false;
  absl::Time at;
  v1::Precision precision = v1::PRECISION_MINUTE;
  friend bool operator==(const Seen&, const Seen&) = default;
};

// With the agreed opening or closing that it belongs to; none on a day without any.
struct ComparedEvent {
  Seen seen;
  std::optional<absl::Time> agreed_at = {};
};

// One gate on one day.
struct ComparedDay {
  std::vector<Span> agreed;     // When it works by the agreed hours.
  bool agreed_unknown = false;  // For some of the day nothing is agreed.
  std::vector<int64_t> agreed_rows;
  std::vector<ComparedEvent> events;  // By time.
  v1::ObservedVerdict verdict = v1::OBSERVED_VERDICT_UNSPECIFIED;
  // Between seen openings and closings; none unless they come in pairs.
  std::optional<absl::Duration> seen_open;
};

// How far from the agreed time something that is known this precisely may have been seen and still
// count as agreed: 5 minutes, 1 hour, 6 hours, a day.
absl::Duration Tolerance(v1::Precision precision);

// `agreed` is HoursInForce::At over the day, of what both agreed alone; `seen` lies in the day. An
// opening belongs to the nearest agreed one; a closing to the end of the window it lies in, else to
// the nearest.
ComparedDay CompareDay(const std::vector<HoursStretch>& agreed, std::vector<Seen> seen);

// When a timetable's effect on the gate begins: the first of its rules for it; nullopt when there
// is none.
std::optional<absl::Time> BeginAt(const v1::Timetable& timetable, std::string_view gate_id);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_HOURS_OBSERVED_H_
