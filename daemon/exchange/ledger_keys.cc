#include "daemon/exchange/ledger_keys.h"

#include <memory>
#include <optional>
#include <utility>

#include "daemon/exchange/key_exchange.h"
#include "daemon/exchange/key_times.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

// The number of leaves in the log.
absl::StatusOr<uint64_t> SizeOf(const store::Reader& store) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::LeafGroup> last, store.LastGroup());
  return last.has_value() ? last->first_index + last->leaves.size() : 0;
}

// All keys that ever cosigned, and those that are held.
absl::StatusOr<ledger::KeyRing> WitnessRing(const store::Reader& store,
                                            const std::vector<NoteSignerPtr>& held) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<KeyTime> times,
                            ReadKeyTimes(store, v1::KEY_USE_WITNESS));
  std::vector<ledger::VerifierKey> keys;
  for (const KeyTime& time : times) keys.push_back(time.key);
  for (const NoteSignerPtr& one : held) {
    GATEPOST_ASSIGN_OR_RETURN(ledger::VerifierKey key, ledger::VerifierOf(*one));
    keys.push_back(std::move(key));
  }
  ledger::KeyRing ring(keys.front());
  for (ledger::VerifierKey& key : keys) {
    if (!ring.PlaceOf(key).has_value()) GATEPOST_RETURN_IF_ERROR(ring.Add(std::move(key)));
  }
  return ring;
}

}  // namespace

absl::StatusOr<LedgerKeys> OpenLedgerKeys(store::Store& store, const NodeTerms& node,
                                          const LinkTermsByPeer& links,
                                          const std::vector<NoteSignerPtr>& log_held,
                                          const std::vector<NoteSignerPtr>& witness_held,
                                          absl::Time now) {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Transaction> transaction, store.Begin());
  bool exchanged = false;
  const auto choose = [&](v1::KeyUse use,
                          const std::vector<NoteSignerPtr>& held) -> absl::StatusOr<NoteSignerPtr> {
    GATEPOST_ASSIGN_OR_RETURN(SigningKey chosen,
                              KeyAtStart(*transaction, node, links, use, held, now));
    if (!chosen.instead_of.has_value()) return std::move(chosen.signer);
    GATEPOST_ASSIGN_OR_RETURN(const uint64_t size, SizeOf(*transaction));
    GATEPOST_ASSIGN_OR_RETURN(ledger::VerifierKey key, ledger::VerifierOf(*chosen.signer));
    GATEPOST_RETURN_IF_ERROR(
        AddKeyTime(*transaction, use, *chosen.instead_of, {size, std::move(key)}));
    exchanged = true;
    return std::move(chosen.signer);
  };
  GATEPOST_ASSIGN_OR_RETURN(NoteSignerPtr log, choose(v1::KEY_USE_LOG, log_held));
  GATEPOST_ASSIGN_OR_RETURN(NoteSignerPtr witness, choose(v1::KEY_USE_WITNESS, witness_held));
  GATEPOST_ASSIGN_OR_RETURN(ledger::KeyRing ring, WitnessRing(*transaction, witness_held));
  if (exchanged) GATEPOST_RETURN_IF_ERROR(transaction->Commit());
  return LedgerKeys{std::move(log), std::move(witness), std::move(ring)};
}

}  // namespace gatepost::exchange
