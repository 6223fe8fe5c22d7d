#ifndef GATEPOST_DAEMON_NODE_LEDGER_KEYS_H_
#define GATEPOST_DAEMON_NODE_LEDGER_KEYS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/config/node_settings.h"
#include "daemon/exchange/log_book.h"
#include "daemon/exchange/terms.h"
#include "daemon/ledger/key_ring.h"
#include "daemon/store/store.h"
#include "gatepost/v1/authority.pb.h"

namespace gatepost::node {

// The keys of a node's log and witness, as its files and its store have them.
struct LedgerKeys {
  config::NoteSigners log_held;
  config::NoteSigners witness_held;
  exchange::NoteSignerPtr log;      // The one that signs now.
  exchange::NoteSignerPtr witness;  // The one that cosigns now.
  ledger::KeyRing witness_keys;     // All that ever cosigned, and those that are held.
};

// Reads the files, and chooses by the store who signs (exchange::KeyAtStart). What signs for the
// first time is written into the store. Its errors, and BAD_CONFIG.
absl::StatusOr<LedgerKeys> OpenLedgerKeys(const config::NodeSettings& settings,
                                          const exchange::NodeTerms& node,
                                          const exchange::LinkTermsByPeer& links,
                                          store::Store& store, absl::Time now);

// Makes the next key for `use`, LOG or WITNESS, and adds it to the end of its file, beside the one
// that signs. It signs once an authority has announced it and every peer has receipted that.
// Returns its vkey. BAD_CONFIG when the file cannot be read or written.
absl::StatusOr<std::string> AddLedgerKey(const config::NodeSettings& settings, v1::KeyUse use);

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_LEDGER_KEYS_H_
