#ifndef GATEPOST_CERTS_SIGNING_PATH_H_
#define GATEPOST_CERTS_SIGNING_PATH_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/certificate.h"

namespace gatepost::certs {

// The path, leaf first and root last, by which TrustStore::Validate takes a chain (DER, leaf first)
// to one of its domain's `roots` at the instant `now`: who stands above whom, whatever else lies in
// the chain. Judges no names and usages. CHAIN_BROKEN when there is none, and the errors of
// Certificate::Parse.
absl::StatusOr<std::vector<Certificate>> PathToRoot(const std::vector<std::string>& chain_der,
                                                    std::span<const Certificate> roots,
                                                    absl::Time now);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_SIGNING_PATH_H_
