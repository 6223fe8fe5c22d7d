#ifndef GATEPOST_DAEMON_DOMAIN_MESSAGE_ID_H_
#define GATEPOST_DAEMON_DOMAIN_MESSAGE_ID_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

// Message ids: UUIDs of version 7 (RFC 9562, section 5.7). Every function is thread-safe.
namespace gatepost::domain {

// A message id for a message written at `time` (milliseconds count; before 1970 counts as 1970),
// made unique by 74 bits of `random`. Lower case, such as 0194e1a2-7c00-7000-8000-0123456789ab.
std::string MakeMessageId(absl::Time time, std::span<const uint8_t, 10> random);

// OK when `id` has the form that MakeMessageId writes; BAD_MESSAGE_ID otherwise, upper case
// included, so that one id has one spelling.
absl::Status CheckMessageId(std::string_view id);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_MESSAGE_ID_H_
