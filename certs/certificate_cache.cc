#include "certs/certificate_cache.h"

namespace gatepost::certs {

std::optional<Identity> CertificateCache::Find(const Digest& leaf_sha256, Usage usage,
                                               absl::Time now) {
  std::optional<Identity> identity = identities_.Find({leaf_sha256, usage});
  if (identity.has_value() && !identity->ValidAt(now)) return std::nullopt;
  return identity;
}

void CertificateCache::Put(Usage usage, Identity identity) {
  const std::pair<Digest, Usage> key(identity.certificate_sha256, usage);
  identities_.Put(key, std::move(identity));
}

}  // namespace gatepost::certs
