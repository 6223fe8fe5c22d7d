#include "daemon/config/calendars_file.h"

#include "daemon/config/installed_file.h"
#include "daemon/config/text_file.h"
#include "daemon/system/status_macros.h"
#include "gatepost/config/v1/calendars.pb.h"

namespace gatepost::config {

absl::StatusOr<std::string> InstalledCalendarsFile() {
  return FindInstalled(
      {"the official calendars", "daemon/domain/calendars/holidays.textproto", "calendars_file"});
}

absl::StatusOr<domain::HolidayCalendars> LoadHolidayCalendars(const std::string& path) {
  GATEPOST_ASSIGN_OR_RETURN(Parsed<v1::HolidayCalendars> file,
                            ReadTextProto<v1::HolidayCalendars>(path));
  absl::StatusOr<domain::HolidayCalendars> calendars =
      domain::HolidayCalendars::FromProto(file.value);
  if (!calendars.ok()) return AtField(file, "version", calendars.status());
  return calendars;
}

}  // namespace gatepost::config
