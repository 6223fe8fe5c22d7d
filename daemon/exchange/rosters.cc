#include "daemon/exchange/rosters.h"

#include <utility>

#include "daemon/exchange/held.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

constexpr size_t kMostParsed = 64;

}  // namespace

domain::Named NamedBy(const certs::SpiffeId& id) {
  return {id.ToString(), std::string(id.trust_domain()), std::string(certs::RoleName(id.role()))};
}

absl::StatusOr<std::optional<Rosters::InForce>> Rosters::At(const store::Reader& store,
                                                            std::string_view trust_domain,
                                                            absl::Time at) const {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::RosterRecord> record,
                            store.RosterAt(trust_domain, at));
  if (!record.has_value()) return std::nullopt;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = parsed_.find(record->message_row); found != parsed_.end()) {
      return InForce{*record, found->second};
    }
  }
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord message,
                            MustHold(store, record->message_row));
  GATEPOST_ASSIGN_OR_RETURN(v1::Message said, MessageIn(message));
  auto roster = std::make_shared<const v1::Roster>(std::move(*said.mutable_roster()));
  const std::lock_guard lock(mutex_);
  if (parsed_.size() >= kMostParsed) parsed_.clear();
  parsed_.emplace(record->message_row, roster);
  return InForce{*record, std::move(roster)};
}

absl::StatusOr<std::set<std::string>> Rosters::RolesOf(const store::Reader& store,
                                                       const certs::SpiffeId& who,
                                                       absl::Time at) const {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<InForce> in_force,
                            At(store, who.trust_domain(), at));
  return domain::RolesIn(in_force.has_value() ? in_force->roster.get() : nullptr, NamedBy(who));
}

absl::StatusOr<std::vector<domain::SignerRoles>> Rosters::RolesOf(
    const store::Reader& store, const std::vector<certs::Identity>& signers, absl::Time at) const {
  std::vector<domain::SignerRoles> all;
  for (const certs::Identity& signer : signers) {
    GATEPOST_ASSIGN_OR_RETURN(std::set<std::string> roles, RolesOf(store, signer.id, at));
    all.push_back({signer.id.ToString(), std::move(roles)});
  }
  return all;
}

}  // namespace gatepost::exchange
