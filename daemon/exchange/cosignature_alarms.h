#ifndef GATEPOST_DAEMON_EXCHANGE_COSIGNATURE_ALARMS_H_
#define GATEPOST_DAEMON_EXCHANGE_COSIGNATURE_ALARMS_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"

namespace gatepost::exchange {

// Evidence that a peer has not cosigned for longer than this is worth a person's look.
inline constexpr absl::Duration kCosignedWithin = absl::Hours(1);

// Raises one alarm for each link whose peer has not cosigned an entry of this log that is older
// than kCosignedWithin, other than PEER_HEAD: an ALARM leaf COSIGNATURE_PENDING about the link. It
// is taken back, with an ALARM leaf CLEARED, when the entry has been cosigned. What was said is
// stored in the commit of its leaf. Messages flow on meanwhile, and evidence is pending, not
// invalid (PROTOCOL.md 4).
class CosignatureAlarms {
 public:
  // All must outlive it and the work it posts.
  CosignatureAlarms(const LinkTermsByPeer& links, const store::Store& store, const LogBook& log,
                    Committer& committer, const system::Clock& clock)
      : links_(links), store_(store), log_(log), committer_(committer), clock_(clock) {}
  CosignatureAlarms(const CosignatureAlarms&) = delete;
  CosignatureAlarms& operator=(const CosignatureAlarms&) = delete;

  // Call every second or so, from one thread.
  void OnTick();

 private:
  absl::Status Look(absl::Time now);
  absl::Status LookAt(const store::Reader& store, const std::string& peer, absl::Time now);
  absl::StatusOr<bool> IsLate(const store::Reader& store, const std::string& peer,
                              uint64_t cosigned, absl::Time now);
  absl::Status Say(const std::string& peer, bool pending);

  const LinkTermsByPeer& links_;
  const store::Store& store_;
  const LogBook& log_;
  Committer& committer_;
  const system::Clock& clock_;
  std::atomic<int> at_work_ = 0;  // Alarms with the committer.
  // Of the one thread that ticks.
  absl::Time last_look_ = absl::InfinitePast();
  std::map<std::string, uint64_t> quiet_to_;  // By peer: no news from what it cosigned up to here.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_COSIGNATURE_ALARMS_H_
