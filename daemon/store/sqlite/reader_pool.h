#ifndef GATEPOST_DAEMON_STORE_SQLITE_READER_POOL_H_
#define GATEPOST_DAEMON_STORE_SQLITE_READER_POOL_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/sqlite/connection.h"
#include "daemon/store/sqlite/sqlite_store.h"

namespace gatepost::store::sqlite {

// A bounded number of connections that read, opened when first needed. Thread-safe.
class ReaderPool {
 public:
  // `file` is there already.
  ReaderPool(std::string file, const SqliteOptions& options);
  // Every connection is back.
  ~ReaderPool();

  // A connection inside a read transaction that sees the newest commit. Waits while all are out.
  absl::StatusOr<std::unique_ptr<Connection>> Take();

  // Ends the read transaction and keeps the connection for the next one.
  void GiveBack(std::unique_ptr<Connection> connection);

 private:
  // Opens `connection` when it is null, and begins its read transaction.
  absl::Status MakeReady(std::unique_ptr<Connection>& connection) const;
  absl::StatusOr<std::unique_ptr<Connection>> Open() const;
  void Return(std::unique_ptr<Connection> connection);

  const std::string file_;
  const SqliteOptions options_;
  std::mutex mutex_;
  std::condition_variable returned_;
  int out_ = 0;                                       // Protected by `mutex_`.
  std::vector<std::unique_ptr<Connection>> at_rest_;  // Protected by `mutex_`.
};

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_READER_POOL_H_
