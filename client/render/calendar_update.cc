#include "client/render/calendar_update.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace gatepost::render {
namespace {

bool SaysTheSame(const CalendarEvent& a, const CalendarEvent& b) {
  return std::tie(a.cancelled, a.from, a.to, a.summary, a.description) ==
         std::tie(b.cancelled, b.from, b.to, b.summary, b.description);
}

}  // namespace

UpdatedEvents UpdateEvents(const std::vector<CalendarEvent>& old, std::vector<CalendarEvent> fresh,
                           absl::Time from, absl::Time to, absl::Time known_at) {
  std::map<std::string, const CalendarEvent*> gone;
  for (const CalendarEvent& event : old) gone.emplace(event.uid, &event);
  UpdatedEvents updated;
  for (CalendarEvent& event : fresh) {
    const auto before = gone.find(event.uid);
    if (before == gone.end()) {
      ++updated.added;
    } else {
      const bool same = SaysTheSame(*before->second, event);
      event.sequence = before->second->sequence + (same ? 0 : 1);
      if (!same) ++updated.changed;
      gone.erase(before);
    }
    updated.events.push_back(std::move(event));
  }
  for (const auto& [uid, before] : gone) {
    CalendarEvent event = *before;
    if (!event.cancelled && event.from < to && from < event.to) {
      event.cancelled = true;
      ++event.sequence;
      event.stamp = known_at;
      ++updated.cancelled;
    }
    updated.events.push_back(std::move(event));
  }
  std::ranges::sort(updated.events, [](const CalendarEvent& a, const CalendarEvent& b) {
    return std::tie(a.from, a.uid) < std::tie(b.from, b.uid);
  });
  return updated;
}

}  // namespace gatepost::render
