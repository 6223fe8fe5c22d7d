#ifndef GATEPOST_DAEMON_STORE_SQLITE_WITNESS_H_
#define GATEPOST_DAEMON_STORE_SQLITE_WITNESS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/records.h"
#include "daemon/store/sqlite/connection.h"

// Heads with cosignatures, and the witness's own state. Meanings and errors: store.h.
namespace gatepost::store::sqlite {

absl::StatusOr<std::vector<CosignedHeadRecord>> CosignedHeads(Connection& connection,
                                                              std::string_view origin,
                                                              uint64_t from_size, size_t limit);
absl::StatusOr<std::optional<CosignedHeadRecord>> NewestCosignedHead(Connection& connection,
                                                                     std::string_view origin);
absl::StatusOr<std::optional<WitnessedRecord>> Witnessed(Connection& connection,
                                                         std::string_view origin);
absl::Status PutCosignedHead(Connection& connection, const CosignedHeadRecord& record);
absl::Status PutWitnessed(Connection& connection, const WitnessedRecord& record);

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_WITNESS_H_
