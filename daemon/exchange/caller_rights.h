#ifndef GATEPOST_DAEMON_EXCHANGE_CALLER_RIGHTS_H_
#define GATEPOST_DAEMON_EXCHANGE_CALLER_RIGHTS_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/identity.h"
#include "daemon/exchange/access.h"
#include "daemon/exchange/policy_authority.h"
#include "daemon/exchange/rosters.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"

namespace gatepost::exchange {

// Who may call what: the fixed rules of access.h, and for callers of the own side the call rules of
// the policy, by their roles in the roster in force. Any thread.
class CallerRights {
 public:
  struct Parts {
    const NodeTerms& node;
    const LinkTermsByPeer& links;
    const PolicyAuthority& authority;
    const Rosters& rosters;
    const store::Store& store;
    const system::Clock& clock;
  };
  // All parts must outlive it.
  explicit CallerRights(Parts parts) : parts_(parts) {}

  // May the holder of a TLS certificate do `act`? NOT_ALLOWED, NOT_IN_ROSTER, or the store's errors
  // (fail closed). Roles are at most a second old, so that a call costs no look at the store.
  absl::Status MayCall(const certs::Identity& caller, Act act) const;

  struct Roles {
    std::set<std::string> roles;
    // That of the roster that says so; 0: none is in force, the name says it.
    uint32_t roster_version = 0;
  };
  // The roles that MayCall goes by. The store's errors.
  absl::StatusOr<Roles> RolesOf(const certs::Identity& caller) const;

 private:
  // One of the posts that a link agreement names for this side: it must be able to correct a roster
  // that forgot it.
  bool SpeaksForItsSide(const certs::Identity& caller) const;
  struct Known {
    Roles roles;
    absl::Time looked_up;
  };

  const Parts parts_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, Known> known_;  // By SPIFFE id; bounded. Guarded by mutex_.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_CALLER_RIGHTS_H_
