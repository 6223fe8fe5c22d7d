#ifndef GATEPOST_TESTS_BENCH_MACHINE_H_
#define GATEPOST_TESTS_BENCH_MACHINE_H_

#include <string>
#include <vector>

#include "absl/time/time.h"

// What the machine itself does in the time that is measured: without it no figure says anything.
namespace gatepost::bench {

// Times of one thing done often.
struct Times {
  std::vector<absl::Duration> all;
  // The time below which `share` (0 to 1) of all lie; zero when there are none.
  absl::Duration Percentile(double share) const;
};

// How long it takes to append 4 KiB to a file in `folder` and sync it, `count` times.
Times SyncTimes(const std::string& folder, int count);

// Resident memory of a process, in MiB, from /proc; 0 when it is gone.
double ResidentMib(int pid);

// CPU time that a process has used.
absl::Duration CpuTime(int pid);

}  // namespace gatepost::bench

#endif  // GATEPOST_TESTS_BENCH_MACHINE_H_
