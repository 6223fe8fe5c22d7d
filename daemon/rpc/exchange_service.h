#ifndef GATEPOST_DAEMON_RPC_EXCHANGE_SERVICE_H_
#define GATEPOST_DAEMON_RPC_EXCHANGE_SERVICE_H_

#include <functional>

#include "daemon/exchange/door.h"
#include "daemon/exchange/queries.h"
#include "daemon/exchange/watch.h"
#include "daemon/rpc/gate_keeper.h"
#include "gatepost/v1/exchange_service.grpc.pb.h"

namespace gatepost::rpc {

// Translates ExchangeService calls; the contract is in proto/gatepost/v1/exchange_service.proto.
class ExchangeServiceImpl final : public v1::ExchangeService::CallbackService {
 public:
  struct Parts {
    GateKeeper& keeper;
    exchange::Door& door;
    const exchange::Queries& queries;
    exchange::Watch& watch;
    // What GetNode answers; set by the node, which alone knows all its parts.
    std::function<absl::StatusOr<v1::GetNodeResponse>()> describe_node;
  };
  // All parts must outlive the service.
  explicit ExchangeServiceImpl(Parts parts) : parts_(std::move(parts)) {}

  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context,
                                   const v1::SubmitRequest* request,
                                   v1::SubmitResponse* response) override;
  grpc::ServerUnaryReactor* SubmitBatch(grpc::CallbackServerContext* context,
                                        const v1::SubmitBatchRequest* request,
                                        v1::SubmitBatchResponse* response) override;
  grpc::ServerUnaryReactor* GetMessage(grpc::CallbackServerContext* context,
                                       const v1::GetMessageRequest* request,
                                       v1::GetMessageResponse* response) override;
  grpc::ServerUnaryReactor* ListMessages(grpc::CallbackServerContext* context,
                                         const v1::ListMessagesRequest* request,
                                         v1::ListMessagesResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchMessagesResponse>* WatchMessages(
      grpc::CallbackServerContext* context, const v1::WatchMessagesRequest* request) override;
  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;
  grpc::ServerUnaryReactor* GetNode(grpc::CallbackServerContext* context,
                                    const v1::GetNodeRequest* request,
                                    v1::GetNodeResponse* response) override;

 private:
  Parts parts_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_EXCHANGE_SERVICE_H_
