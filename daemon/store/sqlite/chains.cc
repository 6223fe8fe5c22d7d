#include "daemon/store/sqlite/chains.h"

#include "daemon/store/sqlite/lists.h"
#include "daemon/store/sqlite/query.h"
#include "daemon/system/status_macros.h"

namespace gatepost::store::sqlite {

absl::StatusOr<std::optional<std::vector<std::string>>> Chain(Connection& connection,
                                                              const certs::Digest& leaf_sha256) {
  Query query = connection.Run("to read a certificate chain",
                               "SELECT certificates FROM chain WHERE leaf_sha256 = ?");
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.Bind(leaf_sha256).Next());
  if (!found) return std::nullopt;
  std::optional<std::vector<std::string>> chain = UnpackStrings(query.Bytes(0));
  if (!chain) return Damaged(query.purpose(), "certificates");
  return chain;
}

absl::Status PutChain(Connection& connection, const certs::Digest& leaf_sha256,
                      const std::vector<std::string>& chain_der) {
  Query query =
      connection.Run("to store a certificate chain",
                     "INSERT OR IGNORE INTO chain (leaf_sha256, certificates) VALUES (?, ?)");
  const std::optional<std::string> packed = PackStrings(chain_der);
  if (!packed) return Misused(query.purpose(), "a certificate that is too long");
  return query.Bind(leaf_sha256).BindBlob(*packed).Finish();
}

}  // namespace gatepost::store::sqlite
