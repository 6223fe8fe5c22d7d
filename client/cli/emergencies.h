#ifndef GATEPOST_CLIENT_CLI_EMERGENCIES_H_
#define GATEPOST_CLIENT_CLI_EMERGENCIES_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/session.h"
#include "client/render/emergencies.h"

namespace gatepost::cli {

// How many of the newest messages that were submitted are looked at.
inline constexpr size_t kMostLookedAt = 2000;

struct FoundEmergencies {
  std::vector<render::OpenEmergency> open;  // Newest first.
  bool cut = false;                         // There are more messages than were looked at.
};

// What left the own side in an emergency within the last 14 days, not by `but_of` (SPIFFE id;
// empty: by whomever), and awaits its countersignature. Until when, the node's log says; who may
// not read that is told the rest. Errors of the calls.
absl::StatusOr<FoundEmergencies> OpenEmergencies(Session& session, std::string_view but_of);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_EMERGENCIES_H_
