#ifndef GATEPOST_CLIENT_AGREEMENT_MESSAGES_H_
#define GATEPOST_CLIENT_AGREEMENT_MESSAGES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gatepost/v1/agreement_service.pb.h"
#include "gatepost/v1/message.pb.h"

// Answers to proposals, made from a thread as AgreementService.GetAgreement shows it. Digests are
// made of the very bytes in the thread, never taken from what the node says of them: an answer
// means exactly the proposal that its author was shown. Every function is thread-safe.
namespace gatepost::client {

// A message of an agreement before it has a header: what it says, about which scopes, to which
// node (MessageBuilder::WriteTo).
struct AgreementDraft {
  v1::Message body;
  std::vector<std::string> scope_ids;
  std::string recipient_node;
};

// A proposal in a thread, and what its bytes say.
struct HeldProposal {
  const v1::ThreadStep* step = nullptr;  // In the thread.
  v1::Message message;
  v1::MessageCitation citation;
};

// The proposal that `reference` (a message id or short reference of the thread) names; for an
// answer, the proposal that it is about. NOT_FOUND when the thread has no such message,
// MALFORMED_PAYLOAD when this program cannot read it as a proposal.
absl::StatusOr<HeldProposal> FindProposal(const v1::AgreementThread& thread,
                                          std::string_view reference);

// The newest proposal of the thread. NOT_FOUND, MALFORMED_PAYLOAD.
absl::StatusOr<HeldProposal> NewestProposal(const v1::AgreementThread& thread);

// Whether all of `message` can be shown by this program, and so be signed for by a person
// (PROTOCOL.md 1). NEWER_SCHEMA.
absl::Status CheckShown(const v1::Message& message, std::string_view reference);

// The other side takes the proposal. NEWER_SCHEMA when this program cannot show all of it,
// AWAITING_DECISION when the sequencer has not decided on it, NOT_OPEN when it has been answered or
// taken back, naming the newest one.
absl::StatusOr<AgreementDraft> AcceptanceOf(const v1::AgreementThread& thread,
                                            const HeldProposal& proposal);

// The other side does not. `remark` is up to 500 characters, and may be empty.
AgreementDraft RejectionOf(const v1::AgreementThread& thread, const HeldProposal& proposal,
                           const std::string& remark);

// The proposing side takes it back.
AgreementDraft WithdrawalOf(const v1::AgreementThread& thread, const HeldProposal& proposal);

// The first proposal of the thread that `proposal` is in.
v1::MessageCitation ThreadOf(const HeldProposal& proposal);

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_AGREEMENT_MESSAGES_H_
