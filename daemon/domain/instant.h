#ifndef GATEPOST_DAEMON_DOMAIN_INSTANT_H_
#define GATEPOST_DAEMON_DOMAIN_INSTANT_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace gatepost::domain {

// The instant in `stamp`, which stands in `field`. BAD_TIME outside the years 1 to 9999, or with
// impossible nanoseconds (google.protobuf.Timestamp).
absl::StatusOr<absl::Time> InstantIn(std::string_view field,
                                     const google::protobuf::Timestamp& stamp);

}  // namespace gatepost::domain

#endif  // GATEPOST_DAEMON_DOMAIN_INSTANT_H_
