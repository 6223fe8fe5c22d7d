#ifndef GATEPOST_TESTS_SUPPORT_MANUAL_CLOCK_H_
#define GATEPOST_TESTS_SUPPORT_MANUAL_CLOCK_H_

#include <mutex>

#include "absl/time/time.h"
#include "daemon/system/clock.h"

namespace gatepost::testing {

// A clock that stands still until the test moves it. Callable from any thread.
class ManualClock : public system::Clock {
 public:
  explicit ManualClock(absl::Time now) : now_(now) {}

  absl::Time Now() const override {
    std::lock_guard lock(mutex_);
    return now_;
  }

  void Set(absl::Time now) {
    std::lock_guard lock(mutex_);
    now_ = now;
  }

  // `by` may be negative: machine clocks step backwards too.
  void Advance(absl::Duration by) {
    std::lock_guard lock(mutex_);
    now_ += by;
  }

 private:
  mutable std::mutex mutex_;
  absl::Time now_;  // Guarded by mutex_.
};

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_SUPPORT_MANUAL_CLOCK_H_
