#ifndef GATEPOST_DAEMON_STORE_SQLITE_CONNECTION_H_
#define GATEPOST_DAEMON_STORE_SQLITE_CONNECTION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/sqlite/query.h"

struct sqlite3;
struct sqlite3_stmt;

namespace gatepost::store::sqlite {

// One connection to the database file, with its prepared statements. One thread at a time.
class Connection {
 public:
  // Only strangers who look into the files can make us wait: nobody else has them open.
  static constexpr int kBusyTimeoutMs = 5000;

  // Opens `file` (made when `create`) through the sqlite3_vfs named `vfs` (empty: the platform's)
  // with at most `cache_kib` KiB of cached pages. Nothing is read from the file yet.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& file,
                                                          const std::string& vfs, int cache_kib,
                                                          bool create);
  // Opens `file` for reading alone. `unchanging`: there is no write-ahead log, and nobody writes
  // meanwhile; then nothing is made or locked beside it either.
  static absl::StatusOr<std::unique_ptr<Connection>> OpenForReading(const std::string& file,
                                                                    int cache_kib, bool unchanging);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // A run of `sql`, which is prepared once for the connection's life. `sql` must be a literal (it
  // must outlive the connection), and only one run of it may exist at a time. `purpose` completes
  // "wanted ..." in an error and must outlive the run.
  Query Run(std::string_view purpose, std::string_view sql);

  // A run of `sql` that was put together for this one question.
  Query RunOnce(std::string_view purpose, const std::string& sql);

  // Runs statements without parameters, separated by semicolons; rows are dropped.
  absl::Status Execute(std::string_view purpose, const std::string& sql);

  // The one number that `sql` gives.
  absl::StatusOr<int64_t> Number(std::string_view purpose, const std::string& sql);

  // How many rows the last INSERT, UPDATE or DELETE changed; the row the last INSERT made.
  int64_t ChangedRows() const;
  int64_t LastRow() const;

  // The refusal for the last error (see Failure).
  absl::Status Fail(std::string_view purpose);

  // Whether a sync has failed since the connection was opened. What was written before it may be
  // lost, and a later sync that succeeds does not mean otherwise: the system may have dropped it.
  bool sync_failed() const { return sync_failed_; }

  sqlite3* handle() const { return database_; }

 private:
  explicit Connection(sqlite3* database) : database_(database) {}

  static absl::StatusOr<std::unique_ptr<Connection>> OpenWith(const std::string& file, int flags,
                                                              const std::string& vfs,
                                                              int cache_kib);

  Query Prepared(std::string_view purpose, std::string_view sql, bool keep);

  sqlite3* database_;
  bool sync_failed_ = false;
  std::unordered_map<std::string_view, sqlite3_stmt*> statements_;
};

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_CONNECTION_H_
