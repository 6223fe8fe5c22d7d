#ifndef GATEPOST_CERTS_CERTIFICATE_CACHE_H_
#define GATEPOST_CERTS_CERTIFICATE_CACHE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/bounded_cache.h"
#include "certs/digest.h"
#include "certs/identity.h"
#include "certs/trust.h"

namespace gatepost::certs {

// Certificates that one TrustStore found good, with their parsed keys: the next message of the same
// signer costs one signature check and no chain. Bounded; any thread may call it. It belongs to one
// TrustStore: a new store needs a new cache. Only good certificates are kept, so a stranger cannot
// fill it.
class CertificateCache {
 public:
  explicit CertificateCache(size_t capacity = 4096) : identities_(capacity) {}

  // The identity of the leaf for this usage, when it was validated before and its whole chain is
  // valid at `now`. An entry outside its window is not returned: the caller validates again, and
  // gets the reason.
  std::optional<Identity> Find(const Digest& leaf_sha256, Usage usage, absl::Time now);

  // Keeps what TrustStore::Validate returned for this usage.
  void Put(Usage usage, Identity identity);

  // Find, or else Validate through `store` and Put. Errors as TrustStore::Validate.
  absl::StatusOr<Identity> Validate(const TrustStore& store,
                                    const std::vector<std::string>& chain_der, Usage usage,
                                    absl::Time now);

  // Forgets a certificate for every usage: it was revoked.
  void Forget(const Digest& leaf_sha256);

  size_t size() const { return identities_.size(); }

 private:
  BoundedCache<std::pair<Digest, Usage>, Identity> identities_;
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_CERTIFICATE_CACHE_H_
