#ifndef GATEPOST_TESTS_BENCH_AGREEMENTS_H_
#define GATEPOST_TESTS_BENCH_AGREEMENTS_H_

#include <string>

#include "absl/status/statusor.h"

namespace gatepost::bench {

// Two officers, one of each side, make agreements, and this prints
// - how long it takes from handing an acceptance in until both nodes say that it binds, one in
//   flight, at the node that decides and at the other one;
// - how long the question what is in force takes when for ten years each month has brought every
//   gate other hours, each until the next: as many years as two minutes allow.
// `vn_officer` and `cn_officer` are client configs, `folder` is on the disk that the nodes use.
// Returns how many messages there are.
absl::StatusOr<int> MeasureAgreements(const std::string& vn_officer, const std::string& cn_officer,
                                      const std::string& folder);

}  // namespace gatepost::bench

#endif  // GATEPOST_TESTS_BENCH_AGREEMENTS_H_
