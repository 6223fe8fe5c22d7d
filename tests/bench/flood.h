#ifndef GATEPOST_TESTS_BENCH_FLOOD_H_
#define GATEPOST_TESTS_BENCH_FLOOD_H_

#include <string>

#include "absl/status/status.h"

namespace gatepost::bench {

// What a flooder sends.
struct FloodSettings {
  std::string client_config;
  std::string kind = "submit";  // submit, read or list.
  int connections = 4;
  int outstanding =
      512;  // Calls of each connection; what its streams do not take waits at its end.
};

// Calls as fast as it is answered until standard input ends; then says on standard output how many
// calls were served, refused and failed. For a process of its own.
absl::Status Flood(const FloodSettings& settings);

// What one identity's Submit and GetMessage take, one in flight: alone, and while another identity
// floods the same node from another process; prints both and their ratio. `quiet` and `flooder` are
// client configs of the same node, `calls` how many of each are measured, `folder` on the disk of
// the nodes.
absl::Status MeasureFlood(const std::string& quiet, const FloodSettings& flooder, int calls,
                          const std::string& folder);

}  // namespace gatepost::bench

#endif  // GATEPOST_TESTS_BENCH_FLOOD_H_
