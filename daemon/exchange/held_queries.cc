#include "daemon/exchange/held_queries.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/exchange/holding.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/queries.h"
#include "daemon/exchange/stored_signers.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

// Bodies that one look at the store brings.
constexpr size_t kReadAtOnce = 50;

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

bool IsWanted(const store::HeldRecord& held, const v1::ListMessagesRequest& request) {
  if (!request.author().empty() && held.author != request.author()) return false;
  if (request.has_stored_from() && held.held_at < TimeOf(request.stored_from())) return false;
  if (request.has_stored_before() && held.held_at >= TimeOf(request.stored_before())) return false;
  if (request.scope_id().empty()) return true;
  v1::Envelope envelope;
  v1::Message message;
  if (!envelope.ParseFromString(held.envelope) || !message.ParseFromString(envelope.payload())) {
    return true;  // Describe says what is wrong with it.
  }
  const auto& scopes = message.header().scope_ids();
  return std::ranges::find(scopes, request.scope_id()) != scopes.end();
}

}  // namespace

absl::StatusOr<v1::StoredMessage> HeldQueries::Describe(const store::Reader& store,
                                                        const store::HeldRecord& held,
                                                        bool with_envelope,
                                                        bool with_receipt) const {
  GATEPOST_ASSIGN_OR_RETURN(const OpenedMessage opened, OpenStored(store, held.envelope));
  v1::StoredMessage message;
  if (with_envelope) message.mutable_envelope()->ParseFromString(held.envelope);
  message.set_short_reference(ReferenceText(node_, held.reference));
  message.set_message_id(held.message_id);
  message.set_author(held.author);
  message.set_origin_node(opened.message.header().origin_node());
  *message.mutable_stored_at() = domain::ToTimestamp(held.held_at);
  message.set_pae_sha256(std::string(certs::AsView(held.pae)));
  message.set_signatures_sha256(std::string(certs::AsView(opened.signatures)));
  for (const certs::Identity& signer : opened.signers) message.add_signers(signer.id.ToString());
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<domain::StillNeeded> needed,
                            NeededNow(store, rules_, opened, clock_.Now()));
  *message.mutable_held() = HeldStateOf(needed, held.drops_at);
  if (with_receipt) {
    GATEPOST_ASSIGN_OR_RETURN(ledger::Receipt receipt, log_.ReceiptOf(held.leaf_index));
    message.mutable_receipt()->set_leaf(std::move(receipt.leaf));
    message.mutable_receipt()->set_proof(std::move(receipt.proof));
  }
  return message;
}

absl::StatusOr<v1::ListMessagesResponse> HeldQueries::List(const store::Reader& store,
                                                           const v1::ListMessagesRequest& request,
                                                           int64_t after, size_t limit) const {
  v1::ListMessagesResponse response;
  int64_t last = after;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::HeldRecord> some,
                              store.ListHeld(last, kReadAtOnce));
    for (const store::HeldRecord& held : some) {
      if (IsWanted(held, request)) {
        if (static_cast<size_t>(response.messages_size()) == limit) {
          response.set_next_page_token(PageToken(last));
          return response;
        }
        GATEPOST_ASSIGN_OR_RETURN(*response.add_messages(),
                                  Describe(store, held, !request.without_envelopes(), false));
      }
      last = held.row;
    }
    if (some.size() < kReadAtOnce) return response;
  }
}

}  // namespace gatepost::exchange
