#include "daemon/exchange/stored_signers.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "certs/certificate.h"
#include "certs/dsse.h"
#include "daemon/domain/unknown_content.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::exchange {

namespace {

absl::Status Damaged(std::string_view wanted, std::string_view came) {
  return system::Refuse(v1::REASON_LEDGER_DAMAGED, wanted, came,
                        "check the store against its ledger");
}

absl::StatusOr<certs::Identity> SignerOf(const store::Reader& store,
                                         const v1::Signature& signature) {
  const std::optional<certs::Digest> digest =
      certs::DigestFromBytes(signature.certificate_sha256());
  if (!digest.has_value()) return Damaged("a certificate's digest", "other bytes");
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::vector<std::string>> chain,
                            store.Chain(*digest));
  if (!chain.has_value() || chain->empty()) {
    return Damaged("the chain of a stored signature", certs::ToHex(*digest));
  }
  GATEPOST_ASSIGN_OR_RETURN(const certs::Certificate leaf,
                            certs::Certificate::Parse(chain->front()));
  GATEPOST_ASSIGN_OR_RETURN(certs::SpiffeId id, leaf.Name());
  return certs::Identity{.id = std::move(id),
                         .country = {},
                         .certificate_sha256 = *digest,
                         .not_before = leaf.not_before(),
                         .not_after = leaf.not_after(),
                         .key = leaf.key()};
}

}  // namespace

absl::StatusOr<std::vector<certs::Identity>> SignersOf(const store::Reader& store,
                                                       const v1::Envelope& envelope) {
  const auto& signatures =
      envelope.has_batch() ? envelope.batch().head_signatures() : envelope.signatures();
  std::vector<certs::Identity> signers;
  for (const v1::Signature& signature : signatures) {
    GATEPOST_ASSIGN_OR_RETURN(certs::Identity signer, SignerOf(store, signature));
    if (std::ranges::find(signers, signer.id, &certs::Identity::id) == signers.end()) {
      signers.push_back(std::move(signer));
    }
  }
  return signers;
}

absl::StatusOr<OpenedMessage> OpenStored(const store::Reader& store,
                                         std::string_view envelope_bytes) {
  if (envelope_bytes.empty()) {
    return system::Refuse(v1::REASON_BODY_PURGED, "a message whose body is kept",
                          "one that retention has purged", "look for it in an archive or a bundle");
  }
  v1::Envelope envelope;
  v1::Message message;
  if (!envelope.ParseFromArray(envelope_bytes.data(), static_cast<int>(envelope_bytes.size())) ||
      !message.ParseFromString(envelope.payload())) {
    return Damaged("a stored message that can be read", "other bytes");
  }
  GATEPOST_ASSIGN_OR_RETURN(std::vector<certs::Identity> signers, SignersOf(store, envelope));
  const std::string& named = message.header().author();
  const auto author = std::ranges::find_if(
      signers, [&](const certs::Identity& signer) { return signer.id.ToString() == named; });
  if (author == signers.end()) return Damaged("a message signed by its author", named);
  OpenedMessage opened{.envelope_bytes = std::string(envelope_bytes),
                       .pae = certs::PaeDigest(envelope.payload_type(), envelope.payload()),
                       .signatures = certs::SignaturesDigest(envelope),
                       .author = *author,
                       .signers = {},
                       .batched = envelope.has_batch(),
                       .message = {},
                       .newer_schema = message.body_case() == v1::Message::BODY_NOT_SET ||
                                       domain::HasUnknown(message),
                       .chains = {}};
  opened.signers = std::move(signers);
  opened.message = std::move(message);
  return opened;
}

}  // namespace gatepost::exchange
