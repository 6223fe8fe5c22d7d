#include "daemon/config/data_files.h"

#include "daemon/config/calendars_file.h"
#include "daemon/config/policy.h"
#include "daemon/config/register_file.h"
#include "daemon/system/status_macros.h"

namespace gatepost::config {
namespace {

using File = Parsed<v1::NodeConfig>;

// Where a data file is: as the config's `field` states, or as installed.
absl::StatusOr<std::string> DataPath(const File& file, const char* field, const std::string& stated,
                                     absl::StatusOr<std::string> (*installed)()) {
  if (!stated.empty()) return AbsolutePath(stated, FolderOf(file.path));
  absl::StatusOr<std::string> found = installed();
  if (!found.ok()) return AtField(file, field, found.status());
  return found;
}

}  // namespace

absl::StatusOr<std::string> RegisterPath(const File& file) {
  return DataPath(file, "register_file", file.value.register_file(), InstalledRegisterFile);
}

absl::Status ReadDataFiles(const File& file, NodeSettings* settings) {
  GATEPOST_ASSIGN_OR_RETURN(
      settings->calendars_file,
      DataPath(file, "calendars_file", file.value.calendars_file(), InstalledCalendarsFile));
  GATEPOST_ASSIGN_OR_RETURN(settings->calendars, LoadHolidayCalendars(settings->calendars_file));
  GATEPOST_ASSIGN_OR_RETURN(
      const std::string policy_file,
      DataPath(file, "policy_file", file.value.policy_file(), InstalledPolicyFile));
  std::string country;
  for (const certs::TrustDomain& domain : settings->trust_domains) {
    if (domain.name == settings->spiffe_id.trust_domain()) country = domain.country;
  }
  GATEPOST_ASSIGN_OR_RETURN(settings->policy,
                            LoadPolicy(policy_file, settings->gate_register, country));
  return absl::OkStatus();
}

}  // namespace gatepost::config
