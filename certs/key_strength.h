#ifndef GATEPOST_CERTS_KEY_STRENGTH_H_
#define GATEPOST_CERTS_KEY_STRENGTH_H_

#include <optional>
#include <string>
#include <string_view>

#include "certs/certificate.h"
#include "certs/public_key.h"

// Keys that must not even be enrolled: as a root, or as a log or witness key of an agreement.
namespace gatepost::certs {

// What is wrong with the key of a certificate, for people; nullopt when it may vouch or sign.
// - P-256, P-384, P-521 and SM2, by name; Ed25519; RSA from 3072 bits with an odd public exponent
// of
//   65537 up to 256 bits (FIPS 186-5). All else is weak.
// - A point that is not on its curve, or of small order, is no key of anybody.
std::optional<std::string> WeaknessOf(const PublicKey& key);

// The same for a root: its key, and its signature by itself, which must hold and be made with a
// hash of 256 bits or more.
std::optional<std::string> WeaknessOfRoot(const Certificate& root);

// Whether these 32 bytes are an Ed25519 key of small order (RFC 8032, 5.1; RFC 7748, 6.1): one
// that signatures can be made for without any private key. False for another length.
bool IsWeakEd25519(std::string_view public_key);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_KEY_STRENGTH_H_
