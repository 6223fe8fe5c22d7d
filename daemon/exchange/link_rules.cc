#include "daemon/exchange/link_rules.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>

#include "daemon/domain/authority/agreed_rules.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace gatepost::exchange {

namespace {

// The day by which the register and its gate types are read: the same one at both nodes.
absl::CivilDay DayOf(absl::Time at) { return absl::ToCivilDay(at, absl::UTCTimeZone()); }

absl::Status CheckInRoster(const Rosters& rosters, const store::Reader& store,
                           const OpenedMessage& opened, absl::Time at) {
  if (opened.message.has_roster() || opened.message.has_key_announcement()) return absl::OkStatus();
  const std::string_view domain = opened.author.id.trust_domain();
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<Rosters::InForce> in_force,
                            rosters.At(store, domain, at));
  if (!in_force.has_value()) return absl::OkStatus();
  const std::string author = opened.author.id.ToString();
  const auto& members = in_force->roster->members();
  if (std::ranges::find(members, author, &v1::RosterMember::spiffe_id) != members.end()) {
    return absl::OkStatus();
  }
  return system::Refuse(
      v1::REASON_NOT_IN_ROSTER,
      fmt::format("an author whom roster {} of {} names", in_force->record.version, domain), author,
      "have an authority publish a roster that names him");
}

}  // namespace

absl::Status MayCross(const Rosters& rosters, const store::Reader& store, const LinkTerms& link,
                      const OpenedMessage& opened, absl::Time at) {
  GATEPOST_RETURN_IF_ERROR(CheckInRoster(rosters, store, opened, at));
  if (link.rules == nullptr) return absl::OkStatus();
  return link.rules->CheckScope(opened.message, DayOf(at));
}

absl::StatusOr<std::vector<domain::StillNeeded>> AgreedNeeds(const Rosters& rosters,
                                                             const store::Reader& store,
                                                             const LinkTerms& link,
                                                             const OpenedMessage& opened,
                                                             absl::Time at) {
  if (link.rules == nullptr || !link.rules->asks()) return std::vector<domain::StillNeeded>();
  // Only the author's own side: somebody of the other one is no second pair of eyes for it.
  std::vector<certs::Identity> own_side;
  std::ranges::copy_if(opened.signers, std::back_inserter(own_side), [&](const auto& signer) {
    return signer.id.trust_domain() == opened.author.id.trust_domain();
  });
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<domain::SignerRoles> signers,
                            rosters.RolesOf(store, own_side, at));
  return link.rules->Needed(opened.message, opened.author.country, signers, DayOf(at));
}

absl::Status CheckAgreed(const Rosters& rosters, const store::Reader& store, const LinkTerms& link,
                         const OpenedMessage& opened, absl::Time at) {
  GATEPOST_RETURN_IF_ERROR(MayCross(rosters, store, link, opened, at));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<domain::StillNeeded> needed,
                            AgreedNeeds(rosters, store, link, opened, at));
  if (needed.empty()) return absl::OkStatus();
  return system::Refuse(
      v1::REASON_SIGNATURES_MISSING,
      fmt::format("the signatures that the agreement of the link to {} asks for", link.peer_node),
      fmt::format("{} of {} signers; still needed: {}", opened.author.id.ToString(),
                  opened.signers.size(), domain::NeededText(needed)),
      "have them sign it too, with roles that the roster in force gives them");
}

absl::Status CheckAuthority(const LinkTermsByPeer& links, std::string_view own_domain,
                            const OpenedMessage& opened) {
  const v1::MessageHeader& header = opened.message.header();
  const bool own = opened.author.id.trust_domain() == own_domain;
  const auto check = [&](const std::string& peer) {
    const auto link = links.find(peer);
    const std::vector<std::string> none;
    const std::vector<std::string>& named = link == links.end() ? none
                                            : own               ? link->second.own_authorities
                                                                : link->second.peer_authorities;
    if (std::ranges::find(named, header.author()) != named.end()) return absl::OkStatus();
    return system::Refuse(
        v1::REASON_NOT_AN_AUTHORITY,
        fmt::format("an authority of {} in the agreement of the link to {}: {}",
                    opened.author.id.trust_domain(), peer,
                    named.empty() ? "none is named" : fmt::to_string(fmt::join(named, ", "))),
        header.author(), "have one of them write it, or agree on who may");
  };
  if (!own) return check(header.origin_node());
  for (const std::string& recipient : header.recipient_nodes()) {
    GATEPOST_RETURN_IF_ERROR(check(recipient));
  }
  return absl::OkStatus();
}

}  // namespace gatepost::exchange
