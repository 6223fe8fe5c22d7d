#ifndef GATEPOST_DAEMON_CONFIG_REGISTER_FILE_H_
#define GATEPOST_DAEMON_CONFIG_REGISTER_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "daemon/domain/gate_register.h"

namespace gatepost::config {

// The gate register that belongs to this program, absolute; see FindInstalled.
absl::StatusOr<std::string> InstalledRegisterFile();

// The gate register in the file at `path`. BAD_CONFIG, with file, line and field, when it is no
// text of a gatepost.config.v1.GateRegister or domain::GateRegister::FromProto refuses what it
// says.
absl::StatusOr<domain::GateRegister> LoadGateRegister(const std::string& path);

}  // namespace gatepost::config

#endif  // GATEPOST_DAEMON_CONFIG_REGISTER_FILE_H_
