#ifndef GATEPOST_CERTS_BATCH_H_
#define GATEPOST_CERTS_BATCH_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "certs/signer.h"
#include "certs/spiffe_id.h"
#include "gatepost/v1/envelope.pb.h"

namespace gatepost::certs {

// The most messages that one batch head may cover (PROTOCOL.md 2).
inline constexpr uint32_t kMaxBatchSize = 4096;

// What the author of a batch signs once: how many messages, under which RFC 6962 root. The tree's
// leaf inputs are the messages' 32-byte PAE digests.
struct BatchHead {
  SpiffeId author;
  uint32_t size = 0;
  Digest root{};

  // The DSSE payload: the lines `gatepost-batch/v1`, `author <spiffe id>`, `size <n>`,
  // `root <base64>`, each ended by LF.
  std::string ToPayload() const;

  // Reads exactly what ToPayload writes. BAD_BATCH_PATH for anything else (size 0, above
  // kMaxBatchSize or with leading zeros, bytes after the last LF); BAD_SPIFFE_ID for the author.
  static absl::StatusOr<BatchHead> Parse(std::string_view payload);
};

// Whether the message with `pae_digest` is number `membership.index()` of the batch under `head`
// (RFC 9162, 2.1.3.2). BAD_BATCH_PATH when the index is not below the size, a path entry is not 32
// bytes, the path is too short or too long for the place, or it leads to another root.
absl::Status CheckMembership(const BatchHead& head, const Digest& pae_digest,
                             const v1::BatchMembership& membership);

// Signs many messages at once: one membership for each of `pae_digests`, in order, to be set as the
// envelope's `batch`. BAD_ARGUMENT for 0 or more than kMaxBatchSize digests; NOT_ALLOWED unless the
// signer is a service (only reports by services travel in batches).
absl::StatusOr<std::vector<v1::BatchMembership>> SignBatch(std::span<const Digest> pae_digests,
                                                           const Signer& signer);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_BATCH_H_
