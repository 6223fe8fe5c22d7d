#ifndef GATEPOST_DAEMON_STORE_SQLITE_CHAINS_H_
#define GATEPOST_DAEMON_STORE_SQLITE_CHAINS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "certs/digest.h"
#include "daemon/store/sqlite/connection.h"

// The table chain: certificate chains, kept for ever. Contracts: daemon/store/store.h.
namespace gatepost::store::sqlite {

absl::StatusOr<std::optional<std::vector<std::string>>> Chain(Connection& connection,
                                                              const certs::Digest& leaf_sha256);
absl::Status PutChain(Connection& connection, const certs::Digest& leaf_sha256,
                      const std::vector<std::string>& chain_der);

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_CHAINS_H_
