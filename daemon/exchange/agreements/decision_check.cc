#include "daemon/exchange/agreements/decision_check.h"

#include <utility>
#include <vector>

#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/exchange/agreements/dispute.h"
#include "daemon/exchange/agreements/judge.h"
#include "daemon/exchange/agreements/restated.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// A window's worth of receipts may have come after a leaf.
constexpr int kReceiptsLookedAt = 64;

// Whether the message crossed the link to `peer`, either way.
absl::StatusOr<bool> Crossed(const store::Reader& store, const std::string& peer,
                             const store::MessageRecord& record) {
  if (record.received_from == peer) return true;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> places,
                            store.OutgoingOf(record.row));
  for (const store::OutgoingRecord& place : places) {
    if (place.peer == peer) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<DecisionSubject> DecisionCheck::Find(const ledger::Leaf& leaf) const {
  DecisionSubject subject;
  if (leaf.pae.has_value()) {
    // What could not be verified here is known by its digest only, and is in no thread.
    GATEPOST_ASSIGN_OR_RETURN(std::vector<store::MessageRecord> unread,
                              store_.FindMessagesById(EnvelopeObject(*leaf.pae)));
    for (store::MessageRecord& record : unread) {
      if (record.received_from == link_.peer_node) subject.record = std::move(record);
    }
  }
  const std::optional<std::string> id = MessageIdOf(leaf.object);
  if (!id.has_value()) return subject;
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::MessageRecord> held, store_.FindMessagesById(*id));
  for (store::MessageRecord& record : held) {
    if (leaf.pae != record.pae) continue;
    GATEPOST_ASSIGN_OR_RETURN(const bool crossed, Crossed(store_, link_.peer_node, record));
    if (!crossed) continue;
    GATEPOST_ASSIGN_OR_RETURN(subject.entry, store_.ThreadEntryOf(record.row));
    if (subject.entry.has_value() && subject.entry->peer != link_.peer_node) subject.entry.reset();
    subject.record = std::move(record);
    break;
  }
  return subject;
}

// An action: its own leaf in the sequencer's log decides it.
absl::Status DecisionCheck::CheckAction(const ledger::Leaf& leaf, const ProvedDecision& came,
                                        const DecisionSubject& subject) const {
  const store::MessageRecord& record = *subject.record;
  const bool ours = subject.entry->submitted_here;
  const std::string event = ours ? ledger::event::kDelivered : ledger::event::kAccepted;
  if (leaf.event != event || leaf.actor != record.author || leaf.signatures != record.signatures ||
      (ours && leaf.peer != node_.node)) {
    return Contradicts(fmt::format("a leaf {} of {}", event, record.author),
                       fmt::format("{} of {}", leaf.event, leaf.actor));
  }
  if (ours) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                              ReceiptFor(store_, link_.peer_node, record.row));
    if (receipt.has_value() && receipt->leaf != came.leaf) {
      return Contradicts(fmt::format("the leaf that was receipted, number {}", receipt->leaf_index),
                         fmt::format("another one, number {}", came.leaf_index));
    }
  }
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, MessageIn(record));
  const absl::StatusOr<ThreadVerdict> verdict =
      ThreadJudge(store_, node_, gates_, link_.peer_node).Judge(message, leaf.time);
  if (!verdict.ok()) {
    if (IsFault(verdict.status())) return verdict.status();
    return Contradicts(fmt::format("a refusal: {}", WhyDisputed(verdict.status())), leaf.result);
  }
  const std::string expected = domain::StateName(verdict->result);
  if (leaf.result == expected) return absl::OkStatus();
  return Contradicts(expected, leaf.result);
}

// What time or another agreement does to a proposal.
absl::Status DecisionCheck::CheckConsequence(const ledger::Leaf& leaf, const ProvedDecision& came,
                                             const DecisionSubject& subject) const {
  if (leaf.actor != link_.peer_spiffe_id.ToString()) {
    return Contradicts(fmt::format("a decision of {}", link_.peer_spiffe_id.ToString()),
                       leaf.actor);
  }
  if (subject.entry->message_row != subject.entry->proposal_row) {
    return Contradicts("a decision about a proposal", "one about an answer, by itself");
  }
  GATEPOST_ASSIGN_OR_RETURN(const HeldProposal about,
                            MustHoldProposal(store_, subject.record->row));
  if (InsteadIn(leaf).has_value()) return CheckRestated(store_, leaf, came.head_epoch, about);
  const v1::AgreementState state = domain::StateNamed(leaf.result);
  const bool open = about.standing.state == v1::AGREEMENT_STATE_OPEN;
  if (open && (state == v1::AGREEMENT_STATE_EXPIRED || state == v1::AGREEMENT_STATE_LAPSED) &&
      domain::StateAt(StandingOf(about.standing), leaf.time) == state) {
    return absl::OkStatus();
  }
  if (open && state == v1::AGREEMENT_STATE_SUPERSEDED) {
    absl::Status basis = CheckBasis(store_, node_, gates_, link_.peer_node, about.message);
    if (IsFault(basis)) return basis;
    if (!basis.ok()) return absl::OkStatus();
  }
  if (about.standing.state == v1::AGREEMENT_STATE_IN_FORCE &&
      about.standing.over_from != absl::InfiniteFuture() &&
      (state == v1::AGREEMENT_STATE_SUPERSEDED || state == v1::AGREEMENT_STATE_ENDED)) {
    return absl::OkStatus();
  }
  return Contradicts(fmt::format("what the rules make of a proposal that is {}",
                                 domain::StateName(about.standing.state)),
                     leaf.result);
}

// The times of a log never decrease: the receipts around the leaf tell when it was at the earliest
// and at the latest, whatever it says itself.
absl::Status DecisionCheck::CheckTime(const ledger::Leaf& leaf, const ProvedDecision& came) const {
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord record, store_.Link(link_.peer_node));
  uint64_t sequence = record.last_receipted;
  for (int looked = 0; sequence > 0 && looked < kReceiptsLookedAt; ++looked, --sequence) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                              store_.Receipt(link_.peer_node, sequence));
    if (!receipt.has_value() || receipt->head_epoch != came.head_epoch) return absl::OkStatus();
    GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf other, ledger::Leaf::Parse(receipt->leaf));
    const bool after = receipt->leaf_index > came.leaf_index;
    if (after ? other.time < leaf.time : other.time > leaf.time) {
      return Contradicts(
          fmt::format("a time that fits the receipt of leaf {}", receipt->leaf_index),
          fmt::format("leaf {} with a time beyond it", came.leaf_index));
    }
    if (!after) return absl::OkStatus();
  }
  return absl::OkStatus();
}

// Decisions come in the order of the log, and none that was receipted is left out.
absl::Status DecisionCheck::CheckOrder(const ledger::Leaf& leaf, const ProvedDecision& came,
                                       const DecisionSubject& subject) const {
  const uint64_t before_last = came.number < 2 ? 0 : came.number - 2;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::DecisionRecord> last,
                            store_.Decisions(link_.peer_node, before_last, 1));
  if (!last.empty() && std::pair(last.front().epoch, last.front().leaf_index) >=
                           std::pair(came.head_epoch, came.leaf_index)) {
    return Contradicts(fmt::format("a leaf after number {}", last.front().leaf_index),
                       fmt::format("number {}", came.leaf_index));
  }
  if (!last.empty() && last.front().epoch == came.head_epoch &&
      leaf.time < last.front().decided_at) {
    return Contradicts("times that never decrease", fmt::format("leaf {}", came.leaf_index));
  }
  GATEPOST_RETURN_IF_ERROR(CheckTime(leaf, came));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ThreadEntry> waiting,
                            store_.Unsettled(link_.peer_node));
  for (const store::ThreadEntry& entry : waiting) {
    if (entry.message_row == subject.record->row) continue;
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                              ReceiptFor(store_, link_.peer_node, entry.message_row));
    if (receipt.has_value() && receipt->rung == v1::RUNG_APPLIED &&
        receipt->leaf_index < came.leaf_index) {
      return Contradicts(
          fmt::format("the decision that was receipted as leaf {} first", receipt->leaf_index),
          fmt::format("leaf {}", came.leaf_index));
    }
  }
  return absl::OkStatus();
}

absl::Status DecisionCheck::Check(const ledger::Leaf& leaf, const ProvedDecision& came,
                                  const DecisionSubject& subject) const {
  GATEPOST_RETURN_IF_ERROR(CheckOrder(leaf, came, subject));
  if (leaf.event == ledger::event::kDecided) return CheckConsequence(leaf, came, subject);
  return CheckAction(leaf, came, subject);
}

}  // namespace gatepost::exchange
