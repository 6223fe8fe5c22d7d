#ifndef GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_FOLLOWER_H_
#define GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_FOLLOWER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "daemon/domain/gate_register.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/terms.h"
#include "daemon/ledger/leaf.h"
#include "daemon/store/store.h"

namespace gatepost::exchange {

// A decision as the sequencer sent it: the leaf is proved under a checked head of its log.
struct ProvedDecision {
  uint64_t number = 0;
  std::string leaf;         // Exact bytes.
  uint64_t leaf_index = 0;  // In the sequencer's log.
  std::string path;         // Inclusion path, 32 bytes each, concatenated.
  uint64_t head_epoch = 0;
  uint64_t head_size = 0;
  std::string head;  // The checkpoint's text, for evidence.
};

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
  struct Subject;
  absl::StatusOr<Subject> FindSubject(const store::Reader& store, const LinkTerms& link,
                                      const ledger::Leaf& leaf) const;
  absl::Status CheckDecision(const store::Reader& store, const LinkTerms& link,
                             const ledger::Leaf& leaf, const ProvedDecision& came,
                             const Subject& subject) const;
  absl::Status CheckAction(const store::Reader& store, const LinkTerms& link,
                           const ledger::Leaf& leaf, const ProvedDecision& came,
                           const Subject& subject) const;
  absl::Status CheckConsequence(const store::Reader& store, const LinkTerms& link,
                                const ledger::Leaf& leaf, const Subject& subject) const;
  absl::Status CheckOrder(const store::Reader& store, const LinkTerms& link,
                          const ledger::Leaf& leaf, const ProvedDecision& came,
                          const Subject& subject) const;
  absl::Status CheckTime(const store::Reader& store, const LinkTerms& link,
                         const ledger::Leaf& leaf, const ProvedDecision& came) const;

  absl::StatusOr<uint64_t> LogKnown(CommitScope& scope, const LinkTerms& link,
                                    const ledger::Leaf& leaf, const ProvedDecision& came) const;
  absl::Status Disputed(CommitScope& scope, const ProvedDecision& came, store::ThreadEntry entry,
                        const std::string& text, const store::DecisionRecord& decision) const;
  absl::Status Unfollowed(CommitScope& scope, const LinkTerms& link, const ledger::Leaf& leaf,
                          const ProvedDecision& came, const Subject& subject,
                          store::DecisionRecord& decision) const;
  absl::Status CheckAgainst(CommitScope& scope, const LinkTerms& link,
                            const store::ThreadEntry& entry, const store::ProposalRecord& standing,
                            uint64_t leaf_index) const;

  const NodeTerms& node_;
  const domain::GateRegister& gates_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_FOLLOWER_H_
