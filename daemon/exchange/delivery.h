#ifndef GATEPOST_DAEMON_EXCHANGE_DELIVERY_H_
#define GATEPOST_DAEMON_EXCHANGE_DELIVERY_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/desk.h"
#include "daemon/exchange/link_parts.h"
#include "daemon/exchange/link_receiver.h"

// What a node does with one message from its peer, inside a commit.
namespace gatepost::exchange {

// Judges one verified message for the node that receives it and stores it: the decision inside a
// commit. Returns the index of its DELIVERED leaf. Errors other than the disk's end the session:
// FENCED, SEQUENCE_GAP, MESSAGE_ID_REUSED.
absl::StatusOr<uint64_t> DeliverMessage(CommitScope& scope, const LinkParts& parts,
                                        uint64_t fencing, uint64_t sequence,
                                        const ReceivedEnvelope& received);

// What the receiving node makes of a message: `refusal` OK means that it is not refused.
struct Verdict {
  absl::Status refusal;
  Judgement judgement;
};

// The node's own judgement as of `scope.now`. Only the disk's errors.
absl::StatusOr<Verdict> JudgeDelivered(const CommitScope& scope, const LinkParts& parts,
                                       const ReceivedEnvelope& received);

// The result that its leaf says.
std::string ResultOf(const ReceivedEnvelope& received, const Verdict& verdict);

// Logs and stores it as the next message of the peer's, as of `scope.now`. `detail` is that of its
// DELIVERED leaf, whose index it returns. Only the disk's errors.
absl::StatusOr<uint64_t> EnterDelivered(CommitScope& scope, const LinkParts& parts,
                                        uint64_t sequence, const ReceivedEnvelope& received,
                                        const Verdict& verdict, std::string detail);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_DELIVERY_H_
