#ifndef GATEPOST_DAEMON_RPC_GATE_KEEPER_H_
#define GATEPOST_DAEMON_RPC_GATE_KEEPER_H_

#include <grpcpp/grpcpp.h>

#include <exception>
#include <string>
#include <type_traits>

#include "absl/status/statusor.h"
#include "certs/grpc_credentials.h"
#include "daemon/exchange/access.h"
#include "daemon/exchange/caller_rights.h"
#include "daemon/exchange/refusal_log.h"
#include "daemon/rpc/grpc_status.h"
#include "daemon/rpc/raw_call.h"
#include "daemon/system/reason.h"

namespace gatepost::rpc {

// The one wrapper around every handler: who calls, may he, and what became of it (PROTOCOL.md 8;
// server interceptors cannot refuse a call in gRPC 1.51). Any thread.
class GateKeeper {
 public:
  // All must outlive it.
  GateKeeper(const exchange::CallerRights& rights, certs::PeerJudge& judge,
             exchange::RefusalLog& refusals)
      : rights_(rights), judge_(judge), refusals_(refusals) {}

  // The caller, when he may do `act`; `method` is named in the log of refusals. Errors: those of
  // certs::IdentityOfCall and CallerRights::MayCall. Only callers who proved who they are are
  // logged.
  absl::StatusOr<certs::Identity> Admit(const grpc::AuthContext& context, exchange::Act act,
                                        std::string_view method) {
    absl::StatusOr<certs::Identity> caller = certs::IdentityOfCall(context, judge_);
    if (!caller.ok()) return caller;
    absl::Status may = rights_.MayCall(*caller, act);
    if (may.ok()) return caller;
    refusals_.Log("DENIED", caller->id.ToString(), "call:" + std::string(method), may);
    return may;
  }

  // Handles a unary call that only reads: admits the caller, parses the request, runs `read`
  // (request, or request and caller → StatusOr of the response) and answers. An exception becomes
  // INTERNAL instead of gRPC's silent UNIMPLEMENTED.
  template <typename Request, typename Read>
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, std::string_view method,
                                   const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                   Read read) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    try {
      const absl::StatusOr<certs::Identity> caller =
          Admit(*context->auth_context(), exchange::Act::kRead, method);
      if (!caller.ok()) {
        reactor->Finish(ToGrpcStatus(caller.status()));
        return reactor;
      }
      const absl::StatusOr<Request> asked = ParseRequest<Request>(*request);
      if (!asked.ok()) {
        reactor->Finish(ToGrpcStatus(asked.status()));
      } else if constexpr (std::is_invocable_v<Read, const Request&, const certs::Identity&>) {
        reactor->Finish(WriteResponse(read(*asked, *caller), response));
      } else {
        reactor->Finish(WriteResponse(read(*asked), response));
      }
    } catch (const std::exception& error) {
      reactor->Finish(ToGrpcStatus(absl::InternalError(error.what())));
    }
    return reactor;
  }

 private:
  const exchange::CallerRights& rights_;
  certs::PeerJudge& judge_;
  exchange::RefusalLog& refusals_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_GATE_KEEPER_H_
