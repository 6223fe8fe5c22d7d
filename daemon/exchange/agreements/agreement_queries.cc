#include "daemon/exchange/agreements/agreement_queries.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/agreements/proposal_rules.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/exchange/heard_hours.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/ledger/leaf.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

constexpr size_t kThreadsAtOnce = 50;
constexpr absl::Duration kShown = absl::Hours(24 * 14);

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

v1::Timetable* TimetableTo(v1::Proposal& proposal) {
  if (proposal.has_holiday_hours()) return proposal.mutable_holiday_hours()->mutable_timetable();
  if (proposal.has_schedule_change()) {
    return proposal.mutable_schedule_change()->mutable_timetable();
  }
  if (proposal.has_regular_timetable()) {
    return proposal.mutable_regular_timetable()->mutable_timetable();
  }
  return nullptr;
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
    if (standing.has_value()) step.set_state(standing->state);
  }
  if (!entry.submitted_here) {
    *step.mutable_known_there_at() = domain::ToZoned(record.stored_at, parts_.node.zone);
    return step;
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::OutgoingRecord> places,
                            store.OutgoingOf(entry.message_row));
  for (const store::OutgoingRecord& place : places) {
    if (place.peer != entry.peer) continue;
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ReceiptRecord> receipt,
                              store.Receipt(place.peer, place.sequence));
    if (!receipt.has_value()) continue;
    GATEPOST_ASSIGN_OR_RETURN(const ledger::Leaf leaf, ledger::Leaf::Parse(receipt->leaf));
    *step.mutable_known_there_at() = domain::ToZoned(leaf.time, parts_.node.zone);
    if (receipt->rung == v1::RUNG_REFUSED) {
      v1::ThreadDecision* refused = step.add_decisions();
      refused->set_result(leaf.result);
      refused->set_reason(receipt->reason);
      *refused->mutable_decided_at() = step.known_there_at();
      refused->mutable_place()->set_epoch(receipt->head_epoch);
      refused->mutable_place()->set_leaf_index(receipt->leaf_index);
    }
  }
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

absl::StatusOr<v1::AgreementThread> AgreementQueries::Describe(const store::Reader& store,
                                                               int64_t thread_row,
                                                               bool with_steps) const {
  v1::AgreementThread thread;
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ThreadEntry> entries,
                            store.ThreadEntries(thread_row));
  std::map<int64_t, int> places;  // Row, and its step.
  const std::string& zone = parts_.node.zone;
  GATEPOST_ASSIGN_OR_RETURN(const int64_t newest, NewestProposal(store, entries));
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
  thread.set_disputed(proposal.standing.disputed);
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

absl::StatusOr<v1::ListAgreementsResponse> AgreementQueries::ListAgreements(
    const v1::ListAgreementsRequest& request) const {
  GATEPOST_ASSIGN_OR_RETURN(const size_t page_size, PageSize(request.page_size(), 50));
  GATEPOST_ASSIGN_OR_RETURN(int64_t before, RowOfPageToken(request.page_token()));
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> store, parts_.store.Read());
  v1::ListAgreementsResponse response;
  while (true) {
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<int64_t> rows,
                              store->Threads(before, kThreadsAtOnce));
    if (rows.empty()) return response;
    for (const int64_t row : rows) {
      before = row;
      GATEPOST_ASSIGN_OR_RETURN(v1::AgreementThread thread, Describe(*store, row, false));
      if (!request.peer_node().empty() && thread.peer_node() != request.peer_node()) continue;
      if (!request.states().empty() &&
          std::ranges::find(request.states(), thread.state()) == request.states().end()) {
        continue;
      }
      if (request.to_answer()) {
        GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ThreadEntry> entries,
                                  store->ThreadEntries(row));
        GATEPOST_ASSIGN_OR_RETURN(const int64_t newest, NewestProposal(*store, entries));
        const auto ours = std::ranges::any_of(entries, [&](const store::ThreadEntry& entry) {
          return entry.message_row == newest && entry.submitted_here;
        });
        if (thread.state() != v1::AGREEMENT_STATE_OPEN || ours) continue;
      }
      *response.add_threads() = std::move(thread);
      if (static_cast<size_t>(response.threads_size()) < page_size) continue;
      response.set_next_page_token(PageToken(row));
      return response;
    }
  }
}

absl::StatusOr<v1::GetAgreementResponse> AgreementQueries::GetAgreement(
    const v1::GetAgreementRequest& request) const {
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
  GATEPOST_ASSIGN_OR_RETURN(*response.mutable_thread(), Describe(*store, entry->thread_row, true));
  return response;
}

absl::Status AgreementQueries::NameCountered(const store::Reader& store,
                                             const v1::PrepareProposalRequest& request,
                                             v1::Proposal& proposal) const {
  if (request.counters().empty()) return absl::OkStatus();
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record,
                            parts_.queries.Find(store, request.counters(), ""));
  GATEPOST_ASSIGN_OR_RETURN(
      const HeldProposal countered,
      FindProposal(store, parts_.node, request.recipient_node(), CitationOf(record)));
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord first,
                            MustHold(store, countered.standing.thread_row));
  *proposal.mutable_counters() = CitationOf(record);
  *proposal.mutable_thread() = CitationOf(first);
  return absl::OkStatus();
}

absl::Status AgreementQueries::FillBasis(const store::Reader& store,
                                         const v1::PrepareProposalRequest& request,
                                         v1::PrepareProposalResponse& response) const {
  v1::Proposal& proposal = *response.mutable_proposal();
  // By message id and author, as a basis is sorted.
  std::map<std::pair<std::string, std::string>, HeldProposal> basis;
  std::set<std::pair<std::string, std::string>> ends;
  const auto key = [](const HeldProposal& held) {
    return std::pair(held.record.message_id, held.record.author);
  };
  for (const std::string& reference : request.give_way()) {
    GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record,
                              parts_.queries.Find(store, reference, ""));
    GATEPOST_ASSIGN_OR_RETURN(
        HeldProposal held,
        FindProposal(store, parts_.node, request.recipient_node(), CitationOf(record)));
    ends.insert(key(held));
    if (proposal.has_termination()) basis.emplace(key(held), std::move(held));
  }
  GATEPOST_ASSIGN_OR_RETURN(std::vector<HeldProposal> touched,
                            Touched(store, parts_.gates, request.recipient_node(), proposal));
  for (HeldProposal& held : touched) basis.emplace(key(held), std::move(held));

  proposal.clear_basis();
  std::set<std::string> scope_ids;
  for (const auto& [id, held] : basis) {
    v1::Basis* named = proposal.add_basis();
    *named->mutable_agreement() = CitationOf(held.record);
    named->set_gives_way(ends.erase(id) > 0);
    if (proposal.has_termination()) {
      scope_ids.insert(held.record.scope_ids.begin(), held.record.scope_ids.end());
    }
  }
  if (!ends.empty()) {
    return system::Refuse(v1::REASON_NOT_IN_FORCE,
                          "agreements in force that these terms touch, to give way",
                          ends.begin()->first, "leave it out, or end it by a termination");
  }
  if (const v1::Timetable* timetable = domain::TimetableIn(proposal)) {
    for (const std::string& gate : domain::GatesOf(*timetable)) scope_ids.insert(gate);
  }
  for (const std::string& id : scope_ids) response.add_scope_ids(id);
  return absl::OkStatus();
}

absl::Status AgreementQueries::ShowHours(const std::set<std::string>& gates,
                                         v1::PrepareProposalResponse& response) const {
  const v1::Proposal& proposal = response.proposal();
  const v1::Timetable* timetable = domain::TimetableIn(proposal);
  const std::string zone =
      timetable != nullptr ? timetable->zone() : proposal.termination().effective().zone();
  const absl::Time from = domain::BeginOf(proposal);
  v1::GetHoursRequest asked;
  for (const std::string& id : gates) asked.add_scopes(id);
  *asked.mutable_from() = domain::ToZoned(from, zone);
  *asked.mutable_to() = domain::ToZoned(from + kShown, zone);
  GATEPOST_ASSIGN_OR_RETURN(*response.mutable_before(), parts_.hours.GetHours(asked));
  GATEPOST_ASSIGN_OR_RETURN(*response.mutable_after(), parts_.hours.GetHoursWith(asked, proposal));
  return absl::OkStatus();
}

absl::StatusOr<std::set<std::string>> AgreementQueries::GatesAffected(
    const store::Reader& store, const v1::PrepareProposalResponse& response) const {
  std::set<std::string> gates(response.scope_ids().begin(), response.scope_ids().end());
  for (const v1::Basis& basis : response.proposal().basis()) {
    if (!basis.gives_way()) continue;
    const v1::MessageCitation& ended = basis.agreement();
    GATEPOST_ASSIGN_OR_RETURN(
        const store::MessageRecord record,
        FindNamed(store, ended.author(), ended.message_id(), ended.pae_sha256()));
    gates.insert(record.scope_ids.begin(), record.scope_ids.end());
  }
  return gates;
}

absl::StatusOr<v1::PrepareProposalResponse> AgreementQueries::PrepareProposal(
    const v1::PrepareProposalRequest& request) const {
  const auto link = parts_.links.find(request.recipient_node());
  if (link == parts_.links.end()) {
    return system::Refuse(v1::REASON_UNKNOWN_RECIPIENT, "a node that this node has a link to",
                          request.recipient_node(), "name the other node");
  }
  v1::PrepareProposalResponse response;
  v1::Proposal& proposal = *response.mutable_proposal();
  proposal = request.draft();
  proposal.set_side(parts_.node.country);
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> store, parts_.store.Read());
  GATEPOST_RETURN_IF_ERROR(NameCountered(*store, request, proposal));
  if (v1::Timetable* timetable = TimetableTo(proposal)) {
    store.reset();  // The question about hours takes one of its own.
    GATEPOST_ASSIGN_OR_RETURN(*timetable, parts_.hours.Resolved(*timetable));
    GATEPOST_RETURN_IF_ERROR(domain::CheckTimetable(*timetable, parts_.gates));
    GATEPOST_ASSIGN_OR_RETURN(store, parts_.store.Read());
  }
  GATEPOST_RETURN_IF_ERROR(FillBasis(*store, request, response));
  v1::MessageHeader header;
  header.add_recipient_nodes(request.recipient_node());
  *header.mutable_scope_ids() = response.scope_ids();
  GATEPOST_RETURN_IF_ERROR(
      domain::ValidateProposal(proposal, header, {parts_.gates, parts_.node.country}));
  GATEPOST_RETURN_IF_ERROR(
      CheckMatrix(*store, parts_.node, parts_.gates, request.recipient_node(), proposal));
  GATEPOST_RETURN_IF_ERROR(domain::CheckTimely(proposal, parts_.clock.Now()));
  GATEPOST_ASSIGN_OR_RETURN(const std::set<std::string> affected, GatesAffected(*store, response));
  store.reset();  // The question about hours takes one of its own.
  GATEPOST_RETURN_IF_ERROR(ShowHours(affected, response));
  return response;
}

}  // namespace gatepost::exchange
