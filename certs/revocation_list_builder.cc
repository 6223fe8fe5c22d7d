#include "certs/revocation_list_builder.h"

#include <memory>
#include <string_view>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {
namespace {

using TimePtr = std::unique_ptr<ASN1_TIME, FreeWith<ASN1_TIME_free>>;
using KeyIdPtr = std::unique_ptr<AUTHORITY_KEYID, FreeWith<AUTHORITY_KEYID_free>>;
using NumberPtr = std::unique_ptr<ASN1_INTEGER, FreeWith<ASN1_INTEGER_free>>;
using RevokedPtr = std::unique_ptr<X509_REVOKED, FreeWith<X509_REVOKED_free>>;

absl::Status Failed(std::string_view wanted) {
  return system::Refuse(v1::REASON_INTERNAL, wanted, TakeErrors(), "try once more");
}

TimePtr ToAsn1(absl::Time time) { return TimePtr(ASN1_TIME_set(nullptr, absl::ToTimeT(time))); }

// Which key of the issuer signs the list, and its number: both required by RFC 5280, 5.2. The
// number is the time, which only grows.
absl::Status AddExtensions(X509_CRL* list, absl::Time this_update, X509* issuer) {
  const NumberPtr number(ASN1_INTEGER_new());
  if (number == nullptr ||
      ASN1_INTEGER_set_int64(number.get(), absl::ToUnixMillis(this_update)) != 1 ||
      X509_CRL_add1_ext_i2d(list, NID_crl_number, number.get(), 0, 0) != 1) {
    return Failed("the number of a revocation list");
  }
  const ASN1_OCTET_STRING* const key_id = X509_get0_subject_key_id(issuer);
  if (key_id == nullptr) return absl::OkStatus();
  const KeyIdPtr key(AUTHORITY_KEYID_new());
  if (key == nullptr || (key->keyid = ASN1_OCTET_STRING_dup(key_id)) == nullptr ||
      X509_CRL_add1_ext_i2d(list, NID_authority_key_identifier, key.get(), 0, 0) != 1) {
    return Failed("the key of a revocation list");
  }
  return absl::OkStatus();
}

absl::Status Add(X509_CRL* list, const Certificate& certificate, absl::Time at) {
  RevokedPtr entry(X509_REVOKED_new());
  const TimePtr time = ToAsn1(at);
  if (entry == nullptr || time == nullptr ||
      X509_REVOKED_set_serialNumber(entry.get(), X509_get_serialNumber(certificate.get())) != 1 ||
      X509_REVOKED_set_revocationDate(entry.get(), time.get()) != 1 ||
      X509_CRL_add0_revoked(list, entry.get()) != 1) {
    return Failed("an entry of a revocation list");
  }
  static_cast<void>(entry.release());  // The list's now.
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CrlPtr> BuildRevocationList(
    const std::vector<std::pair<Certificate, absl::Time>>& revoked, absl::Time this_update,
    std::optional<absl::Time> next_update, X509* issuer, EVP_PKEY* issuer_key) {
  CrlPtr list(X509_CRL_new());
  if (list == nullptr || X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) != 1 ||
      X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer)) != 1 ||
      X509_CRL_set1_lastUpdate(list.get(), ToAsn1(this_update).get()) != 1 ||
      (next_update.has_value() &&
       X509_CRL_set1_nextUpdate(list.get(), ToAsn1(*next_update).get()) != 1)) {
    return Failed("name and dates of a revocation list");
  }
  GATEPOST_RETURN_IF_ERROR(AddExtensions(list.get(), this_update, issuer));
  for (const auto& [certificate, at] : revoked) {
    GATEPOST_RETURN_IF_ERROR(Add(list.get(), certificate, at));
  }
  X509_CRL_sort(list.get());
  if (X509_CRL_sign(list.get(), issuer_key, EVP_sha256()) <= 0) {
    return Failed("a signed revocation list");
  }
  return list;
}

}  // namespace gatepost::certs
