#ifndef GATEPOST_DAEMON_RPC_FRAME_QUEUE_H_
#define GATEPOST_DAEMON_RPC_FRAME_QUEUE_H_

#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "daemon/exchange/link_parts.h"
#include "gatepost/v1/link_service.pb.h"

namespace gatepost::rpc {

// The frames of one stream that wait for the wire, for either end of it: gRPC takes one write at a
// time, and must not get another before OnWriteDone.
//
// The stream tells the queue when a write is done and when the stream is gone; the queue tells the
// stream what to write next and when everything was written after Close. Any thread.
class FrameQueue : public exchange::FrameSink {
 public:
  struct Stream {
    std::function<void(v1::LinkFrame)> write;  // Starts one write; Written follows.
    std::function<void()> finish;              // Ends the stream; called once.
  };

  // Binds the stream that takes the frames. Frames sent before are kept.
  void Bind(Stream stream) {
    std::unique_lock lock(mutex_);
    stream_ = std::move(stream);
    Advance(lock);
  }

  void Send(v1::LinkFrame frame) override {
    std::unique_lock lock(mutex_);
    if (closed_ || gone_) return;
    frames_.push_back(std::move(frame));
    Advance(lock);
  }

  size_t pending() const override {
    std::lock_guard lock(mutex_);
    return frames_.size();
  }

  void Close() override {
    std::unique_lock lock(mutex_);
    closed_ = true;
    Advance(lock);
  }

  // The write that was started is done; `ok` is false when the stream broke. Returns whether there
  // is room for a session that waited for it.
  bool Written(bool ok) {
    std::unique_lock lock(mutex_);
    writing_ = false;
    if (!ok) {
      gone_ = true;
      frames_.clear();
    }
    const bool room = ok && frames_.size() == exchange::kMostPendingFrames / 2;
    Advance(lock);
    return room;
  }

  // Nothing more can be written.
  void Gone() {
    std::unique_lock lock(mutex_);
    gone_ = true;
    frames_.clear();
    Advance(lock);
  }

 private:
  // Does what is next, outside the lock, since gRPC may call back at once.
  void Advance(std::unique_lock<std::mutex>& lock) {
    if (!stream_.has_value() || writing_ || finished_) return;
    if (frames_.empty()) {
      if (!closed_ && !gone_) return;
      finished_ = true;
      const std::function<void()> finish = stream_->finish;
      lock.unlock();
      finish();
      return;
    }
    writing_ = true;
    v1::LinkFrame frame = std::move(frames_.front());
    frames_.pop_front();
    const std::function<void(v1::LinkFrame)>& write = stream_->write;
    lock.unlock();
    write(std::move(frame));
  }

  mutable std::mutex mutex_;
  std::deque<v1::LinkFrame> frames_;  // Guarded by mutex_, like everything below.
  std::optional<Stream> stream_;
  bool writing_ = false;
  bool closed_ = false;
  bool gone_ = false;
  bool finished_ = false;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_FRAME_QUEUE_H_
