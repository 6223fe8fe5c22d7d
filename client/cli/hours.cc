// hours: what is in force.

#include "client/render/hours.h"

#include <string>

#include "client/cli/commands.h"
#include "client/cli/notice_compose.h"
#include "client/cli/session.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::cli {
namespace {

absl::StatusOr<v1::GetHoursRequest> Asked(const Session& session, const HoursOptions& options) {
  v1::GetHoursRequest request;
  for (const std::string& scope : options.scopes) request.add_scopes(scope);
  request.set_traffic(TrafficTyped(options.traffic));
  if (!options.as_known_at.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(*request.mutable_as_known_at(),
                              domain::ParseInstant(options.as_known_at, Today(session)));
  }
  if (!options.at.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(*request.mutable_from(),
                              domain::ParseInstant(options.at, Today(session)));
    return request;
  }
  GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay day, DateOr(options.day, Today(session)));
  const std::string& zone_name = session.settings.zone_name;
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, domain::LoadZone(zone_name));
  *request.mutable_from() = domain::ToZoned(absl::FromCivil(day, zone), zone_name);
  *request.mutable_to() =
      domain::ToZoned(absl::FromCivil(day + (options.week ? 7 : 1), zone), zone_name);
  return request;
}

}  // namespace

int ShowHours(const Global& global, const HoursOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::GetHoursRequest> request = Asked(*session, options);
  if (!request.ok()) return Fail(global, request.status());
  const absl::StatusOr<v1::GetHoursResponse> hours = session->node->GetHours(*request);
  if (!hours.ok()) return Fail(global, hours.status());
  Print(
      global, *hours, [&] { return render::HoursText(*hours, session->view); },
      [&] { return render::HoursCsv(*hours); });
  return 0;
}

}  // namespace gatepost::cli
