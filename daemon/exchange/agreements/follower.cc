#include "daemon/exchange/agreements/follower.h"

#include <optional>
#include <utility>
#include <vector>

#include "certs/digest.h"
#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/exchange/agreements/decisions.h"
#include "daemon/exchange/agreements/dispute.h"
#include "daemon/exchange/agreements/judge.h"
#include "daemon/exchange/agreements/restated.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// How far the sequencer's clock may be ahead (PROTOCOL.md 9).
constexpr absl::Duration kMostAhead = absl::Minutes(5);

DecisionKind KindOf(const ledger::Leaf& leaf) {
  if (leaf.event != ledger::event::kDecided) return DecisionKind::kAction;
  return InsteadIn(leaf).has_value() ? DecisionKind::kRestated : DecisionKind::kConsequence;
}

}  // namespace

absl::Status Follower::Apply(CommitScope& scope, const LinkTerms& link,
                             const ProvedDecision& came) const {
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(came.leaf));
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord record, scope.store.Link(link.peer_node));
  if (came.number != record.last_decision + 1) {
    return system::Refuse(
        v1::REASON_SEQUENCE_GAP, fmt::format("decision {}", record.last_decision + 1),
        fmt::format("decision {}", came.number), "resume from the last one applied");
  }
  const DecisionCheck check(scope.store, node_, gates_, link);
  GATEPOST_ASSIGN_OR_RETURN(const DecisionSubject subject, check.Find(leaf));
  if (!subject.record.has_value()) {
    return system::Refuse(v1::REASON_EVIDENCE_INVALID, "a decision about a message that crossed",
                          leaf.object, "have the peer's operator look at its log");
  }
  if (domain::StateNamed(leaf.result) == v1::AGREEMENT_STATE_UNSPECIFIED) {
    return system::Refuse(v1::REASON_EVIDENCE_INVALID, "a decision", leaf.result,
                          "have the peer's operator look at its log");
  }
  if (leaf.time > scope.now + kMostAhead) {
    return system::Refuse(v1::REASON_CLOCK_SKEW, "a decision of the past",
                          fmt::format("leaf {}, minutes ahead of this node", came.leaf_index),
                          "set the clocks of both nodes; the decision is taken then");
  }
  store::DecisionRecord decision;
  decision.peer = link.peer_node;
  decision.number = came.number;
  decision.message_row = subject.record->row;
  decision.result = leaf.result;
  decision.epoch = came.head_epoch;
  decision.leaf_index = came.leaf_index;
  decision.decided_at = leaf.time;
  decision.known_at = scope.now;
  decision.leaf = came.leaf;
  decision.path = came.path;
  decision.head_size = came.head_size;
  if (!subject.entry.has_value()) return Unfollowed(scope, link, leaf, came, subject, decision);
  decision.thread_row = subject.entry->thread_row;
  absl::Status checked = check.Check(leaf, came, subject);
  if (IsFault(checked)) return checked;
  if (!checked.ok()) return Disputed(scope, came, *subject.entry, WhyDisputed(checked), decision);
  GATEPOST_ASSIGN_OR_RETURN(decision.own_leaf_index, LogKnown(scope, link, leaf, came));
  const DecisionKind kind = KindOf(leaf);
  GATEPOST_RETURN_IF_ERROR(EnterDecision(scope, decision, kind));
  if (kind != DecisionKind::kRestated) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(HeldProposal about,
                            MustHoldProposal(scope.store, subject.entry->proposal_row));
  GATEPOST_ASSIGN_OR_RETURN(const bool undone, UndoesDispute(scope.store, leaf, about));
  return undone ? EndDispute(scope, link.peer_node, std::move(about)) : absl::OkStatus();
}

// A DECIDED leaf: when this node knew it.
absl::StatusOr<uint64_t> Follower::LogKnown(CommitScope& scope, const LinkTerms& link,
                                            const ledger::Leaf& leaf,
                                            const ProvedDecision& came) const {
  ledger::Leaf own;
  own.event = ledger::event::kDecided;
  own.actor = leaf.actor;
  own.peer = link.peer_node;
  own.object = leaf.object;
  own.pae = leaf.pae;
  own.signatures = leaf.signatures;
  own.result = leaf.result;
  own.detail =
      fmt::format("leaf:{}:{}", came.leaf_index, certs::ToHex(ledger::LeafHash(came.leaf)));
  return scope.log.Add(std::move(own));
}

// Kept as evidence, and not followed. The decision did come: later ones do not wait for it.
absl::Status Follower::Disputed(CommitScope& scope, const ProvedDecision& came,
                                store::ThreadEntry entry, const std::string& text,
                                const store::DecisionRecord& decision) const {
  GATEPOST_RETURN_IF_ERROR(KeepDecision(scope, decision));
  entry.settled = true;
  GATEPOST_RETURN_IF_ERROR(scope.store.PutThreadEntry(entry));
  GATEPOST_ASSIGN_OR_RETURN(const HeldProposal about,
                            MustHoldProposal(scope.store, entry.proposal_row));
  return Dispute(scope, decision.peer, about.standing, text,
                 fmt::format("{}\npath {}\n{}", came.leaf, certs::HexEncode(came.path), came.head),
                 came.leaf_index);
}

// About a message that this node refused or only carries. The sequencer states anew what becomes of
// the proposal (restated.h); one that it holds for binding until then is disputed.
absl::Status Follower::Unfollowed(CommitScope& scope, const LinkTerms& link,
                                  const ledger::Leaf& leaf, const ProvedDecision& came,
                                  const DecisionSubject& subject,
                                  store::DecisionRecord& decision) const {
  const store::MessageRecord& record = *subject.record;
  if (record.standing != v1::RUNG_CARRIED &&
      (record.standing != v1::RUNG_REFUSED || record.received_from != link.peer_node)) {
    return system::Refuse(v1::REASON_EVIDENCE_INVALID, "a decision about a message of a thread",
                          leaf.object, "have the peer's operator look at its log");
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<HeldProposal> bound,
                            BoundThere(scope.store, link, leaf, record));
  GATEPOST_ASSIGN_OR_RETURN(decision.own_leaf_index, LogKnown(scope, link, leaf, came));
  GATEPOST_RETURN_IF_ERROR(KeepDecision(scope, decision));
  if (!bound.has_value()) return absl::OkStatus();
  return Dispute(scope, link.peer_node, bound->standing,
                 fmt::format("{} was decided on a message that this node refused", leaf.result),
                 fmt::format("{}\npath {}\n{}", came.leaf, certs::HexEncode(came.path), came.head),
                 came.leaf_index);
}

// The proposal that the sequencer holds for binding by an answer that this node refused; none when
// it does not, or nothing is known of the answer.
absl::StatusOr<std::optional<HeldProposal>> Follower::BoundThere(
    const store::Reader& store, const LinkTerms& link, const ledger::Leaf& leaf,
    const store::MessageRecord& record) const {
  if (domain::StateNamed(leaf.result) != v1::AGREEMENT_STATE_IN_FORCE || record.envelope.empty()) {
    return std::nullopt;
  }
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, MessageIn(record));
  if (!message.has_acceptance()) return std::nullopt;
  const absl::StatusOr<ThreadVerdict> place =
      ThreadJudge(store, node_, gates_, link.peer_node).Place(message);
  if (!place.ok()) {
    if (IsFault(place.status())) return place.status();
    return std::nullopt;
  }
  return MustHoldProposal(store, place->proposal_row);
}

// A receipt that came after the decision must be of the same leaf.
absl::Status Follower::CheckAgainst(CommitScope& scope, const LinkTerms& link,
                                    const store::ThreadEntry& entry,
                                    const store::ProposalRecord& standing,
                                    uint64_t leaf_index) const {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::DecisionRecord> decisions,
                            scope.store.DecisionsOfThread(entry.thread_row));
  for (const store::DecisionRecord& decision : decisions) {
    if (decision.message_row != entry.message_row) continue;
    if (decision.leaf_index == leaf_index) return absl::OkStatus();
    return Dispute(scope, link.peer_node, standing,
                   fmt::format("leaf {} was receipted, and leaf {} was sent as the decision",
                               leaf_index, decision.leaf_index),
                   decision.leaf, leaf_index);
  }
  return absl::OkStatus();
}

absl::Status Follower::OnReceipt(CommitScope& scope, const LinkTerms& link, int64_t row,
                                 const ledger::Leaf& theirs, uint64_t leaf_index) const {
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::ThreadEntry> entry,
                            scope.store.ThreadEntryOf(row));
  if (!entry.has_value()) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(HeldProposal about, MustHoldProposal(scope.store, entry->proposal_row));
  if (entry->settled) return CheckAgainst(scope, link, *entry, about.standing, leaf_index);
  if (domain::StateNamed(theirs.result) == v1::AGREEMENT_STATE_REFUSED ||
      theirs.result == "CARRIED") {
    entry->settled = true;
    GATEPOST_RETURN_IF_ERROR(scope.store.PutThreadEntry(*entry));
    if (entry->message_row != entry->proposal_row) return absl::OkStatus();
    about.standing.state = v1::AGREEMENT_STATE_REFUSED;
    about.standing.since = theirs.time;
    return scope.store.PutProposal(about.standing);
  }
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord record, scope.store.Link(link.peer_node));
  if (record.last_decision == 0) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::DecisionRecord> last,
                            scope.store.Decisions(link.peer_node, record.last_decision - 1, 1));
  if (last.empty() || last.front().epoch != theirs.epoch || last.front().leaf_index < leaf_index) {
    return absl::OkStatus();
  }
  return Dispute(
      scope, link.peer_node, about.standing,
      fmt::format("leaf {} decided {}, and decision {} of leaf {} came without it", leaf_index,
                  theirs.result, last.front().number, last.front().leaf_index),
      "", leaf_index);
}

}  // namespace gatepost::exchange
