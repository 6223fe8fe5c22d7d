#ifndef GATEPOST_DAEMON_NODE_AFTER_COMMIT_H_
#define GATEPOST_DAEMON_NODE_AFTER_COMMIT_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace gatepost::node {

// A thread for what follows a commit: receipts, the next messages, watchers. The committer only
// says that there is something to do, and goes on to the next batch.
class AfterCommit {
 public:
  ~AfterCommit() { Stop(); }

  // Adds something to do. Before Start.
  void Add(std::function<void()> act) { acts_.push_back(std::move(act)); }

  void Start() {
    thread_ = std::thread([this] { Run(); });
  }

  // There is something to do. Any thread; never blocks.
  void Notify() {
    {
      std::lock_guard lock(mutex_);
      due_ = true;
    }
    wake_.notify_one();
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
  void Run() {
    while (true) {
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return due_ || stopping_; });
        if (stopping_) return;
        due_ = false;
      }
      for (const std::function<void()>& act : acts_) act();
    }
  }

  std::vector<std::function<void()>> acts_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool due_ = false;       // Guarded by mutex_.
  bool stopping_ = false;  // Guarded by mutex_.
  std::thread thread_;
};

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_AFTER_COMMIT_H_
