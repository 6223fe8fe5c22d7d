#ifndef GATEPOST_DAEMON_RPC_YARD_SERVICE_H_
#define GATEPOST_DAEMON_RPC_YARD_SERVICE_H_

#include "daemon/exchange/queries.h"
#include "daemon/rpc/gate_keeper.h"
#include "gatepost/v1/yard_service.grpc.pb.h"

namespace gatepost::rpc {

// Translates YardService calls.
class YardServiceImpl final : public v1::YardService::CallbackService {
 public:
  // Both must outlive the service.
  YardServiceImpl(GateKeeper& keeper, const exchange::YardQueries& queries)
      : keeper_(keeper), queries_(queries) {}

  grpc::ServerUnaryReactor* GetYardPicture(grpc::CallbackServerContext* context,
                                           const v1::GetYardPictureRequest* request,
                                           v1::GetYardPictureResponse* response) override {
    return keeper_.Answer(context, "GetYardPicture", request, response,
                          [this](const auto& asked) { return queries_.GetYardPicture(asked); });
  }
  grpc::ServerUnaryReactor* ListYardReports(grpc::CallbackServerContext* context,
                                            const v1::ListYardReportsRequest* request,
                                            v1::ListYardReportsResponse* response) override {
    return keeper_.Answer(context, "ListYardReports", request, response,
                          [this](const auto& asked) { return queries_.ListYardReports(asked); });
  }

 private:
  GateKeeper& keeper_;
  const exchange::YardQueries& queries_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_YARD_SERVICE_H_
