#ifndef GATEPOST_DAEMON_EXCHANGE_YARD_DESK_H_
#define GATEPOST_DAEMON_EXCHANGE_YARD_DESK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/intake.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/yard_report.pb.h"

namespace gatepost::exchange {

// What the desk decided about a report that may stand.
struct YardJudgement {
  std::vector<v1::Finding> findings;
  store::ReportRecord report;  // Without message_row, which the store gives.
  // The report it replaces here; 0: none.
  int64_t replaces_row = 0;
};

// Where yard reports are judged and entered: the same rules at the origin's door and at every
// recipient, so that both nodes come to the same answer. Stateless; any thread.
class YardDesk {
 public:
  // Both must outlive the desk. `node` names the reports that refusals point to.
  YardDesk(const NodeTerms& node, const domain::GateRegister& gates) : node_(node), gates_(gates) {}

  // The rules that need no other report (DOMAIN.md 3): the errors of domain::ValidateYardReport.
  absl::Status CheckAlone(const OpenedMessage& opened, absl::Time now) const;

  // The rules that look at other reports: originals are unique for (scope, side, as-of), a revision
  // names the newest, a correction changes one figure, sums hold or are overridden.
  // DUPLICATE_REPORT, UNKNOWN_BASE, STALE_REVISION, NOT_ONE_FIELD, FIELD_CONFLICT, SUM_MISMATCH.
  absl::StatusOr<YardJudgement> Judge(const store::Reader& store,
                                      const OpenedMessage& opened) const;

  // Enters the judged report, stored in `row`, as the one in force.
  absl::Status Record(store::Transaction& store, int64_t row, const v1::YardReport& report,
                      const YardJudgement& judgement) const;

 private:
  absl::Status FindBase(const store::Reader& store, const OpenedMessage& opened,
                        YardJudgement& judgement) const;
  absl::Status CheckKeysFree(const store::Reader& store, const v1::YardReport& report,
                             const YardJudgement& judgement) const;

  std::string NameOf(const store::MessageRecord& record) const;

  const NodeTerms& node_;
  const domain::GateRegister& gates_;
};

// The report inside a stored message. REASON_LEDGER_DAMAGED when it is none, which only a damaged
// store can cause.
absl::StatusOr<v1::YardReport> ReportIn(const store::MessageRecord& record);

// The message inside a stored envelope; errors as ReportIn.
absl::StatusOr<v1::Message> MessageIn(const store::MessageRecord& record);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_YARD_DESK_H_
