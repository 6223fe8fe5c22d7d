#ifndef GATEPOST_DAEMON_RPC_LINK_DIALER_H_
#define GATEPOST_DAEMON_RPC_LINK_DIALER_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "daemon/exchange/link.h"
#include "daemon/rpc/live_calls.h"
#include "gatepost/v1/link_service.grpc.pb.h"

namespace gatepost::rpc {

// What the handshakes with one peer were refused for, so that its link can say so: gRPC tells the
// dialling end less. Any thread.
class LastRefusal {
 public:
  void Put(const absl::Status& why) {
    std::lock_guard lock(mutex_);
    why_ = why;
  }
  // OK when there was none since it was taken last.
  absl::Status Take() {
    std::lock_guard lock(mutex_);
    return std::exchange(why_, absl::OkStatus());
  }

 private:
  std::mutex mutex_;
  absl::Status why_;  // Guarded by mutex_.
};

// The dialling end of links: opens a stream when a link asks for one. Any thread.
class LinkDialer : public exchange::Dialer {
 public:
  LinkDialer() = default;
  // Cancels what is open and waits until it is gone.
  ~LinkDialer() override;

  // Streams whose peer is not to be trusted any more are cut by `live`. Before the first Dial. Both
  // must outlive the dialer.
  void WatchOver(certs::PeerJudge& judge, LiveCalls& live) {
    judge_ = &judge;
    live_ = &live;
  }

  // The peer's address, the credentials that admit nobody but the peer, and whom they refused
  // (shared with them). Before the first Dial. `link` must outlive the dialer.
  void AddPeer(exchange::Link& link, const std::string& address,
               std::shared_ptr<grpc::ChannelCredentials> credentials,
               std::shared_ptr<LastRefusal> refused);

  void Dial(const exchange::LinkTerms& link) override;

  // Gives up streams on which the peer has not said a word for 20 s after dialling, or has not
  // taken a frame for 30 s: their link dials again. Call every second or so.
  void Tick();

  // Cancels every stream and waits until they are gone.
  void Stop();

 private:
  friend class DiallingStream;
  struct Peer {
    exchange::Link* link = nullptr;
    std::string address;
    std::shared_ptr<grpc::ChannelCredentials> credentials;
    std::shared_ptr<LastRefusal> refused;
  };
  using SteadyClock = std::chrono::steady_clock;
  void OnAnswered(grpc::ClientContext* context);
  void OnWriting(grpc::ClientContext* context);
  // The stream is over: nobody cancels it any more; then it is deleted, its channel with it.
  void OnStreamGoing(grpc::ClientContext* context);
  void OnStreamGone();

  certs::PeerJudge* judge_ = nullptr;
  LiveCalls* live_ = nullptr;
  std::map<std::string, Peer> peers_;
  std::mutex mutex_;
  std::condition_variable gone_;
  // Until when the peer must have answered, or taken a frame; for ever once it has. Guarded by
  // mutex_.
  std::map<grpc::ClientContext*, SteadyClock::time_point> open_;
  int going_ = 0;          // Streams between the two. Guarded by mutex_.
  bool stopping_ = false;  // Guarded by mutex_.
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_LINK_DIALER_H_
