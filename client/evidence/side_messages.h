#ifndef GATEPOST_CLIENT_EVIDENCE_SIDE_MESSAGES_H_
#define GATEPOST_CLIENT_EVIDENCE_SIDE_MESSAGES_H_

#include <vector>

#include "gatepost/v1/audit_service.pb.h"
#include "gatepost/v1/message.pb.h"

// Rosters and key announcements: what evidence carries beside the messages that it is about.
namespace gatepost::evidence {

// Whether a message says something about its author's side: a roster or a key announcement.
bool SpeaksForSide(const v1::Message& message);

// The same of an envelope whose signatures nobody has checked; false when it cannot be read.
bool SpeaksForSide(const v1::Envelope& envelope);

// The messages that the evidence is about, by their index: all but those that speak for a side, or
// all where there are no others.
std::vector<int> AskedMessages(const v1::GetEvidenceResponse& evidence);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_SIDE_MESSAGES_H_
