#ifndef GATEPOST_CERTS_DSSE_H_
#define GATEPOST_CERTS_DSSE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "certs/digest.h"
#include "certs/signer.h"
#include "gatepost/v1/envelope.pb.h"

namespace gatepost::certs {

// The payload type of a message, version 1 (PROTOCOL.md 2).
inline constexpr std::string_view kMessagePayloadType =
    "application/vnd.gatepost.message.v1+protobuf";
// The payload type of a batch head (PROTOCOL.md 2).
inline constexpr std::string_view kBatchHeadPayloadType = "application/vnd.gatepost.batch-head.v1";
// The most signatures that one envelope or batch head may carry.
inline constexpr int kMaxSignatures = 16;

// The bytes that are signed (secure-systems-lab/dsse, protocol.md):
// "DSSEv1" SP LEN(type) SP type SP LEN(payload) SP payload, LEN in ASCII decimal bytes.
std::string Pae(std::string_view payload_type, std::string_view payload);

// SHA-256 of Pae(payload_type, payload), without building it: the digest by which two messages are
// the same (PROTOCOL.md 1).
Digest PaeDigest(std::string_view payload_type, std::string_view payload);

// SHA-256 over the lines `<certificate sha256 hex> <suite> <base64 value>` LF, in order
// (PROTOCOL.md 1). Of a batched message: of its head's signatures.
Digest SignaturesDigest(const v1::Envelope& envelope);
Digest SignaturesDigest(const google::protobuf::RepeatedPtrField<v1::Signature>& signatures);

// The signature of `signer` over PAE(payload_type, payload). INTERNAL as Signer::Sign.
absl::StatusOr<v1::Signature> SignPayload(std::string_view payload_type, std::string_view payload,
                                          const Signer& signer);

// Adds the signature of `signer` to the envelope, whose payload type and payload must be set.
// FIELD_MISSING without a payload type; MALFORMED_ENVELOPE when it is part of a batch;
// DUPLICATE_SIGNER when that certificate signed it already; TOO_LARGE at kMaxSignatures.
absl::Status SignEnvelope(v1::Envelope& envelope, const Signer& signer);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_DSSE_H_
