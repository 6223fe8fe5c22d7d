#ifndef GATEPOST_CERTS_ED25519_H_
#define GATEPOST_CERTS_ED25519_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY; its headers stay inside certs/.

namespace gatepost::certs {

inline constexpr size_t kEd25519KeySizeBytes = 32;
inline constexpr size_t kEd25519SignatureSizeBytes = 64;

// Whether `signature` (64 bytes) is the Ed25519 signature (RFC 8032 5.1, no pre-hash) of
// `public_key` (32 bytes) over `message`. False for wrong lengths and for bytes that are no key.
// Thread-safe.
bool Ed25519Verify(std::string_view public_key, std::string_view message,
                   std::string_view signature);

// An Ed25519 private key, for a node's log and witness. Its verbs are sign and describe; the secret
// leaves only through ToPem, for the file that holds it. Move-only; const methods are thread-safe.
class Ed25519Key {
 public:
  // The key of a 32-byte seed (RFC 8032 5.1.5). REASON_BAD_CONFIG for any other length.
  static absl::StatusOr<Ed25519Key> FromSeed(std::string_view seed);

  // The key in a PEM file's contents ("PRIVATE KEY", PKCS #8, RFC 8410), not encrypted.
  // REASON_BAD_CONFIG when it cannot be read or is another kind of key.
  static absl::StatusOr<Ed25519Key> FromPem(std::string_view pem);

  // Every key of such a file, in its order; at least one. Text between the blocks is left out.
  static absl::StatusOr<std::vector<Ed25519Key>> AllFromPem(std::string_view pem);

  // A new key from the operating system's randomness.
  static absl::StatusOr<Ed25519Key> Generate();

  Ed25519Key(Ed25519Key&&) = default;
  Ed25519Key& operator=(Ed25519Key&&) = default;

  // The private key as PKCS #8 PEM: secret; write it with mode 0600 and never log it.
  absl::StatusOr<std::string> ToPem() const;

  // The public key as 32 bytes.
  const std::string& public_key() const { return public_key_; }

  // The 64-byte signature over exactly `message`. Deterministic: the same bytes give the same
  // signature, which is what lets a restarted node sign the same head again.
  absl::StatusOr<std::string> Sign(std::string_view message) const;

 private:
  struct FreeKey {
    void operator()(evp_pkey_st* key) const;
  };
  using Handle = std::unique_ptr<evp_pkey_st, FreeKey>;

  static absl::StatusOr<Ed25519Key> FromHandle(Handle key);
  Ed25519Key(Handle key, std::string public_key)
      : key_(std::move(key)), public_key_(std::move(public_key)) {}

  Handle key_;
  std::string public_key_;
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_ED25519_H_
