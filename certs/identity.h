#ifndef GATEPOST_CERTS_IDENTITY_H_
#define GATEPOST_CERTS_IDENTITY_H_

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "certs/digest.h"
#include "certs/public_key.h"
#include "certs/spiffe_id.h"

namespace gatepost::certs {

// What a certificate is used for at this moment; a certificate good for one is not good for all.
enum class Usage { kTlsClient, kTlsServer, kSign };

// "TLS client", "TLS server" or "signing".
std::string_view UsageName(Usage usage);

// Whom a certificate speaks for, once its chain was validated for one usage (TrustStore).
struct Identity {
  SpiffeId id;
  // The country of the trust domain, ISO 3166-1 alpha-2, for example "VN".
  std::string country;
  // SHA-256 of the leaf certificate (DER).
  Digest certificate_sha256{};
  // The window in which every certificate of the chain is valid: not_before <= t < not_after.
  absl::Time not_before;
  absl::Time not_after;
  // The leaf's key, parsed once.
  PublicKey key;
  // Whether the trust domain is one of a practice CA: its evidence is never real.
  bool practice = false;

  bool ValidAt(absl::Time now) const { return not_before <= now && now < not_after; }
};

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_IDENTITY_H_
