#include "daemon/exchange/gate_day_queries.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/exchange/overdue.h"
#include "daemon/exchange/scopes_asked.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr int64_t kMostDays = 400;
constexpr int32_t kStandardPage = 1000;
constexpr int32_t kLargestPage = 5000;

absl::StatusOr<GateDays::Asked> Checked(const domain::GateRegister& gates,
                                        const v1::ListGateDaysRequest& request) {
  GateDays::Asked asked;
  GATEPOST_ASSIGN_OR_RETURN(const domain::DayRange days,
                            DaysAsked(request.from(), request.to(), kMostDays));
  asked.from = days.first;
  asked.to = days.last;
  if (request.page_size() < 0 || request.page_size() > kLargestPage) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, fmt::format("page_size 0 to {}", kLargestPage),
                          fmt::format("{}", request.page_size()), "ask for smaller pages");
  }
  asked.side = request.reporting_side();
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<std::string> named,
                            GatesAsked(gates, request.scopes(), asked.to));
  asked.gates.insert(named.begin(), named.end());
  if (request.page_token().empty()) return asked;
  // The token is the day on which the page begins.
  const absl::StatusOr<absl::CivilDay> begin = domain::ParseDay(request.page_token());
  if (!begin.ok() || *begin < asked.from || *begin > asked.to) {
    return system::Refuse(v1::REASON_BAD_CURSOR, "a page token of an answer to this question",
                          request.page_token(), "start with the first page");
  }
  asked.from = *begin;
  return asked;
}

absl::StatusOr<bool> Wanted(const store::Reader& store, const v1::ListGateDaysRequest& request,
                            const JudgedDay& judged) {
  const v1::GateDayStatus status = judged.state.status;
  if (!request.only_alarmed()) {
    return request.with_reported() || status != v1::GATE_DAY_STATUS_REPORTED;
  }
  if (status != v1::GATE_DAY_STATUS_MISSING) return false;
  GATEPOST_ASSIGN_OR_RETURN(const OverdueMarks marks, MarksOf(store, judged));
  return marks.alarmed.has_value();
}

}  // namespace

absl::StatusOr<v1::GateDay> GateDayQueries::Describe(const store::Reader& store,
                                                     const JudgedDay& judged) const {
  const std::string& zone = judged.link->report_due.zone;
  const domain::GateDay& state = judged.state;
  v1::GateDay day;
  day.set_side(judged.duty.side);
  day.set_gate_id(judged.duty.gate_id);
  *day.mutable_business_date() = domain::ToCivilDate(judged.day);
  day.set_status(state.status);
  day.set_why(judged.expectation.why);
  for (const int64_t row : judged.expectation.rows) {
    day.add_hours_cited(queries_.ReferenceOfRow(store, row));
  }
  *day.mutable_due() = domain::ToZoned(state.due, zone);
  if (state.report_row != 0) {
    day.set_report(queries_.ReferenceOfRow(store, state.report_row));
    *day.mutable_reported_at() = domain::ToZoned(state.reported_at, zone);
  }
  for (const int64_t row : state.totals) day.add_totals(queries_.ReferenceOfRow(store, row));
  for (const int64_t row : state.not_reported) {
    day.add_not_reported(queries_.ReferenceOfRow(store, row));
  }
  GATEPOST_ASSIGN_OR_RETURN(const OverdueMarks marks, MarksOf(store, judged));
  if (marks.alarmed.has_value()) {
    *day.mutable_alarmed_at() = domain::ToZoned(*marks.alarmed, zone);
  }
  if (marks.reminded.has_value()) {
    *day.mutable_reminded_at() = domain::ToZoned(*marks.reminded, zone);
  }
  day.set_peer_node(judged.link->peer_node);
  return day;
}

absl::StatusOr<v1::ListGateDaysResponse> GateDayQueries::ListGateDays(
    const v1::ListGateDaysRequest& request) const {
  GATEPOST_ASSIGN_OR_RETURN(const GateDays::Asked asked, Checked(gates_, request));
  const int32_t size = request.page_size() == 0 ? kStandardPage : request.page_size();
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, store_.Read());
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<JudgedDay> judged,
                            days_.Judge(*store, asked, clock_.Now()));
  v1::ListGateDaysResponse response;
  response.set_node(node_.node);
  for (const JudgedDay& one : judged) {
    GATEPOST_ASSIGN_OR_RETURN(const bool wanted, Wanted(*store, request, one));
    if (!wanted) continue;
    const int count = response.gate_days_size();
    if (count >= size &&
        domain::CheckedDay(response.gate_days(count - 1).business_date()) != one.day) {
      response.set_next_page_token(domain::DayText(one.day));
      return response;
    }
    GATEPOST_ASSIGN_OR_RETURN(*response.add_gate_days(), Describe(*store, one));
  }
  return response;
}

}  // namespace gatepost::exchange
