#include "daemon/exchange/agreements/follower.h"

#include <optional>
#include <utility>
#include <vector>

#include "certs/digest.h"
#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/exchange/agreements/decisions.h"
#include "daemon/exchange/agreements/dispute.h"
#include "daemon/exchange/agreements/judge.h"
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

// A window's worth of receipts may have come after a leaf.
constexpr int kReceiptsLookedAt = 64;

absl::Status Contradicts(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_DECISION_DISPUTED, wanted, came,
                        "talk to the other side; both leaves are kept as evidence");
}

// The receipt that is held for a message submitted here.
absl::StatusOr<std::optional<store::ReceiptRecord>> ReceiptFor(const store::Reader& store,
                                                               const std::string& peer,
                                                               int64_t row) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> places, store.OutgoingOf(row));
  for (const store::OutgoingRecord& place : places) {
    if (place.peer == peer) return store.Receipt(peer, place.sequence);
  }
  return std::nullopt;
}

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

std::string TextOf(const absl::Status& why) {
  const std::optional<system::Refusal> refusal = system::RefusalOf(why);
  return refusal.has_value() ? fmt::format("wanted {}; came {}", refusal->wanted, refusal->came)
                             : std::string(why.message());
}

bool IsFault(const absl::Status& status) {
  const v1::Reason reason = system::ReasonOf(status);
  return reason == v1::REASON_STORE_FAILED || reason == v1::REASON_LEDGER_DAMAGED ||
         reason == v1::REASON_INTERNAL;
}

}  // namespace

// What a decision's leaf is about.
struct Follower::Subject {
  std::optional<store::MessageRecord> record;  // None: nothing of that name is held.
  std::optional<store::ThreadEntry> entry;     // None: it was refused or only carried here.
};

absl::StatusOr<Follower::Subject> Follower::FindSubject(const store::Reader& store,
                                                        const LinkTerms& link,
                                                        const ledger::Leaf& leaf) const {
  Subject subject;
  if (leaf.pae.has_value()) {
    // What could not be verified here is known by its digest only, and is in no thread.
    GATEPOST_ASSIGN_OR_RETURN(std::vector<store::MessageRecord> unread,
                              store.FindMessagesById(EnvelopeObject(*leaf.pae)));
    for (store::MessageRecord& record : unread) {
      if (record.received_from == link.peer_node) subject.record = std::move(record);
    }
  }
  const std::optional<std::string> id = MessageIdOf(leaf.object);
  if (!id.has_value()) return subject;
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::MessageRecord> held, store.FindMessagesById(*id));
  for (store::MessageRecord& record : held) {
    if (leaf.pae != record.pae) continue;
    GATEPOST_ASSIGN_OR_RETURN(const bool crossed, Crossed(store, link.peer_node, record));
    if (!crossed) continue;
    GATEPOST_ASSIGN_OR_RETURN(subject.entry, store.ThreadEntryOf(record.row));
    if (subject.entry.has_value() && subject.entry->peer != link.peer_node) subject.entry.reset();
    subject.record = std::move(record);
    break;
  }
  return subject;
}

// An action: its own leaf in the sequencer's log decides it.
absl::Status Follower::CheckAction(const store::Reader& store, const LinkTerms& link,
                                   const ledger::Leaf& leaf, const ProvedDecision& came,
                                   const Subject& subject) const {
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
                              ReceiptFor(store, link.peer_node, record.row));
    if (receipt.has_value() && receipt->leaf != came.leaf) {
      return Contradicts(fmt::format("the leaf that was receipted, number {}", receipt->leaf_index),
                         fmt::format("another one, number {}", came.leaf_index));
    }
  }
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, MessageIn(record));
  const absl::StatusOr<ThreadVerdict> verdict =
      ThreadJudge(store, node_, gates_, link.peer_node).Judge(message, leaf.time);
  if (!verdict.ok()) {
    if (IsFault(verdict.status())) return verdict.status();
    return Contradicts(fmt::format("a refusal: {}", TextOf(verdict.status())), leaf.result);
  }
  const std::string expected = domain::StateName(verdict->result);
  if (leaf.result == expected) return absl::OkStatus();
  return Contradicts(expected, leaf.result);
}

// What time or another agreement does to a proposal.
absl::Status Follower::CheckConsequence(const store::Reader& store, const LinkTerms& link,
                                        const ledger::Leaf& leaf, const Subject& subject) const {
  if (leaf.actor != link.peer_spiffe_id.ToString()) {
    return Contradicts(fmt::format("a decision of {}", link.peer_spiffe_id.ToString()), leaf.actor);
  }
  if (subject.entry->message_row != subject.entry->proposal_row) {
    return Contradicts("a decision about a proposal", "one about an answer, by itself");
  }
  GATEPOST_ASSIGN_OR_RETURN(const HeldProposal about, MustHoldProposal(store, subject.record->row));
  const v1::AgreementState state = domain::StateNamed(leaf.result);
  const bool open = about.standing.state == v1::AGREEMENT_STATE_OPEN;
  if (open && (state == v1::AGREEMENT_STATE_EXPIRED || state == v1::AGREEMENT_STATE_LAPSED) &&
      domain::StateAt(StandingOf(about.standing), leaf.time) == state) {
    return absl::OkStatus();
  }
  if (open && state == v1::AGREEMENT_STATE_SUPERSEDED) {
    const absl::Status basis = CheckBasis(store, node_, gates_, link.peer_node, about.message);
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
absl::Status Follower::CheckTime(const store::Reader& store, const LinkTerms& link,
                                 const ledger::Leaf& leaf, const ProvedDecision& came) const {
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord record, store.Link(link.peer_node));
  uint64_t sequence = record.last_receipted;
  for (int looked = 0; sequence > 0 && looked < kReceiptsLookedAt; ++looked, --sequence) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                              store.Receipt(link.peer_node, sequence));
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
absl::Status Follower::CheckOrder(const store::Reader& store, const LinkTerms& link,
                                  const ledger::Leaf& leaf, const ProvedDecision& came,
                                  const Subject& subject) const {
  const uint64_t before_last = came.number < 2 ? 0 : came.number - 2;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::DecisionRecord> last,
                            store.Decisions(link.peer_node, before_last, 1));
  if (!last.empty() && last.front().epoch == came.head_epoch &&
      last.front().leaf_index >= came.leaf_index) {
    return Contradicts(fmt::format("a leaf after number {}", last.front().leaf_index),
                       fmt::format("number {}", came.leaf_index));
  }
  if (!last.empty() && last.front().epoch == came.head_epoch &&
      leaf.time < last.front().decided_at) {
    return Contradicts("times that never decrease", fmt::format("leaf {}", came.leaf_index));
  }
  GATEPOST_RETURN_IF_ERROR(CheckTime(store, link, leaf, came));
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ThreadEntry> waiting,
                            store.Undecided(link.peer_node));
  for (const store::ThreadEntry& entry : waiting) {
    if (entry.message_row == subject.record->row) continue;
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                              ReceiptFor(store, link.peer_node, entry.message_row));
    if (receipt.has_value() && receipt->rung == v1::RUNG_APPLIED &&
        receipt->leaf_index < came.leaf_index) {
      return Contradicts(
          fmt::format("the decision that was receipted as leaf {} first", receipt->leaf_index),
          fmt::format("leaf {}", came.leaf_index));
    }
  }
  return absl::OkStatus();
}

absl::Status Follower::CheckDecision(const store::Reader& store, const LinkTerms& link,
                                     const ledger::Leaf& leaf, const ProvedDecision& came,
                                     const Subject& subject) const {
  GATEPOST_RETURN_IF_ERROR(CheckOrder(store, link, leaf, came, subject));
  if (leaf.event == ledger::event::kDecided) return CheckConsequence(store, link, leaf, subject);
  return CheckAction(store, link, leaf, came, subject);
}

absl::Status Follower::Apply(CommitScope& scope, const LinkTerms& link,
                             const ProvedDecision& came) const {
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(came.leaf));
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord record, scope.store.Link(link.peer_node));
  if (came.number != record.last_decision + 1) {
    return system::Refuse(
        v1::REASON_SEQUENCE_GAP, fmt::format("decision {}", record.last_decision + 1),
        fmt::format("decision {}", came.number), "resume from the last one applied");
  }
  GATEPOST_ASSIGN_OR_RETURN(const Subject subject, FindSubject(scope.store, link, leaf));
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
  const absl::Status checked = CheckDecision(scope.store, link, leaf, came, subject);
  if (IsFault(checked)) return checked;
  if (!checked.ok()) return Disputed(scope, came, *subject.entry, TextOf(checked), decision);
  GATEPOST_ASSIGN_OR_RETURN(decision.own_leaf_index, LogKnown(scope, link, leaf, came));
  return EnterDecision(scope, decision);
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
  entry.decided = true;
  GATEPOST_RETURN_IF_ERROR(scope.store.PutThreadEntry(entry));
  GATEPOST_ASSIGN_OR_RETURN(const HeldProposal about,
                            MustHoldProposal(scope.store, entry.proposal_row));
  return Dispute(scope, decision.peer, about.standing, text,
                 fmt::format("{}\npath {}\n{}", came.leaf, certs::HexEncode(came.path), came.head));
}

// About a message that this node refused or only carries. An answer of that kind may have moved a
// proposal over there that stands here as it did: people must look.
absl::Status Follower::Unfollowed(CommitScope& scope, const LinkTerms& link,
                                  const ledger::Leaf& leaf, const ProvedDecision& came,
                                  const Subject& subject, store::DecisionRecord& decision) const {
  GATEPOST_ASSIGN_OR_RETURN(decision.own_leaf_index, LogKnown(scope, link, leaf, came));
  GATEPOST_RETURN_IF_ERROR(KeepUnfollowed(scope, decision, *subject.record));
  if (leaf.event == ledger::event::kDecided || subject.record->envelope.empty()) {
    return absl::OkStatus();
  }
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, MessageIn(*subject.record));
  if (message.has_proposal()) return absl::OkStatus();
  const absl::StatusOr<ThreadVerdict> place =
      ThreadJudge(scope.store, node_, gates_, link.peer_node).Place(message);
  if (!place.ok()) return IsFault(place.status()) ? place.status() : absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const HeldProposal about,
                            MustHoldProposal(scope.store, place->proposal_row));
  return Dispute(scope, link.peer_node, about.standing,
                 fmt::format("{} was decided on a message that this node refused", leaf.result),
                 fmt::format("{}\npath {}\n{}", came.leaf, certs::HexEncode(came.path), came.head));
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
                   decision.leaf);
  }
  return absl::OkStatus();
}

absl::Status Follower::OnReceipt(CommitScope& scope, const LinkTerms& link, int64_t row,
                                 const ledger::Leaf& theirs, uint64_t leaf_index) const {
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::ThreadEntry> entry,
                            scope.store.ThreadEntryOf(row));
  if (!entry.has_value() || entry->decided) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(HeldProposal about, MustHoldProposal(scope.store, entry->proposal_row));
  if (domain::StateNamed(theirs.result) == v1::AGREEMENT_STATE_REFUSED ||
      theirs.result == "CARRIED") {
    entry->decided = true;
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
      "");
}

}  // namespace gatepost::exchange
