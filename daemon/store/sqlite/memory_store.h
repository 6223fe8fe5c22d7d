#ifndef GATEPOST_DAEMON_STORE_SQLITE_MEMORY_STORE_H_
#define GATEPOST_DAEMON_STORE_SQLITE_MEMORY_STORE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "daemon/store/store.h"

namespace gatepost::store {

// A store for tests, gone with its object: everything that OpenSqliteStore gives, without a sync.
// It lies in a fresh folder under the system's place for such (TMPDIR), since a database of SQLite
// in plain memory cannot be read while it is written.
absl::StatusOr<std::unique_ptr<Store>> OpenMemoryStore();

}  // namespace gatepost::store

#endif  // GATEPOST_DAEMON_STORE_SQLITE_MEMORY_STORE_H_
