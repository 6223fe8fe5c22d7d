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

// Whether somebody of the author's side who signed it is one of these.
bool IsSignedByOneOf(const std::vector<std::string>& ids, const OpenedMessage& opened) {
  const auto named = [&](const std::string& id) { return std::ranges::find(ids, id) != ids.end(); };
  return named(opened.author.id.ToString()) ||
         std::ranges::any_of(opened.signers, [&](const certs::Identity& signer) {
           return signer.id.trust_domain() == opened.author.id.trust_domain() &&
                  named(signer.id.ToString());
         });
}

absl::Status NotAnAuthority(std::string_view peer, const std::vector<std::string>& named,
                            const OpenedMessage& opened) {
  return system::Refuse(
      v1::REASON_NOT_AN_AUTHORITY,
      fmt::format("an authority of {} in the agreement of the link to {}: {}",
                  opened.author.id.trust_domain(), peer,
                  named.empty() ? "none is named" : fmt::to_string(fmt::join(named, ", "))),
      opened.author.id.ToString(), "have one of them write it, or agree on who may");
}

}  // namespace

absl::StatusOr<bool> IsFirstRoster(const store::Reader& store, const OpenedMessage& opened) {
  if (!opened.message.has_roster() || opened.newer_schema ||
      opened.message.header().has_emergency()) {
    return false;
  }
  GATEPOST_ASSIGN_OR_RETURN(const uint32_t newest,
                            store.NewestRosterVersion(opened.author.id.trust_domain()));
  return newest == 0;
}

absl::Status MayCross(const Rosters& rosters, const store::Reader& store, const LinkTerms& link,
                      const OpenedMessage& opened, absl::Time at) {
  GATEPOST_RETURN_IF_ERROR(CheckInRoster(rosters, store, opened, at));
  if (link.rules == nullptr) return absl::OkStatus();
  GATEPOST_RETURN_IF_ERROR(link.rules->CheckFamily(opened.message));
  return link.rules->CheckScope(opened.message, DayOf(at));
}

absl::StatusOr<std::vector<domain::StillNeeded>> AgreedNeeds(const Rosters& rosters,
                                                             const store::Reader& store,
                                                             const LinkTerms& link,
                                                             const OpenedMessage& opened,
                                                             absl::Time at) {
  if (link.rules == nullptr || !link.rules->asks()) return std::vector<domain::StillNeeded>();
  GATEPOST_ASSIGN_OR_RETURN(const bool first, IsFirstRoster(store, opened));
  if (first) return std::vector<domain::StillNeeded>();
  // Only the author's own side: somebody of the other one is no second pair of eyes for it.
  std::vector<certs::Identity> own_side;
  std::ranges::copy_if(opened.signers, std::back_inserter(own_side), [&](const auto& signer) {
    return signer.id.trust_domain() == opened.author.id.trust_domain();
  });
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<domain::SignerRoles> signers,
                            rosters.RolesOf(store, own_side, at));
  const bool of_peer = opened.author.id.trust_domain() == link.peer_spiffe_id.trust_domain();
  return link.rules->Needed(opened.message, of_peer ? link.peer_country : link.own_country, signers,
                            DayOf(at));
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
  const std::vector<std::string> none;
  if (opened.author.id.trust_domain() != own_domain) {
    const auto link = links.find(header.origin_node());
    const auto& named = link == links.end() ? none : link->second.peer_authorities;
    if (IsSignedByOneOf(named, opened)) return absl::OkStatus();
    return NotAnAuthority(header.origin_node(), named, opened);
  }
  bool speaks = false;
  for (const std::string& recipient : header.recipient_nodes()) {
    const auto link = links.find(recipient);
    const auto& named = link == links.end() ? none : link->second.own_authorities;
    if (named.empty()) return NotAnAuthority(recipient, named, opened);
    speaks |= std::ranges::find(named, header.author()) != named.end();
  }
  if (speaks || header.recipient_nodes().empty()) return absl::OkStatus();
  const std::string& first = header.recipient_nodes(0);
  return NotAnAuthority(first, links.at(first).own_authorities, opened);
}

std::vector<domain::StillNeeded> AuthorityNeeds(const LinkTerms& link,
                                                const OpenedMessage& opened) {
  const bool speaks = opened.message.has_roster() || opened.message.has_key_announcement();
  if (!speaks || opened.newer_schema || IsSignedByOneOf(link.own_authorities, opened)) return {};
  return {{{fmt::format("authority-of-{}", link.peer_node)}, 1}};
}

}  // namespace gatepost::exchange
