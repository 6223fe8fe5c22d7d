#include "client/agreement_messages.h"

#include <fmt/format.h>

#include "client/message_builder.h"
#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/domain/unknown_content.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::client {
namespace {

bool IsProposal(const v1::ThreadStep& step) {
  return step.act() == "propose" || step.act() == "counter";
}

absl::StatusOr<HeldProposal> Read(const v1::ThreadStep& step) {
  HeldProposal held{.step = &step, .message = {}, .citation = {}};
  const v1::Envelope& envelope = step.message().envelope();
  if (!held.message.ParseFromString(envelope.payload()) || !held.message.has_proposal()) {
    return system::Refuse(v1::REASON_MALFORMED_PAYLOAD, "a proposal that this program can read",
                          fmt::format("{}, which it cannot", step.message().short_reference()),
                          "read it with a newer program");
  }
  const v1::MessageHeader& header = held.message.header();
  const v1::MessageReference reference =
      ReferenceTo(envelope, header.author(), header.message_id());
  held.citation.set_author(reference.author());
  held.citation.set_message_id(reference.message_id());
  held.citation.set_pae_sha256(reference.pae_sha256());
  return held;
}

AgreementDraft DraftAbout(const v1::AgreementThread& thread, const HeldProposal& proposal) {
  const auto& scopes = proposal.message.header().scope_ids();
  return {.body = {},
          .scope_ids = {scopes.begin(), scopes.end()},
          .recipient_node = thread.peer_node()};
}

}  // namespace

absl::StatusOr<HeldProposal> FindProposal(const v1::AgreementThread& thread,
                                          std::string_view reference) {
  for (const v1::ThreadStep& step : thread.steps()) {
    if (step.message().short_reference() != reference && step.message().message_id() != reference) {
      continue;
    }
    if (IsProposal(step)) return Read(step);
    if (step.proposal_step() >= 0 && step.proposal_step() < thread.steps_size()) {
      return Read(thread.steps(step.proposal_step()));
    }
  }
  return system::Refuse(v1::REASON_NOT_FOUND,
                        fmt::format("a proposal of the thread {}", thread.short_reference()),
                        std::string(reference), "see gatepost agreement list");
}

absl::StatusOr<HeldProposal> NewestProposal(const v1::AgreementThread& thread) {
  for (int i = thread.steps_size() - 1; i >= 0; --i) {
    if (IsProposal(thread.steps(i))) return Read(thread.steps(i));
  }
  return system::Refuse(v1::REASON_NOT_FOUND, "a thread with a proposal", thread.short_reference(),
                        "see gatepost agreement list");
}

absl::Status CheckShown(const v1::Message& message, std::string_view reference) {
  if (!domain::HasUnknown(message)) return absl::OkStatus();
  return system::Refuse(v1::REASON_NEWER_SCHEMA, "a message that this program can show whole",
                        fmt::format("{}, of a newer schema", reference),
                        "read and sign it with a newer program");
}

absl::StatusOr<AgreementDraft> AcceptanceOf(const v1::AgreementThread& thread,
                                            const HeldProposal& proposal) {
  const std::string& name = proposal.step->message().short_reference();
  GATEPOST_RETURN_IF_ERROR(CheckShown(proposal.message, name));
  if (proposal.step->state() == v1::AGREEMENT_STATE_AWAITING_DECISION ||
      !thread.has_last_decision()) {
    return system::Refuse(v1::REASON_AWAITING_DECISION,
                          fmt::format("a proposal that {} has decided on", thread.sequencer_node()),
                          fmt::format("{}, on which it has not", name), "wait for the decision");
  }
  if (proposal.step->state() != v1::AGREEMENT_STATE_OPEN) {
    GATEPOST_ASSIGN_OR_RETURN(const HeldProposal newest, NewestProposal(thread));
    return system::Refuse(
        v1::REASON_NOT_OPEN, "a proposal that is open",
        fmt::format("{}, which is {}", name, domain::StateName(proposal.step->state())),
        newest.step == proposal.step ? std::string("see gatepost agreement show")
                                     : fmt::format("the newest of the thread is {}",
                                                   newest.step->message().short_reference()));
  }
  AgreementDraft draft = DraftAbout(thread, proposal);
  v1::Acceptance& acceptance = *draft.body.mutable_acceptance();
  *acceptance.mutable_thread() = ThreadOf(proposal);
  *acceptance.mutable_proposal() = proposal.citation;
  *acceptance.mutable_seen() = thread.last_decision();
  return draft;
}

AgreementDraft RejectionOf(const v1::AgreementThread& thread, const HeldProposal& proposal,
                           const std::string& remark) {
  AgreementDraft draft = DraftAbout(thread, proposal);
  v1::Rejection& rejection = *draft.body.mutable_rejection();
  *rejection.mutable_thread() = ThreadOf(proposal);
  *rejection.mutable_proposal() = proposal.citation;
  rejection.set_remark(remark);
  return draft;
}

AgreementDraft WithdrawalOf(const v1::AgreementThread& thread, const HeldProposal& proposal) {
  AgreementDraft draft = DraftAbout(thread, proposal);
  v1::Withdrawal& withdrawal = *draft.body.mutable_withdrawal();
  *withdrawal.mutable_thread() = ThreadOf(proposal);
  *withdrawal.mutable_proposal() = proposal.citation;
  return draft;
}

v1::MessageCitation ThreadOf(const HeldProposal& proposal) {
  const v1::Proposal& said = proposal.message.proposal();
  return said.has_thread() ? said.thread() : proposal.citation;
}

}  // namespace gatepost::client
