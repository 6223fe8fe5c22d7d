#include "daemon/exchange/gate_days.h"

#include <algorithm>
#include <deque>
#include <map>
#include <tuple>
#include <utility>

#include "daemon/domain/civil_time.h"
#include "daemon/exchange/heard_hours.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/yard_desk.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

// A total over several days may come this much later than the days it covers.
constexpr int kTotalsLater = 31;
constexpr size_t kPage = 500;

// The reports of one side over some days, every version, each read once.
class SideReports {
 public:
  static absl::StatusOr<SideReports> Load(const store::Reader& store, const std::string& side,
                                          const GateDays::Asked& asked,
                                          const std::vector<std::string>& gates) {
    SideReports loaded;
    store::ReportFilter filter;
    filter.from = asked.from;
    filter.to = asked.to + kTotalsLater;
    filter.side = side;
    filter.any_scope_ids = gates;
    filter.with_replaced = true;
    filter.limit = kPage;
    while (true) {
      GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ReportRecord> page,
                                store.ListReports(filter));
      for (const store::ReportRecord& report : page) {
        GATEPOST_RETURN_IF_ERROR(loaded.Add(store, report));
      }
      if (page.size() < kPage) return loaded;
      filter.before_row = page.back().message_row;
    }
  }

  // Those that count for the link to `peer`.
  std::vector<domain::HeldReport> For(const std::string& peer) const {
    std::vector<domain::HeldReport> held;
    for (const One& one : reports_) {
      if (one.peers.contains(peer)) held.push_back(one.held);
    }
    return held;
  }

 private:
  struct One {
    v1::YardReport report;
    domain::HeldReport held;  // Points to `report`.
    std::set<std::string> peers;
  };

  absl::Status Add(const store::Reader& store, const store::ReportRecord& entry) {
    GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record,
                              MustHold(store, entry.message_row));
    One& one = reports_.emplace_back();
    GATEPOST_ASSIGN_OR_RETURN(one.report, ReportIn(record));
    one.held = {.row = record.row,
                .business_date = entry.business_date,
                .stored_at = record.stored_at,
                .in_force = entry.replaced_by_row == 0,
                .report = &one.report};
    if (!record.received_from.empty()) {
      one.peers.insert(record.received_from);
      return absl::OkStatus();
    }
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> outgoing,
                              store.OutgoingOf(record.row));
    for (const store::OutgoingRecord& sent : outgoing) one.peers.insert(sent.peer);
    return absl::OkStatus();
  }

  std::deque<One> reports_;  // Elements stay where they are, also when the whole is moved.
};

bool Wanted(const domain::ReportDuty& duty, const GateDays::Asked& asked) {
  return (asked.side.empty() || duty.side == asked.side) &&
         (asked.gates.empty() || asked.gates.contains(duty.gate_id));
}

}  // namespace

bool GateDays::any() const {
  return std::ranges::any_of(links_,
                             [](const auto& link) { return !link.second.report_duties.empty(); });
}

absl::StatusOr<std::vector<JudgedDay>> GateDays::Judge(const store::Reader& store,
                                                       const Asked& asked, absl::Time now) const {
  std::map<std::string, std::set<std::string>> gates_of;  // By side.
  std::set<std::string> gates;
  for (const auto& [peer, link] : links_) {
    for (const domain::ReportDuty& duty : link.report_duties) {
      if (!Wanted(duty, asked)) continue;
      gates_of[duty.side].insert(duty.gate_id);
      gates.insert(duty.gate_id);
    }
  }
  std::vector<JudgedDay> judged;
  if (gates.empty() || asked.to < asked.from) return judged;

  const domain::Span span = {absl::FromCivil(asked.from - 1, absl::UTCTimeZone()),
                             absl::FromCivil(asked.to + 2, absl::UTCTimeZone())};
  const std::vector<std::string> all_gates(gates.begin(), gates.end());
  GATEPOST_ASSIGN_OR_RETURN(const HeardByRow heard, Listen(store, all_gates, span, now));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<domain::SaidHours> said, SaidIn(store, heard));
  const domain::ExpectedReports expected(said, gates_, calendars_);

  std::map<std::string, SideReports> reports_of;
  for (const auto& [side, its_gates] : gates_of) {
    GATEPOST_ASSIGN_OR_RETURN(
        SideReports reports,
        SideReports::Load(store, side, asked, {its_gates.begin(), its_gates.end()}));
    reports_of.emplace(side, std::move(reports));
  }
  for (const auto& [peer, link] : links_) {
    std::map<std::string, std::vector<domain::HeldReport>> held;  // By side.
    for (const auto& [side, reports] : reports_of) held.emplace(side, reports.For(peer));
    for (const domain::ReportDuty& duty : link.report_duties) {
      if (!Wanted(duty, asked)) continue;
      for (absl::CivilDay day = asked.from; day <= asked.to; ++day) {
        GATEPOST_ASSIGN_OR_RETURN(const absl::Time due, domain::InstantOn(link.report_due, day));
        domain::Expectation expectation = expected.On(duty, day);
        domain::GateDay state =
            domain::JudgeGateDay(duty, day, expectation, held.at(duty.side), due, now);
        judged.push_back({&link, duty, day, std::move(expectation), std::move(state)});
      }
    }
  }
  std::ranges::sort(judged, {}, [](const JudgedDay& one) {
    return std::tie(one.day, one.duty.side, one.duty.gate_id, one.link->peer_node);
  });
  return judged;
}

}  // namespace gatepost::exchange
