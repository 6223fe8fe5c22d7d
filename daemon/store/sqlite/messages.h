#ifndef GATEPOST_DAEMON_STORE_SQLITE_MESSAGES_H_
#define GATEPOST_DAEMON_STORE_SQLITE_MESSAGES_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/records.h"
#include "daemon/store/sqlite/connection.h"

// The tables message, message_scope and reference_year. Contracts: daemon/store/store.h.
namespace gatepost::store::sqlite {

absl::StatusOr<std::optional<MessageRecord>> FindMessage(Connection& connection,
                                                         std::string_view author,
                                                         std::string_view message_id);
absl::StatusOr<std::vector<MessageRecord>> FindMessagesById(Connection& connection,
                                                            std::string_view message_id);
absl::StatusOr<std::optional<MessageRecord>> FindAccepted(Connection& connection,
                                                          const certs::Digest& pae);
absl::StatusOr<std::optional<MessageRecord>> MessageByRow(Connection& connection, int64_t row);
absl::StatusOr<std::optional<MessageRecord>> MessageByReference(Connection& connection,
                                                                ShortReference reference);
absl::StatusOr<std::optional<MessageRecord>> MessageBySequence(Connection& connection,
                                                               std::string_view peer,
                                                               uint64_t sequence);
absl::StatusOr<std::vector<MessageRecord>> ListMessages(Connection& connection,
                                                        const MessageFilter& filter);

// The next short reference's number of that year.
absl::StatusOr<uint32_t> NextNumber(Connection& connection, int32_t year);

// REASON_INTERNAL when the identity is there already, when the peer's sequence number is, or when
// `stored_at` lies before that of the newest message: lists by time rely on that order.
absl::StatusOr<MessageRecord> InsertMessage(Connection& connection, MessageRecord record);

// Sets `replaced_by_row` of the message. REASON_INTERNAL when there is none in `row`.
absl::Status PurgeBody(Connection& connection, int64_t row);
absl::Status MarkMessageReplaced(Connection& connection, int64_t row, int64_t by);

// The table acknowledgement.
absl::StatusOr<std::vector<int64_t>> AcknowledgementsOf(Connection& connection, int64_t message_row,
                                                        std::string_view peer);
absl::Status PutAcknowledgement(Connection& connection, const AcknowledgementRecord& record);

}  // namespace gatepost::store::sqlite

#endif  // GATEPOST_DAEMON_STORE_SQLITE_MESSAGES_H_
