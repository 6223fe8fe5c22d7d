#ifndef GATEPOST_DAEMON_NODE_BOUNDS_H_
#define GATEPOST_DAEMON_NODE_BOUNDS_H_

#include <grpcpp/server_builder.h>

#include <memory>

#include "certs/grpc_credentials.h"
#include "daemon/config/node_settings.h"
#include "daemon/rpc/limits/limits.h"
#include "daemon/system/clock.h"

namespace gatepost::node {

// What callers of a node are held to.
rpc::LimitSettings LimitSettingsOf(const config::NodeLimits& limits);

// Bounds that gRPC itself keeps for each connection: streams, bytes of a message and of headers,
// how long a handshake, silence and the connection itself may last, pings, and all its memory.
void BoundConnections(const config::NodeLimits& limits, grpc::ServerBuilder& builder);

// Lets each identity shake hands at most 20 times a second, and 100 times after a rest.
// RATE_EXCEEDED.
certs::MayConnect BoundHandshakes(std::shared_ptr<const system::Clock> clock);

// Passes on at most 20 refused certificates a second, 500 after a rest, so that strangers cannot
// fill the disk by way of the log; how many were left out is said with the next one.
certs::RefusedCertificate Bounded(certs::RefusedCertificate refused,
                                  std::shared_ptr<const system::Clock> clock);

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_BOUNDS_H_
