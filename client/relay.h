#ifndef GATEPOST_CLIENT_RELAY_H_
#define GATEPOST_CLIENT_RELAY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace gatepost::client {

// Ports of this machine's loopback, IPv4.

// A port on which nobody listens and which nobody gets by chance: below the range that the system
// hands out to outgoing connections. `avoid` is not it. OVERLOADED when none is free.
absl::StatusOr<uint16_t> FreePort(uint16_t avoid = 0);

// Whether somebody could listen on the port now.
bool IsFreePort(uint16_t port);

// Carries TCP connections from one loopback port to another until the process ends: the line
// between the sandbox's two nodes, which is cut by ending or stopping this process. Runs in the
// calling thread with poll(2), which it owns: meant as a process of its own. Returns only on
// failure, with an exit code, having said why on standard error.
int RunRelay(uint16_t listen_port, uint16_t target_port);

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_RELAY_H_
