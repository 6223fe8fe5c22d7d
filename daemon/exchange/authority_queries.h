#ifndef GATEPOST_DAEMON_EXCHANGE_AUTHORITY_QUERIES_H_
#define GATEPOST_DAEMON_EXCHANGE_AUTHORITY_QUERIES_H_

#include "absl/status/statusor.h"
#include "certs/identity.h"
#include "daemon/exchange/caller_rights.h"
#include "daemon/exchange/policy_authority.h"
#include "daemon/exchange/rosters.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"
#include "gatepost/v1/authority_service.pb.h"

namespace gatepost::exchange {

// Answers AuthorityService. Any thread.
class AuthorityQueries {
 public:
  struct Parts {
    const NodeTerms& node;
    const PolicyAuthority& authority;
    const CallerRights& rights;
    const Rosters& rosters;
    const store::Store& store;
    const system::Clock& clock;
  };
  // All parts must outlive it.
  explicit AuthorityQueries(Parts parts) : parts_(parts) {}

  // Whom the node takes the caller for, and what he may do. The store's errors.
  absl::StatusOr<v1::GetCallerResponse> GetCaller(const certs::Identity& caller) const;

  // The roster of a domain in force at an instant; an empty answer when there is none. BAD_TIME,
  // LEDGER_DAMAGED, BODY_PURGED, the store's errors.
  absl::StatusOr<v1::GetRosterResponse> GetRoster(const v1::GetRosterRequest& request) const;

 private:
  const Parts parts_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AUTHORITY_QUERIES_H_
