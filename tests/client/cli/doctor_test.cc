// Every usual trouble is made, and doctor's line for it is there.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "certs/grpc_credentials.h"
#include "certs/live_trust.h"
#include "client/cli/doctor.h"
#include "daemon/system/clock.h"
#include "fmt/core.h"
#include "gatepost/v1/exchange_service.grpc.pb.h"
#include "tests/config/practice_files.h"
#include "tests/support/manual_clock.h"

namespace gatepost::cli {
namespace {

using config::v1::CHECK_RESULT_FAILED;
using config::v1::CHECK_RESULT_OK;
using config::v1::CHECK_RESULT_WARNING;
using config::v1::Check;
using ::testing::HasSubstr;
using testing::Must;

constexpr char kClerk[] = "spiffe://langson.practice.example/agency/board/clerk/desk-1";
constexpr char kNode[] = "spiffe://langson.practice.example/node/vn-langson";

certs::SpiffeId Id(const std::string& text) { return Must(certs::SpiffeId::Parse(text)); }

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
    return std::make_shared<certs::LiveTrust>(
        std::make_shared<certs::TrustSnapshot>(StoreOf(ca)));
  }
  void Listens(int port) {
    files_.Change("client.textproto", ":7443", fmt::format(":{}", port));
  }

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

TEST_F(DoctorTest, WhereAllIsWellNothingFails) {
  Serve();
  for (const Check& check : Examine().checks()) {
    EXPECT_NE(check.result(), CHECK_RESULT_FAILED) << check.DebugString();
  }
  EXPECT_EQ(Line("handshake").result(), CHECK_RESULT_OK);
  EXPECT_EQ(Line("authority").result(), CHECK_RESULT_OK);
  EXPECT_EQ(Line("link").result(), CHECK_RESULT_OK);
  EXPECT_EQ(ExitCodeOf(list_->report()), 0);
}

TEST_F(DoctorTest, AConfigThatCannotBeReadIsNamedWithItsLine) {
  files_.Change("client.textproto", "origin_node", "origin_mode");
  Examine();
  ExpectFailed("config", v1::REASON_BAD_CONFIG, "origin_mode");
  EXPECT_EQ(ExitCodeOf(list_->report()), 1);
}

TEST_F(DoctorTest, AKeyThatOthersCanReadIsSaidWithTheCommand) {
  ASSERT_EQ(chmod((files_ / "clerk.key").c_str(), 0644), 0);
  Examine();
  ExpectFailed("tls_key", v1::REASON_BAD_CONFIG, "0644");
  EXPECT_THAT(Line("tls_key").todo(), HasSubstr("chmod 600 " + files_ / "clerk.key"));
}

TEST_F(DoctorTest, AKeyOfAnotherCertificateIsNoticed) {
  files_.Change("client.textproto", "\"sign.key\"", "\"clerk.key\"");
  Examine();
  ExpectFailed("signing_key", v1::REASON_BAD_CONFIG, "does not belong");
  EXPECT_EQ(Line("tls_key").result(), CHECK_RESULT_OK);
}

TEST_F(DoctorTest, AFileThatIsNotThereIsNamed) {
  files_.Change("client.textproto", "\"sign.crt\"", "\"gone.crt\"");
  Examine();
  ExpectFailed("signing_certificate", v1::REASON_BAD_CONFIG, "No such file");
  EXPECT_EQ(Line("signing_certificate").subject(), files_ / "gone.crt");
}

TEST_F(DoctorTest, ATlsCertificateForSigningIsOfTheWrongUse) {
  files_.Change("client.textproto", "\"sign.crt\"", "\"clerk.crt\"");
  files_.Change("client.textproto", "\"sign.key\"", "\"clerk.key\"");
  Examine();
  ExpectFailed("signing_chain", v1::REASON_CERTIFICATE_WRONG_USAGE, "another use");
}

TEST_F(DoctorTest, AnotherRootThanTheNodesIsFoundOnBothSides) {
  Serve();
  const certs::PracticeCa other =
      Must(certs::PracticeCa::Create("langson.practice.example", absl::Now()));
  testing::WriteTestFile(files_ / "vn-root.crt", other.root_pem());
  Examine();
  ExpectFailed("tls_chain", v1::REASON_CHAIN_BROKEN, "does not lead to a root");
  ExpectFailed("server_certificate", v1::REASON_CHAIN_BROKEN, "does not lead to a root");
  EXPECT_EQ(ExitCodeOf(list_->report()), 4);
}

TEST_F(DoctorTest, ANameOfAnotherDomainIsSaid) {
  ASSERT_TRUE(Must(files_.cn().IssueClient(
                       Id("spiffe://pingxiang.practice.example/agency/port/clerk/desk-1")))
                  .WriteFiles(files_ / "clerk.key", files_ / "clerk.crt")
                  .ok());
  Examine();
  ExpectFailed("tls_chain", v1::REASON_UNKNOWN_TRUST_DOMAIN, "nobody trusts here");
}

TEST_F(DoctorTest, AnotherNodeThanExpectedIsNamed) {
  ASSERT_TRUE(
      Must(files_.vn().IssueNode(Id("spiffe://langson.practice.example/node/vn-other")))
          .WriteFiles(files_ / "other.key", files_ / "other.crt")
          .ok());
  Serve(Must(certs::TlsIdentity::Load(files_ / "other.crt", files_ / "other.key")),
        TrustOf(files_.vn()));
  Examine();
  ExpectFailed("server_certificate", v1::REASON_WRONG_NODE, "node/vn-other");
}

TEST_F(DoctorTest, AnExpiredCertificateIsSaidWithItsDate) {
  Serve();
  ASSERT_TRUE(Must(files_.vn().IssueClient(Id(kClerk), {.not_after = absl::Now() -
                                                                     absl::Minutes(5)}))
                  .WriteFiles(files_ / "clerk.key", files_ / "clerk.crt")
                  .ok());
  Examine();
  ExpectFailed("tls_dates", v1::REASON_CERTIFICATE_EXPIRED, "ended 0 days ago");
  EXPECT_EQ(Line("tls_chain").result(), CHECK_RESULT_OK);
  ExpectFailed("handshake", v1::REASON_CERTIFICATE_EXPIRED, "has expired");
  EXPECT_EQ(ExitCodeOf(list_->report()), 4);
}

TEST_F(DoctorTest, ACertificateThatEndsSoonIsAWarning) {
  Serve();
  ASSERT_TRUE(Must(files_.vn().IssueClient(
                       Id(kClerk), {.not_after = absl::Now() + absl::Hours(24 * 30 + 1)}))
                  .WriteFiles(files_ / "clerk.key", files_ / "clerk.crt")
                  .ok());
  Examine();
  EXPECT_EQ(Line("tls_dates").result(), CHECK_RESULT_WARNING);
  EXPECT_THAT(Line("tls_dates").found(), HasSubstr("30 days left"));
  EXPECT_EQ(ExitCodeOf(list_->report()), 0);
}

TEST_F(DoctorTest, ASlowClockIsToldFromAnEarlyCertificate) {
  Serve();
  parts_.clock = std::make_shared<testing::ManualClock>(absl::Now() - absl::Hours(24 * 400));
  Examine();
  ExpectFailed("tls_dates", v1::REASON_CERTIFICATE_NOT_YET_VALID, "this machine's clock says");
  EXPECT_THAT(Line("tls_dates").todo(), HasSubstr("clock first"));
  ExpectFailed("server_certificate", v1::REASON_CERTIFICATE_NOT_YET_VALID,
               "this machine's clock says");
}

TEST_F(DoctorTest, AClockMinutesOffIsComparedWithTheNodes) {
  Serve();
  parts_.clock = std::make_shared<testing::ManualClock>(absl::Now() + absl::Minutes(20));
  Examine();
  ExpectFailed("node_clock", v1::REASON_CLOCK_SKEW, "behind this machine's");
  EXPECT_EQ(ExitCodeOf(list_->report()), 1);
}

TEST_F(DoctorTest, ANameThatNobodyKnowsIsToldFromAClosedPort) {
  files_.Change("client.textproto", "127.0.0.1", "no-such-host.invalid");
  Examine();
  ExpectFailed("address", v1::REASON_NOT_REACHABLE, "its name is not known");
  EXPECT_EQ(ExitCodeOf(list_->report()), 3);
}

TEST_F(DoctorTest, AClosedPortIsSaid) {
  int port = 0;
  { port = Port().number(); }
  Listens(port);
  Examine();
  EXPECT_EQ(Line("address").result(), CHECK_RESULT_OK);
  ExpectFailed("port", v1::REASON_NOT_REACHABLE, "Connection refused");
  EXPECT_EQ(ExitCodeOf(list_->report()), 3);
}

TEST_F(DoctorTest, APortThatSaysNothingIsSaid) {
  const Port silent;
  parts_.limit = absl::Milliseconds(200);
  Listens(silent.number());
  Examine();
  ExpectFailed("tls", v1::REASON_NOT_REACHABLE, "says nothing");
}

TEST_F(DoctorTest, APortWithoutTlsIsSaid) {
  grpc::ServerBuilder builder;
  builder.RegisterService(&node_);
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  server_ = builder.BuildAndStart();
  Listens(port);
  Examine();
  ExpectFailed("tls", v1::REASON_NOT_REACHABLE, "no TLS");
  EXPECT_EQ(ExitCodeOf(list_->report()), 3);
}

TEST_F(DoctorTest, ANodeThatDoesNotKnowOurRootIsExplainedByWhatIsLeft) {
  const certs::PracticeCa other =
      Must(certs::PracticeCa::Create("langson.practice.example", absl::Now()));
  Serve(OwnOfNode(), TrustOf(other));
  Examine();
  EXPECT_EQ(Line("tls").result(), CHECK_RESULT_OK);
  EXPECT_EQ(Line("server_certificate").result(), CHECK_RESULT_OK);
  ExpectFailed("handshake", v1::REASON_NOT_ALLOWED, "holds other roots");
  EXPECT_THAT(Line("handshake").todo(), HasSubstr(kClerk));
  EXPECT_EQ(ExitCodeOf(list_->report()), 4);
}

TEST_F(DoctorTest, ARevokedCertificateIsExplainedWithWhatToAskFor) {
  const std::string pem = testing::ReadTestFile(files_ / "clerk.crt");
  const absl::Time now = absl::Now();
  const std::string list = Must(files_.vn().IssueRevocationList(
      {{pem, now - absl::Minutes(1)}}, now - absl::Minutes(1), now + absl::Hours(1)));
  std::shared_ptr<const certs::TrustStore> store = StoreOf(files_.vn());
  certs::RevocationBook book = Must(certs::RevocationBook::Create(
      *store,
      {{.trust_domain = "langson.practice.example",
        .lists = {Must(certs::RevocationList::Parse(list))}}},
      {}));
  Serve(OwnOfNode(), std::make_shared<certs::LiveTrust>(
                         std::make_shared<certs::TrustSnapshot>(store, std::move(book))));
  Examine();
  ExpectFailed("handshake", v1::REASON_NOT_ALLOWED, "may be revoked or denied there");
  EXPECT_THAT(Line("handshake").todo(), HasSubstr("SHA-256"));
}

TEST_F(DoctorTest, AFolderThatCannotBeWrittenIsSaid) {
  files_.Change("client.textproto", "\"outbox\"", "\"/proc/gatepost/outbox\"");
  Examine();
  ExpectFailed("outbox", v1::REASON_STORE_FAILED, "nothing can be written there");
}

TEST_F(DoctorTest, AFullDiskIsSaid) {
  parts_.room = {.warn_below = UINT64_MAX, .fail_below = UINT64_MAX};
  Examine();
  ExpectFailed("outbox", v1::REASON_STORE_FAILED, "the disk is full");
}

TEST_F(DoctorTest, ALinkThatIsDownAndItsAlarmsAreSaid) {
  v1::LinkState& link = *node_.answer.mutable_links(0);
  link.set_connected(false);
  link.set_last_queued(7);
  link.set_last_receipted(4);
  link.mutable_problem()->set_reason(v1::REASON_PEER_SILENT);
  link.mutable_problem()->set_came("nothing for 30 s");
  link.add_alarms("HEAD_FORKED: two heads of size 9");
  Serve();
  Examine();
  ExpectFailed("link", v1::REASON_PEER_SILENT, "nothing for 30 s");
  ExpectFailed("alarm", v1::REASON_HEAD_FORKED, "two heads");
  EXPECT_EQ(Line("waiting").result(), CHECK_RESULT_WARNING);
  EXPECT_THAT(Line("waiting").found(), HasSubstr("3 messages"));
  EXPECT_EQ(ExitCodeOf(list_->report()), 1);
}

TEST_F(DoctorTest, ANodesFilesPortAndPeersAreExamined) {
  const Port taken;
  files_.Change("node.textproto", "\"127.0.0.1:0\"", fmt::format("\"127.0.0.1:{}\"",
                                                                 taken.number()));
  files_.Change("node.textproto", "localhost:7443", "no-such-host.invalid:7443");
  ASSERT_EQ(chmod((files_ / "log.key").c_str(), 0640), 0);
  ExamineTheNode();
  ExpectFailed("log_key", v1::REASON_BAD_CONFIG, "0640");
  EXPECT_EQ(Line("witness_key").result(), CHECK_RESULT_OK);
  EXPECT_EQ(Line("listen").result(), CHECK_RESULT_WARNING);
  EXPECT_EQ(Line("tls_chain").result(), CHECK_RESULT_OK);
  EXPECT_EQ(Line("data_dir").result(), CHECK_RESULT_OK);
  ExpectFailed("address", v1::REASON_NOT_REACHABLE, "its name is not known");
}

TEST_F(DoctorTest, AStoreWithoutItsGuardAndAGuardWithoutItsStoreAreSaid) {
  std::filesystem::create_directories(files_ / "data");
  ExamineTheNode();
  EXPECT_EQ(Line("guard_file").reason(), v1::REASON_NODE_RESTORED);
  EXPECT_EQ(Line("guard_file").result(), CHECK_RESULT_WARNING);
  std::filesystem::remove_all(files_ / "data");
  testing::WriteTestFile(files_ / "vn-langson.guard", "x");
  ExamineTheNode();
  ExpectFailed("guard_file", v1::REASON_NODE_RESTORED, "it is there, but the store");
}

TEST_F(DoctorTest, ARevocationListThatIsTooOldIsSaid) {
  const absl::Time now = absl::Now();
  testing::WriteTestFile(files_ / "vn.crl",
                         Must(files_.vn().IssueRevocationList({}, now - absl::Hours(48),
                                                              now - absl::Hours(2))));
  files_.Change("node.textproto", "root_files: \"vn-root.crt\"",
                "root_files: \"vn-root.crt\" revocation_list_files: \"vn.crl\"");
  ExamineTheNode();
  ExpectFailed("revocation_list", v1::REASON_REVOCATION_UNKNOWN, "too old");
  files_.Change("node.textproto", "revocation_list_files",
                "revocation_grace_hours: 24 revocation_list_files");
  ExamineTheNode();
  EXPECT_EQ(Line("revocation_list").reason(), v1::REASON_REVOCATION_STALE);
}

}  // namespace
}  // namespace gatepost::cli
