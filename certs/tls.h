#ifndef GATEPOST_CERTS_TLS_H_
#define GATEPOST_CERTS_TLS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace gatepost::certs {

// Makes TLS 1.3 the only version of this process, both as client and as server, with no session
// tickets (a resumed session would skip the certificate checks) and security level 2. It holds for
// every TLS context made afterwards by anyone in the process, so call it first in main, before
// anything of gRPC. Repeated calls do nothing. INTERNAL when the crypto library refuses.
absl::Status RequireTls13();

// Whether `private_key_pem` is the key of the first certificate of `certificate_chain_pem`, and
// both can be read: a pair is checked before it is given to gRPC, which says nothing useful about a
// wrong one. BAD_CONFIG or CERTIFICATE_MALFORMED.
absl::Status CheckKeyPair(std::string_view private_key_pem, std::string_view certificate_chain_pem);

// The same for files; the key file must be readable by its owner only (key_file.h). Errors name the
// files.
absl::Status CheckKeyPairFiles(const std::string& private_key_path,
                               const std::string& certificate_chain_path);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_TLS_H_
