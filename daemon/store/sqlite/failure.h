#ifndef GATEPOST_DAEMON_STORE_SQLITE_FAILURE_H_
#define GATEPOST_DAEMON_STORE_SQLITE_FAILURE_H_

#include <string_view>

#include "absl/status/status.h"

struct sqlite3;

// The errors of this folder. `purpose` and `wanted` complete "wanted ...", for example "to store a
// message".
namespace gatepost::store::sqlite {

// For the last error on `database`; its extended code, text and errno are in it. REASON_INTERNAL
// for a broken constraint, which only this program can cause; else REASON_STORE_FAILED.
absl::Status Failure(sqlite3* database, std::string_view purpose);

// For bytes in the file that this program never wrote: REASON_STORE_FAILED.
absl::Status Damaged(std::string_view purpose, std::string_view what);

// For a call that breaks the contract of store.h, a defect of ours, not of the disk:
// REASON_INTERNAL.
absl::Status Misused(std::string_view wanted, std::string_view came);

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_FAILURE_H_
