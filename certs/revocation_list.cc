#include "certs/revocation_list.h"

#include <fmt/format.h>
#include <openssl/objects.h>
#include <openssl/pem.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "absl/strings/escaping.h"
#include "certs/openssl.h"
#include "certs/sm2.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {
namespace {

absl::Status Malformed(std::string_view why) {
  return system::Refuse(v1::REASON_CERTIFICATE_MALFORMED,
                        "one whole X.509 revocation list in DER or PEM", why,
                        "have the list issued again");
}

std::optional<absl::Time> ToTime(const ASN1_TIME* time) {
  std::tm fields = {};
  if (time == nullptr || ASN1_TIME_to_tm(time, &fields) != 1) return std::nullopt;
  return absl::FromTM(fields, absl::UTCTimeZone());
}

constexpr std::string_view kPemBegin = "-----BEGIN X509 CRL-----";
constexpr std::string_view kPemEnd = "-----END X509 CRL-----";

CrlPtr FromPem(std::string_view bytes) {
  BioPtr source = ReadFrom(bytes);
  return CrlPtr(source == nullptr ? nullptr
                                  : PEM_read_bio_X509_CRL(source.get(), nullptr, nullptr, nullptr));
}

CrlPtr FromDer(std::string_view bytes) {
  const auto* const begin = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto* next = begin;
  CrlPtr list(d2i_X509_CRL(nullptr, &next, static_cast<long>(bytes.size())));
  return next == begin + bytes.size() ? std::move(list) : nullptr;
}

using KeyIdPtr = std::unique_ptr<AUTHORITY_KEYID, FreeWith<AUTHORITY_KEYID_free>>;
using NumberPtr = std::unique_ptr<ASN1_INTEGER, FreeWith<ASN1_INTEGER_free>>;

std::string KeyIdOf(const X509_CRL* list) {
  const KeyIdPtr id(static_cast<AUTHORITY_KEYID*>(
      X509_CRL_get_ext_d2i(list, NID_authority_key_identifier, nullptr, nullptr)));
  if (id == nullptr || id->keyid == nullptr) return "";
  return absl::BytesToHexString({reinterpret_cast<const char*>(ASN1_STRING_get0_data(id->keyid)),
                                 static_cast<size_t>(ASN1_STRING_length(id->keyid))});
}

std::string NumberOf(const X509_CRL* list) {
  const NumberPtr number(
      static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(list, NID_crl_number, nullptr, nullptr)));
  if (number == nullptr || (ASN1_STRING_type(number.get()) & V_ASN1_NEG) != 0) return "";
  std::string hex =
      absl::BytesToHexString({reinterpret_cast<const char*>(ASN1_STRING_get0_data(number.get())),
                              static_cast<size_t>(ASN1_STRING_length(number.get()))});
  hex.erase(0, std::min(hex.find_first_not_of('0'), hex.size()));
  return hex;
}

// A list that is a part of another, or is about several issuers, says something else when it is
// read by itself.
bool IsWhole(const X509_CRL* list) {
  for (int i = 0; i < X509_CRL_get_ext_count(list); ++i) {
    X509_EXTENSION* extension = X509_CRL_get_ext(list, i);
    const int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
    if (nid == NID_delta_crl || X509_EXTENSION_get_critical(extension) != 0) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<RevocationList> RevocationList::Of(std::shared_ptr<X509_crl_st> list) {
  if (list == nullptr) {
    return Malformed(fmt::format("unreadable bytes, or bytes after its end ({})", TakeErrors()));
  }
  if (!IsWhole(list.get())) return Malformed("a part of a list, or an unknown critical extension");
  const std::optional<absl::Time> this_update = ToTime(X509_CRL_get0_lastUpdate(list.get()));
  const ASN1_TIME* const next = X509_CRL_get0_nextUpdate(list.get());
  const std::optional<absl::Time> next_update = ToTime(next);
  if (!this_update.has_value() || (next != nullptr && !next_update.has_value())) {
    return Malformed("an unreadable date");
  }
  unsigned char* der = nullptr;
  const int size = i2d_X509_CRL(list.get(), &der);
  if (size <= 0) return Malformed(TakeErrors());
  RevocationList result;
  result.der_.assign(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  result.sha256_ = Sha256Of(result.der_);
  result.this_update_ = *this_update;
  result.next_update_ = next_update;
  result.key_id_ = KeyIdOf(list.get());
  result.number_ = NumberOf(list.get());
  TakeErrors();
  result.list_ = std::move(list);
  return result;
}

absl::StatusOr<std::vector<RevocationList>> RevocationList::ParseAll(std::string_view bytes) {
  if (bytes.size() > kMaxBytes) {
    return system::Refuse(v1::REASON_TOO_LARGE,
                          fmt::format("revocation lists of at most {} bytes", kMaxBytes),
                          fmt::format("{} bytes", bytes.size()), "have a smaller one issued");
  }
  std::vector<RevocationList> lists;
  if (!bytes.starts_with("-----BEGIN")) {
    if (bytes.empty()) return Malformed("nothing");
    GATEPOST_ASSIGN_OR_RETURN(RevocationList list, Of(FromDer(bytes)));
    lists.push_back(std::move(list));
    return lists;
  }
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const size_t end = rest.find(kPemEnd);
    if (!rest.starts_with(kPemBegin) || end == std::string_view::npos) {
      return Malformed("other bytes beside the lists");
    }
    const std::string block(rest.substr(0, end + kPemEnd.size()));
    GATEPOST_ASSIGN_OR_RETURN(RevocationList list, Of(FromPem(block + "\n")));
    lists.push_back(std::move(list));
    rest.remove_prefix(block.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
  }
  return lists;
}

absl::StatusOr<RevocationList> RevocationList::Parse(std::string_view bytes) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<RevocationList> lists, ParseAll(bytes));
  if (lists.size() != 1) return Malformed(fmt::format("{} lists", lists.size()));
  return std::move(lists.front());
}

bool RevocationList::Names(const Certificate& issuer) const {
  if (X509_NAME_cmp(X509_CRL_get_issuer(list_.get()), X509_get_subject_name(issuer.get())) != 0) {
    return false;
  }
  // UINT32_MAX when the certificate has no such extension.
  return issuer.IsCa() && (X509_get_key_usage(issuer.get()) & KU_CRL_SIGN) != 0;
}

absl::Status RevocationList::CheckSignature(const Certificate& issuer) const {
  const auto refused = [&](std::string_view came) {
    return system::Refuse(v1::REASON_BAD_SIGNATURE,
                          fmt::format("a revocation list signed by {}", issuer.Describe()), came,
                          "ask the issuer for its list");
  };
  int digest = NID_undef;
  int key = NID_undef;
  const int signature = X509_CRL_get_signature_nid(list_.get());
  const bool known = OBJ_find_sigid_algs(signature, &digest, &key) == 1;
  const bool sm2 = signature == NID_SM2_with_SM3;
  const bool strong = digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512 || sm2 ||
                      (signature == NID_ED25519 && digest == NID_undef);
  if (!known || !strong) return refused("a signature weaker than SHA-256");
  if (!Names(issuer)) return refused("the name of another issuer");
  EVP_PKEY* const issuer_key = issuer.key().get();
  const bool holds = sm2 ? Sm2ListHolds(issuer_key, list_.get(), der_)
                         : X509_CRL_verify(list_.get(), issuer_key) == 1;
  if (!holds) return refused(TakeErrors());
  return absl::OkStatus();
}

std::optional<absl::Time> RevocationList::RevokedAt(const Certificate& certificate) const {
  if (X509_NAME_cmp(X509_CRL_get_issuer(list_.get()), X509_get_issuer_name(certificate.get())) !=
      0) {
    return std::nullopt;
  }
  X509_REVOKED* entry = nullptr;
  if (X509_CRL_get0_by_cert(list_.get(), &entry, certificate.get()) == 0) return std::nullopt;
  // A date that cannot be read must not help the signature.
  return ToTime(X509_REVOKED_get0_revocationDate(entry)).value_or(absl::InfinitePast());
}

std::string RevocationList::Issuer() const {
  BioPtr target(BIO_new(BIO_s_mem()));
  if (target == nullptr) return "";
  X509_NAME_print_ex(target.get(), X509_CRL_get_issuer(list_.get()), 0, XN_FLAG_RFC2253);
  const char* text = nullptr;
  const long size = BIO_get_mem_data(target.get(), &text);
  return size > 0 ? std::string(text, static_cast<size_t>(size)) : "";
}

}  // namespace gatepost::certs
