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
  GATEPOST_ASSIGN_OR_RETURN(record.leaf_index, scope.log.Add(leaf));
  if (message.yard_report().has_override()) {
    leaf.event = ledger::event::kOverride;
    leaf.result = fmt::format("FAILED_SUMS:{}", FailedSums(judgement.findings));
    GATEPOST_RETURN_IF_ERROR(scope.log.Add(leaf).status());
  }

  for (const std::vector<std::string>& chain : opened.chains) {
    GATEPOST_RETURN_IF_ERROR(scope.store.PutChain(certs::Sha256Of(chain.front()), chain));
  }
  record.standing = opened.newer_schema ? v1::RUNG_CARRIED : v1::RUNG_APPLIED;
  record.findings = Serialized(judgement.findings);
  record.replaces_row = judgement.replaces_row;
  GATEPOST_ASSIGN_OR_RETURN(record, scope.store.InsertMessage(std::move(record)));
  if (const Desk* desk = parts.desks.For(opened); desk != nullptr) {
    GATEPOST_RETURN_IF_ERROR(desk->Record(scope, record, opened, judgement));
  }
  GATEPOST_RETURN_IF_ERROR(EnterCarried(scope, parts.gates, opened, record));
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
