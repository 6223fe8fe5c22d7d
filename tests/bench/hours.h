#ifndef GATEPOST_TESTS_BENCH_HOURS_H_
#define GATEPOST_TESTS_BENCH_HOURS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "client/node_client.h"
#include "tests/bench/load.h"

namespace gatepost::bench {

// Fills the node with ten years of notices for all gates of its register that last all those years,
// one a month for each, and prints how long the question what is in force takes: for one gate at an
// instant, and for one gate over a week. `client_config` is one who reads.
// Returns how many notices there are.
absl::StatusOr<int> MeasureHours(Feeder& feeder, const std::string& client_config);

// The gates of the node's register that hold both on the first day and on the last one before
// `end`.
absl::StatusOr<std::vector<std::string>> LastingGates(client::NodeClient& node,
                                                      absl::CivilDay first, absl::CivilDay end);

// Asks the node what is in force at one of `gates` over that many hours (0: at an instant), at
// random times from `first` until before `end`, and prints how long it took, called `what`.
absl::Status AskHours(client::NodeClient& node, const std::vector<std::string>& gates,
                      absl::CivilDay first, absl::CivilDay end, int64_t hours,
                      std::string_view what);

}  // namespace gatepost::bench

#endif  // GATEPOST_TESTS_BENCH_HOURS_H_
