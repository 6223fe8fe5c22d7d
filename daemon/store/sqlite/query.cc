#include "daemon/store/sqlite/query.h"

#include <sqlite3.h>

#include <cassert>
#include <optional>
#include <utility>

#include "daemon/store/sqlite/connection.h"

namespace gatepost::store::sqlite {
Query::Query(Connection& connection, sqlite3_stmt* statement, bool owned, std::string_view purpose,
             absl::Status error)
    : connection_(&connection),
      statement_(statement),
      owned_(owned),
      purpose_(purpose),
      error_(std::move(error)) {}

Query::Query(Query&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      owned_(other.owned_),
      purpose_(other.purpose_),
      error_(std::move(other.error_)),
      parameter_(other.parameter_) {}

Query::~Query() {
  if (statement_ == nullptr) return;
  if (owned_) {
    sqlite3_finalize(statement_);
    return;
  }
  // A statement that is not reset would hold its read transaction open.
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::Bound(int code) {
  if (code != SQLITE_OK && error_.ok()) error_ = connection_->Fail(purpose_);
}

Query& Query::BindInteger(int64_t value) {
  if (error_.ok()) Bound(sqlite3_bind_int64(statement_, ++parameter_, value));
  return *this;
}

Query& Query::RefuseNumber() {
  if (error_.ok()) error_ = Misused(purpose_, "a number above 2^63-1");
  return *this;
}

// A null pointer would be bound as NULL, so empty text and blobs point somewhere.
Query& Query::BindText(std::string_view text) {
  if (error_.ok()) {
    Bound(sqlite3_bind_text64(statement_, ++parameter_, text.empty() ? "" : text.data(),
                              text.size(), SQLITE_STATIC, SQLITE_UTF8));
  }
  return *this;
}

Query& Query::BindBlob(std::string_view bytes) {
  if (error_.ok()) {
    Bound(sqlite3_bind_blob64(statement_, ++parameter_, bytes.empty() ? "" : bytes.data(),
                              bytes.size(), SQLITE_STATIC));
  }
  return *this;
}

Query& Query::BindNull() {
  if (error_.ok()) Bound(sqlite3_bind_null(statement_, ++parameter_));
  return *this;
}

absl::StatusOr<bool> Query::Next() {
  if (!error_.ok()) return error_;
  assert(parameter_ == sqlite3_bind_parameter_count(statement_));
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  error_ = connection_->Fail(purpose_);
  return error_;
}

absl::Status Query::Finish() {
  while (true) {
    absl::StatusOr<bool> more = Next();
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
  }
}

int64_t Query::Integer(int column) const { return sqlite3_column_int64(statement_, column); }

bool Query::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string_view Query::Bytes(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (bytes == nullptr || size <= 0) return {};
  return {static_cast<const char*>(bytes), static_cast<size_t>(size)};
}

absl::Status Query::Digest(int column, certs::Digest& digest) const {
  std::optional<certs::Digest> read = certs::DigestFromBytes(Bytes(column));
  if (!read) return Damaged(purpose_, "digest");
  digest = *read;
  return absl::OkStatus();
}

}  // namespace gatepost::store::sqlite
