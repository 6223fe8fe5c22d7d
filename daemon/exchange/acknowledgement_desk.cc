#include "daemon/exchange/acknowledgement_desk.h"

#include <utility>

#include "certs/spiffe_id.h"
#include "daemon/domain/civil_time.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/text.h"
#include "daemon/domain/yard_rules.h"
#include "daemon/exchange/held.h"
#include "daemon/exchange/naming.h"
#include "daemon/exchange/rungs.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

absl::Status WrongSubject(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_WRONG_SUBJECT, wanted, came,
                        "acknowledge messages that the other side sent");
}

std::string ReadResult(v1::AcknowledgementKind kind) {
  switch (kind) {
    case v1::ACKNOWLEDGEMENT_KIND_ANSWER_FOLLOWS:
      return read_result::kAnswerFollows;
    case v1::ACKNOWLEDGEMENT_KIND_DISPUTED:
      return read_result::kDisputed;
    default:
      return read_result::kRead;
  }
}

}  // namespace

absl::Status AcknowledgementDesk::CheckAlone(const OpenedMessage& opened,
                                             absl::Time /*now*/) const {
  const certs::Role role = opened.author.id.role();
  if (role != certs::Role::kClerk && role != certs::Role::kOfficer) {
    return system::Refuse(v1::REASON_NOT_ALLOWED, "an acknowledgement signed by a clerk or officer",
                          opened.author.id.ToString(), "a system has not read it; ask a person to");
  }
  const v1::Acknowledgement& ack = opened.message.acknowledgement();
  if (ack.kind() == v1::ACKNOWLEDGEMENT_KIND_UNSPECIFIED) return domain::MissingKind("kind");
  const bool disputed = ack.kind() == v1::ACKNOWLEDGEMENT_KIND_DISPUTED;
  if (disputed != (ack.ground() != v1::DISPUTE_GROUND_UNSPECIFIED)) {
    return domain::Conflict("a ground with DISPUTED, and only with it",
                            disputed ? "none" : v1::DisputeGround_Name(ack.ground()),
                            "say what is disputed, or leave it out");
  }
  if (ack.has_answer_by()) GATEPOST_RETURN_IF_ERROR(domain::InstantOf(ack.answer_by()).status());
  if (opened.message.header().has_replaces()) {
    return domain::Conflict("an acknowledgement that replaces nothing", "replaces is set",
                            "write another one");
  }
  GATEPOST_RETURN_IF_ERROR(domain::CheckCitation("about", ack.about()));
  return domain::CheckText("remark", ack.remark(), domain::kLongestRemark);
}

absl::StatusOr<Judgement> AcknowledgementDesk::Judge(const store::Reader& store,
                                                     const OpenedMessage& opened,
                                                     absl::Time /*now*/) const {
  const v1::MessageCitation& about = opened.message.acknowledgement().about();
  GATEPOST_ASSIGN_OR_RETURN(
      const store::MessageRecord named,
      FindNamed(store, about.author(), about.message_id(), about.pae_sha256()));
  GATEPOST_ASSIGN_OR_RETURN(const certs::SpiffeId author, certs::SpiffeId::Parse(named.author));
  if (author.trust_domain() == opened.author.id.trust_domain()) {
    return WrongSubject("a message of the other side", NameOf(node_, named));
  }
  GATEPOST_ASSIGN_OR_RETURN(const v1::Message message, MessageIn(named));
  if (message.has_acknowledgement()) {
    return WrongSubject("a message that is no acknowledgement", NameOf(node_, named));
  }
  GATEPOST_RETURN_IF_ERROR(domain::CheckScopeIds(opened.message.header(), named.scope_ids,
                                                 "those of the message that was read"));
  Judgement judgement;
  store::AcknowledgementRecord entry;
  entry.about_row = named.row;
  judgement.entry = std::move(entry);
  return judgement;
}

absl::Status AcknowledgementDesk::Record(CommitScope& scope, const store::MessageRecord& record,
                                         const OpenedMessage& opened,
                                         const Judgement& judgement) const {
  auto entry = std::get<store::AcknowledgementRecord>(judgement.entry);
  entry.message_row = record.row;
  entry.peer = record.received_from;
  GATEPOST_RETURN_IF_ERROR(scope.store.PutAcknowledgement(entry));
  if (!record.received_from.empty()) return absl::OkStatus();  // The reader's node logs it.
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord about,
                            MustHold(scope.store, entry.about_row));
  return GiveRung(
      scope, about,
      {v1::RUNG_READ, record.author, ReadResult(opened.message.acknowledgement().kind()),
       MessageObject(record.message_id)});
}

}  // namespace gatepost::exchange
