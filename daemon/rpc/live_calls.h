#ifndef GATEPOST_DAEMON_RPC_LIVE_CALLS_H_
#define GATEPOST_DAEMON_RPC_LIVE_CALLS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "certs/grpc_credentials.h"
#include "certs/live_trust.h"
#include "daemon/system/clock.h"

namespace gatepost::rpc {

class LiveCalls;

// The method of a link's stream, either end.
inline constexpr std::string_view kLinkSession = "Session";

// One stream that LiveCalls watches over; ends with it. Make it the last member of the stream, so
// that nothing is cut any more once the stream begins to go.
class LiveCall {
 public:
  LiveCall() = default;
  LiveCall(LiveCall&& other) noexcept { *this = std::move(other); }
  LiveCall& operator=(LiveCall&& other) noexcept {
    std::swap(calls_, other.calls_);
    std::swap(id_, other.id_);
    return *this;
  }
  // Waits for a cut of this stream that is under way.
  ~LiveCall();

 private:
  friend class LiveCalls;
  LiveCall(LiveCalls* calls, uint64_t id) : calls_(calls), id_(id) {}

  LiveCalls* calls_ = nullptr;
  uint64_t id_ = 0;
};

// The streams that are open now, and whose they are: a unary call is judged when it comes, a stream
// again and again while it lasts (PROTOCOL.md 8: within 5 s of a revocation every stream of that
// identity is cancelled; so is what a new roster or policy does not allow any more).
//
//   published, or a second later   judged anew by LiveTrust; who fails is told once, and asked to
//   end a second after that            cancelled, when a slow other end kept it from ending
//
// Any thread, but for Tick.
class LiveCalls {
 public:
  // Ends the stream because of `why`; with `at_once` it is cancelled, and nobody waits for the
  // wire. Called by the thread of Tick, never two at once; must not block or drop the LiveCall.
  using Cut = std::function<void(const absl::Status& why, bool at_once)>;
  struct Stream {
    std::vector<std::string> chain_der;  // What the other end showed: PeerJudge::ChainOf.
    certs::Usage usage = certs::Usage::kTlsClient;
    std::string who;     // SPIFFE id of the other end.
    std::string method;  // E.g. WatchMessages.
    Cut cut;
    // Whether the other end may still do what it does here, by the roster and policy of now; none:
    // its certificate is enough. Called by the thread of Tick, also while the stream goes: it must
    // not use it, nor block.
    std::function<absl::Status()> may = nullptr;
  };
  // Hears once of every stream that is cut, before it is.
  using Told = std::function<void(const Stream& stream, const absl::Status& why)>;

  // `trust`, `judge` and `clock` must outlive it; so must it every LiveCall.
  LiveCalls(const certs::LiveTrust& trust, certs::PeerJudge& judge, const system::Clock& clock,
            Told told)
      : trust_(trust), judge_(judge), clock_(clock), told_(std::move(told)) {}

  // Watches over a stream from now on.
  [[nodiscard]] LiveCall Keep(Stream stream);

  // Judges all streams when another trust counts than the last time, or a second has gone by (for
  // certificates that expire, revocations that begin and rights that end). Call several times a
  // second, from one thread.
  void Tick();

  size_t size() const;

 private:
  friend class LiveCall;
  struct Kept {
    explicit Kept(Stream s) : stream(std::move(s)) {}
    const Stream stream;
    std::mutex mutex;   // Held while it is cut.
    bool gone = false;  // Guarded by mutex.
    bool told = false;  // Tick's.
  };
  void Remove(uint64_t id);

  const certs::LiveTrust& trust_;
  certs::PeerJudge& judge_;
  const system::Clock& clock_;
  const Told told_;
  std::shared_ptr<const certs::TrustSnapshot> last_trust_;  // Tick's; kept, so that it is no other.
  absl::Time last_look_ = absl::InfinitePast();             // Tick's.
  mutable std::mutex mutex_;
  std::map<uint64_t, std::shared_ptr<Kept>> kept_;  // Guarded by mutex_, like what follows.
  uint64_t next_id_ = 1;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_LIVE_CALLS_H_
