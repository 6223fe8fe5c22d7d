#ifndef GATEPOST_CERTS_DIGEST_H_
#define GATEPOST_CERTS_DIGEST_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX; its headers stay inside certs/.

namespace gatepost::certs {

// A SHA-256 value (FIPS 180-4): 32 bytes.
using Digest = std::array<uint8_t, 32>;

// SHA-256 over bytes that come in pieces. Construction is cheap: contexts are kept for each thread
// and used again. One object belongs to one thread at a time; it holds no secrets.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  // Appends `bytes` to what is hashed.
  void Update(std::string_view bytes);

  // The digest of everything appended since construction or the last Finish; starts over.
  Digest Finish();

 private:
  evp_md_ctx_st* context_;
};

// SHA-256 of `bytes`.
Digest Sha256Of(std::string_view bytes);

// The 32 raw bytes of `digest`; valid as long as `digest` is.
std::string_view AsView(const Digest& digest);

// A digest from exactly 32 raw bytes; nullopt for any other length.
std::optional<Digest> DigestFromBytes(std::string_view bytes);

// 64 lower-case hexadecimal digits, as leaves and register digests are written (PROTOCOL.md 3).
std::string ToHex(const Digest& digest);

// Reads what ToHex writes; nullopt for another length, upper case or any other character.
std::optional<Digest> DigestFromHex(std::string_view hex);

// Lower-case hexadecimal digits of any bytes, two for each byte.
std::string HexEncode(std::string_view bytes);

// Reads what HexEncode writes, and nothing else.
std::optional<std::string> HexDecode(std::string_view hex);

// Standard base64 with padding (RFC 4648 section 4), no line breaks.
std::string Base64Encode(std::string_view bytes);

// Reads what Base64Encode writes, and nothing else: nullopt for missing padding, the URL alphabet,
// white space, or unused bits that are not zero. So every byte string has exactly one spelling.
std::optional<std::string> Base64Decode(std::string_view text);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_DIGEST_H_
