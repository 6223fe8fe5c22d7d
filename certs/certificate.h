#ifndef GATEPOST_CERTS_CERTIFICATE_H_
#define GATEPOST_CERTS_CERTIFICATE_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/digest.h"
#include "certs/public_key.h"
#include "certs/spiffe_id.h"

struct x509_st;  // OpenSSL's X509.

namespace gatepost::certs {

// One parsed X.509 v3 certificate, not yet judged: whom it names, until when, with which key. A
// value that copies cheaply; any thread may read it.
class Certificate {
 public:
  // The largest DER that is parsed, in bytes.
  static constexpr size_t kMaxDerBytes = 16 * 1024;

  // TOO_LARGE above kMaxDerBytes; CERTIFICATE_MALFORMED when the bytes are not exactly one X.509 v3
  // certificate with a readable key (of an elliptic curve: a point on it) and readable dates.
  static absl::StatusOr<Certificate> Parse(std::string_view der);

  // The SPIFFE id in the one URI of the subject alternative name. BAD_SPIFFE_ID when there is no
  // URI, more than one, or one of another form. DNS names and addresses beside it do not matter.
  absl::StatusOr<SpiffeId> Name() const;

  // SHA-256 of the DER bytes: how signatures name their certificate.
  const Digest& sha256() const { return sha256_; }
  // The first second in which it is valid, and the first in which it is not any more.
  absl::Time not_before() const { return not_before_; }
  absl::Time not_after() const { return not_after_; }
  const PublicKey& key() const { return key_; }
  bool IsCa() const;
  // Whether it says that it was signed with SM2 and SM3, by whatever key stands above it.
  bool SignedWithSm2() const;
  // The subject in RFC 2253 form, control characters escaped.
  std::string Subject() const;
  // One line for logs: subject, issuer, serial number, validity in UTC, SHA-256.
  std::string Describe() const;
  // OpenSSL's object, for certs/ only.
  x509_st* get() const { return x509_.get(); }

 private:
  Certificate() = default;

  std::shared_ptr<x509_st> x509_;
  Digest sha256_{};
  absl::Time not_before_;
  absl::Time not_after_;
  PublicKey key_;
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_CERTIFICATE_H_
