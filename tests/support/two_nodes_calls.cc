// What callers ask of a node of the test's world.
#include <utility>

#include "tests/support/two_nodes.h"

namespace gatepost::testing {

absl::StatusOr<v1::SubmitResponse> TestNode::Submit(const certs::Signer& caller,
                                                    const v1::Envelope& envelope,
                                                    bool validate_only) {
  v1::SubmitRequest request;
  *request.mutable_envelope() = envelope;
  request.set_validate_only(validate_only);
  v1::CertificateChain* chain = request.add_chains();
  for (const std::string& der : caller.certificate_chain_der()) chain->add_certificates(der);
  absl::StatusOr<v1::SubmitResponse> result = absl::UnknownError("not answered");
  door->Submit(IdentityOf(caller), request,
               [&](absl::StatusOr<v1::SubmitResponse> answer) { result = std::move(answer); });
  Settle();
  return result;
}

absl::StatusOr<v1::DropHeldResponse> TestNode::DropHeld(const certs::Signer& caller,
                                                        const std::string& reference,
                                                        const std::string& reason) {
  v1::DropHeldRequest request;
  request.set_reference(reference);
  request.set_reason(reason);
  absl::StatusOr<v1::DropHeldResponse> result = absl::UnknownError("not answered");
  door->DropHeld(IdentityOf(caller), request,
                 [&](absl::StatusOr<v1::DropHeldResponse> answer) { result = std::move(answer); });
  Settle();
  return result;
}

v1::GetMessageResponse TestNode::Fetch(const certs::Signer& caller, const std::string& message_id,
                                       bool settle) {
  v1::GetMessageRequest request;
  request.set_reference(message_id);
  std::vector<int64_t> fetched;
  v1::GetMessageResponse answer = Need(queries->GetMessage(request, &fetched));
  fetches->HandedOver(IdentityOf(caller), fetched);
  if (settle) Settle();
  return answer;
}

v1::Ladder TestNode::LadderOf(const std::string& message_id) const {
  v1::GetStatusRequest request;
  request.set_reference(message_id);
  return Need(queries->GetStatus(request)).ladders(0);
}

}  // namespace gatepost::testing
