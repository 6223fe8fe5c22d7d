#ifndef GATEPOST_DAEMON_NODE_SETTINGS_H_
#define GATEPOST_DAEMON_NODE_SETTINGS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "daemon/config/node_settings.h"
#include "daemon/exchange/settings_log.h"
#include "daemon/ledger/note.h"

namespace gatepost::node {

// What the files hold and this run of the node does not go by.
struct LeftOut {
  std::set<certs::Digest> lists;              // Revocation lists, by SHA-256 of their DER.
  std::map<std::string, absl::Status> links;  // By peer, and why its agreement is not in force.
};

// What shapes the node that runs with these settings and keys, by digest: its config, calendars,
// register and policy, the roots that it trusts with the revocation lists and the deny list, its
// keys and TLS certificate, and its link agreements, but for what was left out. Private keys are
// named by their vkeys.
// BAD_CONFIG when a file cannot be read any more.
absl::StatusOr<std::vector<exchange::Setting>> SettingsToLog(const config::NodeSettings& settings,
                                                             const ledger::NoteSigner& log_key,
                                                             const ledger::NoteSigner& witness_key,
                                                             const LeftOut& left_out);

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_SETTINGS_H_
