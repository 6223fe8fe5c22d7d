#ifndef GATEPOST_CERTS_REQUEST_H_
#define GATEPOST_CERTS_REQUEST_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "certs/public_key.h"
#include "certs/secret.h"
#include "certs/spiffe_id.h"
#include "certs/suites.h"

namespace gatepost::certs {

// What a certificate is asked for; the three columns of certs/README.md, "Profiles".
enum class CertificateUse { kNode, kTls, kSign };

// "node", "tls" or "sign".
std::string_view CertificateUseName(CertificateUse use);

// What is asked of an authority.
struct RequestTerms {
  SpiffeId id;
  CertificateUse use = CertificateUse::kTls;
  // A name of suites.h; the key is of its kind.
  std::string suite = std::string(kEcdsaP256Sha256);
  // Host names beside the SPIFFE id, for tools.
  std::vector<std::string> dns_names = {};
};

// A key that was just made, and the request for its certificate.
struct RequestedKey {
  // PKCS #8 PEM, for a file of its owner's (key_file.h). It stays where it was made.
  SecretBytes private_key_pem;
  // PKCS #10 PEM (RFC 2986), for the authority: the SPIFFE id as URI, the key usages of the use.
  std::string request_pem;
};

// Makes a new key and signs a request with it. Any thread. CERTIFICATE_WRONG_USAGE when the use is
// not one of the name's role (nodes, and only nodes, ask for a node's);
// SUITE_NOT_ALLOWED for a suite that this version does not know; BAD_ARGUMENT for a host name that
// is none; INTERNAL when OpenSSL fails.
absl::StatusOr<RequestedKey> MakeRequest(const RequestTerms& terms);

// A request as an authority reads it: its signature holds, so that whoever wrote it has the key.
class CertificateRequest {
 public:
  // Reads one request in PEM. CERTIFICATE_MALFORMED when there is none, or its signature does not
  // hold; BAD_SPIFFE_ID unless it asks for exactly one name of that form; CERTIFICATE_WRONG_USAGE
  // when its key usages are of no profile; WEAK_KEY for a key that no profile allows.
  static absl::StatusOr<CertificateRequest> Parse(std::string_view pem);

  const SpiffeId& id() const { return id_; }
  CertificateUse use() const { return use_; }
  const PublicKey& key() const { return key_; }
  const std::vector<std::string>& dns_names() const { return dns_names_; }

 private:
  CertificateRequest(SpiffeId id, CertificateUse use, PublicKey key)
      : id_(std::move(id)), use_(use), key_(std::move(key)) {}

  SpiffeId id_;
  CertificateUse use_;
  PublicKey key_;
  std::vector<std::string> dns_names_;
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_REQUEST_H_
