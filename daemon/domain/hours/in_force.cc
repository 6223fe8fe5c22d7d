#include "daemon/domain/hours/in_force.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/conditions.h"
#include "daemon/domain/hours/rule_times.h"

namespace gatepost::domain {
namespace {

// More distinct cells at one gate and time than people could read.
constexpr size_t kMostCells = 64;

absl::TimeZone ZoneOf(const v1::Timetable& timetable) {
  return LoadZone(timetable.zone()).value_or(absl::UTCTimeZone());  // Was checked.
}

bool IsFor(const v1::TimetableRule& rule, std::string_view gate_id) {
  return std::binary_search(rule.gate_ids().begin(), rule.gate_ids().end(), gate_id);
}

bool AnyContains(const std::vector<Span>& spans, absl::Time time) {
  const auto after = std::upper_bound(spans.begin(), spans.end(), time,
                                      [](absl::Time t, const Span& span) { return t < span.from; });
  return after != spans.begin() && std::prev(after)->Contains(time);
}

bool Touches(const RuleSpans& spans, Span span) {
  const auto touches = [&](const Span& s) { return s.from < span.to && span.from < s.to; };
  return std::ranges::any_of(spans.covered, touches) || std::ranges::any_of(spans.open, touches) ||
         std::ranges::any_of(spans.undecided, touches);
}

// Whether nothing of the cell passes under the regime, however long the gate works.
bool Excludes(v1::Regime regime, const HoursCell& cell) {
  if (regime == v1::REGIME_PASSENGERS_ONLY) {
    return cell.traffic != v1::TRAFFIC_ALL && cell.traffic != v1::TRAFFIC_PASSENGERS;
  }
  return regime == v1::REGIME_EMPTIES_ONLY && cell.load == v1::LOAD_LOADED;
}

// A message may say several things of one instant, e.g. the regime and, in a wider rule, the hours.
void CiteOnce(int64_t row, std::vector<int64_t>& cited) {
  if (std::ranges::find(cited, row) == cited.end()) cited.push_back(row);
}

bool SaysTheSame(const HoursStretch& a, const HoursStretch& b) {
  return a.opening == b.opening && a.regime == b.regime && a.intake_stopped == b.intake_stopped &&
         a.past_estimated_end == b.past_estimated_end && a.cited == b.cited && a.terms == b.terms &&
         a.reason == b.reason;
}

// The less precise of two; to the minute is not said.
v1::Precision Rougher(v1::Precision a, v1::Precision b) {
  const v1::Precision rougher = std::max(a, b);
  return rougher == v1::PRECISION_MINUTE ? v1::PRECISION_UNSPECIFIED : rougher;
}

bool HasLastEntries(const v1::TimetableRule& rule) {
  return std::ranges::any_of(
      rule.windows(), [](const v1::TimeWindow& window) { return !window.last_entries().empty(); });
}

// Whether the last entry is for some of the cell's vehicles.
bool Concerns(const v1::LastEntry& entry, const HoursCell& cell) {
  const bool direction = entry.direction() == v1::DIRECTION_BOTH ||
                         cell.direction == v1::DIRECTION_BOTH ||
                         entry.direction() == cell.direction;
  return direction && (entry.vehicle_country().empty() || cell.vehicle_country.empty() ||
                       entry.vehicle_country() == cell.vehicle_country);
}

// From `end` on nothing is left.
void EndAt(std::vector<Span>& spans, absl::Time end) {
  std::erase_if(spans, [&](const Span& span) { return span.from >= end; });
  if (!spans.empty()) spans.back().to = std::min(spans.back().to, end);
}

}  // namespace

struct HoursInForce::Layered {
  const SaidHours* said;
  const v1::TimetableRule* rule;
  RuleSpans spans;
  absl::Time begin;
  absl::Time end;  // Stated or estimated.
  absl::Time estimated_end;

  bool OnlyResumes() const {
    return !said->ends.empty() && rule->regime() == v1::REGIME_NORMAL &&
           rule->hours() == v1::HOURS_KIND_AS_BEFORE;
  }
  bool Speaks(absl::Time time) const {
    return AnyContains(spans.covered, time) || AnyContains(spans.open, time);
  }
};

HoursInForce::HoursInForce(std::vector<SaidHours> said, const GateRegister& gates,
                           const HolidayCalendars& calendars)
    : said_(std::move(said)), gates_(gates), calendars_(calendars) {
  std::ranges::sort(said_, [](const SaidHours& a, const SaidHours& b) {
    return std::tuple(a.layer, b.since, b.row) < std::tuple(b.layer, a.since, a.row);
  });
}

std::vector<int64_t> HoursInForce::UnreadableAt(std::string_view gate_id) const {
  std::vector<int64_t> rows;
  for (const SaidHours& said : said_) {
    if (std::ranges::find(said.unknown_at, gate_id) != said.unknown_at.end()) {
      rows.push_back(said.row);
    }
  }
  std::ranges::sort(rows);
  return rows;
}

std::vector<HoursInForce::Layered> HoursInForce::RulesFor(std::string_view gate_id,
                                                          const HoursCell& cell, Span span) const {
  const absl::CivilDay day = absl::ToCivilDay(span.from, absl::UTCTimeZone());
  std::vector<Layered> rules;
  std::vector<std::pair<int64_t, absl::Time>> ended;  // Row, and from when it is over.
  for (const SaidHours& said : said_) {
    for (const Ending& over : said.over) ended.emplace_back(over.row, over.from);
    const absl::TimeZone zone = ZoneOf(*said.timetable);
    const auto first_of_message = [&rules, before = rules.size()] {
      return rules.begin() + static_cast<std::ptrdiff_t>(before);
    };
    for (const v1::TimetableRule& rule : said.timetable->rules()) {
      if (!IsFor(rule, gate_id)) continue;
      const std::vector<HoursCell> cells = CellsOf(rule);
      if (std::ranges::none_of(
              cells, [&](const HoursCell& outer) { return Within(cell, outer, gates_, day); })) {
        continue;
      }
      // What a resumption ends, it ends from its own beginning on, however far that lies back.
      for (const int64_t row : said.ends) ended.emplace_back(row, BeginOf(rule, zone));
      RuleSpans spans = SpansOf(rule, zone, span, calendars_);
      if (!Touches(spans, span)) continue;
      // Narrower cells first, so that an exception in the same message comes before its rule.
      const HoursCell inner = CellsOf(rule).front();
      const auto wider = std::find_if(first_of_message(), rules.end(), [&](const Layered& other) {
        const HoursCell outer = CellsOf(*other.rule).front();
        return inner != outer && Within(inner, outer, gates_, day);
      });
      const absl::Time estimated = EstimatedEnd(rule, zone);
      rules.insert(wider, {&said, &rule, std::move(spans), BeginOf(rule, zone),
                           std::min(estimated, WholeSpan(rule, zone).to), estimated});
    }
  }
  for (Layered& layered : rules) {
    for (const auto& [row, from] : ended) {
      if (layered.said->row != row) continue;
      EndAt(layered.spans.covered, from);
      EndAt(layered.spans.open, from);
      EndAt(layered.spans.undecided, from);
    }
  }
  return rules;
}

std::vector<HoursCell> HoursInForce::Cells(std::string_view gate_id, Span span,
                                           const HoursCell& within) const {
  if (!UnreadableAt(gate_id).empty()) return {within};  // All of it is unknown alike.
  const absl::CivilDay day = absl::ToCivilDay(span.from, absl::UTCTimeZone());
  std::set<HoursCell> cells = {within};
  for (const SaidHours& said : said_) {
    const absl::TimeZone zone = ZoneOf(*said.timetable);
    for (const v1::TimetableRule& rule : said.timetable->rules()) {
      if (!IsFor(rule, gate_id) || !Touches(SpansOf(rule, zone, span, calendars_), span)) continue;
      for (const HoursCell& cell : CellsOf(rule)) {
        // With every cell so far: a rule for one direction and a rule for fruit make a third cell.
        std::set<HoursCell> met;
        for (const HoursCell& other : cells) {
          if (const auto both = Meet(cell, other, gates_, day)) met.insert(*both);
        }
        if (cells.size() + met.size() > kMostCells) continue;
        cells.merge(met);
      }
    }
  }
  return {cells.begin(), cells.end()};
}

v1::Precision HoursInForce::PrecisionAt(absl::Time bound, const std::vector<const Layered*>& before,
                                        const std::vector<const Layered*>& after) {
  v1::Precision precision = v1::PRECISION_UNSPECIFIED;
  for (const Layered* layered : before) {
    if (layered->end != bound) continue;
    precision = Rougher(precision, layered->rule->days().end_precision());
  }
  for (const Layered* layered : after) {
    if (layered->begin != bound) continue;
    precision = Rougher(precision, layered->rule->days().begin_precision());
  }
  return precision;
}

struct HoursInForce::Weighed {
  HoursStretch stretch;  // Without its span.
  std::vector<const Layered*> by;
  const Layered* hours = nullptr;  // Decides the hours; nullptr where none does.
};

HoursInForce::Weighed HoursInForce::Weigh(const std::vector<Layered>& rules, absl::Time time,
                                          const HoursCell& cell) {
  Weighed weighed;
  HoursStretch& stretch = weighed.stretch;
  bool hours_known = false;
  std::vector<int64_t> only_terms;  // Rows that decide nothing, and so are cited last.
  for (const Layered& layered : rules) {
    const v1::TimetableRule& rule = *layered.rule;
    const bool regime_known = stretch.regime != v1::REGIME_UNSPECIFIED;
    // Other facts than the hours: they count below what decides those, too.
    const bool beside = rule.regime() == v1::REGIME_INTAKE_STOP || SaysOnlyTerms(rule);
    if (hours_known && !beside &&
        (regime_known || rule.regime() == v1::REGIME_AS_BEFORE || layered.OnlyResumes())) {
      continue;
    }
    const bool undecided = AnyContains(layered.spans.undecided, time);
    if (!undecided && !layered.Speaks(time)) continue;
    weighed.by.push_back(&layered);
    if (SaysOnlyTerms(rule)) {
      only_terms.push_back(layered.said->row);
    } else {
      if (stretch.cited.empty()) stretch.reason = rule.reason();
      CiteOnce(layered.said->row, stretch.cited);
    }
    if (undecided) {
      if (SaysOnlyTerms(rule) || (hours_known && regime_known)) continue;
      stretch.opening = v1::OPENING_UNKNOWN;
      break;  // Whether this one holds is not known: then nothing is.
    }
    stretch.past_estimated_end |= time >= layered.estimated_end;
    if (rule.has_conditions()) stretch.terms.push_back(&rule.conditions());
    if (rule.regime() == v1::REGIME_INTAKE_STOP) stretch.intake_stopped = true;
    // A resumption that says no more than that lets what held before hold again.
    if (beside || layered.OnlyResumes()) continue;
    if (!regime_known && rule.regime() != v1::REGIME_AS_BEFORE) stretch.regime = rule.regime();
    if (hours_known && stretch.regime == v1::REGIME_CLOSED) stretch.opening = v1::OPENING_CLOSED;
    if (hours_known || rule.hours() == v1::HOURS_KIND_AS_BEFORE) continue;
    if (rule.hours() != v1::HOURS_KIND_DURATION_ONLY && rule.hours() != v1::HOURS_KIND_NOT_STATED) {
      stretch.opening =
          AnyContains(layered.spans.open, time) ? v1::OPENING_OPEN : v1::OPENING_CLOSED;
    }
    hours_known = true;
    weighed.hours = &layered;
  }
  for (const int64_t row : only_terms) CiteOnce(row, stretch.cited);
  if (stretch.opening == v1::OPENING_OPEN && Excludes(stretch.regime, cell)) {
    stretch.opening = v1::OPENING_CLOSED;
  }
  return weighed;
}

std::vector<HoursStretch> HoursInForce::At(std::string_view gate_id, const HoursCell& cell,
                                           Span span) const {
  if (std::vector<int64_t> rows = UnreadableAt(gate_id); !rows.empty()) {
    return {HoursStretch{.span = span, .cited = std::move(rows)}};
  }
  const std::vector<Layered> rules = RulesFor(gate_id, cell, span);
  std::set<absl::Time> turns = {span.from};
  const auto add = [&](absl::Time time) {
    if (span.Contains(time)) turns.insert(time);
  };
  for (const Layered& layered : rules) {
    for (const auto* spans :
         {&layered.spans.covered, &layered.spans.open, &layered.spans.undecided}) {
      for (const Span& s : *spans) {
        add(s.from);
        add(s.to);
      }
    }
    add(layered.estimated_end);
  }

  std::vector<HoursStretch> stretches;
  std::vector<const Layered*> before;
  for (auto turn = turns.begin(); turn != turns.end(); ++turn) {
    const auto next = std::next(turn);
    Weighed weighed = Weigh(rules, *turn, cell);
    weighed.stretch.span = {*turn, next == turns.end() ? span.to : *next};
    if (!stretches.empty() && SaysTheSame(stretches.back(), weighed.stretch)) {
      stretches.back().span.to = weighed.stretch.span.to;
    } else {
      const v1::Precision precision = PrecisionAt(*turn, before, weighed.by);
      if (!stretches.empty()) stretches.back().end_precision = precision;
      weighed.stretch.begin_precision = precision;
      stretches.push_back(std::move(weighed.stretch));
    }
    before = std::move(weighed.by);
  }
  stretches.back().end_precision = PrecisionAt(span.to, before, {});
  return stretches;
}

std::vector<LeadOfEntry> HoursInForce::LastEntriesBefore(absl::Time closing,
                                                         std::string_view gate_id,
                                                         const HoursCell& cell) const {
  const bool any = std::ranges::any_of(said_, [](const SaidHours& said) {
    return std::ranges::any_of(said.timetable->rules(), HasLastEntries);
  });
  if (!any) return {};
  const Span before{closing - absl::Minutes(1), closing};
  const std::vector<Layered> rules = RulesFor(gate_id, cell, before);
  const Layered* deciding = Weigh(rules, before.from, cell).hours;
  if (deciding == nullptr) return {};
  const absl::TimeZone zone = ZoneOf(*deciding->said->timetable);
  std::vector<LeadOfEntry> leads;
  for (const v1::TimeWindow& window : deciding->rule->windows()) {
    for (const int days_ago : {0, 1}) {
      const absl::CivilDay day = absl::ToCivilDay(before.from, zone) - days_ago;
      const Span open = WindowOn(day, window.opens(), window.closes(), zone);
      if (open.to != closing) continue;
      for (const v1::LastEntry& entry : window.last_entries()) {
        if (!Concerns(entry, cell)) continue;
        absl::Time at = InstantAt(day, entry.time(), zone);
        if (at < open.from) at = InstantAt(day + 1, entry.time(), zone);
        leads.push_back({closing - at, entry.direction(), entry.vehicle_country()});
      }
    }
  }
  return leads;
}

}  // namespace gatepost::domain
