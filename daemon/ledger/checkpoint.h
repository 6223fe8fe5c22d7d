#ifndef GATEPOST_DAEMON_LEDGER_CHECKPOINT_H_
#define GATEPOST_DAEMON_LEDGER_CHECKPOINT_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/digest.h"
#include "daemon/ledger/cosignature.h"
#include "daemon/ledger/key_ring.h"
#include "daemon/ledger/note.h"

// Checkpoints (c2sp.org/tlog-checkpoint): a log's head as a signed note of three lines, origin,
// size and base64 root. Pure and callable from any thread.
namespace gatepost::ledger {

using certs::Digest;

// The name of a node's log key, `<node>/audit`: it outlives epochs.
std::string LogKeyName(std::string_view node);

// The name of a node's witness key, `<node>/witness`.
std::string WitnessKeyName(std::string_view node);

// The origin of a node's log in one epoch, `<node>/audit/<epoch>` (PROTOCOL.md 6: a restored node
// opens a new epoch).
std::string LogOrigin(std::string_view node, uint64_t epoch);

// A head of a log.
struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Digest root{};

  // The three lines that are signed.
  std::string Body() const;

  // Reads what Body writes, and nothing else; extension lines are refused, since monitors cannot
  // audit them. REASON_EVIDENCE_INVALID.
  static absl::StatusOr<Checkpoint> ParseBody(std::string_view body);

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// The signed note of `checkpoint`. The signer must be of type 0x01, and the origin its name or its
// name and an epoch; else REASON_BAD_ARGUMENT. The caller answers for never signing two heads that
// are not consistent with each other. The same head gives the same bytes.
absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, const NoteSigner& log);

// A witness's word on a head.
struct Cosignature {
  VerifierKey witness;
  absl::Time time;
};

// A head whose signatures were checked.
struct OpenedCheckpoint {
  Checkpoint checkpoint;
  std::string body;  // The signed bytes.
  // Those of `witnesses` that came with it, one for each line: a threshold counts witnesses.
  std::vector<Cosignature> cosignatures;
};

// Checks a signed checkpoint: a key of the log must have signed it (of several that its lines name,
// the newest), the origin must be the key's name or its name and an epoch, and every line of a
// witness in `witnesses` must hold; other lines are ignored. Which origin is wanted, and how many
// cosignatures, is the caller's affair. REASON_BAD_HEAD_SIGNATURE, or REASON_EVIDENCE_INVALID when
// it is malformed.
absl::StatusOr<OpenedCheckpoint> OpenCheckpoint(std::string_view note, const KeyRing& log_keys,
                                                std::span<const VerifierKey> witnesses = {});

// A checkpoint as it may be kept and handed on: its body with the lines of the log and of
// `witnesses`, each of them checked, and no others. A line that nobody checked would make the whole
// note worthless for whoever knows its key. Errors as OpenCheckpoint.
struct CheckedNote {
  OpenedCheckpoint opened;
  VerifierKey log_key;  // The one of the log's keys that signed it.
  std::string note;
  bool had_unknown_lines = false;
};
absl::StatusOr<CheckedNote> CheckNote(std::string_view note, const KeyRing& log_keys,
                                      std::span<const VerifierKey> witnesses);

}  // namespace gatepost::ledger

#endif  // GATEPOST_DAEMON_LEDGER_CHECKPOINT_H_
