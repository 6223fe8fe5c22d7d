#include "daemon/exchange/agreements/agreement_queries.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/civil_time.h"
#include "daemon/exchange/agreements/held_back.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/exchange/heard_hours.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/rungs.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

constexpr size_t kThreadsAtOnce = 50;

const char* ActOf(const v1::Message& message) {
  switch (message.body_case()) {
    case v1::Message::kProposal:
      return message.proposal().has_counters() ? "counter" : "propose";
    case v1::Message::kAcceptance:
      return "accept";
    case v1::Message::kRejection:
      return "reject";
    case v1::Message::kWithdrawal:
      return "withdraw";
    default:
      return "";
  }
}

// Since when the first decision of the thread that is held back was alarmed about; none: none is.
absl::StatusOr<std::optional<absl::Time>> HeldBackIn(
    const store::Reader& store, const std::vector<store::ThreadEntry>& entries) {
  GATEPOST_ASSIGN_OR_RETURN(const HeldBackMarks marks, HeldBack(store));
  std::optional<absl::Time> since;
  for (const store::ThreadEntry& entry : entries) {
    const auto mark = marks.find(entry.message_row);
    if (mark == marks.end() || entry.settled) continue;
    since = std::min(since.value_or(mark->second), mark->second);
  }
  return since;
}

}  // namespace

absl::StatusOr<v1::ThreadStep> AgreementQueries::DescribeStep(
    const store::Reader& store, const store::ThreadEntry& entry) const {
  v1::ThreadStep step;
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record, MustHold(store, entry.message_row));
  GATEPOST_ASSIGN_OR_RETURN(*step.mutable_message(),
                            parts_.queries.Describe(store, record, true, false));
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, MessageIn(record));
  step.set_act(ActOf(message));
  if (entry.message_row == entry.proposal_row) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ProposalRecord> standing,
                              store.Proposal(entry.message_row));
    if (standing.has_value()) {
      step.set_state(standing->state);
      if (standing->over_from != absl::InfiniteFuture()) {
        *step.mutable_holds_until() = domain::ToZoned(standing->over_from, parts_.node.zone);
      }
    }
  }
  if (!entry.submitted_here) {
    *step.mutable_known_there_at() = domain::ToZoned(record.stored_at, parts_.node.zone);
    return step;
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                            ReceiptFor(store, entry.peer, entry.message_row));
  if (!receipt.has_value()) return step;
  GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(receipt->leaf));
  *step.mutable_known_there_at() = domain::ToZoned(leaf.time, parts_.node.zone);
  if (receipt->rung != v1::RUNG_REFUSED) return step;
  v1::ThreadDecision* refused = step.add_decisions();
  refused->set_result(leaf.result);
  refused->set_reason(receipt->reason);
  *refused->mutable_decided_at() = step.known_there_at();
  refused->mutable_place()->set_epoch(receipt->head_epoch);
  refused->mutable_place()->set_leaf_index(receipt->leaf_index);
  return step;
}

// The proposal that says how the thread stands: the newest that was not refused.
absl::StatusOr<int64_t> AgreementQueries::NewestProposal(
    const store::Reader& store, const std::vector<store::ThreadEntry>& entries) const {
  int64_t newest = entries.front().thread_row;
  for (const store::ThreadEntry& entry : entries) {
    if (entry.message_row != entry.proposal_row) continue;
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ProposalRecord> standing,
                              store.Proposal(entry.message_row));
    if (standing.has_value() && standing->state != v1::AGREEMENT_STATE_REFUSED) {
      newest = entry.message_row;
    }
  }
  return newest;
}

absl::StatusOr<v1::AgreementThread> AgreementQueries::Describe(
    const store::Reader& store, const std::vector<store::ThreadEntry>& entries, int64_t newest,
    bool with_steps) const {
  v1::AgreementThread thread;
  const int64_t thread_row = entries.front().thread_row;
  std::map<int64_t, int> places;  // Row, and its step.
  const std::string& zone = parts_.node.zone;
  for (const store::ThreadEntry& entry : entries) {
    if (!with_steps) continue;
    GATEPOST_ASSIGN_OR_RETURN(*thread.add_steps(), DescribeStep(store, entry));
    places.emplace(entry.message_row, thread.steps_size() - 1);
    const auto about = places.find(entry.proposal_row);
    thread.mutable_steps()->rbegin()->set_proposal_step(about == places.end() ? -1 : about->second);
  }
  GATEPOST_ASSIGN_OR_RETURN(const HeldProposal proposal, MustHoldProposal(store, newest));
  thread.set_peer_node(proposal.standing.peer);
  const auto link = parts_.links.find(proposal.standing.peer);
  if (link != parts_.links.end()) {
    thread.set_sequencer_node(link->second.own_decides ? parts_.node.node : link->second.peer_node);
  }
  thread.set_short_reference(parts_.queries.ReferenceOfRow(store, thread_row));
  thread.set_state(proposal.standing.state);
  *thread.mutable_since() = domain::ToZoned(proposal.standing.since, zone);
  if (proposal.standing.over_from != absl::InfiniteFuture()) {
    *thread.mutable_holds_until() = domain::ToZoned(proposal.standing.over_from, zone);
  }
  thread.set_disputed(proposal.standing.disputed);
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<absl::Time> held_back, HeldBackIn(store, entries));
  if (held_back.has_value()) {
    *thread.mutable_held_back_since() = domain::ToZoned(*held_back, zone);
  }
  thread.set_kind(KindOf(proposal.message));
  for (const std::string& id : proposal.record.scope_ids) thread.add_gate_ids(id);
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::DecisionRecord> decisions,
                            store.DecisionsOfThread(thread_row));
  for (const store::DecisionRecord& decision : decisions) {
    v1::DecisionReference* last = thread.mutable_last_decision();
    last->set_epoch(decision.epoch);
    last->set_leaf_index(decision.leaf_index);
    const auto place = places.find(decision.message_row);
    if (place == places.end()) continue;
    v1::ThreadDecision* told = thread.mutable_steps(place->second)->add_decisions();
    told->set_result(decision.result);
    told->set_reason(ReasonIn(decision.result));
    *told->mutable_decided_at() = domain::ToZoned(decision.decided_at, zone);
    *told->mutable_known_here_at() = domain::ToZoned(decision.known_at, zone);
    *told->mutable_place() = *last;
  }
  return thread;
}

bool AgreementQueries::WaitsForAnswer(const v1::AgreementThread& thread,
                                      const std::vector<store::ThreadEntry>& entries,
                                      int64_t newest) const {
  if (thread.state() != v1::AGREEMENT_STATE_OPEN) return false;
  // Where this node decides, an answer that it took has been decided.
  const bool decides = thread.sequencer_node() == parts_.node.node;
  return std::ranges::none_of(entries, [&](const store::ThreadEntry& entry) {
    if (!entry.submitted_here) return false;
    if (entry.message_row == newest) return true;
    return !decides && !entry.settled && entry.proposal_row == newest;
  });
}

absl::StatusOr<v1::ListAgreementsResponse> AgreementQueries::ListAgreements(
    const v1::ListAgreementsRequest& request) const {
  GATEPOST_ASSIGN_OR_RETURN(const size_t page_size, PageSize(request.page_size(), 50));
  GATEPOST_ASSIGN_OR_RETURN(int64_t before, RowOfPageToken(request.page_token()));
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, parts_.store.Read());
  v1::ListAgreementsResponse response;
  if (request.held_back()) {
    GATEPOST_ASSIGN_OR_RETURN(const HeldBackMarks marks, HeldBack(*store));
    if (marks.empty()) return response;
  }
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<int64_t> rows,
                              store->Threads(before, kThreadsAtOnce));
    if (rows.empty()) return response;
    for (const int64_t row : rows) {
      before = row;
      GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ThreadEntry> entries,
                                store->ThreadEntries(row));
      GATEPOST_ASSIGN_OR_RETURN(const int64_t newest, NewestProposal(*store, entries));
      GATEPOST_ASSIGN_OR_RETURN(v1::AgreementThread thread,
                                Describe(*store, entries, newest, false));
      if (!request.peer_node().empty() && thread.peer_node() != request.peer_node()) continue;
      if (!request.states().empty() &&
          std::ranges::find(request.states(), thread.state()) == request.states().end()) {
        continue;
      }
      if (request.held_back() && !thread.has_held_back_since()) continue;
      if (request.to_answer() && !WaitsForAnswer(thread, entries, newest)) continue;
      *response.add_threads() = std::move(thread);
      if (static_cast<size_t>(response.threads_size()) < page_size) continue;
      response.set_next_page_token(PageToken(row));
      return response;
    }
  }
}

absl::StatusOr<v1::GetAgreementResponse> AgreementQueries::GetAgreement(
    const v1::GetAgreementRequest& request, std::vector<int64_t>* fetched) const {
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, parts_.store.Read());
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record,
                            parts_.queries.Find(*store, request.reference(), ""));
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ThreadEntry> entry,
                            store->ThreadEntryOf(record.row));
  if (!entry.has_value()) {
    return system::Refuse(v1::REASON_WRONG_SUBJECT, "a proposal, or an answer to one",
                          NameOf(parts_.node, record), "look at it with gatepost show");
  }
  v1::GetAgreementResponse response;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ThreadEntry> entries,
                            store->ThreadEntries(entry->thread_row));
  GATEPOST_ASSIGN_OR_RETURN(const int64_t newest, NewestProposal(*store, entries));
  GATEPOST_ASSIGN_OR_RETURN(*response.mutable_thread(), Describe(*store, entries, newest, true));
  if (fetched == nullptr) return response;
  for (const store::ThreadEntry& one : entries) {
    GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord said, MustHold(*store, one.message_row));
    if (CountsAsFetched(said)) fetched->push_back(said.row);
  }
  return response;
}

}  // namespace gatepost::exchange
