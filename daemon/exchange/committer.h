#ifndef GATEPOST_DAEMON_EXCHANGE_COMMITTER_H_
#define GATEPOST_DAEMON_EXCHANGE_COMMITTER_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/exchange/log_book.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"

namespace gatepost::exchange {

// What a piece of work may touch while it decides.
struct CommitScope {
  store::Transaction& store;
  LogBook& log;
  absl::Time now;  // The time of the leaves of this commit.
  // What is entered happened before, at `now`, and was given back to a restored node
  // (restore/again.h): what it made others do then is not done again.
  bool again = false;
};

// The one writer. Work is decided strictly in the order in which it was handed in; everything that
// waits is decided in one transaction, synced once, and answered together (group commit).
//
//   Post → [queue] → Decide … Decide → one sync → Done … Done → batch listeners
//
// Invariant: Done(OK) is called only for what survives a power cut.
class Committer {
 public:
  // Decides with the state that all earlier work left, and writes what follows. Must look before it
  // writes: once it has written it may only fail for the disk's reasons, and then the whole batch
  // fails. An error before the first write concerns this piece of work alone.
  using Decide = std::function<absl::Status(CommitScope&)>;
  // The work's own error, or the error of the whole commit, or OK. Called on the committer's
  // thread; must not block.
  using Done = std::function<void(const absl::Status&)>;

  // What a log that signs nothing, because it was restored (log_book.h), may do as well: work that
  // adds no leaf, or that opens the next epoch. All other work is refused then, undecided, with
  // REASON_NODE_RESTORED.
  enum class When { kMaySign, kAlways };

  // `store`, `log` and `clock` must outlive the committer.
  Committer(store::Store& store, LogBook& log, const system::Clock& clock, size_t queue_limit);
  // Ends like Stop.
  ~Committer();
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // Hands in work. REASON_OVERLOADED when the queue is full, REASON_NODE_STOPPING after Stop;
  // then Done is not called. Any thread.
  absl::Status Post(Decide decide, Done done, When when = When::kMaySign);

  // Is told of every new head before anybody is answered, on the committer's thread; must be fast.
  // Call before Start.
  void OnHead(std::function<void(uint64_t epoch, const Head& head)> on_head);

  // Is called after the Dones of every batch that was committed, on the committer's thread.
  // Call before Start.
  void AddBatchListener(std::function<void()> listener);

  // Runs a thread that commits whatever is handed in.
  void Start();
  // Decides what is queued, then ends the thread. New work is refused. Safe to call twice.
  void Stop();

  // Commits what is queued now, in the caller's thread; for tests that own time. Returns the number
  // of pieces decided. Not together with Start.
  size_t Step();

 private:
  struct Work {
    Decide decide;
    Done done;
    When when = When::kMaySign;
  };
  void Run();
  void CommitBatch(std::deque<Work> batch);
  absl::Status CommitWork(std::deque<Work>& batch, std::vector<absl::Status>& outcomes);

  store::Store& store_;
  LogBook& log_;
  const system::Clock& clock_;
  const size_t queue_limit_;
  std::vector<std::function<void()>> listeners_;
  std::function<void(uint64_t, const Head&)> on_head_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Work> queue_;  // Guarded by mutex_.
  bool stopping_ = false;   // Guarded by mutex_.
  std::thread thread_;
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_COMMITTER_H_
