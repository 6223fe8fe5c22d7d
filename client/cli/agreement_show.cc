// Looking at agreements: agreement list, show and diff.

#include <algorithm>
#include <cctype>
#include <string>

#include "client/agreement_messages.h"
#include "client/cli/agreement_commands.h"
#include "client/cli/named_message.h"
#include "client/cli/session.h"
#include "client/render/terms_diff.h"
#include "client/render/text.h"
#include "client/render/thread.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

// `in-force` as AGREEMENT_STATE_IN_FORCE.
absl::StatusOr<v1::AgreementState> StateTyped(const std::string& word) {
  std::string name = "AGREEMENT_STATE_" + word;
  for (char& c : name) {
    c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  v1::AgreementState state = v1::AGREEMENT_STATE_UNSPECIFIED;
  if (v1::AgreementState_Parse(name, &state) && state != v1::AGREEMENT_STATE_UNSPECIFIED) {
    return state;
  }
  return system::Refuse(v1::REASON_BAD_ARGUMENT,
                        "awaiting-decision, open, countered, in-force, rejected, withdrawn, "
                        "expired, lapsed, superseded, ended or refused",
                        fmt::format("'{}'", word), "correct --state");
}

absl::StatusOr<v1::ListAgreementsResponse> Threads(Session& session,
                                                   const AgreementListOptions& options) {
  v1::ListAgreementsRequest request;
  request.set_to_answer(options.to_answer);
  for (const std::string& word : options.states) {
    GATEPOST_ASSIGN_OR_RETURN(const v1::AgreementState state, StateTyped(word));
    request.add_states(state);
  }
  request.set_peer_node(options.peer);
  request.set_page_size(options.page_size);
  request.set_page_token(options.page_token);
  return session.node->ListAgreements(request);
}

absl::StatusOr<v1::Proposal> ProposalNamed(Session& session, const std::string& reference) {
  GATEPOST_ASSIGN_OR_RETURN(const Named named, FetchNamed(session, reference));
  if (!named.message.has_proposal()) {
    return system::Refuse(v1::REASON_WRONG_SUBJECT, "a proposal",
                          fmt::format("{}, which is none", reference),
                          "see gatepost agreement show for the proposals of a thread");
  }
  // A difference in what cannot be shown would not be seen.
  GATEPOST_RETURN_IF_ERROR(client::CheckShown(named.message, reference));
  return named.message.proposal();
}

}  // namespace

int AgreementList(const Global& global, const AgreementListOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::ListAgreementsResponse> threads = Threads(*session, options);
  if (!threads.ok()) return Fail(global, threads.status());
  Print(
      global, *threads, [&] { return render::ThreadListText(*threads, session->view); },
      [&] { return render::ThreadListCsv(*threads); });
  return 0;
}

int AgreementShow(const Global& global, const AgreementShowOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  v1::GetAgreementRequest request;
  request.set_reference(options.reference);
  const absl::StatusOr<v1::GetAgreementResponse> response = session->node->GetAgreement(request);
  if (!response.ok()) return Fail(global, response.status());
  Print(
      global, *response, [&] { return render::ThreadText(response->thread(), session->view); },
      [&] { return render::ThreadCsv(response->thread()); });
  return 0;
}

int AgreementDiff(const Global& global, const AgreementShowOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::Proposal> before = ProposalNamed(*session, options.reference);
  if (!before.ok()) return Fail(global, before.status());
  const absl::StatusOr<v1::Proposal> after = ProposalNamed(*session, options.other);
  if (!after.ok()) return Fail(global, after.status());
  // For programs that read JSON: both proposals, the first one first.
  if (global.output == Output::kJson) {
    for (const v1::Proposal& proposal : {*before, *after}) Print(global, proposal, {}, {});
    return 0;
  }
  Print(
      global, *after, [&] { return render::TermsDiffText(*before, *after, session->view); },
      [&] { return render::TermsDiffCsv(*before, *after, session->view); });
  return 0;
}

}  // namespace gatepost::cli
