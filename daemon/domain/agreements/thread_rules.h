#ifndef GATEPOST_DAEMON_DOMAIN_AGREEMENTS_THREAD_RULES_H_
#define GATEPOST_DAEMON_DOMAIN_AGREEMENTS_THREAD_RULES_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gatepost/v1/agreement.pb.h"

// The life of a proposal (PROTOCOL.md 5):
//
//   (sent) ──▶ OPEN ──▶ IN_FORCE ──▶ SUPERSEDED, ENDED
//               ├─────▶ COUNTERED, REJECTED          by the other side
//               ├─────▶ WITHDRAWN                    by the proposing side
//               └─────▶ EXPIRED, LAPSED, SUPERSEDED  by time, or by another agreement
//
// Only the link's sequencer moves it, and never back.
namespace gatepost::domain {

// What a person may do about a proposal.
enum class ThreadAct { kCounter, kAccept, kReject, kWithdraw };

// How a proposal stands.
struct ProposalStanding {
  v1::AgreementState state = v1::AGREEMENT_STATE_UNSPECIFIED;
  bool disputed = false;
  absl::Time begins;
  absl::Time answer_by;  // InfiniteFuture when nothing was said.
};

// Whether the act may be done about the proposal at `now`: by its own side (`proposer`) or by the
// other. NOT_YOUR_ACT, AWAITING_DECISION, NOT_OPEN, PROPOSAL_EXPIRED, DECISION_DISPUTED. The
// proposing side may withdraw what is not decided yet.
absl::Status CheckAct(ThreadAct act, bool proposer, const ProposalStanding& standing,
                      absl::Time now);

// What time makes of an open proposal at `now`: EXPIRED, LAPSED, or still OPEN.
v1::AgreementState StateAt(const ProposalStanding& open, absl::Time now);

// What the state is called in a leaf, e.g. IN_FORCE.
std::string StateName(v1::AgreementState state);

// The state of that name; UNSPECIFIED for a word that is none. `REFUSED:<REASON>` is REFUSED.
v1::AgreementState StateNamed(std::string_view name);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_AGREEMENTS_THREAD_RULES_H_
