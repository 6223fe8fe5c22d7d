#ifndef GATEPOST_CERTS_PRIVATE_KEY_H_
#define GATEPOST_CERTS_PRIVATE_KEY_H_

// Inside certs/ only: reading private keys and fitting them to certificates.

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "certs/certificate.h"
#include "certs/openssl.h"

namespace gatepost::certs {

// The first private key of `pem` (PKCS #8, or the older EC and RSA forms). BAD_CONFIG when there is
// none or it is encrypted: nobody is there to type a password, so none is ever asked for.
absl::StatusOr<PkeyPtr> ParsePrivateKey(std::string_view pem);

// BAD_CONFIG, naming the certificate, unless its key is the public half of `key`.
absl::Status CheckBelongTogether(EVP_PKEY* key, const Certificate& certificate);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_PRIVATE_KEY_H_
