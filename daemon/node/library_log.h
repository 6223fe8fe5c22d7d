#ifndef GATEPOST_DAEMON_NODE_LIBRARY_LOG_H_
#define GATEPOST_DAEMON_NODE_LIBRARY_LOG_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "daemon/rpc/limits/line_pace.h"
#include "daemon/system/clock.h"

namespace gatepost::node {

// What gRPC says, for the daemon's log: within a limit, since strangers can make it speak.
// Handshakes that TLS itself ends are counted. Who shows no certificate, speaks TLS 1.2 or no TLS
// at all never meets our judge of certificates (PROTOCOL.md 8), and hears no reason. Any thread.
class LibraryLog {
 public:
  // Takes one line for the log.
  using Write = std::function<void(const std::string& line)>;
  LibraryLog(std::shared_ptr<const system::Clock> clock, Write write);

  // gRPC said this.
  void Say(std::string_view message);

  // Handshakes that TLS ended, since the start.
  struct Ended {
    int64_t handshakes = 0;
    int64_t without_certificate = 0;  // Of them.
  };
  Ended ended() const;

 private:
  std::string LineOf(std::string_view message);

  const Write write_;
  rpc::LinePace pace_;
  mutable std::mutex mutex_;
  Ended ended_;  // Guarded by mutex_.
};

// From now on what gRPC says goes into the daemon's log so. Call once, before gRPC is used.
void TakeLibraryLog();

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_LIBRARY_LOG_H_
