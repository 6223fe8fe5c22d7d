#ifndef GATEPOST_CLIENT_CLI_CHECK_MACHINE_H_
#define GATEPOST_CLIENT_CLI_CHECK_MACHINE_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "client/cli/checklist.h"

namespace gatepost::cli {

// How much room a folder's disk must have, in bytes.
struct Room {
  uint64_t warn_below = 1ULL << 30;
  uint64_t fail_below = 50ULL << 20;
};

// Checks that a folder is there or can be made, can be written to (a small file is written, synced
// and removed), and that its disk has room. A folder that is not there is not made: the nearest one
// above it is looked at.
void CheckFolder(const std::string& name, const std::string& dir, const Room& room,
                 Checklist& list);

// Checks this machine's clock as far as it can be known here: whether the kernel says that it is
// kept in time (adjtimex).
void CheckClock(absl::Time now, Checklist& list);

// Checks that `listen` (host:port) can be listened on. One that is taken is right while the node
// itself runs: a warning that says so.
void CheckListen(const std::string& listen, Checklist& list);

// Checks that this process may open as many files as a node needs.
void CheckOpenFiles(Checklist& list);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_CHECK_MACHINE_H_
