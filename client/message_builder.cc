#include "client/message_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "certs/digest.h"
#include "certs/dsse.h"
#include "daemon/domain/figure_key.h"
#include "daemon/domain/message_id.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"

namespace gatepost::client {
namespace {

constexpr size_t kSaltBytes = 16;

// Adds one to the last seven bytes, which a message id shows whole.
void Increment(std::array<uint8_t, 10>* bytes) {
  for (size_t at = bytes->size(); at-- > 3;) {
    if (++(*bytes)[at] != 0) return;
  }
}

}  // namespace

MessageBuilder::MessageBuilder(Sender sender, const system::Clock& clock, system::Random& random)
    : sender_(std::move(sender)), clock_(clock), random_(random) {}

MessageBuilder::Sender MessageBuilder::SenderOf(const config::ClientSettings& settings,
                                                certs::SpiffeId author) {
  return {std::move(author), settings.origin_node, settings.recipient_nodes, settings.zone_name};
}

v1::Message MessageBuilder::Report(v1::YardReport report,
                                   std::optional<v1::MessageReference> replaces) {
  v1::Message message;
  *message.mutable_header() = Header();
  for (std::string& scope : domain::ScopeIdsOf(report)) {
    message.mutable_header()->add_scope_ids(std::move(scope));
  }
  if (replaces) *message.mutable_header()->mutable_replaces() = *std::move(replaces);
  *message.mutable_yard_report() = std::move(report);
  return message;
}

v1::Message MessageBuilder::Write(v1::Message body, const std::vector<std::string>& scope_ids,
                                  std::optional<v1::MessageReference> replaces) {
  *body.mutable_header() = Header();
  for (const std::string& scope : scope_ids) body.mutable_header()->add_scope_ids(scope);
  if (replaces) *body.mutable_header()->mutable_replaces() = *std::move(replaces);
  return body;
}

v1::Message MessageBuilder::WriteTo(const std::string& recipient_node, v1::Message body,
                                    const std::vector<std::string>& scope_ids) {
  v1::Message message = Write(std::move(body), scope_ids);
  message.mutable_header()->clear_recipient_nodes();
  message.mutable_header()->add_recipient_nodes(recipient_node);
  return message;
}

v1::Message MessageBuilder::Ping(std::string token) {
  v1::Message message;
  *message.mutable_header() = Header();
  message.mutable_ping()->set_token(std::move(token));
  return message;
}

v1::MessageHeader MessageBuilder::Header() {
  const absl::Time now = clock_.Now();
  v1::MessageHeader header;
  header.set_message_id(NextId(now));
  header.set_author(sender_.author.ToString());
  const int64_t seconds = absl::ToUnixSeconds(now);
  header.mutable_authored_at()->mutable_instant()->set_seconds(seconds);
  header.mutable_authored_at()->mutable_instant()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(now - absl::FromUnixSeconds(seconds))));
  header.mutable_authored_at()->set_zone(sender_.zone_name);
  std::string salt(kSaltBytes, '\0');
  random_.Fill(std::span(reinterpret_cast<uint8_t*>(salt.data()), salt.size()));
  header.set_salt(std::move(salt));
  header.set_origin_node(sender_.origin_node);
  for (const std::string& node : sender_.recipient_nodes) header.add_recipient_nodes(node);
  return header;
}

// Ids of one builder rise, so that an outbox in the order of ids is in the order of writing, also
// when the clock stands still or steps back.
std::string MessageBuilder::NextId(absl::Time now) {
  std::lock_guard lock(mutex_);
  const int64_t now_ms = absl::ToUnixMillis(now);
  if (now_ms > last_ms_) {
    last_ms_ = now_ms;
    random_.Fill(last_);
    last_[3] &= 0x7f;  // Room to count upwards within a millisecond.
  } else {
    Increment(&last_);
  }
  return domain::MakeMessageId(absl::FromUnixMillis(last_ms_), last_);
}

v1::MessageReference ReferenceTo(const v1::Envelope& envelope, const std::string& author,
                                 const std::string& message_id) {
  v1::MessageReference reference;
  reference.set_author(author);
  reference.set_message_id(message_id);
  reference.set_pae_sha256(
      std::string(certs::AsView(certs::PaeDigest(envelope.payload_type(), envelope.payload()))));
  return reference;
}

absl::StatusOr<v1::SubmitRequest> Sign(const v1::Message& message, const certs::Signer& signer) {
  if (message.header().author() != signer.id().ToString()) {
    return system::Refuse(v1::REASON_AUTHOR_NOT_SIGNER, signer.id().ToString(),
                          fmt::format("'{}'", message.header().author()),
                          "write as the post whose key signs");
  }
  v1::SubmitRequest request;
  v1::Envelope* envelope = request.mutable_envelope();
  envelope->set_payload_type(std::string(certs::kMessagePayloadType));
  if (!message.SerializeToString(envelope->mutable_payload())) {
    return system::Refuse(v1::REASON_MALFORMED_PAYLOAD, "a message that can be serialized",
                          "text that is not UTF-8", "correct the text");
  }
  GATEPOST_RETURN_IF_ERROR(certs::SignEnvelope(*envelope, signer));
  v1::CertificateChain* chain = request.add_chains();
  for (const std::string& der : signer.certificate_chain_der()) chain->add_certificates(der);
  return request;
}

absl::StatusOr<std::unique_ptr<certs::Signer>> LoadSigner(const config::ClientSettings& settings) {
  if (settings.signing_key_file.empty()) {
    return system::Refuse(v1::REASON_BAD_CONFIG, "a signing certificate and key",
                          fmt::format("{} names none: it is for reading only", settings.file),
                          "use the config of a post that may sign");
  }
  return certs::Signer::FromFiles(settings.signing_key_file, settings.signing_certificate_file);
}

}  // namespace gatepost::client
