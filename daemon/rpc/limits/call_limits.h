#ifndef GATEPOST_DAEMON_RPC_LIMITS_CALL_LIMITS_H_
#define GATEPOST_DAEMON_RPC_LIMITS_CALL_LIMITS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/rpc/limits/token_bucket.h"
#include "daemon/system/clock.h"

namespace gatepost::rpc {

// What one identity may do, and all of them together.
struct CallBounds {
  double calls_per_second = 2000;
  double call_burst = 4000;
  int64_t calls_in_flight = 512;
  int64_t bytes_in_flight = int64_t{32} << 20;
  // Of the whole node. The peers of links are not counted here and never refused for its sake.
  int64_t node_calls_in_flight = 4096;
  int64_t node_bytes_in_flight = int64_t{256} << 20;
  // So many calls of an identity are taken even when the node as a whole is full.
  int64_t calls_always = 4;
  // Identities remembered at once.
  size_t identities = 4096;
};

// Whose call it is.
enum class Caller {
  kAgency,
  kPeer,  // The node at the other end of a link.
};

class CallLimits;

// The right to one call, or one stream. Gives itself back when it goes.
class CallPermit {
 public:
  CallPermit() = default;
  CallPermit(CallPermit&& other) noexcept { *this = std::move(other); }
  CallPermit& operator=(CallPermit&& other) noexcept;
  ~CallPermit() { Release(); }

  // More bytes that the call keeps in memory: its answer.
  void Hold(int64_t bytes);

  void Release();

 private:
  friend class CallLimits;
  CallLimits* limits_ = nullptr;
  void* account_ = nullptr;
  int64_t bytes_ = 0;
};

// The account of every identity: how fast it calls, and what it has in flight. Asked before a
// request is parsed. Memory is bounded: an identity that rests is forgotten once its bucket is full
// again, so that forgetting gives nothing away. Any thread.
class CallLimits {
 public:
  // `clock` must outlive this, and this must outlive its permits.
  CallLimits(const CallBounds& bounds, const system::Clock& clock);

  // Lets one call of `identity` with a request of `bytes` begin. RATE_EXCEEDED above
  // calls_per_second after the burst is used, or when more identities call than are remembered;
  // TOO_MUCH_IN_FLIGHT above calls_in_flight or bytes_in_flight, of the identity or of the node.
  absl::StatusOr<CallPermit> Enter(std::string_view identity, int64_t bytes,
                                   Caller caller = Caller::kAgency);

  // Counts a call that is refused for another reason: OK, or RATE_EXCEEDED as Enter.
  absl::Status Count(std::string_view identity);

  // Forgets those who rest. Call now and then; Enter does it as well when there is no room.
  void Tick();

  struct InFlight {
    int64_t calls = 0;
    int64_t bytes = 0;
  };
  // What agencies have in flight together.
  InFlight node() const;
  // Identities remembered.
  size_t remembered() const;

 private:
  friend class CallPermit;
  struct Account {
    TokenBucket bucket;
    InFlight held;
    Caller caller;
  };
  absl::StatusOr<Account*> Take(std::string_view identity, Caller caller);
  absl::Status MayHold(const Account& account, int64_t bytes) const;
  void ForgetResting(absl::Time now);
  void Change(Account& account, int64_t calls, int64_t bytes);

  const CallBounds bounds_;
  const system::Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Account, std::less<>> accounts_;  // Guarded by mutex_, like node_.
  InFlight node_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_LIMITS_CALL_LIMITS_H_
