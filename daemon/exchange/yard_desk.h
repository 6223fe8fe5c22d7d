#ifndef GATEPOST_DAEMON_EXCHANGE_YARD_DESK_H_
#define GATEPOST_DAEMON_EXCHANGE_YARD_DESK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/desk.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "gatepost/v1/yard_report.pb.h"

namespace gatepost::exchange {

// The desk for yard reports (DOMAIN.md 3).
class YardDesk final : public Desk {
 public:
  // Both must outlive the desk. `node` names the reports that refusals point to.
  YardDesk(const NodeTerms& node, const domain::GateRegister& gates) : node_(node), gates_(gates) {}

  // The errors of domain::ValidateYardReport.
  absl::Status CheckAlone(const OpenedMessage& opened, absl::Time now) const override;

  // Originals are unique for (scope, side, as-of), a revision names the newest, a correction
  // changes one figure, sums hold or are overridden. DUPLICATE_REPORT, UNKNOWN_BASE,
  // STALE_REVISION, NOT_ONE_FIELD, FIELD_CONFLICT, SUM_MISMATCH.
  absl::StatusOr<Judgement> Judge(const store::Reader& store, const OpenedMessage& opened,
                                  absl::Time now) const override;

  absl::Status Record(CommitScope& scope, const store::MessageRecord& record,
                      const OpenedMessage& opened, const Judgement& judgement) const override;

 private:
  absl::Status FindBase(const store::Reader& store, const OpenedMessage& opened,
                        Judgement& judgement, store::ReportRecord& entry) const;
  absl::Status CheckKeysFree(const store::Reader& store, const v1::YardReport& report,
                             int64_t replaces_row) const;

  const NodeTerms& node_;
  const domain::GateRegister& gates_;
};

// The report inside a stored message. REASON_LEDGER_DAMAGED when it is none, which only a damaged
// store can cause.
absl::StatusOr<v1::YardReport> ReportIn(const store::MessageRecord& record);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_YARD_DESK_H_
