#include "certs/certificate_cache.h"

#include "daemon/system/status_macros.h"

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

absl::StatusOr<Identity> CertificateCache::Validate(const TrustStore& store,
                                                    const std::vector<std::string>& chain_der,
                                                    Usage usage, absl::Time now) {
  if (!chain_der.empty()) {
    if (std::optional<Identity> known = Find(Sha256Of(chain_der[0]), usage, now)) return *known;
  }
  GATEPOST_ASSIGN_OR_RETURN(Identity identity, store.Validate(chain_der, usage, now));
  Put(usage, identity);
  return identity;
}

void CertificateCache::Forget(const Digest& leaf_sha256) {
  for (Usage usage : {Usage::kTlsClient, Usage::kTlsServer, Usage::kSign}) {
    identities_.Erase({leaf_sha256, usage});
  }
}

}  // namespace gatepost::certs
