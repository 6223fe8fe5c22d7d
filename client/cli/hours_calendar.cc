// hours calendar: what is in force, for calendar programs.

#include <cstdio>
#include <set>
#include <string>
#include <utility>

#include "client/cli/commands.h"
#include "client/cli/notice_compose.h"
#include "client/cli/session.h"
#include "client/hours_beginnings.h"
#include "client/render/calendar_events.h"
#include "client/render/calendar_update.h"
#include "client/render/icalendar.h"
#include "client/render/text.h"
#include "client/render/times.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::cli {
namespace {

using render::Say;

absl::StatusOr<v1::GetHoursRequest> Asked(const Session& session, const CalendarOptions& options) {
  v1::GetHoursRequest request;
  for (const std::string& scope : options.scopes) request.add_scopes(scope);
  request.set_traffic(TrafficTyped(options.traffic));
  GATEPOST_ASSIGN_OR_RETURN(const absl::CivilDay day, DateOr(options.from, Today(session)));
  const std::string& zone_name = session.settings.zone_name;
  GATEPOST_ASSIGN_OR_RETURN(const absl::TimeZone zone, domain::LoadZone(zone_name));
  *request.mutable_from() = domain::ToZoned(absl::FromCivil(day, zone), zone_name);
  *request.mutable_to() = domain::ToZoned(absl::FromCivil(day + options.days, zone), zone_name);
  return request;
}

absl::StatusOr<v1::GetHoursResponse> Answer(Session& session, const v1::GetHoursRequest& asked) {
  GATEPOST_ASSIGN_OR_RETURN(v1::GetHoursResponse hours, session.node->GetHours(asked));
  const auto ask = [&session](const v1::GetHoursRequest& request) {
    return session.node->GetHours(request);
  };
  GATEPOST_RETURN_IF_ERROR(client::FindBeginnings(ask, asked, hours));
  return hours;
}

std::string QuestionText(const render::CalendarQuestion& question) {
  return fmt::format("{}, {}, {}", fmt::join(question.scopes, " "), question.traffic,
                     question.node);
}

// The events in the file, none where there is no file yet.
absl::StatusOr<std::vector<render::CalendarEvent>> EventsBefore(
    const std::string& file, const render::CalendarQuestion& question) {
  const absl::StatusOr<std::string> bytes = system::ReadFile(file);
  if (absl::IsNotFound(bytes.status())) return std::vector<render::CalendarEvent>();
  if (!bytes.ok()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a file that can be read, or a new one",
                          std::string(bytes.status().message()), "correct --out");
  }
  GATEPOST_ASSIGN_OR_RETURN(render::Calendar before, render::ReadCalendar(*bytes, file));
  if (before.question != question) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT,
                          "a calendar of " + QuestionText(question) + ", or a new file",
                          "one of " + QuestionText(before.question), "name another file");
  }
  return std::move(before.events);
}

absl::Status Write(const Global& global, const CalendarOptions& options,
                   const v1::GetHoursRequest& asked, const v1::GetHoursResponse& hours,
                   bool practice, const render::View& view) {
  const absl::Time from = render::TimeOf(asked.from().instant());
  const absl::Time to = render::TimeOf(asked.to().instant());
  const std::set<std::string> scopes(options.scopes.begin(), options.scopes.end());
  render::Calendar calendar{{hours.node(), {scopes.begin(), scopes.end()}, options.traffic}, {}};
  std::vector<render::CalendarEvent> old;
  if (!options.out.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(old, EventsBefore(options.out, calendar.question));
  }
  render::UpdatedEvents updated =
      render::UpdateEvents(old, render::HoursEvents(hours, to, practice, view), from, to,
                           render::TimeOf(hours.as_known_at().instant()));
  calendar.events = std::move(updated.events);
  const std::string text = render::CalendarText(calendar);
  if (options.out.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return absl::OkStatus();
  }
  GATEPOST_RETURN_IF_ERROR(system::WriteFileAtomically(options.out, text));
  Note(global, Say("{0} is written: new {1}, changed {2}, cancelled {3}, {4} in all", options.out,
                   updated.added, updated.changed, updated.cancelled, calendar.events.size()));
  return absl::OkStatus();
}

}  // namespace

int HoursCalendar(const Global& global, const CalendarOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::GetHoursRequest> asked = Asked(*session, options);
  if (!asked.ok()) return Fail(global, asked.status());
  const absl::StatusOr<v1::GetHoursResponse> hours = Answer(*session, *asked);
  if (!hours.ok()) return Fail(global, hours.status());
  const absl::StatusOr<v1::GetNodeResponse> node = session->node->GetNode();
  if (!node.ok()) return Fail(global, node.status());
  const absl::Status written =
      Write(global, options, *asked, *hours, node->practice(), session->view);
  return written.ok() ? 0 : Fail(global, written);
}

}  // namespace gatepost::cli
