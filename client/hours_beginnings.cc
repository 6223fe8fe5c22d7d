#include "client/hours_beginnings.h"

#include <algorithm>
#include <string>

#include "absl/time/time.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/cell.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::client {
namespace {

// One question back reaches this far and overlaps what is known by a day: 62 days, all that a node
// answers at once.
constexpr absl::Duration kStep = absl::Hours(24 * 61);
constexpr absl::Duration kOverlap = absl::Hours(24);

absl::Time Floor() { return absl::FromCivil(absl::CivilDay(2000, 1, 1), absl::UTCTimeZone()); }

// The line of an answer that holds the cell, the narrowest of them; nullptr without one.
const v1::GateHours* LineFor(const v1::GateHours& cell, const v1::GetHoursResponse& hours) {
  const v1::GateHours* nearest = nullptr;
  int best = -1;
  for (const v1::GateHours& line : hours.hours()) {
    if (line.gate_id() != cell.gate_id() ||
        !domain::WithinByName(domain::CellOf(cell), domain::CellOf(line))) {
      continue;
    }
    const int narrowness = domain::Narrowness(domain::CellOf(line));
    if (narrowness <= best) continue;
    best = narrowness;
    nearest = &line;
  }
  return nearest;
}

absl::StatusOr<absl::Time> BeginOf(const v1::HoursSpan& span) {
  return domain::InstantOf(span.period().start());
}

bool SaysTheSame(const v1::GetHoursResponse& a_hours, const v1::HoursSpan& a,
                 const v1::GetHoursResponse& b_hours, const v1::HoursSpan& b) {
  const auto same_message = [&](int i, int k) {
    return i >= 0 && i < a_hours.cited_size() && k >= 0 && k < b_hours.cited_size() &&
           a_hours.cited(i).author() == b_hours.cited(k).author() &&
           a_hours.cited(i).message_id() == b_hours.cited(k).message_id();
  };
  return a.opening() == b.opening() && a.regime() == b.regime() &&
         a.intake_stopped() == b.intake_stopped() &&
         a.past_estimated_end() == b.past_estimated_end() && a.reason() == b.reason() &&
         a.conditions().SerializeAsString() == b.conditions().SerializeAsString() &&
         std::ranges::equal(a.cited(), b.cited(), same_message);
}

// The beginning of the stretch in `earlier` that holds `begin` and says what `span` does; `begin`
// where there is none.
absl::StatusOr<absl::Time> EarlierBegin(const v1::GetHoursResponse& hours,
                                        const v1::GateHours& gate, const v1::HoursSpan& span,
                                        absl::Time begin, const v1::GetHoursResponse& earlier) {
  const v1::GateHours* line = LineFor(gate, earlier);
  if (line == nullptr) return begin;
  for (const v1::HoursSpan& each : line->spans()) {
    GATEPOST_ASSIGN_OR_RETURN(const absl::Time from, BeginOf(each));
    GATEPOST_ASSIGN_OR_RETURN(const absl::Time to, domain::InstantOf(each.period().end()));
    if (from <= begin && begin < to) {
      return SaysTheSame(hours, span, earlier, each) ? from : begin;
    }
  }
  return begin;
}

absl::StatusOr<absl::Time> BeginningOf(const AskHours& ask, const v1::GetHoursRequest& asked,
                                       const v1::GetHoursResponse& hours,
                                       const v1::GateHours& gate) {
  const v1::HoursSpan& span = gate.spans(0);
  GATEPOST_ASSIGN_OR_RETURN(absl::Time begin, BeginOf(span));
  const std::string& zone = asked.from().zone();
  v1::GetHoursRequest back;
  back.add_scopes(gate.gate_id());
  back.set_traffic(asked.traffic());
  *back.mutable_as_known_at() = hours.as_known_at();
  while (begin > Floor()) {
    const absl::Time from = std::max(Floor(), begin - kStep);
    *back.mutable_from() = domain::ToZoned(from, zone);
    *back.mutable_to() = domain::ToZoned(begin + kOverlap, zone);
    const absl::StatusOr<v1::GetHoursResponse> earlier = ask(back);
    if (!earlier.ok()) {
      const v1::Reason reason = system::ReasonOf(earlier.status());
      if (reason == v1::REASON_UNKNOWN_GATE || reason == v1::REASON_BAD_ARGUMENT) break;
      return earlier.status();
    }
    GATEPOST_ASSIGN_OR_RETURN(begin, EarlierBegin(hours, gate, span, begin, *earlier));
    if (begin > from) break;
  }
  return begin;
}

}  // namespace

absl::Status FindBeginnings(const AskHours& ask, const v1::GetHoursRequest& asked,
                            v1::GetHoursResponse& hours) {
  GATEPOST_ASSIGN_OR_RETURN(const absl::Time from, domain::InstantOf(asked.from()));
  for (v1::GateHours& gate : *hours.mutable_hours()) {
    if (gate.spans().empty()) continue;
    v1::HoursSpan& first = *gate.mutable_spans(0);
    GATEPOST_ASSIGN_OR_RETURN(const absl::Time begin, BeginOf(first));
    if (begin != from || first.cited().empty()) continue;
    GATEPOST_ASSIGN_OR_RETURN(const absl::Time found, BeginningOf(ask, asked, hours, gate));
    *first.mutable_period()->mutable_start() = domain::ToZoned(found, asked.from().zone());
  }
  return absl::OkStatus();
}

}  // namespace gatepost::client
