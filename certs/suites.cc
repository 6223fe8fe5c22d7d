#include "certs/suites.h"

#include <fmt/format.h>

#include "certs/openssl.h"
#include "certs/sm2.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {
namespace {

constexpr size_t kEd25519ValueBytes = 64;
// SEQUENCE of two INTEGERs of at most 33 bytes.
constexpr size_t kMaxDerValueBytes = 72;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

absl::Status BadSignature(std::string_view suite, std::string_view why) {
  return system::Refuse(v1::REASON_BAD_SIGNATURE,
                        fmt::format("a signature of {} that holds over these bytes", suite), why,
                        "sign the bytes that are sent, with the key of the named certificate");
}

absl::Status CheckSuiteFits(const PublicKey& key, std::string_view suite) {
  if (!SuiteImplemented(suite)) {
    return system::Refuse(v1::REASON_SUITE_NOT_ALLOWED, fmt::format("one of {}", kSuiteNames),
                          "another suite", "sign with an allowed suite");
  }
  const std::optional<std::string_view> fitting = SuiteOfKey(key);
  if (fitting != suite) {
    return system::Refuse(
        v1::REASON_SUITE_NOT_ALLOWED,
        fmt::format("{} for a key of kind {}", fitting.value_or("no suite"), key.Describe()), suite,
        "name the suite of the certificate's key");
  }
  return absl::OkStatus();
}

absl::Status CheckDerSize(std::string_view suite, std::string_view value) {
  if (value.size() <= kMaxDerValueBytes) return absl::OkStatus();
  return BadSignature(suite, fmt::format("a value of {} bytes; DER needs at most {}", value.size(),
                                         kMaxDerValueBytes));
}

absl::Status VerifyEd25519(const PublicKey& key, std::string_view message, std::string_view value) {
  if (value.size() != kEd25519ValueBytes) {
    return BadSignature(kEd25519, fmt::format("a value of {} bytes, not 64", value.size()));
  }
  DigestContextPtr context(EVP_MD_CTX_new());
  if (context == nullptr ||
      EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key.get(),
                              nullptr) != 1 ||
      EVP_DigestVerify(context.get(), Bytes(value), value.size(), Bytes(message), message.size()) !=
          1) {
    return BadSignature(kEd25519, fmt::format("a signature that does not ({})", TakeErrors()));
  }
  return absl::OkStatus();
}

absl::Status VerifySm2(const PublicKey& key, std::string_view message, std::string_view value) {
  GATEPOST_RETURN_IF_ERROR(CheckDerSize(kSm2Sm3, value));
  if (Sm2Holds(key.get(), message, value)) return absl::OkStatus();
  return BadSignature(kSm2Sm3, fmt::format("a signature that does not ({})", TakeErrors()));
}

}  // namespace

bool SuiteImplemented(std::string_view suite) {
  return suite == kEcdsaP256Sha256 || suite == kEd25519 || suite == kSm2Sm3;
}

std::optional<std::string_view> SuiteOfKey(const PublicKey& key) {
  switch (key.kind()) {
    case KeyKind::kP256:
      return kEcdsaP256Sha256;
    case KeyKind::kEd25519:
      return kEd25519;
    case KeyKind::kSm2:
      return kSm2Sm3;
    case KeyKind::kRsa:
    case KeyKind::kOther:
      break;
  }
  return std::nullopt;
}

absl::Status Verify(const PublicKey& key, std::string_view suite, std::string_view message,
                    std::string_view value) {
  if (suite == kEcdsaP256Sha256) return VerifyEcdsaDigest(key, Sha256Of(message), value);
  GATEPOST_RETURN_IF_ERROR(CheckSuiteFits(key, suite));
  if (suite == kSm2Sm3) return VerifySm2(key, message, value);
  return VerifyEd25519(key, message, value);
}

absl::Status VerifyEcdsaDigest(const PublicKey& key, const Digest& message_sha256,
                               std::string_view value) {
  GATEPOST_RETURN_IF_ERROR(CheckSuiteFits(key, kEcdsaP256Sha256));
  GATEPOST_RETURN_IF_ERROR(CheckDerSize(kEcdsaP256Sha256, value));
  // OpenSSL re-encodes the value and refuses anything but its one DER form (trailing bytes too).
  PkeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  if (context == nullptr || EVP_PKEY_verify_init(context.get()) != 1 ||
      EVP_PKEY_verify(context.get(), Bytes(value), value.size(), message_sha256.data(),
                      message_sha256.size()) != 1) {
    return BadSignature(kEcdsaP256Sha256,
                        fmt::format("a signature that does not ({})", TakeErrors()));
  }
  return absl::OkStatus();
}

}  // namespace gatepost::certs
