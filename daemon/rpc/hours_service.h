#ifndef GATEPOST_DAEMON_RPC_HOURS_SERVICE_H_
#define GATEPOST_DAEMON_RPC_HOURS_SERVICE_H_

#include "daemon/exchange/hours_queries.h"
#include "daemon/rpc/gate_keeper.h"
#include "gatepost/v1/hours_service.grpc.pb.h"

namespace gatepost::rpc {

// HoursService with its methods as bytes (raw_call.h).
using RawHoursService = v1::HoursService::WithRawCallbackMethod_GetHours<
    v1::HoursService::WithRawCallbackMethod_ListDays<
        v1::HoursService::WithRawCallbackMethod_ListObservedDays<
            v1::HoursService::WithRawCallbackMethod_ListLeadTimes<
                v1::HoursService::WithRawCallbackMethod_PrepareNotice<
                    v1::HoursService::Service>>>>>;

// Translates HoursService calls.
class HoursServiceImpl final : public RawHoursService {
 public:
  // Both must outlive the service.
  HoursServiceImpl(GateKeeper& keeper, const exchange::HoursQueries& queries)
      : keeper_(keeper), queries_(queries) {}

  grpc::ServerUnaryReactor* GetHours(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override {
    return keeper_.Answer<v1::GetHoursRequest>(
        context, "GetHours", request, response,
        [this](const auto& asked) { return queries_.GetHours(asked); });
  }
  grpc::ServerUnaryReactor* ListDays(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override {
    return keeper_.Answer<v1::ListDaysRequest>(
        context, "ListDays", request, response,
        [this](const auto& asked) { return queries_.ListDays(asked); });
  }
  grpc::ServerUnaryReactor* ListObservedDays(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* request,
                                             grpc::ByteBuffer* response) override {
    return keeper_.Answer<v1::ListObservedDaysRequest>(
        context, "ListObservedDays", request, response,
        [this](const auto& asked) { return queries_.ListObservedDays(asked); });
  }
  grpc::ServerUnaryReactor* ListLeadTimes(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return keeper_.Answer<v1::ListLeadTimesRequest>(
        context, "ListLeadTimes", request, response,
        [this](const auto& asked) { return queries_.ListLeadTimes(asked); });
  }
  grpc::ServerUnaryReactor* PrepareNotice(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return keeper_.Answer<v1::PrepareNoticeRequest>(
        context, "PrepareNotice", request, response,
        [this](const auto& asked) { return queries_.PrepareNotice(asked); });
  }

 private:
  GateKeeper& keeper_;
  const exchange::HoursQueries& queries_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_HOURS_SERVICE_H_
