#ifndef GATEPOST_CLIENT_EVIDENCE_MESSAGE_CHECK_H_
#define GATEPOST_CLIENT_EVIDENCE_MESSAGE_CHECK_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "certs/envelope_verifier.h"
#include "client/evidence/anchors.h"
#include "client/evidence/entries.h"
#include "client/evidence/found.h"
#include "client/evidence/verdict.h"
#include "gatepost/v1/audit_service.pb.h"

namespace gatepost::evidence {

// The chains of a bundle, by the SHA-256 of their leaves.
class BundledChains : public certs::CertificateSource {
 public:
  explicit BundledChains(const v1::GetEvidenceResponse& evidence);
  std::optional<std::vector<std::string>> ChainBySha256(
      const certs::Digest& leaf_sha256) const override;

 private:
  std::map<certs::Digest, std::vector<std::string>> chains_;
};

// Checks messages with the entries about them.
class MessageCheck {
 public:
  // All must outlive it. `exporter` is the node that the bundle names.
  MessageCheck(const Anchors& anchors, const BundledChains& chains, std::string exporter,
               absl::Time exported_at, Found& found);

  // The message number `number` (from 1): each entry is proved (`entries`), the envelope's
  // signatures hold as of its first entry, its author is a signer, and the entries say the same of
  // it as it says itself. What does not hold is a finding, and left out.
  MessageFacts Check(size_t number, const v1::MessageEvidence& message, Entries& entries);

 private:
  void CheckEnvelope(const v1::Envelope& envelope, MessageFacts& facts);
  void CheckHeader(const certs::VerifiedEnvelope& verified, MessageFacts& facts);
  void CheckEntry(const ProvedEntry& entry, const MessageFacts& facts);
  void CheckComplete(const MessageFacts& facts);

  const Anchors& anchors_;
  const BundledChains& chains_;
  const std::string exporter_;
  const absl::Time exported_at_;
  Found& found_;
  certs::CertificateCache certificates_;
  std::optional<certs::EnvelopeVerifier> verifier_;
  std::optional<certs::Digest> signatures_;  // Of the message at hand.
};

// The message's first entry, ACCEPTED or DELIVERED, by time; null when there is none.
const ProvedEntry* FirstEntry(const MessageFacts& message);

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_MESSAGE_CHECK_H_
