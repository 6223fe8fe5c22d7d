#ifndef GATEPOST_DAEMON_RPC_HEALTH_SERVICE_H_
#define GATEPOST_DAEMON_RPC_HEALTH_SERVICE_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/service_type.h>

#include <functional>
#include <set>
#include <string>

#include "daemon/rpc/gate_keeper.h"

namespace gatepost::rpc {

// Check of grpc.health.v1.Health behind the same wrapper as everything else; gRPC's own service
// asks nobody who calls. Watch is not there (UNIMPLEMENTED), as the protocol allows.
class HealthServiceImpl final : public grpc::Service {
 public:
  // SERVING for "" and each of `services`, by their full names, while `serves` says so, else
  // NOT_SERVING. NOT_FOUND for others. `keeper` must outlive it, and so what `serves` looks at.
  HealthServiceImpl(GateKeeper& keeper, std::set<std::string> services,
                    std::function<bool()> serves);

 private:
  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const grpc::ByteBuffer* request, grpc::ByteBuffer* response);

  GateKeeper& keeper_;
  const std::set<std::string> services_;
  const std::function<bool()> serves_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_HEALTH_SERVICE_H_
