#ifndef GATEPOST_DAEMON_DOMAIN_MESSAGE_RULES_H_
#define GATEPOST_DAEMON_DOMAIN_MESSAGE_RULES_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/domain/unknown_content.h"
#include "gatepost/v1/message.pb.h"

namespace gatepost::domain {

// Bounds of a message header (message.proto; PROTOCOL.md 1).
inline constexpr size_t kShortestSalt = 16;
inline constexpr size_t kLongestSalt = 64;
inline constexpr int kMostRecipients = 16;
inline constexpr int kMostAddressedAgencies = 64;
inline constexpr size_t kLongestPingToken = 64;
inline constexpr size_t kLongestEmergencyReason = 500;

// What a header is judged by.
struct HeaderContext {
  std::string author;  // SPIFFE id of the signer for whom the message speaks.
  absl::Time now;
};

// Every rule of a message that does not depend on the kind of its body:
//   FIELD_MISSING      no header, origin, recipient, time or body, or an emergency without reason
//   BAD_MESSAGE_ID     no UUIDv7 in lower case
//   AUTHOR_NOT_SIGNER  the author is not context.author, letter by letter
//   SALT_TOO_SHORT     shorter than kShortestSalt
//   MALFORMED_PAYLOAD  a node or agency id that none can be, or more of something than its bound;
//                      an emergency's reason that CheckText (text.h) refuses
//   FIELD_CONFLICT     a recipient or agency twice, or the origin among the recipients
//   NO_TIME_ZONE, BAD_TIME, FUTURE_DATE   of authored_at, with kFutureTolerance (yard_rules.h)
// A body that this program does not know passes: HasUnknown(message) is true then, and the message
// is carried. What concerns this node's links and the body's own rules is checked elsewhere.
// Thread-safe.
absl::Status CheckHeader(const v1::Message& message, const HeaderContext& context);

// The rules of a Ping: a token of printable ASCII of at most kLongestPingToken characters, or none
// (MALFORMED_PAYLOAD); it is about no scope and replaces nothing (FIELD_CONFLICT). Thread-safe.
absl::Status CheckPing(const v1::Ping& ping, const v1::MessageHeader& header);

// Whether `id` can be the id of a node or agency: 1 to 64 of [a-z0-9._-], and not dots alone.
bool IsNodeId(std::string_view id);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_MESSAGE_RULES_H_
