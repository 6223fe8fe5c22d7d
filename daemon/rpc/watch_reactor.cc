#include "daemon/rpc/watch_reactor.h"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "daemon/rpc/grpc_status.h"

namespace gatepost::rpc {

namespace {

// One watcher. `busy_` is true while an event is on its way to the wire, or while somebody reads
// the next page: whoever is busy goes on until there is nothing more, so wake-ups are never lost.
class WatchReactor : public grpc::ServerWriteReactor<v1::WatchMessagesResponse> {
 public:
  WatchReactor(grpc::CallbackServerContext* context, AdmittedStream admitted,
               const WatchParts& parts, v1::MessageDirection direction, uint64_t next)
      : context_(context),
        caller_(std::move(admitted.caller)),
        permit_(std::move(admitted.permit)),
        keeper_(parts.keeper),
        watch_(parts.watch),
        fetches_(parts.fetches),
        direction_(direction),
        next_(next) {
    context->AddInitialMetadata("gatepost-cursor", watch_.Cursor(next));
    StartSendInitialMetadata();
    subscription_ = watch_.Subscribe([this] { Advance(/*wire_is_free=*/false); });
    live_ = parts.live.Keep({certs::ChainOfCall(*context->auth_context(), parts.judge),
                             certs::Usage::kTlsClient, caller_.id.ToString(), "WatchMessages",
                             [this, context](const absl::Status& why, bool at_once) {
                               End(why);
                               if (at_once) context->TryCancel();
                             },
                             [&keeper = parts.keeper, caller = caller_] {
                               return keeper.MayStill(caller, exchange::Act::kRead);
                             }});
    Advance(/*wire_is_free=*/false);
  }

  void OnWriteDone(bool ok) override {
    keeper_.slow().Taken(untaken_);
    if (ok) {
      Advance(/*wire_is_free=*/true);
    } else {
      End(absl::CancelledError("the watcher went away"));
    }
  }
  void OnCancel() override { End(absl::CancelledError("the watcher went away")); }
  void OnDone() override {
    watch_.Unsubscribe(subscription_);  // No wake-up runs after this returns.
    delete this;
  }

 private:
  void Advance(bool wire_is_free) {
    std::lock_guard lock(mutex_);
    if (wire_is_free) {
      busy_ = false;
      if (const int64_t row = page_.rows[at_ - 1]; row != 0) fetches_.HandedOver(caller_, {row});
    }
    if (busy_ || ended_) return;
    while (at_ >= page_.events.size()) {
      absl::StatusOr<exchange::Watch::Page> page = watch_.Read(next_, direction_);
      if (!page.ok()) return Finish_(page.status());
      if (page->next == next_) return;  // Nothing more for now.
      page_ = *std::move(page);
      next_ = page_.next;
      at_ = 0;
    }
    busy_ = true;
    untaken_ = keeper_.slow().Began([this] {
      keeper_.LogTooSlow(caller_.id, "WatchMessages");
      context_->TryCancel();
    });
    StartWrite(&page_.events[at_++]);
  }

  void End(const absl::Status& why) {
    std::lock_guard lock(mutex_);
    if (!ended_) Finish_(why);
  }

  // The caller holds mutex_.
  void Finish_(const absl::Status& why) {
    ended_ = true;
    Finish(why.code() == absl::StatusCode::kCancelled
               ? grpc::Status(grpc::StatusCode::CANCELLED, "the watcher went away")
               : ToGrpcStatus(why));
  }

  grpc::CallbackServerContext* const context_;
  const certs::Identity caller_;
  const CallPermit permit_;
  GateKeeper& keeper_;
  exchange::Watch& watch_;
  exchange::FetchLog& fetches_;
  const v1::MessageDirection direction_;
  uint64_t subscription_ = 0;
  std::mutex mutex_;
  uint64_t next_;  // Guarded by mutex_, like everything below.
  exchange::Watch::Page page_;
  size_t at_ = 0;
  bool busy_ = false;
  bool ended_ = false;
  SlowTakers::Waiting untaken_;  // The event on its way; whoever is busy has it.
  LiveCall live_;                // Last: goes first.
};

// A stream that was refused before it began.
class RefusedWatch : public grpc::ServerWriteReactor<v1::WatchMessagesResponse> {
 public:
  RefusedWatch(const absl::Status& why, GateKeeper& keeper) {
    keeper.AnswerRefused(why, [this, why] { Finish(ToGrpcStatus(why)); });
  }
  void OnDone() override { delete this; }
};

}  // namespace

grpc::ServerWriteReactor<v1::WatchMessagesResponse>* StartWatch(
    grpc::CallbackServerContext* context, absl::StatusOr<AdmittedStream> admitted,
    const WatchParts& parts, const v1::WatchMessagesRequest& request) {
  if (!admitted.ok()) return new RefusedWatch(admitted.status(), parts.keeper);
  const absl::StatusOr<uint64_t> begin = parts.watch.Begin(request.cursor());
  if (!begin.ok()) return new RefusedWatch(begin.status(), parts.keeper);
  return new WatchReactor(context, *std::move(admitted), parts, request.direction(), *begin);
}

}  // namespace gatepost::rpc
