#include "daemon/exchange/link_rules.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "daemon/domain/authority/agreed_rules.h"
#include "daemon/domain/authority/roster_roles.h"
#include "daemon/domain/field_rules.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace gatepost::exchange {

namespace {

// The roster of the author's side in force at `at`; null: none.
absl::StatusOr<std::shared_ptr<const v1::Roster>> RosterOf(const Rosters& rosters,
                                                           const store::Reader& store,
                                                           const OpenedMessage& opened,
                                                           absl::Time at) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<Rosters::InForce> in_force,
                            rosters.At(store, opened.author.id.trust_domain(), at));
  return in_force.has_value() ? in_force->roster : nullptr;
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

// Whether it is a roster, and none of its author's domain is held.
absl::StatusOr<bool> HasNoneBefore(const store::Reader& store, const OpenedMessage& opened) {
  if (!opened.message.has_roster() || opened.message.header().has_emergency()) return false;
  GATEPOST_ASSIGN_OR_RETURN(const uint32_t newest,
                            store.NewestRosterVersion(opened.author.id.trust_domain()));
  return newest == 0;
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
  if (opened.newer_schema) return false;
  return HasNoneBefore(store, opened);
}

absl::Status MayCross(const Rosters& rosters, const store::Reader& store, const LinkTerms& link,
                      const OpenedMessage& opened, absl::Time at) {
  GATEPOST_ASSIGN_OR_RETURN(const auto roster, RosterOf(rosters, store, opened, at));
  GATEPOST_RETURN_IF_ERROR(
      domain::CheckInRoster(roster.get(), opened.message, NamedBy(opened.author.id)));
  if (link.rules == nullptr) return absl::OkStatus();
  GATEPOST_RETURN_IF_ERROR(link.rules->CheckFamily(opened.message));
  return link.rules->CheckScope(opened.message, domain::RulesDay(at));
}

absl::StatusOr<std::vector<domain::StillNeeded>> AgreedNeeds(const Rosters& rosters,
                                                             const store::Reader& store,
                                                             const LinkTerms& link,
                                                             const OpenedMessage& opened,
                                                             absl::Time at) {
  if (link.rules == nullptr || !link.rules->asks()) return std::vector<domain::StillNeeded>();
  const bool of_peer = opened.author.id.trust_domain() == link.peer_spiffe_id.trust_domain();
  GATEPOST_ASSIGN_OR_RETURN(const bool first, HasNoneBefore(store, opened));
  // One of a newer schema is carried; the desk, which asks for the authority else, never sees it.
  if (first && (!opened.newer_schema ||
                IsSignedByOneOf(of_peer ? link.peer_authorities : link.own_authorities, opened))) {
    return std::vector<domain::StillNeeded>();
  }
  GATEPOST_ASSIGN_OR_RETURN(const auto roster, RosterOf(rosters, store, opened, at));
  domain::SignedMessage asked{opened.message,
                              NamedBy(opened.author.id),
                              of_peer ? link.peer_country : link.own_country,
                              {}};
  for (const certs::Identity& signer : opened.signers) asked.signers.push_back(NamedBy(signer.id));
  return domain::NeededBy(*link.rules, asked, roster.get(), at);
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

absl::Status CheckReachesAll(const LinkTermsByPeer& links, const OpenedMessage& opened,
                             bool (*concerned)(const LinkTerms&), std::string_view wanted,
                             std::string_view because) {
  const auto& recipients = opened.message.header().recipient_nodes();
  for (const auto& [peer, link] : links) {
    if (!concerned(link) || std::ranges::find(recipients, peer) != recipients.end()) continue;
    return domain::Conflict(fmt::format("recipient_nodes: {}", wanted),
                            fmt::format("all but {}", peer),
                            fmt::format("name it too: {}", because));
  }
  return absl::OkStatus();
}

std::vector<domain::StillNeeded> AuthorityNeeds(const LinkTerms& link,
                                                const OpenedMessage& opened) {
  const bool speaks = opened.message.has_roster() || opened.message.has_key_announcement();
  if (!speaks || opened.newer_schema || IsSignedByOneOf(link.own_authorities, opened)) return {};
  return {{{fmt::format("authority-of-{}", link.peer_node)}, 1}};
}

}  // namespace gatepost::exchange
