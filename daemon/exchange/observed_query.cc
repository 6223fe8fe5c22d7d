// HoursQueries::ListObservedDays.
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/agreed.h"
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

constexpr int64_t kMostDays = 62;

bool SameTraffic(v1::Traffic seen, v1::Traffic asked) {
  return seen == asked || seen == v1::TRAFFIC_ALL || asked == v1::TRAFFIC_ALL;
}

// What was seen at the gate within the span, by everybody.
std::vector<domain::Seen> SeenAt(const HeardByRow& heard, const std::string& gate,
                                 v1::Traffic traffic, const domain::Span& span) {
  std::vector<domain::Seen> seen;
  const auto add = [&](int64_t row, const v1::Notice& notice, const auto& event, bool opened,
                       const v1::ZonedTime& at) {
    const absl::Time time = domain::InstantOf(at).value_or(absl::InfinitePast());  // Was checked.
    if (!span.Contains(time) || !SameTraffic(event.traffic(), traffic)) return;
    for (const std::string& id : event.gate_ids()) {
      if (id == gate) seen.push_back({row, notice.side(), opened, time, event.precision()});
    }
  };
  for (const auto& [row, one] : heard) {
    const v1::Notice& notice = one.message.notice();
    if (notice.has_observed_hours()) {
      const v1::ObservedHours& hours = notice.observed_hours();
      add(row, notice, hours, hours.opened(), hours.at());
    } else if (notice.has_observed_stop()) {
      add(row, notice, notice.observed_stop(), /*opened=*/false, notice.observed_stop().since());
    }
  }
  return seen;
}

int32_t Minutes(absl::Duration duration) {
  return static_cast<int32_t>(absl::ToInt64Minutes(duration));
}

}  // namespace

absl::StatusOr<v1::ListObservedDaysResponse> HoursQueries::ListObservedDays(
    const v1::ListObservedDaysRequest& request) const {
  GATEPOST_ASSIGN_OR_RETURN(const domain::DayRange days,
                            DaysAsked(request.from(), request.to(), kMostDays));
  const auto [from, to] = days;
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, domain::LoadZone(request.zone()));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<std::string> gates,
                            SomeGatesAsked(gates_, request.scopes(), to));
  domain::HoursCell cell;
  cell.traffic =
      request.traffic() == v1::TRAFFIC_UNSPECIFIED ? v1::TRAFFIC_GOODS : request.traffic();
  const domain::Span whole = {absl::FromCivil(from, zone), absl::FromCivil(to + 1, zone)};
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, store_.Read());
  GATEPOST_ASSIGN_OR_RETURN(const HeardByRow heard, Listen(*store, gates, whole, clock_.Now()));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<domain::SaidHours> said, SaidIn(*store, heard));
  const domain::HoursInForce agreed(domain::AgreedOf(said), gates_, calendars_);
  const auto reference = [&](int64_t row) {
    return ReferenceText(node_, heard.at(row).record.reference);
  };

  v1::ListObservedDaysResponse response;
  response.set_node(node_.node);
  for (const std::string& gate : gates) {
    for (absl::CivilDay day = from; day <= to; ++day) {
      const domain::Span span = {absl::FromCivil(day, zone), absl::FromCivil(day + 1, zone)};
      const domain::ComparedDay compared =
          domain::CompareDay(agreed.At(gate, cell, span), SeenAt(heard, gate, cell.traffic, span));
      v1::ObservedDay* row = response.add_days();
      row->set_gate_id(gate);
      *row->mutable_date() = domain::ToCivilDate(day);
      absl::Duration open;
      for (const domain::Span& window : compared.agreed) {
        v1::ZonedPeriod* period = row->add_agreed();
        *period->mutable_start() = domain::ToZoned(window.from, request.zone());
        *period->mutable_end() = domain::ToZoned(window.to, request.zone());
        open += window.to - window.from;
      }
      row->set_agreed_unknown(compared.agreed_unknown);
      for (const int64_t cited : compared.agreed_rows) row->add_agreed_cited(reference(cited));
      for (const domain::ComparedEvent& event : compared.events) {
        v1::SeenEvent* seen = row->add_seen();
        seen->set_opened(event.seen.opened);
        *seen->mutable_at() = domain::ToZoned(event.seen.at, request.zone());
        seen->set_precision(event.seen.precision);
        seen->set_side(event.seen.side);
        seen->set_reference(reference(event.seen.row));
        if (!event.agreed_at.has_value()) continue;
        *seen->mutable_agreed_at() = domain::ToZoned(*event.agreed_at, request.zone());
        seen->set_late_minutes(Minutes(event.seen.at - *event.agreed_at));
      }
      row->set_verdict(compared.verdict);
      row->set_agreed_minutes(Minutes(open));
      row->set_seen_minutes(compared.seen_open.has_value() ? Minutes(*compared.seen_open) : -1);
    }
  }
  return response;
}

}  // namespace gatepost::exchange
