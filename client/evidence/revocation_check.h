#ifndef GATEPOST_CLIENT_EVIDENCE_REVOCATION_CHECK_H_
#define GATEPOST_CLIENT_EVIDENCE_REVOCATION_CHECK_H_

#include <span>
#include <string>
#include <vector>

#include "client/evidence/anchors.h"
#include "client/evidence/found.h"
#include "client/evidence/message_check.h"
#include "client/evidence/verdict.h"
#include "gatepost/v1/audit_service.pb.h"

namespace gatepost::evidence {

// Judges signatures whose certificate, or an authority's above it, was revoked (PROTOCOL.md 2). Such
// a signature holds only if the message was fixed by the *other* side before: by its cosignature on
// a head above one of the message's entries, or by an entry in its own log. What the signer's own
// side says of the time counts for nothing, since whoever has the stolen key may have its node too.
// SIGNED_AFTER_REVOCATION otherwise.
//
// `own` are the reader's revocation lists, DER or PEM; together with those of the bundle. Lists must
// be signed by an agreed root or by an authority of a signer's chain: one of the bundle that is not
// is a finding, one of the reader's a note. Sets SignedBy::revoked.
void CheckRevocation(const v1::GetEvidenceResponse& evidence, std::span<const std::string> own,
                     const Anchors& anchors, const BundledChains& chains,
                     std::vector<MessageFacts>& messages, Found& found);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_REVOCATION_CHECK_H_
