#ifndef GATEPOST_DAEMON_STORE_SQLITE_SQLITE_STORE_H_
#define GATEPOST_DAEMON_STORE_SQLITE_SQLITE_STORE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "daemon/store/store.h"

namespace gatepost::store {

// How a store uses its machine; the defaults are what a node runs with.
struct SqliteOptions {
  std::string vfs = {};              // Name of a registered sqlite3_vfs; empty: the platform's.
  int writer_cache_kib = 16 * 1024;  // Pages that the writer keeps in memory.
  int reader_cache_kib = 2 * 1024;   // And each reader.
  int readers = 8;                   // At once; the next one waits.
  int checkpoint_pages = 4000;       // Pages (4 KiB) of write-ahead log between checkpoints.
  bool durable = true;               // False: never syncs, for stores that nobody will miss.
};

// Opens, or makes, the store in the folder `path`: `gatepost.db` with its write-ahead log, and
// `lock`, by which one process holds it (daemon/store/README.md). What a killed process had
// written is durable when this returns. REASON_STORE_FAILED when another process holds the folder,
// when the database is of a newer schema or another program, or when the disk fails.
//
// The store, thread-safe as store.h says:
// - Every Reader and Transaction must be gone before it. Each is for one thread at a time. A thread
//   that keeps readers while it asks for more can wait for itself for ever.
// - A Transaction is over with Commit, whatever it returns; after a write of it failed, Commit
//   refuses. A failed Commit left no trace, except after a failed sync: then its batch may be
//   there, whole, once the store is opened again, and until that Begin refuses
//   (REASON_STORE_FAILED), since no later sync could be believed.
// - Commit also moves the write-ahead log into the database when it has grown by
//   `checkpoint_pages`; that takes two or three syncs more.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& path,
                                                       const SqliteOptions& options = {});

}  // namespace gatepost::store

#endif  // GATEPOST_DAEMON_STORE_SQLITE_SQLITE_STORE_H_
