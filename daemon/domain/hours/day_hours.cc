#include "daemon/domain/hours/day_hours.h"

#include <algorithm>

#include "absl/time/civil_time.h"

namespace gatepost::domain {
namespace {

// The longest stretches in which the gate works.
std::vector<Span> OpenSpans(const std::vector<HoursStretch>& stretches) {
  std::vector<Span> open;
  for (const HoursStretch& stretch : stretches) {
    if (stretch.opening != v1::OPENING_OPEN) continue;
    if (!open.empty() && open.back().to == stretch.span.from) {
      open.back().to = stretch.span.to;
    } else {
      open.push_back(stretch.span);
    }
  }
  return open;
}

int MinutesInto(absl::Time time, absl::Time day) {
  return static_cast<int>(absl::ToInt64Minutes(time - day));
}

void AddRows(const HoursStretch& stretch, std::vector<int64_t>& rows) {
  for (const int64_t row : stretch.cited) {
    if (std::ranges::find(rows, row) == rows.end()) rows.push_back(row);
  }
}

}  // namespace

std::vector<DayHours> HoursByDay(const HoursInForce& before, std::string_view gate_id,
                                 const HoursCell& cell, const DayRange& days,
                                 const absl::TimeZone& zone) {
  const auto midnight = [&](absl::CivilDay day) { return absl::FromCivil(day, zone); };
  // A day more on each side: windows cross midnight.
  const std::vector<HoursStretch> stretches =
      before.At(gate_id, cell, {midnight(days.first - 1), midnight(days.last + 3)});
  std::vector<DayHours> hours(static_cast<size_t>(days.last - days.first + 1));
  for (DayHours& day : hours) day.known = true;
  const auto index = [&](absl::CivilDay day) { return static_cast<size_t>(day - days.first); };

  for (const Span& open : OpenSpans(stretches)) {
    Span left = open;
    while (left.from < left.to) {
      const absl::CivilDay day = absl::ToCivilDay(left.from, zone);
      Span window = left;
      if (open.to - open.from > absl::Hours(24)) window.to = std::min(left.to, midnight(day + 1));
      left.from = window.to;
      if (!days.Contains(day)) continue;
      DayWindow& added = hours[index(day)].windows.emplace_back(DayWindow{
          MinutesInto(window.from, midnight(day)), MinutesInto(window.to, midnight(day)), {}});
      if (window.to != open.to) continue;  // Midnight, and no closing.
      for (const LeadOfEntry& entry : before.LastEntriesBefore(open.to, gate_id, cell)) {
        const int lead = static_cast<int>(absl::ToInt64Minutes(entry.lead));
        added.entries.push_back(
            {std::max(added.from, added.to - lead), entry.direction, entry.vehicle_country});
      }
    }
  }
  for (const HoursStretch& stretch : stretches) {
    const absl::CivilDay from = std::max(days.first, absl::ToCivilDay(stretch.span.from, zone));
    const absl::CivilDay to =
        std::min(days.last, absl::ToCivilDay(stretch.span.to - absl::Nanoseconds(1), zone));
    for (absl::CivilDay day = from; day <= to; ++day) {
      if (stretch.opening == v1::OPENING_UNKNOWN) {
        hours[index(day)] = {.counts = false, .known = false, .windows = {}, .by = {}};
      } else {
        AddRows(stretch, hours[index(day)].by);
      }
    }
  }
  for (DayHours& day : hours) {
    if (!day.known) day.windows.clear();
  }
  return hours;
}

}  // namespace gatepost::domain
