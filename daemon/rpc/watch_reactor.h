#ifndef GATEPOST_DAEMON_RPC_WATCH_REACTOR_H_
#define GATEPOST_DAEMON_RPC_WATCH_REACTOR_H_

#include <grpcpp/grpcpp.h>

#include "absl/status/statusor.h"
#include "certs/grpc_credentials.h"
#include "daemon/exchange/fetched.h"
#include "daemon/exchange/watch.h"
#include "daemon/rpc/gate_keeper.h"
#include "daemon/rpc/live_calls.h"
#include "gatepost/v1/exchange_service.pb.h"

namespace gatepost::rpc {

// What a watch needs; all must outlive its stream.
struct WatchParts {
  GateKeeper& keeper;
  exchange::Watch& watch;
  exchange::FetchLog& fetches;
  certs::PeerJudge& judge;
  LiveCalls& live;  // Cuts it when its watcher is not to be trusted, or may not read, any more.
};

// Streams events to one watcher until it goes away. A slow watcher costs one page of memory: the
// next page is read when the last event was taken; one who does not take an event in time is cut
// (CALLER_TOO_SLOW, in the log). What the wire took was handed over to the caller
// (exchange/fetched.h). When `admitted` is an error, the stream ends with it at once. The initial
// metadata `gatepost-cursor` says where the stream begins, so that a watcher that asked for "from
// now on" can resume without a gap. `context` lives as long as the stream.
grpc::ServerWriteReactor<v1::WatchMessagesResponse>* StartWatch(
    grpc::CallbackServerContext* context, absl::StatusOr<AdmittedStream> admitted,
    const WatchParts& parts, const v1::WatchMessagesRequest& request);

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_WATCH_REACTOR_H_
