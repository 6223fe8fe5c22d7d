#ifndef GATEPOST_DAEMON_SYSTEM_FILE_LIMIT_H_
#define GATEPOST_DAEMON_SYSTEM_FILE_LIMIT_H_

#include <cstdint>

#include "absl/status/statusor.h"

namespace gatepost::system {

// Lets this process have as many files and connections open at once as it may at all: the soft
// limit becomes the hard one (RLIMIT_NOFILE). How many that are. A server that runs out of them
// stops to take connections. INTERNAL when the system refuses.
absl::StatusOr<uint64_t> RaiseFileLimit();

}  // namespace gatepost::system

#endif  // GATEPOST_DAEMON_SYSTEM_FILE_LIMIT_H_
