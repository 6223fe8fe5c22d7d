#include "daemon/domain/hours/missing_cells.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/cell.h"
#include "daemon/domain/hours/conditions.h"
#include "daemon/domain/hours/rule_times.h"
#include "daemon/domain/hours/spans.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::domain {
namespace {

// How long a matrix goes on beyond what it names where it has no end.
constexpr int kDaysOn = 7;

// Some days of the matrix, by their places.
using Days = std::bitset<kMostMatrixDays + kDaysOn + 1>;

// By weekday, from Monday on.
using Weekdays = std::bitset<7>;

int WeekdayOf(absl::CivilDay day) { return static_cast<int>(absl::GetWeekday(day)); }

// All that the matrix must speak of, and its days in its own zone.
struct Frame {
  absl::TimeZone zone;
  Span span;
  absl::CivilDay first;
  int count = 0;
  std::vector<absl::Time> bounds = {};  // Of the days: one more than these.
  std::array<Days, 7> by_weekday = {};

  Span Day(int place) const {
    const auto at = static_cast<size_t>(place);
    return {bounds[at], bounds[at + 1]};
  }
  // -1 before them, `count` after them.
  int PlaceOf(absl::Time time) const {
    if (time < bounds.front()) return -1;
    if (time >= bounds.back()) return count;
    return static_cast<int>(absl::ToCivilDay(time, zone) - first);
  }
};

// From the first beginning to the last end; a week more where a rule has none.
absl::StatusOr<Frame> FrameOf(const v1::Timetable& matrix, const absl::TimeZone& zone) {
  Frame frame{zone, {absl::InfiniteFuture(), absl::InfinitePast()}, {}};
  Span& span = frame.span;
  bool goes_on = false;
  for (const v1::TimetableRule& rule : matrix.rules()) {
    span.from = std::min(span.from, BeginOf(rule, zone));
    const v1::TimetableDays& days = rule.days();
    if (days.end() == v1::END_KIND_STATED) {
      span.to = std::max(span.to, WholeSpan(rule, zone).to);
      continue;
    }
    goes_on = true;
    const v1::CivilDate& named = days.has_last() ? days.last() : days.first();
    span.to = std::max(span.to, absl::FromCivil(CheckedDay(named) + 1, zone));
  }
  const auto last = [&] { return absl::ToCivilDay(span.to - absl::Nanoseconds(1), zone); };
  frame.first = absl::ToCivilDay(span.from, zone);
  if (last() - frame.first >= kMostMatrixDays) {
    return system::Refuse(v1::REASON_TOO_LARGE,
                          fmt::format("holiday hours of at most {} days", kMostMatrixDays),
                          fmt::format("{}..{}", DayText(frame.first), DayText(last())),
                          "correct the days, or propose a schedule change for what lasts");
  }
  if (goes_on) span.to = absl::FromCivil(absl::ToCivilDay(span.to, zone) + kDaysOn, zone);
  frame.count = static_cast<int>(last() - frame.first) + 1;
  for (int place = 0; place <= frame.count; ++place) {
    frame.bounds.push_back(absl::FromCivil(frame.first + place, zone));
    if (place == frame.count) break;
    frame.by_weekday[static_cast<size_t>(WeekdayOf(frame.first + place))].set(
        static_cast<size_t>(place));
  }
  return frame;
}

// A rule that fills cells, all cargo of them, and when.
struct Filling {
  const v1::TimetableRule* rule;
  HoursCell cell;
  Span span;
  absl::CivilDay first;
  absl::CivilDay last;
  std::vector<size_t> shelves = {};  // Where what it says is kept.
};

// Whole days of another zone fill the same days of the matrix, and the hour in which it is only
// there that it is the day.
absl::Status AddFillings(const StandingHours& hours, const absl::TimeZone& matrix_zone,
                         std::vector<Filling>& fillings) {
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(hours.timetable->zone()));
  for (const v1::TimetableRule& rule : hours.timetable->rules()) {
    if (SaysOnlyTerms(rule) || !rule.cargo_classes().empty()) continue;
    const v1::TimetableDays& days = rule.days();
    Span span = WholeSpan(rule, zone);
    const Span here = WholeSpan(rule, matrix_zone);
    if (!days.has_begins()) span.from = std::min(span.from, here.from);
    if (!days.has_ends()) span.to = std::max(span.to, here.to);
    span.to = std::min(span.to, hours.over_from);
    fillings.push_back(
        {&rule, CellsOf(rule).front(), span, CheckedDay(days.first()),
         days.end() == v1::END_KIND_STATED ? CheckedDay(days.last()) : absl::CivilDay::max()});
  }
  return absl::OkStatus();
}

// What both calendars can say of the days; a make-up day is a Saturday or Sunday.
using World = std::pair<DayStatus, DayStatus>;  // Viet Nam's, China's.

std::vector<World> WorldsOf(const std::vector<Filling>& fillings) {
  constexpr std::array kAll = {DayStatus::kWorking, DayStatus::kOffHoliday,
                               DayStatus::kMakeUpWorkday};
  const bool by_holiday = std::ranges::any_of(
      fillings, [](const Filling& filling) { return filling.rule->days().has_holidays(); });
  if (!by_holiday) return {{DayStatus::kWorking, DayStatus::kWorking}};
  std::vector<World> worlds;
  for (const DayStatus vn : kAll) {
    for (const DayStatus cn : kAll) worlds.emplace_back(vn, cn);
  }
  return worlds;
}

// On which days of the week the rule holds, when the calendars say so of all days.
Weekdays HeldIn(const World& world, const v1::TimetableDays& days) {
  const AskDay ask = [&world](Country country, absl::CivilDay day) {
    const DayStatus says = country == Country::kVietNam ? world.first : world.second;
    const bool weekend = absl::GetWeekday(day) >= absl::Weekday::saturday;
    return says == DayStatus::kMakeUpWorkday && !weekend ? DayStatus::kWorking : says;
  };
  constexpr absl::CivilDay kMonday(2026, 2, 16);
  Weekdays held;
  for (int i = 0; i < 7; ++i) {
    if (HoldsOn(days, kMonday + i, ask) == true) held.set(static_cast<size_t>(i));
  }
  return held;
}

// What was said of one gate and cell: of whole days of the matrix, and of parts of days.
struct Said {
  Days days;
  std::vector<Span> parts;
};

void Say(const Filling& filling, Weekdays held, const Frame& frame, std::vector<Said>& shelves) {
  const int begin = std::max(frame.PlaceOf(filling.span.from), 0);
  const int end = std::min(frame.PlaceOf(filling.span.to - absl::Nanoseconds(1)) + 1, frame.count);
  if (begin >= end) return;
  Said said;
  for (size_t i = 0; i < held.size(); ++i) {
    if (held.test(i)) said.days |= frame.by_weekday[i];
  }
  const Days all = ~Days();
  said.days &= (all << static_cast<size_t>(begin)) & ~(all << static_cast<size_t>(end));
  for (const int place : std::set{begin, end - 1}) {
    const Span day = frame.Day(place);
    const Span part{std::max(day.from, filling.span.from), std::min(day.to, filling.span.to)};
    if (part == day) continue;
    said.days.reset(static_cast<size_t>(place));
    // What another zone's day has before and after the same day here belongs to it.
    const absl::CivilDay of = std::clamp(frame.first + place, filling.first, filling.last);
    if (held.test(static_cast<size_t>(WeekdayOf(of)))) said.parts.push_back(part);
  }
  for (const size_t shelf : filling.shelves) {
    shelves[shelf].days |= said.days;
    shelves[shelf].parts.insert(shelves[shelf].parts.end(), said.parts.begin(), said.parts.end());
  }
}

// The first stretch of the frame of which none of these shelves speaks.
std::optional<Span> FirstGap(const std::vector<size_t>& speaking, const std::vector<Said>& shelves,
                             const Frame& frame) {
  Said all;
  for (const size_t shelf : speaking) {
    all.days |= shelves[shelf].days;
    all.parts.insert(all.parts.end(), shelves[shelf].parts.begin(), shelves[shelf].parts.end());
  }
  if (all.days.count() == static_cast<size_t>(frame.count)) return std::nullopt;
  for (int place = 0; place < frame.count; ++place) {
    if (all.days.test(static_cast<size_t>(place))) all.parts.push_back(frame.Day(place));
  }
  std::ranges::sort(all.parts, {}, &Span::from);
  absl::Time reached = frame.span.from;
  for (const Span& part : all.parts) {
    if (part.from > reached) return Span{reached, std::min(part.from, frame.span.to)};
    reached = std::max(reached, part.to);
    if (reached >= frame.span.to) return std::nullopt;
  }
  return Span{reached, frame.span.to};
}

// The smallest parts of the traffic, in the order in which they are told. All traffic is, beside
// rules for single kinds, the kinds that have some.
std::vector<HoursCell> PartsOf(const v1::Timetable& matrix, const std::vector<Filling>& fillings) {
  std::set<v1::Traffic> traffics;
  for (const v1::TimetableRule& rule : matrix.rules()) traffics.insert(rule.traffic());
  if (traffics.contains(v1::TRAFFIC_ALL)) {
    for (const Filling& filling : fillings) {
      if (!filling.shelves.empty()) traffics.insert(filling.cell.traffic);
    }
    if (traffics.size() > 1) traffics.erase(v1::TRAFFIC_ALL);
  }
  std::vector<HoursCell> parts;
  for (const v1::Traffic traffic : traffics) {
    for (const v1::Direction direction : {v1::DIRECTION_VN_TO_CN, v1::DIRECTION_CN_TO_VN}) {
      for (const char* country : {"VN", "CN"}) {
        for (const v1::Load load : {v1::LOAD_LOADED, v1::LOAD_EMPTY}) {
          parts.push_back({traffic, direction, country, load, ""});
        }
      }
    }
  }
  return parts;
}

// A shelf for each gate and cell of which something is said.
using Shelves = std::map<std::pair<std::string, HoursCell>, size_t>;

Shelves ShelvesFor(const std::vector<std::string>& gates, std::vector<Filling>& fillings) {
  Shelves shelves;
  for (Filling& filling : fillings) {
    for (const std::string& gate : filling.rule->gate_ids()) {
      if (!std::ranges::binary_search(gates, gate)) continue;
      const auto [shelf, added] =
          shelves.try_emplace(std::pair(gate, filling.cell), shelves.size());
      filling.shelves.push_back(shelf->second);
    }
  }
  return shelves;
}

// Those that speak of each of the parts at the gate.
std::vector<std::vector<size_t>> SpeakingAt(const std::string& gate, const Shelves& shelves,
                                            const std::vector<HoursCell>& parts) {
  std::vector<std::vector<size_t>> speaking;
  for (const HoursCell& part : parts) {
    std::vector<size_t>& of_part = speaking.emplace_back();
    for (auto shelf = shelves.lower_bound({gate, {v1::TRAFFIC_UNSPECIFIED}});
         shelf != shelves.end() && shelf->first.first == gate; ++shelf) {
      if (WithinByName(part, shelf->first.second)) of_part.push_back(shelf->second);
    }
  }
  return speaking;
}

// `2026-02-14..2026-02-16`; with times where it is not of whole days.
std::string GapText(Span gap, const v1::Timetable& matrix, const absl::TimeZone& zone) {
  const absl::CivilDay first = absl::ToCivilDay(gap.from, zone);
  const absl::CivilDay next = absl::ToCivilDay(gap.to, zone);
  if (absl::FromCivil(first, zone) != gap.from || absl::FromCivil(next, zone) != gap.to) {
    return fmt::format("from {} to {}", TimeText(gap.from, matrix.zone()),
                       TimeText(gap.to, matrix.zone()));
  }
  if (first + 1 == next) return fmt::format("on {}", DayText(first));
  return fmt::format("on {}..{}", DayText(first), DayText(next - 1));
}

// The parts that are missing together, by what they do not share with all of the matrix's.
std::string PartsText(const std::vector<HoursCell>& missing, const std::vector<HoursCell>& all) {
  std::string text;
  const auto tell = [&](auto value_of, auto name_of) {
    std::set<std::string> of_all, of_missing;
    for (const HoursCell& part : all) of_all.insert(name_of(value_of(part)));
    for (const HoursCell& part : missing) of_missing.insert(name_of(value_of(part)));
    if (of_all != of_missing) text += fmt::format(", {}", fmt::join(of_missing, " and "));
  };
  const auto after = [](const std::string& name) { return name.substr(name.find('_') + 1); };
  const HoursCell& one = missing.front();
  const bool both = std::ranges::any_of(
      missing, [&](const HoursCell& part) { return part.direction != one.direction; });
  std::set<std::string> traffics;
  for (const HoursCell& part : missing) traffics.insert(after(v1::Traffic_Name(part.traffic)));
  text += fmt::format("{}, {}", fmt::join(traffics, " and "),
                      both ? "both directions" : after(v1::Direction_Name(one.direction)));
  tell([](const HoursCell& part) { return part.vehicle_country; },
       [](const std::string& country) { return "vehicles of " + country; });
  tell([](const HoursCell& part) { return part.load; },
       [&](v1::Load load) { return after(v1::Load_Name(load)); });
  return text;
}

}  // namespace

absl::Status CheckNoCellMissing(const v1::Timetable& matrix,
                                const std::vector<StandingHours>& standing) {
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(matrix.zone()));
  GATEPOST_ASSIGN_OR_RETURN(const Frame frame, FrameOf(matrix, zone));
  std::vector<Filling> fillings;
  GATEPOST_RETURN_IF_ERROR(AddFillings({&matrix}, zone, fillings));
  for (const StandingHours& other : standing) {
    GATEPOST_RETURN_IF_ERROR(AddFillings(other, zone, fillings));
  }
  const std::vector<std::string> gates = GatesOf(matrix);
  const Shelves shelves = ShelvesFor(gates, fillings);
  const std::vector<HoursCell> parts = PartsOf(matrix, fillings);
  std::vector<std::vector<std::vector<size_t>>> speaking;  // By gate and part.
  for (const std::string& gate : gates) speaking.push_back(SpeakingAt(gate, shelves, parts));
  for (const World& world : WorldsOf(fillings)) {
    std::vector<Said> said(shelves.size());
    for (const Filling& filling : fillings) {
      Say(filling, HeldIn(world, filling.rule->days()), frame, said);
    }
    for (size_t gate = 0; gate < gates.size(); ++gate) {
      std::optional<Span> gap;
      std::vector<HoursCell> missing;
      std::map<std::vector<size_t>, std::optional<Span>> gaps;  // Most parts have the same rules.
      for (size_t part = 0; part < parts.size(); ++part) {
        const auto [known, added] = gaps.try_emplace(speaking[gate][part]);
        if (added) known->second = FirstGap(known->first, said, frame);
        const std::optional<Span>& found = known->second;
        if (!found.has_value()) continue;
        if (!gap.has_value()) gap = found;
        if (gap == found) missing.push_back(parts[part]);
      }
      if (!gap.has_value()) continue;
      return system::Refuse(
          v1::REASON_MISSING_CELL,
          "hours for every gate, day, kind of traffic and direction of the matrix, all cargo "
          "included",
          fmt::format("none at {} {}: {}", gates[gate], GapText(*gap, matrix, zone),
                      PartsText(missing, parts)),
          "add a rule for it; what stays as it is, is said with regime NORMAL");
    }
  }
  return absl::OkStatus();
}

}  // namespace gatepost::domain
