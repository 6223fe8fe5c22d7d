#ifndef GATEPOST_DAEMON_EXCHANGE_AUDIT_AUDIT_VIEW_H_
#define GATEPOST_DAEMON_EXCHANGE_AUDIT_AUDIT_VIEW_H_

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "certs/identity.h"
#include "daemon/exchange/terms.h"
#include "daemon/ledger/leaf.h"
#include "daemon/store/store.h"

namespace gatepost::exchange {

// How much of the log a caller may see, once he was admitted (Act::kAudit, Act::kAuditLink). The
// node's own side sees everything. An auditor of a peer's trust domain sees what crossed his side's
// links, and neither what passed on other links nor what people here did among themselves; whatever
// he may not see is, for him, not there. A value.
class AuditView {
 public:
  // All of it.
  AuditView() : whole_(true) {}
  AuditView(const NodeTerms& node, const LinkTermsByPeer& links, const certs::Identity& caller);

  // Only what is of the links to these peers.
  explicit AuditView(std::set<std::string, std::less<>> peers)
      : whole_(false), peers_(std::move(peers)) {}

  // Everything is to be seen.
  bool whole() const { return whole_; }

  // What is of the link to `peer`.
  bool SeesPeer(std::string_view peer) const;

  // A message: one that was sent to, or received from, a peer that is to be seen.
  absl::StatusOr<bool> SeesMessage(const store::Reader& store,
                                   const store::MessageRecord& record) const;

  // A leaf of the own log. `about` is the message that it is about; nullptr: none that is held.
  absl::StatusOr<bool> SeesLeaf(const store::Reader& store, const ledger::Leaf& leaf,
                                const store::MessageRecord* about) const;

 private:
  bool whole_;
  std::set<std::string, std::less<>> peers_;  // Where not whole.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AUDIT_AUDIT_VIEW_H_
