#ifndef GATEPOST_DAEMON_RPC_GATE_KEEPER_H_
#define GATEPOST_DAEMON_RPC_GATE_KEEPER_H_

#include <grpcpp/grpcpp.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/status/statusor.h"
#include "certs/grpc_credentials.h"
#include "daemon/exchange/access.h"
#include "daemon/exchange/caller_rights.h"
#include "daemon/exchange/refusal_log.h"
#include "daemon/rpc/limits/limits.h"
#include "daemon/rpc/raw_call.h"
#include "daemon/rpc/unary_call.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::rpc {

// A stream that may begin, and the right to it, kept as long as the stream lasts.
struct AdmittedStream {
  certs::Identity caller;
  CallPermit permit;
};

// The one wrapper around every handler: who calls, may he, is it not too much, and what became of
// it (PROTOCOL.md 8; server interceptors cannot refuse a call in gRPC 1.51). All of it before the
// request is parsed. Any thread.
class GateKeeper {
 public:
  // All must outlive it.
  GateKeeper(const exchange::CallerRights& rights, certs::PeerJudge& judge,
             exchange::RefusalLog& refusals, Limits& limits)
      : rights_(rights), judge_(judge), refusals_(refusals), limits_(limits) {}

  // The caller, when he may do `act`; `method` is named in the log of refusals. Errors: those of
  // certs::IdentityOfCall and CallerRights::MayCall, and RATE_EXCEEDED for one who may not and asks
  // too often. Only callers who proved who they are are logged; also those whose certificate does
  // not hold any more.
  absl::StatusOr<certs::Identity> Admit(const grpc::AuthContext& context, exchange::Act act,
                                        std::string_view method) {
    absl::StatusOr<certs::Identity> caller = certs::IdentityOfCall(context, judge_);
    if (!caller.ok()) {
      // He was let in when he connected, and is known by that. A link says itself why it ended.
      const std::string name = certs::NameOfCall(context);
      if (!name.empty() && act != exchange::Act::kLink) LogDenied(name, method, caller.status());
      return caller;
    }
    absl::Status may = rights_.MayCall(*caller, act);
    if (may.ok()) return caller;
    if (absl::Status rate = limits_.calls.Count(caller->id.ToString()); !rate.ok()) may = rate;
    LogDenied(caller->id.ToString(), method, may);
    return may;
  }

  // Says in the log, within its limit, that `who` did not get what he called for.
  void LogDenied(std::string_view who, std::string_view method, const absl::Status& why) {
    refusals_.Log("DENIED", who, "call:" + std::string(method), why);
  }

  // As Admit, for a stream whose request has `bytes`. Also RATE_EXCEEDED, TOO_MUCH_IN_FLIGHT and
  // TOO_LARGE.
  absl::StatusOr<AdmittedStream> AdmitStream(const grpc::AuthContext& context, exchange::Act act,
                                             std::string_view method, size_t bytes) {
    GATEPOST_ASSIGN_OR_RETURN(certs::Identity caller, Admit(context, act, method));
    GATEPOST_ASSIGN_OR_RETURN(CallPermit permit, Enter(caller, act, method, bytes));
    return AdmittedStream{std::move(caller), std::move(permit)};
  }

  // Whether a caller who was admitted for a stream may still do `act` now. Errors of
  // CallerRights::MayCall.
  absl::Status MayStill(const certs::Identity& caller, exchange::Act act) const {
    return rights_.MayCall(caller, act);
  }

  // Whoever was refused by AdmitStream hears it through this: `answer` is called, a while later
  // when he calls too much, or is nobody any more.
  void AnswerRefused(const absl::Status& why, std::function<void()> answer) {
    if (why.code() == absl::StatusCode::kResourceExhausted ||
        why.code() == absl::StatusCode::kUnauthenticated) {
      limits_.late.Give(std::move(answer));
    } else {
      answer();
    }
  }

  // Cuts what is not taken in time.
  SlowTakers& slow() { return limits_.slow; }

  // Says in the log that a stream of `caller` was cut because he is slow.
  void LogTooSlow(const certs::SpiffeId& caller, std::string_view method) {
    LogDenied(caller.ToString(), method,
              system::Refuse(v1::REASON_CALLER_TOO_SLOW,
                             "a caller who takes what he is sent within " +
                                 absl::FormatDuration(limits_.slow.longest()),
                             "one who does not", "read faster, or ask for less"));
  }

  // Handles a unary call: admits the caller, parses the request, and runs `work` (the call and the
  // request), which answers the call, at once or later. Work of one identity never keeps that of
  // another waiting (FairLine). An exception becomes INTERNAL instead of gRPC's silent
  // UNIMPLEMENTED.
  template <typename Request, typename Work>
  grpc::ServerUnaryReactor* Serve(grpc::CallbackServerContext* context, exchange::Act act,
                                  std::string_view method, const grpc::ByteBuffer* request,
                                  grpc::ByteBuffer* response, Work work) {
    auto* call = new UnaryCall(context, response, limits_);
    try {
      absl::StatusOr<certs::Identity> caller = Admit(*context->auth_context(), act, method);
      if (!caller.ok()) return Refused(call, request, caller.status());
      absl::StatusOr<CallPermit> permit = Enter(*caller, act, method, request->Length());
      if (!permit.ok()) return Refused(call, request, permit.status());
      call->Admitted(*std::move(caller), *std::move(permit));
      limits_.workers.Do(call->line(), [call, request, work = std::move(work)] {
        try {
          const absl::StatusOr<Request> asked = ParseRequest<Request>(*request);
          if (asked.ok()) {
            work(*call, *asked);
          } else {
            call->Answer(asked.status());
          }
        } catch (const std::exception& error) {
          call->Answer(absl::InternalError(error.what()));
        }
      });
    } catch (const std::exception& error) {
      call->Answer(absl::InternalError(error.what()));
    }
    return call;
  }

  // Serve for a call that only reads: `read` (request, or request and caller → StatusOr of the
  // response) is the answer.
  template <typename Request, typename Read>
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, std::string_view method,
                                   const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                   Read read) {
    return Serve<Request>(
        context, exchange::Act::kRead, method, request, response,
        [read = std::move(read)](UnaryCall& call, const Request& asked) {
          if constexpr (std::is_invocable_v<Read, const Request&, const certs::Identity&>) {
            call.Answer(read(asked, call.caller()));
          } else {
            call.Answer(read(asked));
          }
        });
  }

 private:
  absl::StatusOr<CallPermit> Enter(const certs::Identity& caller, exchange::Act act,
                                   std::string_view method, size_t bytes) {
    const std::string who = caller.id.ToString();
    absl::StatusOr<CallPermit> permit;
    if (bytes <= limits_.largest_request) {
      permit = limits_.calls.Enter(who, static_cast<int64_t>(bytes),
                                   act == exchange::Act::kLink ? Caller::kPeer : Caller::kAgency);
    } else if (const absl::Status rate = limits_.calls.Count(who); !rate.ok()) {
      permit = rate;
    } else {
      permit = system::Refuse(v1::REASON_TOO_LARGE,
                              fmt::format("a request of at most {} bytes", limits_.largest_request),
                              fmt::format("{}", bytes), "ask for less, or send less at once");
    }
    if (!permit.ok()) LogDenied(who, method, permit.status());
    return permit;
  }

  grpc::ServerUnaryReactor* Refused(UnaryCall* call, const grpc::ByteBuffer* request,
                                    const absl::Status& why) {
    // Not kept while the refusal waits. The buffer is the call's own, made for its handler.
    const_cast<grpc::ByteBuffer*>(request)->Clear();
    AnswerRefused(why, [call, why] { call->Answer(why); });
    return call;
  }

  const exchange::CallerRights& rights_;
  certs::PeerJudge& judge_;
  exchange::RefusalLog& refusals_;
  Limits& limits_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_GATE_KEEPER_H_
