#include "daemon/node/bounds.h"

#include <grpc/grpc.h>
#include <grpcpp/resource_quota.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "daemon/rpc/limits/line_pace.h"
#include "daemon/rpc/limits/name_pace.h"
#include "daemon/system/reason.h"
#include "fmt/format.h"

namespace gatepost::node {

namespace {

constexpr int64_t kNodeTimesIdentity = 8;
constexpr int kMostWorkers = 8;
constexpr int kSecond = 1000;  // In milliseconds, as gRPC counts.
// One connection of an agency's system; what it wants at once beyond that waits at its end.
constexpr int kStreamsOfConnection = 256;
// As gRPC's own default, said here because reasons are made to fit it.
constexpr int kMetadataBytes = 8 << 10;
constexpr int kHandshakeWithin = 10 * kSecond;
constexpr int kIdleAtMost = 300 * kSecond;
// A stream that outlives the age of its connection so far begins anew, a request that is never
// completed ends. Watches and links resume without a gap.
constexpr int kStreamsEndAfter = 3600 * kSecond;
constexpr int kKeepaliveEvery = 60 * kSecond;
constexpr int kKeepaliveAnsweredWithin = 20 * kSecond;
// Our own clients ping every 330 s; whoever pings much faster is told to go away.
constexpr int kPingsNoFaster = 60 * kSecond;
constexpr int kPingStrikes = 2;
// The last resort, far above what bounds callers: gRPC gives up streams instead of the process.
constexpr size_t kGrpcMemory = size_t{512} << 20;

constexpr double kHandshakesPerSecond = 20;
constexpr double kHandshakeBurst = 100;
constexpr double kSaidPerSecond = 20;
constexpr double kSaidBurst = 500;

}  // namespace

rpc::LimitSettings LimitSettingsOf(const config::NodeLimits& limits) {
  rpc::LimitSettings settings;
  settings.calls.calls_per_second = limits.calls_per_second;
  settings.calls.call_burst = limits.call_burst;
  settings.calls.calls_in_flight = limits.calls_in_flight;
  settings.calls.bytes_in_flight = static_cast<int64_t>(limits.bytes_in_flight);
  settings.calls.node_calls_in_flight = kNodeTimesIdentity * settings.calls.calls_in_flight;
  settings.calls.node_bytes_in_flight = kNodeTimesIdentity * settings.calls.bytes_in_flight;
  settings.shares.begun_a_second = limits.shared_calls_per_second;
  settings.worker_threads =
      std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 2, kMostWorkers);
  settings.largest_request = limits.max_envelope_bytes + config::kRequestAround;
  return settings;
}

void BoundConnections(const config::NodeLimits& limits, grpc::ServerBuilder& builder) {
  // Room above the largest request, so that one that is too large is refused by name.
  builder.SetMaxReceiveMessageSize(static_cast<int>(4 * limits.max_envelope_bytes));
  const std::pair<const char*, int> bounds[] = {
      {GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreamsOfConnection},
      {GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytes},
      {GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeWithin},
      {GRPC_ARG_MAX_CONNECTION_IDLE_MS, kIdleAtMost},
      {GRPC_ARG_MAX_CONNECTION_AGE_MS, static_cast<int>(limits.connection_age_seconds) * kSecond},
      {GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kStreamsEndAfter},
      {GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveEvery},
      {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveAnsweredWithin},
      {GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1},
      {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kPingsNoFaster},
      {GRPC_ARG_HTTP2_MAX_PING_STRIKES, kPingStrikes},
      {GRPC_ARG_ALLOW_REUSEPORT, 0}};
  for (const auto& [name, value] : bounds) builder.AddChannelArgument(name, value);
  builder.SetResourceQuota(grpc::ResourceQuota("callers").Resize(kGrpcMemory));
}

certs::MayConnect BoundHandshakes(std::shared_ptr<const system::Clock> clock) {
  auto pace =
      std::make_shared<rpc::NamePace>(kHandshakesPerSecond, kHandshakeBurst, std::move(clock));
  return [pace](const certs::SpiffeId& caller) {
    if (pace->May(caller.ToString())) return absl::OkStatus();
    return system::Refuse(
        v1::REASON_RATE_EXCEEDED,
        fmt::format("at most {} new connections a second of one identity", kHandshakesPerSecond),
        "one more of " + caller.ToString(), "keep a connection and use it");
  };
}

certs::RefusedCertificate Bounded(certs::RefusedCertificate refused,
                                  std::shared_ptr<const system::Clock> clock) {
  auto pace = std::make_shared<rpc::LinePace>(kSaidPerSecond, kSaidBurst, std::move(clock));
  return [pace, refused = std::move(refused)](const absl::Status& why, std::string_view subject) {
    const std::optional<int64_t> left_out = pace->May();
    if (!left_out.has_value()) return;
    if (*left_out > 0) {
      spdlog::warn("certificates refused and not said, since there were too many: {}", *left_out);
    }
    refused(why, subject);
  };
}

}  // namespace gatepost::node
