#include "daemon/exchange/intake.h"

#include <algorithm>
#include <map>
#include <utility>

#include "certs/digest.h"
#include "certs/dsse.h"
#include "daemon/domain/message_rules.h"
#include "daemon/domain/unknown_content.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::exchange {

namespace {

// Chains that came with the call first, then those that the store keeps.
class ChainLookup : public certs::CertificateSource {
 public:
  ChainLookup(const store::Store& store, const std::vector<std::vector<std::string>>& came)
      : store_(store) {
    for (const std::vector<std::string>& chain : came) {
      if (!chain.empty()) came_.emplace(certs::Sha256Of(chain.front()), &chain);
    }
  }

  std::optional<std::vector<std::string>> ChainBySha256(
      const certs::Digest& leaf_sha256) const override {
    if (const auto found = came_.find(leaf_sha256); found != came_.end()) return *found->second;
    absl::StatusOr<std::unique_ptr<store::Reader>> reader = store_.Read();
    if (!reader.ok()) return std::nullopt;
    absl::StatusOr<std::optional<std::vector<std::string>>> chain = (*reader)->Chain(leaf_sha256);
    return chain.ok() ? *std::move(chain) : std::nullopt;
  }

  // The chain that came for this certificate, if one did.
  const std::vector<std::string>* Came(const certs::Digest& leaf_sha256) const {
    const auto found = came_.find(leaf_sha256);
    return found == came_.end() ? nullptr : found->second;
  }

 private:
  const store::Store& store_;
  std::map<certs::Digest, const std::vector<std::string>*> came_;
};

}  // namespace

Intake::Intake(const store::Store& store, certs::EnvelopeVerifier& verifier,
               uint64_t max_envelope_bytes)
    : store_(store), verifier_(verifier), max_envelope_bytes_(max_envelope_bytes) {}

absl::StatusOr<OpenedMessage> Intake::Open(const v1::Envelope& envelope,
                                           const std::vector<std::vector<std::string>>& chains,
                                           absl::Time now) const {
  if (envelope.ByteSizeLong() > max_envelope_bytes_) {
    return system::Refuse(
        v1::REASON_TOO_LARGE, fmt::format("an envelope of at most {} bytes", max_envelope_bytes_),
        fmt::format("{} bytes", envelope.ByteSizeLong()), "send fewer figures in one message");
  }
  const ChainLookup lookup(store_, chains);
  GATEPOST_ASSIGN_OR_RETURN(certs::VerifiedEnvelope verified,
                            verifier_.Verify(envelope, lookup, now));

  v1::Message message;
  if (!message.ParseFromString(envelope.payload())) {
    return system::Refuse(v1::REASON_MALFORMED_PAYLOAD, "a serialized gatepost.v1.Message",
                          fmt::format("{} bytes that are none", envelope.payload().size()),
                          "serialize the message with the published schema");
  }
  GATEPOST_ASSIGN_OR_RETURN(const certs::SpiffeId author_id,
                            certs::SpiffeId::Parse(message.header().author()));
  GATEPOST_RETURN_IF_ERROR(certs::CheckAuthor(verified, author_id));
  const auto author = std::find_if(verified.signers.begin(), verified.signers.end(),
                                   [&](const auto& signer) { return signer.id == author_id; });
  GATEPOST_RETURN_IF_ERROR(
      domain::CheckHeader(message, domain::HeaderContext{author_id.ToString(), now}));
  const bool newer_schema =
      message.body_case() == v1::Message::BODY_NOT_SET || domain::HasUnknown(message);
  if (message.has_ping() && !newer_schema) {
    GATEPOST_RETURN_IF_ERROR(domain::CheckPing(message.ping(), message.header()));
  }

  OpenedMessage opened{.envelope_bytes = envelope.SerializeAsString(),
                       .pae = verified.pae,
                       .signatures = verified.signatures,
                       .author = *author,
                       .signers = {},
                       .batched = verified.batch_author.has_value(),
                       .message = {},
                       .newer_schema = newer_schema,
                       .chains = {}};
  for (const certs::Identity& signer : verified.signers) {
    const certs::Digest& digest = signer.certificate_sha256;
    if (const std::vector<std::string>* came = lookup.Came(digest); came != nullptr) {
      opened.chains.push_back(*came);
    } else if (!lookup.ChainBySha256(digest).has_value()) {
      // It verified from memory, but a message is never kept without the chain that proves it.
      return system::Refuse(v1::REASON_CERTIFICATE_NOT_HELD, "the signer's certificate chain",
                            certs::ToHex(digest), "send the chain together with the message");
    }
  }
  opened.signers = std::move(verified.signers);
  opened.message = std::move(message);
  return opened;
}

std::vector<std::vector<std::string>> ChainsOf(
    const google::protobuf::RepeatedPtrField<v1::CertificateChain>& chains) {
  std::vector<std::vector<std::string>> result;
  for (const v1::CertificateChain& chain : chains) {
    result.emplace_back(chain.certificates().begin(), chain.certificates().end());
  }
  return result;
}

}  // namespace gatepost::exchange
