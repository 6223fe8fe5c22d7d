#include "certs/private_key.h"

#include <fmt/format.h>
#include <openssl/pem.h>

#include "daemon/system/reason.h"

namespace gatepost::certs {
namespace {

// Called by OpenSSL for an encrypted key; without it OpenSSL would ask on the terminal.
int NoPassword(char* /*buffer*/, int /*size*/, int /*for_writing*/, void* /*user*/) { return -1; }

}  // namespace

absl::StatusOr<PkeyPtr> ParsePrivateKey(std::string_view pem) {
  BioPtr source = ReadFrom(pem);
  PkeyPtr key(source == nullptr
                  ? nullptr
                  : PEM_read_bio_PrivateKey(source.get(), nullptr, NoPassword, nullptr));
  if (key == nullptr) {
    return system::Refuse(v1::REASON_BAD_CONFIG, "a private key in PEM, not encrypted",
                          fmt::format("none that can be read ({})", TakeErrors()),
                          "name the private key file");
  }
  // Parsing tries several forms and leaves the failed tries in the queue.
  TakeErrors();
  return key;
}

absl::Status CheckBelongTogether(EVP_PKEY* key, const Certificate& certificate) {
  if (EVP_PKEY_eq(key, certificate.key().get()) == 1) return absl::OkStatus();
  TakeErrors();
  return system::Refuse(v1::REASON_BAD_CONFIG, "a private key and the certificate issued for it",
                        fmt::format("another key than that of {}", certificate.Describe()),
                        "put the matching files together");
}

}  // namespace gatepost::certs
