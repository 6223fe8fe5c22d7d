#ifndef GATEPOST_DAEMON_EXCHANGE_HOLDING_H_
#define GATEPOST_DAEMON_EXCHANGE_HOLDING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/domain/authority/release.h"
#include "daemon/exchange/authority.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/desk.h"
#include "daemon/exchange/intake.h"
#include "daemon/exchange/rosters.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "gatepost/v1/exchange_service.pb.h"

// Messages of one's own side that wait for somebody's signature: HELD (PROTOCOL.md 1). They never
// leave the node. Their leaves are about the message and name its digest and the digest of the
// signatures so far:
//
//   HELD      actor: who has signed, once each   result NEEDS:<signatures that are still needed>
//   RELEASED  actor: whose signature was last    result -; ACCEPTED follows in the same commit
//   REFUSED   actor: who dropped it, or the node result NOT_RELEASED, detail `dropped:<base64 of
//             the reason>` or `timeout`
//
// A message that was dropped never comes again under its id: whoever approved it then did not
// approve it now.
namespace gatepost::exchange {

// Messages that may wait at once. People release them one by one, so a handful is the rule; each
// is kept whole, and the lists of it are read by everybody who approves.
inline constexpr size_t kMostHeldOfAuthor = 200;
inline constexpr size_t kMostHeld = 2000;

// What becomes of a message of the own side that nothing refuses.
struct OwnJudgement {
  Judgement judgement;  // With the warnings of the ruling.
  Ruling ruling;
};

// What a message of the own side is judged by. All must outlive the call.
struct OwnRules {
  const Desks& desks;
  const Authority& authority;
  const LinkTermsByPeer& links;
  const Rosters& rosters;
};

// The policy's ruling, with the signatures that the link agreement of each recipient asks for: what
// the other side would refuse does not leave. A first roster (link_rules.h) is not for the policy
// to judge. Errors of Authority::Rule and MayCross.
absl::StatusOr<Ruling> RuleOwn(const store::Reader& store, const OwnRules& rules,
                               const OpenedMessage& opened, absl::Time now);

// Whether a message that comes back to a restored node over one link would leave over it as of
// `now`, as it is: RuleOwn for that recipient alone. SIGNATURES_MISSING where it would be held.
absl::StatusOr<Ruling> CheckOwnOverLink(const store::Reader& store, const Authority& authority,
                                        const Rosters& rosters, const LinkTerms& link,
                                        const OpenedMessage& opened, absl::Time now);

// RuleOwn and the rules with state, as of `now`. Errors: theirs and those of Desk::Judge;
// ROSTER_OUT_OF_ORDER for a roster that is not the next one, BAD_TIME for one of a later time,
// FIELD_CONFLICT for one that leaves a peer out whose agreement names authorities of this side;
// SIGNATURES_MISSING for a batched message that would have to wait, since its head's signatures are
// those of others, too; NEWER_SCHEMA for one that nobody here could release.
absl::StatusOr<OwnJudgement> JudgeOwn(const store::Reader& store, const OwnRules& rules,
                                      const OpenedMessage& opened, absl::Time now);

// The signatures that release it as of `now`; none where it would be refused now, since nobody can
// release it then. LEDGER_DAMAGED, the store's errors.
absl::StatusOr<std::vector<domain::StillNeeded>> NeededNow(const store::Reader& store,
                                                           const OwnRules& rules,
                                                           const OpenedMessage& opened,
                                                           absl::Time now);

// access.h, MayHandIn: may the caller hand it in for one of these?
absl::Status MayHandInForOne(const certs::Identity& caller,
                             const std::vector<certs::Identity>& signers);

// As the wire has it.
v1::HeldState HeldStateOf(const std::vector<domain::StillNeeded>& needed, absl::Time drops_at);

// NOT_RELEASED for a message that waited here and was dropped, whatever signatures it has now.
absl::Status CheckNotDropped(const store::Reader& store, const OpenedMessage& opened);

// TOO_MANY_OPEN when as many messages wait as may, of its author or of all.
absl::Status CheckRoomToHold(const store::Reader& store, const OpenedMessage& opened);

// Logs and stores a message that has to wait until `scope.now` + `hold`; both checks have passed.
absl::StatusOr<store::HeldRecord> Hold(CommitScope& scope, const NodeTerms& node,
                                       const OpenedMessage& opened,
                                       const std::vector<domain::StillNeeded>& needed,
                                       absl::Duration hold);

// The held message goes on waiting with more signatures, those of `added`.
absl::Status HoldOn(CommitScope& scope, store::HeldRecord& held, const OpenedMessage& opened,
                    const std::vector<certs::Identity>& added,
                    const std::vector<domain::StillNeeded>& needed);

// Logs that the held message is released by `actor`. It is accepted next (accepting.h), which takes
// its row away.
absl::Status LogRelease(CommitScope& scope, const OpenedMessage& opened, std::string actor);

// The held message never leaves, nor does it wait again. The index of the leaf that says so.
absl::StatusOr<uint64_t> Drop(CommitScope& scope, const store::HeldRecord& held, std::string actor,
                              std::string detail);

// The held message that a short reference or an id names; nullopt for none. BAD_ARGUMENT when
// several authors' are held under the id, and `author` is none of them.
absl::StatusOr<std::optional<store::HeldRecord>> FindHeldNamed(const store::Reader& store,
                                                               const NodeTerms& node,
                                                               std::string_view reference,
                                                               std::string_view author);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_HOLDING_H_
