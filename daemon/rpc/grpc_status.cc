#include "daemon/rpc/grpc_status.h"

#include <string>

#include "absl/strings/cord.h"
#include "daemon/system/reason.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace gatepost::rpc {

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  if (!system::RefusalOf(status).has_value()) {
    return ToGrpcStatus(system::Refuse(v1::REASON_INTERNAL, "no defect in this software",
                                       std::string(status.message()),
                                       "report it with the node's log; try once more"));
  }
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(std::string(status.message()));
  google::rpc::ErrorInfo info;
  info.ParseFromString(std::string(*status.GetPayload(system::kErrorInfoUrl)));
  details.add_details()->PackFrom(info);
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), details.message(),
                      details.SerializeAsString());
}

}  // namespace gatepost::rpc
