#include "daemon/exchange/restore/again.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/exchange/accepting.h"
#include "daemon/exchange/held.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

// Twice the skew that alarms (PROTOCOL.md 9).
constexpr absl::Duration kMostApart = absl::Minutes(2);

std::pair<uint64_t, uint64_t> NumbersOf(const ReturnedByPeer& returned, ReturnedKind kind) {
  const v1::LinkRestored& from = returned.from;
  const v1::LinkRestored& to = returned.to;
  switch (kind) {
    case ReturnedKind::kSent:
      return {from.last_sent(), to.last_sent()};
    case ReturnedKind::kReceived:
      return {from.last_received(), to.last_received()};
    case ReturnedKind::kRung:
      return {from.last_rung_given(), to.last_rung_given()};
    case ReturnedKind::kDecision:
      break;
  }
  return {from.last_decision(), to.last_decision()};
}

// The result of a DELIVERED leaf that decides: the sequencer gave a decision with it.
bool Decides(std::string_view result) {
  const v1::AgreementState state = domain::StateNamed(result);
  return state != v1::AGREEMENT_STATE_UNSPECIFIED && state != v1::AGREEMENT_STATE_REFUSED &&
         state != v1::AGREEMENT_STATE_AWAITING_DECISION;
}

}  // namespace

absl::Status Again::EnterAll(const std::vector<ReturnedByPeer>& peers) {
  GATEPOST_ASSIGN_OR_RETURN(const absl::Time copied_at, EndOfLog(scope_.store));
  queues_.assign(peers.size() + 1, {});
  deciding_.assign(peers.size(), {});
  decided_.assign(peers.size(), {});
  for (size_t peer = 0; peer < peers.size(); ++peer) {
    links_.push_back(std::make_unique<AgainOnLink>(scope_, peers[peer].parts, peers[peer].witnessed,
                                                   copied_at, counts_));
    GATEPOST_RETURN_IF_ERROR(LoadPeer(peers[peer], peer, queues_[0], queues_[peer + 1]));
  }
  for (const Item& item : queues_[0]) counts_.proved_leaves.insert(item.place);
  // A decision that the leaf of a message made comes after the message.
  for (Items& queue : queues_) std::ranges::stable_sort(queue, {}, &Item::place);
  while (std::ranges::any_of(queues_, [](const Items& queue) { return !queue.empty(); })) {
    GATEPOST_RETURN_IF_ERROR(Step());
  }
  for (size_t peer = 0; peer < peers.size(); ++peer) {
    GATEPOST_RETURN_IF_ERROR(NameMissingDecisions(peer));
  }
  return QueueForOthers(peers);
}

absl::Status Again::LoadPeer(const ReturnedByPeer& returned, size_t peer, Items& own,
                             Items& theirs) {
  Items& decided = returned.parts.link.own_decides ? own : theirs;
  GATEPOST_RETURN_IF_ERROR(Load(returned, peer, ReturnedKind::kReceived, own));
  GATEPOST_RETURN_IF_ERROR(Load(returned, peer, ReturnedKind::kRung, own));
  GATEPOST_RETURN_IF_ERROR(Load(returned, peer, ReturnedKind::kSent, theirs));
  return Load(returned, peer, ReturnedKind::kDecision, decided);
}

absl::Status Again::Load(const ReturnedByPeer& returned, size_t peer, ReturnedKind kind,
                         Items& items) {
  const LinkTerms& link = returned.parts.link;
  const auto [after, last] = NumbersOf(returned, kind);
  for (uint64_t number = after + 1; number <= last; ++number) {
    GATEPOST_ASSIGN_OR_RETURN(const v1::LinkGiveBack thing,
                              MustHoldReturned(scope_.store, link.peer_node, kind, number));
    const auto& [bytes, index] = LeafOf(thing);
    GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(bytes));
    const LeafPlace place(leaf.epoch, index);
    items.push_back(Item{place, std::min(leaf.time, scope_.now), peer, kind, number});
    if (kind == ReturnedKind::kDecision) decided_[peer].insert(place);
    const ReturnedKind deciding = link.own_decides ? ReturnedKind::kReceived : ReturnedKind::kSent;
    if (kind == deciding && Decides(leaf.result)) deciding_[peer].push_back({place, leaf});
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Again::Enter(const Item& item, bool forced) {
  return links_[item.peer]->Enter(item.kind, item.number, forced);
}

// Enters one thing: the oldest, or one of another log that it waits for.
absl::Status Again::Step() {
  std::vector<Items*> waiting;
  for (Items& queue : queues_) {
    if (!queue.empty()) waiting.push_back(&queue);
  }
  std::ranges::stable_sort(waiting, {}, [](const Items* queue) { return queue->front().time; });
  const absl::Time latest = waiting.front()->front().time + kMostApart;
  for (Items* queue : waiting) {
    if (queue->front().time > latest) break;
    GATEPOST_ASSIGN_OR_RETURN(const bool entered, Enter(queue->front(), false));
    if (!entered) continue;
    queue->pop_front();
    return absl::OkStatus();
  }
  GATEPOST_RETURN_IF_ERROR(Enter(waiting.front()->front(), true).status());
  waiting.front()->pop_front();
  return absl::OkStatus();
}

// A peer cannot leave a decision out unseen where the leaf of its message came back.
absl::Status Again::NameMissingDecisions(size_t peer) {
  for (const DecidingMessage& message : deciding_[peer]) {
    if (decided_[peer].contains(message.place)) continue;
    GATEPOST_RETURN_IF_ERROR(
        links_[peer]->Differs(message.leaf, message.leaf.object, "NO_DECISION_CAME_BACK"));
  }
  return absl::OkStatus();
}

// A message to several recipients that only one of them had: it goes to the others now, where it
// may.
absl::Status Again::QueueForOthers(const std::vector<ReturnedByPeer>& peers) {
  for (const std::unique_ptr<AgainOnLink>& link : links_) {
    for (const SentAgain& sent : link->sent()) {
      GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record,
                                MustHold(scope_.store, sent.row));
      GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> places,
                                scope_.store.OutgoingOf(sent.row));
      for (const SentAgain::Other& other : sent.others) {
        const bool linked = std::ranges::any_of(peers, [&](const ReturnedByPeer& returned) {
          return returned.parts.link.peer_node == other.recipient;
        });
        if (!linked ||
            std::ranges::count(places, other.recipient, &store::OutgoingRecord::peer) > 0) {
          continue;
        }
        GATEPOST_RETURN_IF_ERROR(other.may.ok() ? Queue(scope_.store, other.recipient, record)
                                                : link->GoesNoFurther(record, other));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace gatepost::exchange
