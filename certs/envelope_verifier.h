#ifndef GATEPOST_CERTS_ENVELOPE_VERIFIER_H_
#define GATEPOST_CERTS_ENVELOPE_VERIFIER_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/batch.h"
#include "certs/digest.h"
#include "certs/dsse.h"
#include "certs/identity.h"
#include "certs/live_trust.h"
#include "certs/trust.h"
#include "gatepost/v1/envelope.pb.h"

namespace gatepost::certs {

// Where the chains of signing certificates are kept: a store, a bundle, a map in a test.
class CertificateSource {
 public:
  virtual ~CertificateSource() = default;
  // The chain (DER, leaf first) whose leaf has this SHA-256; nullopt when it is not held. Called by
  // any thread that verifies.
  virtual std::optional<std::vector<std::string>> ChainBySha256(
      const Digest& leaf_sha256) const = 0;
};

// What is known of an envelope once its signatures hold. Its payload may be parsed now.
struct VerifiedEnvelope {
  // SHA-256 of the PAE: what makes two messages the same.
  Digest pae{};
  // SignaturesDigest of the envelope.
  Digest signatures{};
  // Who signed, in the order of the signatures (of a batched message: of its head), each SPIFFE id
  // once. Thresholds count these.
  std::vector<Identity> signers;
  // The author that the batch head names; nullopt for a message with its own signatures.
  std::optional<SpiffeId> batch_author;
};

// Verifies envelopes by the trust that counts now, one envelope by one snapshot; never parses a
// payload. Any thread may call it.
class EnvelopeVerifier {
 public:
  // `trust` must outlive the verifier.
  explicit EnvelopeVerifier(const LiveTrust& trust) : trust_(&trust) {}
  // By roots alone, which never change: no lists, and nobody is denied. `trust` must outlive the
  // verifier. At most `batch_heads` verified heads are remembered.
  explicit EnvelopeVerifier(const TrustStore& trust, size_t batch_heads = 1024);

  // Checks the form of `envelope`, every signature with its certificate (valid at `now`, and not
  // revoked by then), and of a batched message its place in the batch. `now` is the present, or
  // when this node logged the envelope first. Refuses with
  //   UNKNOWN_PAYLOAD_TYPE    any other than kMessagePayloadType
  //   MALFORMED_ENVELOPE      batch and signatures both set; a certificate digest not of 32 bytes
  //   UNSIGNED                no signature
  //   TOO_LARGE               more than kMaxSignatures
  //   SUITE_NOT_ALLOWED       an unknown suite, one that its trust domain does not allow, or one
  //                           that does not fit the key
  //   CERTIFICATE_NOT_HELD    a certificate that `source` does not have
  //   DUPLICATE_SIGNER        two signatures by one SPIFFE id
  //   BAD_SIGNATURE           a signature that does not hold
  //   BAD_BATCH_PATH, AUTHOR_NOT_SIGNER, NOT_ALLOWED   a wrong batch: form, index, path or root; a
  //                           head that its author did not sign; a signer that is no service
  // and everything that TrustSnapshot::Validate refuses.
  absl::StatusOr<VerifiedEnvelope> Verify(const v1::Envelope& envelope,
                                          const CertificateSource& source, absl::Time now);

 private:
  using Signatures = google::protobuf::RepeatedPtrField<v1::Signature>;
  // What one envelope is judged by.
  struct Judged {
    const TrustSnapshot& trust;
    const CertificateSource& source;
    absl::Time now;
  };

  static absl::StatusOr<std::vector<Identity>> VerifySignatures(const Signatures& signatures,
                                                                std::string_view payload_type,
                                                                std::string_view payload,
                                                                const Digest& pae_digest,
                                                                const Judged& by);
  static absl::StatusOr<Identity> SignerOf(const v1::Signature& signature, const Judged& by);
  static absl::StatusOr<VerifiedHead> VerifyHead(const v1::BatchMembership& batch,
                                                 const Digest& signatures_digest, const Judged& by);

  const std::unique_ptr<LiveTrust> own_;  // Of roots that never change; else null.
  const LiveTrust* const trust_;
};

// Whether `author`, as the parsed header names it, signed the envelope: one of the signers, and of
// a batched message exactly the author of its head. AUTHOR_NOT_SIGNER otherwise, BAD_BATCH_PATH in
// a batch.
absl::Status CheckAuthor(const VerifiedEnvelope& envelope, const SpiffeId& author);

}  // namespace gatepost::certs

#endif  // GATEPOST_CERTS_ENVELOPE_VERIFIER_H_
