#ifndef GATEPOST_DAEMON_NODE_NEXT_KEY_H_
#define GATEPOST_DAEMON_NODE_NEXT_KEY_H_

#include <string>

#include "absl/status/statusor.h"
#include "daemon/config/node_settings.h"
#include "gatepost/v1/authority.pb.h"

namespace gatepost::node {

// Makes the next key for `use`, LOG or WITNESS, and adds it to the end of its file, beside the one
// that signs. It signs once an authority has announced it and every peer has receipted that.
// Returns its vkey. BAD_CONFIG when the file cannot be read or written.
absl::StatusOr<std::string> AddLedgerKey(const config::NodeSettings& settings, v1::KeyUse use);

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_NEXT_KEY_H_
