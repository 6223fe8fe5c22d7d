// approve and countersign: somebody else's signature on a message of the own side, before it leaves
// or after an emergency.

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "certs/digest.h"
#include "certs/dsse.h"
#include "client/agreement_messages.h"
#include "client/cli/approval_commands.h"
#include "client/cli/confirm.h"
#include "client/cli/named_message.h"
#include "client/cli/session.h"
#include "client/cli/submit.h"
#include "client/render/held.h"
#include "client/render/messages.h"
#include "client/render/prepared.h"
#include "client/render/standing.h"
#include "client/render/text.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

using render::_;

absl::StatusOr<v1::GetMessageResponse> Fetch(Session& session, const std::string& reference) {
  v1::GetMessageRequest request;
  request.set_reference(reference);
  return session.node->GetMessage(request);
}

// The message, when a person may sign for it: this program shows all of it (PROTOCOL.md 1).
absl::StatusOr<v1::Message> ShownMessage(const v1::StoredMessage& stored) {
  const std::optional<v1::Message> message = render::PayloadOf(stored);
  if (!message.has_value()) {
    return system::Refuse(v1::REASON_NEWER_SCHEMA, "a message that this program can show whole",
                          fmt::format("{}, which it cannot", stored.short_reference()),
                          "read it with a newer program");
  }
  GATEPOST_RETURN_IF_ERROR(client::CheckShown(*message, stored.short_reference()));
  return *message;
}

absl::Status CheckNotSigned(const v1::StoredMessage& stored, const certs::Signer& signer) {
  const std::string own = signer.id().ToString();
  if (std::ranges::find(stored.signers(), own) == stored.signers().end()) return absl::OkStatus();
  return system::Refuse(v1::REASON_OWN_SECOND_SIGNATURE, "the signature of somebody else",
                        own + " has signed it already",
                        "have another post sign: nobody can be both pairs of eyes");
}

// What the message is about where its signature is one on another's digest.
const v1::MessageCitation* CitedBy(const v1::Message& message) {
  switch (message.body_case()) {
    case v1::Message::kAcknowledgement:
      return &message.acknowledgement().about();
    case v1::Message::kCountersignature:
      return &message.countersignature().about();
    case v1::Message::kAcceptance:
      return &message.acceptance().proposal();
    case v1::Message::kRejection:
      return &message.rejection().proposal();
    case v1::Message::kWithdrawal:
      return &message.withdrawal().proposal();
    default:
      return nullptr;
  }
}

// That message, whole: who signs for an answer to it signs for its bytes. UNKNOWN_BASE when the
// node holds others; NEWER_SCHEMA.
absl::StatusOr<std::string> CitedText(Session& session, const v1::Message& message) {
  const v1::MessageCitation* cited = CitedBy(message);
  if (cited == nullptr) return "";
  v1::GetMessageRequest request;
  request.set_reference(cited->message_id());
  request.set_author(cited->author());
  GATEPOST_ASSIGN_OR_RETURN(const v1::GetMessageResponse fetched,
                            session.node->GetMessage(request));
  const v1::Envelope& envelope = fetched.message().envelope();
  const certs::Digest pae = certs::PaeDigest(envelope.payload_type(), envelope.payload());
  if (certs::AsView(pae) != cited->pae_sha256()) {
    return system::Refuse(v1::REASON_UNKNOWN_BASE, "the very message that it is about",
                          fmt::format("{}, which has other bytes", cited->message_id()),
                          "sign nothing; ask its author");
  }
  GATEPOST_RETURN_IF_ERROR(ShownMessage(fetched.message()).status());
  return std::string("\n") + _("it is about this message:") + "\n\n" +
         render::MessageText(fetched, session.view);
}

// What agreed hours become, where the message binds or proposes them: as they are now and as they
// would be.
absl::StatusOr<std::string> HoursText(Session& session, const v1::Message& message) {
  v1::PrepareProposalRequest request;
  if (message.has_acceptance()) {
    request.set_accepts(message.acceptance().proposal().message_id());
  } else if (message.has_proposal()) {
    *request.mutable_draft() = message.proposal();
    request.set_recipient_node(message.header().recipient_nodes(0));
  } else {
    return "";
  }
  const absl::StatusOr<v1::PrepareProposalResponse> prepared =
      session.node->PrepareProposal(request);
  if (prepared.ok()) return "\n" + render::ChangesText(*prepared, session.view);
  // Terms stand as they were written, whether or not they can be compared.
  if (message.has_acceptance()) return prepared.status();
  return "\n" +
         render::Say("the hours now and then cannot be compared: {0}",
                     std::string(system::ReasonName(system::ReasonOf(prepared.status())))) +
         "\n";
}

int Answer(const Global& global, const Session& session, const v1::SubmitResponse& response) {
  Print(
      global, response, [&] { return render::SubmittedText(response, false, false, session.view); },
      [&] { return ResultCsv(response); });
  return 0;
}

int Drop(const Global& global, Session& session, const ApproveOptions& options) {
  if (options.reason.empty()) {
    return Fail(global, system::Refuse(v1::REASON_BAD_ARGUMENT, "--reason with --reject", "none",
                                       "say why, for its author and the log"));
  }
  v1::DropHeldRequest request;
  request.set_reference(options.reference);
  request.set_reason(options.reason);
  const absl::StatusOr<v1::DropHeldResponse> response = session.node->DropHeld(request);
  if (!response.ok()) return Fail(global, response.status());
  Print(
      global, *response, [&] { return render::DroppedText(options.reference); },
      [&] { return "result,reference\ndropped," + options.reference + "\n"; });
  return 0;
}

// Shows the held message, asks, signs and hands it in.
absl::StatusOr<v1::SubmitResponse> SignHeld(const Global& global, Session& session,
                                            const ApproveOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const v1::GetMessageResponse fetched,
                            Fetch(session, options.reference));
  const v1::StoredMessage& stored = fetched.message();
  if (!stored.has_held()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "a message that waits for its release",
                          fmt::format("{}, which does not", stored.short_reference()),
                          "see gatepost status; gatepost countersign is for emergencies");
  }
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, ShownMessage(stored));
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<certs::Signer> signer, OpenSigner(session));
  GATEPOST_RETURN_IF_ERROR(CheckNotSigned(stored, *signer));
  GATEPOST_ASSIGN_OR_RETURN(const std::string cited, CitedText(session, message));
  GATEPOST_ASSIGN_OR_RETURN(const std::string hours, HoursText(session, message));
  Note(global, render::MessageText(fetched, session.view) + cited + hours + "\n" +
                   render::ApprovalText(stored, session.view));
  GATEPOST_RETURN_IF_ERROR(Confirm(global, options.yes, _("sign, so that it is released? [y/N] ")));
  v1::SubmitRequest request;
  *request.mutable_envelope() = stored.envelope();
  GATEPOST_RETURN_IF_ERROR(certs::SignEnvelope(*request.mutable_envelope(), *signer));
  v1::CertificateChain* chain = request.add_chains();
  for (const std::string& der : signer->certificate_chain_der()) chain->add_certificates(der);
  return SubmitSigned(session, request);
}

absl::StatusOr<v1::SubmitResponse> SendCountersignature(const Global& global, Session& session,
                                                        const CountersignOptions& options) {
  GATEPOST_ASSIGN_OR_RETURN(const v1::GetMessageResponse fetched,
                            Fetch(session, options.reference));
  const v1::StoredMessage& stored = fetched.message();
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, ShownMessage(stored));
  if (!message.header().has_emergency()) {
    return system::Refuse(v1::REASON_WRONG_SUBJECT, "a message that left in an emergency",
                          stored.short_reference(), "countersign an emergency of your own side");
  }
  GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<certs::Signer> signer, OpenSigner(session));
  GATEPOST_RETURN_IF_ERROR(CheckNotSigned(stored, *signer));
  Note(global, render::MessageText(fetched, session.view) + "\n" +
                   _("it has left already; you sign that you have seen it, and why it could not "
                     "wait") +
                   "\n");
  GATEPOST_RETURN_IF_ERROR(Confirm(global, options.yes, _("countersign? [y/N] ")));
  v1::Message body;
  v1::Countersignature& countersignature = *body.mutable_countersignature();
  v1::MessageCitation& about = *countersignature.mutable_about();
  about.set_author(stored.author());
  about.set_message_id(stored.message_id());
  const certs::Digest pae =
      certs::PaeDigest(stored.envelope().payload_type(), stored.envelope().payload());
  about.set_pae_sha256(std::string(certs::AsView(pae)));
  countersignature.set_remark(options.remark);
  const auto& scopes = message.header().scope_ids();
  return SubmitBody(global, session, body, std::vector<std::string>(scopes.begin(), scopes.end()),
                    std::nullopt, false);
}

}  // namespace

int Approve(const Global& global, const ApproveOptions& options) {
  if (options.countersign) {
    return Countersign(global, {options.reference, options.remark, options.yes});
  }
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  if (options.reject) return Drop(global, *session, options);
  const absl::StatusOr<v1::SubmitResponse> response = SignHeld(global, *session, options);
  if (!response.ok()) return Fail(global, response.status());
  return Answer(global, *session, *response);
}

int Countersign(const Global& global, const CountersignOptions& options) {
  absl::StatusOr<Session> session = OpenSession(global);
  if (!session.ok()) return Fail(global, session.status());
  const absl::StatusOr<v1::SubmitResponse> response =
      SendCountersignature(global, *session, options);
  if (!response.ok()) return Fail(global, response.status());
  return Answer(global, *session, *response);
}

}  // namespace gatepost::cli
