#include "daemon/domain/hours/window_change.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/domain/field_rules.h"
#include "daemon/domain/hours/rule_times.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::domain {
namespace {

using system::Refuse;

constexpr int kDay = 24 * 60;
constexpr int kMostInherited = 50;

int MinutesOf(const v1::TimeOfDay& time) { return time.hour() * 60 + time.minute(); }

void SetMinutes(int minutes, v1::TimeOfDay& time) {
  time.set_hour(minutes / 60);
  time.set_minute(minutes % 60);
}

std::string ClockText(int minutes) {
  const int shown = minutes > kDay ? minutes - kDay : minutes;
  return fmt::format("{:02}:{:02}", shown / 60, shown % 60);
}

absl::Status Nonsense(std::string_view wanted, std::string_view came) {
  return Refuse(v1::REASON_BAD_TIME, wanted, came, "write the windows themselves");
}

// One list in order, what touches or overlaps joined.
DayWindows Joined(DayWindows windows) {
  std::ranges::sort(windows);
  DayWindows joined;
  for (const DayWindow& window : windows) {
    if (!joined.empty() && window.from <= joined.back().to) {
      if (window.to <= joined.back().to) continue;
      joined.back().to = window.to;
      joined.back().entries = window.entries;
    } else {
      joined.push_back(window);
    }
  }
  return joined;
}

// The parts of `windows` outside of [from, to).
DayWindows Without(const DayWindows& windows, int from, int to) {
  DayWindows rest;
  for (const DayWindow& window : windows) {
    if (window.from < from) rest.push_back({window.from, std::min(window.to, from), {}});
    if (window.to > to) rest.push_back({std::max(window.from, to), window.to, {}});
  }
  return rest;
}

DayWindows Removed(DayWindows windows, const DayWindows& removed) {
  for (const DayWindow& out : removed) {
    windows = Without(windows, out.from, out.to);
    // The part of a window after midnight is removed by the clock that it shows.
    windows = Without(windows, out.from + kDay, out.to + kDay);
  }
  return windows;
}

absl::StatusOr<DayWindows> WithOpening(DayWindows windows, const v1::RelativeChange& change) {
  const int before = windows.front().from;
  const int opens =
      change.has_moved_to() ? MinutesOf(change.moved_to()) : before + change.moved_by_minutes();
  if (opens < 0) return Nonsense("an opening on the same day", "one before midnight");
  if (opens <= before) {
    windows.front().from = opens;
    return windows;
  }
  return Without(windows, 0, opens);  // Opens later: what lay before falls away.
}

absl::StatusOr<DayWindows> WithClosing(DayWindows windows, const v1::RelativeChange& change) {
  const int before = windows.back().to;
  int closes = before + change.moved_by_minutes();
  if (change.has_moved_to()) {
    closes = MinutesOf(change.moved_to());
    // A closing after midnight stays after midnight.
    if (before > kDay && closes < windows.front().from) closes += kDay;
  }
  if (closes <= windows.front().from) {
    return Nonsense(
        fmt::format("a closing after the opening at {}", ClockText(windows.front().from)),
        closes < 0 ? "one on the day before" : ClockText(closes));
  }
  if (closes >= before) {
    windows.back().to = closes;
    return windows;
  }
  return Without(windows, closes, 3 * kDay);
}

// Last entries as they follow from those inherited: `windows` are what `inherited` became.
void InheritEntries(int moved_by, const DayWindows& inherited, DayWindows& windows) {
  for (DayWindow& window : windows) {
    const DayWindow* last = nullptr;
    for (const DayWindow& one : inherited) {
      if (one.from + moved_by < window.to && window.from < one.to + moved_by) last = &one;
    }
    window.entries.clear();
    if (last == nullptr) continue;
    for (DayEntry entry : last->entries) {
      entry.at = std::max(entry.at + window.to - last->to, window.from);
      window.entries.push_back(std::move(entry));
    }
  }
}

// What the kind needs, and no other field.
absl::Status CheckFields(const v1::RelativeChange& change) {
  const auto kind = change.kind();
  const bool of_windows = kind == v1::CHANGE_KIND_REPLACE || kind == v1::CHANGE_KIND_ADD ||
                          kind == v1::CHANGE_KIND_REMOVE;
  const bool of_a_bound =
      kind == v1::CHANGE_KIND_MOVE_OPENING || kind == v1::CHANGE_KIND_MOVE_CLOSING;
  const bool by_minutes = change.moved_by_minutes() != 0;
  if (kind == v1::CHANGE_KIND_UNSPECIFIED) return MissingKind("said_as.kind");
  if (of_windows && change.windows().empty()) return Missing("said_as.windows");
  if (of_a_bound && !by_minutes && !change.has_moved_to()) {
    return Missing("said_as.moved_by_minutes or moved_to");
  }
  if (kind == v1::CHANGE_KIND_MOVE_ALL && !by_minutes) return Missing("said_as.moved_by_minutes");
  const bool moves = of_a_bound || kind == v1::CHANGE_KIND_MOVE_ALL;
  if ((!of_windows && !change.windows().empty()) || (!of_a_bound && change.has_moved_to()) ||
      (!moves && by_minutes) || (by_minutes && change.has_moved_to()) ||
      (kind == v1::CHANGE_KIND_REPLACE && !change.inherited().empty())) {
    return Conflict(fmt::format("said_as: only what {} needs", v1::ChangeKind_Name(kind)),
                    "a field of another kind", "leave it out, or correct the kind");
  }
  if (change.moved_by_minutes() <= -kDay || change.moved_by_minutes() >= kDay) {
    return Refuse(v1::REASON_BAD_TIME, "said_as.moved_by_minutes: less than a day",
                  fmt::format("{}", change.moved_by_minutes()), "state the minutes");
  }
  return absl::OkStatus();
}

absl::Status CheckInherited(const v1::RelativeChange& change) {
  if (change.inherited_from_size() > kMostInherited) {
    return Refuse(v1::REASON_TOO_LARGE,
                  fmt::format("said_as.inherited_from: at most {} messages", kMostInherited),
                  fmt::format("{}", change.inherited_from_size()),
                  "say fewer days in each message");
  }
  for (const v1::MessageCitation& cited : change.inherited_from()) {
    GATEPOST_RETURN_IF_ERROR(CheckCitation("said_as.inherited_from", cited));
  }
  return absl::OkStatus();
}

// That the windows are what the change comes to, as far as the rule itself says what it inherits.
absl::Status CheckOutcome(const v1::TimetableRule& rule) {
  const v1::RelativeChange& change = rule.said_as();
  const DayWindows stated = WindowsOf(rule.windows());
  const auto conflict = [&](const std::string& wanted) {
    return Conflict(wanted, WindowsText(stated), "resolve the change again");
  };
  if (change.kind() == v1::CHANGE_KIND_REPLACE || !change.inherited().empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const DayWindows wanted,
                              Changed(change, WindowsOf(change.inherited())));
    if (SameBounds(wanted, stated)) return absl::OkStatus();
    return conflict(fmt::format("windows: what said_as comes to, {}", WindowsText(wanted)));
  }
  // Nothing says what was inherited; a bound that was moved to a time is still seen.
  if (!change.has_moved_to() || stated.empty()) return absl::OkStatus();
  const bool opening = change.kind() == v1::CHANGE_KIND_MOVE_OPENING;
  const int bound = opening ? stated.front().from : stated.back().to;
  const int wanted = MinutesOf(change.moved_to());
  if (bound == wanted || (!opening && bound == wanted + kDay)) return absl::OkStatus();
  return conflict(fmt::format("windows that {} at {}, as said_as says", opening ? "open" : "close",
                              ClockText(wanted)));
}

}  // namespace

DayWindows WindowsOf(const TimeWindows& windows) {
  DayWindows read;
  for (const v1::TimeWindow& window : windows) {
    const int from = MinutesOf(window.opens());
    const int to = MinutesOf(window.closes());
    DayWindow& one = read.emplace_back(DayWindow{from, to > from ? to : to + kDay, {}});
    for (const v1::LastEntry& entry : window.last_entries()) {
      const int at = MinutesOf(entry.time());
      one.entries.push_back(
          {at < from ? at + kDay : at, entry.direction(), entry.vehicle_country()});
    }
  }
  return Joined(std::move(read));
}

TimeWindows ToTimeWindows(const DayWindows& windows) {
  TimeWindows written;
  for (const DayWindow& window : windows) {
    v1::TimeWindow& one = *written.Add();
    SetMinutes(window.from, *one.mutable_opens());
    SetMinutes(window.to > kDay ? window.to - kDay : window.to, *one.mutable_closes());
    for (const DayEntry& entry : window.entries) {
      v1::LastEntry& last = *one.add_last_entries();
      SetMinutes(entry.at > kDay ? entry.at - kDay : entry.at, *last.mutable_time());
      last.set_direction(entry.direction);
      last.set_vehicle_country(entry.vehicle_country);
    }
  }
  return written;
}

bool SameBounds(const DayWindows& a, const DayWindows& b) {
  return std::ranges::equal(a, b, [](const DayWindow& one, const DayWindow& other) {
    return one.from == other.from && one.to == other.to;
  });
}

std::string WindowsText(const DayWindows& windows) {
  std::string text;
  for (const DayWindow& window : windows) {
    text += fmt::format("{}{}-{}", text.empty() ? "" : " ", ClockText(window.from),
                        ClockText(window.to));
  }
  return text.empty() ? "none" : text;
}

absl::StatusOr<DayWindows> Changed(const v1::RelativeChange& change, const DayWindows& inherited) {
  DayWindows windows = inherited;
  const bool needs_hours =
      change.kind() != v1::CHANGE_KIND_REPLACE && change.kind() != v1::CHANGE_KIND_ADD;
  if (needs_hours && windows.empty()) return Nonsense("hours that the change is about", "none");
  switch (change.kind()) {
    case v1::CHANGE_KIND_REPLACE:
      windows = WindowsOf(change.windows());
      break;
    case v1::CHANGE_KIND_ADD:
      for (const DayWindow& added : WindowsOf(change.windows())) windows.push_back(added);
      windows = Joined(std::move(windows));
      break;
    case v1::CHANGE_KIND_REMOVE:
      windows = Removed(std::move(windows), WindowsOf(change.windows()));
      break;
    case v1::CHANGE_KIND_MOVE_OPENING: {
      GATEPOST_ASSIGN_OR_RETURN(windows, WithOpening(std::move(windows), change));
      break;
    }
    case v1::CHANGE_KIND_MOVE_CLOSING: {
      GATEPOST_ASSIGN_OR_RETURN(windows, WithClosing(std::move(windows), change));
      break;
    }
    case v1::CHANGE_KIND_MOVE_ALL:
      for (DayWindow& window : windows) {
        window.from += change.moved_by_minutes();
        window.to += change.moved_by_minutes();
      }
      break;
    case v1::CHANGE_KIND_WITHOUT_BREAK:
      windows = {{windows.front().from, windows.back().to, {}}};
      break;
    default:
      return MissingKind("said_as.kind");
  }
  if (windows.empty()) return Nonsense("hours that are left", "none");
  if (change.kind() != v1::CHANGE_KIND_REPLACE) {
    const bool all = change.kind() == v1::CHANGE_KIND_MOVE_ALL;
    InheritEntries(all ? change.moved_by_minutes() : 0, inherited, windows);
  }
  if (windows.front().from < 0 || windows.back().from >= kDay) {
    return Nonsense("openings on the same day", "one that is moved over midnight");
  }
  if (windows.back().to > windows.front().from + kDay) {
    return Nonsense(
        fmt::format("a closing before the next opening at {}", ClockText(windows.front().from)),
        fmt::format("{} on the next day", ClockText(windows.back().to)));
  }
  return windows;
}

absl::Status CheckChange(const v1::TimetableRule& rule, const DayRange& days,
                         const absl::TimeZone& zone) {
  if (!rule.has_said_as()) return absl::OkStatus();
  const v1::RelativeChange& change = rule.said_as();
  if (rule.hours() != v1::HOURS_KIND_WINDOWS && rule.hours() != v1::HOURS_KIND_NOT_STATED) {
    return Conflict("said_as with hours WINDOWS, or NOT_STATED where it cannot be resolved",
                    v1::HoursKind_Name(rule.hours()), "leave one of them out");
  }
  GATEPOST_RETURN_IF_ERROR(CheckFields(change));
  if (change.has_moved_to()) {
    GATEPOST_RETURN_IF_ERROR(CheckClock("said_as.moved_to", change.moved_to(),
                                        change.kind() == v1::CHANGE_KIND_MOVE_CLOSING));
  }
  const absl::Status added = CheckWindowList(change.windows(), days.first, zone);
  if (!added.ok()) return AtField("said_as.windows", added);
  const absl::Status inherited = CheckWindowList(change.inherited(), days.first, zone);
  if (!inherited.ok()) return AtField("said_as.inherited", inherited);
  GATEPOST_RETURN_IF_ERROR(CheckInherited(change));
  return rule.windows().empty() ? absl::OkStatus() : CheckOutcome(rule);
}

}  // namespace gatepost::domain
