#ifndef GATEPOST_DAEMON_EXCHANGE_ACCESS_H_
#define GATEPOST_DAEMON_EXCHANGE_ACCESS_H_

#include <string_view>

#include "absl/status/status.h"
#include "certs/identity.h"
#include "daemon/exchange/intake.h"
#include "daemon/exchange/terms.h"
#include "gatepost/v1/message.pb.h"

// Who may do what: fixed rights, deny by default. Everything that asks for leave asks here.
namespace gatepost::exchange {

// What a caller wants from the node.
enum class Act {
  kRead,       // Get, list, watch, status, pictures, register.
  kSubmit,     // Hand in a signed message.
  kLink,       // Be the other node of a link.
  kAudit,      // List, compare and copy the log.
  kAuditLink,  // Ask what proves one message, or one entry, of a link (audit/audit_view.h).
};

// May the holder of a TLS certificate call this? REASON_NOT_ALLOWED says who may.
// - Nodes only link, and only the peers of configured links.
// - Everybody else must belong to the node's own trust domain.
// - Clerks, services and officers read and submit; auditors only read.
// - Auditors and officers audit; auditors of a peer's trust domain only what is of their link.
absl::Status MayCall(const NodeTerms& node, const LinkTermsByPeer& links,
                     const certs::Identity& caller, Act act);

// domain::MayAuthor, asked at the origin's door and again by every recipient.
absl::Status MayAuthor(const certs::Identity& author, const v1::Message& message);

// The same for a message that was opened, and domain::MayBatch for one that came in a batch.
absl::Status MayAuthor(const OpenedMessage& opened);

// May the caller hand in a message of this author? His own, or one of his own agency.
absl::Status MayHandIn(const certs::Identity& caller, const certs::Identity& author);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_ACCESS_H_
