#ifndef GATEPOST_DAEMON_STORE_SQLITE_RUNGS_H_
#define GATEPOST_DAEMON_STORE_SQLITE_RUNGS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/records.h"
#include "daemon/store/sqlite/connection.h"

// The table rung. Contracts: daemon/store/store.h.
namespace gatepost::store::sqlite {

absl::StatusOr<std::vector<RungRecord>> RungsGiven(Connection& connection, std::string_view peer,
                                                   uint64_t after, size_t limit);
absl::StatusOr<std::vector<RungRecord>> RungsTaken(Connection& connection, std::string_view peer,
                                                   uint64_t after, size_t limit);
absl::StatusOr<std::vector<RungRecord>> RungsOf(Connection& connection, int64_t message_row);
absl::Status PutRung(Connection& connection, const RungRecord& record);

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_RUNGS_H_
