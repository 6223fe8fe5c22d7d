#include "certs/grpc_credentials.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gatepost/v1/register_service.grpc.pb.h"
#include "tests/certs/practice_world.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace gatepost::certs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// What a credential's listener heard; shared with gRPC, which may outlive the test's server.
class Heard {
 public:
  RefusedCertificate Listener() {
    return [state = state_](const absl::Status& status, std::string_view subject) {
      std::lock_guard lock(state->mutex);
      state->reasons.push_back(system::ReasonOf(status));
      state->subject = std::string(subject);
    };
  }
  std::vector<v1::Reason> reasons() const {
    std::lock_guard lock(state_->mutex);
    return state_->reasons;
  }
  std::string subject() const {
    std::lock_guard lock(state_->mutex);
    return state_->subject;
  }

 private:
  struct State {
    std::mutex mutex;
    std::vector<v1::Reason> reasons;  // Guarded by mutex.
    std::string subject;              // Guarded by mutex.
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

// Answers every call with the caller's name.
class WhoCalls : public v1::RegisterService::Service {
 public:
  explicit WhoCalls(PeerJudge& judge) : judge_(judge) {}

  grpc::Status ResolveGate(grpc::ServerContext* context, const v1::ResolveGateRequest*,
                           v1::ResolveGateResponse* response) override {
    absl::StatusOr<Identity> caller = IdentityOfCall(*context->auth_context(), judge_);
    if (!caller.ok()) {
      return {grpc::StatusCode::UNAUTHENTICATED,
              fmt::format("{} {}", system::ReasonName(system::ReasonOf(caller.status())),
                          NameOfCall(*context->auth_context()))};
    }
    response->mutable_gate()->set_id(caller->id.ToString());
    return grpc::Status::OK;
  }

 private:
  PeerJudge& judge_;
};

// A node's server on the loopback, and clients with certificates of all kinds.
class GrpcCredentialsTest : public ::testing::Test {
 protected:
  void SetUp() override { Start(Must(world_.vn.IssueNode(node_))); }

  void TearDown() override {
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
  }

  void Start(const IssuedCertificate& certificate) {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    builder.AddListeningPort(
        "127.0.0.1:0",
        Must(ServerCredentials(Written(certificate), judge_, at_server_.Listener(),
                               [open = door_is_open_](const SpiffeId& caller) {
                                 return *open ? absl::OkStatus()
                                              : system::Refuse(v1::REASON_RATE_EXCEEDED, "a pause",
                                                               caller.ToString(), "wait");
                               })),
        &port_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }

  TlsIdentity Written(const IssuedCertificate& issued) {
    const std::string key = folder_.Under("key"), certificate = folder_.Under("crt");
    EXPECT_THAT(issued.WriteFiles(key, certificate), IsOk());
    return Must(TlsIdentity::Load(certificate, key));
  }

  // One call over a new connection: the caller's name as the server sees it, or the error.
  std::string CallWith(std::shared_ptr<grpc::ChannelCredentials> credentials) {
    // A pool of its own, or gRPC would hand out another test client's connection.
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetSslTargetNameOverride("localhost");
    channel_ = grpc::CreateCustomChannel(fmt::format("127.0.0.1:{}", port_), std::move(credentials),
                                         arguments);
    return CallAgain();
  }

  std::string CallAgain() {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    v1::ResolveGateResponse response;
    grpc::Status status =
        v1::RegisterService::NewStub(channel_)->ResolveGate(&context, {}, &response);
    if (!status.ok()) {
      return fmt::format("{} {}", static_cast<int>(status.error_code()), status.error_message());
    }
    return response.gate().id();
  }

  std::string CallAs(const IssuedCertificate& certificate, const SpiffeId& expected) {
    return CallWith(
        Must(ChannelCredentials(Written(certificate), judge_, expected, at_client_.Listener())));
  }

  // A client that the server must cut off while the handshake lasts, for `reason`.
  void ExpectCutOff(const IssuedCertificate& certificate, v1::Reason reason) {
    EXPECT_THAT(CallAs(certificate, node_), HasSubstr("14 "));
    ASSERT_FALSE(at_server_.reasons().empty());
    for (v1::Reason heard : at_server_.reasons()) EXPECT_EQ(heard, reason);
    EXPECT_THAT(at_client_.reasons(), ElementsAre());
  }

  PracticeWorld world_;
  testing::TemporaryFolder folder_;
  const SpiffeId node_ = Id("spiffe://langson.practice.example/node/vn-langson");
  const SpiffeId clerk_ = Id("spiffe://langson.practice.example/agency/board/clerk/desk-1");
  std::shared_ptr<testing::ManualClock> clock_ = std::make_shared<testing::ManualClock>(world_.now);
  std::shared_ptr<PeerJudge> judge_ = std::make_shared<PeerJudge>(
      std::make_shared<TrustStore>(Must(TrustStore::Create(world_.Domains()))), clock_);
  Heard at_server_, at_client_;
  const std::shared_ptr<std::atomic<bool>> door_is_open_ =
      std::make_shared<std::atomic<bool>>(true);
  WhoCalls service_{*judge_};
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(GrpcCredentialsTest, AKnownCallerWhoMayNotConnectNowIsCutOffAndLaterLetIn) {
  const IssuedCertificate clerk = Must(world_.vn.IssueClient(clerk_));
  *door_is_open_ = false;
  ExpectCutOff(clerk, v1::REASON_RATE_EXCEEDED);
  *door_is_open_ = true;
  EXPECT_EQ(CallAs(clerk, node_), clerk_.ToString());
}

// A server shows one certificate after the other while callers come; nobody is turned away, and the
// last one is shown within the watcher's look.
TEST_F(GrpcCredentialsTest, TwentyExchangesOfTheServersPairTurnNobodyAway) {
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
  const auto published = Must(PublishedIdentity::Create(folder_.Under("published"),
                                                        Written(Must(world_.vn.IssueNode(node_)))));
  grpc::ServerBuilder builder;
  builder.RegisterService(&service_);
  builder.AddListeningPort(
      "127.0.0.1:0",
      Must(ServerCredentials(ShownIdentity(*published), judge_, at_server_.Listener())), &port_);
  server_ = builder.BuildAndStart();
  ASSERT_NE(server_, nullptr);
  const IssuedCertificate clerk = Must(world_.vn.IssueClient(clerk_));
  for (int exchange = 0; exchange < 20; ++exchange) {
    ASSERT_THAT(published->Publish(Written(Must(world_.vn.IssueNode(node_)))), IsOk());
    ASSERT_EQ(CallAs(clerk, node_), clerk_.ToString()) << "after exchange " << exchange;
  }
  // Only one that names somebody else would be left by the caller: it comes through once it is
  // watched, so the loop ends by what is shown, not by time.
  const SpiffeId other = Id("spiffe://langson.practice.example/node/other");
  ASSERT_THAT(published->Publish(Written(Must(world_.vn.IssueNode(other)))), IsOk());
  std::string answer = clerk_.ToString();
  for (int call = 0; call < 2000 && answer == clerk_.ToString(); ++call) {
    answer = CallAs(clerk, node_);
  }
  EXPECT_THAT(answer, HasSubstr("14 "));
  EXPECT_THAT(at_client_.reasons(), ::testing::Contains(v1::REASON_WRONG_NODE));
}

TEST_F(GrpcCredentialsTest, ServerKnowsWhoCalls) {
  EXPECT_EQ(CallAs(Must(world_.vn.IssueClient(clerk_)), node_), clerk_.ToString());
  EXPECT_THAT(at_server_.reasons(), ElementsAre());
}

TEST_F(GrpcCredentialsTest, CallerOfTheOtherDomainIsKnownUnderItsOwnRoot) {
  const SpiffeId peer = Id("spiffe://pingxiang.practice.example/node/cn-pingxiang");
  EXPECT_EQ(CallAs(Must(world_.cn.IssueNode(peer)), node_), peer.ToString());
}

TEST_F(GrpcCredentialsTest, ChainWithAnIntermediateIsGood) {
  PracticeCa office = Must(world_.vn.Subordinate("office"));
  EXPECT_EQ(CallAs(Must(office.IssueClient(clerk_)), node_), clerk_.ToString());
  EXPECT_EQ(CallAgain(), clerk_.ToString());
}

TEST_F(GrpcCredentialsTest, NoClientCertificateIsCutOff) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = world_.vn.root_pem();
  EXPECT_THAT(CallWith(grpc::SslCredentials(options)), HasSubstr("14 "));
  // With a certificate, and nothing else changed, the same client is served.
  IssuedCertificate certificate = Must(world_.vn.IssueClient(clerk_));
  options.pem_private_key = certificate.private_key_pem;
  options.pem_cert_chain = certificate.certificate_chain_pem;
  EXPECT_EQ(CallWith(grpc::SslCredentials(options)), clerk_.ToString());
}

TEST_F(GrpcCredentialsTest, NameOfThisDomainUnderTheOthersRootIsCutOff) {
  ExpectCutOff(Must(world_.cn.IssueClient(clerk_)), v1::REASON_CROSS_DOMAIN);
  EXPECT_NE(at_server_.subject(), "-");
}

TEST_F(GrpcCredentialsTest, StrangersRootIsCutOff) {
  PracticeCa stranger = Must(PracticeCa::Create("langson.practice.example", world_.now));
  ExpectCutOff(Must(stranger.IssueClient(clerk_)), v1::REASON_CHAIN_BROKEN);
}

TEST_F(GrpcCredentialsTest, ExpiredCertificateIsCutOff) {
  IssueOptions options;
  options.not_before = world_.now - absl::Hours(48);
  options.not_after = world_.now - absl::Hours(24);
  ExpectCutOff(Must(world_.vn.IssueClient(clerk_, options)), v1::REASON_CERTIFICATE_EXPIRED);
}

TEST_F(GrpcCredentialsTest, SigningCertificateIsNoTlsCertificate) {
  ExpectCutOff(Must(world_.vn.IssueSigner(clerk_)), v1::REASON_CERTIFICATE_WRONG_USAGE);
}

TEST_F(GrpcCredentialsTest, CallIsRefusedOnceTheCertificateOfALiveConnectionExpires) {
  EXPECT_EQ(CallAs(Must(world_.vn.IssueClient(clerk_)), node_), clerk_.ToString());
  clock_->Advance(absl::Hours(24 * 366));
  EXPECT_EQ(CallAgain(), "16 CERTIFICATE_EXPIRED " + clerk_.ToString()) << "he is still known";
}

TEST_F(GrpcCredentialsTest, ClientLeavesANodeOfAnotherName) {
  const SpiffeId other = Id("spiffe://langson.practice.example/node/vn-caobang");
  EXPECT_THAT(CallAs(Must(world_.vn.IssueClient(clerk_)), other), HasSubstr("WRONG_NODE"));
  EXPECT_THAT(at_client_.reasons(), ElementsAre(v1::REASON_WRONG_NODE));
}

TEST_F(GrpcCredentialsTest, ClientLeavesANodeThatIsNone) {
  TearDown();
  Start(Must(world_.vn.IssueClient(clerk_)));
  EXPECT_THAT(CallAs(Must(world_.vn.IssueClient(clerk_)), node_), HasSubstr("14 "));
  EXPECT_THAT(at_client_.reasons(), ElementsAre(v1::REASON_CERTIFICATE_WRONG_USAGE));
}

TEST_F(GrpcCredentialsTest, PlaintextIsNotAnswered) {
  EXPECT_THAT(CallWith(grpc::InsecureChannelCredentials()), HasSubstr("14 "));
}

// OpenSSL's own client, as far as `flag` lets it: what it prints.
TEST_F(GrpcCredentialsTest, Tls12IsRefusedAndTls13IsNot) {
  Written(Must(world_.vn.IssueClient(clerk_)));
  auto connect = [&](const char* flag) {
    std::string command = fmt::format(
        "openssl s_client -connect 127.0.0.1:{} {} -alpn h2 -cert {} -key {} </dev/null 2>&1",
        port_, flag, folder_.Under("crt"), folder_.Under("key"));
    std::string output;
    FILE* pipe = popen(command.c_str(), "r");
    for (int c; pipe != nullptr && (c = fgetc(pipe)) != EOF;) output += static_cast<char>(c);
    if (pipe != nullptr) pclose(pipe);
    return output;
  };
  EXPECT_THAT(connect("-tls1_3"), HasSubstr("New, TLSv1.3"));
  EXPECT_THAT(connect("-tls1_2"), HasSubstr("New, (NONE), Cipher is (NONE)"));
}

TEST(TlsIdentityTest, KeyOfAnotherCertificateIsRefused) {
  PracticeWorld world;
  testing::TemporaryFolder folder;
  const SpiffeId id = Id("spiffe://langson.practice.example/agency/board/clerk/desk-1");
  ASSERT_THAT(
      Must(world.vn.IssueClient(id)).WriteFiles(folder.Under("a.key"), folder.Under("a.crt")),
      IsOk());
  ASSERT_THAT(
      Must(world.vn.IssueClient(id)).WriteFiles(folder.Under("b.key"), folder.Under("b.crt")),
      IsOk());
  EXPECT_THAT(TlsIdentity::Load(folder.Under("a.crt"), folder.Under("b.key")).status(),
              RefusedAs(v1::REASON_BAD_CONFIG));
  EXPECT_THAT(TlsIdentity::Load(folder.Under("a.crt"), folder.Under("a.key")).status(), IsOk());
}

}  // namespace
}  // namespace gatepost::certs
