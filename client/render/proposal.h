#ifndef GATEPOST_CLIENT_RENDER_PROPOSAL_H_
#define GATEPOST_CLIENT_RENDER_PROPOSAL_H_

#include <string>

#include "client/render/lines.h"
#include "client/render/view.h"
#include "gatepost/v1/agreement.pb.h"

// The bodies of agreements as they are signed.
namespace gatepost::render {

// In one line: `proposal of VN: holiday hours, spring_festival`; `acceptance`, with the message id
// of the proposal, and likewise for the others.
std::string ProposalSubject(const v1::Proposal& proposal);
std::string AcceptanceSubject(const v1::Acceptance& acceptance);
std::string RejectionSubject(const v1::Rejection& rejection);
std::string WithdrawalSubject(const v1::Withdrawal& withdrawal);

// A proposal whole: terms in both zones, until when it may be answered, what it builds on, the
// papers behind it. Nothing that it says is left out, but the digests of the messages it cites;
// where it holds what this program does not know, a line says so.
std::string ProposalText(const v1::Proposal& proposal, const View& view);

// The same without heading and timetable, as labels and values.
Lines ProposalLines(const v1::Proposal& proposal, const View& view);

// An answer whole: which proposal, by which digest, and the last decision that its author had seen.
std::string AcceptanceText(const v1::Acceptance& acceptance);
std::string RejectionText(const v1::Rejection& rejection);
std::string WithdrawalText(const v1::Withdrawal& withdrawal);

// The same as labels and values.
Lines AcceptanceLines(const v1::Acceptance& acceptance);
Lines RejectionLines(const v1::Rejection& rejection);
Lines WithdrawalLines(const v1::Withdrawal& withdrawal);

}  // namespace gatepost::render

#endif  // GATEPOST_CLIENT_RENDER_PROPOSAL_H_
