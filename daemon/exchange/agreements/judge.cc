#include "daemon/exchange/agreements/judge.h"

#include <optional>
#include <string>

#include "certs/spiffe_id.h"
#include "daemon/domain/agreements/proposal_rules.h"
#include "daemon/domain/agreements/thread_rules.h"
#include "daemon/domain/field_rules.h"
#include "daemon/exchange/agreements/threads.h"
#include "daemon/exchange/held.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

absl::StatusOr<bool> SameSide(const std::string& author, const std::string& other) {
  GATEPOST_ASSIGN_OR_RETURN(const certs::SpiffeId a, certs::SpiffeId::Parse(author));
  GATEPOST_ASSIGN_OR_RETURN(const certs::SpiffeId b, certs::SpiffeId::Parse(other));
  return a.trust_domain() == b.trust_domain();
}

std::optional<domain::ThreadAct> ActOf(const v1::Message& message) {
  switch (message.body_case()) {
    case v1::Message::kProposal:
      if (message.proposal().has_counters()) return domain::ThreadAct::kCounter;
      return std::nullopt;
    case v1::Message::kAcceptance:
      return domain::ThreadAct::kAccept;
    case v1::Message::kRejection:
      return domain::ThreadAct::kReject;
    case v1::Message::kWithdrawal:
      return domain::ThreadAct::kWithdraw;
    default:
      return std::nullopt;
  }
}

v1::AgreementState ResultOf(domain::ThreadAct act) {
  switch (act) {
    case domain::ThreadAct::kCounter:
      return v1::AGREEMENT_STATE_COUNTERED;
    case domain::ThreadAct::kAccept:
      return v1::AGREEMENT_STATE_IN_FORCE;
    case domain::ThreadAct::kReject:
      return v1::AGREEMENT_STATE_REJECTED;
    case domain::ThreadAct::kWithdraw:
      return v1::AGREEMENT_STATE_WITHDRAWN;
  }
  return v1::AGREEMENT_STATE_UNSPECIFIED;
}

}  // namespace

absl::StatusOr<ThreadVerdict> ThreadJudge::PlaceAnswer(const v1::Message& message,
                                                       const v1::MessageCitation& thread,
                                                       const v1::MessageCitation& proposal) const {
  GATEPOST_ASSIGN_OR_RETURN(const HeldProposal about, FindProposal(store_, node_, peer_, proposal));
  GATEPOST_ASSIGN_OR_RETURN(const store::MessageRecord first,
                            MustHold(store_, about.standing.thread_row));
  if (first.author != thread.author() || first.message_id != thread.message_id() ||
      certs::AsView(first.pae) != thread.pae_sha256()) {
    return domain::Conflict(fmt::format("the thread of that proposal, {}", NameOf(node_, first)),
                            thread.message_id(), "name the first proposal of the thread");
  }
  if (!message.has_proposal()) {
    GATEPOST_RETURN_IF_ERROR(
        domain::CheckScopeIds(message.header(), about.record.scope_ids, "those of the proposal"));
  }
  return ThreadVerdict{about.standing.thread_row, about.record.row};
}

absl::StatusOr<ThreadVerdict> ThreadJudge::Place(const v1::Message& message) const {
  switch (message.body_case()) {
    case v1::Message::kProposal: {
      const v1::Proposal& proposal = message.proposal();
      if (!proposal.has_counters()) return ThreadVerdict{0, 0, v1::AGREEMENT_STATE_OPEN};
      GATEPOST_ASSIGN_OR_RETURN(ThreadVerdict verdict,
                                PlaceAnswer(message, proposal.thread(), proposal.counters()));
      verdict.proposal_row = 0;
      verdict.result = v1::AGREEMENT_STATE_COUNTERED;
      return verdict;
    }
    case v1::Message::kAcceptance:
      return PlaceAnswer(message, message.acceptance().thread(), message.acceptance().proposal());
    case v1::Message::kRejection:
      return PlaceAnswer(message, message.rejection().thread(), message.rejection().proposal());
    case v1::Message::kWithdrawal:
      return PlaceAnswer(message, message.withdrawal().thread(), message.withdrawal().proposal());
    default:
      return system::Refuse(v1::REASON_INTERNAL, "a message of a thread", "another one",
                            "report this");
  }
}

absl::StatusOr<ThreadVerdict> ThreadJudge::PlaceWhole(const v1::Message& message) const {
  GATEPOST_RETURN_IF_ERROR(
      CheckMatrix(store_, node_, peer_, message.proposal(), BasisHours::kAsSigned));
  return Place(message);
}

absl::Status ThreadJudge::CheckSeen(const v1::DecisionReference& seen, int64_t thread_row) const {
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<store::DecisionRecord> last,
                            LastDecision(store_, thread_row));
  if (last.has_value() && last->epoch == seen.epoch() && last->leaf_index == seen.leaf_index()) {
    return absl::OkStatus();
  }
  return system::Refuse(
      v1::REASON_STALE_BASIS,
      last.has_value() ? fmt::format("an acceptance that has seen the last decision, leaf {}, {}",
                                     last->leaf_index, last->result)
                       : std::string("an acceptance after a decision"),
      fmt::format("one that has seen leaf {}", seen.leaf_index()),
      "read the thread as it stands now, then decide");
}

absl::Status ThreadJudge::CheckHeld(const v1::Message& proposal) const {
  GATEPOST_RETURN_IF_ERROR(CheckBasis(store_, node_, gates_, peer_, proposal));
  return CheckMatrix(store_, node_, peer_, proposal.proposal(), BasisHours::kWhileTheyHold);
}

absl::StatusOr<ThreadVerdict> ThreadJudge::Judge(const v1::Message& message, absl::Time now) const {
  GATEPOST_ASSIGN_OR_RETURN(ThreadVerdict verdict, Place(message));
  if (const std::optional<domain::ThreadAct> act = ActOf(message)) {
    verdict.result = ResultOf(*act);
    int64_t row = verdict.proposal_row;
    if (*act == domain::ThreadAct::kCounter) {
      GATEPOST_ASSIGN_OR_RETURN(const HeldProposal countered,
                                FindProposal(store_, node_, peer_, message.proposal().counters()));
      row = countered.record.row;
    }
    GATEPOST_ASSIGN_OR_RETURN(const HeldProposal about, MustHoldProposal(store_, row));
    GATEPOST_ASSIGN_OR_RETURN(const bool proposer,
                              SameSide(message.header().author(), about.record.author));
    GATEPOST_RETURN_IF_ERROR(domain::CheckAct(*act, proposer, StandingOf(about.standing), now));
    if (*act == domain::ThreadAct::kAccept) {
      GATEPOST_RETURN_IF_ERROR(CheckHeld(about.message));
      GATEPOST_RETURN_IF_ERROR(CheckSeen(message.acceptance().seen(), verdict.thread_row));
    }
  }
  if (message.has_proposal()) {
    GATEPOST_RETURN_IF_ERROR(domain::CheckTimely(message.proposal(), now));
    GATEPOST_RETURN_IF_ERROR(CheckHeld(message));
  }
  return verdict;
}

}  // namespace gatepost::exchange
