#ifndef GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_HELD_BACK_H_
#define GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_HELD_BACK_H_

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/terms.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"

namespace gatepost::exchange {

// A sequencer that has a message gives its decision at once. After this long people are told.
inline constexpr absl::Duration kDecidesWithin = absl::Seconds(60);

// Messages whose decision is held back, and since when this node has said so. By row.
using HeldBackMarks = std::map<int64_t, absl::Time>;

// What was said and not taken back. LEDGER_DAMAGED when the store's entry cannot be read.
absl::StatusOr<HeldBackMarks> HeldBack(const store::Reader& store);

// Raises one alarm for each message of this side that the sequencer at the other end has given a
// receipt for and does not decide (PROTOCOL.md 5: what a dishonest sequencer can still do): an
// ALARM leaf DECISION_HELD_BACK about the message. It is taken back, with an ALARM leaf CLEARED,
// when the decision has come. What was said is stored in the commit of its leaf.
//
// The rule: while the receipt is held and no decision has come, the link to the sequencer was up
// for longer than kDecidesWithin in all. While it is down nothing can come, and nothing is counted;
// a link that goes down and up again does not begin anew. Only what this run of the node saw
// counts.
class HeldBackAlarms {
 public:
  struct Parts {
    const LinkTermsByPeer& links;
    const store::Store& store;
    Committer& committer;
    const system::Clock& clock;
    // Whether a session with that peer is live.
    std::function<bool(std::string_view peer)> is_up;
  };
  // All parts must outlive it and the work it posts.
  explicit HeldBackAlarms(Parts parts) : parts_(std::move(parts)) {}
  HeldBackAlarms(const HeldBackAlarms&) = delete;
  HeldBackAlarms& operator=(const HeldBackAlarms&) = delete;

  // Call every second or so, from one thread.
  void OnTick();

 private:
  struct Waiting {
    absl::Duration up_before;  // How long the link had been up when it was first seen to wait.
  };
  struct Watched {
    absl::Duration up;                   // In all.
    std::map<int64_t, Waiting> waiting;  // By row.
  };

  absl::Status Look(absl::Duration passed);
  absl::Status LookAt(const store::Reader& store, const std::string& peer,
                      const HeldBackMarks& marks, HeldBackMarks& due);
  static absl::Status Say(CommitScope& scope, const HeldBackMarks& due);

  const Parts parts_;
  std::mutex mutex_;
  bool busy_ = false;  // Guarded by mutex_, like everything below: work is with the committer.
  absl::Time last_look_ = absl::InfinitePast();
  std::map<std::string, Watched> watched_;  // By peer.
};

}  // namespace gatepost::exchange

#endif  // GATEPOST_DAEMON_EXCHANGE_AGREEMENTS_HELD_BACK_H_
