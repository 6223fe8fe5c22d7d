#ifndef GATEPOST_DAEMON_EXCHANGE_STANDING_ALARMS_H_
#define GATEPOST_DAEMON_EXCHANGE_STANDING_ALARMS_H_

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "daemon/exchange/committer.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::exchange {

// Alarms about the node itself that stand until their cause is over: an ALARM leaf with the reason
// when one begins or says something new, and one CLEARED when it ends. What stands is stored in the
// commit of its leaf, so that a node that is started again does not say it again. Any thread.
class StandingAlarms {
 public:
  // `committer` must outlive it, and it the work that it posts.
  explicit StandingAlarms(Committer& committer) : committer_(committer) {}
  StandingAlarms(const StandingAlarms&) = delete;
  StandingAlarms& operator=(const StandingAlarms&) = delete;

  // From now on `reason` stands about `object` (as in leaves, e.g. key:tls), with a detail that is
  // free of spaces. Call it as often as you like: what was said last is not said again.
  void Raise(const std::string& object, v1::Reason reason, const std::string& detail);
  // It stands no more; nothing when it did not.
  void Clear(const std::string& object, v1::Reason reason);

 private:
  // An empty `detail` clears.
  void Say(const std::string& object, v1::Reason reason, const std::string& detail);

  Committer& committer_;
  std::mutex mutex_;
  // What was handed in last. Guarded by mutex_.
  std::map<std::pair<std::string, v1::Reason>, std::string> said_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_STANDING_ALARMS_H_
