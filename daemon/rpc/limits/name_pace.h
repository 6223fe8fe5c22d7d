#ifndef GATEPOST_DAEMON_RPC_LIMITS_NAME_PACE_H_
#define GATEPOST_DAEMON_RPC_LIMITS_NAME_PACE_H_

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "daemon/rpc/limits/token_bucket.h"
#include "daemon/system/clock.h"

namespace gatepost::rpc {

// How often each name may do one thing, e.g. shake hands. Memory is bounded: names whose bucket is
// full again are forgotten. Any thread.
class NamePace {
 public:
  // Shared, since gRPC ends handshakes after those who began them are gone.
  NamePace(double per_second, double burst, std::shared_ptr<const system::Clock> clock)
      : per_second_(per_second), burst_(burst), clock_(std::move(clock)) {}

  // Whether `name` may now.
  bool May(std::string_view name) {
    const absl::Time now = clock_->Now();
    std::lock_guard lock(mutex_);
    auto found = buckets_.find(name);
    if (found == buckets_.end()) {
      if (buckets_.size() >= forget_at_) Forget(now);
      const TokenBucket full(per_second_, burst_, now);
      found = buckets_.emplace(std::string(name), full).first;
    }
    return found->second.Take(now);
  }

  size_t remembered() const {
    std::lock_guard lock(mutex_);
    return buckets_.size();
  }

 private:
  // The caller holds mutex_.
  void Forget(absl::Time now) {
    std::erase_if(buckets_, [now](const auto& entry) { return entry.second.Full(now); });
    forget_at_ = std::max<size_t>(kFew, 2 * buckets_.size());
  }

  static constexpr size_t kFew = 256;

  const double per_second_;
  const double burst_;
  const std::shared_ptr<const system::Clock> clock_;
  mutable std::mutex mutex_;
  std::map<std::string, TokenBucket, std::less<>> buckets_;  // Guarded by mutex_.
  size_t forget_at_ = kFew;                                  // Guarded by mutex_.
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_LIMITS_NAME_PACE_H_
