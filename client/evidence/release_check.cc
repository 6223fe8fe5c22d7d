#include "client/evidence/release_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "certs/spiffe_id.h"
#include "client/evidence/entries.h"
#include "daemon/config/agreement_rules.h"
#include "daemon/domain/authority/roster_roles.h"
#include "daemon/domain/authority/roster_rules.h"
#include "daemon/domain/unknown_content.h"

namespace gatepost::evidence {
namespace {

// An entry's place in its log; later ones are larger.
std::pair<uint64_t, uint64_t> PlaceOf(const ProvedEntry& entry) {
  return {entry.leaf.epoch, entry.index};
}

// What was verified and can be understood.
bool IsRead(const MessageFacts& message) {
  return message.message.has_header() && !domain::HasUnknown(message.message);
}

domain::Named NamedBy(const certs::SpiffeId& id) {
  return {id.ToString(), std::string(id.trust_domain()), std::string(certs::RoleName(id.role()))};
}

domain::GateRegister NoGates() {
  config::v1::GateRegister empty;
  empty.set_version("none");
  return *domain::GateRegister::FromProto(empty);
}

// The rules of an agreement, as far as they are known without its gates: those that certainly ask,
// and those that ask when every gate is taken for theirs.
struct Rules {
  domain::AgreedRules least;
  domain::AgreedRules most;
};

bool IsAboutGates(const config::v1::ReleaseRule& rule) {
  return !rule.subject().gate_classes().empty() || !rule.subject().scope_ids().empty();
}

Rules RulesOf(const config::v1::LinkAgreement& agreement,
              const std::optional<domain::GateRegister>& gates) {
  if (gates.has_value()) {
    const domain::AgreedRules rules = config::AgreedRulesOf(agreement, *gates);
    return {rules, rules};
  }
  config::v1::LinkAgreement least = agreement;
  config::v1::LinkAgreement most = agreement;
  least.clear_release_rules();
  most.clear_release_rules();
  for (const config::v1::ReleaseRule& rule : agreement.release_rules()) {
    if (!IsAboutGates(rule)) *least.add_release_rules() = rule;
    config::v1::ReleaseRule& any = *most.add_release_rules();
    any = rule;
    any.mutable_subject()->clear_gate_classes();
    any.mutable_subject()->clear_scope_ids();
  }
  return {config::AgreedRulesOf(least, NoGates()), config::AgreedRulesOf(most, NoGates())};
}

class Release {
 public:
  Release(const Anchors& anchors, const std::string& exporter,
          const std::optional<domain::GateRegister>& gates,
          const std::vector<MessageFacts>& messages, Found& found)
      : anchors_(anchors), exporter_(exporter), found_(found) {
    for (const config::LinkAgreement& agreement : anchors.agreements()) {
      rules_.emplace(&agreement, RulesOf(agreement.file.value, gates));
    }
    for (const MessageFacts& message : messages) {
      if (IsRead(message) && message.message.has_roster()) rosters_.push_back(&message);
    }
  }

  void Check(const MessageFacts& message) {
    const absl::StatusOr<certs::SpiffeId> author = certs::SpiffeId::Parse(message.author);
    if (!author.ok()) return;  // Found when its header was checked.
    for (const ProvedEntry& entry : message.entries) {
      if (!IsFirst(entry.leaf) || IsRefused(entry.leaf)) continue;
      const Links links = LinksOf(message, entry);
      if (message.message.has_roster()) CheckRoster(message, *author, entry, links);
      for (const config::LinkAgreement* link : links) {
        CheckEntry(message, *author, entry, *link);
      }
    }
    for (const std::string& note : notes_) found_.Note(note);
    notes_.clear();
  }

 private:
  using Links = std::vector<const config::LinkAgreement*>;

  // The agreements that an entry has to do with: of the origin's those with each recipient, of a
  // recipient's its own with the origin.
  Links LinksOf(const MessageFacts& message, const ProvedEntry& entry) const {
    const v1::MessageHeader& header = message.message.header();
    Links links;
    const auto add = [&](const std::string& other) {
      const config::LinkAgreement* link = anchors_.Between(header.origin_node(), other);
      if (link != nullptr) links.push_back(link);
    };
    if (entry.node != header.origin_node()) {
      add(entry.node);
      return links;
    }
    for (const std::string& recipient : header.recipient_nodes()) add(recipient);
    return links;
  }

  static const config::AgreedNode* SideOf(const certs::SpiffeId& author,
                                          const config::LinkAgreement& link) {
    const auto side = std::ranges::find_if(link.nodes, [&](const config::AgreedNode& node) {
      return node.spiffe_id.trust_domain() == author.trust_domain();
    });
    return side == link.nodes.end() ? nullptr : &*side;
  }

  // One of its signers of the author's side speaks for that side, as nodes ask it too: at the
  // origin by one of its links, elsewhere by the link that it came over.
  static bool IsByAuthority(const MessageFacts& message, const certs::SpiffeId& author,
                            const Links& links) {
    return std::ranges::any_of(links, [&](const config::LinkAgreement* link) {
      const config::AgreedNode* const side = SideOf(author, *link);
      if (side == nullptr) return false;
      const auto& named = side->stated.authorities();
      return std::ranges::any_of(message.signatures, [&](const SignedBy& signer) {
        return std::ranges::find(named, signer.spiffe_id) != named.end();
      });
    });
  }

  // What every node asks of a roster by itself.
  void CheckRoster(const MessageFacts& message, const certs::SpiffeId& author,
                   const ProvedEntry& entry, const Links& links) {
    if (links.empty()) return;  // Nothing here says who speaks for that side.
    const std::string where = message.folder + "/envelope.pb";
    AddOnce(where, domain::ValidateRoster(message.message.roster(), message.message.header(),
                                          author.trust_domain()));
    AddOnce(where, domain::CheckNotAhead(message.message.roster(), entry.leaf.time));
    if (IsByAuthority(message, author, links)) return;
    const v1::MessageHeader& header = message.message.header();
    if (entry.node == header.origin_node() &&
        links.size() < static_cast<size_t>(header.recipient_nodes_size())) {
      AddOnce(where, system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE,
                                    "the link agreements with all recipients of the roster, one of "
                                    "which names its author",
                                    "not all of them", "name them all"));
      return;
    }
    AddOnce(where,
            system::Refuse(
                v1::REASON_NOT_AN_AUTHORITY,
                fmt::format("an authority of {} in your link agreement", author.trust_domain()),
                author.ToString(), "do not rely on it; ask that side who wrote it"));
  }

  // The message whose roster is in force at the entry, in its log; null when none is shown.
  const MessageFacts* InForce(const certs::SpiffeId& author, const ProvedEntry& entry) const {
    const MessageFacts* newest = nullptr;
    for (const MessageFacts* candidate : rosters_) {
      const v1::Roster& roster = candidate->message.roster();
      const absl::StatusOr<certs::SpiffeId> by = certs::SpiffeId::Parse(candidate->author);
      if (roster.trust_domain() != author.trust_domain() || !by.ok()) continue;
      const bool before = std::ranges::any_of(candidate->entries, [&](const ProvedEntry& other) {
        return other.node == entry.node && IsFirst(other.leaf) && !IsRefused(other.leaf) &&
               PlaceOf(other) < PlaceOf(entry) &&
               IsByAuthority(*candidate, *by, LinksOf(*candidate, other)) &&
               domain::CheckNotAhead(roster, other.leaf.time).ok();
      });
      if (before && (newest == nullptr || newest->message.roster().version() < roster.version())) {
        newest = candidate;
      }
    }
    return newest;
  }

  void CheckEntry(const MessageFacts& message, const certs::SpiffeId& author,
                  const ProvedEntry& entry, const config::LinkAgreement& link) {
    const config::AgreedNode* const side = SideOf(author, link);
    if (side == nullptr) return;  // Found when its header was checked.
    const MessageFacts* const shown = InForce(author, entry);
    const v1::Roster* const roster = shown == nullptr ? nullptr : &shown->message.roster();
    const Rules& rules = rules_.at(&link);
    domain::SignedMessage asked{message.message, NamedBy(author), side->stated.country(), {}};
    const auto needed = [&](const domain::AgreedRules& by) {
      return domain::NeededBy(by, asked, roster, entry.leaf.time);
    };
    // Nobody has roles before the first roster: it needs the signature of an authority alone.
    const bool first = message.message.has_roster() && message.message.roster().version() == 1 &&
                       !message.message.header().has_emergency();
    const bool asks = !first && !needed(rules.most).empty();  // Where nobody has signed.
    for (const SignedBy& signer : message.signatures) {
      const absl::StatusOr<certs::SpiffeId> id = certs::SpiffeId::Parse(signer.spiffe_id);
      if (id.ok()) asked.signers.push_back(NamedBy(*id));
    }
    if (roster == nullptr) {
      // Another log may have rosters that its own bundle shows.
      if (!asks || entry.node != exporter_) return;
      return AddOnce(message.folder,
                     system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE,
                                    fmt::format("the roster of {} that {} had at entry {}, since "
                                                "the link agreement asks for signatures by roles",
                                                author.trust_domain(), entry.node, entry.index),
                                    "none in the bundle", "have the bundle exported again"));
    }
    const std::string where = message.folder + "/envelope.pb";
    AddOnce(where, domain::CheckInRoster(roster, message.message, asked.author));
    if (!asks) return NoteRoles(message, asked, *shown);
    if (const auto missing = needed(rules.least); !missing.empty()) {
      return AddOnce(
          where,
          system::Refuse(v1::REASON_SIGNATURES_MISSING,
                         "the signatures that the link agreement asks for",
                         fmt::format("{} of {} signer(s); still needed: {}", author.ToString(),
                                     asked.signers.size(), domain::NeededText(missing)),
                         "do not rely on it; it may not have left, nor been applied"));
    }
    if (const auto missing = needed(rules.most); !missing.empty()) {
      return AddOnce(where,
                     system::Refuse(v1::REASON_EVIDENCE_INCOMPLETE,
                                    "the gate register, to tell whether rules of the link "
                                    "agreement are about this message's gates",
                                    fmt::format("none; if they are, still needed: {}",
                                                domain::NeededText(missing)),
                                    "check it with the register that belongs to this program"));
    }
    NoteRoles(message, asked, *shown);
  }

  void NoteRoles(const MessageFacts& message, const domain::SignedMessage& asked,
                 const MessageFacts& shown) {
    const v1::Roster& roster = shown.message.roster();
    std::vector<std::string> roles;
    for (const domain::Named& signer : asked.signers) {
      if (signer.trust_domain != asked.author.trust_domain) continue;
      const std::set<std::string> has = domain::RolesIn(&roster, signer);
      roles.push_back(fmt::format("{} as {}", signer.spiffe_id,
                                  has.empty() ? "nobody" : fmt::to_string(fmt::join(has, ", "))));
    }
    notes_.insert(
        fmt::format("{}: signed, by roster {} of {} ({}), by {}; that no later roster "
                    "was in force is not shown",
                    message.folder, roster.version(), roster.trust_domain(), shown.folder,
                    fmt::join(roles, "; ")));
  }

  // Several entries and agreements may say the same.
  void AddOnce(const std::string& where, const absl::Status& why) {
    if (!why.ok() && said_.emplace(where, std::string(why.message())).second)
      found_.Add(where, why);
  }

  const Anchors& anchors_;
  const std::string& exporter_;
  Found& found_;
  std::map<const config::LinkAgreement*, Rules> rules_;
  std::vector<const MessageFacts*> rosters_;
  std::set<std::string> notes_;
  std::set<std::pair<std::string, std::string>> said_;
};

}  // namespace

void CheckRelease(const Anchors& anchors, const std::string& exporter,
                  const std::optional<domain::GateRegister>& gates,
                  const std::vector<MessageFacts>& messages, Found& found) {
  Release release(anchors, exporter, gates, messages, found);
  for (const MessageFacts& message : messages) {
    if (IsRead(message)) release.Check(message);
  }
}

}  // namespace gatepost::evidence
