#include "daemon/domain/hours/missing_cells.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
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

// A rule that fills cells, and when.
struct Filling {
  const v1::TimetableRule* rule;
  absl::TimeZone zone;
  std::vector<HoursCell> cells;
  std::vector<Span> covered = {};
};

absl::Status AddFillings(const v1::Timetable& timetable, std::vector<Filling>& fillings) {
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(timetable.zone()));
  for (const v1::TimetableRule& rule : timetable.rules()) {
    if (!SaysOnlyTerms(rule)) fillings.push_back({&rule, zone, CellsOf(rule)});
  }
  return absl::OkStatus();
}

// From the first beginning to the last end; a week more where a rule has none.
Span FrameOf(const v1::Timetable& matrix, const absl::TimeZone& zone) {
  Span frame{absl::InfiniteFuture(), absl::InfinitePast()};
  bool goes_on = false;
  for (const v1::TimetableRule& rule : matrix.rules()) {
    frame.from = std::min(frame.from, BeginOf(rule, zone));
    const v1::TimetableDays& days = rule.days();
    if (days.end() == v1::END_KIND_STATED) {
      frame.to = std::max(frame.to, WholeSpan(rule, zone).to);
      continue;
    }
    goes_on = true;
    const v1::CivilDate& named = days.has_last() ? days.last() : days.first();
    frame.to = std::max(frame.to, absl::FromCivil(CheckedDay(named) + 1, zone));
  }
  if (goes_on) frame.to = absl::FromCivil(absl::ToCivilDay(frame.to, zone) + 7, zone);
  return frame;
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

void Cover(const World& world, Span frame, std::vector<Filling>& fillings) {
  const AskDay ask = [&world](Country country, absl::CivilDay day) {
    const DayStatus says = country == Country::kVietNam ? world.first : world.second;
    const absl::Weekday weekday = absl::GetWeekday(day);
    const bool weekend = weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
    return says == DayStatus::kMakeUpWorkday && !weekend ? DayStatus::kWorking : says;
  };
  for (Filling& filling : fillings) {
    filling.covered = SpansOf(*filling.rule, filling.zone, frame, ask).covered;
  }
}

// The smallest parts of the traffic, in the order in which they are told.
std::vector<HoursCell> PartsOf(const v1::Timetable& matrix) {
  std::set<v1::Traffic> traffics;
  for (const v1::TimetableRule& rule : matrix.rules()) {
    if (rule.traffic() == v1::TRAFFIC_ALL) {
      traffics.insert(
          {v1::TRAFFIC_GOODS, v1::TRAFFIC_PASSENGERS, v1::TRAFFIC_RAIL, v1::TRAFFIC_WATERWAY});
    } else {
      traffics.insert(rule.traffic());
    }
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

// Some of the fillings, by their places.
using Places = std::vector<size_t>;

// Those that speak of that gate and part.
Places SpeakingOf(const std::string& gate, const HoursCell& part,
                  const std::vector<Filling>& fillings, const GateRegister& gates) {
  Places speaking;
  for (size_t i = 0; i < fillings.size(); ++i) {
    const v1::TimetableRule& rule = *fillings[i].rule;
    const auto holds = [&](const HoursCell& cell) {
      return Within(part, cell, gates, CheckedDay(rule.days().first()));
    };
    if (std::ranges::binary_search(rule.gate_ids(), gate) &&
        std::ranges::any_of(fillings[i].cells, holds)) {
      speaking.push_back(i);
    }
  }
  return speaking;
}

// The first stretch of the frame of which none of them speaks.
std::optional<Span> FirstGap(const Places& speaking, const std::vector<Filling>& fillings,
                             Span frame) {
  std::vector<Span> said;
  for (const size_t place : speaking) {
    const std::vector<Span>& covered = fillings[place].covered;
    said.insert(said.end(), covered.begin(), covered.end());
  }
  std::ranges::sort(said, {}, &Span::from);
  absl::Time reached = frame.from;
  for (const Span& span : said) {
    if (span.from > reached) return Span{reached, std::min(span.from, frame.to)};
    reached = std::max(reached, span.to);
    if (reached >= frame.to) return std::nullopt;
  }
  return Span{reached, frame.to};
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
                                const std::vector<const v1::Timetable*>& standing,
                                const GateRegister& gates) {
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(matrix.zone()));
  std::vector<Filling> fillings;
  GATEPOST_RETURN_IF_ERROR(AddFillings(matrix, fillings));
  for (const v1::Timetable* other : standing) {
    GATEPOST_RETURN_IF_ERROR(AddFillings(*other, fillings));
  }
  const Span frame = FrameOf(matrix, zone);
  const std::vector<HoursCell> parts = PartsOf(matrix);
  for (const World& world : WorldsOf(fillings)) {
    Cover(world, frame, fillings);
    std::map<Places, std::optional<Span>> gaps;  // Most gates and parts have the same rules.
    for (const std::string& gate : GatesOf(matrix)) {
      std::optional<Span> gap;
      std::vector<HoursCell> missing;
      for (const HoursCell& part : parts) {
        const auto [known, added] = gaps.try_emplace(SpeakingOf(gate, part, fillings, gates));
        if (added) known->second = FirstGap(known->first, fillings, frame);
        const std::optional<Span>& found = known->second;
        if (!found.has_value()) continue;
        if (!gap.has_value()) gap = found;
        if (gap == found) missing.push_back(part);
      }
      if (!gap.has_value()) continue;
      return system::Refuse(
          v1::REASON_MISSING_CELL,
          "hours for every gate, day, kind of traffic and direction of the matrix, all cargo "
          "included",
          fmt::format("none at {} {}: {}", gate, GapText(*gap, matrix, zone),
                      PartsText(missing, parts)),
          "add a rule for it; what stays as it is, is said with regime NORMAL");
    }
  }
  return absl::OkStatus();
}

}  // namespace gatepost::domain
