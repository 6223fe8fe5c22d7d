#ifndef GATEPOST_DAEMON_RPC_EXCHANGE_SERVICE_H_
#define GATEPOST_DAEMON_RPC_EXCHANGE_SERVICE_H_

#include <functional>

#include "daemon/exchange/door.h"
#include "daemon/exchange/fetched.h"
#include "daemon/exchange/queries.h"
#include "daemon/exchange/watch.h"
#include "daemon/rpc/gate_keeper.h"
#include "daemon/rpc/live_calls.h"
#include "gatepost/v1/exchange_service.grpc.pb.h"

namespace gatepost::rpc {

// ExchangeService with its unary methods as bytes (raw_call.h).
using RawExchangeService = v1::ExchangeService::WithRawCallbackMethod_Submit<
    v1::ExchangeService::WithRawCallbackMethod_DropHeld<
        v1::ExchangeService::WithRawCallbackMethod_SubmitBatch<
            v1::ExchangeService::WithRawCallbackMethod_GetMessage<
                v1::ExchangeService::WithRawCallbackMethod_ListMessages<
                    v1::ExchangeService::WithCallbackMethod_WatchMessages<
                        v1::ExchangeService::WithRawCallbackMethod_GetStatus<
                            v1::ExchangeService::WithRawCallbackMethod_GetNode<
                                v1::ExchangeService::Service>>>>>>>>;

// Translates ExchangeService calls; the contract is in proto/gatepost/v1/exchange_service.proto.
class ExchangeServiceImpl final : public RawExchangeService {
 public:
  struct Parts {
    GateKeeper& keeper;
    exchange::Door& door;
    const exchange::Queries& queries;
    exchange::Watch& watch;
    exchange::FetchLog& fetches;
    certs::PeerJudge& judge;
    LiveCalls& live;
    // What GetNode answers; set by the node, which alone knows all its parts.
    std::function<absl::StatusOr<v1::GetNodeResponse>()> describe_node;
  };
  // All parts must outlive the service.
  explicit ExchangeServiceImpl(Parts parts) : parts_(std::move(parts)) {}

  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context,
                                   const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* DropHeld(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* SubmitBatch(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetMessage(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListMessages(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerWriteReactor<v1::WatchMessagesResponse>* WatchMessages(
      grpc::CallbackServerContext* context, const v1::WatchMessagesRequest* request) override;
  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetNode(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;

 private:
  Parts parts_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_EXCHANGE_SERVICE_H_
