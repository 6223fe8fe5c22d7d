#ifndef GATEPOST_DAEMON_EXCHANGE_ROSTERS_H_
#define GATEPOST_DAEMON_EXCHANGE_ROSTERS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/identity.h"
#include "daemon/domain/authority/release.h"
#include "daemon/domain/authority/roster_roles.h"
#include "daemon/store/store.h"
#include "gatepost/v1/authority.pb.h"

namespace gatepost::exchange {

// As domain rules see him.
domain::Named NamedBy(const certs::SpiffeId& id);

// Who has which roles, by the rosters that both sides publish (PROTOCOL.md 7). Any thread.
class Rosters {
 public:
  struct InForce {
    store::RosterRecord record;
    std::shared_ptr<const v1::Roster> roster;
  };

  // The roster of the domain that is in force at `at`; nullopt for none. LEDGER_DAMAGED when a
  // stored one cannot be read, and the store's errors.
  absl::StatusOr<std::optional<InForce>> At(const store::Reader& store,
                                            std::string_view trust_domain, absl::Time at) const;

  // The roles of `who` at `at`: those of his domain's roster, none when it does not name him; while
  // his domain has no roster, the one in his name (clerk, officer, service, auditor). Errors of At.
  absl::StatusOr<std::set<std::string>> RolesOf(const store::Reader& store,
                                                const certs::SpiffeId& who, absl::Time at) const;

  // RolesOf for each.
  absl::StatusOr<std::vector<domain::SignerRoles>> RolesOf(
      const store::Reader& store, const std::vector<certs::Identity>& signers, absl::Time at) const;

 private:
  // Parsed rosters by the row of their message, which never changes; a few.
  mutable std::mutex mutex_;
  mutable std::map<int64_t, std::shared_ptr<const v1::Roster>> parsed_;  // Guarded by mutex_.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_ROSTERS_H_
