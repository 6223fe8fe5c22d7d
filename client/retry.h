#ifndef GATEPOST_CLIENT_RETRY_H_
#define GATEPOST_CLIENT_RETRY_H_

#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "absl/time/time.h"
#include "daemon/system/random.h"

namespace gatepost::client {

// How often, and how fast, something is tried again.
struct RetryPolicy {
  // All tries together, the first one included; 0: without end.
  int attempts = 4;
  // The wait before the second try; each further wait doubles, up to `longest`.
  absl::Duration first = absl::Milliseconds(100);
  absl::Duration longest = absl::Seconds(2);
};

// The waits between tries: doubling, each shortened by chance to between half and all of itself, so
// that many clients of a node that comes back do not come all at once.
class Backoff {
 public:
  // `random` must outlive this object.
  Backoff(const RetryPolicy& policy, system::Random& random) : policy_(policy), random_(random) {}

  // The wait before the next try.
  absl::Duration Next();

  // Whether the policy allows another try after those begun so far.
  bool Spent() const { return policy_.attempts > 0 && tries_ >= policy_.attempts; }

  // After a success: the next wait is the first again.
  void Reset() { tries_ = 1; }

 private:
  const RetryPolicy policy_;
  system::Random& random_;
  int tries_ = 1;
};

// Lets time pass. Handed in, so that tests need no time.
class Pause {
 public:
  virtual ~Pause() = default;

  // Returns after `length`, or at once when `stop` is requested: then false. Thread-safe.
  virtual bool For(absl::Duration length, const std::stop_token& stop) = 0;
};

// Waits for real.
class SystemPause : public Pause {
 public:
  bool For(absl::Duration length, const std::stop_token& stop) override;

 private:
  std::mutex mutex_;
  std::condition_variable_any never_;
};

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_RETRY_H_
