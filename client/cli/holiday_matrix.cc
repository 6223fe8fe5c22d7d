// holiday matrix: gate by day, with both sides' days on top.

#include <string>

#include "client/cli/agreement_commands.h"
#include "client/cli/notice_compose.h"
#include "client/cli/session.h"
#include "client/render/matrix.h"
#include "client/render/times.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

constexpr int kMostDays = 62;  // As many as one answer of GetHours covers.

struct Matrix {
  v1::ListDaysResponse days;
  v1::GetHoursResponse hours;
};

// Every gate of the register on that day.
absl::Status AddAllGates(Session& session, absl::CivilDay on, v1::GetHoursRequest& request) {
  v1::ListGatesRequest listing;
  *listing.mutable_on() = domain::ToCivilDate(on);
  listing.set_page_size(500);
  do {
    GATEPOST_ASSIGN_OR_RETURN(const v1::ListGatesResponse page, session.node->ListGates(listing));
    for (const v1::Gate& gate : page.gates()) request.add_scopes(gate.id());
    listing.set_page_token(page.next_page_token());
  } while (!listing.page_token().empty());
  return absl::OkStatus();
}

absl::StatusOr<Matrix> Ask(Session& session, const MatrixOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay from, DateOr(options.from, Today(session)));
  GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay to, DateOr(options.to, from + 6));
  if (to < from || to - from >= kMostDays) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, fmt::format("1 to {} days", kMostDays),
                          fmt::format("{} to {}", domain::DayText(from), domain::DayText(to)),
                          "correct --from or --to");
  }
  v1::ListDaysRequest days;
  *days.mutable_from() = domain::ToCivilDate(from);
  *days.mutable_to() = domain::ToCivilDate(to);
  Matrix matrix;
  GATEPOST_ASSIGN_OR_RETURN(matrix.days, session.node->ListDays(days));

  v1::GetHoursRequest hours;
  // The days of the table are those of the zone its times are in.
  const absl::TimeZone zone = render::ZonesOf(session.view.zones).front().zone;
  const std::string_view zone_name =
      domain::ZoneOfLetter(render::ZonesOf(session.view.zones).front().letter);
  *hours.mutable_from() = domain::ToZoned(absl::FromCivil(from, zone), zone_name);
  *hours.mutable_to() = domain::ToZoned(absl::FromCivil(to + 1, zone), zone_name);
  hours.set_traffic(TrafficTyped(options.traffic));
  if (!options.as_known_at.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(*hours.mutable_as_known_at(),
                              domain::ParseInstant(options.as_known_at, Today(session)));
  }
  for (const std::string& scope : options.scopes) hours.add_scopes(scope);
  if (options.scopes.empty()) GATEPOST_RETURN_IF_ERROR(AddAllGates(session, from, hours));
  GATEPOST_ASSIGN_OR_RETURN(matrix.hours, session.node->GetHours(hours));
  return matrix;
}

}  // namespace

int HolidayMatrix(const Global& global, const MatrixOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<Matrix> matrix = Ask(*session, options);
  if (!matrix.ok()) return Fail(global, matrix.status());
  // Two answers of the node: two lines of JSON, the days first.
  if (global.output == Output::kJson) Print(global, matrix->days, {}, {});
  Print(
      global, matrix->hours,
      [&] { return render::MatrixText(matrix->days, matrix->hours, session->view); },
      [&] { return render::MatrixCsv(matrix->days, matrix->hours, session->view); });
  return 0;
}

}  // namespace gatepost::cli
