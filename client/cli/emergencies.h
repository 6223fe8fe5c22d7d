#ifndef GATEPOST_CLIENT_CLI_EMERGENCIES_H_
#define GATEPOST_CLIENT_CLI_EMERGENCIES_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/session.h"
#include "client/render/emergencies.h"

namespace gatepost::cli {

// What left the own side in an emergency within the last 14 days, not by `but_of` (SPIFFE id;
// empty: by whomever), and awaits its countersignature, newest first. Until when, the node's log
// says; who may not read that is told the rest. Looks at the newest 2,000 messages that were
// submitted. Errors of the calls.
absl::StatusOr<std::vector<render::OpenEmergency>> OpenEmergencies(Session& session,
                                                                   std::string_view but_of);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_EMERGENCIES_H_
