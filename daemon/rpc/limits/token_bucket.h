#ifndef GATEPOST_DAEMON_RPC_LIMITS_TOKEN_BUCKET_H_
#define GATEPOST_DAEMON_RPC_LIMITS_TOKEN_BUCKET_H_

#include <algorithm>

#include "absl/time/time.h"

namespace gatepost::rpc {

// Tokens that come back at a steady rate until the bucket is full; each act takes one. Begins full.
// A clock that steps back brings no tokens and costs none; one that steps forward fills the bucket
// at most. Not thread-safe.
class TokenBucket {
 public:
  // `per_second` and `burst` above 0.
  TokenBucket(double per_second, double burst, absl::Time now)
      : per_second_(per_second), burst_(burst), tokens_(burst), at_(now) {}

  // Takes a token; false when there is none.
  bool Take(absl::Time now) {
    tokens_ = Tokens(now);
    at_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

  // After what time Take is true; zero when it is now.
  absl::Duration UntilToken(absl::Time now) const {
    return absl::Seconds(std::max(0.0, 1 - Tokens(now)) / per_second_);
  }

  // Whether this bucket is as a new one would be.
  bool Full(absl::Time now) const { return Tokens(now) >= burst_; }

 private:
  double Tokens(absl::Time now) const {
    const double seconds = std::max(0.0, absl::ToDoubleSeconds(now - at_));
    return std::min(burst_, tokens_ + seconds * per_second_);
  }

  double per_second_;
  double burst_;
  double tokens_;
  absl::Time at_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_LIMITS_TOKEN_BUCKET_H_
