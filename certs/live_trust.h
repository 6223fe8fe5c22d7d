#ifndef GATEPOST_CERTS_LIVE_TRUST_H_
#define GATEPOST_CERTS_LIVE_TRUST_H_

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/batch.h"
#include "certs/bounded_cache.h"
#include "certs/certificate_cache.h"
#include "certs/digest.h"
#include "certs/identity.h"
#include "certs/revocations.h"
#include "certs/trust.h"

namespace gatepost::certs {

// A batch head whose signatures hold.
struct VerifiedHead {
  BatchHead head;
  std::vector<Identity> signers;
};

// Whom to trust as of one reading of roots, revocation lists and deny list, with all that was found
// good by it. What is remembered never outlives the reading: a new one begins with an empty memory.
// Constant but for that memory; any thread may call it.
class TrustSnapshot {
 public:
  // By PAE digest of the head and digest of its signatures. An entry serves while every signer's
  // certificate is valid.
  using VerifiedHeads = BoundedCache<std::pair<Digest, Digest>, VerifiedHead>;

  // Without `revocations` there are no lists and nobody is denied. At most `batch_heads` verified
  // heads are remembered, so that a batch costs one signature check.
  explicit TrustSnapshot(std::shared_ptr<const TrustStore> store, RevocationBook revocations = {},
                         size_t batch_heads = 1024);

  // As TrustStore::Validate, and by RevocationBook::Check neither revoked nor denied at `at` (of a
  // signature: when it was logged first). The window of the Identity ends where a known revocation
  // or denial begins and where a list ends, so no copy of it outlives them. Remembered.
  absl::StatusOr<Identity> Validate(const std::vector<std::string>& chain_der, Usage usage,
                                    absl::Time at) const;

  // What Validate found good before for the leaf with this SHA-256 and this usage, when it is so at
  // `at` too; else nullopt, and Validate says why.
  std::optional<Identity> Find(const Digest& leaf_sha256, Usage usage, absl::Time at) const;

  const std::shared_ptr<const TrustStore>& store() const { return store_; }
  const RevocationBook& revocations() const { return revocations_; }
  VerifiedHeads& heads() const { return heads_; }

 private:
  CertificateCache& CacheOf(Usage usage) const { return usage == Usage::kSign ? signers_ : peers_; }

  const std::shared_ptr<const TrustStore> store_;
  const RevocationBook revocations_;
  // Two, so that many callers never push out the signers.
  mutable CertificateCache peers_;
  mutable CertificateCache signers_;
  mutable VerifiedHeads heads_;
};

// The trust that counts now, and that may be another one the next moment. Everybody who judges asks
// for it anew each time, and judges one thing by one snapshot. Any thread.
class LiveTrust {
 public:
  explicit LiveTrust(std::shared_ptr<const TrustSnapshot> first) : current_(std::move(first)) {}
  // Roots alone: no lists, and nobody is denied. `store` must outlive it.
  explicit LiveTrust(const TrustStore& store, size_t batch_heads = 1024);

  // Never null. Shared, because who judges may be at it while the next one is published.
  std::shared_ptr<const TrustSnapshot> Current() const;

  // From now on `next` counts. What is open is judged by it within the second (rpc/live_calls.h).
  void Publish(std::shared_ptr<const TrustSnapshot> next);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const TrustSnapshot> current_;  // Guarded by mutex_.
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_LIVE_TRUST_H_
