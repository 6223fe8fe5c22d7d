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
#include "daemon/exchange/agreements/restated.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// A decision that this node gives, by its own leaf.
absl::Status Enter(CommitScope& scope, std::string_view peer, const store::ThreadEntry& entry,
                   uint64_t leaf_index, std::string result, DecisionKind kind) {
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, scope.store.Link(peer));
  store::DecisionRecord decision;
  decision.peer = std::string(peer);
  decision.number = link.last_decision + 1;
  decision.thread_row = entry.thread_row;
  decision.message_row = entry.message_row;
  decision.result = std::move(result);
  decision.epoch = scope.log.draft_epoch();
  decision.leaf_index = leaf_index;
  decision.decided_at = scope.now;
  decision.known_at = decision.decided_at;
  decision.own_leaf_index = leaf_index;
  return EnterDecision(scope, decision, kind);
}

// Why the peer's receipt refused a message of ours; none when it took it, made it itself, or has
// not receipted it yet.
absl::StatusOr<std::optional<v1::Reason>> RefusedThere(const CommitScope& scope,
                                                       std::string_view peer, int64_t row) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                            ReceiptFor(scope.store, peer, row));
  if (!receipt.has_value() || receipt->rung == v1::RUNG_APPLIED) return std::nullopt;
  return receipt->rung == v1::RUNG_CARRIED ? v1::REASON_NEWER_SCHEMA : receipt->reason;
}

std::string RefusedName(v1::Reason reason) {
  return fmt::format("REFUSED:{}", system::ReasonName(reason));
}

absl::StatusOr<store::ThreadEntry> MustHaveEntry(const CommitScope& scope, int64_t row) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ThreadEntry> entry,
                            scope.store.ThreadEntryOf(row));
  if (entry.has_value()) return *entry;
  return system::Refuse(v1::REASON_LEDGER_DAMAGED, fmt::format("row {} in a thread", row), "none",
                        "restore the store");
}

absl::Status Settle(const CommitScope& scope, store::ThreadEntry entry, bool settled) {
  entry.settled = settled;
  return scope.store.PutThreadEntry(entry);
}

// The decision that the leaf of a message made.
absl::StatusOr<store::DecisionRecord> MustHaveDecided(const CommitScope& scope,
                                                      const store::ThreadEntry& entry) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::DecisionRecord> decisions,
                            scope.store.DecisionsOfThread(entry.thread_row));
  for (store::DecisionRecord& decision : decisions) {
    if (decision.message_row == entry.message_row) return std::move(decision);  // The first.
  }
  return system::Refuse(v1::REASON_LEDGER_DAMAGED,
                        fmt::format("a decision on row {}", entry.message_row), "none",
                        "restore the store");
}

// A leaf of this log; none for one of the transaction that is under way.
absl::StatusOr<std::optional<ledger::Leaf>> LeafOf(const store::Reader& store, uint64_t index) {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::LeafGroup> group, store.GroupOfLeaf(index));
  if (!group.has_value()) return std::nullopt;
  return ledger::Leaf::Parse(group->leaves.at(index - group->first_index));
}

}  // namespace

absl::Status Sequencer::Decide(CommitScope& scope, std::string_view peer, int64_t row,
                               uint64_t leaf_index, v1::AgreementState result) const {
  if (scope.again) return absl::OkStatus();  // The decision of then is entered by itself.
  GATEPOST_ASSIGN_OR_RETURN(const store::ThreadEntry entry, MustHaveEntry(scope, row));
  GATEPOST_RETURN_IF_ERROR(
      Enter(scope, peer, entry, leaf_index, domain::StateName(result), DecisionKind::kAction));
  if (result != v1::AGREEMENT_STATE_IN_FORCE) return absl::OkStatus();
  GATEPOST_RETURN_IF_ERROR(Settle(scope, entry, !entry.submitted_here));
  GATEPOST_ASSIGN_OR_RETURN(const HeldProposal agreement,
                            MustHoldProposal(scope.store, entry.proposal_row));
  return DecideWhatFollows(scope, peer, agreement, FollowsDetail(leaf_index));
}

absl::Status Sequencer::DecideWhatFollows(CommitScope& scope, std::string_view peer,
                                          const HeldProposal& agreement,
                                          const std::string& detail) const {
  const bool terminates = agreement.proposal().has_termination();
  for (const v1::Basis& basis : agreement.proposal().basis()) {
    if (!basis.gives_way()) continue;
    GATEPOST_ASSIGN_OR_RETURN(const HeldProposal ended,
                              FindProposal(scope.store, node_, peer, basis.agreement()));
    GATEPOST_RETURN_IF_ERROR(Log(
        scope, peer, ended,
        domain::StateName(terminates ? v1::AGREEMENT_STATE_ENDED : v1::AGREEMENT_STATE_SUPERSEDED),
        DecisionKind::kConsequence, detail));
  }
  // Open proposals that were made without knowing of it can never bind any more.
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ProposalRecord> open,
                            scope.store.ProposalsIn(v1::AGREEMENT_STATE_OPEN, peer));
  for (const store::ProposalRecord& standing : open) {
    GATEPOST_ASSIGN_OR_RETURN(const HeldProposal other,
                              MustHoldProposal(scope.store, standing.message_row));
    GATEPOST_RETURN_IF_ERROR(SupersedeIfStale(scope, peer, other, detail));
  }
  return absl::OkStatus();
}

absl::Status Sequencer::Log(CommitScope& scope, std::string_view peer, const HeldProposal& about,
                            std::string_view result, DecisionKind kind, std::string detail) const {
  ledger::Leaf leaf;
  leaf.event = ledger::event::kDecided;
  leaf.actor = node_.spiffe_id.ToString();
  leaf.peer = std::string(peer);
  leaf.object = MessageObject(about.record.message_id);
  leaf.pae = about.record.pae;
  leaf.signatures = about.record.signatures;
  leaf.result = std::string(result);
  leaf.detail = std::move(detail);
  GATEPOST_ASSIGN_OR_RETURN(const uint64_t index, scope.log.Add(std::move(leaf)));
  GATEPOST_ASSIGN_OR_RETURN(const store::ThreadEntry entry, MustHaveEntry(scope, about.record.row));
  return Enter(scope, peer, entry, index, std::string(result), kind);
}

absl::Status Sequencer::OnTaken(CommitScope& scope, int64_t row) const {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ThreadEntry> entry,
                            scope.store.ThreadEntryOf(row));
  if (!entry.has_value() || entry->settled) return absl::OkStatus();
  return Settle(scope, *entry, true);
}

absl::Status Sequencer::OnRefused(CommitScope& scope, std::string_view peer, int64_t row,
                                  v1::Reason reason) const {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ThreadEntry> entry,
                            scope.store.ThreadEntryOf(row));
  if (!entry.has_value()) return absl::OkStatus();
  GATEPOST_RETURN_IF_ERROR(Settle(scope, *entry, true));
  GATEPOST_ASSIGN_OR_RETURN(const store::DecisionRecord refused, MustHaveDecided(scope, *entry));
  GATEPOST_ASSIGN_OR_RETURN(HeldProposal about, MustHoldProposal(scope.store, entry->proposal_row));
  const std::string why = RefusedName(reason);
  if (entry->message_row == entry->proposal_row) {
    if (about.standing.state == v1::AGREEMENT_STATE_OPEN) {
      GATEPOST_RETURN_IF_ERROR(Log(scope, peer, about, why, DecisionKind::kConsequence, ""));
    }
    if (!about.proposal().has_counters()) return absl::OkStatus();
    GATEPOST_ASSIGN_OR_RETURN(about,
                              FindProposal(scope.store, node_, peer, about.proposal().counters()));
  }
  // What is said about a proposal that the peer did not take either, it cannot take.
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<v1::Reason> refused_there,
                            RefusedThere(scope, peer, about.record.row));
  if (refused_there.has_value() || domain::StateNamed(refused.result) != about.standing.state) {
    return absl::OkStatus();
  }
  const std::string detail = InsteadDetail(refused.leaf_index);
  if (about.standing.state != v1::AGREEMENT_STATE_IN_FORCE) {
    return Log(scope, peer, about, refused.result, DecisionKind::kRestated, detail);
  }
  GATEPOST_RETURN_IF_ERROR(Log(scope, peer, about, why, DecisionKind::kRestated, detail));
  // People here may have acted on hours that nobody agreed to.
  GATEPOST_RETURN_IF_ERROR(
      scope.log
          .Add(AlarmAbout(peer, about.record, system::ReasonName(v1::REASON_ACCEPTANCE_REFUSED),
                          detail))
          .status());
  return UndoWhatFollowed(scope, peer, refused);
}

absl::Status Sequencer::UndoWhatFollowed(CommitScope& scope, std::string_view peer,
                                         const store::DecisionRecord& refused) const {
  // They were decided in the same transaction, right after it.
  for (uint64_t before = refused.number;; ++before) {
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::DecisionRecord> next,
                              scope.store.Decisions(std::string(peer), before, 1));
    if (next.empty()) return absl::OkStatus();
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<ledger::Leaf> leaf,
                              LeafOf(scope.store, next.front().own_leaf_index));
    if (!leaf.has_value() || FollowsIn(*leaf) != refused.leaf_index) return absl::OkStatus();
    GATEPOST_ASSIGN_OR_RETURN(const HeldProposal about,
                              MustHoldProposal(scope.store, next.front().message_row));
    const bool was_open = about.standing.over_from == absl::InfiniteFuture();
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<v1::Reason> refused_there,
                              RefusedThere(scope, peer, about.record.row));
    if (refused_there.has_value()) {  // The peer does not hold it either: nothing is opened again.
      GATEPOST_RETURN_IF_ERROR(
          Log(scope, peer, about, RefusedName(*refused_there), DecisionKind::kConsequence, ""));
      continue;
    }
    GATEPOST_RETURN_IF_ERROR(
        Log(scope, peer, about,
            domain::StateName(was_open ? v1::AGREEMENT_STATE_OPEN : v1::AGREEMENT_STATE_IN_FORCE),
            DecisionKind::kRestated, InsteadDetail(refused.leaf_index)));
    if (was_open) GATEPOST_RETURN_IF_ERROR(SupersedeIfStale(scope, peer, about, ""));
  }
}

absl::Status Sequencer::SupersedeIfStale(CommitScope& scope, std::string_view peer,
                                         const HeldProposal& open, std::string detail) const {
  absl::Status basis = CheckBasis(scope.store, node_, gates_, peer, open.message);
  if (basis.ok() || IsFault(basis)) return basis;
  return Log(scope, peer, open, domain::StateName(v1::AGREEMENT_STATE_SUPERSEDED),
             DecisionKind::kConsequence, std::move(detail));
}

absl::Status Sequencer::DecideByTime(CommitScope& scope, std::string_view peer) const {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ProposalRecord> open,
                            scope.store.ProposalsIn(v1::AGREEMENT_STATE_OPEN, peer));
  for (const store::ProposalRecord& standing : open) {
    const v1::AgreementState state = domain::StateAt(StandingOf(standing), scope.now);
    if (state == v1::AGREEMENT_STATE_OPEN) continue;
    GATEPOST_ASSIGN_OR_RETURN(const HeldProposal about,
                              MustHoldProposal(scope.store, standing.message_row));
    GATEPOST_RETURN_IF_ERROR(
        Log(scope, peer, about, domain::StateName(state), DecisionKind::kConsequence, ""));
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
