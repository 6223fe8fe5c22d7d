#ifndef GATEPOST_CLIENT_RENDER_CALENDAR_UPDATE_H_
#define GATEPOST_CLIENT_RENDER_CALENDAR_UPDATE_H_

#include <vector>

#include "absl/time/time.h"
#include "client/render/icalendar.h"

namespace gatepost::render {

// The events of a newer answer, told so that calendar programs that hold the older ones follow.
struct UpdatedEvents {
  std::vector<CalendarEvent> events;  // Ascending by beginning, then UID.
  int added = 0;
  int changed = 0;  // Of the older ones; those that hold again after a cancellation too.
  int cancelled = 0;
};

// Tells `fresh` (all that holds from `from` up to, not including, `to`; known at `known_at`) after
// `old`. An event of both keeps its SEQUENCE when nothing but its stamp differs, else SEQUENCE
// rises by one. An event of `old` alone that touches the span is cancelled, with SEQUENCE risen by
// one, unless it already was; what lies outside the span was not asked about and stays.
UpdatedEvents UpdateEvents(const std::vector<CalendarEvent>& old, std::vector<CalendarEvent> fresh,
                           absl::Time from, absl::Time to, absl::Time known_at);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_CALENDAR_UPDATE_H_
