#ifndef GATEPOST_CERTS_SM2_H_
#define GATEPOST_CERTS_SM2_H_

// Inside certs/ only: SM2 with SM3 (GB/T 32918, GB/T 32905) as OpenSSL 3.0 does it.

#include <string_view>

#include "certs/openssl.h"

namespace gatepost::certs {

// Who signs, for the digest Z that goes before the signed bytes: of messages, certificates and
// revocation lists, and for every signer the same (GM/T 0009-2012, 10). No other is accepted.
inline constexpr std::string_view kSm2Id = "1234567812345678";

// What OpenSSL needs to sign or to verify once.
struct SigningContext {
  PkeyContextPtr key;  // `digest` may borrow it, so it goes last.
  DigestContextPtr digest;

  bool ok() const { return digest != nullptr; }
};

// Ready for EVP_DigestSign, X509_sign_ctx and the like; not ok() when `key` is no SM2 key or
// OpenSSL fails, with the error in its queue.
SigningContext Sm2ForSigning(EVP_PKEY* key);

// Whether `value` is the signature of SM2 with SM3 by `key` over `message`: one DER SEQUENCE of r
// and s, in its one form. OpenSSL's error queue says why not.
bool Sm2Holds(EVP_PKEY* key, std::string_view message, std::string_view value);

// Whether the certificate says that it was signed with SM2 and SM3.
bool SignedWithSm2(const X509* certificate);

// Has OpenSSL verify a certificate that was signed with SM2 under kSm2Id; leaves any other alone.
// Without it no SM2 chain verifies. False when out of memory.
bool SetSm2Id(X509* certificate);

// The same for a list of revocations, of which OpenSSL 3.0 verifies only those under an empty id:
// whether `key` signed the list with these bytes in DER.
bool Sm2ListHolds(EVP_PKEY* key, const X509_CRL* list, std::string_view der);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_SM2_H_
