#ifndef GATEPOST_CLIENT_EVIDENCE_THREAD_CHECK_H_
#define GATEPOST_CLIENT_EVIDENCE_THREAD_CHECK_H_

#include <string>
#include <vector>

#include "client/evidence/anchors.h"
#include "client/evidence/found.h"
#include "client/evidence/verdict.h"

namespace gatepost::evidence {

// What the messages of a bundle say of each other. An agreement binds only by its proposal, the
// other side's acceptance of exactly those bytes, and the sequencer's leaf with result IN_FORCE
// (PROTOCOL.md 5; agreement_check.h): what of it is missing makes the evidence INCOMPLETE. In a
// thread of several messages, each message that another one cites must be there,
// and so must the decision that an acceptance had seen. A message twice is INVALID, and so is one
// out of the order in which `exporter` took them. Whether an agreement holds is said in the notes.
void CheckThreads(const Anchors& anchors, const std::string& exporter,
                  const std::vector<MessageFacts>& messages, Found& found);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_THREAD_CHECK_H_
