#ifndef GATEPOST_DAEMON_RPC_LIMITS_LINE_PACE_H_
#define GATEPOST_DAEMON_RPC_LIMITS_LINE_PACE_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "daemon/rpc/limits/token_bucket.h"
#include "daemon/system/clock.h"

namespace gatepost::rpc {

// How often something that strangers can cause is said in the daemon's log; the rest is counted.
// Any thread.
class LinePace {
 public:
  LinePace(double per_second, double burst, std::shared_ptr<const system::Clock> clock)
      : clock_(std::move(clock)), pace_(per_second, burst, clock_->Now()) {}

  // Whether a line may be said now: then how many were left out since the one before it.
  std::optional<int64_t> May() {
    const std::lock_guard lock(mutex_);
    if (pace_.Take(clock_->Now())) return std::exchange(left_out_, 0);
    ++left_out_;
    return std::nullopt;
  }

 private:
  const std::shared_ptr<const system::Clock> clock_;
  std::mutex mutex_;
  TokenBucket pace_;  // Guarded by mutex_, like left_out_.
  int64_t left_out_ = 0;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_LIMITS_LINE_PACE_H_
