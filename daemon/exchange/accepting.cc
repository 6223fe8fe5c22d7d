#include "daemon/exchange/accepting.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "daemon/exchange/naming.h"
#include "daemon/exchange/unreadable_hours.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"
#include "gatepost/storage/v1/findings.pb.h"

namespace gatepost::exchange {

namespace {

std::string Serialized(const std::vector<v1::Finding>& findings) {
  storage::v1::StoredFindings stored;
  for (const v1::Finding& finding : findings) *stored.add_findings() = finding;
  return stored.SerializeAsString();
}

int FailedSums(const std::vector<v1::Finding>& findings) {
  return static_cast<int>(std::count_if(findings.begin(), findings.end(), [](const auto& finding) {
    return finding.severity() == v1::SEVERITY_ERROR;
  }));
}

// `leaf` is about the message already.
absl::Status LogEmergency(CommitScope& scope, ledger::Leaf leaf,
                          std::optional<absl::Duration> countersign_within) {
  leaf.event = ledger::event::kOverride;
  leaf.result = "EMERGENCY";
  leaf.detail.clear();
  if (countersign_within.has_value()) {
    leaf.detail = ledger::kCountersignBy + absl::FormatTime("%Y-%m-%dT%H:%M:%SZ",
                                                            scope.now + *countersign_within,
                                                            absl::UTCTimeZone());
  }
  return scope.log.Add(std::move(leaf)).status();
}

}  // namespace

absl::StatusOr<store::MessageRecord> EnterAccepted(CommitScope& scope, const Accepting& parts,
                                                   const OpenedMessage& opened,
                                                   const Judgement& judgement, std::string detail) {
  const v1::Message& message = opened.message;
  ledger::Leaf leaf;
  leaf.event = ledger::event::kAccepted;
  leaf.actor = message.header().author();
  leaf.object = MessageObject(message.header().message_id());
  leaf.pae = opened.pae;
  leaf.signatures = opened.signatures;
  leaf.result = ResultWord(opened, judgement);
  leaf.detail = std::move(detail);
  store::MessageRecord record = RecordOf(opened, parts.node, scope.now);
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::HeldRecord> held,
                            scope.store.Held(opened.pae));
  if (held.has_value()) {
    record.reference = held->reference;
    GATEPOST_RETURN_IF_ERROR(scope.store.RemoveHeld(held->row));
  }
  GATEPOST_ASSIGN_OR_RETURN(record.leaf_index, scope.log.Add(leaf));
  if (message.yard_report().has_override()) {
    leaf.event = ledger::event::kOverride;
    leaf.result = fmt::format("FAILED_SUMS:{}", FailedSums(judgement.findings));
    GATEPOST_RETURN_IF_ERROR(scope.log.Add(leaf).status());
  }
  if (message.header().has_emergency()) {
    GATEPOST_RETURN_IF_ERROR(LogEmergency(scope, std::move(leaf), parts.countersign_within));
  }

  for (const std::vector<std::string>& chain : opened.chains) {
    GATEPOST_RETURN_IF_ERROR(scope.store.PutChain(certs::Sha256Of(chain.front()), chain));
  }
  record.standing = opened.newer_schema ? v1::RUNG_CARRIED : v1::RUNG_APPLIED;
  record.findings = Serialized(judgement.findings);
  record.replaces_row = judgement.replaces_row;
  GATEPOST_ASSIGN_OR_RETURN(record, scope.store.InsertMessage(std::move(record)));
  if (message.header().has_emergency() && parts.countersign_within.has_value()) {
    GATEPOST_RETURN_IF_ERROR(scope.store.PutEmergency(
        store::EmergencyRecord{record.row, scope.now + *parts.countersign_within}));
  }
  if (const Desk* desk = parts.desks.For(opened); desk != nullptr) {
    GATEPOST_RETURN_IF_ERROR(desk->Record(scope, record, opened, judgement));
  }
  GATEPOST_RETURN_IF_ERROR(EnterCarried(scope, parts.gates, opened, record));
  return record;
}

absl::StatusOr<store::MessageRecord> AcceptAndQueue(CommitScope& scope, const Accepting& parts,
                                                    const OpenedMessage& opened,
                                                    const Judgement& judgement) {
  GATEPOST_ASSIGN_OR_RETURN(store::MessageRecord record,
                            EnterAccepted(scope, parts, opened, judgement, ""));
  for (const std::string& recipient : opened.message.header().recipient_nodes()) {
    GATEPOST_RETURN_IF_ERROR(Queue(scope.store, recipient, record));
  }
  return record;
}

absl::Status Queue(store::Transaction& store, std::string_view peer,
                   const store::MessageRecord& record) {
  GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, store.Link(peer));
  link.last_queued += 1;
  link.queued_digest = NextRunningDigest(link.queued_digest, record.pae);
  GATEPOST_RETURN_IF_ERROR(store.PutOutgoing(
      store::OutgoingRecord{std::string(peer), link.last_queued, record.row, link.queued_digest}));
  return store.PutLink(link);
}

}  // namespace gatepost::exchange
