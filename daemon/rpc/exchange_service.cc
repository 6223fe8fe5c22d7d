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
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const absl::StatusOr<certs::Identity> caller =
      parts_.keeper.Admit(*context->auth_context(), exchange::Act::kSubmit, "Submit");
  if (!caller.ok()) {
    reactor->Finish(ToGrpcStatus(caller.status()));
    return reactor;
  }
  // The reactor stays valid until Finish, and Submit answers exactly once.
  try {
    const absl::StatusOr<v1::SubmitRequest> asked = ParseRequest<v1::SubmitRequest>(*request);
    if (!asked.ok()) {
      reactor->Finish(ToGrpcStatus(asked.status()));
      return reactor;
    }
    parts_.door.Submit(*caller, *asked,
                       [reactor, response](const absl::StatusOr<v1::SubmitResponse>& answer) {
                         reactor->Finish(WriteResponse(answer, response));
                       });
  } catch (const std::exception& error) {
    reactor->Finish(ToGrpcStatus(absl::InternalError(error.what())));
  }
  return reactor;
}

grpc::ServerUnaryReactor* ExchangeServiceImpl::DropHeld(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const absl::StatusOr<certs::Identity> caller =
      parts_.keeper.Admit(*context->auth_context(), exchange::Act::kSubmit, "DropHeld");
  if (!caller.ok()) {
    reactor->Finish(ToGrpcStatus(caller.status()));
    return reactor;
  }
  // The reactor stays valid until Finish, and DropHeld answers exactly once.
  try {
    const absl::StatusOr<v1::DropHeldRequest> asked = ParseRequest<v1::DropHeldRequest>(*request);
    if (!asked.ok()) {
      reactor->Finish(ToGrpcStatus(asked.status()));
      return reactor;
    }
    parts_.door.DropHeld(*caller, *asked,
                         [reactor, response](const absl::StatusOr<v1::DropHeldResponse>& answer) {
                           reactor->Finish(WriteResponse(answer, response));
                         });
  } catch (const std::exception& error) {
    reactor->Finish(ToGrpcStatus(absl::InternalError(error.what())));
  }
  return reactor;
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
  const absl::StatusOr<certs::Identity> caller =
      parts_.keeper.Admit(*context->auth_context(), exchange::Act::kRead, "WatchMessages");
  return StartWatch(context, caller, parts_.watch, parts_.fetches, *request);
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
