#include "daemon/domain/hours/observed.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "daemon/domain/civil_time.h"

namespace gatepost::domain {
namespace {

absl::Duration Distance(absl::Time a, absl::Time b) { return absl::AbsDuration(a - b); }

// The agreed time that an event is compared with.
absl::Time AgreedFor(const Seen& seen, const std::vector<Span>& windows) {
  if (!seen.opened) {
    for (const Span& window : windows) {
      if (window.from < seen.at && seen.at <= window.to) return window.to;
    }
  }
  const auto bound = [&](const Span& window) { return seen.opened ? window.from : window.to; };
  return bound(*std::ranges::min_element(
      windows, {}, [&](const Span& window) { return Distance(bound(window), seen.at); }));
}

std::optional<absl::Duration> OpenFor(const std::vector<ComparedEvent>& events) {
  if (events.empty() || events.size() % 2 != 0) return std::nullopt;
  absl::Duration open;
  for (size_t i = 0; i < events.size(); i += 2) {
    if (!events[i].seen.opened || events[i + 1].seen.opened) return std::nullopt;
    open += events[i + 1].seen.at - events[i].seen.at;
  }
  return open;
}

v1::ObservedVerdict VerdictOn(const ComparedDay& day) {
  if (day.events.empty()) return v1::OBSERVED_VERDICT_NOT_SEEN;
  if (day.agreed.empty()) {
    if (day.agreed_unknown) return v1::OBSERVED_VERDICT_NOTHING_AGREED;
    const bool opened = std::ranges::any_of(
        day.events, [](const ComparedEvent& event) { return event.seen.opened; });
    return opened ? v1::OBSERVED_VERDICT_OPEN_THOUGH_CLOSED : v1::OBSERVED_VERDICT_AS_AGREED;
  }
  const bool differs = std::ranges::any_of(day.events, [](const ComparedEvent& event) {
    return Distance(event.seen.at, *event.agreed_at) > Tolerance(event.seen.precision);
  });
  return differs ? v1::OBSERVED_VERDICT_DIFFERS : v1::OBSERVED_VERDICT_AS_AGREED;
}

}  // namespace

absl::Duration Tolerance(v1::Precision precision) {
  switch (precision) {
    case v1::PRECISION_HOUR:
      return absl::Hours(1);
    case v1::PRECISION_PART_OF_DAY:
      return absl::Hours(6);
    case v1::PRECISION_DAY:
      return absl::Hours(24);
    default:
      return absl::Minutes(5);
  }
}

ComparedDay CompareDay(const std::vector<HoursStretch>& agreed, std::vector<Seen> seen) {
  ComparedDay day;
  for (const HoursStretch& stretch : agreed) {
    day.agreed_unknown |= stretch.opening == v1::OPENING_UNKNOWN;
    if (!stretch.cited.empty() &&
        std::ranges::find(day.agreed_rows, stretch.cited.front()) == day.agreed_rows.end()) {
      day.agreed_rows.push_back(stretch.cited.front());
    }
    if (stretch.opening != v1::OPENING_OPEN) continue;
    // Another regime, or another agreement, is no closing.
    if (!day.agreed.empty() && day.agreed.back().to == stretch.span.from) {
      day.agreed.back().to = stretch.span.to;
    } else {
      day.agreed.push_back(stretch.span);
    }
  }
  std::ranges::sort(seen, {}, [](const Seen& one) { return std::tuple(one.at, one.row); });
  for (Seen& one : seen) {
    ComparedEvent event{std::move(one)};
    if (!day.agreed.empty()) event.agreed_at = AgreedFor(event.seen, day.agreed);
    day.events.push_back(std::move(event));
  }
  day.verdict = VerdictOn(day);
  day.seen_open = OpenFor(day.events);
  return day;
}

std::optional<absl::Time> BeginAt(const v1::Timetable& timetable, std::string_view gate_id) {
  const absl::TimeZone zone = LoadZone(timetable.zone()).value_or(absl::UTCTimeZone());
  std::optional<absl::Time> first;
  for (const v1::TimetableRule& rule : timetable.rules()) {
    if (!std::binary_search(rule.gate_ids().begin(), rule.gate_ids().end(), gate_id)) continue;
    const absl::Time begin = BeginOf(rule, zone);
    if (!first.has_value() || begin < *first) first = begin;
  }
  return first;
}

}  // namespace gatepost::domain
