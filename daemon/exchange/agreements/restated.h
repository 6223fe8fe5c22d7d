#ifndef GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_RESTATED_H_
#define GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_RESTATED_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/ledger/leaf.h"
#include "daemon/store/store.h"

// Decisions that the other node could not follow, because it refused the message that was decided:
// its own rules or its clock may not let it, e.g. when a certificate expired while the line was
// cut. Nothing binds a side that could not verify it. As soon as the refusal is receipted, the
// sequencer states anew, in DECIDED leaves about the proposals themselves, what both nodes hold
// from now on:
//
//   refused decision            stated anew
//   REJECTED, WITHDRAWN         the same
//   COUNTERED                   the same, about the proposal that was countered
//   IN_FORCE                    REFUSED:<REASON>; what it ended is IN_FORCE again, and what was
//                               superseded because of it OPEN, if its basis still holds
//
// The detail of such a leaf is `instead:<index>`, that of a decision which follows from another one
// `follows:<index>`; the index is that of the other decision's leaf in the same log.
namespace gatepost::exchange {

std::string FollowsDetail(uint64_t leaf_index);
std::string InsteadDetail(uint64_t leaf_index);
std::optional<uint64_t> FollowsIn(const ledger::Leaf& leaf);
std::optional<uint64_t> InsteadIn(const ledger::Leaf& leaf);

// At the node that follows: whether `leaf`, a decision of the sequencer's log in its `epoch`,
// states anew what could not be followed here, about a proposal that this concerned, once, and fits
// what is held of it. DECISION_DISPUTED.
absl::Status CheckRestated(const store::Reader& store, const ledger::Leaf& leaf, uint64_t epoch,
                           const HeldProposal& about);

// Whether what `leaf` undoes is what the dispute about the proposal came from.
absl::StatusOr<bool> UndoesDispute(const store::Reader& store, const ledger::Leaf& leaf,
                                   const HeldProposal& about);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_RESTATED_H_
