#ifndef GATEPOST_DAEMON_RPC_LIMITS_LATE_ANSWERS_H_
#define GATEPOST_DAEMON_RPC_LIMITS_LATE_ANSWERS_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace gatepost::rpc {

// Answers that are given a while later: who is refused for calling too much, and calls again at
// once, is slowed by his own unanswered calls, of which a connection has a bounded number. Any
// thread.
class LateAnswers {
 public:
  // At most `most` wait; more are answered at once.
  LateAnswers(std::chrono::milliseconds delay, size_t most);
  // Gives the answers that wait.
  ~LateAnswers();

  // Calls `answer` after the delay, from another thread; it must not block or throw.
  void Give(std::function<void()> answer);

 private:
  using SteadyClock = std::chrono::steady_clock;
  struct Waiting {
    SteadyClock::time_point due;
    std::function<void()> answer;
  };
  void Run();

  const std::chrono::milliseconds delay_;
  const size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;  // In the order of `due`. Guarded by mutex_.
  bool stopping_ = false;        // Guarded by mutex_.
  std::thread thread_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_LIMITS_LATE_ANSWERS_H_
