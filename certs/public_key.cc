#include "certs/public_key.h"

#include <fmt/format.h>
#include <openssl/core_names.h>

#include <string_view>

#include "certs/openssl.h"

namespace gatepost::certs {
namespace {

// The curve's name, empty when the curve came as explicit parameters: such a key only looks like
// P-256 or SM2 (CVE-2020-0601 began there).
std::string NamedCurve(const EVP_PKEY* key) {
  int explicit_parameters = 0;
  if (EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
                             &explicit_parameters) == 1 &&
      explicit_parameters != 0) {
    return "";
  }
  char name[64] = {};
  size_t size = 0;
  if (EVP_PKEY_get_group_name(key, name, sizeof(name), &size) != 1) {
    TakeErrors();
    return "";
  }
  return std::string(name, size);
}

}  // namespace

KeyKind PublicKey::kind() const {
  if (key_ == nullptr) return KeyKind::kOther;
  if (EVP_PKEY_is_a(key_.get(), "ED25519") == 1) return KeyKind::kEd25519;
  if (EVP_PKEY_is_a(key_.get(), "RSA") == 1) return KeyKind::kRsa;
  if (EVP_PKEY_is_a(key_.get(), "EC") == 1 && NamedCurve(key_.get()) == "prime256v1") {
    return KeyKind::kP256;
  }
  // On the wire an SM2 key has the algorithm of every EC key; OpenSSL tells it by its curve.
  if (EVP_PKEY_is_a(key_.get(), "SM2") == 1 && NamedCurve(key_.get()) == "SM2") {
    return KeyKind::kSm2;
  }
  return KeyKind::kOther;
}

int PublicKey::bits() const { return key_ == nullptr ? 0 : EVP_PKEY_get_bits(key_.get()); }

std::string PublicKey::Describe() const {
  switch (kind()) {
    case KeyKind::kP256:
      return "P-256";
    case KeyKind::kEd25519:
      return "Ed25519";
    case KeyKind::kSm2:
      return "SM2";
    case KeyKind::kRsa:
      return fmt::format("RSA {}", bits());
    case KeyKind::kOther:
      break;
  }
  if (key_ == nullptr) return "no key";
  const char* name = EVP_PKEY_get0_type_name(key_.get());
  return fmt::format("{} {}", name == nullptr ? "unknown kind" : name, bits());
}

}  // namespace gatepost::certs
