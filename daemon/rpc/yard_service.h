#ifndef GATEPOST_DAEMON_RPC_YARD_SERVICE_H_
#define GATEPOST_DAEMON_RPC_YARD_SERVICE_H_

#include "daemon/exchange/gate_day_queries.h"
#include "daemon/exchange/queries.h"
#include "daemon/rpc/gate_keeper.h"
#include "gatepost/v1/yard_service.grpc.pb.h"

namespace gatepost::rpc {

// YardService with its methods as bytes (raw_call.h).
using RawYardService = v1::YardService::WithRawCallbackMethod_GetYardPicture<
    v1::YardService::WithRawCallbackMethod_ListYardReports<
        v1::YardService::WithRawCallbackMethod_ListGateDays<v1::YardService::Service>>>;

// Translates YardService calls.
class YardServiceImpl final : public RawYardService {
 public:
  // All must outlive the service.
  YardServiceImpl(GateKeeper& keeper, const exchange::YardQueries& queries,
                  const exchange::GateDayQueries& gate_days)
      : keeper_(keeper), queries_(queries), gate_days_(gate_days) {}

  grpc::ServerUnaryReactor* GetYardPicture(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override {
    return keeper_.Answer<v1::GetYardPictureRequest>(
        context, "GetYardPicture", request, response,
        [this](const auto& asked) { return queries_.GetYardPicture(asked); });
  }
  grpc::ServerUnaryReactor* ListYardReports(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override {
    return keeper_.Answer<v1::ListYardReportsRequest>(
        context, "ListYardReports", request, response,
        [this](const auto& asked) { return queries_.ListYardReports(asked); });
  }
  grpc::ServerUnaryReactor* ListGateDays(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override {
    return keeper_.Answer<v1::ListGateDaysRequest>(
        context, "ListGateDays", request, response,
        [this](const auto& asked) { return gate_days_.ListGateDays(asked); });
  }

 private:
  GateKeeper& keeper_;
  const exchange::YardQueries& queries_;
  const exchange::GateDayQueries& gate_days_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_YARD_SERVICE_H_
