#ifndef GATEPOST_DAEMON_RPC_GRPC_STATUS_H_
#define GATEPOST_DAEMON_RPC_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace gatepost::rpc {

// `status` as gRPC sends it: same code and text, and the google.rpc.ErrorInfo in a
// google.rpc.Status in the trailing metadata (grpc-status-details-bin). An error that was not made
// by system::Refuse is a defect of ours and goes out as INTERNAL, with REASON_INTERNAL.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_GRPC_STATUS_H_
