#ifndef GATEPOST_DAEMON_LEDGER_PROOF_H_
#define GATEPOST_DAEMON_LEDGER_PROOF_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/note.h"

namespace gatepost::ledger {

using certs::Digest;

// An offline inclusion proof (c2sp.org/tlog-proof@v1): which leaf, its path, and the signed head.
// Pure and callable from any thread.
struct TlogProof {
  uint64_t index = 0;        // 0-based.
  std::vector<Digest> path;  // From the leaf's sibling up to the root's child; at most 63.
  std::string checkpoint;    // The signed note, verbatim.
  // Opaque bytes beside the proof; not authenticated, so nothing here relies on them.
  std::optional<std::string> extra;

  // The text of the proof.
  std::string Format() const;

  // Reads what Format writes, and nothing else. The checkpoint is not looked into.
  // REASON_EVIDENCE_INVALID.
  static absl::StatusOr<TlogProof> Parse(std::string_view text);

  friend bool operator==(const TlogProof&, const TlogProof&) = default;
};

// What a proof has shown.
struct VerifiedProof {
  uint64_t index = 0;
  Digest leaf_hash{};
  OpenedCheckpoint head;
};

// Checks that the log of `log_keys` holds exactly `leaf_bytes` at the proof's index under the
// proof's head (tlog-proof, "Verifying"). Which origin the head must have is the caller's affair,
// and so is how many of `witnesses` must have cosigned. REASON_EVIDENCE_INVALID for a malformed
// proof or a path that does not lead to the root; REASON_BAD_HEAD_SIGNATURE for the head's
// signatures.
absl::StatusOr<VerifiedProof> VerifyProof(std::string_view leaf_bytes, const TlogProof& proof,
                                          const KeyRing& log_keys,
                                          std::span<const VerifierKey> witnesses = {});

// The same for a proof's text.
absl::StatusOr<VerifiedProof> VerifyProofText(std::string_view leaf_bytes,
                                              std::string_view proof_text, const KeyRing& log_keys,
                                              std::span<const VerifierKey> witnesses = {});

}  // namespace gatepost::ledger

#endif  // GATEPOST_DAEMON_LEDGER_PROOF_H_
