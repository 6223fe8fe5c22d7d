#ifndef GATEPOST_DAEMON_RPC_LIMITS_LIMITS_H_
#define GATEPOST_DAEMON_RPC_LIMITS_LIMITS_H_

#include <chrono>
#include <cstddef>

#include "absl/time/time.h"
#include "daemon/rpc/limits/call_limits.h"
#include "daemon/rpc/limits/fair_workers.h"
#include "daemon/rpc/limits/late_answers.h"
#include "daemon/rpc/limits/slow_takers.h"
#include "daemon/system/clock.h"

namespace gatepost::rpc {

// What the gate keeper holds callers to.
struct LimitSettings {
  CallBounds calls;
  FairShares shares;
  int worker_threads = 2;
  // A call that is refused by `calls` is answered so much later; at most so many wait.
  std::chrono::milliseconds refused_after{1000};
  size_t refused_waiting = 4096;
  // An answer, event or frame that is not taken for so long ends its stream.
  absl::Duration taken_within = absl::Seconds(30);
  // Bytes of a request: what is larger is not parsed.
  size_t largest_request = (size_t{1} << 20) + (size_t{256} << 10);
};

// The parts that bound callers (README.md, "Limits").
struct Limits {
  // `clock` must outlive this, and this every call.
  Limits(const LimitSettings& settings, const system::Clock& clock)
      : largest_request(settings.largest_request),
        calls(settings.calls, clock),
        slow(settings.taken_within, clock),
        late(settings.refused_after, settings.refused_waiting),
        workers(settings.shares, settings.worker_threads, clock) {}

  // Call every second or so.
  void Tick() {
    calls.Tick();
    slow.Tick();
  }

  const size_t largest_request;
  CallLimits calls;
  SlowTakers slow;
  LateAnswers late;
  FairWorkers workers;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_LIMITS_LIMITS_H_
