#ifndef GATEPOST_DAEMON_EXCHANGE_HELD_H_
#define GATEPOST_DAEMON_EXCHANGE_HELD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "gatepost/v1/message.pb.h"

// Messages that this node holds, as desks and queries need them.
namespace gatepost::exchange {

// The message inside a stored envelope. REASON_BODY_PURGED when retention has emptied it;
// REASON_LEDGER_DAMAGED when it cannot be read, which only a damaged store can cause.
absl::StatusOr<v1::Message> MessageIn(const store::MessageRecord& record);

// The message in `row`, which a projection says is there. REASON_LEDGER_DAMAGED when it is not.
absl::StatusOr<store::MessageRecord> MustHold(const store::Reader& store, int64_t row);

// The message that another one names, by author, id and digest. REASON_UNKNOWN_BASE when it is not
// held, or is held with other bytes.
absl::StatusOr<store::MessageRecord> FindNamed(const store::Reader& store, std::string_view author,
                                               std::string_view message_id,
                                               std::string_view pae_sha256);

// The receipt that is held of `peer` for the message in `row`; none for one that was not sent
// there.
absl::StatusOr<std::optional<store::ReceiptRecord>> ReceiptFor(const store::Reader& store,
                                                               std::string_view peer, int64_t row);

// As people here know it, and as both sides do.
std::string NameOf(const NodeTerms& node, const store::MessageRecord& record);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_HELD_H_
