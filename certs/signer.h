#ifndef GATEPOST_CERTS_SIGNER_H_
#define GATEPOST_CERTS_SIGNER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "certs/spiffe_id.h"

namespace gatepost::certs {

// A private signing key with its certificate. Its only verbs are sign and describe; the key never
// leaves it and is wiped with it. Any thread may call it.
class Signer {
 public:
  // Reads both from files; `certificate_chain_path` holds the leaf first, then intermediates.
  // BAD_CONFIG, naming the file, when one cannot be read, the key file can be read by group or
  // others, the key is encrypted or of a kind without a suite, or the two do not belong together;
  // BAD_SPIFFE_ID or CERTIFICATE_MALFORMED for the certificate.
  static absl::StatusOr<std::unique_ptr<Signer>> FromFiles(
      const std::string& private_key_path, const std::string& certificate_chain_path);

  // The same from PEM texts. Wiping `private_key_pem` is the caller's part. Whether the certificate
  // is trusted, in date and made for signing is for those who verify: it is not judged here.
  static absl::StatusOr<std::unique_ptr<Signer>> FromPem(std::string_view private_key_pem,
                                                         std::string_view certificate_chain_pem);

  ~Signer();
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;

  // The name of suites.h that follows from the key.
  std::string_view suite() const { return suite_; }
  const SpiffeId& id() const { return id_; }
  // DER, leaf first.
  const std::vector<std::string>& certificate_chain_der() const { return chain_der_; }
  // Of the leaf: what a Signature names.
  const Digest& certificate_sha256() const { return certificate_sha256_; }

  // The signature of `suite()` over `message` (any bytes; for envelopes the PAE): DER for ECDSA
  // and SM2, 64 bytes for Ed25519. Only a defect of the crypto library makes it fail (INTERNAL).
  absl::StatusOr<std::string> Sign(std::string_view message) const;

 private:
  struct Key;
  Signer(std::unique_ptr<Key> key, SpiffeId id);

  std::unique_ptr<Key> key_;
  std::string_view suite_;  // One of the constants of suites.h.
  SpiffeId id_;
  std::vector<std::string> chain_der_;
  Digest certificate_sha256_{};
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_SIGNER_H_
