#ifndef GATEPOST_DAEMON_EXCHANGE_LEDGER_KEYS_H_
#define GATEPOST_DAEMON_EXCHANGE_LEDGER_KEYS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/log_book.h"
#include "daemon/exchange/terms.h"
#include "daemon/ledger/key_ring.h"
#include "daemon/store/store.h"

namespace gatepost::exchange {

// The keys of a node's log and witness.
struct LedgerKeys {
  NoteSignerPtr log;      // The one that signs now.
  NoteSignerPtr witness;  // The one that cosigns now.
  // Oldest first; those that are only held come last, in the order of their file.
  ledger::KeyRing log_keys;      // All that were agreed or announced, and those that are held.
  ledger::KeyRing witness_keys;  // All that ever cosigned, and those that are held.
};

// Chooses among the keys that lie in a node's files who signs while it runs (KeyAtStart,
// key_exchange.h). What signs for the first time is written into the store, so call it before the
// log is opened. Each list holds at least one key. The errors of KeyAtStart, and
// BAD_CONFIG for an agreement that names a key which this node never had.
absl::StatusOr<LedgerKeys> OpenLedgerKeys(store::Store& store, const NodeTerms& node,
                                          const LinkTermsByPeer& links,
                                          const std::vector<NoteSignerPtr>& log_held,
                                          const std::vector<NoteSignerPtr>& witness_held,
                                          absl::Time now);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_LEDGER_KEYS_H_
