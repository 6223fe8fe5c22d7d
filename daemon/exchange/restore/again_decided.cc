// The decisions of a link that were given back: those that this node gave as its sequencer, or took
// from it.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/exchange/agreements/decision_check.h"
#include "daemon/exchange/agreements/decisions.h"
#include "daemon/exchange/agreements/restated.h"
#include "daemon/exchange/link_epoch.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/restore/again_link.h"
#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/merkle.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

DecisionKind KindOf(const ledger::Leaf& leaf) {
  if (leaf.event != ledger::event::kDecided) return DecisionKind::kAction;
  return InsteadIn(leaf).has_value() ? DecisionKind::kRestated : DecisionKind::kConsequence;
}

// The message that a decision's leaf is about; none when it is not held.
absl::StatusOr<std::optional<store::MessageRecord>> AboutOf(const store::Reader& store,
                                                            const ledger::Leaf& leaf) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::MessageRecord> named,
                            store.FindMessagesById(MessageIdOf(leaf.object).value_or("")));
  for (store::MessageRecord& record : named) {
    if (leaf.pae == record.pae) return std::move(record);
  }
  return std::nullopt;
}

// Its place stays the one that people on both sides have seen and named.
store::DecisionRecord DecisionOf(const std::string& peer, const v1::LinkDecision& came,
                                 const ledger::Leaf& leaf) {
  store::DecisionRecord decision;
  decision.peer = peer;
  decision.number = came.number();
  decision.result = leaf.result;
  decision.epoch = leaf.epoch;
  decision.leaf_index = came.leaf_index();
  decision.decided_at = leaf.time;
  decision.leaf = came.leaf();
  decision.path = Joined(came.path());
  return decision;
}

}  // namespace

// It keeps its number, so that later ones find their place, and nothing follows from it.
absl::Status AgainOnLink::LeaveOutDecision(const v1::LinkDecision& came, const ledger::Leaf& leaf,
                                           int64_t message_row, std::string_view why) {
  GATEPOST_RETURN_IF_ERROR(Differs(leaf, leaf.object, why));
  GATEPOST_ASSIGN_OR_RETURN(const store::LinkRecord link, scope_.store.Link(parts_.link.peer_node));
  if (link.last_decision >= came.number()) return absl::OkStatus();  // It is kept already.
  store::DecisionRecord decision = DecisionOf(parts_.link.peer_node, came, leaf);
  decision.message_row = message_row;
  decision.known_at = scope_.now;
  return KeepDecision(scope_, decision);
}

absl::StatusOr<bool> AgainOnLink::EnterGiven(const v1::LinkDecision& came, bool forced) {
  const std::string& peer = parts_.link.peer_node;
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(came.leaf()));
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> about,
                            AboutOf(scope_.store, leaf));
  std::optional<store::ThreadEntry> entry;
  if (about.has_value()) {
    GATEPOST_ASSIGN_OR_RETURN(entry, scope_.store.ThreadEntryOf(about->row));
  }
  const bool of_this_link = entry.has_value() && entry->peer == peer;
  if (!of_this_link && !forced) return false;

  store::DecisionRecord decision = DecisionOf(peer, came, leaf);
  decision.known_at = leaf.time;
  const DecisionKind kind = KindOf(leaf);
  ledger::Leaf own = leaf;
  own.event = ledger::event::kDecided;
  own.actor = parts_.node.spiffe_id.ToString();
  own.peer = peer;
  if (kind == DecisionKind::kAction) own.detail = LostDetail(came.leaf_index(), came.leaf());
  GATEPOST_ASSIGN_OR_RETURN(decision.own_leaf_index, scope_.log.Add(std::move(own)));
  const CommitScope then{scope_.store, scope_.log, leaf.time, true};
  if (!of_this_link) {
    if (about.has_value()) decision.message_row = about->row;
    GATEPOST_RETURN_IF_ERROR(Differs(leaf, leaf.object, "NOT_IN_A_THREAD"));
    GATEPOST_RETURN_IF_ERROR(KeepDecision(then, decision));
    return true;
  }
  decision.thread_row = entry->thread_row;
  decision.message_row = entry->message_row;
  if (kind == DecisionKind::kAction && leaf.result == "IN_FORCE") {
    entry->settled = !entry->submitted_here;  // Else when the peer's receipt comes again.
    GATEPOST_RETURN_IF_ERROR(scope_.store.PutThreadEntry(*entry));
  }
  const absl::Status entered = EnterDecision(then, decision, kind);
  if (entered.ok()) return true;
  if (EndsOpening(entered)) return entered;
  GATEPOST_RETURN_IF_ERROR(LeaveOutDecision(came, leaf, decision.message_row,
                                            system::ReasonName(system::ReasonOf(entered))));
  return true;
}

// As it was taken on the link, with the same checks.
absl::StatusOr<bool> AgainOnLink::EnterTaken(const v1::LinkDecision& came, bool forced) {
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(came.leaf()));
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::MessageRecord> about,
                            AboutOf(scope_.store, leaf));
  if (!about.has_value()) {
    if (!forced) return false;
    GATEPOST_RETURN_IF_ERROR(LeaveOutDecision(came, leaf, 0, "NO_SUCH_MESSAGE"));
    return true;
  }
  GATEPOST_ASSIGN_OR_RETURN(const ledger::OpenedCheckpoint head,
                            ledger::OpenCheckpoint(came.head(), parts_.link.peer_log_keys.Now()));
  const uint64_t epoch = EpochInOrigin(head.checkpoint.origin);
  GATEPOST_RETURN_IF_ERROR(KeepHead(came.head()));
  CommitScope then{scope_.store, scope_.log, Believed(leaf, came.leaf_index()), true};
  const absl::Status applied = parts_.follower.Apply(
      then, parts_.link,
      ProvedDecision{came.number(), came.leaf(), came.leaf_index(), Joined(came.path()), epoch,
                     head.checkpoint.size, came.head()});
  if (applied.ok()) return true;
  if (EndsOpening(applied)) return applied;
  GATEPOST_RETURN_IF_ERROR(
      LeaveOutDecision(came, leaf, about->row, system::ReasonName(system::ReasonOf(applied))));
  return true;
}

}  // namespace gatepost::exchange
