#ifndef GATEPOST_CLIENT_SANDBOX_FILES_H_
#define GATEPOST_CLIENT_SANDBOX_FILES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gatepost/config/v1/sandbox.pb.h"

namespace gatepost::client {

// The loopback ports of a sandbox.
struct SandboxPorts {
  uint16_t vn = 0;
  uint16_t cn = 0;
  // Where the Vietnamese node dials; the relay carries it on to the Chinese node.
  uint16_t relay = 0;
};

// What lies in a sandbox's folder:
//   sandbox.textproto                   this list, written last
//   link-agreement.textproto            the same file for both nodes
//   vn-langson/, cn-pingxiang/          node.textproto, root, certificates, keys, data/, log
//   clients/vn-clerk.textproto ...      a client config for each side and role
//   clients/vn-clerk/ ...               its certificates, keys and outbox
//   run/                                marks of the processes, the relay's log

// Whether a sandbox was made in `dir`.
bool SandboxExists(const std::string& dir);

// Makes `dir` with new practice CAs (names end in .practice.example, so that no evidence of it ever
// verifies as real), certificates valid from an hour before `now` for a year, ledger keys and the
// link agreement; keys with mode 0600. Ports are still missing: WriteSandboxConfigs. BAD_ARGUMENT
// when `dir` holds anything that is not a sandbox's; STORE_FAILED, BAD_CONFIG when a file cannot be
// written.
absl::StatusOr<config::v1::Sandbox> MakeSandbox(const std::string& dir, absl::Time now);

// Writes the node and client configs for these ports, and sandbox.textproto; puts the ports into
// `sandbox`. `register_file` is the nodes' gate register; empty: the one installed with them.
absl::Status WriteSandboxConfigs(const SandboxPorts& ports, const std::string& register_file,
                                 config::v1::Sandbox* sandbox);

// The sandbox in `dir`, with no word about processes. NOT_FOUND when there is none; BAD_CONFIG.
absl::StatusOr<config::v1::Sandbox> ReadSandbox(const std::string& dir);

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_SANDBOX_FILES_H_
