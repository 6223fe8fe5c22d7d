#ifndef GATEPOST_DAEMON_STORE_SQLITE_HELD_H_
#define GATEPOST_DAEMON_STORE_SQLITE_HELD_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
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
absl::StatusOr<std::vector<HeldRecord>> ListHeld(Connection& connection, int64_t after,
                                                 size_t limit);
absl::StatusOr<std::vector<HeldRecord>> OverdueHeld(Connection& connection, absl::Time at,
                                                    size_t limit);
absl::StatusOr<HeldCount> CountHeld(Connection& connection, std::string_view author);
absl::StatusOr<bool> WasDropped(Connection& connection, const certs::Digest& pae);
absl::StatusOr<HeldRecord> HoldMessage(Connection& connection, HeldRecord record);
absl::Status RemoveHeld(Connection& connection, int64_t row);
absl::Status PutDropped(Connection& connection, const certs::Digest& pae);

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_HELD_H_
