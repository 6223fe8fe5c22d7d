#ifndef GATEPOST_CERTS_CERTIFICATE_CACHE_H_
#define GATEPOST_CERTS_CERTIFICATE_CACHE_H_

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/time/time.h"
#include "certs/bounded_cache.h"
#include "certs/digest.h"
#include "certs/identity.h"

namespace gatepost::certs {

// Certificates that one TrustSnapshot found good, with their parsed keys: the next message of the
// same signer costs one signature check and no chain. Bounded; any thread may call it. It belongs
// to one snapshot: a new one has a new cache. Only good certificates are kept, so a stranger cannot
// fill it.
class CertificateCache {
 public:
  explicit CertificateCache(size_t capacity = 4096) : identities_(capacity) {}

  // The identity of the leaf for this usage, when it was validated before and its whole chain is
  // valid at `now`. An entry outside its window is not returned: the caller validates again, and
  // gets the reason.
  std::optional<Identity> Find(const Digest& leaf_sha256, Usage usage, absl::Time now);

  // Keeps what was found good for this usage.
  void Put(Usage usage, Identity identity);

  size_t size() const { return identities_.size(); }

 private:
  BoundedCache<std::pair<Digest, Usage>, Identity> identities_;
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_CERTIFICATE_CACHE_H_
