#ifndef GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_FOLLOWER_H_
#define GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_FOLLOWER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/agreements/decision_check.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/terms.h"
#include "daemon/ledger/leaf.h"
#include "daemon/store/store.h"

namespace gatepost::exchange {

// Follows the sequencer at the other end of a link: applies its decisions in their order, and never
// decides. It judges each by the same rules and the same earlier decisions; one that they do not
// give, or that contradicts a receipt it holds, is kept as evidence, disputed and not followed
// (PROTOCOL.md 5). On the committer's thread.
class Follower {
 public:
  // Both must outlive it.
  Follower(const NodeTerms& node, const domain::GateRegister& gates) : node_(node), gates_(gates) {}

  // Applies or disputes the next decision, with a DECIDED leaf that says when this node knew it.
  // SEQUENCE_GAP for another number than the next, EVIDENCE_INVALID for a leaf that is none.
  absl::Status Apply(CommitScope& scope, const LinkTerms& link, const ProvedDecision& came) const;

  // The peer's receipt for the message in `row`, which was submitted here: `theirs` is its
  // DELIVERED leaf. A refused proposal is REFUSED; a decision in a receipt must come before all
  // later ones.
  absl::Status OnReceipt(CommitScope& scope, const LinkTerms& link, int64_t row,
                         const ledger::Leaf& theirs, uint64_t leaf_index) const;

 private:
  absl::StatusOr<uint64_t> LogKnown(CommitScope& scope, const LinkTerms& link,
                                    const ledger::Leaf& leaf, const ProvedDecision& came) const;
  absl::Status Disputed(CommitScope& scope, const ProvedDecision& came, store::ThreadEntry entry,
                        const std::string& text, const store::DecisionRecord& decision) const;
  absl::Status Unfollowed(CommitScope& scope, const LinkTerms& link, const ledger::Leaf& leaf,
                          const ProvedDecision& came, const DecisionSubject& subject,
                          store::DecisionRecord& decision) const;
  absl::StatusOr<std::optional<HeldProposal>> BoundThere(const store::Reader& store,
                                                         const LinkTerms& link,
                                                         const ledger::Leaf& leaf,
                                                         const store::MessageRecord& record) const;
  absl::Status CheckAgainst(CommitScope& scope, const LinkTerms& link,
                            const store::ThreadEntry& entry, const store::ProposalRecord& standing,
                            uint64_t leaf_index) const;

  const NodeTerms& node_;
  const domain::GateRegister& gates_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_FOLLOWER_H_
