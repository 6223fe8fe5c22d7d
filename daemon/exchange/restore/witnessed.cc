#include "daemon/exchange/restore/witnessed.h"

#include <optional>
#include <span>

#include "daemon/ledger/checkpoint.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

absl::Status RaiseWitnessed(store::Transaction& store, const std::string& note,
                            const ledger::KeyRing& log_keys, const ledger::KeyRing& own_witness) {
  if (note.empty()) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedCheckpoint opened,
                            ledger::OpenCheckpoint(note, log_keys, own_witness.keys()));
  const ledger::Checkpoint& head = opened.checkpoint;
  if (opened.cosignatures.empty()) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::WitnessedRecord> known,
                            store.Witnessed(head.origin));
  if (known.has_value() && known->size >= head.size) return absl::OkStatus();
  return store.PutWitnessed({head.origin, head.size, head.root, note});
}

}  // namespace gatepost::exchange
