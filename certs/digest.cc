#include "certs/digest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

namespace gatepost::certs {
namespace {

// SHA-256 over memory cannot fail except by lack of memory or a broken OpenSSL installation; no
// caller could go on without it.
void Require(bool worked) {
  if (worked) return;
  std::fputs("gatepost: OpenSSL cannot compute SHA-256\n", stderr);
  std::abort();
}

// Fetched once: an implicit fetch at each initialisation costs more than hashing a tree node.
const EVP_MD* Sha256Method() {
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  Require(method != nullptr);
  return method;
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

// Idle contexts of this thread. A few are enough: hashing nests two or three deep at most.
std::vector<Context>& IdleContexts() {
  thread_local std::vector<Context> idle;
  return idle;
}

constexpr size_t kMostIdle = 8;
constexpr char kHexDigits[] = "0123456789abcdef";
constexpr char kBase64Alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int HexValue(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

int Base64Value(char digit) {
  if (digit >= 'A' && digit <= 'Z') return digit - 'A';
  if (digit >= 'a' && digit <= 'z') return digit - 'a' + 26;
  if (digit >= '0' && digit <= '9') return digit - '0' + 52;
  if (digit == '+') return 62;
  if (digit == '/') return 63;
  return -1;
}

}  // namespace

Sha256::Sha256() {
  std::vector<Context>& idle = IdleContexts();
  if (idle.empty()) {
    context_ = EVP_MD_CTX_new();
    Require(context_ != nullptr);
  } else {
    context_ = idle.back().release();
    idle.pop_back();
  }
  Require(EVP_DigestInit_ex2(context_, Sha256Method(), nullptr) == 1);
}

Sha256::~Sha256() {
  Context context(context_);
  std::vector<Context>& idle = IdleContexts();
  if (idle.size() < kMostIdle) idle.push_back(std::move(context));
}

void Sha256::Update(std::string_view bytes) {
  Require(EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1);
}

Digest Sha256::Finish() {
  Digest digest;
  unsigned int size = 0;
  Require(EVP_DigestFinal_ex(context_, digest.data(), &size) == 1 && size == digest.size());
  Require(EVP_DigestInit_ex2(context_, nullptr, nullptr) == 1);
  return digest;
}

Digest Sha256Of(std::string_view bytes) {
  Sha256 hash;
  hash.Update(bytes);
  return hash.Finish();
}

std::string_view AsView(const Digest& digest) {
  return std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size());
}

std::optional<Digest> DigestFromBytes(std::string_view bytes) {
  Digest digest;
  if (bytes.size() != digest.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

std::string ToHex(const Digest& digest) { return HexEncode(AsView(digest)); }

std::optional<Digest> DigestFromHex(std::string_view hex) {
  if (hex.size() != 2 * std::tuple_size_v<Digest>) return std::nullopt;
  std::optional<std::string> bytes = HexDecode(hex);
  if (!bytes) return std::nullopt;
  return DigestFromBytes(*bytes);
}

std::string HexEncode(std::string_view bytes) {
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (unsigned char byte : bytes) {
    hex.push_back(kHexDigits[byte >> 4]);
    hex.push_back(kHexDigits[byte & 0x0f]);
  }
  return hex;
}

std::optional<std::string> HexDecode(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (size_t at = 0; at < hex.size(); at += 2) {
    int high = HexValue(hex[at]);
    int low = HexValue(hex[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high << 4 | low));
  }
  return bytes;
}

std::string Base64Encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t at = 0; at < bytes.size(); at += 3) {
    std::string_view group = bytes.substr(at, 3);
    uint32_t bits = 0;
    for (size_t place = 0; place < 3; ++place) {
      bits = bits << 8 | (place < group.size() ? static_cast<unsigned char>(group[place]) : 0u);
    }
    for (size_t place = 0; place < 4; ++place) {
      bool used = place <= group.size();
      text.push_back(used ? kBase64Alphabet[bits >> (18 - 6 * place) & 0x3f] : '=');
    }
  }
  return text;
}

std::optional<std::string> Base64Decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (size_t at = 0; at < text.size(); at += 4) {
    std::string_view group = text.substr(at, 4);
    bool last = at + 4 == text.size();
    size_t padding = 0;
    if (last && group[3] == '=') padding = group[2] == '=' ? 2 : 1;
    uint32_t bits = 0;
    for (size_t place = 0; place < 4; ++place) {
      int value = place < 4 - padding ? Base64Value(group[place]) : 0;
      if (value < 0) return std::nullopt;
      bits = bits << 6 | static_cast<uint32_t>(value);
    }
    uint32_t unused = padding == 2 ? 0xffffu : padding == 1 ? 0xffu : 0u;
    if ((bits & unused) != 0) return std::nullopt;
    for (size_t place = 0; place < 3 - padding; ++place) {
      bytes.push_back(static_cast<char>(bits >> (16 - 8 * place) & 0xff));
    }
  }
  return bytes;
}

}  // namespace gatepost::certs
