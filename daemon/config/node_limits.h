#ifndef GATEPOST_DAEMON_CONFIG_NODE_LIMITS_H_
#define GATEPOST_DAEMON_CONFIG_NODE_LIMITS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "daemon/config/text_file.h"
#include "gatepost/config/v1/node.pb.h"

namespace gatepost::config {

// What a request may hold around its envelope: certificate chains, and fields of the call.
inline constexpr uint64_t kRequestAround = 256 << 10;

// Bounds that protect the node; all set.
struct NodeLimits {
  uint64_t max_envelope_bytes = 1 << 20;
  uint32_t window_messages = 256;
  uint64_t window_bytes = 8 << 20;
  uint32_t queue_messages = 4096;
  uint32_t refusals_per_minute = 10;
  uint32_t calls_per_second = 2000;
  uint32_t call_burst = 4000;
  uint32_t shared_calls_per_second = 200;
  uint32_t calls_in_flight = 512;
  uint64_t bytes_in_flight = 32 << 20;
  uint32_t connection_age_seconds = 600;
};

// The limits that a node's config states, and the defaults of the others. BAD_CONFIG.
absl::StatusOr<NodeLimits> ReadNodeLimits(const Parsed<v1::NodeConfig>& file);

}  // namespace gatepost::config

#endif  // GATEPOST_DAEMON_CONFIG_NODE_LIMITS_H_
