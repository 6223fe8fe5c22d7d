#include "daemon/rpc/limits/late_answers.h"

#include <utility>

namespace gatepost::rpc {

LateAnswers::LateAnswers(std::chrono::milliseconds delay, size_t most)
    : delay_(delay), most_(most), thread_([this] { Run(); }) {}

LateAnswers::~LateAnswers() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void LateAnswers::Give(std::function<void()> answer) {
  {
    std::lock_guard lock(mutex_);
    if (waiting_.size() < most_ && !stopping_) {
      waiting_.push_back(Waiting{SteadyClock::now() + delay_, std::move(answer)});
      if (waiting_.size() == 1) changed_.notify_one();
      return;
    }
  }
  answer();
}

void LateAnswers::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (waiting_.empty()) {
      if (stopping_) return;
      changed_.wait(lock);
      continue;
    }
    if (!stopping_ && SteadyClock::now() < waiting_.front().due) {
      changed_.wait_until(lock, waiting_.front().due);
      continue;
    }
    const std::function<void()> answer = std::move(waiting_.front().answer);
    waiting_.pop_front();
    lock.unlock();
    answer();
    lock.lock();
  }
}

}  // namespace gatepost::rpc
