#ifndef GATEPOST_CERTS_PEM_H_
#define GATEPOST_CERTS_PEM_H_

#include <string>
#include <string_view>
#include <vector>

namespace gatepost::certs {

// The DER bytes of every CERTIFICATE block of `pem` (RFC 7468), in order. Other blocks and text
// between them are left out; when one block is damaged nothing is returned, since half a chain
// would fail later with a worse message. The DER itself is not looked at.
std::vector<std::string> DerFromPem(std::string_view pem);

// One CERTIFICATE block around `der`.
std::string PemFromDer(std::string_view der);

// The blocks of a whole chain, in the order given.
std::string PemFromDer(const std::vector<std::string>& chain_der);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_PEM_H_
