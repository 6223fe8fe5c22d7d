#ifndef GATEPOST_CERTS_TLS_IDENTITY_H_
#define GATEPOST_CERTS_TLS_IDENTITY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "certs/secret.h"

namespace gatepost::certs {

// What one end of a TLS connection shows and proves: its certificate chain and the private key of
// its leaf. Move-only, since it holds a secret.
class TlsIdentity {
 public:
  // Loads a chain (PEM, leaf first) and a private key (PEM, not encrypted, readable by its owner
  // only). BAD_CONFIG, naming the file, when one cannot be read, the chain holds no certificate, or
  // the key is not that of the leaf. Who the leaf names, and whether anybody trusts it, is not
  // looked at: TrustStore::Validate judges chain_der().
  static absl::StatusOr<TlsIdentity> Load(const std::string& certificate_file,
                                          const std::string& key_file);

  // DER, leaf first.
  const std::vector<std::string>& chain_der() const { return chain_der_; }
  // The same as PEM.
  const std::string& chain_pem() const { return chain_pem_; }
  // The private key's PEM. For the TLS library only.
  const SecretBytes& key_pem() const { return key_pem_; }

 private:
  TlsIdentity() = default;

  std::vector<std::string> chain_der_;
  std::string chain_pem_;
  SecretBytes key_pem_;
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_TLS_IDENTITY_H_
