#ifndef GATEPOST_DAEMON_EXCHANGE_WATCH_H_
#define GATEPOST_DAEMON_EXCHANGE_WATCH_H_

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/exchange/log_book.h"
#include "daemon/exchange/queries.h"
#include "daemon/store/store.h"
#include "gatepost/v1/exchange_service.pb.h"

namespace gatepost::exchange {

// Events about messages, and alarms, in the order of the node's own log. The cursor is the log
// itself: after event n comes leaf n + 1, so a watcher that was away for a week misses nothing and
// nothing has to be remembered for it. Any thread.
class Watch {
 public:
  struct Page {
    std::vector<v1::WatchMessagesResponse> events;
    // For each event the row of its message where handing it over is FETCHED (rungs.h); else 0.
    std::vector<int64_t> rows;
    uint64_t next = 0;  // The leaf at which the next page begins.
  };

  // All must outlive it.
  Watch(const store::Store& store, const LogBook& log, const Queries& queries)
      : store_(store), log_(log), queries_(queries) {}

  // The leaf at which a watcher with this cursor begins: empty is now, `0` the beginning.
  // BAD_CURSOR when it is none of this log's.
  absl::StatusOr<uint64_t> Begin(std::string_view cursor) const;

  // The cursor that begins at leaf `next`.
  std::string Cursor(uint64_t next) const;

  // Events from leaf `from` on, those of one group at most; empty with next == from when the log
  // has no more.
  absl::StatusOr<Page> Read(uint64_t from, v1::MessageDirection direction) const;

  // Calls `wake` after every commit until Unsubscribe. `wake` must not block or call back here.
  uint64_t Subscribe(std::function<void()> wake);
  void Unsubscribe(uint64_t subscription);
  // For the committer's batch listener.
  void OnBatchEnd();

 private:
  const store::Store& store_;
  const LogBook& log_;
  const Queries& queries_;
  std::mutex mutex_;
  uint64_t last_subscription_ = 0;                    // Guarded by mutex_.
  std::map<uint64_t, std::function<void()>> wakers_;  // Guarded by mutex_.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_WATCH_H_
