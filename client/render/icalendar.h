#ifndef GATEPOST_CLIENT_RENDER_ICALENDAR_H_
#define GATEPOST_CLIENT_RENDER_ICALENDAR_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

// Calendars in the form of RFC 5545, as calendar programs subscribe to them.
namespace gatepost::render {

// One VEVENT. Times are whole seconds.
struct CalendarEvent {
  std::string uid;   // Names it for ever, in every answer.
  int sequence = 0;  // Rises with every change, RFC 5545 section 3.8.7.4.
  bool cancelled = false;
  absl::Time stamp;  // When it was known like this.
  absl::Time from;
  absl::Time to;  // Exclusive.
  std::string summary;
  std::string description;
};

// What a calendar answers: the same question makes the same calendar, a newer one.
struct CalendarQuestion {
  std::string node;                 // Whose knowledge it is.
  std::vector<std::string> scopes;  // Ascending, each once.
  std::string traffic;              // As typed: all, goods, ...
  friend bool operator==(const CalendarQuestion&, const CalendarQuestion&) = default;
};

struct Calendar {
  CalendarQuestion question;
  std::vector<CalendarEvent> events;
};

// The calendar as a stream of RFC 5545, METHOD:PUBLISH, all times in UTC, lines ended by CRLF. The
// question is in X-GATEPOST-NODE, X-GATEPOST-SCOPE (one for each) and X-GATEPOST-TRAFFIC.
std::string CalendarText(const Calendar& calendar);

// Reads what CalendarText wrote. BAD_ARGUMENT when `bytes` are no calendar, one of another program,
// or one of ours that somebody damaged; `name` says which file it is.
absl::StatusOr<Calendar> ReadCalendar(std::string_view bytes, std::string_view name);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_ICALENDAR_H_
