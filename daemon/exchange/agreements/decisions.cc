#include "daemon/exchange/agreements/decisions.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/time/civil_time.h"
#include "daemon/domain/agreements/proposal_rules.h"
#include "daemon/domain/hours/rule_times.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/exchange/held.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// The row of hours of an agreement that is now in force. It stands at the gates of what gives way,
// too, for there it says that something ended.
absl::StatusOr<store::HoursRecord> HoursOf(const CommitScope& scope,
                                           const HeldProposal& agreement) {
  const v1::Proposal& proposal = agreement.proposal();
  store::HoursRecord hours;
  hours.message_row = agreement.record.row;
  hours.layer = static_cast<int32_t>(domain::LayerOf(proposal));
  hours.since = scope.now;
  std::set<std::string> gate_ids(agreement.record.scope_ids.begin(),
                                 agreement.record.scope_ids.end());
  if (const v1::Timetable* timetable = domain::TimetableIn(proposal)) {
    const domain::DayRange days = domain::DaysTouched(*timetable);
    hours.first_day = days.first;
    hours.last_day = days.last;
  } else {
    hours.first_day = absl::ToCivilDay(domain::BeginOf(proposal), absl::UTCTimeZone()) - 1;
    hours.last_day = hours.first_day;
  }
  // What it ends stays ended after its own days.
  for (const v1::Basis& basis : proposal.basis()) {
    if (!basis.gives_way()) continue;
    GATEPOST_ASSIGN_OR_RETURN(
        const std::optional<store::MessageRecord> ended,
        scope.store.FindMessage(basis.agreement().author(), basis.agreement().message_id()));
    if (!ended.has_value()) continue;  // The judge has looked; a decision is not undone by that.
    GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, MessageIn(*ended));
    if (const v1::Timetable* timetable = domain::TimetableIn(message.proposal())) {
      hours.last_day = std::max(hours.last_day, domain::DaysTouched(*timetable).last);
    }
    gate_ids.insert(ended->scope_ids.begin(), ended->scope_ids.end());
  }
  hours.gate_ids.assign(gate_ids.begin(), gate_ids.end());
  return hours;
}

absl::Status EnterInForce(const CommitScope& scope, const HeldProposal& agreement) {
  GATEPOST_ASSIGN_OR_RETURN(const store::HoursRecord hours, HoursOf(scope, agreement));
  GATEPOST_RETURN_IF_ERROR(scope.store.PutHours(hours));
  const absl::Time begins = domain::BeginOf(agreement.proposal());
  for (const v1::Basis& basis : agreement.proposal().basis()) {
    if (!basis.gives_way()) continue;
    GATEPOST_ASSIGN_OR_RETURN(
        const std::optional<store::MessageRecord> record,
        scope.store.FindMessage(basis.agreement().author(), basis.agreement().message_id()));
    if (!record.has_value()) continue;  // The judge has looked; a decision is not undone by that.
    GATEPOST_ASSIGN_OR_RETURN(std::optional<store::ProposalRecord> standing,
                              scope.store.Proposal(record->row));
    if (!standing.has_value()) continue;
    standing->over_from = std::min(standing->over_from, begins);
    GATEPOST_RETURN_IF_ERROR(scope.store.PutProposal(*standing));
  }
  return absl::OkStatus();
}

absl::Status EnterState(const CommitScope& scope, store::ProposalRecord standing,
                        v1::AgreementState state, absl::Time since) {
  standing.state = state;
  standing.since = since;
  return scope.store.PutProposal(standing);
}

// The proposal that is countered by `proposal`, where it is open.
absl::Status EnterCountered(const CommitScope& scope, const v1::Proposal& proposal,
                            std::string_view peer, absl::Time since) {
  const v1::MessageCitation& countered = proposal.counters();
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> record,
                            scope.store.FindMessage(countered.author(), countered.message_id()));
  if (!record.has_value() || certs::AsView(record->pae) != countered.pae_sha256()) {
    return absl::OkStatus();
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ProposalRecord> standing,
                            scope.store.Proposal(record->row));
  if (!standing.has_value() || standing->peer != peer ||
      standing->state != v1::AGREEMENT_STATE_OPEN) {
    return absl::OkStatus();
  }
  return EnterState(scope, *standing, v1::AGREEMENT_STATE_COUNTERED, since);
}

// The state that both nodes hold from now on. An agreement that never bound makes no hours, and
// what it ended goes on: only one agreement at a time can end another.
absl::Status EnterRestated(const CommitScope& scope, const HeldProposal& about,
                           v1::AgreementState state, const store::DecisionRecord& decision) {
  store::ProposalRecord standing = about.standing;
  if (state == v1::AGREEMENT_STATE_REFUSED) {
    GATEPOST_RETURN_IF_ERROR(scope.store.MarkHoursVoid(standing.message_row, 0, scope.now));
  }
  if (state == v1::AGREEMENT_STATE_IN_FORCE) standing.over_from = absl::InfiniteFuture();
  return EnterState(scope, std::move(standing), state, decision.decided_at);
}

}  // namespace

absl::Status KeepDecision(const CommitScope& scope, const store::DecisionRecord& decision) {
  GATEPOST_ASSIGN_OR_RETURN(store::LinkRecord link, scope.store.Link(decision.peer));
  if (decision.number != link.last_decision + 1) {
    return system::Refuse(
        v1::REASON_SEQUENCE_GAP, fmt::format("decision {}", link.last_decision + 1),
        fmt::format("decision {}", decision.number), "resume from the last one applied");
  }
  link.last_decision = decision.number;
  GATEPOST_RETURN_IF_ERROR(scope.store.PutLink(link));
  return scope.store.PutDecision(decision);
}

absl::Status EnterDecision(const CommitScope& scope, const store::DecisionRecord& decision,
                           DecisionKind kind) {
  GATEPOST_RETURN_IF_ERROR(KeepDecision(scope, decision));
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::ThreadEntry> entry,
                            scope.store.ThreadEntryOf(decision.message_row));
  if (!entry.has_value()) {
    return system::Refuse(v1::REASON_INTERNAL, "a decision about a message of a thread",
                          fmt::format("row {}", decision.message_row), "report this");
  }
  entry->settled = true;
  GATEPOST_RETURN_IF_ERROR(scope.store.PutThreadEntry(*entry));
  GATEPOST_ASSIGN_OR_RETURN(HeldProposal about, MustHoldProposal(scope.store, entry->proposal_row));
  const v1::AgreementState state = domain::StateNamed(decision.result);
  if (kind == DecisionKind::kRestated) return EnterRestated(scope, about, state, decision);
  if (state == v1::AGREEMENT_STATE_COUNTERED) {
    GATEPOST_RETURN_IF_ERROR(
        EnterCountered(scope, about.proposal(), decision.peer, decision.decided_at));
    return EnterState(scope, about.standing, v1::AGREEMENT_STATE_OPEN, decision.decided_at);
  }
  GATEPOST_RETURN_IF_ERROR(EnterState(scope, about.standing, state, decision.decided_at));
  if (state != v1::AGREEMENT_STATE_IN_FORCE) return absl::OkStatus();
  return EnterInForce(scope, about);
}

}  // namespace gatepost::exchange
