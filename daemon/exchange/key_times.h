#ifndef GATEPOST_DAEMON_EXCHANGE_KEY_TIMES_H_
#define GATEPOST_DAEMON_EXCHANGE_KEY_TIMES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/ledger/note.h"
#include "daemon/store/store.h"
#include "gatepost/v1/authority.pb.h"

// Which key of this node signed when: its log's heads, and what its witness cosigned. Held in the
// store's meta values, from the first exchange on. So is which keys were agreed (announced_keys.h).
namespace gatepost::exchange {

// The one name of a use, in leaves and in the store: log, witness, tls, signing.
std::string_view KeyUseName(v1::KeyUse use);

// A key, and since when: it signs when the node's log is larger than `after`, or was agreed after
// so many announcements.
struct KeyTime {
  uint64_t after = 0;
  ledger::VerifierKey key;
  friend bool operator==(const KeyTime&, const KeyTime&) = default;
};

// The list under a name of the store's meta values, oldest first; empty: there is none.
// LEDGER_DAMAGED, the store's errors.
absl::StatusOr<std::vector<KeyTime>> ReadKeyList(const store::Reader& store,
                                                 const std::string& name);
// Adds to its end. The store's errors.
absl::Status AddToKeyList(store::Transaction& store, const std::string& name, const KeyTime& next);

// Oldest first, by rising `after`; empty: no key was ever exchanged. `use` is LOG or WITNESS.
// LEDGER_DAMAGED, the store's errors.
absl::StatusOr<std::vector<KeyTime>> ReadKeyTimes(const store::Reader& store, v1::KeyUse use);

// From now on `next` signs. `before` is the key that signed until now, from the log's first leaf on
// where nothing is held yet. LEDGER_DAMAGED, the store's errors.
absl::Status AddKeyTime(store::Transaction& store, v1::KeyUse use,
                        const ledger::VerifierKey& before, const KeyTime& next);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_KEY_TIMES_H_
