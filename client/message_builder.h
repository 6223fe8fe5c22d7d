#ifndef GATEPOST_CLIENT_MESSAGE_BUILDER_H_
#define GATEPOST_CLIENT_MESSAGE_BUILDER_H_

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/signer.h"
#include "certs/spiffe_id.h"
#include "daemon/config/client_settings.h"
#include "daemon/system/clock.h"
#include "daemon/system/random.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::client {

// Puts a header before what an author has to say. Any thread may call it.
class MessageBuilder {
 public:
  // The header's fixed part: who writes, from which node, to which nodes, in which civil zone.
  struct Sender {
    certs::SpiffeId author;
    std::string origin_node;
    std::vector<std::string> recipient_nodes;
    std::string zone_name;
  };

  // `clock` and `random` must outlive this object.
  MessageBuilder(Sender sender, const system::Clock& clock, system::Random& random);

  // The sender that a client's settings describe, for this author.
  static Sender SenderOf(const config::ClientSettings& settings, certs::SpiffeId author);

  // A message that holds `report`, about exactly the scopes that the report names. `replaces` names
  // the message that a revision or correction replaces.
  v1::Message Report(v1::YardReport report,
                     std::optional<v1::MessageReference> replaces = std::nullopt);

  // A message with the body of `body` (its header is not looked at), about `scope_ids`. `replaces`
  // names the message that it replaces.
  v1::Message Write(v1::Message body, const std::vector<std::string>& scope_ids,
                    std::optional<v1::MessageReference> replaces = std::nullopt);

  // The same for exactly one recipient node, as every message of an agreement is: an agreement
  // belongs to one link.
  v1::Message WriteTo(const std::string& recipient_node, v1::Message body,
                      const std::vector<std::string>& scope_ids);

  // A line check. `token` is 1 to 64 printable ASCII characters to find it by.
  v1::Message Ping(std::string token);

 private:
  v1::MessageHeader Header();
  std::string NextId(absl::Time now);

  const Sender sender_;
  const system::Clock& clock_;
  system::Random& random_;
  std::mutex mutex_;
  int64_t last_ms_ = 0;             // Guarded by mutex_.
  std::array<uint8_t, 10> last_{};  // Guarded by mutex_: the random part of the last id.
};

// The reference by which a revision names `envelope`, a message of `author` with `message_id`.
v1::MessageReference ReferenceTo(const v1::Envelope& envelope, const std::string& author,
                                 const std::string& message_id);

// `message` as its author signs and sends it: serialized once, signed over these bytes (DSSE), with
// the signer's chain. AUTHOR_NOT_SIGNER when the header names another author; else the errors
// of certs::SignEnvelope.
absl::StatusOr<v1::SubmitRequest> Sign(const v1::Message& message, const certs::Signer& signer);

// A client's signing key and certificate. BAD_CONFIG when the settings name none (they are those of
// somebody who only reads), or they cannot be used.
absl::StatusOr<std::unique_ptr<certs::Signer>> LoadSigner(const config::ClientSettings& settings);

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_MESSAGE_BUILDER_H_
