#include "client/evidence/check_script.h"

#include <string_view>
#include <vector>

#include "certs/digest.h"
#include "client/evidence/log_keys.h"
#include "client/evidence/proof_path.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::evidence {
namespace {

// RFC 8410: the SubjectPublicKeyInfo of an Ed25519 key, before the key's 32 bytes.
constexpr char kSpkiPrefix[] = "302a300506032b6570032100";

// The steps of this proof.
std::string Walk(const ledger::TlogProof& proof, uint64_t size) {
  std::string lines;
  const std::vector<bool> left = StandsOnTheLeft(proof.index, size, proof.path.size());
  for (size_t i = 0; i < left.size(); ++i) {
    const std::string other = certs::ToHex(proof.path[i]);
    lines += left[i] ? fmt::format("hash=$(node {} \"$hash\")\n", other)
                     : fmt::format("hash=$(node \"$hash\" {})\n", other);
  }
  return lines;
}

}  // namespace

// Its 44 bytes are 60 characters of base64: one line.
std::string PublicKeyPem(const ledger::VerifierKey& key) {
  return fmt::format("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
                     certs::Base64Encode(*certs::HexDecode(kSpkiPrefix) + key.public_key()));
}

absl::StatusOr<std::string> CheckScript(const std::string& name, const ledger::TlogProof& proof,
                                        const ledger::VerifierKey& log_key,
                                        const std::string& key_file) {
  GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedCheckpoint head,
                            ledger::OpenCheckpoint(proof.checkpoint, log_key));
  std::string script = fmt::format(
      R"sh(#!/bin/bash
# Checks {0}.leaf by stock tools (RFC 9162, C2SP tlog-proof and signed-note).
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

# The hash of the leaf, then of each node above it, up to the root.
bytes() {{ printf "$(printf %s "$1" | sed 's/../\\x&/g')"; }}
node() {{ bytes "01$1$2" | sha256sum | cut -c 1-64; }}
hash=$({{ bytes 00; cat {0}.leaf; }} | sha256sum | cut -c 1-64)
echo "leaf hash $hash"
)sh",
      name);
  script += Walk(proof, head.checkpoint.size);
  script += fmt::format(
      R"sh(
# The head that the log has signed: origin, size, root.
sed '1,/^$/d' {0}.tlog-proof > "$work/head"
sed '/^$/,$d' "$work/head" > "$work/body"
root=$(sed -n 3p "$work/body")
echo "root      $root"
test "$(bytes "$hash" | base64)" = "$root"

# Its signature: 4 bytes of key id, 64 of Ed25519.
grep -m 1 '^— {1} ' "$work/head" | cut -d ' ' -f 3 | base64 -d | tail -c 64 > "$work/signature"
openssl pkeyutl -verify -pubin -inkey {2} -rawin -in "$work/body" -sigfile "$work/signature"
echo "{0}.leaf is entry {3} of the log with this head:"
cat "$work/body"
)sh",
      name, log_key.name(), key_file, proof.index);
  return script;
}

}  // namespace gatepost::evidence
