#ifndef GATEPOST_DAEMON_LEDGER_WITNESS_H_
#define GATEPOST_DAEMON_LEDGER_WITNESS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/digest.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/note.h"

// Witnessing (c2sp.org/tlog-witness): a log shows its head with a proof that it continues what the
// witness cosigned last, and gets a cosignature. These are the bodies of the question and of the
// answer, and the decision; how they travel and what is kept is the caller's affair. Pure and
// callable from any thread.
namespace gatepost::ledger {

using certs::Digest;

// Most hashes of a consistency proof in a question.
inline constexpr size_t kMostProofLines = 63;

// The body of an add-checkpoint question (README.md, "Witness").
struct AddCheckpoint {
  uint64_t old_size = 0;      // What the witness cosigned last, as the log believes; 0: nothing.
  std::vector<Digest> proof;  // From `old_size` to the head's size; empty for 0. At most 63.
  std::string checkpoint;     // The signed note, verbatim.

  // The text of the question.
  std::string Format() const;

  // Reads what Format writes, and nothing else. The checkpoint is not looked into.
  // REASON_EVIDENCE_INVALID.
  static absl::StatusOr<AddCheckpoint> Parse(std::string_view body);

  friend bool operator==(const AddCheckpoint&, const AddCheckpoint&) = default;
};

// The head of a log that a witness has cosigned last.
struct WitnessedHead {
  uint64_t size = 0;
  Digest root{};
  friend bool operator==(const WitnessedHead&, const WitnessedHead&) = default;
};

// The statuses of c2sp.org/tlog-witness (those of HTTP).
enum class WitnessStatus {
  kCosigned = 200,
  kMalformed = 400,  // Also an old size above the head's.
  kUntrusted = 403,
  kUnknownOrigin = 404,
  kConflict = 409,      // The log believes in another last size; it asks again with a new proof.
  kInconsistent = 422,  // No retry: an alarm.
};

// A witness's answer, and what it must keep.
struct WitnessAnswer {
  WitnessStatus status = WitnessStatus::kMalformed;
  // kCosigned: the cosignature line. kConflict: the known size in decimal. Each ends in LF; else
  // empty.
  std::string body;
  // Why it is not kCosigned.
  absl::Status why;
  // kCosigned: the head that is now the last one cosigned.
  WitnessedHead head;
  // kCosigned: the checkpoint with this cosignature. With `contradicts`: the checkpoint as it came.
  std::string note;
  // kInconsistent only: the log signed a head that does not continue the one that is known. `note`
  // must be kept: with the known head it is proof of misbehaviour, by itself where the sizes are
  // equal or the size is 0, else together with the entries.
  bool contradicts = false;
};

// How a witness that has last cosigned `known` of the log `origin` (nullopt: nothing) answers
// `body`. `witness` is a signer of type 0x04, `now` the cosignature's time (cut down to a second).
// The checks are those of c2sp.org/tlog-witness in this order: form, origin, the log's signature,
// old size against the head's, old size against `known`, the root of an empty log, the proof. A
// head that was cosigned already is cosigned again.
//
// Nothing is kept here. Between reading `known` and writing `head` nobody else may write: the
// caller compares and sets in one commit, and only then sends kCosigned; otherwise a slower,
// smaller question would roll the witness back.
//
// Errors are those of the signer; whatever the log sent is answered.
absl::StatusOr<WitnessAnswer> JudgeAddCheckpoint(std::string_view body, std::string_view origin,
                                                 const KeyRing& log_keys,
                                                 const std::optional<WitnessedHead>& known,
                                                 const NoteSigner& witness, absl::Time now);

// A cosignature that was checked.
struct CosignatureLine {
  std::string line;  // With its LF.
  absl::Time time;
};

// For the log's side: finds the newest cosignature of the witness over `checkpoint_body` among the
// lines of a kCosigned answer, by the newest of its keys that they name; lines of other keys are
// ignored. REASON_EVIDENCE_INVALID when the answer is malformed; REASON_BAD_HEAD_SIGNATURE when
// there is none, or one that does not hold.
absl::StatusOr<CosignatureLine> ParseCosignatureLines(std::string_view answer_body,
                                                      const KeyRing& witness_keys,
                                                      std::string_view checkpoint_body);

// `note` with the signature line `line` (which ends in LF) at its end, in place of any line of the
// same name and key id. The caller has checked `line`. REASON_EVIDENCE_INVALID when either is
// malformed, or the note would have more than 100 lines.
absl::StatusOr<std::string> AddCosignature(std::string_view note, std::string_view line);

}  // namespace gatepost::ledger

#endif  // GATEPOST_DAEMON_LEDGER_WITNESS_H_
