#ifndef GATEPOST_DAEMON_CONFIG_CALENDARS_FILE_H_
#define GATEPOST_DAEMON_CONFIG_CALENDARS_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "daemon/domain/holiday_calendar.h"

namespace gatepost::config {

// The official calendars that belong to this program, absolute; see FindInstalled.
absl::StatusOr<std::string> InstalledCalendarsFile();

// The official calendars in the file at `path`. BAD_CONFIG, with file, line and field, when it is
// no text of a gatepost.config.v1.HolidayCalendars or domain::HolidayCalendars::FromProto refuses
// what it says.
absl::StatusOr<domain::HolidayCalendars> LoadHolidayCalendars(const std::string& path);

}  // namespace gatepost::config

#endif  // GATEPOST_DAEMON_CONFIG_CALENDARS_FILE_H_
