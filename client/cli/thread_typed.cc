#include "client/cli/thread_typed.h"

#include <utility>

#include "client/render/thread.h"
#include "daemon/system/status_macros.h"

namespace gatepost::cli {

absl::StatusOr<NamedThread> FetchThread(Session& session, const std::string& reference) {
  v1::GetAgreementRequest request;
  request.set_reference(reference);
  GATEPOST_ASSIGN_OR_RETURN(v1::GetAgreementResponse response, session.node->GetAgreement(request));
  NamedThread named;
  named.thread = std::make_unique<v1::AgreementThread>(std::move(*response.mutable_thread()));
  GATEPOST_ASSIGN_OR_RETURN(named.proposal, client::FindProposal(*named.thread, reference));
  return named;
}

std::string StandingLine(Session& session, const std::string& reference) {
  if (reference.empty()) return "";  // Nothing was stored: it was only checked.
  v1::GetAgreementRequest request;
  request.set_reference(reference);
  const absl::StatusOr<v1::GetAgreementResponse> response = session.node->GetAgreement(request);
  return response.ok() ? render::ThreadStandingText(response->thread()) : "";
}

absl::StatusOr<std::string> ShortReferenceOf(Session& session, const std::string& reference) {
  v1::GetMessageRequest request;
  request.set_reference(reference);
  GATEPOST_ASSIGN_OR_RETURN(const v1::GetMessageResponse response,
                            session.node->GetMessage(request));
  return response.message().short_reference();
}

}  // namespace gatepost::cli
