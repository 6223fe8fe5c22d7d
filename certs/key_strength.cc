#include "certs/key_strength.h"

#include <fmt/format.h>
#include <openssl/core_names.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "certs/openssl.h"

namespace gatepost::certs {
namespace {

constexpr int kMinRsaBits = 3072;
constexpr int kLeastExponentBits = 17;  // 65537 is the smallest odd number of 17 bits but one.
constexpr int kMostExponentBits = 256;
constexpr int kMinHashSecurityBits = 128;
constexpr size_t kEd25519Bytes = 32;

using Point = std::array<uint8_t, kEd25519Bytes>;

// y = 0, 1, the two of order 8, and -1; then p and p + 1, which are other ways to write 0 and 1.
// The sign bit does not matter.
constexpr std::array<Point, 7> kSmallOrder = {{
    {},
    {0x01},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0xee, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
}};

std::optional<std::string> WeaknessOfRsa(const PublicKey& key) {
  if (key.bits() < kMinRsaBits) {
    return fmt::format("RSA of {} bits, below {}", key.bits(), kMinRsaBits);
  }
  BIGNUM* read = nullptr;
  if (EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_RSA_E, &read) != 1) {
    TakeErrors();
    return "RSA without a public exponent";
  }
  const BignumPtr exponent(read);
  const int bits = BN_num_bits(exponent.get());
  if (BN_is_odd(exponent.get()) != 1 || bits < kLeastExponentBits || bits > kMostExponentBits) {
    return "RSA with a public exponent that is even, below 65537 or above 256 bits";
  }
  return std::nullopt;
}

// Whether the curve came by its name, and is a good one.
bool IsGoodCurve(const PublicKey& key) {
  int by_parameters = 0;
  if (EVP_PKEY_get_int_param(key.get(), OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
                             &by_parameters) == 1 &&
      by_parameters != 0) {
    return false;
  }
  std::array<char, 64> name{};
  size_t size = 0;
  if (EVP_PKEY_get_group_name(key.get(), name.data(), name.size(), &size) != 1) {
    TakeErrors();
    return false;
  }
  constexpr std::array<std::string_view, 4> kGood = {"prime256v1", "secp384r1", "secp521r1", "SM2"};
  return std::ranges::find(kGood, std::string_view(name.data(), size)) != kGood.end();
}

bool PointHolds(const PublicKey& key) {
  const PkeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  const bool holds = context != nullptr && EVP_PKEY_public_check(context.get()) == 1;
  TakeErrors();
  return holds;
}

}  // namespace

bool IsWeakEd25519(std::string_view public_key) {
  if (public_key.size() != kEd25519Bytes) return false;
  Point point{};
  std::ranges::transform(public_key, point.begin(), [](char c) { return static_cast<uint8_t>(c); });
  point.back() &= 0x7f;
  return std::ranges::find(kSmallOrder, point) != kSmallOrder.end();
}

std::optional<std::string> WeaknessOf(const PublicKey& key) {
  if (key.get() == nullptr) return "no key";
  if (EVP_PKEY_is_a(key.get(), "RSA") == 1) return WeaknessOfRsa(key);
  if (EVP_PKEY_is_a(key.get(), "ED25519") == 1) {
    std::string raw(kEd25519Bytes, '\0');
    size_t size = raw.size();
    if (EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(raw.data()),
                                    &size) != 1) {
      TakeErrors();
      return "an Ed25519 key that cannot be read";
    }
    if (IsWeakEd25519(raw)) return "an Ed25519 point of small order";
    return std::nullopt;
  }
  const bool on_curve = EVP_PKEY_is_a(key.get(), "EC") == 1 || EVP_PKEY_is_a(key.get(), "SM2") == 1;
  if (!on_curve || !IsGoodCurve(key)) return fmt::format("a key of kind {}", key.Describe());
  if (!PointHolds(key)) return "a point that is not on its curve";
  return std::nullopt;
}

std::optional<std::string> WeaknessOfRoot(const Certificate& root) {
  if (std::optional<std::string> weak = WeaknessOf(root.key())) return weak;
  int hash = NID_undef;
  int bits = 0;
  if (X509_get_signature_info(root.get(), &hash, nullptr, &bits, nullptr) != 1 ||
      bits < kMinHashSecurityBits) {
    TakeErrors();
    return fmt::format("a signature with {}, weaker than SHA-256",
                       hash == NID_undef ? "an unknown hash" : OBJ_nid2sn(hash));
  }
  if (X509_self_signed(root.get(), /*verify_signature=*/1) != 1) {
    return fmt::format("a signature by itself that does not hold ({})", TakeErrors());
  }
  return std::nullopt;
}

}  // namespace gatepost::certs
