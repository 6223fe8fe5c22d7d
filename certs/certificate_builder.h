#ifndef GATEPOST_CERTS_CERTIFICATE_BUILDER_H_
#define GATEPOST_CERTS_CERTIFICATE_BUILDER_H_

// Inside certs/ only: writing X.509 v3 certificates, for the practice CA.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/openssl.h"

namespace gatepost::certs {

// The fields of a certificate. Empty lists and strings leave their extension out.
struct CertificateFields {
  std::string organization;
  std::string common_name;  // Cut at 64 bytes, the limit of X.520.
  absl::Time not_before;
  absl::Time not_after;
  bool is_ca = false;
  std::string key_usage;  // OpenSSL's words, separated by commas.
  std::vector<std::string> extended_key_usages;
  std::vector<std::string> uris;
  std::vector<std::string> dns_names;
  std::vector<std::string> ipv4_addresses;
};

// The subject alternative name of `fields`; null when they have no names. INTERNAL when OpenSSL
// fails.
absl::StatusOr<GeneralNamesPtr> SubjectAlternativeName(const CertificateFields& fields);

// A certificate for `subject_key`, signed by `issuer_key` under the name of `issuer`; null for both
// issuer arguments: self-signed. The serial number is random, 16 bytes. INTERNAL when OpenSSL
// fails.
absl::StatusOr<X509Ptr> BuildCertificate(const CertificateFields& fields, EVP_PKEY* subject_key,
                                         X509* issuer, EVP_PKEY* issuer_key);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_CERTIFICATE_BUILDER_H_
