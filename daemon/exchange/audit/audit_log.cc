#include "daemon/exchange/audit/audit_log.h"

#include "daemon/ledger/leaf.h"

namespace gatepost::exchange {

void AuditLog::Log(const certs::Identity& caller, AuditTrace trace, Committer::Done done) {
  ledger::Leaf leaf;
  leaf.event = trace.exported ? ledger::event::kExported : ledger::event::kAuditRead;
  leaf.actor = caller.id.ToString();
  leaf.peer = std::move(trace.peer);
  leaf.object = std::move(trace.object);
  leaf.pae = trace.pae;
  leaf.detail = std::move(trace.detail);
  const absl::Status posted = committer_.Post(
      [leaf = std::move(leaf)](CommitScope& scope) { return scope.log.Add(leaf).status(); }, done);
  if (!posted.ok()) done(posted);
}

}  // namespace gatepost::exchange
