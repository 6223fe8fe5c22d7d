#ifndef GATEPOST_DAEMON_EXCHANGE_INTAKE_H_
#define GATEPOST_DAEMON_EXCHANGE_INTAKE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/envelope_verifier.h"
#include "certs/identity.h"
#include "daemon/store/store.h"
#include "gatepost/v1/envelope.pb.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::exchange {

// A message whose signatures hold and whose header is sound. What it says is not judged yet.
struct OpenedMessage {
  std::string envelope_bytes;  // The envelope, serialized once, as it will be stored.
  certs::Digest pae{};
  certs::Digest signatures{};
  certs::Identity author;
  // Everybody who signed, the author among them, each SPIFFE id once, in the order of the
  // signatures.
  std::vector<certs::Identity> signers;
  // Whether it came in a batch, signed by its head (PROTOCOL.md 2).
  bool batched = false;
  v1::Message message;
  // True when the payload has fields, values or a body that this version does not know: it is
  // carried and stored, never applied (PROTOCOL.md 1).
  bool newer_schema = false;
  // Chains that came with it and that the signatures name; to be kept for ever.
  std::vector<std::vector<std::string>> chains;
};

// Opens envelopes: verifies, and only then parses. Any thread.
class Intake {
 public:
  // `store` and `verifier` must outlive it.
  Intake(const store::Store& store, certs::EnvelopeVerifier& verifier, uint64_t max_envelope_bytes);

  // Opens `envelope`; `chains` came with it, others are looked up in the store. Errors: those of
  // EnvelopeVerifier::Verify; TOO_LARGE, MALFORMED_PAYLOAD, AUTHOR_NOT_SIGNER, and those of
  // domain::CheckHeader.
  absl::StatusOr<OpenedMessage> Open(const v1::Envelope& envelope,
                                     const std::vector<std::vector<std::string>>& chains,
                                     absl::Time now) const;

 private:
  const store::Store& store_;
  certs::EnvelopeVerifier& verifier_;
  const uint64_t max_envelope_bytes_;
};

// Chains as the wire has them.
std::vector<std::vector<std::string>> ChainsOf(
    const google::protobuf::RepeatedPtrField<v1::CertificateChain>& chains);

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_INTAKE_H_
