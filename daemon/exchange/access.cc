#include "daemon/exchange/access.h"

#include <algorithm>
#include <string>

#include "daemon/domain/author_rules.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

using certs::Role;

absl::Status NotAllowed(std::string_view wanted, const certs::SpiffeId& who,
                        std::string_view todo) {
  return system::Refuse(v1::REASON_NOT_ALLOWED, wanted, who.ToString(), todo);
}

bool IsAuditorOfALink(const LinkTermsByPeer& links, const certs::SpiffeId& caller) {
  return caller.role() == Role::kAuditor && std::ranges::any_of(links, [&](const auto& link) {
           return link.second.peer_spiffe_id.trust_domain() == caller.trust_domain();
         });
}

}  // namespace

std::string_view ActName(Act act) {
  switch (act) {
    case Act::kRead:
      return "READ";
    case Act::kSubmit:
      return "SUBMIT";
    case Act::kAudit:
      return "AUDIT";
    case Act::kAuditLink:
      return "AUDIT_LINK";
    case Act::kAdmin:
      return "ADMIN";
    case Act::kLink:
      break;
  }
  return "";
}

absl::StatusOr<ByName> MayByName(const NodeTerms& node, const LinkTermsByPeer& links,
                                 const certs::Identity& caller, Act act) {
  if (act == Act::kLink) {
    for (const auto& [peer, terms] : links) {
      if (terms.peer_spiffe_id == caller.id) return ByName::kMay;
    }
    return NotAllowed("the node at the other end of a configured link", caller.id,
                      "configure a link agreement with this node, or dial the right one");
  }
  if (caller.id.role() == Role::kNode) {
    return NotAllowed("a person or system of an agency", caller.id,
                      "nodes use the link service only; call with an agency's certificate");
  }
  if (act == Act::kAuditLink && IsAuditorOfALink(links, caller.id)) return ByName::kMay;
  if (caller.id.trust_domain() != node.spiffe_id.trust_domain()) {
    return NotAllowed(fmt::format("a caller of trust domain {}", node.spiffe_id.trust_domain()),
                      caller.id, "call your own side's node");
  }
  return ByName::kPolicySays;
}

absl::Status MayAuthor(const certs::Identity& author, const v1::Message& message) {
  return domain::MayAuthor(author.id.ToString(), certs::RoleName(author.id.role()), message);
}

absl::Status MayAuthor(const OpenedMessage& opened) {
  GATEPOST_RETURN_IF_ERROR(MayAuthor(opened.author, opened.message));
  return opened.batched ? domain::MayBatch(opened.message) : absl::OkStatus();
}

absl::Status MayHandIn(const certs::Identity& caller, const certs::Identity& author) {
  if (caller.id == author.id) return absl::OkStatus();
  if (caller.id.trust_domain() == author.id.trust_domain() &&
      caller.id.agency() == author.id.agency()) {
    return absl::OkStatus();
  }
  return NotAllowed(fmt::format("a message of agency {}", caller.id.agency()), author.id,
                    "hand it in through a caller of the author's own agency");
}

}  // namespace gatepost::exchange
