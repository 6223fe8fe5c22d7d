#ifndef GATEPOST_DAEMON_EXCHANGE_GATE_DAY_QUERIES_H_
#define GATEPOST_DAEMON_EXCHANGE_GATE_DAY_QUERIES_H_

#include "absl/status/statusor.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/gate_days.h"
#include "daemon/exchange/queries.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"
#include "gatepost/v1/yard_service.pb.h"

namespace gatepost::exchange {

// What users may ask about daily reports that came, and that did not. Reads only; any thread.
class GateDayQueries {
 public:
  // All must outlive it.
  GateDayQueries(const NodeTerms& node, const store::Store& store,
                 const domain::GateRegister& gates, const GateDays& days, const Queries& queries,
                 const system::Clock& clock)
      : node_(node), store_(store), gates_(gates), days_(days), queries_(queries), clock_(clock) {}

  // Which reports are missing, late, not due or not expected, and why. FIELD_MISSING and BAD_TIME
  // for the days, BAD_ARGUMENT for more than 400 days or a page size out of range, BAD_CURSOR;
  // errors of GateRegister::Resolve.
  absl::StatusOr<v1::ListGateDaysResponse> ListGateDays(
      const v1::ListGateDaysRequest& request) const;

 private:
  absl::StatusOr<v1::GateDay> Describe(const store::Reader& store, const JudgedDay& judged) const;

  const NodeTerms& node_;
  const store::Store& store_;
  const domain::GateRegister& gates_;
  const GateDays& days_;
  const Queries& queries_;
  const system::Clock& clock_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_GATE_DAY_QUERIES_H_
