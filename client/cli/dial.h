#ifndef GATEPOST_CLIENT_CLI_DIAL_H_
#define GATEPOST_CLIENT_CLI_DIAL_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

struct addrinfo;

namespace gatepost::cli {

// A TCP socket that closes when it goes. Move-only.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket();
  Socket(Socket&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Socket& operator=(Socket&&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

// Where an address leads, as the system's resolver says.
using Endpoints = std::shared_ptr<addrinfo>;

// Resolves host:port; NOT_REACHABLE when the name is not known, BAD_ARGUMENT for no host:port.
absl::StatusOr<Endpoints> Resolve(const std::string& address);

// Connects to the first endpoint of `address` that answers, waiting at most `limit` for each.
// NOT_REACHABLE with the system's reason.
absl::StatusOr<Socket> ConnectTo(const Endpoints& endpoints, const std::string& address,
                                 absl::Duration limit);

// Opens and closes a plain TCP connection to `address` (host:port), to tell a network that does not
// lead there from a node that does not want us. NOT_REACHABLE with the system's reason, also when
// it takes longer than `limit`; BAD_ARGUMENT for no host:port.
absl::Status Dial(const std::string& address, absl::Duration limit);

}  // namespace gatepost::cli

#endif  // GATEPOST_CLIENT_CLI_DIAL_H_
