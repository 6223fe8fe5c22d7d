#ifndef GATEPOST_DAEMON_RPC_RAW_CALL_H_
#define GATEPOST_DAEMON_RPC_RAW_CALL_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include "absl/status/statusor.h"
#include "daemon/rpc/grpc_status.h"
#include "daemon/system/reason.h"
#include "fmt/format.h"

// Unary methods take and give bytes: gRPC's own handlers answer a request that is no message with
// an UNIMPLEMENTED that names nothing, before ours are asked.
namespace gatepost::rpc {

// The request that came as `bytes`. BAD_ARGUMENT when they are none.
template <typename Request>
absl::StatusOr<Request> ParseRequest(const grpc::ByteBuffer& bytes) {
  grpc::ByteBuffer read = bytes;  // Shares the bytes; reading uses it up.
  Request request;
  if (grpc::SerializationTraits<Request>::Deserialize(&read, &request).ok()) return request;
  return system::Refuse(v1::REASON_BAD_ARGUMENT,
                        fmt::format("a serialized {}", Request::descriptor()->full_name()),
                        fmt::format("{} bytes that are none", bytes.Length()),
                        "serialize the request with the published schema");
}

// Puts the answer into `bytes`; the status to finish the call with.
template <typename Response>
grpc::Status WriteResponse(const absl::StatusOr<Response>& answer, grpc::ByteBuffer* bytes) {
  if (!answer.ok()) return ToGrpcStatus(answer.status());
  bool unused = false;
  return grpc::SerializationTraits<Response>::Serialize(*answer, bytes, &unused);
}

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_RAW_CALL_H_
