#ifndef GATEPOST_DAEMON_STORE_SQLITE_HOURS_H_
#define GATEPOST_DAEMON_STORE_SQLITE_HOURS_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/store/records.h"
#include "daemon/store/sqlite/connection.h"

// The projection of what was said about hours: the tables hours and hours_gate. Contracts:
// daemon/store/store.h.
namespace gatepost::store::sqlite {

absl::StatusOr<std::vector<HoursRecord>> HoursAt(Connection& connection,
                                                 const HoursQuestion& question);

// REASON_INTERNAL when there is one of that message already.
absl::Status PutHours(Connection& connection, const HoursRecord& record);
absl::Status MarkHoursVoid(Connection& connection, int64_t row, int64_t by, absl::Time since);

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_HOURS_H_
