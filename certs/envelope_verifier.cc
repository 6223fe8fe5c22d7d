#include "certs/envelope_verifier.h"

#include <fmt/format.h>

#include <algorithm>

#include "certs/suites.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {
namespace {

using Signatures = google::protobuf::RepeatedPtrField<v1::Signature>;

absl::Status CheckForm(const v1::Envelope& envelope) {
  if (envelope.payload_type() != kMessagePayloadType) {
    return system::Refuse(v1::REASON_UNKNOWN_PAYLOAD_TYPE,
                          fmt::format("payload type {}", kMessagePayloadType),
                          fmt::format("\"{}\"", envelope.payload_type().substr(0, 100)),
                          "send a type that this node accepts, or have the node upgraded");
  }
  if (envelope.has_batch() && envelope.signatures_size() > 0) {
    return system::Refuse(v1::REASON_MALFORMED_ENVELOPE,
                          "signatures of its own or a place in a batch", "both", "send only one");
  }
  return absl::OkStatus();
}

// Everything about a list of signatures that needs no certificate.
absl::Status CheckSignaturesForm(const Signatures& signatures) {
  if (signatures.empty()) {
    return system::Refuse(v1::REASON_UNSIGNED, "one signature or more", "none",
                          "sign the envelope");
  }
  if (signatures.size() > kMaxSignatures) {
    return system::Refuse(v1::REASON_TOO_LARGE,
                          fmt::format("at most {} signatures", kMaxSignatures),
                          fmt::format("{}", signatures.size()), "send fewer signatures");
  }
  for (const v1::Signature& signature : signatures) {
    if (!DigestFromBytes(signature.certificate_sha256())) {
      return system::Refuse(v1::REASON_MALFORMED_ENVELOPE, "a certificate SHA-256 of 32 bytes",
                            fmt::format("{} bytes", signature.certificate_sha256().size()),
                            "name the certificate by its SHA-256");
    }
    // Also keeps foreign text out of SignaturesDigest.
    if (!SuiteImplemented(signature.suite())) {
      return system::Refuse(
          v1::REASON_SUITE_NOT_ALLOWED, fmt::format("one of {}, {}", kEcdsaP256Sha256, kEd25519),
          fmt::format("\"{}\"", signature.suite().substr(0, 40)), "sign with an allowed suite");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckAllDiffer(const std::vector<Identity>& signers) {
  for (size_t i = 0; i < signers.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (signers[i].id == signers[j].id) {
        return system::Refuse(v1::REASON_DUPLICATE_SIGNER, "each signature by another SPIFFE id",
                              fmt::format("two by {}", signers[i].id.ToString()),
                              "send one signature of each signer");
      }
    }
  }
  return absl::OkStatus();
}

absl::Status CheckBatchSigners(const BatchHead& head, const std::vector<Identity>& signers) {
  for (const Identity& signer : signers) {
    if (signer.id.role() != Role::kService) {
      return system::Refuse(v1::REASON_NOT_ALLOWED, "a batch signed by services only",
                            signer.id.ToString(), "send messages of persons one by one");
    }
  }
  if (std::ranges::none_of(signers, [&](const Identity& s) { return s.id == head.author; })) {
    return system::Refuse(
        v1::REASON_AUTHOR_NOT_SIGNER, "a batch head signed by its author",
        fmt::format("author {}, first signer {}", head.author.ToString(), signers[0].id.ToString()),
        "sign the head as the author that it names");
  }
  return absl::OkStatus();
}

}  // namespace

EnvelopeVerifier::EnvelopeVerifier(const TrustStore& trust, size_t batch_heads)
    : own_(std::make_unique<LiveTrust>(trust, batch_heads)), trust_(own_.get()) {}

absl::StatusOr<VerifiedEnvelope> EnvelopeVerifier::Verify(const v1::Envelope& envelope,
                                                          const CertificateSource& source,
                                                          absl::Time now) {
  GATEPOST_RETURN_IF_ERROR(CheckForm(envelope));
  GATEPOST_RETURN_IF_ERROR(CheckSignaturesForm(
      envelope.has_batch() ? envelope.batch().head_signatures() : envelope.signatures()));
  const std::shared_ptr<const TrustSnapshot> trust = trust_->Current();
  const Judged by{*trust, source, now};
  VerifiedEnvelope verified;
  verified.pae = PaeDigest(envelope.payload_type(), envelope.payload());
  verified.signatures = SignaturesDigest(envelope);
  if (!envelope.has_batch()) {
    GATEPOST_ASSIGN_OR_RETURN(verified.signers,
                              VerifySignatures(envelope.signatures(), envelope.payload_type(),
                                               envelope.payload(), verified.pae, by));
    return verified;
  }
  GATEPOST_ASSIGN_OR_RETURN(VerifiedHead head,
                            VerifyHead(envelope.batch(), verified.signatures, by));
  GATEPOST_RETURN_IF_ERROR(CheckMembership(head.head, verified.pae, envelope.batch()));
  verified.signers = std::move(head.signers);
  verified.batch_author = std::move(head.head.author);
  return verified;
}

absl::StatusOr<std::vector<Identity>> EnvelopeVerifier::VerifySignatures(
    const Signatures& signatures, std::string_view payload_type, std::string_view payload,
    const Digest& pae_digest, const Judged& by) {
  std::vector<Identity> signers;
  for (const v1::Signature& signature : signatures) {
    GATEPOST_ASSIGN_OR_RETURN(Identity signer, SignerOf(signature, by));
    signers.push_back(std::move(signer));
  }
  GATEPOST_RETURN_IF_ERROR(CheckAllDiffer(signers));

  std::string pae;  // Only Ed25519 needs the whole bytes.
  for (int i = 0; i < signatures.size(); ++i) {
    const v1::Signature& signature = signatures[i];
    const PublicKey& key = signers[static_cast<size_t>(i)].key;
    if (signature.suite() == kEcdsaP256Sha256) {
      GATEPOST_RETURN_IF_ERROR(VerifyEcdsaDigest(key, pae_digest, signature.value()));
      continue;
    }
    if (pae.empty()) pae = Pae(payload_type, payload);
    GATEPOST_RETURN_IF_ERROR(certs::Verify(key, signature.suite(), pae, signature.value()));
  }
  return signers;
}

absl::StatusOr<Identity> EnvelopeVerifier::SignerOf(const v1::Signature& signature,
                                                    const Judged& by) {
  const Digest leaf_sha256 = *DigestFromBytes(signature.certificate_sha256());
  if (std::optional<Identity> known = by.trust.Find(leaf_sha256, Usage::kSign, by.now)) {
    return *std::move(known);
  }
  const std::optional<std::vector<std::string>> chain = by.source.ChainBySha256(leaf_sha256);
  // A source that hands out another certificate holds the named one as little as an empty one.
  if (!chain.has_value() || chain->empty() || Sha256Of(chain->front()) != leaf_sha256) {
    return system::Refuse(v1::REASON_CERTIFICATE_NOT_HELD, "a signing certificate that is held",
                          ToHex(leaf_sha256), "send the certificate chain first");
  }
  return by.trust.Validate(*chain, Usage::kSign, by.now);
}

absl::StatusOr<VerifiedHead> EnvelopeVerifier::VerifyHead(const v1::BatchMembership& batch,
                                                          const Digest& signatures_digest,
                                                          const Judged& by) {
  const Digest head_pae = PaeDigest(kBatchHeadPayloadType, batch.head_payload());
  const std::pair<Digest, Digest> key(head_pae, signatures_digest);
  if (std::optional<VerifiedHead> known = by.trust.heads().Find(key)) {
    const bool all_valid = std::ranges::all_of(
        known->signers, [&by](const Identity& signer) { return signer.ValidAt(by.now); });
    if (all_valid) return *std::move(known);
    by.trust.heads().Erase(key);
  }
  GATEPOST_ASSIGN_OR_RETURN(std::vector<Identity> signers,
                            VerifySignatures(batch.head_signatures(), kBatchHeadPayloadType,
                                             batch.head_payload(), head_pae, by));
  GATEPOST_ASSIGN_OR_RETURN(BatchHead head, BatchHead::Parse(batch.head_payload()));
  GATEPOST_RETURN_IF_ERROR(CheckBatchSigners(head, signers));
  VerifiedHead verified{std::move(head), std::move(signers)};
  by.trust.heads().Put(key, verified);
  return verified;
}

absl::Status CheckAuthor(const VerifiedEnvelope& envelope, const SpiffeId& author) {
  if (envelope.batch_author.has_value()) {
    if (*envelope.batch_author == author) return absl::OkStatus();
    return system::Refuse(
        v1::REASON_BAD_BATCH_PATH,
        fmt::format("messages of the batch's author, {}", envelope.batch_author->ToString()),
        author.ToString(), "batch only messages of one author");
  }
  if (std::ranges::any_of(envelope.signers,
                          [&](const Identity& signer) { return signer.id == author; })) {
    return absl::OkStatus();
  }
  return system::Refuse(v1::REASON_AUTHOR_NOT_SIGNER, "an author who signed", author.ToString(),
                        "sign as the author that the header names");
}

}  // namespace gatepost::certs
