#ifndef GATEPOST_TESTS_BENCH_HOURS_H_
#define GATEPOST_TESTS_BENCH_HOURS_H_

#include <string>

#include "absl/status/statusor.h"
#include "tests/bench/load.h"

namespace gatepost::bench {

// Fills the node with ten years of notices for all gates of its register that last all those years,
// one a month for each, and prints how long the question what is in force takes: for one gate at an
// instant, and for one gate over a week. `client_config` is one who reads.
// Returns how many notices there are.
absl::StatusOr<int> MeasureHours(Feeder& feeder, const std::string& client_config);

}  // namespace gatepost::bench

#endif  // GATEPOST_TESTS_BENCH_HOURS_H_
