#ifndef GATEPOST_DAEMON_CONFIG_DATA_FILES_H_
#define GATEPOST_DAEMON_CONFIG_DATA_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/config/node_settings.h"
#include "daemon/config/text_file.h"
#include "gatepost/config/v1/node.pb.h"

// The data files of a node: those that its config names, or else the installed ones.
namespace gatepost::config {

// Where its gate register is, absolute. BAD_CONFIG when none is named nor installed.
absl::StatusOr<std::string> RegisterPath(const Parsed<v1::NodeConfig>& file);

// Reads its calendars and its policy, by the register and the trust domains that `settings` has.
// BAD_CONFIG.
absl::Status ReadDataFiles(const Parsed<v1::NodeConfig>& file, NodeSettings* settings);

}  // namespace gatepost::config

#endif  // GATEPOST_DAEMON_CONFIG_DATA_FILES_H_
