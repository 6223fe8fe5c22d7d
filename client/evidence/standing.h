#ifndef GATEPOST_CLIENT_EVIDENCE_STANDING_H_
#define GATEPOST_CLIENT_EVIDENCE_STANDING_H_

#include "client/evidence/anchors.h"
#include "client/evidence/found.h"
#include "client/evidence/verdict.h"

namespace gatepost::evidence {

// Sets `satisfies` and `peers` from the entries of `verdict`: ALL when every entry's head carries
// the cosignatures of every peer that the reader's own agreements give its log, PEER when every
// entry is fixed in time by the node at the other end of its link (of an entry that names none, by
// one that the message is addressed to), by a cosignature or by an entry of its own that names it,
// LOG otherwise. What is not cosigned yet is pending: a note, never a fault.
void JudgeStanding(const Anchors& anchors, Verdict& verdict, Found& found);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_STANDING_H_
