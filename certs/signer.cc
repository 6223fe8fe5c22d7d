#include "certs/signer.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "certs/certificate.h"
#include "certs/key_file.h"
#include "certs/openssl.h"
#include "certs/pem.h"
#include "certs/private_key.h"
#include "certs/sm2.h"
#include "certs/suites.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {

struct Signer::Key {
  PkeyPtr pkey;
};

namespace {

// The same refusal with the two files named, so that the reader knows which pair is meant.
absl::Status WithFiles(const absl::Status& status, const std::string& key_path,
                       const std::string& chain_path) {
  const std::optional<system::Refusal> refusal = system::RefusalOf(status);
  if (!refusal.has_value()) return status;
  return system::Refuse(
      refusal->reason, refusal->wanted,
      fmt::format("{} (private key {}, certificates {})", refusal->came, key_path, chain_path),
      refusal->todo);
}

// Ready for EVP_DigestSign; not ok() when OpenSSL fails.
SigningContext ContextFor(std::string_view suite, EVP_PKEY* key) {
  if (suite == kSm2Sm3) return Sm2ForSigning(key);
  const char* hash = suite == kEcdsaP256Sha256 ? "SHA256" : nullptr;  // Ed25519 brings its own.
  SigningContext context{nullptr, DigestContextPtr(EVP_MD_CTX_new())};
  if (context.ok() && EVP_DigestSignInit_ex(context.digest.get(), nullptr, hash, nullptr, nullptr,
                                            key, nullptr) != 1) {
    context.digest.reset();
  }
  return context;
}

}  // namespace

Signer::Signer(std::unique_ptr<Key> key, SpiffeId id) : key_(std::move(key)), id_(std::move(id)) {}

Signer::~Signer() = default;

absl::StatusOr<std::unique_ptr<Signer>> Signer::FromFiles(
    const std::string& private_key_path, const std::string& certificate_chain_path) {
  GATEPOST_ASSIGN_OR_RETURN(const SecretBytes key_pem, ReadPrivateKeyFile(private_key_path));
  GATEPOST_ASSIGN_OR_RETURN(const std::string chain_pem, ReadPublicFile(certificate_chain_path));
  absl::StatusOr<std::unique_ptr<Signer>> signer = FromPem(key_pem.Reveal(), chain_pem);
  if (!signer.ok()) return WithFiles(signer.status(), private_key_path, certificate_chain_path);
  return signer;
}

absl::StatusOr<std::unique_ptr<Signer>> Signer::FromPem(std::string_view private_key_pem,
                                                        std::string_view certificate_chain_pem) {
  std::vector<std::string> chain_der = DerFromPem(certificate_chain_pem);
  if (chain_der.empty()) {
    return system::Refuse(v1::REASON_BAD_CONFIG, "a certificate chain in PEM, leaf first",
                          "no certificate that can be read", "name the certificate file");
  }
  GATEPOST_ASSIGN_OR_RETURN(const Certificate leaf, Certificate::Parse(chain_der[0]));
  GATEPOST_ASSIGN_OR_RETURN(SpiffeId id, leaf.Name());
  const std::optional<std::string_view> suite = SuiteOfKey(leaf.key());
  if (!suite.has_value()) {
    return system::Refuse(v1::REASON_BAD_CONFIG, "a signing key of P-256, Ed25519 or SM2",
                          leaf.key().Describe(), "use the signing certificate and its key");
  }
  auto key = std::make_unique<Key>();
  GATEPOST_ASSIGN_OR_RETURN(key->pkey, ParsePrivateKey(private_key_pem));
  GATEPOST_RETURN_IF_ERROR(CheckBelongTogether(key->pkey.get(), leaf));

  std::unique_ptr<Signer> signer(new Signer(std::move(key), std::move(id)));
  signer->suite_ = *suite;
  signer->chain_der_ = std::move(chain_der);
  signer->certificate_sha256_ = leaf.sha256();
  return signer;
}

absl::StatusOr<std::string> Signer::Sign(std::string_view message) const {
  const SigningContext context = ContextFor(suite_, key_->pkey.get());
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  size_t size = 0;
  std::string value;
  bool ok = context.ok() &&
            EVP_DigestSign(context.digest.get(), nullptr, &size, bytes, message.size()) == 1;
  if (ok) {
    value.resize(size);
    ok = EVP_DigestSign(context.digest.get(), reinterpret_cast<unsigned char*>(value.data()), &size,
                        bytes, message.size()) == 1;
  }
  if (!ok) {
    return system::Refuse(v1::REASON_INTERNAL, "a signature",
                          fmt::format("an error of the crypto library: {}", TakeErrors()),
                          "try once more");
  }
  value.resize(size);  // ECDSA and SM2 values vary by a few bytes.
  return value;
}

}  // namespace gatepost::certs
