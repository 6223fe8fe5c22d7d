#include "certs/sm2.h"

#include <openssl/asn1.h>
#include <openssl/objects.h>

#include <optional>

namespace gatepost::certs {
namespace {

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

SigningContext NewContext(EVP_PKEY* key) {
  SigningContext made{PkeyContextPtr(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)),
                      DigestContextPtr(EVP_MD_CTX_new())};
  if (made.key == nullptr || made.digest == nullptr || EVP_PKEY_is_a(key, "SM2") != 1 ||
      EVP_PKEY_CTX_set1_id(made.key.get(), kSm2Id.data(), static_cast<int>(kSm2Id.size())) != 1) {
    made.digest.reset();
    return made;
  }
  // Before Init, or the id would come too late.
  EVP_MD_CTX_set_pkey_ctx(made.digest.get(), made.key.get());
  return made;
}

// The first element of a DER SEQUENCE, its own header included.
std::optional<std::string_view> FirstElement(std::string_view der) {
  const unsigned char* at = Bytes(der);
  long size = 0;
  int tag = 0;
  int form = 0;
  const auto left = [&] { return static_cast<long>(Bytes(der) + der.size() - at); };
  if ((ASN1_get_object(&at, &size, &tag, &form, left()) & 0x80) != 0) return std::nullopt;
  const unsigned char* const begin = at;
  if ((ASN1_get_object(&at, &size, &tag, &form, left()) & 0x80) != 0) return std::nullopt;
  return std::string_view(reinterpret_cast<const char*>(begin),
                          static_cast<size_t>(at - begin + size));
}

}  // namespace

SigningContext Sm2ForSigning(EVP_PKEY* key) {
  SigningContext context = NewContext(key);
  if (context.ok() && EVP_DigestSignInit_ex(context.digest.get(), nullptr, "SM3", nullptr, nullptr,
                                            key, nullptr) != 1) {
    context.digest.reset();
  }
  return context;
}

bool Sm2Holds(EVP_PKEY* key, std::string_view message, std::string_view value) {
  const SigningContext context = NewContext(key);
  // OpenSSL re-encodes the value and refuses anything but its one DER form.
  return context.ok() &&
         EVP_DigestVerifyInit_ex(context.digest.get(), nullptr, "SM3", nullptr, nullptr, key,
                                 nullptr) == 1 &&
         EVP_DigestVerify(context.digest.get(), Bytes(value), value.size(), Bytes(message),
                          message.size()) == 1;
}

bool SignedWithSm2(const X509* certificate) {
  return X509_get_signature_nid(certificate) == NID_SM2_with_SM3;
}

bool SetSm2Id(X509* certificate) {
  if (!SignedWithSm2(certificate)) return true;
  ASN1_OCTET_STRING* id = ASN1_OCTET_STRING_new();
  if (id == nullptr ||
      ASN1_OCTET_STRING_set(id, Bytes(kSm2Id), static_cast<int>(kSm2Id.size())) != 1) {
    ASN1_OCTET_STRING_free(id);
    return false;
  }
  X509_set0_distinguishing_id(certificate, id);  // It owns the id from here on.
  return true;
}

bool Sm2ListHolds(EVP_PKEY* key, const X509_CRL* list, std::string_view der) {
  const ASN1_BIT_STRING* value = nullptr;
  const X509_ALGOR* algorithm = nullptr;
  X509_CRL_get0_signature(list, &value, &algorithm);
  const std::optional<std::string_view> signed_part = FirstElement(der);
  // A bit string of whole bytes only, or one signature would have several forms.
  if (value == nullptr || (value->flags & 0x07) != 0 || !signed_part.has_value()) return false;
  return Sm2Holds(key, *signed_part,
                  std::string_view(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                                   static_cast<size_t>(ASN1_STRING_length(value))));
}

}  // namespace gatepost::certs
