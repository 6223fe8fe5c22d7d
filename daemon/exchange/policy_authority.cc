#include "daemon/exchange/policy_authority.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

PolicyAuthority::PolicyAuthority(const NodeTerms& node, absl::TimeZone zone, const Rosters& rosters,
                                 std::shared_ptr<const domain::Policy> policy)
    : node_(node), zone_(zone), rosters_(rosters), policy_(std::move(policy)) {}

void PolicyAuthority::Publish(std::shared_ptr<const domain::Policy> policy) {
  const std::lock_guard lock(mutex_);
  policy_ = std::move(policy);
}

std::shared_ptr<const domain::Policy> PolicyAuthority::policy() const {
  const std::lock_guard lock(mutex_);
  return policy_;
}

absl::StatusOr<Ruling> PolicyAuthority::Rule(const store::Reader& store,
                                             const OpenedMessage& opened, absl::Time at) const {
  std::vector<certs::Identity> own;
  std::ranges::copy_if(opened.signers, std::back_inserter(own),
                       [this](const certs::Identity& signer) { return IsOwn(signer); });
  GATEPOST_ASSIGN_OR_RETURN(std::vector<domain::SignerRoles> signers,
                            rosters_.RolesOf(store, own, at));
  const std::string author = opened.author.id.ToString();
  return policy()->Rule({.message = opened.message,
                         .newer_schema = opened.newer_schema,
                         .author = author,
                         .signers = std::move(signers),
                         .on = absl::ToCivilDay(at, zone_)});
}

absl::Status PolicyAuthority::MayCountersign(const store::Reader& store, const certs::Identity& who,
                                             const OpenedMessage& emergency, absl::Time at) const {
  const std::string name = who.id.ToString();
  if (std::ranges::find(emergency.signers, who.id, &certs::Identity::id) !=
      emergency.signers.end()) {
    return system::Refuse(v1::REASON_OWN_SECOND_SIGNATURE, "another post than those that signed",
                          name, "have somebody else countersign it");
  }
  if (!IsOwn(who)) {
    return system::Refuse(v1::REASON_ROLE_NOT_ALLOWED,
                          fmt::format("a post of trust domain {}", node_.spiffe_id.trust_domain()),
                          name, "have a post of the own side countersign it");
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::set<std::string> roles, rosters_.RolesOf(store, who.id, at));
  return policy()->MayCountersign(roles, name);
}

}  // namespace gatepost::exchange
