#include "daemon/domain/authority/facts.h"

#include <utility>
#include <vector>

#include "daemon/domain/authority/last_known.h"
#include "daemon/domain/hours/notice_rules.h"
#include "daemon/domain/hours/timetable_rules.h"
#include "daemon/domain/hours/transcript_rules.h"

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

// The gates that the readable part of a body names: equal to the header's in what this program
// knows, and all that can be seen of a newer schema.
std::vector<std::string> GatesInBody(const v1::Message& message) {
  if (message.has_notice()) return GatesOf(message.notice());
  const v1::Timetable* timetable = TimetableIn(message);
  return timetable == nullptr ? std::vector<std::string>{} : GatesOf(*timetable);
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
  std::vector<std::string> ids = GatesInBody(message);
  ids.insert(ids.end(), message.header().scope_ids().begin(), message.header().scope_ids().end());
  for (const std::string& id : ids) {
    for (std::string& gate : GatesBehind(gates, id, on)) facts.gate_ids.insert(std::move(gate));
  }
  return facts;
}

}  // namespace gatepost::domain
