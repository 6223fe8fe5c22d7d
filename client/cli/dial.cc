#include "client/cli/dial.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/core.h"

namespace gatepost::cli {
namespace {

absl::Status NotReached(const std::string& address, const std::string& why) {
  return system::Refuse(v1::REASON_NOT_REACHABLE, fmt::format("a TCP connection to {}", address),
                        why,
                        "check that the node runs, the address in the client config, and "
                        "firewalls on the way");
}

// 0 with `connected` filled in, or the errno that the connection ended with.
int Connect(const addrinfo& address, int limit_ms, std::unique_ptr<Socket>& connected) {
  auto opened = std::make_unique<Socket>(socket(
      address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  if (opened->fd() < 0) return errno;
  int error = 0;
  if (connect(opened->fd(), address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return errno;
    pollfd wait{.fd = opened->fd(), .events = POLLOUT, .revents = 0};
    const int ready = poll(&wait, 1, limit_ms);
    if (ready < 0) return errno;
    if (ready == 0) return ETIMEDOUT;
    socklen_t size = sizeof error;
    if (getsockopt(opened->fd(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  }
  if (error == 0) connected = std::move(opened);
  return error;
}

}  // namespace

Socket::~Socket() {
  if (fd_ >= 0) close(fd_);
}

absl::StatusOr<Endpoints> Resolve(const std::string& address) {
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
  return Endpoints(found, freeaddrinfo);
}

absl::StatusOr<Socket> ConnectTo(const Endpoints& endpoints, const std::string& address,
                                 absl::Duration limit) {
  int last = EADDRNOTAVAIL;
  for (const addrinfo* one = endpoints.get(); one != nullptr; one = one->ai_next) {
    std::unique_ptr<Socket> connected;
    last = Connect(*one, static_cast<int>(absl::ToInt64Milliseconds(limit)), connected);
    if (last == 0) return std::move(*connected);
  }
  return NotReached(address, std::strerror(last));
}

absl::Status Dial(const std::string& address, absl::Duration limit) {
  GATEPOST_ASSIGN_OR_RETURN(const Endpoints endpoints, Resolve(address));
  return ConnectTo(endpoints, address, limit).status();
}

}  // namespace gatepost::cli
