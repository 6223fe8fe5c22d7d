#ifndef GATEPOST_DAEMON_RPC_LIMITS_FAIR_WORKERS_H_
#define GATEPOST_DAEMON_RPC_LIMITS_FAIR_WORKERS_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "daemon/rpc/limits/fair_line.h"
#include "daemon/system/clock.h"

namespace gatepost::rpc {

// Threads that work on calls in the order of a FairLine. gRPC has few threads of its own, for the
// links' frames as well, and gives them to whoever comes first: at most one of them is ever used to
// work on a call. Any thread.
class FairWorkers {
 public:
  // `clock` must outlive this.
  FairWorkers(const FairShares& shares, int threads, const system::Clock& clock);
  // Works on what waits, then ends. Nobody may call Do any more.
  ~FairWorkers();

  // Works on a call of `identity`: on this thread before it returns, or on another one. `work` must
  // not throw. Each Do is followed by one Answered, whenever the call was answered.
  void Do(std::string_view identity, std::function<void()> work);
  void Answered(std::string_view identity);

 private:
  void Run();

  const system::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  FairLine line_;           // Guarded by mutex_, like everything below.
  bool used_here_ = false;  // Whether a thread that called Do works.
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace gatepost::rpc

#endif  // GATEPOST_DAEMON_RPC_LIMITS_FAIR_WORKERS_H_
