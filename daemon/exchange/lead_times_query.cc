// HoursQueries::ListLeadTimes.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/observed.h"
#include "daemon/exchange/heard_hours.h"
#include "daemon/exchange/hours_queries.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/scopes_asked.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr int64_t kMostDays = 400;

// When the message's effect on the gate begins; nullopt for what changes no hours there.
std::optional<absl::Time> BeginOf(const HeardHours& heard, const std::string& gate) {
  if (const v1::Timetable* timetable = DecidingTimetable(heard.message)) {
    return domain::BeginAt(*timetable, gate);
  }
  // A stop that nobody announced begins when it is seen: its lead time is what it says.
  const v1::ObservedStop& stop = heard.message.notice().observed_stop();
  if (std::ranges::find(stop.gate_ids(), gate) == stop.gate_ids().end()) return std::nullopt;
  return domain::InstantOf(stop.since()).value_or(absl::InfinitePast());  // Was checked.
}

}  // namespace

absl::StatusOr<v1::ListLeadTimesResponse> HoursQueries::ListLeadTimes(
    const v1::ListLeadTimesRequest& request) const {
  GATEPOST_ASSIGN_OR_RETURN(const domain::DayRange days,
                            DaysAsked(request.from(), request.to(), kMostDays));
  const auto [from, to] = days;
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, domain::LoadZone(request.zone()));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<std::string> gates,
                            SomeGatesAsked(gates_, request.scopes(), to));
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, store_.Read());
  const absl::Time now = clock_.Now();

  v1::ListLeadTimesResponse response;
  response.set_node(node_.node);
  for (const std::string& gate : gates) {
    std::map<std::tuple<absl::Time, int64_t>, HeardHours> begun;  // By beginning and row.
    for (absl::CivilDay day = from; day <= to; ++day) {
      const domain::Span span = {absl::FromCivil(day, zone), absl::FromCivil(day + 1, zone)};
      // As known when the day was over, for what was replaced later had its lead time all the same;
      // and as known now, for what came to be known only afterwards.
      for (const absl::Time known : {std::min(now, span.to), now}) {
        GATEPOST_ASSIGN_OR_RETURN(HeardByRow heard,
                                  Listen(*store, std::span(&gate, 1), span, known));
        for (auto& [row, one] : heard) {
          const std::optional<absl::Time> begins = BeginOf(one, gate);
          if (!begins.has_value() || !span.Contains(*begins)) continue;
          begun.try_emplace({*begins, row}, std::move(one));
        }
      }
    }
    for (const auto& [when, one] : begun) {
      const absl::Time begins = std::get<0>(when);
      v1::LeadTime* lead = response.add_lead_times();
      lead->set_gate_id(gate);
      lead->set_reference(ReferenceText(node_, one.record.reference));
      lead->set_kind(KindOf(one.message));
      lead->set_side(one.message.has_proposal() ? one.message.proposal().side()
                                                : one.message.notice().side());
      *lead->mutable_begins() = domain::ToZoned(begins, request.zone());
      *lead->mutable_known() = domain::ToZoned(one.hours.since, request.zone());
      lead->set_lead_minutes(absl::ToInt64Minutes(begins - one.hours.since));
    }
  }
  return response;
}

}  // namespace gatepost::exchange
