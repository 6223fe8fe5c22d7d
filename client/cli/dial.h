#ifndef GATEPOST_CLIENT_CLI_DIAL_H_
#define GATEPOST_CLIENT_CLI_DIAL_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace gatepost::cli {

// Opens and closes a plain TCP connection to `address` (host:port), to tell a network that does not
// lead there from a node that does not want us. NOT_REACHABLE with the system's reason, also when
// it takes longer than `limit`; BAD_ARGUMENT for no host:port.
absl::Status Dial(const std::string& address, absl::Duration limit);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_DIAL_H_
