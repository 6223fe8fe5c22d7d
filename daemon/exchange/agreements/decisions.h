#ifndef GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DECISIONS_H_
#define GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DECISIONS_H_

#include "absl/status/status.h"
#include "daemon/exchange/committer.h"
#include "daemon/store/store.h"

namespace gatepost::exchange {

// What a decision says how.
enum class DecisionKind {
  kAction,       // It is the leaf of the action that it decides.
  kConsequence,  // DECIDED: what time or another agreement does to a proposal.
  kRestated,     // DECIDED: instead of one that the other node could not follow (restated.h).
};

// Enters a decision of a link's sequencer, its own or the other node's: how proposals stand and
// which hours hold from now on. The number must be the link's next. Both nodes enter the same
// decisions in the same order, and so come to the same state.
absl::Status EnterDecision(const CommitScope& scope, const store::DecisionRecord& decision,
                           DecisionKind kind);

// Keeps a decision without following it: it contradicts what this node holds, or is about a message
// that it refused or only carries (then it is in no thread).
absl::Status KeepDecision(const CommitScope& scope, const store::DecisionRecord& decision);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DECISIONS_H_
