#ifndef GATEPOST_DAEMON_DOMAIN_UNKNOWN_CONTENT_H_
#define GATEPOST_DAEMON_DOMAIN_UNKNOWN_CONTENT_H_

#include "google/protobuf/message.h"

namespace gatepost::domain {

// Whether anything anywhere in `message` is of a newer schema: a field that this program does not
// know, or an enum value without a name here. Such a message is carried, and never applied,
// released, accepted or used (PROTOCOL.md 1). Thread-safe.
bool HasUnknown(const google::protobuf::Message& message);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_UNKNOWN_CONTENT_H_
