#ifndef GATEPOST_DAEMON_EXCHANGE_AUDIT_LEAF_SUBJECT_H_
#define GATEPOST_DAEMON_EXCHANGE_AUDIT_LEAF_SUBJECT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "daemon/ledger/leaf.h"
#include "daemon/store/store.h"

// Leaves and the messages that they are about.
namespace gatepost::exchange {

// The held message that a leaf of the own log is about; nullopt for one that is about none. Whoever
// acts in it need not be the author: where several authors used one id, the digest decides.
absl::StatusOr<std::optional<store::MessageRecord>> SubjectOf(const store::Reader& store,
                                                              const ledger::Leaf& leaf);

// What a leaf about the message calls it.
std::string ObjectOf(const store::MessageRecord& record);

// Leaf `index` of the own log, parsed; nullopt beyond the log.
absl::StatusOr<std::optional<ledger::Leaf>> LeafAt(const store::Reader& store, uint64_t index);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AUDIT_LEAF_SUBJECT_H_
