#ifndef GATEPOST_DAEMON_EXCHANGE_ACCEPTING_H_
#define GATEPOST_DAEMON_EXCHANGE_ACCEPTING_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
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
};

// Logs and stores a judged message as of `scope.now`, without queueing it. `detail` is that of its
// ACCEPTED leaf. The stored record; only the disk's errors.
absl::StatusOr<store::MessageRecord> EnterAccepted(CommitScope& scope, const Accepting& parts,
                                                   const OpenedMessage& opened,
                                                   const Judgement& judgement, std::string detail);

// Gives the message the next place in the outbox of that peer.
absl::Status Queue(store::Transaction& store, std::string_view peer,
                   const store::MessageRecord& record);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_ACCEPTING_H_
