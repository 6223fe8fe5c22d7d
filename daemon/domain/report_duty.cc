#include "daemon/domain/report_duty.h"

#include <algorithm>
#include <utility>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/figure_rules.h"
#include "daemon/domain/hours/agreed.h"

namespace gatepost::domain {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);

Span DaySpan(absl::CivilDay day, const absl::TimeZone& zone) {
  return {absl::FromCivil(day, zone), absl::FromCivil(day + 1, zone)};
}

// The instants that are of this date in Hanoi and in Beijing.
Span CommonDay(absl::CivilDay day) {
  static const absl::TimeZone hanoi = LoadZone(kHanoiZone).value_or(absl::UTCTimeZone());
  static const absl::TimeZone beijing = LoadZone(kBeijingZone).value_or(absl::UTCTimeZone());
  const Span in_hanoi = DaySpan(day, hanoi);
  const Span in_beijing = DaySpan(day, beijing);
  return {std::max(in_hanoi.from, in_beijing.from), std::min(in_hanoi.to, in_beijing.to)};
}

absl::Duration Overlap(const Span& a, const Span& b) {
  return std::max(absl::ZeroDuration(), std::min(a.to, b.to) - std::max(a.from, b.from));
}

// The bounds of a flow; nullopt for a stock, and where nobody knows them.
std::optional<Span> BoundsOf(const v1::Figure& figure) {
  if (!figure.time().has_period() || !figure.time().period().has_bounds()) return std::nullopt;
  const v1::ZonedPeriod& bounds = figure.time().period().bounds();
  const absl::StatusOr<absl::Time> start = InstantOf(bounds.start());
  const absl::StatusOr<absl::Time> end = InstantOf(bounds.end());
  if (!start.ok() || !end.ok()) return std::nullopt;  // Was checked: never.
  return Span{*start, *end};
}

bool CarriesGoods(v1::Traffic traffic) {
  return traffic == v1::TRAFFIC_GOODS || traffic == v1::TRAFFIC_RAIL ||
         traffic == v1::TRAFFIC_WATERWAY;
}

// What holds over the span for everything that carries goods.
struct Outlook {
  bool closed = true;  // Throughout.
  bool open = false;   // At some time.
  std::vector<int64_t> rows;
};

Outlook LookAt(const HoursInForce& hours, const std::string& gate_id, Span span) {
  std::vector<HoursCell> cells = hours.Cells(gate_id, span, HoursCell{});
  // A rule for goods alone decides about goods; where nothing is said of goods, the whole does.
  const auto goods = [](const HoursCell& cell) { return CarriesGoods(cell.traffic); };
  if (std::ranges::any_of(cells, goods)) {
    std::erase_if(cells, [&](const HoursCell& cell) { return !goods(cell); });
  } else {
    cells = {HoursCell{}};
  }
  Outlook outlook;
  for (const HoursCell& cell : cells) {
    for (const HoursStretch& stretch : hours.At(gate_id, cell, span)) {
      outlook.closed &= stretch.opening == v1::OPENING_CLOSED;
      outlook.open |= stretch.opening == v1::OPENING_OPEN;
      if (stretch.cited.empty()) continue;
      const int64_t decides = stretch.cited.front();
      if (std::ranges::find(outlook.rows, decides) == outlook.rows.end()) {
        outlook.rows.push_back(decides);
      }
    }
  }
  return outlook;
}

}  // namespace

GateWord WordOn(const v1::YardReport& report, std::string_view gate_id, absl::CivilDay day) {
  GateWord word;
  const absl::TimeZone zone = LoadZone(report.as_of().zone()).value_or(absl::UTCTimeZone());
  const bool of_day = CheckedDay(report.business_date()) == day;
  for (const v1::Figure& figure : report.figures()) {
    if (figure.scope_id() != gate_id) continue;
    const std::optional<Span> bounds = BoundsOf(figure);
    if (bounds.has_value() && bounds->to - bounds->from > kDay) {
      word.total |= Overlap(*bounds, DaySpan(day, zone)) >= kDay / 2;
      continue;
    }
    if (!of_day || figure.measure() == v1::MEASURE_CAPACITY) continue;
    if (figure.time().has_period()) {
      // Unknown bounds are of no day, and an average of an hour may be of an earlier one.
      if (!bounds.has_value() || !BelongsTo(bounds->to, day, zone)) continue;
    }
    if (figure.quantity().state() == v1::VALUE_STATE_NOT_REPORTED) {
      word.not_reported = true;
    } else {
      word.daily = true;
    }
  }
  return word;
}

ExpectedReports::ExpectedReports(const std::vector<SaidHours>& said, const GateRegister& gates,
                                 const HolidayCalendars& calendars)
    : gates_(gates), agreed_(AgreedOf(said), gates, calendars), all_(said, gates, calendars) {}

Expectation ExpectedReports::On(const ReportDuty& duty, absl::CivilDay day) const {
  if (duty.first_day.has_value() && day < *duty.first_day) {
    return {v1::GATE_DAY_WHY_DUTY_NOT_BEGUN, {}};
  }
  if (gates_.FindGate(duty.gate_id, day) == nullptr) return {v1::GATE_DAY_WHY_NO_SUCH_GATE, {}};
  const Span span = CommonDay(day);
  Outlook agreed = LookAt(agreed_, duty.gate_id, span);
  if (agreed.closed) return {v1::GATE_DAY_WHY_AGREED_CLOSED, std::move(agreed.rows)};
  Outlook all = LookAt(all_, duty.gate_id, span);
  if (all.closed) return {v1::GATE_DAY_WHY_CLOSED_BY_ONE_SIDE, std::move(all.rows)};
  if (agreed.open) return {v1::GATE_DAY_WHY_AGREED_OPEN, std::move(agreed.rows)};
  return {v1::GATE_DAY_WHY_NOTHING_AGREED, std::move(agreed.rows)};
}

GateDay JudgeGateDay(const ReportDuty& duty, absl::CivilDay day, const Expectation& expectation,
                     std::span<const HeldReport> reports, absl::Time due, absl::Time now) {
  GateDay judged;
  judged.due = due;
  bool held = false;
  for (const HeldReport& report : reports) {
    const GateWord word = WordOn(*report.report, duty.gate_id, day);
    if (word.total && report.in_force) judged.totals.push_back(report.row);
    if (word.not_reported && !word.daily && report.in_force) {
      judged.not_reported.push_back(report.row);
    }
    if (!word.daily) continue;
    held |= report.in_force;
    if (judged.report_row == 0 || report.stored_at < judged.reported_at) {
      judged.report_row = report.row;
      judged.reported_at = report.stored_at;
    }
  }
  if (!held) judged.report_row = 0;  // A later version took the gate's figures back.
  std::ranges::sort(judged.totals);
  std::ranges::sort(judged.not_reported);
  if (held) {
    const bool late = expectation.expected() && judged.reported_at > due;
    judged.status = late ? v1::GATE_DAY_STATUS_REPORTED_LATE : v1::GATE_DAY_STATUS_REPORTED;
    return judged;
  }
  judged.reported_at = absl::Time();
  if (!expectation.expected()) {
    judged.status = v1::GATE_DAY_STATUS_NOT_EXPECTED;
  } else {
    judged.status = now < due ? v1::GATE_DAY_STATUS_NOT_DUE_YET : v1::GATE_DAY_STATUS_MISSING;
  }
  return judged;
}

}  // namespace gatepost::domain
