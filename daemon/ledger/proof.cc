#include "daemon/ledger/proof.h"

#include <fmt/format.h>

#include <utility>

#include "daemon/ledger/lines.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "daemon/system/utf8.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::ledger {
namespace {

constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";

// Sizes are below 2^63, so no path is longer.
constexpr size_t kLongestPath = 63;

absl::Status Malformed(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_EVIDENCE_INVALID, fmt::format("a tlog-proof with {}", wanted),
                        system::Printable(came), "ask for the proof's exact bytes");
}

}  // namespace

std::string TlogProof::Format() const {
  std::string text = fmt::format("{}\n", kFirstLine);
  if (extra) text += fmt::format("extra {}\n", certs::Base64Encode(*extra));
  text += fmt::format("index {}\n", index);
  for (const Digest& hash : path) text += certs::Base64Encode(certs::AsView(hash)) + "\n";
  return text + "\n" + checkpoint;
}

absl::StatusOr<TlogProof> TlogProof::Parse(std::string_view text) {
  constexpr std::string_view kNoLine = "no complete line";
  std::string_view rest = text;
  std::optional<std::string_view> line = TakeLine(rest);
  if (line != kFirstLine) {
    return Malformed(fmt::format("the first line `{}`", kFirstLine), line.value_or(kNoLine));
  }
  TlogProof proof;
  line = TakeLine(rest);
  std::string_view value = line.value_or(kNoLine);
  if (TakePrefix("extra ", value)) {
    proof.extra = certs::Base64Decode(value);
    if (!proof.extra) return Malformed("`extra` in base64", value);
    line = TakeLine(rest);
    value = line.value_or(kNoLine);
  }
  std::optional<uint64_t> index;
  if (TakePrefix("index ", value)) index = ParseDecimal(value);
  if (!index) return Malformed("a line `index <decimal>`", value);
  proof.index = *index;
  while (true) {
    line = TakeLine(rest);
    if (!line) return Malformed("an empty line before the checkpoint", rest);
    if (line->empty()) break;
    const std::optional<std::string> bytes = certs::Base64Decode(*line);
    const std::optional<Digest> hash = certs::DigestFromBytes(bytes.value_or(""));
    if (!hash) return Malformed("a path of 32-byte hashes in base64", *line);
    if (proof.path.size() == kLongestPath) {
      return Malformed(fmt::format("a path of at most {} hashes", kLongestPath), "more");
    }
    proof.path.push_back(*hash);
  }
  if (rest.empty()) return Malformed("a checkpoint", "nothing after the empty line");
  proof.checkpoint = std::string(rest);
  return proof;
}

absl::StatusOr<VerifiedProof> VerifyProof(std::string_view leaf_bytes, const TlogProof& proof,
                                          const KeyRing& log_keys,
                                          std::span<const VerifierKey> witnesses) {
  VerifiedProof verified;
  verified.index = proof.index;
  verified.leaf_hash = LeafHash(leaf_bytes);
  GATEPOST_ASSIGN_OR_RETURN(verified.head, OpenCheckpoint(proof.checkpoint, log_keys, witnesses));
  const Checkpoint& head = verified.head.checkpoint;
  GATEPOST_RETURN_IF_ERROR(
      VerifyInclusion(proof.index, head.size, verified.leaf_hash, proof.path, head.root));
  return verified;
}

absl::StatusOr<VerifiedProof> VerifyProofText(std::string_view leaf_bytes,
                                              std::string_view proof_text, const KeyRing& log_keys,
                                              std::span<const VerifierKey> witnesses) {
  GATEPOST_ASSIGN_OR_RETURN(TlogProof proof, TlogProof::Parse(proof_text));
  return VerifyProof(leaf_bytes, proof, log_keys, witnesses);
}

}  // namespace gatepost::ledger
