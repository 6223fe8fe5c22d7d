#include "daemon/domain/agreements/thread_rules.h"

#include <fmt/format.h>

#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::domain {
namespace {

using system::Refuse;

constexpr std::string_view kStatePrefix = "AGREEMENT_STATE_";
constexpr std::string_view kRefusedPrefix = "REFUSED:";

std::string_view Word(ThreadAct act) {
  switch (act) {
    case ThreadAct::kCounter:
      return "countered";
    case ThreadAct::kAccept:
      return "accepted";
    case ThreadAct::kReject:
      return "rejected";
    case ThreadAct::kWithdraw:
      return "withdrawn";
  }
  return "answered";
}

absl::Status CheckOpen(ThreadAct act, const ProposalStanding& standing) {
  if (standing.state == v1::AGREEMENT_STATE_OPEN) return absl::OkStatus();
  if (standing.state == v1::AGREEMENT_STATE_AWAITING_DECISION) {
    if (act == ThreadAct::kWithdraw) return absl::OkStatus();
    return Refuse(v1::REASON_AWAITING_DECISION, "a proposal that the sequencer has decided about",
                  "one that still waits", "wait for the decision, then try again");
  }
  return Refuse(v1::REASON_NOT_OPEN, fmt::format("an open proposal, to be {}", Word(act)),
                StateName(standing.state), "look at the thread; propose anew where needed");
}

}  // namespace

absl::Status CheckAct(ThreadAct act, bool proposer, const ProposalStanding& standing,
                      absl::Time now) {
  if (proposer != (act == ThreadAct::kWithdraw)) {
    return Refuse(
        v1::REASON_NOT_YOUR_ACT,
        fmt::format("a proposal of {} side, to be {}",
                    act == ThreadAct::kWithdraw ? "your own" : "the other", Word(act)),
        proposer ? "one of your own side" : "one of the other side",
        proposer ? "withdraw it, or wait for the other side" : "accept, reject or counter it");
  }
  if (standing.disputed) {
    return Refuse(v1::REASON_DECISION_DISPUTED, "a thread whose decisions are not disputed",
                  "one where a decision contradicts what this node holds",
                  "talk to the other side; propose anew");
  }
  GATEPOST_RETURN_IF_ERROR(CheckOpen(act, standing));
  switch (StateAt(standing, now)) {
    case v1::AGREEMENT_STATE_EXPIRED:
      return Refuse(v1::REASON_PROPOSAL_EXPIRED,
                    fmt::format("an answer before {}", TimeText(standing.answer_by, kHanoiZone)),
                    fmt::format("one at {}", TimeText(now, kHanoiZone)), "propose anew");
    case v1::AGREEMENT_STATE_LAPSED:
      return Refuse(v1::REASON_PROPOSAL_EXPIRED,
                    fmt::format("an answer before the effect begins, {}",
                                TimeText(standing.begins, kHanoiZone)),
                    fmt::format("one at {}", TimeText(now, kHanoiZone)), "propose anew");
    default:
      return absl::OkStatus();
  }
}

v1::AgreementState StateAt(const ProposalStanding& open, absl::Time now) {
  if (open.answer_by <= now) return v1::AGREEMENT_STATE_EXPIRED;
  if (open.begins <= now) return v1::AGREEMENT_STATE_LAPSED;
  return v1::AGREEMENT_STATE_OPEN;
}

std::string StateName(v1::AgreementState state) {
  return v1::AgreementState_Name(state).substr(kStatePrefix.size());
}

v1::AgreementState StateNamed(std::string_view name) {
  if (name.starts_with(kRefusedPrefix)) return v1::AGREEMENT_STATE_REFUSED;
  v1::AgreementState state = v1::AGREEMENT_STATE_UNSPECIFIED;
  v1::AgreementState_Parse(fmt::format("{}{}", kStatePrefix, name), &state);
  return state;
}

}  // namespace gatepost::domain
