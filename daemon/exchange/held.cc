#include "daemon/exchange/held.h"

#include <utility>
#include <vector>

#include "daemon/exchange/naming.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

absl::StatusOr<v1::Message> MessageIn(const store::MessageRecord& record) {
  if (record.envelope.empty()) {
    return system::Refuse(v1::REASON_BODY_PURGED, "a message whose body is kept",
                          fmt::format("message {}, purged by retention", record.message_id),
                          "look for it in an archive or a bundle; its digests are in the log");
  }
  v1::Envelope envelope;
  v1::Message message;
  if (!envelope.ParseFromString(record.envelope) || !message.ParseFromString(envelope.payload())) {
    return system::Refuse(v1::REASON_LEDGER_DAMAGED, "a stored message that can be read",
                          fmt::format("message {}", record.message_id),
                          "check the store against its ledger");
  }
  return message;
}

absl::StatusOr<store::MessageRecord> MustHold(const store::Reader& store, int64_t row) {
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::MessageRecord> record, store.MessageByRow(row));
  if (!record.has_value()) {
    return system::Refuse(v1::REASON_LEDGER_DAMAGED, fmt::format("message row {}", row),
                          "it is missing", "check the store");
  }
  return *std::move(record);
}

absl::StatusOr<std::optional<store::ReceiptRecord>> ReceiptFor(const store::Reader& store,
                                                               std::string_view peer, int64_t row) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> places, store.OutgoingOf(row));
  for (const store::OutgoingRecord& place : places) {
    if (place.peer == peer) return store.Receipt(place.peer, place.sequence);
  }
  return std::nullopt;
}

absl::StatusOr<store::MessageRecord> FindNamed(const store::Reader& store, std::string_view author,
                                               std::string_view message_id,
                                               std::string_view pae_sha256) {
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::MessageRecord> record,
                            store.FindMessage(author, message_id));
  if (!record.has_value() || certs::AsView(record->pae) != pae_sha256) {
    return system::Refuse(v1::REASON_UNKNOWN_BASE, "a message that this node holds",
                          fmt::format("message {} by {}", message_id, author),
                          "name the message, with its digest");
  }
  return *std::move(record);
}

std::string NameOf(const NodeTerms& node, const store::MessageRecord& record) {
  return fmt::format("{} (message {} by {})", ReferenceText(node, record.reference),
                     record.message_id, record.author);
}

}  // namespace gatepost::exchange
