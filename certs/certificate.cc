#include "certs/certificate.h"

#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/objects.h>

#include <algorithm>
#include <ctime>
#include <optional>
#include <vector>

#include "certs/openssl.h"
#include "certs/sm2.h"
#include "daemon/system/reason.h"

namespace gatepost::certs {
namespace {

absl::Status Malformed(std::string_view why) {
  return system::Refuse(v1::REASON_CERTIFICATE_MALFORMED, "one X.509 v3 certificate in DER", why,
                        "have the certificate issued again");
}

using SignaturePtr = std::unique_ptr<ECDSA_SIG, FreeWith<ECDSA_SIG_free>>;

std::optional<absl::Time> ToTime(const ASN1_TIME* time) {
  std::tm fields = {};
  if (time == nullptr || ASN1_TIME_to_tm(time, &fields) != 1) return std::nullopt;
  return absl::FromTM(fields, absl::UTCTimeZone());
}

std::string ReadAll(BIO* bio) {
  const char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  return size > 0 ? std::string(text, static_cast<size_t>(size)) : "";
}

std::string NameText(const X509_NAME* name) {
  BioPtr target(BIO_new(BIO_s_mem()));
  if (target == nullptr) return "";
  X509_NAME_print_ex(target.get(), name, 0, XN_FLAG_RFC2253);
  return ReadAll(target.get());
}

std::string SerialText(const X509* x509) {
  BioPtr target(BIO_new(BIO_s_mem()));
  if (target == nullptr) return "";
  i2a_ASN1_INTEGER(target.get(), X509_get0_serialNumber(x509));
  return ReadAll(target.get());
}

std::string_view View(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<size_t>(ASN1_STRING_length(text))};
}

// True for keys that are no points. The curves that matter here have cofactor 1: a point on the
// curve, not at infinity, is a good one.
bool IsPointOfItsCurve(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "EC") != 1 && EVP_PKEY_is_a(key, "SM2") != 1) return true;
  const PkeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  return context != nullptr && EVP_PKEY_public_check_quick(context.get()) == 1;
}

// Whether `x509`, read from `der`, is written as these very bytes again.
bool IsDer(X509* x509, std::string_view der) {
  unsigned char* written = nullptr;
  const int size = i2d_X509(x509, &written);
  const bool same = size >= 0 && der == std::string_view(reinterpret_cast<char*>(written), size);
  OPENSSL_free(written);
  return same;
}

// Whether a signature with ECDSA or SM2 is SEQUENCE {r, s} in the one DER form; true of others.
// OpenSSL takes no other form when it checks one, but a root's is checked only at its enrolment.
bool HasDerSignature(const X509* x509) {
  const ASN1_BIT_STRING* bits = nullptr;
  X509_get0_signature(&bits, nullptr, x509);
  int digest = NID_undef;
  int key = NID_undef;
  const int signature = X509_get_signature_nid(x509);
  const bool known = OBJ_find_sigid_algs(signature, &digest, &key) == 1;
  const bool pair = signature == NID_SM2_with_SM3 || (known && key == NID_X9_62_id_ecPublicKey);
  if (!pair) return true;
  if ((bits->flags & 0x07) != 0) return false;  // Bits that belong to no byte.
  const unsigned char* next = bits->data;
  const SignaturePtr parsed(d2i_ECDSA_SIG(nullptr, &next, bits->length));
  unsigned char* written = nullptr;
  const int size = parsed == nullptr ? -1 : i2d_ECDSA_SIG(parsed.get(), &written);
  const bool same = size == bits->length && std::equal(written, written + size, bits->data);
  OPENSSL_free(written);
  return same;
}

absl::Status NotOneName(std::string_view came) {
  return system::Refuse(v1::REASON_BAD_SPIFFE_ID,
                        "a subject alternative name with exactly one URI, a SPIFFE id", came,
                        "have the certificate issued with that one URI");
}

}  // namespace

absl::StatusOr<Certificate> Certificate::Parse(std::string_view der) {
  if (der.size() > kMaxDerBytes) {
    return system::Refuse(v1::REASON_TOO_LARGE,
                          fmt::format("a certificate of at most {} bytes", kMaxDerBytes),
                          fmt::format("{} bytes", der.size()), "have a smaller one issued");
  }
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  const auto* next = begin;
  X509Ptr x509(der.empty() ? nullptr : d2i_X509(nullptr, &next, static_cast<long>(der.size())));
  if (x509 == nullptr) return Malformed(fmt::format("unreadable bytes ({})", TakeErrors()));
  if (next != begin + der.size()) return Malformed("bytes after its end");
  // BER lets anybody spell a certificate in many ways outside of what its issuer signed, and a
  // certificate is named, and denied, by the SHA-256 of its bytes.
  if (!IsDer(x509.get(), der)) return Malformed("BER that is not DER");
  if (!HasDerSignature(x509.get())) {
    TakeErrors();
    return Malformed("a signature that is not r and s in DER");
  }
  if (X509_get_version(x509.get()) != X509_VERSION_3) return Malformed("another version");

  Certificate certificate;
  // EXFLAG_INVALID covers unreadable or repeated extensions among those that OpenSSL knows.
  if ((X509_get_extension_flags(x509.get()) & EXFLAG_INVALID) != 0) {
    return Malformed(fmt::format("unreadable extensions ({})", TakeErrors()));
  }
  std::shared_ptr<EVP_PKEY> key(X509_get_pubkey(x509.get()), EVP_PKEY_free);
  if (key == nullptr) return Malformed(fmt::format("an unreadable key ({})", TakeErrors()));
  if (!IsPointOfItsCurve(key.get())) {
    return Malformed(fmt::format("a key that is no point of its curve ({})", TakeErrors()));
  }
  if (!SetSm2Id(x509.get())) return Malformed(TakeErrors());
  const std::optional<absl::Time> begins = ToTime(X509_get0_notBefore(x509.get()));
  const std::optional<absl::Time> ends = ToTime(X509_get0_notAfter(x509.get()));
  if (!begins.has_value() || !ends.has_value()) {
    TakeErrors();
    return Malformed("unreadable dates");
  }
  certificate.key_ = PublicKey(std::move(key));
  certificate.not_before_ = *begins;
  certificate.not_after_ = *ends;
  certificate.sha256_ = Sha256Of(der);
  certificate.x509_ = std::shared_ptr<X509>(std::move(x509));
  return certificate;
}

absl::StatusOr<SpiffeId> Certificate::Name() const {
  int status = 0;  // -1: not there; -2: there more than once.
  GeneralNamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(x509_.get(), NID_subject_alt_name, &status, nullptr)));
  if (names == nullptr) {
    TakeErrors();
    return NotOneName(status == -1 ? "no subject alternative name"
                                   : "an unreadable or repeated subject alternative name");
  }
  std::vector<std::string_view> uris;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_URI) uris.push_back(View(name->d.uniformResourceIdentifier));
  }
  if (uris.size() != 1) return NotOneName(fmt::format("{} URIs", uris.size()));
  return SpiffeId::Parse(uris[0]);
}

bool Certificate::IsCa() const { return (X509_get_extension_flags(x509_.get()) & EXFLAG_CA) != 0; }

bool Certificate::SignedWithSm2() const { return certs::SignedWithSm2(x509_.get()); }

std::string Certificate::Subject() const { return NameText(X509_get_subject_name(x509_.get())); }

std::string Certificate::Describe() const {
  const absl::TimeZone utc = absl::UTCTimeZone();
  return fmt::format("subject \"{}\" issuer \"{}\" serial {} valid {} to {} sha256 {}", Subject(),
                     NameText(X509_get_issuer_name(x509_.get())), SerialText(x509_.get()),
                     absl::FormatTime(absl::RFC3339_sec, not_before_, utc),
                     absl::FormatTime(absl::RFC3339_sec, not_after_, utc), ToHex(sha256_));
}

}  // namespace gatepost::certs
