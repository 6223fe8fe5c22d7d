// hours observed and hours lead-times: what was agreed, beside what came of it.

#include <string>

#include "client/cli/commands.h"
#include "client/cli/notice_compose.h"
#include "client/cli/session.h"
#include "client/render/observed.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::cli {
namespace {

// The days of `--month 2026-02`, else from `--from` (empty: the first of this month) to `--to`
// (empty: today).
struct Days {
  absl::CivilDay from;
  absl::CivilDay to;
};

absl::StatusOr<Days> DaysTyped(const Session& session, const ReviewOptions& options) {
  if (options.month.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay to, DateOr(options.to, Today(session)));
    GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay from,
                              DateOr(options.from, absl::CivilDay(absl::CivilMonth(to))));
    return Days{from, to};
  }
  const absl::StatusOr<absl::CivilDay> first = domain::ParseDay(options.month + "-01");
  if (!first.ok()) {
    return system::Refuse(v1::REASON_BAD_TIME, "a month, e.g. 2026-02", options.month,
                          "write year and month");
  }
  return Days{*first, absl::CivilDay(absl::CivilMonth(*first) + 1) - 1};
}

template <typename Request>
absl::StatusOr<Request> RequestOf(const Session& session, const ReviewOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const Days days, DaysTyped(session, options));
  Request request;
  for (const std::string& scope : options.scopes) request.add_scopes(scope);
  *request.mutable_from() = domain::ToCivilDate(days.from);
  *request.mutable_to() = domain::ToCivilDate(days.to);
  request.set_zone(session.settings.zone_name);
  return request;
}

absl::StatusOr<v1::ListObservedDaysResponse> Observed(Session& session,
                                                      const ReviewOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(v1::ListObservedDaysRequest request,
                            RequestOf<v1::ListObservedDaysRequest>(session, options));
  request.set_traffic(TrafficTyped(options.traffic));
  return session.node->ListObservedDays(request);
}

absl::StatusOr<v1::ListLeadTimesResponse> LeadTimes(Session& session,
                                                    const ReviewOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const v1::ListLeadTimesRequest request,
                            RequestOf<v1::ListLeadTimesRequest>(session, options));
  return session.node->ListLeadTimes(request);
}

}  // namespace

int HoursObserved(const Global& global, const ReviewOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::ListObservedDaysResponse> list = Observed(*session, options);
  if (!list.ok()) return Fail(global, list.status());
  Print(
      global, *list, [&] { return render::ObservedText(*list, session->view); },
      [&] { return render::ObservedCsv(*list); });
  return 0;
}

int HoursLeadTimes(const Global& global, const ReviewOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::ListLeadTimesResponse> list = LeadTimes(*session, options);
  if (!list.ok()) return Fail(global, list.status());
  Print(
      global, *list, [&] { return render::LeadTimesText(*list, session->view); },
      [&] { return render::LeadTimesCsv(*list); });
  return 0;
}

}  // namespace gatepost::cli
