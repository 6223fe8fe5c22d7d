#include "daemon/rpc/health_service.h"

#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>

#include <string_view>
#include <utility>

#include "daemon/system/reason.h"
#include "daemon/system/utf8.h"

namespace gatepost::rpc {

namespace {

constexpr char kCheck[] = "/grpc.health.v1.Health/Check";
// grpc.health.v1.HealthCheckResponse.ServingStatus.
constexpr int kServing = 1;
constexpr int kNotServing = 2;
// On the wire the same as HealthCheckRequest, whose one field is `string service = 1`, and as
// HealthCheckResponse, whose one field is the enumeration `status = 1`.
using Request = google::protobuf::StringValue;
using Response = google::protobuf::Int32Value;
// A service's name is no longer than this in a refusal.
constexpr size_t kShown = 80;

}  // namespace

// As generated services say it of a raw method (raw_call.h).
HealthServiceImpl::HealthServiceImpl(GateKeeper& keeper, std::set<std::string> services,
                                     std::function<bool()> serves)
    : keeper_(keeper), services_(std::move(services)), serves_(std::move(serves)) {
  AddMethod(
      new grpc::internal::RpcServiceMethod(kCheck, grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
  MarkMethodRawCallback(
      0, new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
             [this](grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                    grpc::ByteBuffer* response) { return Check(context, request, response); }));
}

grpc::ServerUnaryReactor* HealthServiceImpl::Check(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* request,
                                                   grpc::ByteBuffer* response) {
  return keeper_.Answer<Request>(
      context, "HealthCheck", request, response,
      [this](const Request& asked) -> absl::StatusOr<Response> {
        if (!asked.value().empty() && !services_.contains(asked.value())) {
          return system::Refuse(v1::REASON_NOT_FOUND, "the full name of a service of this node",
                                system::Printable(asked.value(), kShown), "correct the name");
        }
        Response answer;
        answer.set_value(serves_() ? kServing : kNotServing);
        return answer;
      });
}

}  // namespace gatepost::rpc
