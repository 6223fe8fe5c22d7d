#include "daemon/exchange/agreements/threads.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "daemon/domain/agreements/proposal_rules.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/hours/missing_cells.h"
#include "daemon/domain/hours/rule_times.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/exchange/held.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace gatepost::exchange {

namespace {

// What binds is a matter of decisions, not of clocks: whatever is entered counts. The last instant
// that the store tells from never.
const absl::Time kEver = absl::FromUnixMicros(std::numeric_limits<int64_t>::max() - 1);

// Whether it claims hours now or until something that is agreed already begins.
bool Holds(const store::ProposalRecord& standing) {
  switch (standing.state) {
    case v1::AGREEMENT_STATE_IN_FORCE:
      return true;
    case v1::AGREEMENT_STATE_SUPERSEDED:
    case v1::AGREEMENT_STATE_ENDED:
      // An open proposal that was superseded never held; only what was in force has an end.
      return standing.over_from != absl::InfiniteFuture();
    default:
      return false;
  }
}

std::string Names(const NodeTerms& node, const std::vector<HeldProposal>& agreements) {
  std::vector<std::string> names;
  for (const HeldProposal& one : agreements) names.push_back(NameOf(node, one.record));
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

absl::Status CheckEnds(const NodeTerms& node, const HeldProposal& ended) {
  if (ended.standing.state == v1::AGREEMENT_STATE_IN_FORCE &&
      ended.standing.over_from == absl::InfiniteFuture()) {
    return absl::OkStatus();
  }
  return system::Refuse(
      v1::REASON_NOT_IN_FORCE, "agreements in force, to be ended",
      fmt::format("{}: {}", NameOf(node, ended.record), domain::StateName(ended.standing.state)),
      "leave it out, or look at what holds now");
}

absl::Status CheckTermination(const store::Reader& store, const NodeTerms& node,
                              std::string_view peer, const v1::Message& message) {
  std::set<std::string> scope_ids;
  for (const v1::Basis& basis : message.proposal().basis()) {
    GATEPOST_ASSIGN_OR_RETURN(const HeldProposal ended,
                              FindProposal(store, node, peer, basis.agreement()));
    GATEPOST_RETURN_IF_ERROR(CheckEnds(node, ended));
    scope_ids.insert(ended.record.scope_ids.begin(), ended.record.scope_ids.end());
  }
  return domain::CheckScopeIds(message.header(), {scope_ids.begin(), scope_ids.end()},
                               "the gates of what ends");
}

}  // namespace

domain::ProposalStanding StandingOf(const store::ProposalRecord& record) {
  return {record.state, record.disputed, record.begins, record.answer_by};
}

v1::MessageCitation CitationOf(const store::MessageRecord& record) {
  v1::MessageCitation cited;
  cited.set_author(record.author);
  cited.set_message_id(record.message_id);
  cited.set_pae_sha256(std::string(certs::AsView(record.pae)));
  return cited;
}

absl::StatusOr<HeldProposal> MustHoldProposal(const store::Reader& store, int64_t row) {
  HeldProposal held;
  GATEPOST_ASSIGN_OR_RETURN(held.record, MustHold(store, row));
  GATEPOST_ASSIGN_OR_RETURN(held.message, MessageIn(held.record));
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::ProposalRecord> standing, store.Proposal(row));
  if (!standing.has_value()) {
    return system::Refuse(v1::REASON_LEDGER_DAMAGED, fmt::format("a proposal in row {}", row),
                          "none", "restore the store");
  }
  held.standing = *std::move(standing);
  return held;
}

absl::StatusOr<HeldProposal> FindProposal(const store::Reader& store, const NodeTerms& node,
                                          std::string_view peer, const v1::MessageCitation& cited) {
  GATEPOST_ASSIGN_OR_RETURN(
      store::MessageRecord record,
      FindNamed(store, cited.author(), cited.message_id(), cited.pae_sha256()));
  if (record.standing == v1::RUNG_CARRIED) {
    return system::Refuse(v1::REASON_NEWER_SCHEMA, "a proposal that this node can read",
                          fmt::format("{}, written by newer software", NameOf(node, record)),
                          "bring the node up to that version first");
  }
  if (record.standing == v1::RUNG_REFUSED) {
    return system::Refuse(v1::REASON_NOT_OPEN, "a proposal that this node has taken",
                          fmt::format("{}, which it refused", NameOf(node, record)),
                          "have it proposed anew");
  }
  GATEPOST_ASSIGN_OR_RETURN(std::optional<store::ProposalRecord> standing,
                            store.Proposal(record.row));
  if (!standing.has_value() || standing->peer != peer) {
    return system::Refuse(v1::REASON_WRONG_SUBJECT,
                          fmt::format("a proposal on the link to {}", peer), NameOf(node, record),
                          "notices, transcripts and threads with others bind nobody here");
  }
  HeldProposal held;
  GATEPOST_ASSIGN_OR_RETURN(held.message, MessageIn(record));
  held.record = std::move(record);
  held.standing = *std::move(standing);
  return held;
}

absl::StatusOr<std::vector<HeldProposal>> Touched(const store::Reader& store,
                                                  const domain::GateRegister& gates,
                                                  std::string_view peer,
                                                  const v1::Proposal& proposal) {
  std::vector<HeldProposal> touched;
  const v1::Timetable* timetable = domain::TimetableIn(proposal);
  if (timetable == nullptr) return touched;
  const domain::DayRange days = domain::DaysTouched(*timetable);
  store::HoursQuestion question{{}, days.first, days.last, kEver};
  std::set<int64_t> looked_at;
  for (const std::string& gate : domain::GatesOf(*timetable)) {
    question.gate_id = gate;
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::HoursRecord> rows, store.HoursAt(question));
    for (const store::HoursRecord& row : rows) {
      if (!looked_at.insert(row.message_row).second) continue;
      GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ProposalRecord> standing,
                                store.Proposal(row.message_row));
      if (!standing.has_value() || standing->peer != peer || !Holds(*standing)) continue;
      GATEPOST_ASSIGN_OR_RETURN(HeldProposal held, MustHoldProposal(store, row.message_row));
      const v1::Timetable* older = domain::TimetableIn(held.proposal());
      if (older == nullptr || !domain::Touch(*older, standing->over_from, *timetable, gates)) {
        continue;
      }
      touched.push_back(std::move(held));
    }
  }
  std::ranges::sort(touched, {}, [](const HeldProposal& one) {
    return std::pair(one.record.message_id, one.record.author);
  });
  return touched;
}

absl::Status CheckBasis(const store::Reader& store, const NodeTerms& node,
                        const domain::GateRegister& gates, std::string_view peer,
                        const v1::Message& message) {
  const v1::Proposal& proposal = message.proposal();
  if (proposal.has_termination()) return CheckTermination(store, node, peer, message);
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<HeldProposal> touched,
                            Touched(store, gates, peer, proposal));
  std::vector<HeldProposal> named;
  for (const v1::Basis& basis : proposal.basis()) {
    GATEPOST_ASSIGN_OR_RETURN(HeldProposal held,
                              FindProposal(store, node, peer, basis.agreement()));
    if (!Holds(held.standing)) {
      return system::Refuse(
          v1::REASON_NOT_IN_FORCE, "a basis of agreements in force",
          fmt::format("{}: {}", NameOf(node, held.record), domain::StateName(held.standing.state)),
          "name what holds now");
    }
    if (basis.gives_way()) GATEPOST_RETURN_IF_ERROR(CheckEnds(node, held));
    named.push_back(std::move(held));
  }
  const auto same = [](const HeldProposal& a, const HeldProposal& b) {
    return a.record.row == b.record.row;
  };
  if (std::ranges::equal(touched, named, same)) return absl::OkStatus();
  return system::Refuse(
      v1::REASON_STALE_BASIS,
      fmt::format("a basis of all that the terms touch: {}", Names(node, touched)),
      Names(node, named), "prepare the proposal anew, on what holds now");
}

absl::Status CheckMatrix(const store::Reader& store, const NodeTerms& node, std::string_view peer,
                         const v1::Proposal& proposal, BasisHours which) {
  if (!proposal.has_holiday_hours()) return absl::OkStatus();
  const v1::Timetable& matrix = proposal.holiday_hours().timetable();
  absl::Status alone = domain::CheckNoCellMissing(matrix, {});
  if (system::ReasonOf(alone) != v1::REASON_MISSING_CELL ||
      std::ranges::all_of(proposal.basis(), &v1::Basis::gives_way)) {
    return alone;
  }
  std::vector<HeldProposal> staying;
  for (const v1::Basis& basis : proposal.basis()) {
    if (basis.gives_way()) continue;
    GATEPOST_ASSIGN_OR_RETURN(HeldProposal held,
                              FindProposal(store, node, peer, basis.agreement()));
    if (held.proposal().has_holiday_hours()) staying.push_back(std::move(held));
  }
  std::vector<domain::StandingHours> standing;
  standing.reserve(staying.size());
  for (const HeldProposal& held : staying) {
    domain::StandingHours& hours = standing.emplace_back();
    hours.timetable = &held.proposal().holiday_hours().timetable();
    if (which == BasisHours::kWhileTheyHold) hours.over_from = held.standing.over_from;
  }
  return domain::CheckNoCellMissing(matrix, standing);
}

absl::StatusOr<std::optional<store::DecisionRecord>> LastDecision(const store::Reader& store,
                                                                  int64_t thread_row) {
  GATEPOST_ASSIGN_OR_RETURN(std::vector<store::DecisionRecord> decisions,
                            store.DecisionsOfThread(thread_row));
  if (decisions.empty()) return std::nullopt;
  return std::move(decisions.back());
}

}  // namespace gatepost::exchange
