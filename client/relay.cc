#include "client/relay.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <list>
#include <utility>
#include <vector>

#include "daemon/system/random.h"
#include "daemon/system/reason.h"

namespace gatepost::client {
namespace {

constexpr size_t kBufferBytes = 64 * 1024;

// An open file; closed with its owner.
class Socket {
 public:
  explicit Socket(int number = -1) : number_(number) {}
  ~Socket() {
    if (number_ >= 0) close(number_);
  }
  Socket(Socket&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  int number() const { return number_; }
  bool open() const { return number_ >= 0; }

 private:
  int number_;
};

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Socket NewSocket() {
  return Socket(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

Socket Listen(uint16_t port) {
  Socket listener = NewSocket();
  const int on = 1;
  // The last relay's connections may still be dying.
  setsockopt(listener.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const sockaddr_in address = Loopback(port);
  if (!listener.open() ||
      bind(listener.number(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(listener.number(), 16) != 0) {
    return Socket();
  }
  return listener;
}

// Bytes on their way in one direction of one connection.
struct Way {
  std::array<char, kBufferBytes> buffer;
  size_t begin = 0, end = 0;
  bool source_ended = false;  // No more bytes come.
  bool target_told = false;   // And the other side knows.

  bool WantsRead() const { return !source_ended && begin == end; }
  bool WantsWrite() const { return begin < end || (source_ended && !target_told); }

  // Moves what can be moved now; false when the connection is dead.
  bool Read(int source) {
    const ssize_t got = recv(source, buffer.data(), buffer.size(), 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    begin = 0;
    end = static_cast<size_t>(got);
    source_ended = got == 0;
    return true;
  }
  bool Write(int target) {
    if (begin < end) {
      const ssize_t sent = send(target, buffer.data() + begin, end - begin, MSG_NOSIGNAL);
      if (sent < 0) return errno == EAGAIN || errno == EINTR;
      begin += static_cast<size_t>(sent);
    }
    if (begin == end && source_ended && !target_told) {
      shutdown(target, SHUT_WR);
      target_told = true;
    }
    return true;
  }
};

// One relayed connection.
struct Pair {
  Socket client, server;
  Way up, down;  // From client to server, and back.
  bool Ended() const { return up.target_told && down.target_told; }
};

void Accept(const Socket& listener, uint16_t target_port, std::list<Pair>* pairs) {
  Pair pair;
  pair.client = Socket(accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!pair.client.open()) return;
  pair.server = NewSocket();
  const sockaddr_in address = Loopback(target_port);
  const int connected =
      connect(pair.server.number(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  if (connected != 0 && errno != EINPROGRESS) return;
  const int on = 1;
  for (const Socket* socket : {&pair.client, &pair.server}) {
    setsockopt(socket->number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  pairs->push_back(std::move(pair));
}

short EventsOf(const Way& from, const Way& to) {
  return static_cast<short>((from.WantsRead() ? POLLIN : 0) | (to.WantsWrite() ? POLLOUT : 0));
}

// Serves one connection after a poll; false when it is over.
bool Serve(Pair* pair, short client_events, short server_events) {
  constexpr short kReadable = POLLIN | POLLHUP | POLLERR;
  if ((client_events & kReadable) != 0 && pair->up.WantsRead() &&
      !pair->up.Read(pair->client.number())) {
    return false;
  }
  if ((server_events & kReadable) != 0 && pair->down.WantsRead() &&
      !pair->down.Read(pair->server.number())) {
    return false;
  }
  // Without waiting for another poll: most of the time there is room.
  if (pair->up.WantsWrite() && !pair->up.Write(pair->server.number())) return false;
  if (pair->down.WantsWrite() && !pair->down.Write(pair->client.number())) return false;
  // A dead end that nobody reads from or writes to would wake the poll for ever.
  const bool hung = ((client_events | server_events) & (POLLERR | POLLNVAL)) != 0 ||
                    ((client_events & POLLHUP) != 0 && (server_events & POLLHUP) != 0);
  return !pair->Ended() && !hung;
}

}  // namespace

bool IsFreePort(uint16_t port) { return Listen(port).open(); }

absl::StatusOr<uint16_t> FreePort(uint16_t avoid) {
  constexpr uint16_t kLowest = 20'000;
  uint16_t above = 32'768;
  std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> above;
  if (above <= kLowest + 1000) above = 65'000;
  system::SystemRandom random;
  for (int i = 0; i < 1000; ++i) {
    const auto port = static_cast<uint16_t>(kLowest + random.Uniform(above - kLowest));
    if (port != avoid && IsFreePort(port)) return port;
  }
  return system::Refuse(v1::REASON_OVERLOADED, "a free port on this machine", "none in 1000 tries",
                        "end some of what listens");
}

int RunRelay(uint16_t listen_port, uint16_t target_port) {
  signal(SIGPIPE, SIG_IGN);
  const Socket listener = Listen(listen_port);
  if (!listener.open()) {
    fmt::print(stderr, "relay: cannot listen on port {}: {}\n", listen_port, std::strerror(errno));
    return 1;
  }
  fmt::print(stderr, "relay: {} to {}\n", listen_port, target_port);
  std::list<Pair> pairs;
  for (;;) {
    std::vector<pollfd> watched = {{listener.number(), POLLIN, 0}};
    for (const Pair& pair : pairs) {
      watched.push_back({pair.client.number(), EventsOf(pair.up, pair.down), 0});
      watched.push_back({pair.server.number(), EventsOf(pair.down, pair.up), 0});
    }
    if (poll(watched.data(), watched.size(), -1) < 0) {
      if (errno == EINTR) continue;
      fmt::print(stderr, "relay: {}\n", std::strerror(errno));
      return 1;
    }
    size_t at = 1;
    for (auto pair = pairs.begin(); pair != pairs.end(); at += 2) {
      const bool goes_on = Serve(&*pair, watched[at].revents, watched[at + 1].revents);
      pair = goes_on ? std::next(pair) : pairs.erase(pair);
    }
    if ((watched[0].revents & POLLIN) != 0) Accept(listener, target_port, &pairs);
  }
}

}  // namespace gatepost::client
