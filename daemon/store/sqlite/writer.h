#ifndef GATEPOST_DAEMON_STORE_SQLITE_WRITER_H_
#define GATEPOST_DAEMON_STORE_SQLITE_WRITER_H_

#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/sqlite/connection.h"
#include "daemon/store/sqlite/sqlite_store.h"

namespace gatepost::store::sqlite {

// The one connection that writes.
//
//            Begin                    Commit: sync
//   idle ───────────▶ open ─────────────────────────▶ idle     (the batch is durable)
//                      │ Rollback, or Commit fails
//                      ├────────────────────────────▶ idle     (no trace)
//                      │ a sync fails
//                      └────────────────────────────▶ broken   (every later Begin refuses)
//
// Begin may be called from any thread; the rest only by the one that holds the open transaction.
class Writer {
 public:
  // Opens `file`, checks that it is ours, makes it when it is new, and makes durable what a killed
  // process had written.
  static absl::StatusOr<std::unique_ptr<Writer>> Open(const std::string& file,
                                                      const SqliteOptions& options);
  // Moves the write-ahead log into the database, so that after a clean stop one file holds all.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // FailedPrecondition when a transaction is open, REASON_STORE_FAILED when broken.
  absl::Status Begin();
  // Ends the transaction: durable when OK, else rolled back.
  absl::Status Commit();
  void Rollback();

  Connection& connection() { return *connection_; }

 private:
  Writer(std::unique_ptr<Connection> connection, const SqliteOptions& options);

  absl::Status Prepare();
  absl::Status Checkpoint(int mode);
  void CheckpointWhenDue();
  void Release();

  const std::unique_ptr<Connection> connection_;
  const bool durable_;
  const int checkpoint_pages_;
  bool prepared_ = false;   // The file is ours and ready.
  int log_pages_ = 0;       // In the write-ahead log after the last commit.
  int tried_at_pages_ = 0;  // Its size at the last checkpoint.

  std::mutex mutex_;
  bool open_ = false;    // Protected by `mutex_`.
  bool broken_ = false;  // Protected by `mutex_`.
};

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_WRITER_H_
