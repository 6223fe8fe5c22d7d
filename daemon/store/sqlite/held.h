#ifndef GATEPOST_DAEMON_STORE_SQLITE_HELD_H_
#define GATEPOST_DAEMON_STORE_SQLITE_HELD_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/records.h"
#include "daemon/store/sqlite/connection.h"

// Messages that wait for signatures. Meanings and errors: store.h.
namespace gatepost::store::sqlite {

absl::StatusOr<std::optional<HeldRecord>> Held(Connection& connection, const certs::Digest& pae);
absl::StatusOr<std::optional<HeldRecord>> FindHeld(Connection& connection, std::string_view author,
                                                   std::string_view message_id);
absl::StatusOr<std::vector<HeldRecord>> FindHeldById(Connection& connection,
                                                     std::string_view message_id);
absl::StatusOr<std::optional<HeldRecord>> HeldByReference(Connection& connection,
                                                          ShortReference reference);
absl::StatusOr<std::vector<HeldRecord>> ListHeld(Connection& connection);
absl::StatusOr<HeldRecord> HoldMessage(Connection& connection, HeldRecord record);
absl::Status RemoveHeld(Connection& connection, int64_t row);

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_HELD_H_
