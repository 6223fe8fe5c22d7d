#ifndef GATEPOST_TESTS_EXCHANGE_ACKNOWLEDGEMENTS_H_
#define GATEPOST_TESTS_EXCHANGE_ACKNOWLEDGEMENTS_H_

#include <string>

#include "certs/dsse.h"
#include "tests/support/two_nodes.h"

namespace gatepost::testing {

// An acknowledgement of `read` by `author`, to be signed.
inline v1::Message Acknowledging(TwoNodes& world, const certs::Signer& author,
                                 const v1::Message& read,
                                 v1::AcknowledgementKind kind = v1::ACKNOWLEDGEMENT_KIND_READ) {
  v1::Message message = world.NewMessage(author);
  *message.mutable_header()->mutable_scope_ids() = read.header().scope_ids();
  v1::Acknowledgement* ack = message.mutable_acknowledgement();
  ack->set_kind(kind);
  if (kind == v1::ACKNOWLEDGEMENT_KIND_DISPUTED) ack->set_ground(v1::DISPUTE_GROUND_FACTS);
  ack->mutable_about()->set_author(read.header().author());
  ack->mutable_about()->set_message_id(read.header().message_id());
  ack->mutable_about()->set_pae_sha256(std::string(
      certs::AsView(certs::PaeDigest(certs::kMessagePayloadType, read.SerializeAsString()))));
  return message;
}

}  // namespace gatepost::testing

#endif  // GATEPOST_TESTS_EXCHANGE_ACKNOWLEDGEMENTS_H_
