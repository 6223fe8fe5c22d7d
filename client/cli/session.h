#ifndef GATEPOST_CLIENT_CLI_SESSION_H_
#define GATEPOST_CLIENT_CLI_SESSION_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "client/cli/output.h"
#include "client/node_client.h"
#include "client/render/view.h"
#include "daemon/config/client_settings.h"
#include "daemon/domain/civil_time.h"

namespace gatepost::cli {

// One command's connection to its node, as one identity.
struct Session {
  config::ClientSettings settings;
  std::unique_ptr<client::NodeClient> node;
  render::View view;
};

// Reads the client config and prepares the connection (the first call makes it). BAD_CONFIG.
absl::StatusOr<Session> OpenSession(const Global& global);

// Whether the node's log answers this caller (AuditService.ListEntries). He is not to ask it in
// vain: that would be an entry DENIED of the log. Of a node of the other side nobody is asked: its
// log lists nothing for this one. Errors of the call.
absl::StatusOr<bool> MayReadLog(Session& session);

// How a reader of that side sees answers.
render::View ViewOf(const Global& global, const std::string& country);

// Today in the user's civil zone.
absl::CivilDay Today(const Session& session);

// A date as typed, or `absent` for none. BAD_ARGUMENT.
absl::StatusOr<absl::CivilDay> DateOr(const std::string& typed, absl::CivilDay absent);

// A business date's time: what the user stated, or the link agreement's cut-off.
struct AsOf {
  domain::ZonedClock clock;
  // Where the user typed a date with it.
  std::optional<absl::CivilDay> day;
  bool assumed = false;
};

// `typed` is `--as-of`: a time of day with zone, or RFC 3339; empty asks the node for the cut-off.
// BAD_TIME and NO_TIME_ZONE; errors of the call.
absl::StatusOr<AsOf> AsOfTyped(Session& session, const std::string& typed);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_SESSION_H_
