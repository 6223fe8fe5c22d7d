#include "daemon/exchange/roster_reach.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/exchange/held.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

constexpr absl::Duration kPace = absl::Minutes(1);

}  // namespace

void RosterReach::OnTick() {
  const absl::Time now = clock_.Now();
  last_look_ = std::min(last_look_, now);  // A machine's clock may step backwards.
  if (now - last_look_ < kPace) return;
  last_look_ = now;
  Look().IgnoreError();
}

absl::Status RosterReach::Look() {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> reader, store_.Read());
  GATEPOST_ASSIGN_OR_RETURN(
      const std::optional<store::RosterRecord> newest,
      reader->RosterAt(node_.spiffe_id.trust_domain(), absl::InfiniteFuture()));
  if (!newest.has_value()) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record,
                            MustHold(*reader, newest->message_row));
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, MessageIn(record));
  const auto& recipients = message.header().recipient_nodes();
  for (const auto& [peer, link] : links_) {
    const std::string object = fmt::format("link:{}", peer);
    const bool addressed = std::ranges::find(recipients, peer) != recipients.end();
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                              ReceiptFor(*reader, peer, newest->message_row));
    const bool refused = receipt.has_value() && receipt->rung == v1::RUNG_REFUSED;
    if (link.own_authorities.empty() || (addressed && !refused)) {
      alarms_.Clear(object, v1::REASON_ROSTER_OUT_OF_ORDER);
      continue;
    }
    alarms_.Raise(object, v1::REASON_ROSTER_OUT_OF_ORDER,
                  fmt::format("{}:{},publish:{}", addressed ? "refused" : "not-addressed",
                              newest->version, uint64_t{newest->version} + 1));
  }
  return absl::OkStatus();
}

}  // namespace gatepost::exchange
