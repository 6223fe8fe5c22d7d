#include "client/render/hours_cells.h"

#include <algorithm>
#include <utility>

#include "absl/time/time.h"
#include "client/render/hours_words.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "client/render/words.h"
#include "fmt/core.h"

namespace gatepost::render {
namespace {

// A time of day, with its distance in days from `day` where there is one; midnight at a window's
// end is 24:00 of the day before.
std::string Clock(absl::Time time, absl::CivilDay day, const absl::TimeZone& zone, bool is_end) {
  const absl::CivilMinute minute = absl::ToCivilMinute(time, zone);
  const bool midnight = is_end && minute.hour() == 0 && minute.minute() == 0;
  const absl::CivilDay shown = midnight ? absl::CivilDay(minute) - 1 : absl::CivilDay(minute);
  std::string text =
      midnight ? "24:00" : fmt::format("{:02}:{:02}", minute.hour(), minute.minute());
  if (shown != day) text += fmt::format("{:+}", shown - day);
  return text;
}

// What is said beside the windows.
std::string Remarks(const DayHours& hours) {
  std::string text;
  for (const v1::Regime regime : hours.regimes) {
    const bool plain = regime == v1::REGIME_NORMAL || regime == v1::REGIME_UNSPECIFIED ||
                       (regime == v1::REGIME_CLOSED && hours.open.empty());
    if (!plain) text += ", " + RegimeText(regime);
  }
  if (hours.intake_stopped && !hours.regimes.contains(v1::REGIME_INTAKE_STOP)) {
    text += ", " + RegimeText(v1::REGIME_INTAKE_STOP);
  }
  if (hours.known && hours.unknown) text += ", ?";
  return text;
}

}  // namespace

bool DayHours::SameAs(const DayHours& other) const {
  return open == other.open && known == other.known && unknown == other.unknown &&
         intake_stopped == other.intake_stopped && regimes == other.regimes;
}

std::string LineText(const v1::GateHours& line, const View& view) {
  std::string text =
      CellText(line.traffic(), line.direction(), line.vehicle_country(), line.cargo_class(), view);
  const bool any = line.load() == v1::LOAD_ANY || line.load() == v1::LOAD_UNSPECIFIED;
  return any ? text : text + ", " + LoadText(line.load());
}

DayHours HoursOn(const v1::GateHours& line, absl::CivilDay day, ZoneChoice zones) {
  const absl::TimeZone zone = ZonesOf(zones).front().zone;
  const absl::Time begin = absl::FromCivil(day, zone);
  const absl::Time end = absl::FromCivil(day + 1, zone);
  DayHours hours;
  std::set<v1::Regime> closed;
  for (const v1::HoursSpan& span : line.spans()) {
    const absl::Time from = std::max(begin, TimeOf(span.period().start().instant()));
    const absl::Time to = std::min(end, TimeOf(span.period().end().instant()));
    if (from >= to) continue;
    for (const int index : span.cited()) {
      if (std::find(hours.cited.begin(), hours.cited.end(), index) == hours.cited.end()) {
        hours.cited.push_back(index);
      }
    }
    if (span.opening() != v1::OPENING_OPEN && span.opening() != v1::OPENING_CLOSED) {
      hours.unknown = true;
      continue;
    }
    hours.known = true;
    hours.intake_stopped |= span.intake_stopped();
    if (span.opening() != v1::OPENING_OPEN) {
      closed.insert(span.regime());
      continue;
    }
    hours.regimes.insert(span.regime());
    if (!hours.open.empty() && hours.open.back().to == from) {
      hours.open.back().to = to;
    } else {
      hours.open.push_back({from, to});
    }
  }
  if (hours.open.empty()) hours.regimes = std::move(closed);
  return hours;
}

std::string WindowsText(const DayHours& hours, absl::CivilDay day, ZoneChoice zones,
                        size_t number) {
  const absl::TimeZone zone = ZonesOf(zones).at(number).zone;
  std::string text;
  for (const DayHours::Window& window : hours.open) {
    text += (text.empty() ? "" : ", ") + Clock(window.from, day, zone, false) + "-" +
            Clock(window.to, day, zone, true);
  }
  return text;
}

std::string DayHoursText(const DayHours& hours, absl::CivilDay day, ZoneChoice zones) {
  if (!hours.known) return "?";
  const std::string windows = WindowsText(hours, day, zones, 0);
  return (windows.empty() ? RegimeText(v1::REGIME_CLOSED) : windows) + Remarks(hours);
}

std::string DayHoursInZones(const DayHours& hours, absl::CivilDay day, ZoneChoice zones) {
  if (!hours.known || hours.open.empty()) return DayHoursText(hours, day, zones);
  const std::vector<ShownZone> shown = ZonesOf(zones);
  std::string text = fmt::format("{} {}", WindowsText(hours, day, zones, 0), shown[0].letter);
  if (shown.size() > 1) {
    text += fmt::format(" ({} {})", WindowsText(hours, day, zones, 1), shown[1].letter);
  }
  return text + Remarks(hours);
}

}  // namespace gatepost::render
