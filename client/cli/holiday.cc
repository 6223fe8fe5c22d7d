// holiday days: both sides' calendars side by side.

#include "client/cli/commands.h"
#include "client/cli/session.h"
#include "client/render/days.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/status_macros.h"

namespace gatepost::cli {
namespace {

absl::StatusOr<v1::ListDaysResponse> Days(Session& session, const DaysOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay from, DateOr(options.from, Today(session)));
  v1::ListDaysRequest request;
  *request.mutable_from() = domain::ToCivilDate(from);
  *request.mutable_to() = domain::ToCivilDate(from + options.days - 1);
  return session.node->ListDays(request);
}

}  // namespace

int HolidayDays(const Global& global, const DaysOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::ListDaysResponse> days = Days(*session, options);
  if (!days.ok()) return Fail(global, days.status());
  Print(
      global, *days, [&] { return render::DaysText(*days); },
      [&] { return render::DaysCsv(*days); });
  return 0;
}

}  // namespace gatepost::cli
