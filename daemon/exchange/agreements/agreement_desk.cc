#include "daemon/exchange/agreements/agreement_desk.h"

#include <optional>
#include <string>
#include <vector>

#include "daemon/domain/agreements/proposal_rules.h"
#include "daemon/domain/field_rules.h"
#include "daemon/domain/text.h"
#include "daemon/domain/yard_rules.h"
#include "daemon/exchange/agreements/doubt.h"
#include "daemon/exchange/agreements/judge.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

absl::Status CheckAnswer(const v1::MessageHeader& header, const v1::MessageCitation& thread,
                         const v1::MessageCitation& proposal) {
  if (header.recipient_nodes_size() != 1) {
    return domain::Conflict("one recipient, the other node of the link",
                            fmt::format("{} recipients", header.recipient_nodes_size()),
                            "answer on the link that the proposal came by");
  }
  if (header.has_replaces()) {
    return domain::Conflict("an answer that replaces nothing", "replaces is set",
                            "answers stand; propose anew");
  }
  GATEPOST_RETURN_IF_ERROR(domain::CheckCitation("thread", thread));
  return domain::CheckCitation("proposal", proposal);
}

// One answer at a time: what this side said last is not decided yet.
absl::Status CheckNotAnswered(const store::Reader& store, const std::string& peer,
                              int64_t proposal_row) {
  GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ThreadEntry> waiting, store.Unsettled(peer));
  for (const store::ThreadEntry& entry : waiting) {
    if (entry.proposal_row != proposal_row || entry.message_row == proposal_row) continue;
    return system::Refuse(
        v1::REASON_AWAITING_DECISION, "a proposal that this side has not answered yet",
        "one whose answer waits for the sequencer's decision", "wait for the decision");
  }
  return absl::OkStatus();
}

// Counts proposals that are open, or not decided yet; which side made one, its entry says.
absl::Status CheckNotTooMany(const store::Reader& store, const std::string& peer, bool own) {
  std::vector<store::ProposalRecord> standing;
  for (const auto state : {v1::AGREEMENT_STATE_OPEN, v1::AGREEMENT_STATE_AWAITING_DECISION}) {
    GATEPOST_ASSIGN_OR_RETURN(const std::vector<store::ProposalRecord> more,
                              store.ProposalsIn(state, peer));
    standing.insert(standing.end(), more.begin(), more.end());
  }
  if (standing.size() < kMostOpenProposals) return absl::OkStatus();
  size_t open = 0;
  for (const store::ProposalRecord& proposal : standing) {
    GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::ThreadEntry> entry,
                              store.ThreadEntryOf(proposal.message_row));
    if (entry.has_value() && entry->submitted_here == own) ++open;
  }
  if (open < kMostOpenProposals) return absl::OkStatus();
  return system::Refuse(
      v1::REASON_TOO_MANY_OPEN,
      fmt::format("at most {} open proposals of one side on a link", kMostOpenProposals),
      fmt::format("one more beside {}", open), "take some back, or wait until they are answered");
}

}  // namespace

absl::Status AgreementDesk::CheckAlone(const OpenedMessage& opened, absl::Time /*now*/) const {
  const v1::Message& message = opened.message;
  const v1::MessageHeader& header = message.header();
  switch (message.body_case()) {
    case v1::Message::kProposal:
      return domain::ValidateProposal(message.proposal(), header, {gates_, opened.author.country});
    case v1::Message::kAcceptance:
      if (!message.acceptance().has_seen()) {
        return domain::Missing("seen: the last decision in the thread");
      }
      return CheckAnswer(header, message.acceptance().thread(), message.acceptance().proposal());
    case v1::Message::kRejection:
      GATEPOST_RETURN_IF_ERROR(
          CheckAnswer(header, message.rejection().thread(), message.rejection().proposal()));
      return domain::CheckText("remark", message.rejection().remark(), domain::kLongestRemark);
    case v1::Message::kWithdrawal:
      return CheckAnswer(header, message.withdrawal().thread(), message.withdrawal().proposal());
    default:
      return system::Refuse(v1::REASON_INTERNAL, "a message of a thread", "another one",
                            "report this");
  }
}

absl::StatusOr<Judgement> AgreementDesk::Judge(const store::Reader& store,
                                               const OpenedMessage& opened, absl::Time now) const {
  const v1::MessageHeader& header = opened.message.header();
  const bool own = header.origin_node() == node_.node;
  const std::string& peer = own ? header.recipient_nodes(0) : header.origin_node();
  const auto link = links_.find(peer);
  if (link == links_.end()) {
    return system::Refuse(v1::REASON_UNKNOWN_RECIPIENT, "a node that this node has a link to", peer,
                          "name another recipient, or have the link configured");
  }
  const bool decides = link->second.own_decides;
  if (opened.message.has_proposal()) {
    GATEPOST_RETURN_IF_ERROR(CheckNotTooMany(store, peer, own));
  }
  const ThreadJudge judge(store, node_, gates_, peer);
  GATEPOST_ASSIGN_OR_RETURN(const ThreadVerdict verdict, own || decides
                                                             ? judge.Judge(opened.message, now)
                                                             : judge.PlaceWhole(opened.message));
  if (decides && opened.message.has_proposal()) {
    GATEPOST_RETURN_IF_ERROR(CheckBeyondDoubt(store, node_, gates_, peer, opened.message));
  } else if (decides && opened.message.has_acceptance()) {
    GATEPOST_ASSIGN_OR_RETURN(const HeldProposal about,
                              MustHoldProposal(store, verdict.proposal_row));
    GATEPOST_RETURN_IF_ERROR(CheckBeyondDoubt(store, node_, gates_, peer, about.message));
  }
  if (own && !decides && verdict.proposal_row != 0) {
    GATEPOST_RETURN_IF_ERROR(CheckNotAnswered(store, peer, verdict.proposal_row));
  }
  Judgement judgement;
  if (decides) {
    judgement.decision = verdict.result;
  } else if (own) {
    judgement.decision = v1::AGREEMENT_STATE_AWAITING_DECISION;
  }
  store::ThreadEntry entry;
  entry.thread_row = verdict.thread_row;
  entry.proposal_row = verdict.proposal_row;
  entry.peer = peer;
  entry.submitted_here = own;
  judgement.entry = std::move(entry);
  return judgement;
}

absl::Status AgreementDesk::Record(CommitScope& scope, const store::MessageRecord& record,
                                   const OpenedMessage& opened, const Judgement& judgement) const {
  auto entry = std::get<store::ThreadEntry>(judgement.entry);
  entry.message_row = record.row;
  if (entry.thread_row == 0) entry.thread_row = record.row;
  if (entry.proposal_row == 0) entry.proposal_row = record.row;
  GATEPOST_RETURN_IF_ERROR(scope.store.PutThreadEntry(entry));
  if (opened.message.has_proposal()) {
    store::ProposalRecord standing;
    standing.message_row = record.row;
    standing.thread_row = entry.thread_row;
    standing.peer = entry.peer;
    standing.state = v1::AGREEMENT_STATE_AWAITING_DECISION;
    standing.since = scope.now;
    standing.begins = domain::BeginOf(opened.message.proposal());
    standing.answer_by = domain::AnswerBy(opened.message.proposal());
    GATEPOST_RETURN_IF_ERROR(scope.store.PutProposal(standing));
  }
  if (!links_.at(entry.peer).own_decides) return absl::OkStatus();
  return sequencer_.Decide(scope, entry.peer, record.row, record.leaf_index, judgement.decision);
}

}  // namespace gatepost::exchange
