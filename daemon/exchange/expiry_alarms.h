#ifndef GATEPOST_DAEMON_EXCHANGE_EXPIRY_ALARMS_H_
#define GATEPOST_DAEMON_EXCHANGE_EXPIRY_ALARMS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "daemon/exchange/standing_alarms.h"
#include "daemon/system/clock.h"

namespace gatepost::exchange {

// Something that the node needs and that ends by itself.
struct Ending {
  std::string object;  // As in leaves, e.g. key:tls or trust:langson.example:1.
  absl::Time ends;
};

// Days before the end at which an alarm is raised anew; each once.
inline constexpr int kWarnDays[] = {60, 30, 14, 7, 3, 2, 1};

// The newest of kWarnDays that is reached at `now`, 0 after the end; -1: none yet.
int WarningReached(absl::Time ends, absl::Time now);

// Warns of certificates and lists that end soon, from 60 days before on: CERTIFICATE_EXPIRING about
// each, with `ends:<date>,days:<n>`, taken back when it was renewed. Looks every minute.
class ExpiryAlarms {
 public:
  // All must outlive it.
  ExpiryAlarms(std::function<std::vector<Ending>()> endings, StandingAlarms& alarms,
               const system::Clock& clock)
      : endings_(std::move(endings)), alarms_(alarms), clock_(clock) {}

  // Call every second or so, from one thread.
  void OnTick();

 private:
  const std::function<std::vector<Ending>()> endings_;
  StandingAlarms& alarms_;
  const system::Clock& clock_;
  absl::Time last_look_ = absl::InfinitePast();
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_EXPIRY_ALARMS_H_
