#include "client/retry.h"

#include <algorithm>

namespace gatepost::client {

absl::Duration Backoff::Next() {
  absl::Duration whole = policy_.first;
  for (int i = 1; i < tries_ && whole < policy_.longest; ++i) whole *= 2;
  whole = std::min(whole, policy_.longest);
  ++tries_;
  const int64_t half_us = std::max<int64_t>(absl::ToInt64Microseconds(whole) / 2, 1);
  return absl::Microseconds(half_us + static_cast<int64_t>(random_.Uniform(half_us + 1)));
}

bool SystemPause::For(absl::Duration length, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  never_.wait_for(lock, stop, absl::ToChronoMicroseconds(length), [] { return false; });
  return !stop.stop_requested();
}

}  // namespace gatepost::client
