#ifndef GATEPOST_DAEMON_RPC_AGREEMENT_SERVICE_H_
#define GATEPOST_DAEMON_RPC_AGREEMENT_SERVICE_H_

#include <cstdint>
#include <vector>

#include "daemon/exchange/agreements/agreement_queries.h"
#include "daemon/exchange/fetched.h"
#include "daemon/rpc/gate_keeper.h"
#include "gatepost/v1/agreement_service.grpc.pb.h"

namespace gatepost::rpc {

// AgreementService with its methods as bytes (raw_call.h).
using RawAgreementService = v1::AgreementService::WithRawCallbackMethod_ListAgreements<
    v1::AgreementService::WithRawCallbackMethod_GetAgreement<
        v1::AgreementService::WithRawCallbackMethod_PrepareProposal<
            v1::AgreementService::Service>>>;

// Translates AgreementService calls.
class AgreementServiceImpl final : public RawAgreementService {
 public:
  // All must outlive the service.
  AgreementServiceImpl(GateKeeper& keeper, const exchange::AgreementQueries& queries,
                       exchange::FetchLog& fetches)
      : keeper_(keeper), queries_(queries), fetches_(fetches) {}

  grpc::ServerUnaryReactor* ListAgreements(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override {
    return keeper_.Answer<v1::ListAgreementsRequest>(
        context, "ListAgreements", request, response,
        [this](const auto& asked) { return queries_.ListAgreements(asked); });
  }
  grpc::ServerUnaryReactor* GetAgreement(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override {
    return keeper_.Answer<v1::GetAgreementRequest>(
        context, "GetAgreement", request, response,
        [this](const v1::GetAgreementRequest& asked, const certs::Identity& caller) {
          std::vector<int64_t> fetched;
          absl::StatusOr<v1::GetAgreementResponse> answer = queries_.GetAgreement(asked, &fetched);
          if (answer.ok()) fetches_.HandedOver(caller, fetched);
          return answer;
        });
  }
  grpc::ServerUnaryReactor* PrepareProposal(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override {
    return keeper_.Answer<v1::PrepareProposalRequest>(
        context, "PrepareProposal", request, response,
        [this](const auto& asked) { return queries_.PrepareProposal(asked); });
  }

 private:
  GateKeeper& keeper_;
  const exchange::AgreementQueries& queries_;
  exchange::FetchLog& fetches_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_AGREEMENT_SERVICE_H_
