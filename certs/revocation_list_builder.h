#ifndef GATEPOST_CERTS_REVOCATION_LIST_BUILDER_H_
#define GATEPOST_CERTS_REVOCATION_LIST_BUILDER_H_

// Inside certs/ only: writing X.509 revocation lists, for the practice CA.

#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/certificate.h"
#include "certs/openssl.h"

namespace gatepost::certs {

// A list of these certificates with the times of their revocation, signed by `issuer_key` under the
// name of `issuer`. Without `next_update` it does not say when the next one comes. Times are cut to
// seconds. INTERNAL when OpenSSL fails.
absl::StatusOr<CrlPtr> BuildRevocationList(
    const std::vector<std::pair<Certificate, absl::Time>>& revoked, absl::Time this_update,
    std::optional<absl::Time> next_update, X509* issuer, EVP_PKEY* issuer_key);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_REVOCATION_LIST_BUILDER_H_
