#include "daemon/rpc/link_dialer.h"

#include <atomic>
#include <utility>

#include "daemon/rpc/frame_queue.h"
#include "daemon/system/reason.h"

namespace gatepost::rpc {

namespace {

// As long as gRPC allows for connecting and TLS.
constexpr std::chrono::seconds kAnswerWithin{20};
// As the dialled end (limits/limits.h).
constexpr std::chrono::seconds kTakeWithin{30};

absl::Status NotReached(const std::string& address, const grpc::Status& status) {
  std::string came = status.error_message().empty() ? "it ended" : status.error_message();
  if (status.error_code() == grpc::StatusCode::CANCELLED) {
    came = "this side gave it up: no answer, or frames that were not taken";
  }
  return system::Refuse(v1::REASON_NOT_REACHABLE, "a stream to the peer at " + address, came,
                        "check address, port and firewall; if the peer answers, its log says why "
                        "it refused the certificate");
}

}  // namespace

// The dialling end of one stream. Lives until OnDone. The session opens with the peer's
// first frame, since the dialled side speaks first: until then nothing says that it is there.
class DiallingStream : public grpc::ClientBidiReactor<v1::SessionRequest, v1::SessionResponse> {
 public:
  DiallingStream(LinkDialer& dialer, exchange::Link& link, std::string address,
                 const std::shared_ptr<grpc::ChannelCredentials>& credentials,
                 std::shared_ptr<LastRefusal> refused)
      : dialer_(dialer),
        link_(link),
        address_(std::move(address)),
        refused_(std::move(refused)),
        queue_(std::make_shared<FrameQueue>()) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, 16 << 20);
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
    // Each dial is a connection of its own: back-off is the link's affair, not the channel's.
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    channel_ = grpc::CreateCustomChannel(address_, credentials, arguments);
    stub_ = v1::LinkService::NewStub(channel_);
  }

  grpc::ClientContext* context() { return &context_; }

  void Start() {
    stub_->async()->Session(&context_, this);
    AddHold();  // Writes come from other threads until Finish_.
    StartRead(&response_);
    StartCall();
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      if (session_ != nullptr) {
        session_->OnStreamEnded(NotReached(address_, grpc::Status::OK));
      }
      queue_->Gone();
      if (session_ == nullptr) Release();
      return;
    }
    OpenSession();
    session_->OnFrame(response_.frame());
    StartRead(&response_);
  }
  void OnWriteDone(bool ok) override {
    dialer_.OnAnswered(&context_);
    if (queue_->Written(ok) && session_ != nullptr) session_->OnWritable();
  }
  void OnDone(const grpc::Status& status) override {
    if (session_ == nullptr) {
      const absl::Status refused = refused_->Take();
      link_.OnDialFailed(refused.ok() ? NotReached(address_, status) : refused);
    } else {
      session_->OnStreamEnded(NotReached(address_, status));
    }
    live_ = LiveCall();
    // The channel goes first: whoever waits for this stream may give up gRPC's last queue next, and
    // this is one of that queue's own threads.
    LinkDialer& dialer = dialer_;
    dialer.OnStreamGoing(&context_);
    delete this;
    dialer.OnStreamGone();
  }

 private:
  void OpenSession() {
    if (session_ != nullptr) return;
    dialer_.OnAnswered(&context_);
    session_ = link_.Open(queue_, /*dialled_by_us=*/true);
    queue_->Bind(FrameQueue::Stream{[this](v1::LinkFrame frame) {
                                      dialer_.OnWriting(&context_);
                                      *request_.mutable_frame() = std::move(frame);
                                      StartWrite(&request_);
                                    },
                                    [this] {
                                      context_.TryCancel();
                                      Release();
                                    }});
    KeepLive();
  }
  void KeepLive() {
    if (dialer_.live_ == nullptr) return;
    live_ = dialer_.live_->Keep({certs::ChainOfCall(*context_.auth_context(), *dialer_.judge_),
                                 certs::Usage::kTlsServer, link_.terms().peer_spiffe_id.ToString(),
                                 std::string(kLinkSession), [this](const absl::Status& why, bool) {
                                   session_->OnStreamEnded(why);
                                   queue_->Gone();
                                   context_.TryCancel();
                                 }});
  }
  void Release() {
    if (!released_.exchange(true)) RemoveHold();
  }

  LinkDialer& dialer_;
  exchange::Link& link_;
  const std::string address_;
  const std::shared_ptr<LastRefusal> refused_;
  const std::shared_ptr<FrameQueue> queue_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::LinkService::Stub> stub_;
  grpc::ClientContext context_;
  std::shared_ptr<exchange::LinkSession> session_;
  v1::SessionRequest request_;
  v1::SessionResponse response_;
  std::atomic<bool> released_ = false;
  LiveCall live_;  // Last: goes first.
};

LinkDialer::~LinkDialer() { Stop(); }

void LinkDialer::AddPeer(exchange::Link& link, const std::string& address,
                         std::shared_ptr<grpc::ChannelCredentials> credentials,
                         std::shared_ptr<LastRefusal> refused) {
  peers_[link.terms().peer_node] = Peer{&link, address, std::move(credentials), std::move(refused)};
}

void LinkDialer::Dial(const exchange::LinkTerms& link) {
  const Peer& peer = peers_.at(link.peer_node);
  auto* stream =
      new DiallingStream(*this, *peer.link, peer.address, peer.credentials, peer.refused);
  {
    std::lock_guard lock(mutex_);
    open_.emplace(stream->context(), SteadyClock::now() + kAnswerWithin);
    if (stopping_) stream->context()->TryCancel();
  }
  stream->Start();
}

void LinkDialer::Tick() {
  std::lock_guard lock(mutex_);
  for (auto& [context, until] : open_) {
    if (SteadyClock::now() < until) continue;
    until = SteadyClock::time_point::max();
    context->TryCancel();
  }
}

void LinkDialer::OnAnswered(grpc::ClientContext* context) {
  std::lock_guard lock(mutex_);
  open_[context] = SteadyClock::time_point::max();
}

void LinkDialer::OnWriting(grpc::ClientContext* context) {
  std::lock_guard lock(mutex_);
  open_[context] = SteadyClock::now() + kTakeWithin;
}

void LinkDialer::OnStreamGoing(grpc::ClientContext* context) {
  std::lock_guard lock(mutex_);
  open_.erase(context);
  ++going_;
}

void LinkDialer::OnStreamGone() {
  std::lock_guard lock(mutex_);
  --going_;
  gone_.notify_all();
}

void LinkDialer::Stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  for (const auto& [context, until] : open_) context->TryCancel();
  gone_.wait(lock, [this] { return open_.empty() && going_ == 0; });
}

}  // namespace gatepost::rpc
