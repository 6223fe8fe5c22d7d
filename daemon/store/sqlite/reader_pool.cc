#include "daemon/store/sqlite/reader_pool.h"

#include <sqlite3.h>

#include <cassert>
#include <utility>

#include "daemon/store/sqlite/query.h"
#include "daemon/system/status_macros.h"

namespace gatepost::store::sqlite {
namespace {

// BEGIN takes no snapshot by itself: the first read does.
absl::Status BeginReading(Connection& connection) {
  constexpr char kPurpose[] = "to begin reading";
  GATEPOST_RETURN_IF_ERROR(connection.Run(kPurpose, "BEGIN").Finish());
  return connection.Run(kPurpose, "SELECT count(*) FROM meta WHERE key = ''").Finish();
}

}  // namespace

ReaderPool::ReaderPool(std::string file, const SqliteOptions& options)
    : file_(std::move(file)), options_(options) {}

ReaderPool::~ReaderPool() { assert(out_ == 0); }

absl::StatusOr<std::unique_ptr<Connection>> ReaderPool::Take() {
  std::unique_ptr<Connection> connection;
  {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return out_ < options_.readers; });
    ++out_;
    if (!at_rest_.empty()) {
      connection = std::move(at_rest_.back());
      at_rest_.pop_back();
    }
  }
  absl::Status ready = MakeReady(connection);
  if (!ready.ok()) {
    Return(nullptr);
    return ready;
  }
  return connection;
}

absl::Status ReaderPool::MakeReady(std::unique_ptr<Connection>& connection) const {
  if (connection == nullptr) {
    GATEPOST_ASSIGN_OR_RETURN(connection, Open());
  }
  return BeginReading(*connection);
}

void ReaderPool::GiveBack(std::unique_ptr<Connection> connection) {
  // One that cannot end its transaction would hold the write-ahead log back: it is closed.
  if (!connection->Run("to end reading", "COMMIT").Finish().ok()) connection = nullptr;
  Return(std::move(connection));
}

void ReaderPool::Return(std::unique_ptr<Connection> connection) {
  {
    std::lock_guard lock(mutex_);
    --out_;
    if (connection != nullptr) at_rest_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

absl::StatusOr<std::unique_ptr<Connection>> ReaderPool::Open() const {
  GATEPOST_ASSIGN_OR_RETURN(
      std::unique_ptr<Connection> connection,
      Connection::Open(file_, options_.vfs, options_.reader_cache_kib, /*create=*/false));
  GATEPOST_RETURN_IF_ERROR(connection->Execute("to set up a reader", "PRAGMA query_only = ON"));
  // Checkpoints are the writer's.
  sqlite3_wal_autocheckpoint(connection->handle(), 0);
  sqlite3_db_config(connection->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return connection;
}

}  // namespace gatepost::store::sqlite
