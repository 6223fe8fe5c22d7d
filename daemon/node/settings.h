#ifndef GATEPOST_DAEMON_NODE_SETTINGS_H_
#define GATEPOST_DAEMON_NODE_SETTINGS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "daemon/config/node_settings.h"
#include "daemon/exchange/settings_log.h"
#include "daemon/ledger/note.h"

namespace gatepost::node {

// What shapes the node that runs with these settings and keys, by digest: its config, calendars,
// register and policy, the roots that it trusts, its keys and TLS certificate, and its link
// agreements. Private keys are named by their vkeys. BAD_CONFIG when a file cannot be read any
// more.
absl::StatusOr<std::vector<exchange::Setting>> SettingsToLog(const config::NodeSettings& settings,
                                                             const ledger::NoteSigner& log_key,
                                                             const ledger::NoteSigner& witness_key);

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_SETTINGS_H_
