#ifndef GATEPOST_DAEMON_EXCHANGE_AUDIT_EVIDENCE_LEAVES_H_
#define GATEPOST_DAEMON_EXCHANGE_AUDIT_EVIDENCE_LEAVES_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/exchange/audit/audit_view.h"
#include "daemon/exchange/log_book.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "gatepost/v1/audit_service.pb.h"

namespace gatepost::exchange {

// The leaves of both logs that say something of one message, each once, by log (this node's first)
// and index, as far as `view` shows them:
// - here: ACCEPTED or DELIVERED, an OVERRIDE, RECEIPT of each recipient, FETCHED and READ of one
//   that was received, DECIDED, PURGED;
// - the peers', as they gave them: receipts, FETCHED and READ of one that was sent, decisions.
absl::StatusOr<std::vector<v1::EvidenceLeaf>> LeavesAbout(const store::Reader& store,
                                                          const LogBook& log, const NodeTerms& node,
                                                          const AuditView& view,
                                                          const store::MessageRecord& record);

// The peers whose link the message crossed, as far as `view` shows them.
absl::StatusOr<std::set<std::string>> PeersOf(const store::Reader& store, const AuditView& view,
                                              const store::MessageRecord& record);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AUDIT_EVIDENCE_LEAVES_H_
