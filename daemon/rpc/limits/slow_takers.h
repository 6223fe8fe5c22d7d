#ifndef GATEPOST_DAEMON_RPC_LIMITS_SLOW_TAKERS_H_
#define GATEPOST_DAEMON_RPC_LIMITS_SLOW_TAKERS_H_

#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <utility>

#include "absl/time/time.h"
#include "daemon/system/clock.h"

namespace gatepost::rpc {

// Everything that was handed to the wire and not taken by the other end yet: answers, events,
// frames. What is not taken within `longest` is cut. Any thread.
class SlowTakers {
 public:
  // `clock` must outlive this.
  SlowTakers(absl::Duration longest, const system::Clock& clock)
      : longest_(longest), clock_(clock) {}

  absl::Duration longest() const { return longest_; }

 private:
  struct Entry {
    absl::Time since;
    std::function<void()> cut;  // Empty once it was cut.
  };

 public:
  class Waiting {
   public:
    Waiting() = default;

   private:
    friend class SlowTakers;
    explicit Waiting(std::list<Entry>::iterator entry) : entry_(entry), is_(true) {}
    std::list<Entry>::iterator entry_;
    bool is_ = false;
  };

  // Something is handed to the wire. `cut` ends its stream, once, when it is not taken in time; it
  // is called from Tick, never after Taken has returned, and must not call back before it returns.
  Waiting Began(std::function<void()> cut) {
    std::lock_guard lock(mutex_);
    entries_.push_back(Entry{clock_.Now(), std::move(cut)});
    return Waiting(std::prev(entries_.end()));
  }

  // The wire took it, or is gone. Nothing happens for what did not begin.
  void Taken(Waiting& waiting) {
    if (!std::exchange(waiting.is_, false)) return;
    std::lock_guard lock(mutex_);
    entries_.erase(waiting.entry_);
  }

  // Cuts who is late. Call every second or so.
  void Tick() {
    const absl::Time now = clock_.Now();
    std::lock_guard lock(mutex_);
    for (Entry& entry : entries_) {
      // A machine's clock may step backwards; nothing began in the future.
      if (now < entry.since) entry.since = now;
      if (!entry.cut || now - entry.since < longest_) continue;
      std::exchange(entry.cut, nullptr)();
    }
  }

  size_t waiting() const {
    std::lock_guard lock(mutex_);
    return entries_.size();
  }

 private:
  const absl::Duration longest_;
  const system::Clock& clock_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // Guarded by mutex_.
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_LIMITS_SLOW_TAKERS_H_
