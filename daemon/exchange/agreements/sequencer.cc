#include "daemon/exchange/agreements/sequencer.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/exchange/agreements/decisions.h"
#include "daemon/exchange/agreements/dispute.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// A decision that this node gives, by its own leaf.
absl::Status Enter(CommitScope& scope, std::string_view peer, const store::ThreadEntry& entry,
                   uint64_t leaf_index, std::string result) {
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, scope.store.Link(peer));
  store::DecisionRecord decision;
  decision.peer = std::string(peer);
  decision.number = link.last_decision + 1;
  decision.thread_row = entry.thread_row;
  decision.message_row = entry.message_row;
  decision.result = std::move(result);
  decision.epoch = scope.log.epoch();
  decision.leaf_index = leaf_index;
  decision.decided_at = scope.now;
  decision.known_at = decision.decided_at;
  decision.own_leaf_index = leaf_index;
  return EnterDecision(scope, decision);
}

// Whether the peer took a proposal of ours, or made it.
absl::StatusOr<bool> TookProposal(const CommitScope& scope, std::string_view peer, int64_t row) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> places,
                            scope.store.OutgoingOf(row));
  for (const store::OutgoingRecord& place : places) {
    if (place.peer != peer) continue;
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                              scope.store.Receipt(std::string(peer), place.sequence));
    return receipt.has_value() && receipt->rung == v1::RUNG_APPLIED;
  }
  return true;
}

absl::StatusOr<store::ThreadEntry> MustHaveEntry(const CommitScope& scope, int64_t row) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ThreadEntry> entry,
                            scope.store.ThreadEntryOf(row));
  if (entry.has_value()) return *entry;
  return system::Refuse(v1::REASON_LEDGER_DAMAGED, fmt::format("row {} in a thread", row), "none",
                        "restore the store");
}

}  // namespace

absl::Status Sequencer::Decide(CommitScope& scope, std::string_view peer, int64_t row,
                               uint64_t leaf_index, v1::AgreementState result) const {
  GATEPOST_ASSIGN_OR_RETURN(const store::ThreadEntry entry, MustHaveEntry(scope, row));
  GATEPOST_RETURN_IF_ERROR(Enter(scope, peer, entry, leaf_index, domain::StateName(result)));
  if (result != v1::AGREEMENT_STATE_IN_FORCE) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const HeldProposal agreement,
                            MustHoldProposal(scope.store, entry.proposal_row));
  return DecideWhatFollows(scope, peer, agreement);
}

absl::Status Sequencer::DecideWhatFollows(CommitScope& scope, std::string_view peer,
                                          const HeldProposal& agreement) const {
  const bool terminates = agreement.proposal().has_termination();
  for (const v1::Basis& basis : agreement.proposal().basis()) {
    if (!basis.gives_way()) continue;
    GATEPOST_ASSIGN_OR_RETURN(const HeldProposal ended,
                              FindProposal(scope.store, node_, peer, basis.agreement()));
    GATEPOST_RETURN_IF_ERROR(Log(scope, peer, ended,
                                 domain::StateName(terminates ? v1::AGREEMENT_STATE_ENDED
                                                              : v1::AGREEMENT_STATE_SUPERSEDED)));
  }
  // Open proposals that were made without knowing of it can never bind any more.
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ProposalRecord> open,
                            scope.store.ProposalsIn(v1::AGREEMENT_STATE_OPEN, peer));
  for (const store::ProposalRecord& standing : open) {
    GATEPOST_ASSIGN_OR_RETURN(const HeldProposal other,
                              MustHoldProposal(scope.store, standing.message_row));
    const absl::Status basis = CheckBasis(scope.store, node_, gates_, peer, other.message);
    if (basis.ok()) continue;
    if (system::ReasonOf(basis) == v1::REASON_STORE_FAILED) return basis;
    GATEPOST_RETURN_IF_ERROR(
        Log(scope, peer, other, domain::StateName(v1::AGREEMENT_STATE_SUPERSEDED)));
  }
  return absl::OkStatus();
}

absl::Status Sequencer::Log(CommitScope& scope, std::string_view peer, const HeldProposal& about,
                            std::string_view result) const {
  ledger::Leaf leaf;
  leaf.event = ledger::event::kDecided;
  leaf.actor = node_.spiffe_id.ToString();
  leaf.peer = std::string(peer);
  leaf.object = MessageObject(about.record.message_id);
  leaf.pae = about.record.pae;
  leaf.signatures = about.record.signatures;
  leaf.result = std::string(result);
  GATEPOST_ASSIGN_OR_RETURN(const uint64_t index, scope.log.Add(std::move(leaf)));
  GATEPOST_ASSIGN_OR_RETURN(const store::ThreadEntry entry, MustHaveEntry(scope, about.record.row));
  return Enter(scope, peer, entry, index, std::string(result));
}

absl::Status Sequencer::OnRefused(CommitScope& scope, std::string_view peer, int64_t row,
                                  v1::Reason reason) const {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ThreadEntry> entry,
                            scope.store.ThreadEntryOf(row));
  if (!entry.has_value()) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(HeldProposal about, MustHoldProposal(scope.store, entry->proposal_row));
  if (entry->message_row == entry->proposal_row) {
    if (about.standing.state != v1::AGREEMENT_STATE_OPEN) return absl::OkStatus();
    return Log(scope, peer, about, fmt::format("REFUSED:{}", system::ReasonName(reason)));
  }
  // What is said about a proposal that the peer did not take either, it cannot take.
  GATEPOST_ASSIGN_OR_RETURN(const bool taken, TookProposal(scope, peer, about.record.row));
  if (!taken) return absl::OkStatus();
  return Dispute(
      scope, peer, about.standing,
      fmt::format("{} was decided on a message that {} refused: {}",
                  domain::StateName(about.standing.state), peer, system::ReasonName(reason)),
      "");
}

absl::Status Sequencer::DecideByTime(CommitScope& scope, std::string_view peer) const {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ProposalRecord> open,
                            scope.store.ProposalsIn(v1::AGREEMENT_STATE_OPEN, peer));
  for (const store::ProposalRecord& standing : open) {
    const v1::AgreementState state = domain::StateAt(StandingOf(standing), scope.now);
    if (state == v1::AGREEMENT_STATE_OPEN) continue;
    GATEPOST_ASSIGN_OR_RETURN(const HeldProposal about,
                              MustHoldProposal(scope.store, standing.message_row));
    GATEPOST_RETURN_IF_ERROR(Log(scope, peer, about, domain::StateName(state)));
  }
  return absl::OkStatus();
}

void Sequencer::Tick() const {
  const absl::Time now = clock_.Now();
  const absl::StatusOr<std::unique_ptr<store::Reader>> reader = store_.Read();
  if (!reader.ok()) return;  // The next tick asks again.
  for (const auto& [peer, terms] : links_) {
    if (!terms.own_decides) continue;
    const absl::StatusOr<std::vector<store::ProposalRecord>> open =
        (*reader)->ProposalsIn(v1::AGREEMENT_STATE_OPEN, peer);
    if (!open.ok() || std::ranges::none_of(*open, [&](const store::ProposalRecord& standing) {
          return domain::StateAt(StandingOf(standing), now) != v1::AGREEMENT_STATE_OPEN;
        })) {
      continue;
    }
    committer_
        .Post([this, peer = peer](CommitScope& scope) { return DecideByTime(scope, peer); },
              [](const absl::Status&) {})
        .IgnoreError();  // The next tick asks again.
  }
}

}  // namespace gatepost::exchange
