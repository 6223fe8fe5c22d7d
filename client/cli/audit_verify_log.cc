// audit verify without a bundle: the node's whole log, read on line.

#include "client/cli/audit_commands.h"
#include "client/cli/audit_keys.h"
#include "client/cli/audit_session.h"
#include "client/evidence/log_reading.h"
#include "client/render/audit_log.h"
#include "daemon/system/status_macros.h"

namespace gatepost::cli {
namespace {

absl::StatusOr<evidence::LogVerdict> Verify(const Global& global, Session& session,
                                            const AuditVerifyOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(OwnAgreements own, RequireAgreements(session, options));
  GATEPOST_RETURN_IF_ERROR(LearnKeysOfNode(global, session, own));
  GATEPOST_ASSIGN_OR_RETURN(const v1::GetHeadsResponse heads, session.node->GetHeads());
  GATEPOST_ASSIGN_OR_RETURN(evidence::LogReading reading,
                            evidence::LogReading::Begin(heads, own.keys));
  while (!reading.done()) {
    v1::ReadLogRequest request;
    request.set_from(reading.next());
    GATEPOST_ASSIGN_OR_RETURN(const v1::ReadLogResponse answer, session.node->ReadLog(request));
    reading.Feed(answer);
  }
  return reading.Finish();
}

}  // namespace

int AuditVerifyLog(const Global& global, const AuditVerifyOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<evidence::LogVerdict> verdict = Verify(global, *session, options);
  if (!verdict.ok()) return Fail(global, verdict.status());
  Print(
      global, render::LogVerdictJson(*verdict), [&] { return render::LogVerdictText(*verdict); },
      [&] { return render::LogVerdictCsv(*verdict); });
  return verdict->finding_count == 0 ? 0 : kDoesNotVerify;
}

}  // namespace gatepost::cli
