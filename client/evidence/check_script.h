#ifndef GATEPOST_CLIENT_EVIDENCE_CHECK_SCRIPT_H_
#define GATEPOST_CLIENT_EVIDENCE_CHECK_SCRIPT_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/evidence/verdict.h"
#include "daemon/ledger/note.h"
#include "daemon/ledger/proof.h"

// How to check one entry's proof without any of our programs.
namespace gatepost::evidence {

// The Ed25519 public key as a PEM file that stock openssl reads (RFC 8410).
std::string PublicKeyPem(const ledger::VerifierKey& key);

// A script for bash, stock openssl, sha256sum and the usual tools, to be run beside `<name>.leaf`,
// `<name>.tlog-proof` and `key_file` (the log's public key): it hashes the leaf, walks this proof's
// path up to the root, compares it with the root in the head, and checks the log's signature under
// the head. It prints what it finds and ends with exit code 0 only when all holds.
// EVIDENCE_INVALID when the proof's checkpoint cannot be read.
absl::StatusOr<std::string> CheckScript(const std::string& name, const ledger::TlogProof& proof,
                                        const ledger::VerifierKey& log_key,
                                        const std::string& key_file);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_CHECK_SCRIPT_H_
