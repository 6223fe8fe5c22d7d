#ifndef GATEPOST_DAEMON_RPC_LIMITS_FAIR_LINE_H_
#define GATEPOST_DAEMON_RPC_LIMITS_FAIR_LINE_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "daemon/rpc/limits/token_bucket.h"

namespace gatepost::rpc {

// How much of one identity is worked on at once. Alone, nothing bounds it here; the smaller bounds
// hold while somebody else calls as well.
struct FairShares {
  // Calls begun and not answered: what may lie in the committer's queue before another's message.
  int begun = 32;
  // Calls whose handler runs at this moment.
  int running = 1;
  // Calls begun a second, and at once after a rest: what each costs the links, the committer and
  // the other node is nobody's turn.
  double begun_a_second = 200;
  double burst = 16;
  // For how long after a call its identity counts as one that calls.
  absl::Duration calls_within = absl::Seconds(1);
};

// In which order calls are worked on: each identity has a line of its own, and the lines take
// turns. A caller with one call at a time finds his own line empty, however long the others' are.
// Decides only; not thread-safe (fair_workers.h runs it). What waits is bounded by those who admit
// calls (call_limits.h).
class FairLine {
 public:
  using Work = std::function<void()>;
  explicit FairLine(const FairShares& shares) : shares_(shares) {}

  // A call of `identity` came. True: work on it at once; it is begun and running. False: `work`
  // was taken and waits. At once only when `here` allows and nothing of the identity waits.
  bool Arrive(std::string_view identity, absl::Time now, bool here, Work& work);

  struct Ready {
    std::string identity;
    Work work;
  };
  // What to work on next: begun and running now. Nothing when no line with work may go on.
  std::optional<Ready> Next(absl::Time now);
  // After what time Next is worth asking again though nobody arrived, returned or was answered:
  // what waits for its pace alone. Infinite when nothing does.
  absl::Duration UntilNext(absl::Time now) const;

  // A handler of the identity returned.
  void Returned(std::string_view identity);
  // A call of the identity, begun before, was answered.
  void Answered(std::string_view identity);

  // Lines that are remembered: those with somebody in them or at work, those that called too lately
  // to be forgotten, and others until there are 64, or twice as many as were left at the last look.
  size_t lines() const { return lines_.size(); }
  bool Remembers(std::string_view identity) const { return lines_.contains(identity); }
  size_t waiting() const { return waiting_; }

 private:
  struct Line {
    std::deque<Work> waiting;
    TokenBucket pace;
    int begun = 0;
    int running = 0;
  };
  using Lines = std::map<std::string, Line, std::less<>>;
  Lines::value_type& LineOf(std::string_view identity, absl::Time now);
  void Heard(std::string_view identity, absl::Time now);
  bool OthersCall(std::string_view identity, absl::Time now) const;
  bool HasRoom(const Line& line) const;
  bool Begin(Lines::value_type& line, absl::Time now);
  void ForgetResting(absl::Time now);

  static constexpr size_t kFewLines = 64;

  const FairShares shares_;
  Lines lines_;
  std::deque<std::string> turns_;  // The identities whose work waits, in the order of their turns.
  size_t waiting_ = 0;
  size_t forget_at_ = kFewLines;  // So many lines are looked through for those that rest.
  // Who called last, and when somebody else did.
  std::string last_;
  absl::Time last_at_ = absl::InfinitePast();
  absl::Time other_at_ = absl::InfinitePast();
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_LIMITS_FAIR_LINE_H_
