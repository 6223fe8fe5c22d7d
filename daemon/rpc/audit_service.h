#ifndef GATEPOST_DAEMON_RPC_AUDIT_SERVICE_H_
#define GATEPOST_DAEMON_RPC_AUDIT_SERVICE_H_

#include <exception>
#include <string_view>
#include <utility>

#include "daemon/exchange/audit/audit_log.h"
#include "daemon/exchange/audit/audit_queries.h"
#include "daemon/rpc/gate_keeper.h"
#include "gatepost/v1/audit_service.grpc.pb.h"

namespace gatepost::rpc {

// AuditService with its methods as bytes (raw_call.h).
using RawAuditService = v1::AuditService::WithRawCallbackMethod_ListEntries<
    v1::AuditService::WithRawCallbackMethod_GetEvidence<
        v1::AuditService::WithRawCallbackMethod_ProveEntry<
            v1::AuditService::WithRawCallbackMethod_ProveConsistency<
                v1::AuditService::WithRawCallbackMethod_ReadLog<
                    v1::AuditService::WithRawCallbackMethod_GetHeads<
                        v1::AuditService::Service>>>>>>;

// Translates AuditService calls. An answer leaves the node once its leaf is durable.
class AuditServiceImpl final : public RawAuditService {
 public:
  // All must outlive the service.
  AuditServiceImpl(GateKeeper& keeper, const exchange::AuditQueries& queries,
                   exchange::AuditLog& log)
      : keeper_(keeper), queries_(queries), log_(log) {}

  grpc::ServerUnaryReactor* ListEntries(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return Answer<v1::ListEntriesRequest>(
        context, exchange::Act::kAudit, "ListEntries", request, response,
        [this](const auto&, const auto& asked) { return queries_.ListEntries(asked); });
  }
  grpc::ServerUnaryReactor* GetEvidence(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return Answer<v1::GetEvidenceRequest>(context, exchange::Act::kAuditLink, "GetEvidence",
                                          request, response,
                                          [this](const auto& caller, const auto& asked) {
                                            return queries_.GetEvidence(caller, asked);
                                          });
  }
  grpc::ServerUnaryReactor* ProveEntry(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Answer<v1::ProveEntryRequest>(context, exchange::Act::kAuditLink, "ProveEntry", request,
                                         response, [this](const auto& caller, const auto& asked) {
                                           return queries_.ProveEntry(caller, asked);
                                         });
  }
  grpc::ServerUnaryReactor* ProveConsistency(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* request,
                                             grpc::ByteBuffer* response) override {
    return Answer<v1::ProveConsistencyRequest>(
        context, exchange::Act::kAudit, "ProveConsistency", request, response,
        [this](const auto&, const auto& asked) { return queries_.ProveConsistency(asked); });
  }
  grpc::ServerUnaryReactor* ReadLog(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override {
    return Answer<v1::ReadLogRequest>(
        context, exchange::Act::kAudit, "ReadLog", request, response,
        [this](const auto&, const auto& asked) { return queries_.ReadLog(asked); });
  }
  grpc::ServerUnaryReactor* GetHeads(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override {
    return Answer<v1::GetHeadsRequest>(
        context, exchange::Act::kAudit, "GetHeads", request, response,
        [this](const auto&, const auto& asked) { return queries_.GetHeads(asked); });
  }

 private:
  // As GateKeeper::Answer, for `read` (caller and request → StatusOr of an Audited response).
  template <typename Request, typename Read>
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, exchange::Act act,
                                   std::string_view method, const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* response, Read read) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    try {
      const absl::StatusOr<certs::Identity> caller =
          keeper_.Admit(*context->auth_context(), act, method);
      if (!caller.ok()) {
        reactor->Finish(ToGrpcStatus(caller.status()));
        return reactor;
      }
      const absl::StatusOr<Request> asked = ParseRequest<Request>(*request);
      if (!asked.ok()) {
        reactor->Finish(ToGrpcStatus(asked.status()));
        return reactor;
      }
      auto answer = read(*caller, *asked);
      if (!answer.ok()) {
        reactor->Finish(ToGrpcStatus(answer.status()));
        return reactor;
      }
      // Serialized here, so that the committer only has to say go.
      bool unused = false;
      const grpc::Status written = grpc::SerializationTraits<decltype(answer->response)>::Serialize(
          answer->response, response, &unused);
      if (!written.ok()) {
        reactor->Finish(written);
        return reactor;
      }
      log_.Log(*caller, std::move(answer->trace), [reactor](const absl::Status& logged) {
        reactor->Finish(logged.ok() ? grpc::Status::OK : ToGrpcStatus(logged));
      });
    } catch (const std::exception& error) {
      reactor->Finish(ToGrpcStatus(absl::InternalError(error.what())));
    }
    return reactor;
  }

  GateKeeper& keeper_;
  const exchange::AuditQueries& queries_;
  exchange::AuditLog& log_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_AUDIT_SERVICE_H_
