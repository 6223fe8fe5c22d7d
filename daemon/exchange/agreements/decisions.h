#ifndef GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DECISIONS_H_
#define GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DECISIONS_H_

#include "absl/status/status.h"
#include "daemon/exchange/committer.h"
#include "daemon/store/store.h"

namespace gatepost::exchange {

// Enters a decision of a link's sequencer, its own or the other node's: how proposals stand and
// which hours hold from now on. The number must be the link's next. Both nodes enter the same
// decisions in the same order, and so come to the same state.
absl::Status EnterDecision(const CommitScope& scope, const store::DecisionRecord& decision);

// Keeps a decision without following it: it contradicts what this node holds.
absl::Status KeepDecision(const CommitScope& scope, const store::DecisionRecord& decision);

// The same for one about a message that this node refused or only carries. The proposal that it
// countered, if it did, is answered all the same.
absl::Status KeepUnfollowed(const CommitScope& scope, const store::DecisionRecord& decision,
                            const store::MessageRecord& about);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DECISIONS_H_
