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

  // The message number `number` (from 1) with those of its entries that are proved, nothing else
  // judged yet. What does not hold is a finding, and left out.
  MessageFacts Prove(size_t number, const v1::MessageEvidence& message, Entries& entries);

  // Judges it, once the entries of all messages are connected: the envelope's signatures hold as of
  // its first entry and both sides attest a time before its certificates expired, its author is a
  // signer who may say this, and the entries say the same of it as it says itself.
  void Check(const v1::MessageEvidence& message, MessageFacts& facts);

 private:
  void CheckWithoutEnvelope(MessageFacts& facts);
  void CheckEnvelope(const v1::Envelope& envelope, MessageFacts& facts);
  void AddRefusal(const v1::Envelope& envelope, const std::string& where, const absl::Status& why);
  void AddSigner(const certs::Identity& signer, const std::string& suite, absl::Time when,
                 MessageFacts& facts);
  void CheckFixed(const MessageFacts& facts);
  void CheckHeader(const certs::VerifiedEnvelope& verified, MessageFacts& facts);
  void CheckEntry(const ProvedEntry& entry, const MessageFacts& facts);
  void CheckComplete(const MessageFacts& facts);
  void CheckRecipients(const MessageFacts& facts);

  const Anchors& anchors_;
  const BundledChains& chains_;
  const std::string exporter_;
  const absl::Time exported_at_;
  Found& found_;
  std::optional<certs::EnvelopeVerifier> verifier_;
  std::optional<certs::Digest> signatures_;  // Of the message at hand, as it was signed.
};

}  // namespace gatepost::evidence

#endif  // GATEPOST_CLIENT_EVIDENCE_MESSAGE_CHECK_H_
