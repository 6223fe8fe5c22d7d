#include "daemon/domain/hours/inherited.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/spans.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::domain {
namespace {

using system::Refuse;

// How many days of an open end must be known.
constexpr size_t kKnownDays = 28;

// What one gate inherits for one part of the traffic.
struct Part {
  HoursCell cell;
  bool exception;  // From a wider part that is told, too.
  std::string gate;
  std::vector<DayHours> days;
  bool tells_closed = false;
};

absl::Status Unknown(const Asking& asking, const Part& part, size_t day) {
  return Refuse(v1::REASON_HOURS_UNKNOWN, "the hours that hold before a relative change",
                fmt::format("unknown at {} on {}", part.gate,
                            DayText(asking.days.first + static_cast<int>(day))),
                "write the windows themselves, or leave that day out");
}

std::optional<size_t> FirstUnknown(const std::vector<DayHours>& days) {
  for (size_t i = 0; i < days.size(); ++i) {
    if (days[i].counts && !days[i].known) return i;
  }
  return std::nullopt;
}

bool SameHours(const std::vector<DayHours>& a, const std::vector<DayHours>& b) {
  return std::ranges::equal(a, b,
                            [](const DayHours& x, const DayHours& y) { return x.SameHours(y); });
}

// The cells that lie in `cell` at the gate and may have other hours; wider ones first.
std::vector<HoursCell> CellsIn(const Asking& asking, const HoursInForce& before,
                               const GateRegister& gates, const std::string& gate,
                               const HoursCell& cell) {
  const Span span{absl::FromCivil(asking.days.first, asking.zone),
                  absl::FromCivil(asking.days.last + 1, asking.zone)};
  std::vector<HoursCell> cells = before.Cells(gate, span, cell);
  const auto wider = [&](const HoursCell& one) {
    return std::ranges::count_if(cells, [&](const HoursCell& other) {
      return Within(one, other, gates, asking.days.first);
    });
  };
  std::map<std::pair<int64_t, HoursCell>, HoursCell> sorted;
  for (const HoursCell& one : cells) sorted.emplace(std::pair(wider(one), one), one);
  cells.clear();
  for (const auto& [key, one] : sorted) cells.push_back(one);
  return cells;
}

// Where all that it is a part of is closed as well, an exception stays closed untold.
void MarkClosed(const Asking& asking, const GateRegister& gates, std::vector<Part>& found) {
  const auto closed = [](const DayHours& day) { return day.counts && day.windows.empty(); };
  const auto works = [](const DayHours& day) { return day.counts && !day.windows.empty(); };
  for (Part& part : found) {
    for (const Part& other : found) {
      if (&other == &part || !Within(part.cell, other.cell, gates, asking.days.first)) continue;
      for (size_t i = 0; i < part.days.size(); ++i) {
        part.tells_closed |= closed(part.days[i]) && works(other.days[i]);
      }
    }
  }
}

// Adds what is inherited at one gate by one of the rule's cells: by all of it, and by each part of
// it that has other hours than what it is a part of.
absl::Status AddParts(const Asking& asking, const HoursInForce& before, const GateRegister& gates,
                      const std::string& gate, const HoursCell& cell, std::vector<Part>& parts) {
  std::vector<Part> found;
  std::optional<absl::Status> unknown;
  for (const HoursCell& one : CellsIn(asking, before, gates, gate, cell)) {
    Part part{one, false, gate, HoursByDay(before, gate, one, asking.days, asking.zone)};
    MarkDays(asking, before, part.days);
    std::vector<const Part*> around;
    for (const Part& other : found) {
      if (Within(one, other.cell, gates, asking.days.first)) around.push_back(&other);
    }
    // The same hours as all that it is next a part of: nothing of its own.
    const auto nearest = [&](const Part* other) {
      return std::ranges::none_of(around, [&](const Part* nearer) {
        return nearer != other && Within(nearer->cell, other->cell, gates, asking.days.first);
      });
    };
    if (!around.empty() && std::ranges::all_of(around, [&](const Part* other) {
          return !nearest(other) || SameHours(part.days, other->days);
        })) {
      continue;
    }
    if (const auto day = FirstUnknown(part.days)) {
      const absl::Status status = Unknown(asking, part, *day);
      // The rule would give hours to a part of which none are known.
      if (!around.empty()) return status;
      if (!unknown.has_value()) unknown = status;
      continue;
    }
    part.exception = !around.empty();
    found.push_back(std::move(part));
  }
  if (found.empty()) return *unknown;  // The cell itself is one of them.
  MarkClosed(asking, gates, found);
  std::ranges::move(found, std::back_inserter(parts));
  return absl::OkStatus();
}

std::vector<Inherited> Share(std::vector<Part> parts) {
  std::vector<Inherited> by_gate;  // One cell each, with all gates of its hours.
  for (Part& part : parts) {
    const auto same = std::ranges::find_if(by_gate, [&](const Inherited& shared) {
      HoursCell cell = shared.cell;
      cell.cargo_class = shared.cargo_classes.empty() ? "" : *shared.cargo_classes.begin();
      return cell == part.cell && SameHours(shared.days, part.days);
    });
    if (same != by_gate.end()) {
      same->gates.insert(part.gate);
      same->tells_closed |= part.tells_closed;
      continue;
    }
    Inherited& shared = by_gate.emplace_back();
    shared.cell = part.cell;
    shared.cell.cargo_class.clear();
    shared.exception = part.exception;
    shared.tells_closed = part.tells_closed;
    shared.gates.insert(part.gate);
    if (!part.cell.cargo_class.empty()) shared.cargo_classes.insert(part.cell.cargo_class);
    shared.days = std::move(part.days);
  }
  std::vector<Inherited> all;
  for (Inherited& one : by_gate) {
    const auto same = std::ranges::find_if(all, [&](const Inherited& shared) {
      return shared.cell == one.cell && shared.exception == one.exception &&
             shared.gates == one.gates && !shared.cargo_classes.empty() &&
             !one.cargo_classes.empty() && SameHours(shared.days, one.days);
    });
    if (same != all.end()) {
      same->cargo_classes.merge(one.cargo_classes);
      same->tells_closed |= one.tells_closed;
    } else {
      all.push_back(std::move(one));
    }
  }
  return all;
}

}  // namespace

void MarkDays(const Asking& asking, const HoursInForce& before, std::vector<DayHours>& days) {
  const auto at = [&](size_t i) {
    return absl::FromCivil(asking.days.first + static_cast<int>(i), asking.zone);
  };
  const RuleSpans spans =
      SpansOf(asking.rule, asking.zone, {at(0), at(days.size())}, before.calendars());
  for (size_t i = 0; i < days.size(); ++i) {
    const auto touches = [&](const Span& span) { return span.from < at(i + 1) && at(i) < span.to; };
    const bool undecided = std::ranges::any_of(spans.undecided, touches);
    days[i].counts = undecided || std::ranges::any_of(spans.covered, touches);
    if (undecided) days[i].known = false;
  }
}

absl::StatusOr<std::vector<Inherited>> InheritedBy(Asking& asking, const HoursInForce& before,
                                                   const GateRegister& gates) {
  const std::vector<HoursCell> own = CellsOf(asking.rule);
  for (const std::string& gate : asking.rule.gate_ids()) {
    for (const HoursCell& cell : own) {
      if (!asking.open_end) continue;
      for (const HoursCell& one : CellsIn(asking, before, gates, gate, cell)) {
        std::vector<DayHours> days = HoursByDay(before, gate, one, asking.days, asking.zone);
        MarkDays(asking, before, days);
        const std::optional<size_t> day = FirstUnknown(days);
        if (!day.has_value() || *day < kKnownDays) continue;
        asking.days.last = asking.days.first + static_cast<int>(*day) - 1;
      }
    }
  }
  std::vector<Part> parts;
  for (const std::string& gate : asking.rule.gate_ids()) {
    for (const HoursCell& cell : own) {
      GATEPOST_RETURN_IF_ERROR(AddParts(asking, before, gates, gate, cell, parts));
    }
  }
  return Share(std::move(parts));
}

}  // namespace gatepost::domain
