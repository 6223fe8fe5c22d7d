#ifndef GATEPOST_DAEMON_LEDGER_COSIGNATURE_H_
#define GATEPOST_DAEMON_LEDGER_COSIGNATURE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

// Ed25519 cosignatures, version 1 (c2sp.org/tlog-cosignature, type 0x04): "at this time, this was
// the largest consistent head of that log that I had seen". Pure and callable from any thread.
namespace gatepost::ledger {

class NoteSigner;

// The bytes that a cosigner signs: `cosignature/v1`, `time <unix seconds>`, and the checkpoint's
// body (all its lines, final LF included, no signatures). `time` is cut down to a second.
std::string CosignatureMessage(std::string_view checkpoint_body, absl::Time time);

// The signature line (with its LF) of `witness`, a signer of type 0x04, over `checkpoint_body`; it
// is appended to the checkpoint's note. REASON_BAD_ARGUMENT when the signer is of another type or
// `time` is before 1970; errors of the signer.
absl::StatusOr<std::string> Cosign(std::string_view checkpoint_body, const NoteSigner& witness,
                                   absl::Time time);

// Checks the payload of a cosignature line (8 bytes of time, big-endian, and 64 of signature) by
// the 32-byte `public_key` and returns its time. Whether that time is plausible is the caller's
// affair. REASON_BAD_HEAD_SIGNATURE when it does not hold or its time is 2^63 or more.
absl::StatusOr<absl::Time> VerifyCosignature(std::string_view public_key,
                                             std::string_view checkpoint_body,
                                             std::string_view payload);

// The time in a payload that VerifyCosignature has accepted before.
absl::Time CosignatureTime(std::string_view payload);

}  // namespace gatepost::ledger

#endif  // GATEPOST_DAEMON_LEDGER_COSIGNATURE_H_
