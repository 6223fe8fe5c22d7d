#ifndef GATEPOST_DAEMON_STORE_SQLITE_SCHEMA_H_
#define GATEPOST_DAEMON_STORE_SQLITE_SCHEMA_H_

#include <cstdint>

#include "absl/status/status.h"
#include "daemon/store/sqlite/connection.h"

namespace gatepost::store::sqlite {

// Marks the file as ours (PRAGMA application_id): "GPST".
inline constexpr int64_t kApplicationId = 0x47505354;

// The newest schema that this program knows (PRAGMA user_version).
inline constexpr int64_t kSchemaVersion = 9;

// Looks at the file without changing it. REASON_STORE_FAILED when it is no database, belongs to
// another program, or has a schema newer than kSchemaVersion.
absl::Status CheckOwner(Connection& connection);

// Brings the file to kSchemaVersion, a new one from nothing, in one transaction. CheckOwner has
// passed.
absl::Status MakeSchema(Connection& connection);

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_SCHEMA_H_
