#ifndef GATEPOST_DAEMON_EXCHANGE_AUDIT_EVIDENCE_SUPPORT_H_
#define GATEPOST_DAEMON_EXCHANGE_AUDIT_EVIDENCE_SUPPORT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"

namespace gatepost::exchange {

// Messages by row.
using MessagesByRow = std::map<int64_t, store::MessageRecord>;

// The messages beside `asked` that whoever checks their evidence needs, as this node holds them:
// - what was announced about the log and witness keys of this node and of the peers in `crossed`;
// - for each of all these, the roster of its author's side that was in force when it came; for a
//   roster only where release rules of the links to `crossed` ask for signatures on it.
// Where several rosters came in one microsecond with a message, one may be left out.
// Errors of the store.
absl::StatusOr<MessagesByRow> SupportFor(const store::Reader& store, const NodeTerms& node,
                                         const LinkTermsByPeer& links,
                                         const std::set<std::string, std::less<>>& crossed,
                                         const MessagesByRow& asked);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AUDIT_EVIDENCE_SUPPORT_H_
