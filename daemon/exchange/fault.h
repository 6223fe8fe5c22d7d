#ifndef GATEPOST_DAEMON_EXCHANGE_FAULT_H_
#define GATEPOST_DAEMON_EXCHANGE_FAULT_H_

#include "absl/status/status.h"
#include "daemon/system/reason.h"

namespace gatepost::exchange {

// Whether it is trouble of this node itself, of its disk, its ledger or its program, which says
// nothing about what was judged: it is never an answer to that.
inline bool IsFault(const absl::Status& status) {
  const v1::Reason reason = system::ReasonOf(status);
  return reason == v1::REASON_STORE_FAILED || reason == v1::REASON_LEDGER_DAMAGED ||
         reason == v1::REASON_INTERNAL;
}

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_FAULT_H_
