#ifndef GATEPOST_DAEMON_EXCHANGE_UNREADABLE_HOURS_H_
#define GATEPOST_DAEMON_EXCHANGE_UNREADABLE_HOURS_H_

#include "absl/status/status.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/intake.h"
#include "daemon/store/store.h"

// Messages that this node only carries and that may say something about hours: from then on the
// hours at their gates are unknown (PROTOCOL.md 1), at all times, until a message that can be read
// makes them void as it does with any other.
//
// The gates are those of the register that the header names, a group standing for its members on
// that day, and those that a readable part of a notice names.
namespace gatepost::exchange {

// A message just stored as `record`, carried or not. Unknown at once makes what one side may say
// alone: a notice, and a body of a kind that this node does not know, which may say anything. A
// proposal or an answer to one binds nobody until it is decided (EnterUnreadable); reports,
// transcripts, acknowledgements and pings decide no hours.
absl::Status EnterCarried(const CommitScope& scope, const domain::GateRegister& gates,
                          const OpenedMessage& opened, const store::MessageRecord& record);

// The sequencer decided IN_FORCE about a message that this node only carries: a proposal, or an
// acceptance. Its gates, those of the proposal that it accepts, and those of what gives way to it
// are unknown from now on. Does nothing for a message that is not carried, and when said again.
absl::Status EnterUnreadable(const CommitScope& scope, const domain::GateRegister& gates,
                             const store::MessageRecord& record);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_UNREADABLE_HOURS_H_
