#include "daemon/exchange/agreements/dispute.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "certs/digest.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

std::string CauseKey(int64_t row) { return fmt::format("disputed/{}", row); }

}  // namespace

absl::Status Contradicts(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_DECISION_DISPUTED, wanted, came,
                        "talk to the other side; both leaves are kept as evidence");
}

std::string WhyDisputed(const absl::Status& why) {
  const std::optional<system::Refusal> refusal = system::RefusalOf(why);
  return refusal.has_value() ? fmt::format("wanted {}; came {}", refusal->wanted, refusal->came)
                             : std::string(why.message());
}

absl::Status Dispute(CommitScope& scope, std::string_view peer, store::ProposalRecord standing,
                     std::string_view text, std::string_view evidence, uint64_t cause) {
  if (standing.disputed) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record,
                            MustHold(scope.store, standing.message_row));
  const std::string kept = fmt::format("{}\n{}", text, evidence);
  GATEPOST_ASSIGN_OR_RETURN(
      const uint64_t index,
      scope.log.Add(AlarmAbout(peer, record, system::ReasonName(v1::REASON_DECISION_DISPUTED),
                               fmt::format("evidence:{}", certs::ToHex(certs::Sha256Of(kept))))));
  GATEPOST_RETURN_IF_ERROR(scope.store.PutMeta(fmt::format("dispute/{}/{}", peer, index), kept));
  GATEPOST_RETURN_IF_ERROR(
      scope.store.PutMeta(CauseKey(standing.message_row), fmt::format("{}", cause)));
  standing.disputed = true;
  return scope.store.PutProposal(standing);
}

absl::StatusOr<std::optional<uint64_t>> CauseOfDispute(const store::Reader& store, int64_t row) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> value, store.Meta(CauseKey(row)));
  uint64_t cause = 0;
  if (!value.has_value() || !absl::SimpleAtoi(*value, &cause)) return std::nullopt;
  return cause;
}

absl::Status EndDispute(CommitScope& scope, std::string_view peer, HeldProposal about) {
  GATEPOST_RETURN_IF_ERROR(
      scope.log
          .Add(AlarmAbout(peer, about.record, "CLEARED",
                          fmt::format("was:{}", system::ReasonName(v1::REASON_DECISION_DISPUTED))))
          .status());
  about.standing.disputed = false;
  return scope.store.PutProposal(about.standing);
}

}  // namespace gatepost::exchange
