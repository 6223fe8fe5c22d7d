#include "client/relay.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "client/process.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::client {
namespace {

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// A listening socket on a port of the system's choice.
class Listener {
 public:
  Listener() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = Loopback(0);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(socket_, 4), 0);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { close(socket_); }
  uint16_t port() const { return port_; }
  int Accept() const { return accept(socket_, nullptr, nullptr); }

 private:
  int socket_;
  uint16_t port_ = 0;
};

// A connection to the port; tries until somebody listens, at most 20 s. -1: nobody does.
int ConnectTo(uint16_t port) {
  for (int i = 0; i < 4000; ++i) {
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = Loopback(port);
    if (connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
      return connection;
    }
    close(connection);
    poll(nullptr, 0, 5);
  }
  return -1;
}

std::string ReadAll(int connection) {
  std::string all;
  char buffer[4096];
  for (ssize_t got; (got = read(connection, buffer, sizeof(buffer))) > 0;) {
    all.append(buffer, static_cast<size_t>(got));
  }
  return all;
}

void SendAll(int connection, const std::string& bytes) {
  for (size_t sent = 0; sent < bytes.size();) {
    ssize_t now = send(connection, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    ASSERT_GT(now, 0);
    sent += static_cast<size_t>(now);
  }
}

class RelayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto port = FreePort();
    ASSERT_TRUE(port.ok()) << port.status();
    port_ = *port;
    auto relay =
        StartDetached({.arguments = {GATEPOST_RELAY_PROGRAM, "--listen", std::to_string(port_),
                                     "--target", std::to_string(listener_.port())},
                       .log_file = folder_.Under("log")});
    ASSERT_TRUE(relay.ok()) << relay.status();
    relay_ = *relay;
    client_ = ConnectTo(port_);
    ASSERT_GE(client_, 0);
    server_ = listener_.Accept();
    ASSERT_GE(server_, 0);
  }
  void TearDown() override {
    EXPECT_TRUE(StopProcess(relay_, absl::Seconds(5)).ok());
    close(client_);
    close(server_);
  }

  testing::TemporaryFolder folder_;
  Listener listener_;
  uint16_t port_ = 0;
  ProcessMark relay_;
  int client_ = -1, server_ = -1;
};

TEST_F(RelayTest, CarriesEveryByteBothWaysAndTheEnds) {
  std::string up, down;
  for (int i = 0; i < 700'000; ++i) up += static_cast<char>('a' + i % 23);
  for (int i = 0; i < 500'000; ++i) down += static_cast<char>('A' + i % 19);
  std::string got_up, got_down;
  std::thread server_reads([&] { got_up = ReadAll(server_); });
  std::thread client_reads([&] { got_down = ReadAll(client_); });
  std::thread server_sends([&] {
    SendAll(server_, down);
    shutdown(server_, SHUT_WR);
  });
  SendAll(client_, up);
  shutdown(client_, SHUT_WR);
  server_sends.join();
  server_reads.join();
  client_reads.join();
  EXPECT_EQ(got_up, up);
  EXPECT_EQ(got_down, down);
}

TEST_F(RelayTest, EndingItBreaksTheConnectionAtBothEnds) {
  ASSERT_TRUE(StopProcess(relay_, absl::Seconds(5)).ok());
  EXPECT_EQ(ReadAll(client_), "");
  EXPECT_EQ(ReadAll(server_), "");
  EXPECT_TRUE(IsFreePort(port_));
}

TEST_F(RelayTest, StoppingItIsSilentUntilItGoesOn) {
  ASSERT_TRUE(SignalProcess(relay_, SIGSTOP));
  SendAll(client_, "x");
  pollfd watched{server_, POLLIN, 0};
  EXPECT_EQ(poll(&watched, 1, 100), 0);
  ASSERT_TRUE(SignalProcess(relay_, SIGCONT));
  EXPECT_EQ(poll(&watched, 1, 20'000), 1);
}

TEST_F(RelayTest, ManyConnectionsAtOnce) {
  for (int i = 0; i < 20; ++i) {
    int near = ConnectTo(port_);
    int far = listener_.Accept();
    SendAll(near, std::to_string(i));
    shutdown(near, SHUT_WR);
    EXPECT_EQ(ReadAll(far), std::to_string(i));
    close(far);
    EXPECT_EQ(ReadAll(near), "");
    close(near);
  }
}

TEST(FreePortTest, IsFreeAndNotTheAvoided) {
  auto port = FreePort();
  ASSERT_TRUE(port.ok());
  EXPECT_TRUE(IsFreePort(*port));
  Listener listener;
  EXPECT_FALSE(IsFreePort(listener.port()));
}

}  // namespace
}  // namespace gatepost::client
