#ifndef GATEPOST_CERTS_INSPECT_H_
#define GATEPOST_CERTS_INSPECT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/certificate.h"
#include "certs/digest.h"

namespace gatepost::certs {

// What a file of certificates or keys can hold.
enum class InspectedKind { kCertificate, kRequest, kRevocationList, kPrivateKey };

// One thing in a file, described for people and not judged. Of a private key only the public half.
struct Inspected {
  InspectedKind kind = InspectedKind::kCertificate;
  // The SPIFFE id, where there is exactly one URI and it is one; else empty.
  std::string spiffe_id;
  // Other names of the subject alternative name: host names, addresses, other URIs.
  std::vector<std::string> other_names;
  // tls-client, tls-server, sign, ca, revocation-list: what its extensions allow.
  std::vector<std::string> uses;
  // PublicKey::Describe, and the suite that such a key signs with (empty: none).
  std::string key;
  std::string suite;
  // RFC 2253 form; empty where the kind has none.
  std::string subject;
  std::string issuer;
  // Lower-case hexadecimal digits.
  std::string serial;
  // Of certificates: the window not_before <= t < not_after. Of revocation lists: as of when they
  // tell, and when the next one is due (nullopt: they do not say).
  std::optional<absl::Time> not_before;
  std::optional<absl::Time> not_after;
  // Of the DER bytes; nullopt for private keys, whose digest is nobody's business.
  std::optional<Digest> sha256;
  // Of the key's SubjectPublicKeyInfo (DER): a key and its certificate have the same one.
  std::optional<Digest> key_sha256;
  // A self-signed certificate of an authority.
  bool root = false;
  // Of a practice CA (practice_ca.h).
  bool practice = false;
  // How many certificates a revocation list names.
  uint32_t revoked = 0;
};

// Describes everything that `bytes` hold, in order: any mixture of PEM blocks (certificates,
// requests, revocation lists, private keys that are not encrypted), or one certificate or
// revocation list in DER. CERTIFICATE_MALFORMED when there is nothing of these, or one of them
// cannot be read. Nothing of a private key but its public half is in the answer.
absl::StatusOr<std::vector<Inspected>> Inspect(std::string_view bytes);

// SHA-256 of the SubjectPublicKeyInfo of `key`; nullopt when there is no key.
std::optional<Digest> KeyDigest(const PublicKey& key);

// Who issued `certificate`, and under which number, in the forms of Inspected.
std::string IssuerOf(const Certificate& certificate);
std::string SerialOf(const Certificate& certificate);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_INSPECT_H_
