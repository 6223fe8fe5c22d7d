#ifndef GATEPOST_CLIENT_EVIDENCE_STORED_CHAINS_H_
#define GATEPOST_CLIENT_EVIDENCE_STORED_CHAINS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "certs/envelope_verifier.h"
#include "daemon/store/evidence.h"

namespace gatepost::evidence {

// The chains that the store keeps.
class StoredChains : public certs::CertificateSource {
 public:
  explicit StoredChains(const store::Reader& reader) : reader_(reader) {}

  std::optional<std::vector<std::string>> ChainBySha256(
      const certs::Digest& leaf_sha256) const override {
    auto chain = reader_.Chain(leaf_sha256);
    return chain.ok() ? *std::move(chain) : std::nullopt;
  }

 private:
  const store::Reader& reader_;
};

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_STORED_CHAINS_H_
