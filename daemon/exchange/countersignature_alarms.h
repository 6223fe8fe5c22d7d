#ifndef GATEPOST_DAEMON_EXCHANGE_COUNTERSIGNATURE_ALARMS_H_
#define GATEPOST_DAEMON_EXCHANGE_COUNTERSIGNATURE_ALARMS_H_

#include <atomic>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/exchange/committer.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"

namespace gatepost::exchange {

// Raises one alarm for each message of the own side that left in an emergency and that nobody
// countersigned in time: an ALARM leaf COUNTERSIGNATURE_OVERDUE about the message. The
// countersignature that comes late takes it back (countersignature_desk.h). What was said is stored
// in the commit of its leaf, so that it is said exactly once whenever the node dies.
class CountersignatureAlarms {
 public:
  // All must outlive it and the work it posts.
  CountersignatureAlarms(const store::Store& store, Committer& committer,
                         const system::Clock& clock)
      : store_(store), committer_(committer), clock_(clock) {}
  CountersignatureAlarms(const CountersignatureAlarms&) = delete;
  CountersignatureAlarms& operator=(const CountersignatureAlarms&) = delete;

  // Call every second or so, from one thread.
  void OnTick();

 private:
  absl::Status Look(absl::Time now);

  const store::Store& store_;
  Committer& committer_;
  const system::Clock& clock_;
  std::atomic<bool> at_work_ = false;            // Work is with the committer.
  absl::Time last_look_ = absl::InfinitePast();  // Of the one thread that ticks.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_COUNTERSIGNATURE_ALARMS_H_
