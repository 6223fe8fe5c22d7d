#ifndef GATEPOST_DAEMON_EXCHANGE_RESTORE_WITNESSED_H_
#define GATEPOST_DAEMON_EXCHANGE_RESTORE_WITNESSED_H_

#include <string>

#include "absl/status/status.h"
#include "daemon/ledger/key_ring.h"
#include "daemon/store/store.h"

namespace gatepost::exchange {

// A restored witness asks the log first: it may have cosigned more than it remembers, and must
// never cosign something older. `note` is a head of the log of `log_keys` as the log gave it back;
// where it carries this witness's own cosignature and is larger than what is remembered of that
// log, it is what was cosigned last. Empty: the log holds none. BAD_HEAD_SIGNATURE,
// EVIDENCE_INVALID; nothing else that the log says is believed.
absl::Status RaiseWitnessed(store::Transaction& store, const std::string& note,
                            const ledger::KeyRing& log_keys, const ledger::KeyRing& own_witness);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_RESTORE_WITNESSED_H_
