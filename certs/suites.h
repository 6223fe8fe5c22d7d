#ifndef GATEPOST_CERTS_SUITES_H_
#define GATEPOST_CERTS_SUITES_H_

#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "certs/digest.h"
#include "certs/public_key.h"

namespace gatepost::certs {

// The names of signature suites on the wire (PROTOCOL.md 2). An unknown one fails closed.
// ECDSA over P-256 with SHA-256; the value is a DER SEQUENCE of r and s (RFC 3279, 2.2.3).
inline constexpr std::string_view kEcdsaP256Sha256 = "ecdsa-p256-sha256";
// Ed25519 (RFC 8032, pure); the value is 64 bytes.
inline constexpr std::string_view kEd25519 = "ed25519";
// SM2 with SM3 (GB/T 32918.2, GB/T 32905) under the distinguishing id 1234567812345678; the value
// is a DER SEQUENCE of r and s (GM/T 0009-2012).
inline constexpr std::string_view kSm2Sm3 = "sm2-sm3";
// All of them, as a refusal lists them.
inline constexpr std::string_view kSuiteNames = "ecdsa-p256-sha256, ed25519, sm2-sm3";

// Whether this version can sign and verify with `suite`.
bool SuiteImplemented(std::string_view suite);

// The one suite that a key of this kind signs with; nullopt for RSA and other kinds.
std::optional<std::string_view> SuiteOfKey(const PublicKey& key);

// Checks `value` as a signature of `suite` by `key` over `message` (any bytes; for envelopes, the
// PAE). SUITE_NOT_ALLOWED when the suite is not implemented or does not fit the key; BAD_SIGNATURE
// when the signature does not hold or is not encoded as the suite says. Any thread may call it.
absl::Status Verify(const PublicKey& key, std::string_view suite, std::string_view message,
                    std::string_view value);

// The same for kEcdsaP256Sha256 when the SHA-256 of the message is known already, so that a large
// message is hashed once for all its signatures.
absl::Status VerifyEcdsaDigest(const PublicKey& key, const Digest& message_sha256,
                               std::string_view value);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_SUITES_H_
