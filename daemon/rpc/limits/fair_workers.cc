#include "daemon/rpc/limits/fair_workers.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace gatepost::rpc {

namespace {

// A clock that stands still must not make a thread turn without rest.
constexpr absl::Duration kShortestWait = absl::Milliseconds(1);

}  // namespace

FairWorkers::FairWorkers(const FairShares& shares, int threads, const system::Clock& clock)
    : clock_(clock), line_(shares) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

FairWorkers::~FairWorkers() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void FairWorkers::Do(std::string_view identity, std::function<void()> work) {
  const std::string name(identity);  // The caller's may go when the call is answered.
  {
    std::lock_guard lock(mutex_);
    if (!line_.Arrive(name, clock_.Now(), !used_here_, work)) {
      changed_.notify_one();
      return;
    }
    used_here_ = true;
  }
  work();
  std::lock_guard lock(mutex_);
  used_here_ = false;
  line_.Returned(name);
  if (line_.waiting() > 0) changed_.notify_one();
}

void FairWorkers::Answered(std::string_view identity) {
  std::lock_guard lock(mutex_);
  line_.Answered(identity);
  if (line_.waiting() > 0) changed_.notify_one();
}

void FairWorkers::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    const absl::Time now = clock_.Now();
    std::optional<FairLine::Ready> ready = line_.Next(now);
    if (!ready.has_value()) {
      const absl::Duration until = line_.UntilNext(now);
      if (until != absl::InfiniteDuration()) {
        changed_.wait_for(lock, absl::ToChronoMicroseconds(std::max(until, kShortestWait)));
      } else if (!stopping_) {
        changed_.wait(lock);
      } else {
        return;
      }
      continue;
    }
    // Whoever stops waiting for somebody's pace hands that on.
    if (line_.waiting() > 0) changed_.notify_one();
    lock.unlock();
    ready->work();
    ready->work = nullptr;  // What it holds goes outside the lock.
    lock.lock();
    line_.Returned(ready->identity);
    if (line_.waiting() > 0) changed_.notify_one();
  }
}

}  // namespace gatepost::rpc
