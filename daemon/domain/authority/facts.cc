#include "daemon/domain/authority/facts.h"

#include <vector>

namespace gatepost::domain {
namespace {

std::string_view NoticeAction(const v1::Notice& notice) {
  switch (notice.kind_case()) {
    case v1::Notice::kClosure:
      return "CLOSURE";
    case v1::Notice::kIntakeStop:
      return "INTAKE_STOP";
    case v1::Notice::kObservedStop:
      return "OBSERVED_STOP";
    case v1::Notice::kObservedHours:
      return "OBSERVED_HOURS";
    case v1::Notice::kResumption:
      return "RESUMPTION";
    case v1::Notice::kCancellation:
      return "CANCELLATION";
    case v1::Notice::kService:
      return "SERVICE";
    case v1::Notice::KIND_NOT_SET:
      break;
  }
  return "SEND";
}

std::string_view ProposalAction(const v1::Proposal& proposal) {
  if (proposal.has_termination()) return "TERMINATE";
  return proposal.basis().empty() ? "PROPOSE" : "AMEND";
}

std::string_view ReportAction(const v1::Message& message) {
  if (message.yard_report().has_override()) return "OVERRIDE";
  return message.header().has_replaces() ? "CORRECT" : "SEND";
}

std::string_view ActionOf(const v1::Message& message) {
  switch (message.body_case()) {
    case v1::Message::kYardReport:
      return ReportAction(message);
    case v1::Message::kNotice:
      return NoticeAction(message.notice());
    case v1::Message::kProposal:
      return ProposalAction(message.proposal());
    case v1::Message::kAcceptance:
      return "ACCEPT";
    case v1::Message::kRejection:
      return "REJECT";
    case v1::Message::kWithdrawal:
      return "WITHDRAW";
    case v1::Message::kRoster:
      return "ROSTER";
    case v1::Message::kKeyAnnouncement:
      return "KEY";
    case v1::Message::kCountersignature:
      return "COUNTERSIGN";
    case v1::Message::kAcknowledgement:
    case v1::Message::kTranscript:
    case v1::Message::kPing:
    case v1::Message::BODY_NOT_SET:
      break;
  }
  return "SEND";
}

// The gates behind one id of a header.
std::vector<std::string> GatesBehind(const std::string& id, const GateRegister& gates,
                                     absl::CivilDay on) {
  const v1::Scope* scope = gates.FindScope(id, on);
  if (scope == nullptr) return {id};
  if (scope->kind() == v1::SCOPE_EXTENT_GROUP) return gates.GroupMembers(id, on);
  return {scope->member_ids().begin(), scope->member_ids().end()};
}

}  // namespace

std::string_view FamilyOf(const v1::Message& message) {
  switch (message.body_case()) {
    case v1::Message::kYardReport:
      return "REPORT";
    case v1::Message::kNotice:
      return "NOTICE";
    case v1::Message::kAcknowledgement:
      return "ACKNOWLEDGEMENT";
    case v1::Message::kTranscript:
      return "TRANSCRIPT";
    case v1::Message::kPing:
      return "PING";
    case v1::Message::kProposal:
    case v1::Message::kAcceptance:
    case v1::Message::kRejection:
    case v1::Message::kWithdrawal:
      return "AGREEMENT";
    case v1::Message::kRoster:
    case v1::Message::kKeyAnnouncement:
    case v1::Message::kCountersignature:
      return "AUTHORITY";
    case v1::Message::BODY_NOT_SET:
      break;
  }
  return "";
}

MessageFacts FactsOf(const v1::Message& message, const GateRegister& gates, absl::CivilDay on) {
  MessageFacts facts;
  facts.family = FamilyOf(message);
  facts.actions.emplace(ActionOf(message));
  if (message.header().has_emergency()) facts.actions.emplace("EMERGENCY");
  for (const std::string& id : message.header().scope_ids()) {
    for (std::string& gate : GatesBehind(id, gates, on)) facts.gate_ids.insert(std::move(gate));
  }
  return facts;
}

}  // namespace gatepost::domain
