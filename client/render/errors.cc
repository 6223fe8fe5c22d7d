#include "client/render/errors.h"

#include <optional>

#include "client/render/lines.h"
#include "client/render/text.h"
#include "client/render/words.h"
#include "daemon/system/reason.h"

namespace gatepost::render {

v1::RefusalDetail ErrorDetail(const absl::Status& status) {
  v1::RefusalDetail detail;
  detail.set_reason(system::ReasonOf(status));
  if (const std::optional<system::Refusal> refusal = system::RefusalOf(status)) {
    detail.set_wanted(refusal->wanted);
    detail.set_came(refusal->came);
    detail.set_todo(refusal->todo);
  } else {
    detail.set_came(std::string(status.message()));
  }
  return detail;
}

std::string ErrorText(const absl::Status& status) {
  const v1::RefusalDetail detail = ErrorDetail(status);
  Lines lines;
  lines.Add(_("wanted"), detail.wanted());
  lines.Add(_("came"), detail.came());
  lines.Add(_("what to do"), detail.todo());
  return Say("refused: {0}", ReasonCode(detail.reason())) + "\n" + lines.ToText(2);
}

int ExitCode(const absl::Status& status) {
  if (status.ok()) return 0;
  switch (system::ReasonOf(status)) {
    case v1::REASON_BAD_ARGUMENT:
    case v1::REASON_BAD_CONFIG:
    case v1::REASON_BAD_CURSOR:
      return 2;
    case v1::REASON_NOT_REACHABLE:
    case v1::REASON_NODE_STOPPING:
      return 3;
    case v1::REASON_NO_CERTIFICATE:
    case v1::REASON_CERTIFICATE_MALFORMED:
    case v1::REASON_UNKNOWN_TRUST_DOMAIN:
    case v1::REASON_CROSS_DOMAIN:
    case v1::REASON_CHAIN_BROKEN:
    case v1::REASON_CERTIFICATE_EXPIRED:
    case v1::REASON_CERTIFICATE_NOT_YET_VALID:
    case v1::REASON_CERTIFICATE_WRONG_USAGE:
    case v1::REASON_BAD_SPIFFE_ID:
    case v1::REASON_WEAK_KEY:
    case v1::REASON_WRONG_NODE:
    case v1::REASON_NOT_ALLOWED:
    case v1::REASON_OVERRIDE_NOT_ALLOWED:
    case v1::REASON_TOO_MANY_REFUSALS:
    case v1::REASON_CERTIFICATE_REVOKED:
    case v1::REASON_REVOCATION_UNKNOWN:
    case v1::REASON_IDENTITY_DENIED:
    case v1::REASON_NOT_IN_ROSTER:
    case v1::REASON_ROLE_NOT_ALLOWED:
    case v1::REASON_GATE_NOT_ALLOWED:
    case v1::REASON_OWN_SECOND_SIGNATURE:
    case v1::REASON_EMERGENCY_NOT_ALLOWED:
    case v1::REASON_NOT_AN_AUTHORITY:
    case v1::REASON_RATE_EXCEEDED:
    case v1::REASON_TOO_MUCH_IN_FLIGHT:
      return 4;
    case v1::REASON_EVIDENCE_INVALID:
    case v1::REASON_BAD_RECEIPT:
    case v1::REASON_BAD_HEAD_SIGNATURE:
    case v1::REASON_HEAD_FORKED:
    case v1::REASON_LEDGER_DAMAGED:
      return 5;
    default:
      return 1;
  }
}

}  // namespace gatepost::render
