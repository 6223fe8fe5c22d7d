#ifndef GATEPOST_DAEMON_EXCHANGE_POLICY_AUTHORITY_H_
#define GATEPOST_DAEMON_EXCHANGE_POLICY_AUTHORITY_H_

#include <memory>
#include <mutex>

#include "daemon/domain/authority/policy.h"
#include "daemon/exchange/authority.h"
#include "daemon/exchange/rosters.h"
#include "daemon/exchange/terms.h"

namespace gatepost::exchange {

// Rules by the node's policy, which may be replaced while the node runs, and by the rosters. Any
// thread.
class PolicyAuthority final : public Authority {
 public:
  // `node` and `rosters` must outlive it. `zone`: the node's civil zone, whose day says which
  // register entries hold.
  PolicyAuthority(const NodeTerms& node, absl::TimeZone zone, const Rosters& rosters,
                  std::shared_ptr<const domain::Policy> policy);

  // From now on this one rules; what is being judged is judged by the one before.
  void Publish(std::shared_ptr<const domain::Policy> policy);
  // The one that rules; never null.
  std::shared_ptr<const domain::Policy> policy() const;

  // As Authority. Only signers of the node's own trust domain count: what another domain's roster
  // or names say of roles is no authority here.
  absl::StatusOr<Ruling> Rule(const store::Reader& store, const OpenedMessage& opened,
                              absl::Time at) const override;
  absl::Status MayCountersign(const store::Reader& store, const certs::Identity& who,
                              const OpenedMessage& emergency, absl::Time at) const override;
  absl::Duration hold() const override { return policy()->hold(); }

 private:
  bool IsOwn(const certs::Identity& who) const {
    return who.id.trust_domain() == node_.spiffe_id.trust_domain();
  }

  const NodeTerms& node_;
  const absl::TimeZone zone_;
  const Rosters& rosters_;
  mutable std::mutex mutex_;
  // Shared by who judges by it and the newer one's publisher. Guarded by mutex_.
  std::shared_ptr<const domain::Policy> policy_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_POLICY_AUTHORITY_H_
