#include "daemon/store/sqlite/writer.h"

#include <sqlite3.h>

#include <utility>

#include "daemon/store/sqlite/failure.h"
#include "daemon/store/sqlite/query.h"
#include "daemon/store/sqlite/schema.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/reason.pb.h"

namespace gatepost::store::sqlite {
namespace {

constexpr char kCommit[] = "to commit";

// Readers that follow each other closely keep the log from beginning anew. When it is this many
// times longer than it should be, the writer waits for them, but no longer than that.
constexpr int kLongLog = 4;
constexpr int kReadersTimeoutMs = 100;

// SQLite calls it after each commit with the number of pages in the write-ahead log.
int KeepLogPages(void* log_pages, sqlite3*, const char*, int pages) {
  *static_cast<int*>(log_pages) = pages;
  return SQLITE_OK;
}

absl::Status UseWriteAheadLog(Connection& connection) {
  constexpr char kPurpose[] = "to keep a write-ahead log";
  Query query = connection.RunOnce(kPurpose, "PRAGMA journal_mode = WAL");
  GATEPOST_RETURN_IF_ERROR(query.Next().status());
  if (query.Bytes(0) == "wal") return absl::OkStatus();
  return system::Refuse(v1::REASON_STORE_FAILED, kPurpose, "a file system that cannot",
                        "use a local file system with shared memory maps");
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, const SqliteOptions& options)
    : connection_(std::move(connection)),
      durable_(options.durable),
      checkpoint_pages_(options.checkpoint_pages) {}

absl::StatusOr<std::unique_ptr<Writer>> Writer::Open(const std::string& file,
                                                     const SqliteOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(
      std::unique_ptr<Connection> connection,
      Connection::Open(file, options.vfs, options.writer_cache_kib, /*create=*/true));
  std::unique_ptr<Writer> writer(new Writer(std::move(connection), options));
  GATEPOST_RETURN_IF_ERROR(writer->Prepare());
  return writer;
}

absl::Status Writer::Prepare() {
  // Else SQLite would tidy up at the end even in a file that is not ours.
  sqlite3_db_config(connection_->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  GATEPOST_RETURN_IF_ERROR(CheckOwner(*connection_));
  GATEPOST_RETURN_IF_ERROR(
      connection_->Execute("to choose when to sync",
                           durable_ ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = OFF"));
  GATEPOST_RETURN_IF_ERROR(UseWriteAheadLog(*connection_));
  // The log's file is kept and written over: that is quicker than growing a new one.
  int keep = 1;
  sqlite3_file_control(connection_->handle(), "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  sqlite3_wal_hook(connection_->handle(), &KeepLogPages, &log_pages_);
  GATEPOST_RETURN_IF_ERROR(MakeSchema(*connection_));
  // A process that died between its write and its sync left what we can read, but a power cut could
  // still take. A checkpoint syncs it before anybody is told of it.
  GATEPOST_RETURN_IF_ERROR(Checkpoint(SQLITE_CHECKPOINT_PASSIVE));
  prepared_ = true;
  return absl::OkStatus();
}

Writer::~Writer() {
  if (!prepared_ || !durable_ || connection_->sync_failed()) return;
  // Not needed: when it fails, the next start reads the log.
  (void)Checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
}

absl::Status Writer::Begin() {
  {
    std::lock_guard lock(mutex_);
    if (broken_) {
      return system::Refuse(v1::REASON_STORE_FAILED, "to write", "an earlier sync that failed",
                            "check the disk, then start the node again");
    }
    if (open_) return absl::FailedPreconditionError("a write transaction is open already");
    open_ = true;
  }
  absl::Status begun = connection_->Run("to begin writing", "BEGIN IMMEDIATE").Finish();
  if (!begun.ok()) Release();
  return begun;
}

absl::Status Writer::Commit() {
  absl::Status committed;
  if (sqlite3_get_autocommit(connection_->handle()) != 0) {
    // SQLite ends a transaction by itself after some errors; a COMMIT would be one of nothing.
    committed = system::Refuse(v1::REASON_STORE_FAILED, kCommit, "an earlier error of the disk",
                               "try again when the disk is well");
  } else {
    committed = connection_->Run(kCommit, "COMMIT").Finish();
  }
  if (!committed.ok()) {
    Rollback();
    return committed;
  }
  CheckpointWhenDue();
  Release();
  return absl::OkStatus();
}

void Writer::Rollback() {
  if (sqlite3_get_autocommit(connection_->handle()) == 0) {
    // Its only effect is in memory: nothing was in the database's file yet.
    (void)connection_->Run("to roll back", "ROLLBACK").Finish();
  }
  Release();
}

void Writer::Release() {
  std::lock_guard lock(mutex_);
  open_ = false;
  // A transaction that can be neither committed nor rolled back leaves nothing to go on with.
  broken_ =
      broken_ || connection_->sync_failed() || sqlite3_get_autocommit(connection_->handle()) == 0;
}

absl::Status Writer::Checkpoint(int mode) {
  const int code =
      sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, mode, nullptr, nullptr);
  tried_at_pages_ = log_pages_;
  // Busy: readers are still in the log; what could be moved was.
  if (code == SQLITE_OK || code == SQLITE_BUSY) return absl::OkStatus();
  return connection_->Fail("to move the write-ahead log into the database");
}

void Writer::CheckpointWhenDue() {
  // A smaller log has begun anew: everything before was moved, and nobody read in it.
  if (log_pages_ < tried_at_pages_) tried_at_pages_ = 0;
  if (log_pages_ - tried_at_pages_ < checkpoint_pages_) return;
  // A failure takes nothing back: the batch is in the log. After a failed sync Release sees it;
  // after any other the log grows, and the next try comes after as many pages again.
  if (log_pages_ / kLongLog < checkpoint_pages_) {
    (void)Checkpoint(SQLITE_CHECKPOINT_PASSIVE);
    return;
  }
  sqlite3_busy_timeout(connection_->handle(), kReadersTimeoutMs);
  (void)Checkpoint(SQLITE_CHECKPOINT_RESTART);
  sqlite3_busy_timeout(connection_->handle(), Connection::kBusyTimeoutMs);
}

}  // namespace gatepost::store::sqlite
