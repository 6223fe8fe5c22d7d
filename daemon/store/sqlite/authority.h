#ifndef GATEPOST_DAEMON_STORE_SQLITE_AUTHORITY_H_
#define GATEPOST_DAEMON_STORE_SQLITE_AUTHORITY_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/store/records.h"
#include "daemon/store/sqlite/connection.h"

// Rosters, announced keys, emergencies. Meanings and errors: store.h.
namespace gatepost::store::sqlite {

absl::StatusOr<std::optional<RosterRecord>> RosterAt(Connection& connection,
                                                     std::string_view trust_domain, absl::Time at);
absl::StatusOr<uint32_t> NewestRosterVersion(Connection& connection, std::string_view trust_domain);
absl::Status PutRoster(Connection& connection, const RosterRecord& record);
absl::StatusOr<std::vector<AnnouncedKeyRecord>> AnnouncedKeys(Connection& connection,
                                                              std::string_view subject);
absl::Status PutAnnouncedKey(Connection& connection, const AnnouncedKeyRecord& record);
absl::StatusOr<std::optional<EmergencyRecord>> Emergency(Connection& connection,
                                                         int64_t message_row);
absl::StatusOr<std::vector<EmergencyRecord>> OpenEmergencies(Connection& connection);
absl::Status PutEmergency(Connection& connection, const EmergencyRecord& record);

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_AUTHORITY_H_
