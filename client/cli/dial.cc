#include "client/cli/dial.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "daemon/system/reason.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

absl::Status NotReached(const std::string& address, const std::string& why) {
  return system::Refuse(v1::REASON_NOT_REACHABLE, fmt::format("a TCP connection to {}", address),
                        why,
                        "check that the node runs, the address in the client config, and "
                        "firewalls on the way");
}

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

// 0, or the errno that the connection ended with.
int Connect(const addrinfo& address, int limit_ms) {
  const Socket socket_fd(socket(
      address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  if (socket_fd.fd() < 0) return errno;
  if (connect(socket_fd.fd(), address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd wait{.fd = socket_fd.fd(), .events = POLLOUT, .revents = 0};
  const int ready = poll(&wait, 1, limit_ms);
  if (ready < 0) return errno;
  if (ready == 0) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(socket_fd.fd(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

}  // namespace

absl::Status Dial(const std::string& address, absl::Duration limit) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon + 1 == address.size()) {
    return system::Refuse(v1::REASON_BAD_ARGUMENT, "an address host:port", address,
                          "correct node_address in the client config");
  }
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), address.c_str() + colon + 1, &hints, &found);
  if (error != 0) return NotReached(address, gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, freeaddrinfo);
  int last = EADDRNOTAVAIL;
  for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) {
    last = Connect(*one, static_cast<int>(absl::ToInt64Milliseconds(limit)));
    if (last == 0) return absl::OkStatus();
  }
  return NotReached(address, std::strerror(last));
}

}  // namespace gatepost::cli
