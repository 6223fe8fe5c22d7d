#ifndef GATEPOST_DAEMON_RPC_REGISTER_SERVICE_H_
#define GATEPOST_DAEMON_RPC_REGISTER_SERVICE_H_

#include <string>

#include "daemon/domain/gate_register.h"
#include "daemon/rpc/gate_keeper.h"
#include "daemon/system/clock.h"
#include "gatepost/v1/register_service.grpc.pb.h"

namespace gatepost::rpc {

// RegisterService with its methods as bytes (raw_call.h).
using RawRegisterService = v1::RegisterService::WithRawCallbackMethod_ListGates<
    v1::RegisterService::WithRawCallbackMethod_ResolveGate<v1::RegisterService::Service>>;

// Translates RegisterService calls.
class RegisterServiceImpl final : public RawRegisterService {
 public:
  // All must outlive the service. `zone` is the node's civil zone: what "today" means.
  RegisterServiceImpl(GateKeeper& keeper, const domain::GateRegister& gates,
                      const system::Clock& clock, std::string zone)
      : keeper_(keeper), gates_(gates), clock_(clock), zone_(std::move(zone)) {}

  grpc::ServerUnaryReactor* ListGates(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ResolveGate(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;

 private:
  // The day asked for, or today. BAD_TIME.
  absl::StatusOr<absl::CivilDay> DayAsked(bool asked, const v1::CivilDate& date) const;
  absl::StatusOr<v1::ListGatesResponse> List(const v1::ListGatesRequest& request) const;
  absl::StatusOr<v1::ResolveGateResponse> Resolve(const v1::ResolveGateRequest& request) const;

  GateKeeper& keeper_;
  const domain::GateRegister& gates_;
  const system::Clock& clock_;
  const std::string zone_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_REGISTER_SERVICE_H_
