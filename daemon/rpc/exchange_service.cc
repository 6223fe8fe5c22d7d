#include "daemon/rpc/exchange_service.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "daemon/rpc/watch_reactor.h"
#include "daemon/system/reason.h"

namespace gatepost::rpc {

grpc::ServerUnaryReactor* ExchangeServiceImpl::Submit(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* request,
                                                      grpc::ByteBuffer* response) {
  return parts_.keeper.Serve<v1::SubmitRequest>(
      context, exchange::Act::kSubmit, "Submit", request, response,
      [this](UnaryCall& call, const v1::SubmitRequest& asked) {
        // The call stays until it is answered, and Submit answers exactly once.
        parts_.door.Submit(
            call.caller(), asked,
            [&call](const absl::StatusOr<v1::SubmitResponse>& answer) { call.Answer(answer); });
      });
}

grpc::ServerUnaryReactor* ExchangeServiceImpl::DropHeld(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return parts_.keeper.Serve<v1::DropHeldRequest>(
      context, exchange::Act::kSubmit, "DropHeld", request, response,
      [this](UnaryCall& call, const v1::DropHeldRequest& asked) {
        parts_.door.DropHeld(
            call.caller(), asked,
            [&call](const absl::StatusOr<v1::DropHeldResponse>& answer) { call.Answer(answer); });
      });
}

grpc::ServerUnaryReactor* ExchangeServiceImpl::SubmitBatch(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* request,
                                                           grpc::ByteBuffer* response) {
  return parts_.keeper.Answer<v1::SubmitBatchRequest>(
      context, "SubmitBatch", request, response,
      [](const v1::SubmitBatchRequest&) -> absl::StatusOr<v1::SubmitBatchResponse> {
        return system::Refuse(v1::REASON_BATCH_NOT_TAKEN, "messages one by one",
                              "a call with a whole batch",
                              "submit each envelope with its BatchMembership through Submit");
      });
}

grpc::ServerUnaryReactor* ExchangeServiceImpl::GetMessage(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* request,
                                                          grpc::ByteBuffer* response) {
  return parts_.keeper.Answer<v1::GetMessageRequest>(
      context, "GetMessage", request, response,
      [this](const v1::GetMessageRequest& asked, const certs::Identity& caller) {
        std::vector<int64_t> fetched;
        absl::StatusOr<v1::GetMessageResponse> answer = parts_.queries.GetMessage(asked, &fetched);
        if (answer.ok()) parts_.fetches.HandedOver(caller, fetched);
        return answer;
      });
}

grpc::ServerUnaryReactor* ExchangeServiceImpl::ListMessages(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* request,
                                                            grpc::ByteBuffer* response) {
  return parts_.keeper.Answer<v1::ListMessagesRequest>(
      context, "ListMessages", request, response,
      [this](const v1::ListMessagesRequest& asked, const certs::Identity& caller) {
        std::vector<int64_t> fetched;
        absl::StatusOr<v1::ListMessagesResponse> answer =
            parts_.queries.ListMessages(asked, &fetched);
        if (answer.ok()) parts_.fetches.HandedOver(caller, fetched);
        return answer;
      });
}

grpc::ServerWriteReactor<v1::WatchMessagesResponse>* ExchangeServiceImpl::WatchMessages(
    grpc::CallbackServerContext* context, const v1::WatchMessagesRequest* request) {
  return StartWatch(context,
                    parts_.keeper.AdmitStream(*context->auth_context(), exchange::Act::kRead,
                                              "WatchMessages", request->ByteSizeLong()),
                    {parts_.keeper, parts_.watch, parts_.fetches, parts_.judge, parts_.live},
                    *request);
}

grpc::ServerUnaryReactor* ExchangeServiceImpl::GetStatus(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* request,
                                                         grpc::ByteBuffer* response) {
  return parts_.keeper.Answer<v1::GetStatusRequest>(
      context, "GetStatus", request, response,
      [this](const v1::GetStatusRequest& asked) { return parts_.queries.GetStatus(asked); });
}

grpc::ServerUnaryReactor* ExchangeServiceImpl::GetNode(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request,
                                                       grpc::ByteBuffer* response) {
  return parts_.keeper.Answer<v1::GetNodeRequest>(
      context, "GetNode", request, response,
      [this](const v1::GetNodeRequest&) { return parts_.describe_node(); });
}

}  // namespace gatepost::rpc
