#ifndef GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_THREADS_H_
#define GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_THREADS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "gatepost/v1/agreement.pb.h"
#include "gatepost/v1/citation.pb.h"
#include "gatepost/v1/message.pb.h"

// Threads of agreements as the store has them.
namespace gatepost::exchange {

// A proposal that is in a thread.
struct HeldProposal {
  store::MessageRecord record;
  v1::Message message;
  store::ProposalRecord standing;

  const v1::Proposal& proposal() const { return message.proposal(); }
};

// What CheckAct needs of it.
domain::ProposalStanding StandingOf(const store::ProposalRecord& record);

// The proposal in `row`, which the store says is in a thread. LEDGER_DAMAGED when it is not.
absl::StatusOr<HeldProposal> MustHoldProposal(const store::Reader& store, int64_t row);

// The proposal that a message names. UNKNOWN_BASE when it is not held; WRONG_SUBJECT when it is no
// proposal on the link to `peer`; NEWER_SCHEMA when it was only carried; NOT_OPEN when this node
// refused it.
absl::StatusOr<HeldProposal> FindProposal(const store::Reader& store, const NodeTerms& node,
                                          std::string_view peer, const v1::MessageCitation& cited);

// The agreements on the link to `peer` that the terms touch and that are in force, or still hold
// until another one begins; ascending by message id and author. None for a termination.
absl::StatusOr<std::vector<HeldProposal>> Touched(const store::Reader& store,
                                                  const domain::GateRegister& gates,
                                                  std::string_view peer,
                                                  const v1::Proposal& proposal);

// Whether the basis names exactly what the terms touch now, and what ends is in force. STALE_BASIS,
// NOT_IN_FORCE, UNKNOWN_BASE, WRONG_SUBJECT, FIELD_CONFLICT (scope_ids of a termination).
absl::Status CheckBasis(const store::Reader& store, const NodeTerms& node,
                        const domain::GateRegister& gates, std::string_view peer,
                        const v1::Message& message);

// What the hours of a basis are taken for: as they were signed, whatever has been decided since, or
// until what ends them begins. The latter is for those who also CheckBasis.
enum class BasisHours { kAsSigned, kWhileTheyHold };

// Whether holiday hours leave no cell of their matrix out: alone, or with the holiday hours of the
// basis that stay. OK for all other terms. MISSING_CELL, TOO_LARGE, and the errors of FindProposal.
absl::Status CheckMatrix(const store::Reader& store, const NodeTerms& node, std::string_view peer,
                         const v1::Proposal& proposal, BasisHours which);

// The last decision in the thread that this node knows.
absl::StatusOr<std::optional<store::DecisionRecord>> LastDecision(const store::Reader& store,
                                                                  int64_t thread_row);

// A name for a held message, for a body.
v1::MessageCitation CitationOf(const store::MessageRecord& record);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_THREADS_H_
