#ifndef GATEPOST_DAEMON_EXCHANGE_HOLD_LIMIT_H_
#define GATEPOST_DAEMON_EXCHANGE_HOLD_LIMIT_H_

#include <atomic>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"

namespace gatepost::exchange {

// Drops the HELD messages that nobody released in time (holding.h), some in one commit each time:
// leaves in the log, in which watchers see them. Until then the door releases none of them.
class HoldLimit {
 public:
  // All must outlive it and the work it posts.
  HoldLimit(const NodeTerms& node, const store::Store& store, Committer& committer,
            const system::Clock& clock)
      : node_(node), store_(store), committer_(committer), clock_(clock) {}
  HoldLimit(const HoldLimit&) = delete;
  HoldLimit& operator=(const HoldLimit&) = delete;

  // Call every second or so, from one thread.
  void OnTick();

 private:
  absl::Status Look(absl::Time now);

  const NodeTerms& node_;
  const store::Store& store_;
  Committer& committer_;
  const system::Clock& clock_;
  std::atomic<bool> at_work_ = false;            // Work is with the committer.
  absl::Time last_look_ = absl::InfinitePast();  // Of the one thread that ticks.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_HOLD_LIMIT_H_
