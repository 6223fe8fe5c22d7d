#ifndef GATEPOST_CERTS_PROFILE_H_
#define GATEPOST_CERTS_PROFILE_H_

#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "certs/certificate.h"
#include "certs/identity.h"

namespace gatepost::certs {

// RFC 9336: id-kp-documentSigning. OpenSSL 3.0 has no name for it.
inline constexpr std::string_view kDocumentSigningOid = "1.3.6.1.5.5.7.3.36";

// Judges the fields of a leaf certificate that names `role` against the profile of `usage`
// (certs/README.md, "Profiles"), not its chain.
// - TLS: extended key usage clientAuth or serverAuth as used, both for a node, and not
//   documentSigning; key usage digitalSignature. Else CERTIFICATE_WRONG_USAGE. A key that is not
//   P-256, Ed25519 or RSA of 3072 bits or more is WEAK_KEY; SM2, which is not weak but unknown to
//   OpenSSL's TLS, is CERTIFICATE_WRONG_USAGE.
// - Signing: key usage digitalSignature and nonRepudiation, extended key usage documentSigning, and
//   none of clientAuth, serverAuth, anyExtendedKeyUsage; not a node, since nodes sign no messages.
//   Else CERTIFICATE_WRONG_USAGE. A key with no suite is WEAK_KEY, one whose suite is not among
//   `allowed_suites` SUITE_NOT_ALLOWED.
// A CA certificate is never a leaf: CERTIFICATE_WRONG_USAGE.
absl::Status CheckLeafProfile(const Certificate& leaf, Role role, Usage usage,
                              std::span<const std::string> allowed_suites);

// The refusal of an SM2 key in TLS, own or foreign: CERTIFICATE_WRONG_USAGE.
absl::Status RefuseSm2InTls(const Certificate& leaf);

// The rules of SM2 for a whole path, leaf first, root included: SUITE_NOT_ALLOWED when one of its
// certificates has an SM2 key or was signed with one and `allowed_suites` has no sm2-sm3; WEAK_KEY
// when one below the root was signed over SM3 by another kind of key, which no rule foresees.
absl::Status CheckPathSm2(std::span<const Certificate> path,
                          std::span<const std::string> allowed_suites);

// An intermediate that restricts its extended key usages must include that of `usage`; one without
// the extension restricts nothing. CERTIFICATE_WRONG_USAGE otherwise.
absl::Status CheckIntermediateProfile(const Certificate& intermediate, Usage usage);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_PROFILE_H_
