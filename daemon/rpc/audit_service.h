#ifndef GATEPOST_DAEMON_RPC_AUDIT_SERVICE_H_
#define GATEPOST_DAEMON_RPC_AUDIT_SERVICE_H_

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
  // `method` is a constant.
  template <typename Request, typename Read>
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, exchange::Act act,
                                   std::string_view method, const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* response, Read read) {
    return keeper_.Serve<Request>(
        context, act, method, request, response,
        [this, method, read = std::move(read)](UnaryCall& call, const Request& asked) {
          auto answer = read(call.caller(), asked);
          if (!answer.ok()) {
            // Nobody of the other side looks for what is not his unseen.
            if (!queries_.SeesAll(call.caller())) {
              keeper_.LogDenied(call.caller().id.ToString(), method, answer.status());
            }
            return call.Answer(answer.status());
          }
          // Serialized here, so that the committer only has to say go.
          const grpc::Status written = call.Write(answer->response);
          if (!written.ok()) return call.End(written);
          log_.Log(call.caller(), std::move(answer->trace),
                   [&call](const absl::Status& logged) { call.Answer(logged); });
        });
  }

  GateKeeper& keeper_;
  const exchange::AuditQueries& queries_;
  exchange::AuditLog& log_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_AUDIT_SERVICE_H_
