// Proposals: schedule propose, holiday propose, agreement counter, amend and terminate.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/agreement_messages.h"
#include "client/cli/agreement_commands.h"
#include "client/cli/named_message.h"
#include "client/cli/package_typed.h"
#include "client/cli/session.h"
#include "client/cli/submit.h"
#include "client/cli/terms_typed.h"
#include "client/cli/thread_typed.h"
#include "client/render/prepared.h"
#include "client/render/standing.h"
#include "client/render/text.h"
#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/domain/civil_time.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"
#include "fmt/ranges.h"

namespace gatepost::cli {
namespace {

using render::_;

absl::Status WrongUse(std::string_view wanted, std::string_view came, std::string_view todo) {
  return system::Refuse(v1::REASON_BAD_ARGUMENT, wanted, came, todo);
}

TypedBy By(Session& session) {
  return {.country = session.settings.country,
          .gates = [&session](const std::vector<std::string>& names, absl::CivilDay on) {
            return GatesTyped(session, names, on);
          }};
}

// The node that a proposal goes to: the one typed, the only one of the client config, or the only
// one that the own node is linked to.
absl::StatusOr<std::string> RecipientTyped(Session& session, const std::string& typed) {
  if (!typed.empty()) return typed;
  std::vector<std::string> known = session.settings.recipient_nodes;
  if (known.size() == 1) return known.front();
  if (known.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(const v1::GetNodeResponse node, session.node->GetNode());
    for (const v1::LinkState& link : node.links()) known.push_back(link.peer_node());
    if (known.size() == 1) return known.front();
  }
  return WrongUse("--to NODE: an agreement is made with one other node",
                  fmt::format("{} of them: {}", known.size(), fmt::join(known, ", ")),
                  "name the one; propose to each of them by itself");
}

// Answers and times that every proposal may have.
absl::Status Complete(Session& session, const SendOptions& options,
                      v1::PrepareProposalRequest& request) {
  if (!options.answer_by.empty()) {
    GATEPOST_ASSIGN_OR_RETURN(*request.mutable_draft()->mutable_answer_by(),
                              domain::ParseInstant(options.answer_by, Today(session)));
  }
  if (!options.package.empty()) {
    const auto fetch = [&](const std::string& reference) -> absl::StatusOr<v1::Proposal> {
      GATEPOST_ASSIGN_OR_RETURN(const Named named, FetchNamed(session, reference));
      return named.message.proposal();
    };
    GATEPOST_ASSIGN_OR_RETURN(*request.mutable_draft()->mutable_package(),
                              PackageTyped(options.package, fetch));
  }
  for (const std::string& reference : options.ends) {
    GATEPOST_ASSIGN_OR_RETURN(const std::string short_reference,
                              ShortReferenceOf(session, reference));
    request.add_give_way(short_reference);
  }
  return absl::OkStatus();
}

// A proposal on its way, and the agreement that it amends where it must.
struct Draft {
  v1::PrepareProposalRequest request;
  std::optional<v1::MessageCitation> amends;
};

// Whether the terms touch the agreement that they are to amend.
absl::Status CheckAmends(const v1::Proposal& proposal, const v1::MessageCitation& amended) {
  for (const v1::Basis& basis : proposal.basis()) {
    if (basis.agreement().author() == amended.author() &&
        basis.agreement().message_id() == amended.message_id()) {
      return absl::OkStatus();
    }
  }
  return WrongUse("terms that touch the agreement: some of its gates, days and traffic",
                  "terms beside it", "correct the terms, or propose them by themselves");
}

// The draft as the node completes it.
absl::StatusOr<v1::PrepareProposalResponse> Prepare(Session& session, const Draft& draft) {
  GATEPOST_ASSIGN_OR_RETURN(v1::PrepareProposalResponse prepared,
                            session.node->PrepareProposal(draft.request));
  if (draft.amends) GATEPOST_RETURN_IF_ERROR(CheckAmends(prepared.proposal(), *draft.amends));
  v1::Message signed_as;
  *signed_as.mutable_proposal() = prepared.proposal();
  GATEPOST_RETURN_IF_ERROR(client::CheckShown(signed_as, "the proposal as the node completed it"));
  return prepared;
}

// Asks the person, where one can be asked; true to go on.
bool Confirmed(const Global& global, const SendOptions& options) {
  if (options.dry_run || options.yes || global.output != Output::kTable || !CanAsk()) return true;
  std::string answer;
  return Ask(_("send it? [y/N] "), answer) && (answer == "y" || answer == "Y");
}

// What all proposals share: let the node complete it, show it, sign it, send it.
int Propose(const Global& global, Session& session, const SendOptions& options,
            const absl::StatusOr<Draft>& draft) {
  if (!draft.ok()) return Fail(global, draft.status());
  const absl::StatusOr<v1::PrepareProposalResponse> prepared = Prepare(session, *draft);
  if (!prepared.ok()) return Fail(global, prepared.status());
  const auto shown = [&] { return render::PreparedText(*prepared, session.view); };
  if (options.dry_run) {
    // What it would do is the answer of a dry run.
    Print(global, *prepared, shown, [&] { return render::PreparedCsv(*prepared, session.view); });
  } else if (global.output == Output::kTable) {
    Note(global, shown());
  }
  if (!Confirmed(global, options)) {
    return Fail(global, WrongUse("y to send", "no", "start again; nothing was sent"));
  }
  v1::Message body;
  *body.mutable_proposal() = prepared->proposal();
  const absl::StatusOr<v1::SubmitResponse> response =
      SubmitTo(global, session, draft->request.recipient_node(), body,
               {prepared->scope_ids().begin(), prepared->scope_ids().end()}, options.dry_run);
  if (!response.ok()) return Fail(global, response.status());
  if (options.dry_run && global.output == Output::kCsv) return 0;
  Print(
      global, *response,
      [&] {
        return render::SubmittedText(*response, options.dry_run) +
               StandingLine(session, response->short_reference());
      },
      [&] { return ResultCsv(*response); });
  return 0;
}

absl::StatusOr<Draft> NewTerms(Session& session, const ProposeOptions& options, TermsKind kind) {
  Draft draft;
  v1::PrepareProposalRequest& request = draft.request;
  GATEPOST_ASSIGN_OR_RETURN(*request.mutable_draft(),
                            ProposalTyped(options.terms, kind, By(session)));
  GATEPOST_ASSIGN_OR_RETURN(*request.mutable_recipient_node(),
                            RecipientTyped(session, options.send.to));
  GATEPOST_RETURN_IF_ERROR(Complete(session, options.send, request));
  return draft;
}

int ProposeNew(const Global& global, const ProposeOptions& options, TermsKind kind) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  return Propose(global, *session, options.send, NewTerms(*session, options, kind));
}

// Terms of the kind that `named` has, where flags say them.
absl::StatusOr<v1::Proposal> TermsLike(Session& session, const ProposeOptions& options,
                                       const v1::Proposal& named) {
  TermsOptions terms = options.terms;
  TermsKind kind = TermsKind::kScheduleChange;
  if (named.has_regular_timetable() || terms.regular) kind = TermsKind::kRegularTimetable;
  if (named.has_holiday_hours()) {
    kind = TermsKind::kHolidayHours;
    if (terms.occasion.empty()) terms.occasion = named.holiday_hours().occasion();
  }
  return ProposalTyped(terms, kind, By(session), /*any_kind=*/true);
}

absl::StatusOr<Draft> CounterTerms(Session& session, const ProposeOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const NamedThread named, FetchThread(session, options.reference));
  Draft draft;
  v1::PrepareProposalRequest& request = draft.request;
  GATEPOST_ASSIGN_OR_RETURN(*request.mutable_draft(),
                            TermsLike(session, options, named.proposal.message.proposal()));
  *request.mutable_draft()->mutable_thread() = client::ThreadOf(named.proposal);
  *request.mutable_draft()->mutable_counters() = named.proposal.citation;
  request.set_counters(named.proposal.step->message().short_reference());
  request.set_recipient_node(named.thread->peer_node());
  GATEPOST_RETURN_IF_ERROR(Complete(session, options.send, request));
  return draft;
}

// The agreement that is to be changed; NOT_IN_FORCE when it is none.
absl::StatusOr<NamedThread> FetchInForce(Session& session, const std::string& reference) {
  GATEPOST_ASSIGN_OR_RETURN(NamedThread named, FetchThread(session, reference));
  if (named.proposal.step->state() == v1::AGREEMENT_STATE_IN_FORCE) return named;
  return system::Refuse(
      v1::REASON_NOT_IN_FORCE, "an agreement in force",
      fmt::format("{}, which is {}", reference, domain::StateName(named.proposal.step->state())),
      "see gatepost agreement show");
}

absl::StatusOr<Draft> AmendTerms(Session& session, const ProposeOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const NamedThread named, FetchInForce(session, options.reference));
  Draft draft;
  v1::PrepareProposalRequest& request = draft.request;
  GATEPOST_ASSIGN_OR_RETURN(*request.mutable_draft(),
                            TermsLike(session, options, named.proposal.message.proposal()));
  request.set_recipient_node(named.thread->peer_node());
  GATEPOST_RETURN_IF_ERROR(Complete(session, options.send, request));
  draft.amends = named.proposal.citation;
  return draft;
}

absl::StatusOr<Draft> TerminationTerms(Session& session, const TerminateOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const NamedThread named, FetchInForce(session, options.reference));
  Draft draft;
  v1::PrepareProposalRequest& request = draft.request;
  v1::Proposal& proposal = *request.mutable_draft();
  proposal.set_side(session.settings.country);
  GATEPOST_ASSIGN_OR_RETURN(*proposal.mutable_termination()->mutable_effective(),
                            BeginningTyped(options.effective));
  GATEPOST_ASSIGN_OR_RETURN(v1::Papers papers, PapersTyped(options));
  if (papers.ByteSizeLong() > 0) *proposal.mutable_papers() = std::move(papers);
  request.add_give_way(named.proposal.step->message().short_reference());
  request.set_recipient_node(named.thread->peer_node());
  GATEPOST_RETURN_IF_ERROR(Complete(session, options.send, request));
  return draft;
}

}  // namespace

int SchedulePropose(const Global& global, const ProposeOptions& options) {
  return ProposeNew(
      global, options,
      options.terms.regular ? TermsKind::kRegularTimetable : TermsKind::kScheduleChange);
}

int HolidayPropose(const Global& global, const ProposeOptions& options) {
  return ProposeNew(global, options, TermsKind::kHolidayHours);
}

int AgreementCounter(const Global& global, const ProposeOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  return Propose(global, *session, options.send, CounterTerms(*session, options));
}

int AgreementAmend(const Global& global, const ProposeOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  return Propose(global, *session, options.send, AmendTerms(*session, options));
}

int AgreementTerminate(const Global& global, const TerminateOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  return Propose(global, *session, options.send, TerminationTerms(*session, options));
}

}  // namespace gatepost::cli
