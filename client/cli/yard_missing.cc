// yard missing: daily reports that did not come, came late, or were not expected.

#include <string>

#include "client/cli/commands.h"
#include "client/cli/session.h"
#include "client/render/gate_days.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/status_macros.h"

namespace gatepost::cli {
namespace {

struct Missing {
  v1::ListGateDaysResponse gate_days;
  v1::ListDaysResponse calendars;
};

// Everything that was asked for, all pages, and both sides' calendars of those days.
absl::StatusOr<Missing> Ask(Session& session, const YardMissingOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay to, DateOr(options.to, Today(session)));
  GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay from, DateOr(options.from, to - 30));
  v1::ListGateDaysRequest request;
  *request.mutable_from() = domain::ToCivilDate(from);
  *request.mutable_to() = domain::ToCivilDate(to);
  request.set_reporting_side(options.side);
  for (const std::string& scope : options.scopes) request.add_scopes(scope);
  request.set_with_reported(options.all);
  request.set_page_size(5000);
  Missing missing;
  do {
    GATEPOST_ASSIGN_OR_RETURN(v1::ListGateDaysResponse page, session.node->ListGateDays(request));
    request.set_page_token(page.next_page_token());
    page.clear_next_page_token();
    missing.gate_days.set_node(page.node());
    missing.gate_days.mutable_gate_days()->MergeFrom(page.gate_days());
  } while (!request.page_token().empty());
  v1::ListDaysRequest days;
  *days.mutable_from() = request.from();
  *days.mutable_to() = request.to();
  GATEPOST_ASSIGN_OR_RETURN(missing.calendars, session.node->ListDays(days));
  return missing;
}

}  // namespace

int YardMissing(const Global& global, const YardMissingOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<Missing> missing = Ask(*session, options);
  if (!missing.ok()) return Fail(global, missing.status());
  Print(
      global, missing->gate_days,
      [&] { return render::GateDaysText(missing->gate_days, missing->calendars, session->view); },
      [&] { return render::GateDaysCsv(missing->gate_days, missing->calendars); });
  return 0;
}

}  // namespace gatepost::cli
