#include "daemon/domain/authority/roster_roles.h"

#include <algorithm>

#include "daemon/system/reason.h"
#include "fmt/format.h"

namespace gatepost::domain {
namespace {

const v1::RosterMember* Find(const v1::Roster& roster, const Named& who) {
  const auto& members = roster.members();
  const auto found = std::ranges::find(members, who.spiffe_id, &v1::RosterMember::spiffe_id);
  return found == members.end() ? nullptr : &*found;
}

}  // namespace

std::set<std::string> RolesIn(const v1::Roster* roster, const Named& who) {
  if (roster == nullptr) return {who.role};
  const v1::RosterMember* const member = Find(*roster, who);
  if (member == nullptr) return {};
  return {member->roles().begin(), member->roles().end()};
}

absl::Status CheckInRoster(const v1::Roster* roster, const v1::Message& message,
                           const Named& author) {
  if (roster == nullptr || message.has_roster() || message.has_key_announcement() ||
      Find(*roster, author) != nullptr) {
    return absl::OkStatus();
  }
  return system::Refuse(
      v1::REASON_NOT_IN_ROSTER,
      fmt::format("an author whom roster {} of {} names", roster->version(), author.trust_domain),
      author.spiffe_id, "have an authority publish a roster that names him");
}

absl::CivilDay RulesDay(absl::Time at) { return absl::ToCivilDay(at, absl::UTCTimeZone()); }

std::vector<StillNeeded> NeededBy(const AgreedRules& rules, const SignedMessage& asked,
                                  const v1::Roster* roster, absl::Time at) {
  std::vector<SignerRoles> signers;
  for (const Named& signer : asked.signers) {
    if (signer.trust_domain != asked.author.trust_domain) continue;
    signers.push_back({signer.spiffe_id, RolesIn(roster, signer)});
  }
  return rules.Needed(asked.message, asked.country, signers, RulesDay(at));
}

}  // namespace gatepost::domain
