#ifndef GATEPOST_CERTS_PATH_VALIDATION_H_
#define GATEPOST_CERTS_PATH_VALIDATION_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "certs/certificate.h"
#include "certs/openssl.h"

namespace gatepost::certs {

// What RFC 5280 path validation found.
struct PathResult {
  // An X509_V_* code of OpenSSL; X509_V_OK when the path is valid.
  int code = X509_V_ERR_UNSPECIFIED;
  // Where it failed: 0 is the leaf.
  int depth = 0;
  // The valid path from leaf to root; empty when there is none.
  std::vector<Certificate> certificates;

  bool ok() const { return code == X509_V_OK; }
  // For people, with the place.
  std::string Describe() const;
};

// Builds and checks a path from chain[0] through the rest of `chain` (any order) to a root in
// `store`, strictly (X509_V_FLAG_X509_STRICT), at 128 bits of security for every key and signature
// below the root, with at most `max_length` certificates, root included. `now` is the instant of
// validity; nullptr leaves dates out. Key usages are not judged (profile.h).
PathResult ValidatePath(X509_STORE* store, const std::vector<Certificate>& chain,
                        const absl::Time* now, size_t max_length);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_PATH_VALIDATION_H_
