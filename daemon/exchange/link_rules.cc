#include "daemon/exchange/link_rules.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "daemon/domain/authority/agreed_rules.h"
#include "daemon/domain/authority/roster_roles.h"
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

}  // namespace

absl::Status MayCross(const Rosters& rosters, const store::Reader& store, const LinkTerms& link,
                      const OpenedMessage& opened, absl::Time at) {
  GATEPOST_ASSIGN_OR_RETURN(const auto roster, RosterOf(rosters, store, opened, at));
  GATEPOST_RETURN_IF_ERROR(
      domain::CheckInRoster(roster.get(), opened.message, NamedBy(opened.author.id)));
  if (link.rules == nullptr) return absl::OkStatus();
  return link.rules->CheckScope(opened.message, domain::RulesDay(at));
}

absl::StatusOr<std::vector<domain::StillNeeded>> AgreedNeeds(const Rosters& rosters,
                                                             const store::Reader& store,
                                                             const LinkTerms& link,
                                                             const OpenedMessage& opened,
                                                             absl::Time at) {
  if (link.rules == nullptr || !link.rules->asks()) return std::vector<domain::StillNeeded>();
  GATEPOST_ASSIGN_OR_RETURN(const auto roster, RosterOf(rosters, store, opened, at));
  domain::SignedMessage asked{opened.message, NamedBy(opened.author.id), opened.author.country, {}};
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

absl::Status CheckAnnouncement(const LinkTermsByPeer& links, std::string_view own_domain,
                               const OpenedMessage& opened) {
  if (!opened.message.has_key_announcement()) return absl::OkStatus();
  GATEPOST_RETURN_IF_ERROR(CheckAuthority(links, own_domain, opened));
  const std::string& subject = opened.message.key_announcement().subject();
  const absl::StatusOr<certs::SpiffeId> whose = certs::SpiffeId::Parse(subject);
  if (whose.ok() && whose->trust_domain() == opened.author.id.trust_domain()) {
    return absl::OkStatus();
  }
  return system::Refuse(
      v1::REASON_FIELD_CONFLICT,
      fmt::format("a subject of trust domain {}", opened.author.id.trust_domain()), subject,
      "each side announces its own keys");
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
