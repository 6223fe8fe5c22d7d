#include "daemon/config/node_limits.h"

#include <fmt/format.h>

#include "daemon/config/checks.h"

namespace gatepost::config {

absl::StatusOr<NodeLimits> ReadNodeLimits(const Parsed<v1::NodeConfig>& file) {
  NodeLimits limits;
  struct Bound {
    const char* field;
    uint64_t stated, least, most;
  };
  const v1::NodeLimits& stated = file.value.limits();
  const Bound bounds[] = {
      {"max_envelope_bytes", stated.max_envelope_bytes(), 4096, 16 << 20},
      {"window_messages", stated.window_messages(), 1, 65'536},
      {"window_bytes", stated.window_bytes(), 4096, 256 << 20},
      {"queue_messages", stated.queue_messages(), 1, 65'536},
      {"refusals_per_minute", stated.refusals_per_minute(), 1, 1000},
      {"calls_per_second", stated.calls_per_second(), 1, 1'000'000},
      {"call_burst", stated.call_burst(), 1, 1'000'000},
      {"shared_calls_per_second", stated.shared_calls_per_second(), 1, 1'000'000},
      {"calls_in_flight", stated.calls_in_flight(), 1, 65'536},
      {"bytes_in_flight", stated.bytes_in_flight(), 4096, 1 << 30},
      {"connection_age_seconds", stated.connection_age_seconds(), 10, 86'400},
  };
  for (const Bound& bound : bounds) {
    if (bound.stated != 0 && (bound.stated < bound.least || bound.stated > bound.most)) {
      return FieldError(file, fmt::format("limits.{}", bound.field),
                        fmt::format("{} to {}, or nothing", bound.least, bound.most),
                        fmt::format("{}", bound.stated));
    }
  }
  if (stated.max_envelope_bytes()) limits.max_envelope_bytes = stated.max_envelope_bytes();
  if (stated.window_messages()) limits.window_messages = stated.window_messages();
  if (stated.window_bytes()) limits.window_bytes = stated.window_bytes();
  if (stated.queue_messages()) limits.queue_messages = stated.queue_messages();
  if (stated.refusals_per_minute()) limits.refusals_per_minute = stated.refusals_per_minute();
  if (stated.calls_per_second()) limits.calls_per_second = stated.calls_per_second();
  if (stated.call_burst()) limits.call_burst = stated.call_burst();
  if (stated.shared_calls_per_second()) {
    limits.shared_calls_per_second = stated.shared_calls_per_second();
  }
  if (stated.calls_in_flight()) limits.calls_in_flight = stated.calls_in_flight();
  if (stated.bytes_in_flight()) limits.bytes_in_flight = stated.bytes_in_flight();
  if (stated.connection_age_seconds()) {
    limits.connection_age_seconds = stated.connection_age_seconds();
  }
  if (limits.bytes_in_flight < limits.max_envelope_bytes + kRequestAround) {
    return FieldError(file, "limits.bytes_in_flight", "room for a call with the largest envelope",
                      fmt::format("{} bytes for envelopes of up to {}", limits.bytes_in_flight,
                                  limits.max_envelope_bytes));
  }
  if (limits.window_bytes < limits.max_envelope_bytes) {
    return FieldError(file, "limits.window_bytes", "room for the largest envelope",
                      fmt::format("{} bytes for envelopes of up to {}", limits.window_bytes,
                                  limits.max_envelope_bytes));
  }
  return limits;
}

}  // namespace gatepost::config
