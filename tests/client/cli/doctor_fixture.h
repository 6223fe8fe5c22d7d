#ifndef GATEPOST_TESTS_CLIENT_CLI_DOCTOR_FIXTURE_H_
#define GATEPOST_TESTS_CLIENT_CLI_DOCTOR_FIXTURE_H_

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "certs/grpc_credentials.h"
#include "certs/live_trust.h"
#include "client/cli/doctor.h"
#include "daemon/system/clock.h"
#include "fmt/core.h"
#include "gatepost/v1/exchange_service.grpc.pb.h"
#include "tests/config/practice_files.h"

// A client, a node and this machine for doctor to examine.
namespace gatepost::cli {

using config::v1::Check;
using config::v1::CHECK_RESULT_FAILED;
using config::v1::CHECK_RESULT_OK;
using config::v1::CHECK_RESULT_WARNING;
using ::testing::HasSubstr;
using testing::Must;

inline constexpr char kClerk[] = "spiffe://langson.practice.example/agency/board/clerk/desk-1";

inline certs::SpiffeId Id(const std::string& text) { return Must(certs::SpiffeId::Parse(text)); }

// Says of itself what the test says.
class Node : public v1::ExchangeService::Service {
 public:
  v1::GetNodeResponse answer;
  grpc::Status GetNode(grpc::ServerContext*, const v1::GetNodeRequest*,
                       v1::GetNodeResponse* response) override {
    *response = answer;
    if (!answer.has_time()) response->mutable_time()->set_seconds(absl::ToUnixSeconds(absl::Now()));
    return grpc::Status::OK;
  }
};

// A socket that listens, and that nobody or `Serve` reads.
class Port {
 public:
  Port() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(fd_, 4) != 0 ||
        getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("no port");
    }
    number_ = ntohs(address.sin_port);
  }
  ~Port() { close(fd_); }
  int number() const { return number_; }
  int fd() const { return fd_; }

 private:
  const int fd_;
  int number_ = 0;
};

class DoctorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    node_.answer.set_node("vn-langson");
    node_.answer.set_version("0.1");
    v1::LinkState& link = *node_.answer.add_links();
    link.set_peer_node("cn-pingxiang");
    link.set_connected(true);
    parts_.limit = absl::Seconds(2);
    // Whatever room the test's machine has.
    parts_.room = {.warn_below = 0, .fail_below = 0};
  }
  void TearDown() override {
    if (server_ == nullptr) return;
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
  }

  // Runs a node that shows `own` and trusts clients by `trust`.
  void Serve(const certs::TlsIdentity& own, std::shared_ptr<const certs::LiveTrust> trust) {
    auto judge = std::make_shared<certs::PeerJudge>(std::move(trust),
                                                    std::make_shared<system::SystemClock>());
    grpc::ServerBuilder builder;
    builder.RegisterService(&node_);
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", Must(certs::ServerCredentials(own, judge, {})), &port);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    Listens(port);
  }
  // The node as it should be.
  void Serve() { Serve(OwnOfNode(), TrustOf(files_.vn())); }

  certs::TlsIdentity OwnOfNode() {
    return Must(certs::TlsIdentity::Load(files_ / "tls.crt", files_ / "tls.key"));
  }
  static std::shared_ptr<const certs::TrustStore> StoreOf(const certs::PracticeCa& ca) {
    return std::make_shared<const certs::TrustStore>(Must(certs::TrustStore::Create(
        {{.name = ca.trust_domain(), .country = "VN", .root_pems = {ca.root_pem()}}})));
  }
  static std::shared_ptr<const certs::LiveTrust> TrustOf(const certs::PracticeCa& ca) {
    return std::make_shared<certs::LiveTrust>(std::make_shared<certs::TrustSnapshot>(StoreOf(ca)));
  }
  void Listens(int port) { files_.Change("client.textproto", ":7443", fmt::format(":{}", port)); }

  const config::v1::CheckReport& Examine() {
    list_ = std::make_unique<Checklist>(global_, render::View(), /*print=*/false);
    ExamineClient(files_ / "client.textproto", parts_, *list_);
    return list_->report();
  }
  const config::v1::CheckReport& ExamineTheNode() {
    list_ = std::make_unique<Checklist>(global_, render::View(), /*print=*/false);
    ExamineNode(files_ / "node.textproto", parts_, *list_);
    return list_->report();
  }
  // The worst line of that name.
  Check Line(const std::string& name) const {
    Check worst;
    for (const Check& check : list_->report().checks()) {
      if (check.name() != name) continue;
      if (worst.name().empty() || check.result() == CHECK_RESULT_FAILED) worst = check;
    }
    return worst;
  }
  void ExpectFailed(const std::string& name, v1::Reason reason, const std::string& found) {
    const Check line = Line(name);
    EXPECT_EQ(line.result(), CHECK_RESULT_FAILED) << list_->report().DebugString();
    EXPECT_EQ(line.reason(), reason) << line.DebugString();
    EXPECT_THAT(line.found(), HasSubstr(found));
    EXPECT_FALSE(line.todo().empty()) << line.DebugString();
  }

  testing::PracticeFiles files_;
  Node node_;
  std::unique_ptr<grpc::Server> server_;
  DoctorParts parts_;
  Global global_;
  std::unique_ptr<Checklist> list_;
};

}  // namespace gatepost::cli

#endif  // GATEPOST_TESTS_CLIENT_CLI_DOCTOR_FIXTURE_H_
