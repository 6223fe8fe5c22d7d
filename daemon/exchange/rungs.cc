#include "daemon/exchange/rungs.h"

#include <algorithm>
#include <utility>

#include "certs/spiffe_id.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

std::string AgencyOf(std::string_view spiffe_id) {
  const absl::StatusOr<certs::SpiffeId> id = certs::SpiffeId::Parse(spiffe_id);
  return id.ok() ? std::string(id->agency()) : "";
}

bool CountsAsFetched(const store::MessageRecord& record) {
  return !record.received_from.empty() &&
         (record.standing == v1::RUNG_APPLIED || record.standing == v1::RUNG_CARRIED);
}

bool HoldsRung(const std::vector<store::RungRecord>& rungs, v1::Rung rung, std::string_view actor) {
  return std::any_of(rungs.begin(), rungs.end(), [&](const store::RungRecord& held) {
    if (held.rung != rung) return false;
    return held.actor == actor ||
           (rung == v1::RUNG_FETCHED && AgencyOf(held.actor) == AgencyOf(actor));
  });
}

absl::Status GiveRung(CommitScope& scope, const store::MessageRecord& about, const RungFact& fact) {
  if (about.received_from.empty() || scope.again) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::RungRecord> rungs,
                            scope.store.RungsOf(about.row));
  if (rungs.size() >= kMostRungsOfMessage || HoldsRung(rungs, fact.rung, fact.actor)) {
    return absl::OkStatus();
  }
  ledger::Leaf leaf;
  leaf.event = fact.rung == v1::RUNG_READ ? ledger::event::kRead : ledger::event::kFetched;
  leaf.actor = fact.actor;
  leaf.peer = about.received_from;
  leaf.object = MessageObject(about.message_id);
  leaf.pae = about.pae;
  leaf.signatures = about.signatures;
  leaf.result = fact.result;
  leaf.detail = fact.detail;
  store::RungRecord record;
  record.peer = about.received_from;
  record.given = true;
  record.message_row = about.row;
  record.rung = fact.rung;
  record.actor = fact.actor;
  record.epoch = scope.log.draft_epoch();
  GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope.store.Link(record.peer));
  GATEPOST_ASSIGN_OR_RETURN(record.leaf_index, scope.log.Add(std::move(leaf)));
  record.number = ++link.last_rung_given;
  GATEPOST_RETURN_IF_ERROR(scope.store.PutRung(record));
  return scope.store.PutLink(link);
}

}  // namespace gatepost::exchange
