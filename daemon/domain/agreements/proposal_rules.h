#ifndef GATEPOST_DAEMON_DOMAIN_AGREEMENTS_PROPOSAL_RULES_H_
#define GATEPOST_DAEMON_DOMAIN_AGREEMENTS_PROPOSAL_RULES_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/domain/gate_register.h"
#include "daemon/domain/hours/in_force.h"
#include "gatepost/v1/agreement.pb.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::domain {

// What a proposal is judged by, beside itself.
struct ProposalContext {
  const GateRegister& gates;
  std::string_view author_country;  // ISO 3166-1 alpha-2.
};

// Bounds of a proposal.
inline constexpr int kMostBasis = 200;
inline constexpr int kMostParts = 16;

// The rules that a proposal must keep to by itself, the same at the author's node and at the other:
//   WRONG_SIDE       the side that proposes is not the author's
//   FIELD_MISSING    no terms, no occasion of holiday hours, no effective time, nothing that ends
//   FIELD_CONFLICT   more than one recipient, a thread without what is countered or the other way
//                    round, a basis out of order, `replaces` in the header, scope_ids that are not
//                    the gates of the timetable, an answer asked for after the effect begins
//   TOO_LARGE        more than kMostBasis agreements
//   BAD_MESSAGE_ID, MALFORMED_PAYLOAD    a citation or package that cannot name anything
// and those of CheckTimetable and CheckPapers. Thread-safe.
absl::Status ValidateProposal(const v1::Proposal& proposal, const v1::MessageHeader& header,
                              const ProposalContext& context);

// EFFECT_PASSED unless the effect begins, and the time for an answer ends, after `now`. Whether it
// did is for the node that decides: at the other one a proposal may arrive after days without line.
absl::Status CheckTimely(const v1::Proposal& proposal, absl::Time now);

// The timetable that is proposed; nullptr for a termination.
const v1::Timetable* TimetableIn(const v1::Proposal& proposal);

// The kind of hours that it makes when it binds; kRegular for a termination, which makes none.
HoursLayer LayerOf(const v1::Proposal& proposal);

// The first instant of its effect. The proposal was checked.
absl::Time BeginOf(const v1::Proposal& proposal);

// Until when it may be accepted; InfiniteFuture when nothing is said. The proposal was checked.
absl::Time AnswerBy(const v1::Proposal& proposal);

// Whether both say something of the same gate and cell at some time, on their days and cargo taken
// whole: weekdays, holidays and cargo classes do not count, so that later changes of a calendar or
// of the tree of classes cannot make two agreements meet that did not know of each other. `older`
// is over from `over_from` on.
bool Touch(const v1::Timetable& older, absl::Time over_from, const v1::Timetable& newer,
           const GateRegister& gates);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_AGREEMENTS_PROPOSAL_RULES_H_
