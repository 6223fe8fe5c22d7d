#ifndef GATEPOST_DAEMON_EXCHANGE_ROSTER_REACH_H_
#define GATEPOST_DAEMON_EXCHANGE_ROSTER_REACH_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/exchange/standing_alarms.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"

namespace gatepost::exchange {

// A link that was added later knows nothing of a roster that was published before: the peer goes by
// names alone, and nobody but an authority can send it one. A peer that refused it goes on by the
// one before. For each such link an ALARM ROSTER_OUT_OF_ORDER stands about `link:<peer>` with
// `not-addressed:<version>,publish:<next>` or `refused:<version>,publish:<next>`, until a roster is
// published that is addressed to it and not refused. Looks at once and then every minute.
class RosterReach {
 public:
  // All must outlive it.
  RosterReach(const NodeTerms& node, const LinkTermsByPeer& links, const store::Store& store,
              StandingAlarms& alarms, const system::Clock& clock)
      : node_(node), links_(links), store_(store), alarms_(alarms), clock_(clock) {}

  // Call every second or so, from one thread. What cannot be read is looked at again a minute
  // later.
  void OnTick();

 private:
  absl::Status Look();

  const NodeTerms& node_;
  const LinkTermsByPeer& links_;
  const store::Store& store_;
  StandingAlarms& alarms_;
  const system::Clock& clock_;
  absl::Time last_look_ = absl::InfinitePast();
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_ROSTER_REACH_H_
