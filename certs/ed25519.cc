#include "certs/ed25519.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <utility>

#include "certs/openssl.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::certs {
namespace {

constexpr size_t kLargestPemBytes = 64 * 1024;
constexpr std::string_view kPemBegin = "-----BEGIN ";

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

absl::Status KeyRefused(std::string_view came) {
  return system::Refuse(
      v1::REASON_BAD_CONFIG, "an Ed25519 private key", came,
      "name a PKCS #8 PEM file as `openssl genpkey -algorithm ed25519` writes it");
}

absl::Status OpenSslFailed(std::string_view doing) {
  return system::Refuse(v1::REASON_INTERNAL, fmt::format("OpenSSL to {}", doing), TakeErrors(),
                        "check the OpenSSL installation");
}

// A private key must never ask at the terminal for a pass phrase.
int NoPassPhrase(char*, int, int, void*) { return -1; }

}  // namespace

bool Ed25519Verify(std::string_view public_key, std::string_view message,
                   std::string_view signature) {
  if (public_key.size() != kEd25519KeySizeBytes) return false;
  if (signature.size() != kEd25519SignatureSizeBytes) return false;
  PkeyPtr key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(public_key), public_key.size()));
  DigestContextPtr context(EVP_MD_CTX_new());
  bool holds = key != nullptr && context != nullptr &&
               EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
               EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message),
                                message.size()) == 1;
  if (!holds) ERR_clear_error();
  return holds;
}

void Ed25519Key::FreeKey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

absl::StatusOr<Ed25519Key> Ed25519Key::FromSeed(std::string_view seed) {
  if (seed.size() != kEd25519KeySizeBytes) {
    return KeyRefused(fmt::format("a seed of {} bytes instead of 32", seed.size()));
  }
  Handle key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Bytes(seed), seed.size()));
  if (key == nullptr) return OpenSslFailed("take an Ed25519 seed");
  return FromHandle(std::move(key));
}

absl::StatusOr<Ed25519Key> Ed25519Key::FromPem(std::string_view pem) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<Ed25519Key> keys, AllFromPem(pem));
  if (keys.size() != 1) return KeyRefused(fmt::format("{} keys instead of one", keys.size()));
  return std::move(keys.front());
}

absl::StatusOr<std::vector<Ed25519Key>> Ed25519Key::AllFromPem(std::string_view pem) {
  if (pem.empty()) return KeyRefused("nothing: the file is empty");
  if (pem.size() > kLargestPemBytes) return KeyRefused(fmt::format("{} bytes", pem.size()));
  std::vector<Ed25519Key> keys;
  size_t begin = 0;
  do {
    // Block by block: OpenSSL does not say whether it failed in one or found no further one.
    const size_t own = pem.find(kPemBegin, begin);
    const size_t end = own == std::string_view::npos ? own : pem.find(kPemBegin, own + 1);
    BioPtr bio = ReadFrom(pem.substr(begin, end - begin));
    if (bio == nullptr) return OpenSslFailed("open a memory buffer");
    Handle handle(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassPhrase, nullptr));
    if (handle == nullptr) return KeyRefused(TakeErrors());
    if (EVP_PKEY_get_base_id(handle.get()) != EVP_PKEY_ED25519) {
      const char* kind = EVP_PKEY_get0_type_name(handle.get());
      return KeyRefused(fmt::format("a key of kind {}", kind == nullptr ? "unknown" : kind));
    }
    GATEPOST_ASSIGN_OR_RETURN(Ed25519Key key, FromHandle(std::move(handle)));
    keys.push_back(std::move(key));
    begin = end;
  } while (begin != std::string_view::npos);
  return keys;
}

absl::StatusOr<Ed25519Key> Ed25519Key::Generate() {
  Handle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (key == nullptr) return OpenSslFailed("generate an Ed25519 key");
  return FromHandle(std::move(key));
}

absl::StatusOr<Ed25519Key> Ed25519Key::FromHandle(Handle key) {
  std::string public_key(kEd25519KeySizeBytes, '\0');
  size_t size = public_key.size();
  if (EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(public_key.data()),
                                  &size) != 1 ||
      size != public_key.size()) {
    return OpenSslFailed("read an Ed25519 public key");
  }
  return Ed25519Key(std::move(key), std::move(public_key));
}

absl::StatusOr<std::string> Ed25519Key::ToPem() const {
  // The secure-memory kind is wiped when it is freed.
  BioPtr bio(BIO_new(BIO_s_secmem()));
  if (bio == nullptr ||
      PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return OpenSslFailed("write an Ed25519 key");
  }
  char* data = nullptr;
  long size = BIO_get_mem_data(bio.get(), &data);
  if (size <= 0) return OpenSslFailed("write an Ed25519 key");
  return std::string(data, static_cast<size_t>(size));
}

absl::StatusOr<std::string> Ed25519Key::Sign(std::string_view message) const {
  DigestContextPtr context(EVP_MD_CTX_new());
  std::string signature(kEd25519SignatureSizeBytes, '\0');
  size_t size = signature.size();
  if (context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     Bytes(message), message.size()) != 1 ||
      size != signature.size()) {
    return OpenSslFailed("sign with Ed25519");
  }
  return signature;
}

}  // namespace gatepost::certs
