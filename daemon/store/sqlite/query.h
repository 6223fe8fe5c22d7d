#ifndef GATEPOST_DAEMON_STORE_SQLITE_QUERY_H_
#define GATEPOST_DAEMON_STORE_SQLITE_QUERY_H_

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/digest.h"
#include "daemon/store/sqlite/failure.h"

struct sqlite3_stmt;

namespace gatepost::store::sqlite {

class Connection;

// One run of one SQL statement: bind every parameter in order, then step. Belongs to one thread.
// Text and blobs are bound without a copy: they must live until the run is over. An error of any
// step is kept and comes back from Next or Finish.
class Query {
 public:
  // Runs `statement`, which may be null when `error` says why it could not be prepared. It is reset
  // at the end, or given up when `owned`. `purpose` must outlive the query.
  Query(Connection& connection, sqlite3_stmt* statement, bool owned, std::string_view purpose,
        absl::Status error);
  ~Query();
  Query(Query&& other) noexcept;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  Query& operator=(Query&&) = delete;

  // Binds the next parameter. A number above 2^63-1 is an error.
  template <std::integral Number>
  Query& Bind(Number value) {
    if (std::in_range<int64_t>(value)) return BindInteger(static_cast<int64_t>(value));
    return RefuseNumber();
  }
  // Binds the next parameter for a comparison: a number above 2^63-1 is as good as 2^63-1, since
  // nothing that large is ever stored.
  Query& BindBound(uint64_t value) {
    constexpr uint64_t kLargest = std::numeric_limits<int64_t>::max();
    return BindInteger(static_cast<int64_t>(value < kLargest ? value : kLargest));
  }
  Query& BindText(std::string_view text);
  Query& BindBlob(std::string_view bytes);
  Query& Bind(const certs::Digest& digest) { return BindBlob(certs::AsView(digest)); }
  Query& Bind(absl::Time time) { return BindInteger(absl::ToUnixMicros(time)); }
  Query& BindNull();

  // Goes to the next row; false when there is none.
  absl::StatusOr<bool> Next();

  // Runs a statement that gives no rows, or whose rows nobody wants.
  absl::Status Finish();

  // Columns of the present row, from 0. Views are valid until the next step.
  int64_t Integer(int column) const;
  uint64_t Number(int column) const { return static_cast<uint64_t>(Integer(column)); }
  bool IsNull(int column) const;
  std::string_view Bytes(int column) const;
  std::string String(int column) const { return std::string(Bytes(column)); }
  absl::Time Time(int column) const { return absl::FromUnixMicros(Integer(column)); }
  // Reads a digest into `digest`; a column that is not 32 bytes long is damage.
  absl::Status Digest(int column, certs::Digest& digest) const;

  std::string_view purpose() const { return purpose_; }

 private:
  Query& BindInteger(int64_t value);
  Query& RefuseNumber();
  void Bound(int code);

  Connection* connection_;
  sqlite3_stmt* statement_;
  bool owned_;
  std::string_view purpose_;
  absl::Status error_;
  int parameter_ = 0;
};

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_QUERY_H_
