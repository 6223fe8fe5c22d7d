#ifndef GATEPOST_DAEMON_EXCHANGE_UNREADABLE_HOURS_H_
#define GATEPOST_DAEMON_EXCHANGE_UNREADABLE_HOURS_H_

#include "absl/status/status.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/intake.h"
#include "daemon/store/store.h"

// Notices that this node only carries and that may say something about hours: from then on the
// hours at their gates are unknown (PROTOCOL.md 1), at all times, until a message that can be read
// makes them void as it does with any other.
//
// The gates are those of the register that the header names, a group standing for its members on
// that day, and those that a readable part of the notice names. Nothing else that is carried makes
// hours unknown: an agreement binds nobody whose node cannot read it (agreements/restated.h), and
// other bodies decide no hours.
namespace gatepost::exchange {

// A message just stored as `record`, carried or not.
absl::Status EnterCarried(const CommitScope& scope, const domain::GateRegister& gates,
                          const OpenedMessage& opened, const store::MessageRecord& record);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_UNREADABLE_HOURS_H_
