#ifndef GATEPOST_DAEMON_NODE_TICKER_H_
#define GATEPOST_DAEMON_NODE_TICKER_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace gatepost::node {

// Calls `act` at a steady pace until it is stopped.
class Ticker {
 public:
  Ticker(std::chrono::milliseconds pace, std::function<void()> act)
      : pace_(pace), act_(std::move(act)) {}
  ~Ticker() { Stop(); }

  void Start() {
    thread_ = std::thread([this] {
      std::unique_lock lock(mutex_);
      while (!wake_.wait_for(lock, pace_, [this] { return stopping_; })) {
        lock.unlock();
        act_();
        lock.lock();
      }
    });
  }

  // Ends the thread. Safe to call twice.
  void Stop() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

 private:
  const std::chrono::milliseconds pace_;
  const std::function<void()> act_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // Guarded by mutex_.
  std::thread thread_;
};

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_TICKER_H_
