#ifndef GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DECISION_CHECK_H_
#define GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DECISION_CHECK_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/domain/gate_register.h"
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

// What a decision's leaf is about.
struct DecisionSubject {
  std::optional<store::MessageRecord> record;  // None: nothing of that name is held.
  std::optional<store::ThreadEntry> entry;     // None: it was refused or only carried here.
};

// Looks at a sequencer's decision from the other end of the link: by the same rules and the same
// earlier decisions it must come out the same (PROTOCOL.md 5). All must outlive it.
class DecisionCheck {
 public:
  DecisionCheck(const store::Reader& store, const NodeTerms& node,
                const domain::GateRegister& gates, const LinkTerms& link)
      : store_(store), node_(node), gates_(gates), link_(link) {}

  absl::StatusOr<DecisionSubject> Find(const ledger::Leaf& leaf) const;

  // DECISION_DISPUTED for a decision out of order, one that the rules do not give, or one that
  // contradicts a receipt held here. The subject is in a thread.
  absl::Status Check(const ledger::Leaf& leaf, const ProvedDecision& came,
                     const DecisionSubject& subject) const;

 private:
  absl::Status CheckOrder(const ledger::Leaf& leaf, const ProvedDecision& came,
                          const DecisionSubject& subject) const;
  absl::Status CheckTime(const ledger::Leaf& leaf, const ProvedDecision& came) const;
  absl::Status CheckAction(const ledger::Leaf& leaf, const ProvedDecision& came,
                           const DecisionSubject& subject) const;
  absl::Status CheckConsequence(const ledger::Leaf& leaf, const ProvedDecision& came,
                                const DecisionSubject& subject) const;

  const store::Reader& store_;
  const NodeTerms& node_;
  const domain::GateRegister& gates_;
  const LinkTerms& link_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_DECISION_CHECK_H_
