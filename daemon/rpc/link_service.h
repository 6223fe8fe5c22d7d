#ifndef GATEPOST_DAEMON_RPC_LINK_SERVICE_H_
#define GATEPOST_DAEMON_RPC_LINK_SERVICE_H_

#include <functional>
#include <string_view>

#include "daemon/exchange/link.h"
#include "daemon/rpc/gate_keeper.h"
#include "daemon/rpc/live_calls.h"
#include "gatepost/v1/link_service.grpc.pb.h"

namespace gatepost::rpc {

// The dialled end of a link: a stream per session, handed to the link whose peer dialled, and cut
// when that peer is not to be trusted any more.
class LinkServiceImpl final : public v1::LinkService::CallbackService {
 public:
  // The link to the node with this SPIFFE id; null when there is none.
  using FindLink = std::function<exchange::Link*(const certs::SpiffeId&)>;

  // All must outlive the service and its streams.
  LinkServiceImpl(GateKeeper& keeper, certs::PeerJudge& judge, LiveCalls& live, FindLink find_link)
      : keeper_(keeper), judge_(judge), live_(live), find_link_(std::move(find_link)) {}

  grpc::ServerBidiReactor<v1::SessionRequest, v1::SessionResponse>* Session(
      grpc::CallbackServerContext* context) override;

 private:
  GateKeeper& keeper_;
  certs::PeerJudge& judge_;
  LiveCalls& live_;
  const FindLink find_link_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_LINK_SERVICE_H_
