#ifndef GATEPOST_CLIENT_EVIDENCE_REVOCATION_CHECK_H_
#define GATEPOST_CLIENT_EVIDENCE_REVOCATION_CHECK_H_

#include <span>
#include <string>
#include <vector>

#include "client/evidence/anchors.h"
#include "client/evidence/found.h"
#include "client/evidence/verdict.h"
#include "gatepost/v1/audit_service.pb.h"

namespace gatepost::evidence {

// Judges signatures whose certificate, or an authority's above it, was revoked (PROTOCOL.md 2).
// Such a signature holds only if both sides attest that the message was there before (FixedAt).
// What the signer's own side says of the time counts for nothing, since whoever has the stolen key
// may have its node too. SIGNED_AFTER_REVOCATION otherwise. Where no list of a certificate's issuer
// is at least as new as that time, a note says for each signer that revocation is not known.
//
// `own` are the reader's revocation lists, DER or PEM, which are read first; then those of the
// bundle. A list is believed about a certificate only when the key above it on the signer's path
// signed it. A list that none of them nor an agreed root signed is a finding in a bundle, a note of
// the reader's; lists beyond the bound are missing. Sets SignedBy::revoked.
void CheckRevocation(const v1::GetEvidenceResponse& evidence, std::span<const std::string> own,
                     const Anchors& anchors, std::vector<MessageFacts>& messages, Found& found);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_REVOCATION_CHECK_H_
