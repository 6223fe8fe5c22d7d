#ifndef GATEPOST_DAEMON_STORE_SQLITE_META_H_
#define GATEPOST_DAEMON_STORE_SQLITE_META_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/records.h"
#include "daemon/store/sqlite/connection.h"

// The table meta: small named values. Contracts: daemon/store/store.h.
namespace gatepost::store::sqlite {

absl::StatusOr<std::optional<std::string>> Meta(Connection& connection, std::string_view key);
absl::StatusOr<std::vector<MetaRecord>> MetaWithPrefix(Connection& connection,
                                                       std::string_view prefix);
absl::Status PutMeta(Connection& connection, std::string_view key, std::string_view value);

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_META_H_
