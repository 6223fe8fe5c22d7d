#ifndef GATEPOST_DAEMON_RPC_AUTHORITY_SERVICE_H_
#define GATEPOST_DAEMON_RPC_AUTHORITY_SERVICE_H_

#include "daemon/exchange/authority_queries.h"
#include "daemon/exchange/key_queries.h"
#include "daemon/rpc/gate_keeper.h"
#include "gatepost/v1/authority_service.grpc.pb.h"

namespace gatepost::rpc {

// AuthorityService with its methods as bytes (raw_call.h).
using RawAuthorityService = v1::AuthorityService::WithRawCallbackMethod_GetCaller<
    v1::AuthorityService::WithRawCallbackMethod_GetRoster<
        v1::AuthorityService::WithRawCallbackMethod_ListKeys<v1::AuthorityService::Service>>>;

// Translates AuthorityService calls.
class AuthorityServiceImpl final : public RawAuthorityService {
 public:
  // All must outlive the service.
  AuthorityServiceImpl(GateKeeper& keeper, const exchange::AuthorityQueries& queries,
                       const exchange::KeyQueries& keys)
      : keeper_(keeper), queries_(queries), keys_(keys) {}

  grpc::ServerUnaryReactor* GetCaller(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return keeper_.Answer<v1::GetCallerRequest>(
        context, "GetCaller", request, response,
        [this](const v1::GetCallerRequest&, const certs::Identity& caller) {
          return queries_.GetCaller(caller);
        });
  }
  grpc::ServerUnaryReactor* GetRoster(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return keeper_.Answer<v1::GetRosterRequest>(
        context, "GetRoster", request, response,
        [this](const auto& asked) { return queries_.GetRoster(asked); });
  }
  grpc::ServerUnaryReactor* ListKeys(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override {
    return keeper_.Answer<v1::ListKeysRequest>(
        context, "ListKeys", request, response,
        [this](const auto& asked) { return keys_.ListKeys(asked); });
  }

 private:
  GateKeeper& keeper_;
  const exchange::AuthorityQueries& queries_;
  const exchange::KeyQueries& keys_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_AUTHORITY_SERVICE_H_
