#ifndef GATEPOST_DAEMON_CONFIG_CHECKS_H_
#define GATEPOST_DAEMON_CONFIG_CHECKS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gatepost/config/v1/node.pb.h"
#include "gatepost/v1/exchange_service.pb.h"

namespace gatepost::config {

// A place to listen or dial.
struct HostPort {
  // A name or an address, without the brackets of IPv6.
  std::string host;
  uint16_t port = 0;

  // As gRPC takes it: "host:port", with brackets around an IPv6 address.
  std::string ToString() const;
};

// Reads "host:port", "[::1]:port" for IPv6. BAD_ARGUMENT when it has another form, or its port is 0
// and `zero_port` (any free one) is false.
absl::StatusOr<HostPort> ParseHostPort(std::string_view text, bool zero_port);

// OK for a node id: 1 to 64 of [a-z0-9-], no dash at either end, e.g. vn-langson. BAD_ARGUMENT.
absl::Status CheckNodeId(std::string_view text);

// OK for two capital letters (ISO 3166-1 alpha-2), e.g. VN. BAD_ARGUMENT.
absl::Status CheckCountry(std::string_view text);

// The civil zone of an IANA name, e.g. Asia/Ho_Chi_Minh. NO_TIME_ZONE when there is none of it.
absl::StatusOr<absl::TimeZone> ParseZone(const std::string& name);

// OK for a time of day (0:00 to 23:59) in a known civil zone. BAD_TIME or NO_TIME_ZONE.
absl::Status CheckCutOff(const gatepost::v1::CutOff& cut_off);

// The guard file's path: as stated, relative to `folder`, or `<node>.guard` beside `data_dir`. One
// inside data_dir would be copied and put back with the store, and guard nothing.
absl::StatusOr<std::string> GuardFileOf(const v1::NodeConfig& stated, const std::string& data_dir,
                                        const std::string& folder);

}  // namespace gatepost::config

#endif  // GATEPOST_DAEMON_CONFIG_CHECKS_H_
