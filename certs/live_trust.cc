#include "certs/live_trust.h"

#include <algorithm>

#include "daemon/system/status_macros.h"

namespace gatepost::certs {

TrustSnapshot::TrustSnapshot(std::shared_ptr<const TrustStore> store, RevocationBook revocations,
                             size_t batch_heads)
    : store_(std::move(store)), revocations_(std::move(revocations)), heads_(batch_heads) {}

std::optional<Identity> TrustSnapshot::Find(const Digest& leaf_sha256, Usage usage,
                                            absl::Time at) const {
  return CacheOf(usage).Find(leaf_sha256, usage, at);
}

absl::StatusOr<Identity> TrustSnapshot::Validate(const std::vector<std::string>& chain_der,
                                                 Usage usage, absl::Time at) const {
  if (!chain_der.empty()) {
    if (std::optional<Identity> known = Find(Sha256Of(chain_der[0]), usage, at)) {
      return *std::move(known);
    }
  }
  std::vector<Certificate> path;
  GATEPOST_ASSIGN_OR_RETURN(Identity identity, store_->Validate(chain_der, usage, at, &path));
  GATEPOST_ASSIGN_OR_RETURN(const absl::Time until, revocations_.Check(identity.id, path, at));
  identity.not_after = std::min(identity.not_after, until);
  CacheOf(usage).Put(usage, identity);
  return identity;
}

LiveTrust::LiveTrust(const TrustStore& store, size_t batch_heads)
    : current_(std::make_shared<TrustSnapshot>(
          std::shared_ptr<const TrustStore>(std::shared_ptr<void>(), &store), RevocationBook(),
          batch_heads)) {}

std::shared_ptr<const TrustSnapshot> LiveTrust::Current() const {
  std::lock_guard lock(mutex_);
  return current_;
}

void LiveTrust::Publish(std::shared_ptr<const TrustSnapshot> next) {
  {
    std::lock_guard lock(mutex_);
    current_.swap(next);
  }
  // What was `next` is the old one now, and goes here, outside the lock.
}

}  // namespace gatepost::certs
