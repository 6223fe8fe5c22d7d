#include "daemon/exchange/caller_rights.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

constexpr absl::Duration kFresh = absl::Seconds(1);
constexpr size_t kMostKnown = 4096;

}  // namespace

absl::Status CallerRights::MayCall(const certs::Identity& caller, Act act) const {
  GATEPOST_ASSIGN_OR_RETURN(const ByName by_name,
                            MayByName(parts_.node, parts_.links, caller, act));
  if (by_name == ByName::kMay) return absl::OkStatus();
  if ((act == Act::kRead || act == Act::kSubmit) && SpeaksForItsSide(caller)) {
    return absl::OkStatus();
  }
  GATEPOST_ASSIGN_OR_RETURN(const Roles roles, RolesOf(caller));
  return parts_.authority.policy()->MayCall(roles.roles, ActName(act), caller.id.ToString());
}

bool CallerRights::SpeaksForItsSide(const certs::Identity& caller) const {
  return std::ranges::any_of(parts_.links, [&](const auto& link) {
    return std::ranges::find(link.second.own_authorities, caller.id.ToString()) !=
           link.second.own_authorities.end();
  });
}

absl::StatusOr<CallerRights::Roles> CallerRights::RolesOf(const certs::Identity& caller) const {
  const absl::Time now = parts_.clock.Now();
  const std::string id = caller.id.ToString();
  {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(id);
    // A machine's clock may step backwards: then it is looked up again as well.
    if (found != known_.end() && found->second.looked_up <= now &&
        now - found->second.looked_up < kFresh) {
      return found->second.roles;
    }
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, parts_.store.Read());
  Roles roles;
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<Rosters::InForce> roster,
                            parts_.rosters.At(*reader, caller.id.trust_domain(), now));
  if (roster.has_value()) roles.roster_version = roster->record.version;
  GATEPOST_ASSIGN_OR_RETURN(roles.roles, parts_.rosters.RolesOf(*reader, caller.id, now));
  const std::lock_guard lock(mutex_);
  if (known_.size() >= kMostKnown) known_.clear();
  known_.insert_or_assign(id, Known{roles, now});
  return roles;
}

}  // namespace gatepost::exchange
