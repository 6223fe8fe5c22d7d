#include "certs/dsse.h"

#include <fmt/format.h>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::certs {
namespace {

// Everything of the PAE before the payload itself.
std::string PaePrefix(std::string_view payload_type, size_t payload_size_bytes) {
  return fmt::format("DSSEv1 {} {} {} ", payload_type.size(), payload_type, payload_size_bytes);
}

}  // namespace

std::string Pae(std::string_view payload_type, std::string_view payload) {
  std::string pae = PaePrefix(payload_type, payload.size());
  pae.append(payload);
  return pae;
}

Digest PaeDigest(std::string_view payload_type, std::string_view payload) {
  Sha256 sha256;
  sha256.Update(PaePrefix(payload_type, payload.size()));
  sha256.Update(payload);
  return sha256.Finish();
}

Digest SignaturesDigest(const google::protobuf::RepeatedPtrField<v1::Signature>& signatures) {
  Sha256 sha256;
  for (const v1::Signature& signature : signatures) {
    sha256.Update(fmt::format("{} {} {}\n", HexEncode(signature.certificate_sha256()),
                              signature.suite(), Base64Encode(signature.value())));
  }
  return sha256.Finish();
}

Digest SignaturesDigest(const v1::Envelope& envelope) {
  return SignaturesDigest(envelope.has_batch() ? envelope.batch().head_signatures()
                                               : envelope.signatures());
}

absl::StatusOr<v1::Signature> SignPayload(std::string_view payload_type, std::string_view payload,
                                          const Signer& signer) {
  GATEPOST_ASSIGN_OR_RETURN(std::string value, signer.Sign(Pae(payload_type, payload)));
  v1::Signature signature;
  signature.set_certificate_sha256(std::string(AsView(signer.certificate_sha256())));
  signature.set_suite(std::string(signer.suite()));
  signature.set_value(std::move(value));
  return signature;
}

absl::Status SignEnvelope(v1::Envelope& envelope, const Signer& signer) {
  if (envelope.payload_type().empty()) {
    return system::Refuse(v1::REASON_FIELD_MISSING, "a payload type", "none",
                          fmt::format("set it to {}", kMessagePayloadType));
  }
  if (envelope.has_batch()) {
    return system::Refuse(v1::REASON_MALFORMED_ENVELOPE,
                          "an envelope signed alone or in a batch, not both", "one of a batch",
                          "make a new envelope");
  }
  if (envelope.signatures_size() >= kMaxSignatures) {
    return system::Refuse(v1::REASON_TOO_LARGE,
                          fmt::format("at most {} signatures", kMaxSignatures), "one more",
                          "send it as it is");
  }
  for (const v1::Signature& signature : envelope.signatures()) {
    if (signature.certificate_sha256() == AsView(signer.certificate_sha256())) {
      return system::Refuse(v1::REASON_DUPLICATE_SIGNER, "each signature by another signer",
                            fmt::format("a second one by {}", signer.id().ToString()),
                            "let another person or system sign");
    }
  }
  GATEPOST_ASSIGN_OR_RETURN(*envelope.add_signatures(),
                            SignPayload(envelope.payload_type(), envelope.payload(), signer));
  return absl::OkStatus();
}

}  // namespace gatepost::certs
