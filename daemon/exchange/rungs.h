#ifndef GATEPOST_DAEMON_EXCHANGE_RUNGS_H_
#define GATEPOST_DAEMON_EXCHANGE_RUNGS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/exchange/committer.h"
#include "daemon/store/store.h"
#include "gatepost/v1/receipt.pb.h"

// The rungs above APPLIED. FETCHED: the recipient's node handed the message over to an agency, once
// for each agency. READ: a person there signed an acknowledgement, once for each person. Each is a
// leaf of the recipient's log (PROTOCOL.md 3), numbered for the link on which it goes back.
namespace gatepost::exchange {

// Both nodes keep no more than this many rungs of one message: what a peer can make us store about
// our own messages has an end.
inline constexpr size_t kMostRungsOfMessage = 64;

// What a READ leaf can say.
namespace read_result {
inline constexpr char kRead[] = "READ";
inline constexpr char kAnswerFollows[] = "ANSWER_FOLLOWS";
inline constexpr char kDisputed[] = "DISPUTED";
}  // namespace read_result

// Somebody at this node has a message.
struct RungFact {
  v1::Rung rung = v1::RUNG_FETCHED;  // FETCHED or READ.
  std::string actor;                 // SPIFFE id, of an agency.
  std::string result;                // Of READ.
  std::string detail;                // Of READ: the acknowledgement.
};

// The agency in a SPIFFE id; empty when it has none.
std::string AgencyOf(std::string_view spiffe_id);

// Whether a message was received and not refused, so that handing it over is FETCHED.
bool CountsAsFetched(const store::MessageRecord& record);

// Whether `rungs` of one message and one peer hold that rung already: FETCHED by the actor's
// agency, READ by the actor.
bool HoldsRung(const std::vector<store::RungRecord>& rungs, v1::Rung rung, std::string_view actor);

// Logs the rung of a message that was received, and numbers it for the node that it came from.
// Nothing happens in what is entered again, when it is held already, or when the message has all
// rungs that it can have. Only the disk's errors.
absl::Status GiveRung(CommitScope& scope, const store::MessageRecord& about, const RungFact& fact);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_RUNGS_H_
