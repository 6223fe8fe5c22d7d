#include "daemon/rpc/link_service.h"

#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "daemon/rpc/frame_queue.h"
#include "daemon/rpc/grpc_status.h"
#include "daemon/system/reason.h"

namespace gatepost::rpc {

namespace {

using Reactor = grpc::ServerBidiReactor<v1::SessionRequest, v1::SessionResponse>;

// The dialled end of one stream. Lives until OnDone.
class DialledStream : public Reactor {
 public:
  // `stream` says who dialled; its cut is this one's affair.
  DialledStream(grpc::CallbackServerContext* context, AdmittedStream admitted, GateKeeper& keeper,
                exchange::Link& link, LiveCalls& live, LiveCalls::Stream stream)
      : peer_(std::move(admitted.caller.id)),
        permit_(std::move(admitted.permit)),
        keeper_(keeper),
        queue_(std::make_shared<FrameQueue>()) {
    session_ = link.Open(queue_, /*dialled_by_us=*/false);
    queue_->Bind(FrameQueue::Stream{[this, context](v1::LinkFrame frame) {
                                      untaken_ = keeper_.slow().Began([this, context] {
                                        keeper_.LogTooSlow(peer_, "Session");
                                        context->TryCancel();
                                      });
                                      *response_.mutable_frame() = std::move(frame);
                                      StartWrite(&response_);
                                    },
                                    [this] { Finish(Last()); }});
    stream.cut = [this, context](const absl::Status& why, bool at_once) {
      {
        std::lock_guard lock(mutex_);
        last_ = ToGrpcStatus(why);
      }
      session_->OnStreamEnded(why);
      queue_->Gone();
      if (at_once) context->TryCancel();
    };
    live_ = live.Keep(std::move(stream));
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      EndSession("the peer closed the stream");
      return;
    }
    session_->OnFrame(request_.frame());
    StartRead(&request_);
  }
  void OnWriteDone(bool ok) override {
    keeper_.slow().Taken(untaken_);
    if (queue_->Written(ok)) session_->OnWritable();
  }
  void OnCancel() override { EndSession("the stream was cancelled"); }
  void OnDone() override { delete this; }

 private:
  void EndSession(std::string_view came) {
    session_->OnStreamEnded(system::Refuse(v1::REASON_NOT_REACHABLE, "an open stream to the peer",
                                           came, "wait; it is dialled again"));
    queue_->Gone();
  }

  grpc::Status Last() {
    std::lock_guard lock(mutex_);
    return last_;
  }

  const certs::SpiffeId peer_;
  const CallPermit permit_;
  GateKeeper& keeper_;
  SlowTakers::Waiting untaken_;  // The frame on its way; gRPC takes one at a time.
  const std::shared_ptr<FrameQueue> queue_;
  std::shared_ptr<exchange::LinkSession> session_;
  v1::SessionRequest request_;
  v1::SessionResponse response_;
  std::mutex mutex_;
  grpc::Status last_;  // What it ends with. Guarded by mutex_.
  LiveCall live_;      // Last: goes first.
};

// A stream that was refused before it began.
class RefusedStream : public Reactor {
 public:
  RefusedStream(const absl::Status& why, GateKeeper& keeper) {
    keeper.AnswerRefused(why, [this, why] { Finish(ToGrpcStatus(why)); });
  }
  void OnDone() override { delete this; }
};

}  // namespace

Reactor* LinkServiceImpl::Session(grpc::CallbackServerContext* context) {
  absl::StatusOr<AdmittedStream> admitted =
      keeper_.AdmitStream(*context->auth_context(), exchange::Act::kLink, "Session", /*bytes=*/0);
  if (!admitted.ok()) return new RefusedStream(admitted.status(), keeper_);
  exchange::Link* link = find_link_(admitted->caller.id);
  if (link == nullptr) {
    return new RefusedStream(system::Refuse(v1::REASON_NOT_ALLOWED, "the peer of a link",
                                            admitted->caller.id.ToString(), "configure the link"),
                             keeper_);
  }
  LiveCalls::Stream stream{certs::ChainOfCall(*context->auth_context(), judge_),
                           certs::Usage::kTlsClient, admitted->caller.id.ToString(),
                           std::string(kLinkSession), nullptr};
  return new DialledStream(context, *std::move(admitted), keeper_, *link, live_, std::move(stream));
}

}  // namespace gatepost::rpc
