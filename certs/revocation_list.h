#ifndef GATEPOST_CERTS_REVOCATION_LIST_H_
#define GATEPOST_CERTS_REVOCATION_LIST_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/certificate.h"
#include "certs/digest.h"

struct X509_crl_st;  // OpenSSL's X509_CRL.

namespace gatepost::certs {

// An X.509 certificate revocation list (RFC 5280 section 5): which certificates of one issuer are
// revoked, and since when. Whole lists of one issuer only; delta and indirect lists are refused. A
// value that copies cheaply; any thread may read it.
class RevocationList {
 public:
  // The largest list that is parsed, in bytes.
  static constexpr size_t kMaxBytes = 4 * 1024 * 1024;

  // Reads one list in DER or in PEM ("X509 CRL"). TOO_LARGE above kMaxBytes; CERTIFICATE_MALFORMED
  // when the bytes are not exactly one list, its dates cannot be read, or it has a critical
  // extension that this version does not follow.
  static absl::StatusOr<RevocationList> Parse(std::string_view bytes);

  // Reads a file of lists: one in DER, or one or more in PEM with nothing but blanks and line ends
  // beside them. The errors of Parse when one of them, or anything else in the file, is wrong.
  static absl::StatusOr<std::vector<RevocationList>> ParseAll(std::string_view bytes);

  // Whether `issuer` is the authority that the list names (its name, with the right to sign lists).
  bool Names(const Certificate& issuer) const;
  // Whether `issuer` signed it, with SHA-256 or better, or with SM2 and SM3. BAD_SIGNATURE
  // otherwise.
  absl::Status CheckSignature(const Certificate& issuer) const;

  // When `certificate` was revoked; nullopt when the list does not have it or is about another
  // issuer. The caller has checked the signature. A certificate on hold counts as revoked.
  std::optional<absl::Time> RevokedAt(const Certificate& certificate) const;

  // The instant as of which it tells.
  absl::Time this_update() const { return this_update_; }
  // When the next list comes at the latest; nullopt when it does not say so.
  std::optional<absl::Time> next_update() const { return next_update_; }
  // Its bytes in DER.
  const std::string& der() const { return der_; }
  // SHA-256 of der().
  const Digest& sha256() const { return sha256_; }
  // The issuer's name in RFC 2253 form.
  std::string Issuer() const;
  // Which key of the issuer signed it, as it says itself (authority key identifier), and its number
  // (cRLNumber): lower-case hexadecimal, without leading zeros in the number; empty where it says
  // nothing.
  const std::string& key_id() const { return key_id_; }
  const std::string& number() const { return number_; }

 private:
  RevocationList() = default;

  static absl::StatusOr<RevocationList> Of(std::shared_ptr<X509_crl_st> list);

  std::shared_ptr<X509_crl_st> list_;
  std::string der_;
  Digest sha256_{};
  std::string key_id_;
  std::string number_;
  absl::Time this_update_;
  std::optional<absl::Time> next_update_;
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_REVOCATION_LIST_H_
