#ifndef GATEPOST_CLIENT_RENDER_CALENDAR_EVENTS_H_
#define GATEPOST_CLIENT_RENDER_CALENDAR_EVENTS_H_

#include <vector>

#include "absl/time/time.h"
#include "client/render/icalendar.h"
#include "client/render/view.h"
#include "gatepost/v1/hours_service.pb.h"

namespace gatepost::render {

// One event, with SEQUENCE 0, for each stretch of time that somebody said something about: open,
// closed, or nothing new accepted; one that a wider line of the answer says in the same way gets
// none of its own. Times are cut to seconds. `asked_to` is the end of the span that was asked
// about: a stretch that ends there may go on, and says so; so
// does one whose end is only expected. `practice`: the node is for practice, and every title says
// it.
//
// The UID is made of what the event is: gate, traffic, direction, country, load, cargo, the message
// that decides, and the instant at which the stretch begins. So the beginnings in `hours` must be
// true ones, not those of the asked span (client/hours_beginnings.h). Texts hold both zones,
// whichever `view` shows.
std::vector<CalendarEvent> HoursEvents(const v1::GetHoursResponse& hours, absl::Time asked_to,
                                       bool practice, const View& view);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_CALENDAR_EVENTS_H_
