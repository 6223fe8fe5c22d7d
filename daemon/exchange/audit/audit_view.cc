#include "daemon/exchange/audit/audit_view.h"

#include <algorithm>
#include <vector>

#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

// Leaves about what an auditor read stay with the side that owns the log.
bool IsReading(std::string_view event) {
  return event == ledger::event::kAuditRead || event == ledger::event::kExported;
}

// What says of a message, naming no peer, only what its recipients were told with it.
bool IsToldWithMessage(std::string_view event) {
  return event == ledger::event::kAccepted || event == ledger::event::kOverride;
}

}  // namespace

AuditView::AuditView(const NodeTerms& node, const LinkTermsByPeer& links,
                     const certs::Identity& caller)
    : whole_(caller.id.trust_domain() == node.spiffe_id.trust_domain()) {
  for (const auto& [peer, link] : links) {
    if (link.peer_spiffe_id.trust_domain() == caller.id.trust_domain()) peers_.insert(peer);
  }
}

bool AuditView::SeesPeer(std::string_view peer) const { return whole_ || peers_.contains(peer); }

absl::StatusOr<bool> AuditView::SeesMessage(const store::Reader& store,
                                            const store::MessageRecord& record) const {
  if (whole_) return true;
  if (!record.received_from.empty()) return SeesPeer(record.received_from);
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> places,
                            store.OutgoingOf(record.row));
  return std::ranges::any_of(places, [&](const auto& place) { return SeesPeer(place.peer); });
}

absl::StatusOr<bool> AuditView::SeesLeaf(const store::Reader& store, const ledger::Leaf& leaf,
                                         const store::MessageRecord* about) const {
  if (whole_) return true;
  if (IsReading(leaf.event)) return false;
  if (!leaf.peer.empty()) return SeesPeer(leaf.peer);
  if (about == nullptr || !IsToldWithMessage(leaf.event)) return false;
  return SeesMessage(store, *about);
}

}  // namespace gatepost::exchange
