#ifndef GATEPOST_CLIENT_CONNECTION_H_
#define GATEPOST_CLIENT_CONNECTION_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "certs/trust.h"
#include "client/grpc_status.h"
#include "daemon/config/client_settings.h"
#include "daemon/system/clock.h"

namespace gatepost::client {

// A gRPC channel to one's own node, and what is known of it. Any thread may use it.
class Connection {
 public:
  // Reads the TLS certificate and the roots; does not connect. BAD_CONFIG when they cannot be used.
  static absl::StatusOr<std::unique_ptr<Connection>> Create(
      const config::ClientSettings& settings, std::shared_ptr<const system::Clock> clock);

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // For FromGrpc, as of now. `deadline` is what the call was given.
  ConnectionFacts Facts(absl::Duration deadline) const;

  // Waits at most `deadline` until the connection stands, or cannot be made this time. True when it
  // stands: a server's first frame has come, so it accepted our certificate.
  bool WaitUntilReady(absl::Duration deadline);

  // Whether the connection stands now.
  bool standing() const;

  // Waits at most `longest` until the connection stands, through attempts that fail. Between calls
  // this is what carries an attempt on: gRPC moves a handshake only while somebody waits for the
  // channel, and by itself looks after it once in five seconds.
  bool AwaitStanding(absl::Duration longest);

 private:
  // Why our side left the last handshake; written by gRPC's threads.
  struct LastRefusal;

  Connection() = default;

  std::string node_, address_, certificate_file_;
  std::vector<std::string> own_chain_;
  std::shared_ptr<const certs::TrustStore> trust_;
  std::shared_ptr<const system::Clock> clock_;
  std::shared_ptr<LastRefusal> last_refusal_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_CONNECTION_H_
