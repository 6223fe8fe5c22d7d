#ifndef GATEPOST_CLIENT_EVIDENCE_AGREEMENT_CHECK_H_
#define GATEPOST_CLIENT_EVIDENCE_AGREEMENT_CHECK_H_

#include <span>

#include "client/evidence/anchors.h"
#include "client/evidence/found.h"
#include "client/evidence/verdict.h"

namespace gatepost::evidence {

// Judges whether an acceptance put its proposal in force, as far as the bundle shows. `proposal` is
// the message that it cites; null when that is not shown, which was found.
//
// It did by the sequencer's first entry about the acceptance with result IN_FORCE, before the time
// for an answer was over and before the effect began, where
// - the proposal was open: the sequencer's last decision about it before is none, or OPEN;
// - the other node did not refuse it: of the sequencer's own acceptance the other node's DELIVERED
//   entry must be there;
// - no later decision of the sequencer about the proposal, or instead of this one, says otherwise
//   (REFUSED, ENDED, SUPERSEDED). Its latest decision is the proposal's state.
// Every note says up to which entry of the sequencer's log this is known.
void CheckAcceptance(const Anchors& anchors, std::span<const MessageFacts> messages,
                     const MessageFacts& acceptance, const MessageFacts* proposal, Found& found);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_AGREEMENT_CHECK_H_
