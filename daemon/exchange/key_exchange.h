#ifndef GATEPOST_DAEMON_EXCHANGE_KEY_EXCHANGE_H_
#define GATEPOST_DAEMON_EXCHANGE_KEY_EXCHANGE_H_

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/log_book.h"
#include "daemon/exchange/terms.h"
#include "daemon/ledger/switched_signer.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"
#include "gatepost/v1/authority.pb.h"

namespace gatepost::exchange {

// Exchanges this node's log and witness keys while it runs (PROTOCOL.md 3; STYLE.md: a key is
// announced before it signs, and still verifies after it stops).
//
//   key file     [1]        [1 2]                                        [1 2] or [2]
//   messages                   announcement of 2 ──▶ every peer receipts it
//   signs        1 ─────────────────────────────────────────────┬▶ 2 ───────────────────
//   this log                   KEY ANNOUNCED                    └ KEY EXCHANGED (at a start:
//   LOADED)
//
// Invariant: no key signs before every peer can check it. A key that lies in the file and was not
// announced, or not receipted, does nothing; once it may sign it does, without anybody's help. The
// keys before it may stay in the file, so that first receipts keep their bytes (log_book.h).
class KeyExchange {
 public:
  struct Parts {
    const NodeTerms& node;
    const LinkTermsByPeer& links;
    const store::Store& store;
    LogBook& log;
    ledger::SwitchedSigner& witness;
    const ledger::LiveKeys& own_witness;
    Committer& committer;
    const system::Clock& clock;
  };
  // All parts must outlive it and the work it posts.
  explicit KeyExchange(Parts parts) : parts_(parts) {}

  // The keys of the file for `use`, LOG or WITNESS, as they were read. KEY_NOT_ANNOUNCED, without
  // effect, when the key that signs now is not among them; FIELD_CONFLICT for a key of the other
  // use. Any thread.
  absl::Status Hold(v1::KeyUse use, std::vector<NoteSignerPtr> keys);

  // Hands in the exchange of what may sign by now. Call every second or so, from one thread. A
  // failure of the store is tried again at the next call.
  void OnTick();

  // The vkeys of the file for `use`. Any thread.
  std::vector<std::string> Held(v1::KeyUse use) const;

 private:
  struct Use {
    v1::KeyUse use;
    std::vector<NoteSignerPtr> held;  // Guarded by mutex_.
    bool posted = false;              // Guarded by mutex_.
  };
  absl::StatusOr<ledger::VerifierKey> Signing(v1::KeyUse use) const;
  absl::Status Look(Use& use);
  // False: nothing was done, since the key signs already or has left the file.
  absl::StatusOr<bool> Exchange(CommitScope& scope, v1::KeyUse use,
                                const NoteSignerPtr& next) const;

  const Parts parts_;
  mutable std::mutex mutex_;
  Use log_{v1::KEY_USE_LOG, {}, false};
  Use witness_{v1::KEY_USE_WITNESS, {}, false};
};

// Which of `held`, the keys of a file, signs when a node starts: the one that signed last, or that
// the link agreements name, unless a later one may sign by now. KEY_NOT_ANNOUNCED when neither is
// among them; FIELD_CONFLICT, LEDGER_DAMAGED, the store's errors.
struct SigningKey {
  NoteSignerPtr signer;
  // It has not signed before: this one did. It must be written down before anything is signed.
  std::optional<ledger::VerifierKey> instead_of;
};
absl::StatusOr<SigningKey> KeyAtStart(const store::Reader& store, const NodeTerms& node,
                                      const LinkTermsByPeer& links, v1::KeyUse use,
                                      const std::vector<NoteSignerPtr>& held, absl::Time now);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_KEY_EXCHANGE_H_
