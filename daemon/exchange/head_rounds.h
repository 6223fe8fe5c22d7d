#ifndef GATEPOST_DAEMON_EXCHANGE_HEAD_ROUNDS_H_
#define GATEPOST_DAEMON_EXCHANGE_HEAD_ROUNDS_H_

#include <cstdint>
#include <mutex>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/log_book.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"

namespace gatepost::exchange {

// A new head is shown to the witnesses no more often than this.
inline constexpr absl::Duration kRoundPace = absl::Seconds(1);

// The first entry that is news to a witness, from `from` on and below `size`: any but PEER_HEAD.
// Entries from the end of a look on are left for the next one; `looked_to` says how far it went.
struct News {
  bool found = false;
  uint64_t index = 0;  // Of the entry, where one was found.
  uint64_t looked_to = 0;
};
absl::StatusOr<News> FindNews(const store::Reader& store, uint64_t from, uint64_t size);

// Which head of this node's log its peers are asked to cosign now (PROTOCOL.md 4): the same for all
// of them, so that one head gathers all cosignatures.
//
// A round begins when the log holds news. That this node has cosigned a peer's head is none: two
// nodes that have nothing else to say would cosign each other's cosigning for ever. Any thread.
class HeadRounds {
 public:
  // All must outlive it.
  HeadRounds(const store::Store& store, const LogBook& log, const system::Clock& clock)
      : store_(store), log_(log), clock_(clock) {}

  // The head of this round; size 0 while there is no news at all.
  absl::StatusOr<Head> Current();

 private:
  absl::Status Restore();

  const store::Store& store_;
  const LogBook& log_;
  const system::Clock& clock_;
  std::mutex mutex_;
  // Guarded by mutex_.
  bool restored_ = false;
  Head round_;
  absl::Time begun_ = absl::InfinitePast();
  uint64_t quiet_to_ = 0;  // No news from round_.size up to here.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_HEAD_ROUNDS_H_
