#include "daemon/exchange/queries.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "certs/dsse.h"
#include "daemon/domain/civil_time.h"
#include "daemon/exchange/holding.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/rungs.h"
#include "daemon/exchange/stored_signers.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

absl::Status NotFound(std::string_view reference) {
  return system::Refuse(v1::REASON_NOT_FOUND, "a message id or short reference of this node",
                        reference, "look it up with ListMessages (gatepost inbox, outbox)");
}

}  // namespace

absl::StatusOr<size_t> PageSize(int32_t asked, size_t standard) {
  if (asked == 0) return standard;
  if (asked < 0 || asked > 500) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a page size from 1 to 500, or 0",
                          fmt::format("{}", asked), "ask for a smaller page");
  }
  return static_cast<size_t>(asked);
}

std::string PageToken(int64_t row) { return fmt::format("r{}", row); }

absl::StatusOr<int64_t> RowOfPageToken(std::string_view token) {
  if (token.empty()) return 0;
  int64_t row = 0;
  const char* const end = token.data() + token.size();
  if (token.front() != 'r' || std::from_chars(token.data() + 1, end, row).ptr != end || row <= 0 ||
      token.size() < 2) {
    return system::Refuse(v1::REASON_BAD_CURSOR, "the page token of the answer before", token,
                          "start from the first page");
  }
  return row;
}

absl::StatusOr<store::MessageRecord> Queries::Find(const store::Reader& store,
                                                   std::string_view reference,
                                                   std::string_view author) const {
  if (const auto number = ParseReference(node_, reference); number.has_value()) {
    GATEPOST_ASSIGN_OR_RETURN(std::optional<store::MessageRecord> record,
                              store.MessageByReference(*number));
    if (!record.has_value()) return NotFound(reference);
    return *std::move(record);
  }
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::MessageRecord> records,
                            store.FindMessagesById(reference));
  if (!author.empty()) {
    std::erase_if(records, [&](const auto& record) { return record.author != author; });
  }
  if (records.empty()) return NotFound(reference);
  if (records.size() > 1) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "one message",
                          fmt::format("{} authors used the id {}", records.size(), reference),
                          "name the author, or use the short reference");
  }
  return std::move(records.front());
}

// The held message of that name, where no other is found.
absl::StatusOr<std::optional<store::HeldRecord>> Queries::FindHeld(const store::Reader& store,
                                                                   const absl::Status& not_found,
                                                                   std::string_view reference,
                                                                   std::string_view author) const {
  if (system::ReasonOf(not_found) != v1::REASON_NOT_FOUND) return std::nullopt;
  return FindHeldNamed(store, node_, reference, author);
}

std::string Queries::ReferenceOfRow(const store::Reader& store, int64_t row) const {
  if (row == 0) return "";
  const absl::StatusOr<std::optional<store::MessageRecord>> record = store.MessageByRow(row);
  if (!record.ok() || !record->has_value()) return "";
  return ReferenceText(node_, (*record)->reference);
}

absl::StatusOr<v1::StoredMessage> Queries::Describe(const store::Reader& store,
                                                    const store::MessageRecord& record,
                                                    bool with_envelope, bool with_receipt) const {
  v1::StoredMessage message;
  if (with_envelope && !record.envelope.empty())
    message.mutable_envelope()->ParseFromString(record.envelope);
  message.set_short_reference(ReferenceText(node_, record.reference));
  message.set_message_id(record.message_id);
  message.set_author(record.author);
  message.set_origin_node(record.origin_node);
  *message.mutable_stored_at() = domain::ToTimestamp(record.stored_at);
  message.set_pae_sha256(std::string(certs::AsView(record.pae)));
  message.set_signatures_sha256(std::string(certs::AsView(record.signatures)));
  message.set_standing(record.standing);
  message.set_reason(record.reason);
  message.set_replaced_by(ReferenceOfRow(store, record.replaced_by_row));
  message.set_replaces(ReferenceOfRow(store, record.replaces_row));
  GATEPOST_ASSIGN_OR_RETURN(const v1::Rung rung, ladders_.Common(store, record));
  message.set_rung(rung);
  if (with_receipt) {
    GATEPOST_ASSIGN_OR_RETURN(ledger::Receipt receipt, log_.ReceiptOf(record.leaf_index));
    message.mutable_receipt()->set_leaf(std::move(receipt.leaf));
    message.mutable_receipt()->set_proof(std::move(receipt.proof));
  }
  return message;
}

absl::StatusOr<v1::GetMessageResponse> Queries::GetMessage(const v1::GetMessageRequest& request,
                                                           std::vector<int64_t>* fetched) const {
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> store, store_.Read());
  const absl::StatusOr<store::MessageRecord> record =
      Find(*store, request.reference(), request.author());
  GATEPOST_ASSIGN_OR_RETURN(
      const std::optional<store::HeldRecord> waits,
      FindHeld(*store, record.status(), request.reference(), request.author()));
  v1::GetMessageResponse response;
  if (waits.has_value()) {
    GATEPOST_ASSIGN_OR_RETURN(*response.mutable_message(),
                              held_.Describe(*store, *waits, true, true));
  } else {
    GATEPOST_RETURN_IF_ERROR(record.status());
    GATEPOST_ASSIGN_OR_RETURN(*response.mutable_message(), Describe(*store, *record, true, true));
    const absl::StatusOr<std::vector<certs::Identity>> signers =
        SignersOf(*store, response.message().envelope());
    if (signers.ok()) {  // Of evidence, the audit service says what is missing.
      for (const certs::Identity& signer : *signers) {
        response.mutable_message()->add_signers(signer.id.ToString());
      }
    }
    if (fetched != nullptr && CountsAsFetched(*record)) fetched->push_back(record->row);
  }
  const auto add = [&](const google::protobuf::RepeatedPtrField<v1::Signature>& signatures) {
    for (const v1::Signature& signature : signatures) {
      const auto digest = certs::DigestFromBytes(signature.certificate_sha256());
      if (!digest.has_value()) continue;
      const absl::StatusOr<std::optional<std::vector<std::string>>> chain = store->Chain(*digest);
      if (!chain.ok() || !chain->has_value()) continue;
      v1::CertificateChain* sent = response.add_chains();
      for (const std::string& certificate : **chain) sent->add_certificates(certificate);
    }
  };
  add(response.message().envelope().signatures());
  add(response.message().envelope().batch().head_signatures());
  return response;
}

absl::StatusOr<v1::ListMessagesResponse> Queries::ListMessages(
    const v1::ListMessagesRequest& request, std::vector<int64_t>* fetched) const {
  store::MessageFilter filter;
  switch (request.direction()) {
    case v1::MESSAGE_DIRECTION_RECEIVED:
      filter.direction = store::MessageFilter::Direction::kReceived;
      break;
    case v1::MESSAGE_DIRECTION_SUBMITTED:
      filter.direction = store::MessageFilter::Direction::kSubmitted;
      break;
    default:
      filter.direction = store::MessageFilter::Direction::kBoth;
  }
  filter.scope_id = request.scope_id();
  filter.author = request.author();
  if (request.has_stored_from()) filter.stored_from = TimeOf(request.stored_from());
  if (request.has_stored_before()) filter.stored_before = TimeOf(request.stored_before());
  GATEPOST_ASSIGN_OR_RETURN(const size_t size, PageSize(request.page_size(), 50));
  GATEPOST_ASSIGN_OR_RETURN(filter.before_row, RowOfPageToken(request.page_token()));
  filter.limit = size + 1;
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> store, store_.Read());
  if (request.direction() == v1::MESSAGE_DIRECTION_HELD) {
    return held_.List(*store, request, filter.before_row, size);
  }
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::MessageRecord> records, store->ListMessages(filter));
  v1::ListMessagesResponse response;
  if (records.size() > size) {
    records.resize(size);
    response.set_next_page_token(PageToken(records.back().row));
  }
  for (const store::MessageRecord& record : records) {
    GATEPOST_ASSIGN_OR_RETURN(*response.add_messages(),
                              Describe(*store, record, !request.without_envelopes(), false));
    if (fetched != nullptr && !request.without_envelopes() && CountsAsFetched(record)) {
      fetched->push_back(record.row);
    }
  }
  return response;
}

absl::StatusOr<v1::GetStatusResponse> Queries::GetStatus(
    const v1::GetStatusRequest& request) const {
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> store, store_.Read());
  const absl::StatusOr<store::MessageRecord> found =
      Find(*store, request.reference(), request.author());
  GATEPOST_ASSIGN_OR_RETURN(
      const std::optional<store::HeldRecord> waits,
      FindHeld(*store, found.status(), request.reference(), request.author()));
  v1::GetStatusResponse response;
  if (waits.has_value()) {
    response.set_message_id(waits->message_id);
    response.set_short_reference(ReferenceText(node_, waits->reference));
    return response;
  }
  GATEPOST_RETURN_IF_ERROR(found.status());
  const store::MessageRecord& record = *found;
  response.set_message_id(record.message_id);
  response.set_short_reference(ReferenceText(node_, record.reference));
  if (!record.received_from.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(*response.add_ladders(), ladders_.Here(*store, record));
    return response;
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> places,
                            store->OutgoingOf(record.row));
  for (const store::OutgoingRecord& place : places) {
    GATEPOST_ASSIGN_OR_RETURN(*response.add_ladders(), ladders_.To(*store, record, place));
  }
  return response;
}

}  // namespace gatepost::exchange
