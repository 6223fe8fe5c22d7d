#ifndef GATEPOST_DAEMON_EXCHANGE_ACCEPTING_H_
#define GATEPOST_DAEMON_EXCHANGE_ACCEPTING_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/desk.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"

// How a message of one's own side becomes durable, inside a commit.
namespace gatepost::exchange {

// All must outlive the call.
struct Accepting {
  const NodeTerms& node;
  const domain::GateRegister& gates;
  const Desks& desks;
  // For an emergency: within what time somebody must countersign it.
  std::optional<absl::Duration> countersign_within = std::nullopt;
};

// Logs and stores a judged message as of `scope.now`, without queueing it. `detail` is that of its
// ACCEPTED leaf. OVERRIDE leaves follow: FAILED_SUMS:<n> for a report sent in spite of its sums,
// EMERGENCY for what its author sent without the authority that it needs, with the detail
// `countersign-by:<time>` where somebody must countersign. A message that was HELD keeps its short
// reference and is held no more. The stored record; only the disk's errors.
absl::StatusOr<store::MessageRecord> EnterAccepted(CommitScope& scope, const Accepting& parts,
                                                   const OpenedMessage& opened,
                                                   const Judgement& judgement, std::string detail);

// EnterAccepted, and queues the message for each recipient that its header names.
absl::StatusOr<store::MessageRecord> AcceptAndQueue(CommitScope& scope, const Accepting& parts,
                                                    const OpenedMessage& opened,
                                                    const Judgement& judgement);

// Gives the message the next place in the outbox of that peer.
absl::Status Queue(store::Transaction& store, std::string_view peer,
                   const store::MessageRecord& record);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_ACCEPTING_H_
