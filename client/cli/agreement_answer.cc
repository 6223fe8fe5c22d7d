// Answers to proposals: agreement accept, reject and withdraw.

#include <string>
#include <utility>

#include "client/agreement_messages.h"
#include "client/cli/agreement_commands.h"
#include "client/cli/named_message.h"
#include "client/cli/session.h"
#include "client/cli/submit.h"
#include "client/cli/thread_typed.h"
#include "client/render/prepared.h"
#include "client/render/proposal.h"
#include "client/render/standing.h"
#include "client/render/text.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

using render::_;
using render::Say;

int Send(const Global& global, Session& session, const client::AgreementDraft& draft,
         bool dry_run) {
  const absl::StatusOr<v1::SubmitResponse> response =
      SubmitTo(global, session, draft.recipient_node, draft.body, draft.scope_ids, dry_run);
  if (!response.ok()) return Fail(global, response.status());
  // As a table, a dry run of an acceptance has answered with the hours.
  if (dry_run && global.output == Output::kCsv && draft.body.has_acceptance()) return 0;
  Print(
      global, *response,
      [&] {
        return render::SubmittedText(*response, dry_run) +
               (response->has_held() ? "" : StandingLine(session, response->short_reference()));
      },
      [&] { return ResultCsv(*response); });
  return 0;
}

// What a person signs for: the terms that bind both sides from then on, what they change, and what
// names them.
std::string ShownText(const NamedThread& named, const client::AgreementDraft& draft,
                      const v1::PrepareProposalResponse& prepared, const render::View& view) {
  return Say("you accept {0} of {1}, for your side:",
             named.proposal.step->message().short_reference(),
             named.proposal.step->message().origin_node()) +
         "\n" + render::ProposalText(named.proposal.message.proposal(), view) + "\n" +
         render::ChangesText(prepared, view) + "\n" + _("what is signed:") + "\n" +
         render::AcceptanceText(draft.body.acceptance());
}

// An acceptance binds: nobody signs one by oversight.
absl::Status Confirm(const Global& global, const AnswerOptions& options) {
  if (options.yes || options.dry_run) return absl::OkStatus();
  std::string answer;
  const bool can_ask = global.output == Output::kTable && CanAsk();
  if (can_ask && Ask(_("sign and accept? [y/N] "), answer) && (answer == "y" || answer == "Y")) {
    return absl::OkStatus();
  }
  return system::Refuse(v1::REASON_BAD_ARGUMENT,
                        can_ask ? "y to accept" : "--yes, or a terminal to ask on",
                        can_ask ? "no" : "neither", "nothing was signed");
}

}  // namespace

int AgreementAccept(const Global& global, const AnswerOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<NamedThread> named = FetchThread(*session, options.reference);
  if (!named.ok()) return Fail(global, named.status());
  const absl::StatusOr<client::AgreementDraft> draft =
      client::AcceptanceOf(*named->thread, named->proposal);
  if (!draft.ok()) return Fail(global, draft.status());
  v1::PrepareProposalRequest request;
  request.set_accepts(named->proposal.step->message().short_reference());
  const absl::StatusOr<v1::PrepareProposalResponse> prepared =
      session->node->PrepareProposal(request);
  if (!prepared.ok()) return Fail(global, prepared.status());
  const auto shown = [&] { return ShownText(*named, *draft, *prepared, session->view); };
  if (options.dry_run) {
    // What it would do is the answer of a dry run.
    Print(global, *prepared, shown, [&] { return render::PreparedCsv(*prepared, session->view); });
  } else {
    Note(global, shown());
  }
  const absl::Status confirmed = Confirm(global, options);
  if (!confirmed.ok()) return Fail(global, confirmed);
  return Send(global, *session, *draft, options.dry_run);
}

int AgreementReject(const Global& global, const AnswerOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<NamedThread> named = FetchThread(*session, options.reference);
  if (!named.ok()) return Fail(global, named.status());
  const client::AgreementDraft draft =
      client::RejectionOf(*named->thread, named->proposal, options.remark);
  Note(global, render::RejectionText(draft.body.rejection()));
  return Send(global, *session, draft, options.dry_run);
}

int AgreementWithdraw(const Global& global, const AnswerOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<NamedThread> named = FetchThread(*session, options.reference);
  if (!named.ok()) return Fail(global, named.status());
  const client::AgreementDraft draft = client::WithdrawalOf(*named->thread, named->proposal);
  Note(global, render::WithdrawalText(draft.body.withdrawal()));
  return Send(global, *session, draft, options.dry_run);
}

}  // namespace gatepost::cli
