#include "certs/signing_path.h"

#include <utility>

#include "certs/openssl.h"
#include "certs/path_validation.h"
#include "certs/trust.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {

absl::StatusOr<std::vector<Certificate>> PathToRoot(const std::vector<std::string>& chain_der,
                                                    std::span<const Certificate> roots,
                                                    absl::Time now) {
  const auto broken = [](std::string_view came) {
    return system::Refuse(v1::REASON_CHAIN_BROKEN, "a chain to a pinned root", came,
                          "send the whole chain that the domain's CA issued");
  };
  std::vector<Certificate> chain;
  for (const std::string& der : chain_der) {
    GATEPOST_ASSIGN_OR_RETURN(Certificate certificate, Certificate::Parse(der));
    chain.push_back(std::move(certificate));
  }
  const StorePtr store(X509_STORE_new());
  if (chain.empty() || chain.size() > TrustStore::kMaxChain || store == nullptr) {
    return broken("none");
  }
  for (const Certificate& root : roots) X509_STORE_add_cert(store.get(), root.get());
  TakeErrors();
  PathResult path = ValidatePath(store.get(), chain, &now, TrustStore::kMaxChain + 1);
  if (!path.ok()) return broken(path.Describe());
  return std::move(path.certificates);
}

}  // namespace gatepost::certs
