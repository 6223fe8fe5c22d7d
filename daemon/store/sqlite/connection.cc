#include "daemon/store/sqlite/connection.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cassert>
#include <utility>

#include "daemon/store/sqlite/failure.h"
#include "daemon/store/sqlite/query.h"
#include "daemon/system/status_macros.h"

namespace gatepost::store::sqlite {
namespace {

// The path as a URI, for SQLite's own parameters after it.
std::string FileUri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      uri += c;
    }
  }
  return uri;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& file,
                                                             const std::string& vfs, int cache_kib,
                                                             bool create) {
  return OpenWith(file, SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0), vfs, cache_kib);
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::OpenForReading(const std::string& file,
                                                                       int cache_kib,
                                                                       bool unchanging) {
  return OpenWith(FileUri(file) + (unchanging ? "?immutable=1" : ""),
                  SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, "", cache_kib);
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::OpenWith(const std::string& file, int flags,
                                                                 const std::string& vfs,
                                                                 int cache_kib) {
  // No mutex of SQLite's own: a connection belongs to one thread at a time.
  flags |= SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* database = nullptr;
  const int code =
      sqlite3_open_v2(file.c_str(), &database, flags, vfs.empty() ? nullptr : vfs.c_str());
  std::unique_ptr<Connection> connection(new Connection(database));
  if (code != SQLITE_OK) return Failure(database, fmt::format("to open {}", file));
  sqlite3_busy_timeout(database, kBusyTimeoutMs);
  // The schema in the file is data: it may not call functions or change itself behind our back.
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  GATEPOST_RETURN_IF_ERROR(connection->Execute(
      "to set up a connection", fmt::format("PRAGMA cache_size = -{}; PRAGMA temp_store = MEMORY;"
                                            "PRAGMA mmap_size = 0",
                                            cache_kib)));
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  [[maybe_unused]] const int code = sqlite3_close(database_);
  assert(code == SQLITE_OK);  // Every Query is gone before its connection.
}

Query Connection::Run(std::string_view purpose, std::string_view sql) {
  auto found = statements_.find(sql);
  if (found != statements_.end()) {
    assert(sqlite3_stmt_busy(found->second) == 0);
    return Query(*this, found->second, false, purpose, absl::OkStatus());
  }
  return Prepared(purpose, sql, true);
}

Query Connection::RunOnce(std::string_view purpose, const std::string& sql) {
  return Prepared(purpose, sql, false);
}

Query Connection::Prepared(std::string_view purpose, std::string_view sql, bool keep) {
  sqlite3_stmt* statement = nullptr;
  absl::Status error;
  if (sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                         keep ? SQLITE_PREPARE_PERSISTENT : 0, &statement, nullptr) != SQLITE_OK) {
    error = Fail(purpose);
  } else if (keep) {
    statements_.emplace(sql, statement);
  }
  return Query(*this, statement, !keep, purpose, std::move(error));
}

absl::Status Connection::Execute(std::string_view purpose, const std::string& sql) {
  if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return Fail(purpose);
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Connection::Number(std::string_view purpose, const std::string& sql) {
  Query query = RunOnce(purpose, sql);
  GATEPOST_ASSIGN_OR_RETURN(bool found, query.Next());
  if (!found) return Damaged(purpose, "answer: no row");
  return query.Integer(0);
}

absl::Status Connection::Fail(std::string_view purpose) {
  const int code = sqlite3_extended_errcode(database_);
  if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) sync_failed_ = true;
  return Failure(database_, purpose);
}

int64_t Connection::ChangedRows() const { return sqlite3_changes64(database_); }

int64_t Connection::LastRow() const { return sqlite3_last_insert_rowid(database_); }

}  // namespace gatepost::store::sqlite
