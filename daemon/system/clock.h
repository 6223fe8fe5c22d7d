#ifndef GATEPOST_DAEMON_SYSTEM_CLOCK_H_
#define GATEPOST_DAEMON_SYSTEM_CLOCK_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace gatepost::system {

// Where the present comes from. Handed to constructors, so that a test owns time (STYLE.md 5).
class Clock {
 public:
  virtual ~Clock() = default;

  // The present moment; callable from any thread. It may step backwards when an operator or a time
  // server corrects the machine's clock: who needs an order keeps it himself.
  virtual absl::Time Now() const = 0;
};

// The machine's clock (UTC, nanoseconds).
class SystemClock : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

}  // namespace gatepost::system

#endif  // GATEPOST_DAEMON_SYSTEM_CLOCK_H_
