// What a proposal needs before it is signed, and what a person sees before an answer is.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/domain/agreements/occasion.h"
#include "daemon/domain/agreements/proposal_rules.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/exchange/agreements/agreement_queries.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

constexpr absl::Duration kShown = absl::Hours(24 * 14);

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

absl::StatusOr<v1::PrepareProposalResponse> AgreementQueries::PrepareAcceptance(
    const std::string& reference) const {
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Reader> store, parts_.store.Read());
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord record,
                            parts_.queries.Find(*store, reference, ""));
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ProposalRecord> standing,
                            store->Proposal(record.row));
  if (!standing.has_value()) {
    return system::Refuse(v1::REASON_WRONG_SUBJECT, "a proposal", NameOf(parts_.node, record),
                          "name the proposal that is to be accepted");
  }
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, MessageIn(record));
  v1::PrepareProposalResponse response;
  *response.mutable_proposal() = message.proposal();
  for (const std::string& id : record.scope_ids) response.add_scope_ids(id);
  GATEPOST_ASSIGN_OR_RETURN(const std::set<std::string> affected, GatesAffected(*store, response));
  store.reset();  // The question about hours takes one of its own.
  AddFindings(response);
  GATEPOST_RETURN_IF_ERROR(ShowHours(affected, response));
  return response;
}

void AgreementQueries::AddFindings(v1::PrepareProposalResponse& response) const {
  if (!response.proposal().has_holiday_hours()) return;
  std::optional<v1::Finding> found =
      domain::CheckOccasion(response.proposal().holiday_hours(), parts_.calendars);
  if (found.has_value()) *response.add_findings() = *std::move(found);
}

absl::StatusOr<v1::PrepareProposalResponse> AgreementQueries::PrepareProposal(
    const v1::PrepareProposalRequest& request) const {
  if (!request.accepts().empty()) return PrepareAcceptance(request.accepts());
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
  GATEPOST_RETURN_IF_ERROR(CheckMatrix(*store, parts_.node, request.recipient_node(), proposal,
                                       BasisHours::kWhileTheyHold));
  GATEPOST_RETURN_IF_ERROR(domain::CheckTimely(proposal, parts_.clock.Now()));
  GATEPOST_ASSIGN_OR_RETURN(const std::set<std::string> affected, GatesAffected(*store, response));
  store.reset();  // The question about hours takes one of its own.
  AddFindings(response);
  GATEPOST_RETURN_IF_ERROR(ShowHours(affected, response));
  return response;
}

}  // namespace gatepost::exchange
