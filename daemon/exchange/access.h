#ifndef GATEPOST_DAEMON_EXCHANGE_ACCESS_H_
#define GATEPOST_DAEMON_EXCHANGE_ACCESS_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "certs/identity.h"
#include "daemon/exchange/intake.h"
#include "daemon/exchange/terms.h"
#include "gatepost/v1/message.pb.h"

// Who may do what whatever the policy says, deny by default; the policy comes on top
// (caller_rights.h, policy_authority.h).
namespace gatepost::exchange {

// What a caller wants from the node.
enum class Act {
  kRead,       // Get, list, watch, status, pictures, register.
  kSubmit,     // Hand in a signed message.
  kLink,       // Be the other node of a link.
  kAudit,      // List, compare and copy the log.
  kAuditLink,  // Ask what proves one message, or one entry, of a link (audit/audit_view.h).
  kAdmin,      // See to the node itself.
};

// As call rules name it (domain::kCallActs); empty for kLink, which no rule gives.
std::string_view ActName(Act act);

enum class ByName { kMay, kPolicySays };

// May the holder of a TLS certificate call this, as far as his name says? REASON_NOT_ALLOWED says
// who may.
// - Nodes only link, and only the peers of configured links.
// - Everybody else must belong to the node's own trust domain.
// - Auditors of a peer's trust domain may audit what is of their link.
// - What the others of the own domain may, the policy says.
absl::StatusOr<ByName> MayByName(const NodeTerms& node, const LinkTermsByPeer& links,
                                 const certs::Identity& caller, Act act);

// domain::MayAuthor, asked at the origin's door and again by every recipient.
absl::Status MayAuthor(const certs::Identity& author, const v1::Message& message);

// The same for a message that was opened, and domain::MayBatch for one that came in a batch.
absl::Status MayAuthor(const OpenedMessage& opened);

// May the caller hand in a message of this author? His own, or one of his own agency.
absl::Status MayHandIn(const certs::Identity& caller, const certs::Identity& author);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_ACCESS_H_
