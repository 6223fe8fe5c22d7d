#include "client/node_client.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/strings/cord.h"
#include "absl/time/clock.h"
#include "certs/grpc_credentials.h"
#include "certs/trust.h"
#include "client/relay.h"
#include "daemon/system/reason.h"
#include "gatepost/v1/agreement_service.grpc.pb.h"
#include "gatepost/v1/exchange_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/certs/practice_world.h"
#include "tests/config/practice_files.h"

namespace gatepost::client {
namespace {

using certs::IsOk;
using certs::RefusedAs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Must;

// How a node puts a refusal into a gRPC status (the ErrorInfo of DESIGN.md 13).
grpc::Status OnTheWire(const absl::Status& status) {
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  google::rpc::ErrorInfo info;
  info.ParseFromString(std::string(*status.GetPayload(system::kErrorInfoUrl)));
  details.add_details()->PackFrom(info);
  return {static_cast<grpc::StatusCode>(status.code()), std::string(status.message()),
          details.SerializeAsString()};
}

grpc::Status Refuses(v1::Reason reason) {
  return OnTheWire(system::Refuse(reason, "this", "that", "so"));
}

// A node that answers as the test's script says.
class ScriptedNode : public v1::ExchangeService::Service {
 public:
  // One entry for each Submit; afterwards OK.
  std::deque<grpc::Status> submits;
  // One entry for each watch: its events' cursors, then how it ends.
  struct Stream {
    std::vector<std::string> cursors;
    grpc::Status end;
    std::string first_cursor;  // In the metadata; empty: not said.
  };
  std::deque<Stream> streams;
  std::vector<std::string> asked_cursors;
  std::vector<std::string> submitted;
  bool hang = false;  // GetNode waits for its caller to give up.

  grpc::Status Submit(grpc::ServerContext*, const v1::SubmitRequest* request,
                      v1::SubmitResponse* response) override {
    submitted.push_back(request->SerializeAsString());
    if (!submits.empty()) {
      grpc::Status status = submits.front();
      submits.pop_front();
      return status;
    }
    response->set_short_reference("LS/2026/00001");
    return grpc::Status::OK;
  }

  grpc::Status GetNode(grpc::ServerContext* context, const v1::GetNodeRequest*,
                       v1::GetNodeResponse* response) override {
    while (hang && !context->IsCancelled()) std::this_thread::yield();
    response->set_node("vn-langson");
    return grpc::Status::OK;
  }

  grpc::Status WatchMessages(grpc::ServerContext* context, const v1::WatchMessagesRequest* request,
                             grpc::ServerWriter<v1::WatchMessagesResponse>* writer) override {
    asked_cursors.push_back(request->cursor());
    if (streams.empty()) {
      while (!context->IsCancelled()) std::this_thread::yield();
      return grpc::Status::CANCELLED;
    }
    Stream stream = streams.front();
    streams.pop_front();
    if (!stream.first_cursor.empty()) {
      context->AddInitialMetadata(kWatchCursorMetadata, stream.first_cursor);
    }
    for (const std::string& cursor : stream.cursors) {
      v1::WatchMessagesResponse event;
      event.set_cursor(cursor);
      writer->Write(event);
    }
    return stream.end;
  }
};

// Answers each call with what was asked, so that a call that takes another's way is seen.
class EchoingAgreements : public v1::AgreementService::Service {
 public:
  grpc::Status ListAgreements(grpc::ServerContext*, const v1::ListAgreementsRequest* request,
                              v1::ListAgreementsResponse* response) override {
    response->set_next_page_token("after " + request->page_token());
    return grpc::Status::OK;
  }
  grpc::Status GetAgreement(grpc::ServerContext*, const v1::GetAgreementRequest* request,
                            v1::GetAgreementResponse* response) override {
    response->mutable_thread()->set_short_reference(request->reference());
    return grpc::Status::OK;
  }
  grpc::Status PrepareProposal(grpc::ServerContext*, const v1::PrepareProposalRequest* request,
                               v1::PrepareProposalResponse* response) override {
    if (request->recipient_node().empty()) return Refuses(v1::REASON_UNKNOWN_RECIPIENT);
    *response->mutable_proposal() = request->draft();
    return grpc::Status::OK;
  }
};

// Takes no time, and remembers what it was asked for.
class CountedPause : public Pause {
 public:
  bool For(absl::Duration length, const std::stop_token& stop) override {
    waits.push_back(length);
    return !stop.stop_requested();
  }
  std::vector<absl::Duration> waits;
};

class NodeClientTest : public ::testing::Test {
 protected:
  void SetUp() override { Listen(0); }
  void TearDown() override { StopServer(); }

  void Listen(int port) {
    certs::TlsIdentity own = Must(certs::TlsIdentity::Load(files_ / "tls.crt", files_ / "tls.key"));
    grpc::ServerBuilder builder;
    builder.RegisterService(&node_);
    builder.RegisterService(&agreements_);
    builder.AddListeningPort(fmt::format("127.0.0.1:{}", port),
                             Must(certs::ServerCredentials(own, Judge(), {})), &port_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }

  void StopServer() {
    if (!server_) return;
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
    server_.reset();
  }

  std::shared_ptr<certs::PeerJudge> Judge() {
    return std::make_shared<certs::PeerJudge>(
        std::make_shared<certs::TrustStore>(
            Must(certs::TrustStore::Create({{.name = "langson.practice.example",
                                             .country = "VN",
                                             .root_pems = {files_.vn().root_pem()}}}))),
        std::make_shared<system::SystemClock>());
  }

  std::unique_ptr<NodeClient> Client(absl::Duration deadline = absl::Seconds(20)) {
    config::ClientSettings settings = Must(config::LoadClientSettings(files_ / "client.textproto"));
    settings.node_address = fmt::format("127.0.0.1:{}", port_);
    settings.deadline = deadline;
    ClientParts parts;
    parts.pause = pause_;
    parts.resume.attempts = 10;
    return Must(NodeClient::Create(settings, parts));
  }

  // The client's TLS certificate instead of the right one.
  void UseCertificate(const certs::IssuedCertificate& issued) {
    ASSERT_THAT(issued.WriteFiles(files_ / "clerk.key", files_ / "clerk.crt"), IsOk());
  }

  testing::PracticeFiles files_;
  ScriptedNode node_;
  EchoingAgreements agreements_;
  std::shared_ptr<CountedPause> pause_ = std::make_shared<CountedPause>();
  const certs::SpiffeId clerk_ =
      Must(certs::SpiffeId::Parse("spiffe://langson.practice.example/agency/board/clerk/desk-1"));
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(NodeClientTest, AsksItsNode) {
  auto client = Client();
  EXPECT_THAT(client->Connect(), IsOk());
  EXPECT_EQ(Must(client->GetNode()).node(), "vn-langson");
}

TEST_F(NodeClientTest, CallsOfTheAgreementServiceReachTheirMethods) {
  auto client = Client();
  v1::ListAgreementsRequest list;
  list.set_page_token("7");
  EXPECT_EQ(Must(client->ListAgreements(list)).next_page_token(), "after 7");
  v1::GetAgreementRequest get;
  get.set_reference("LS/2026/00002");
  EXPECT_EQ(Must(client->GetAgreement(get)).thread().short_reference(), "LS/2026/00002");
  v1::PrepareProposalRequest prepare;
  prepare.mutable_draft()->set_side("VN");
  EXPECT_THAT(client->PrepareProposal(prepare), RefusedAs(v1::REASON_UNKNOWN_RECIPIENT));
  prepare.set_recipient_node("cn-pingxiang");
  EXPECT_EQ(Must(client->PrepareProposal(prepare)).proposal().side(), "VN");
}

TEST_F(NodeClientTest, RefusalComesBackAsTheNodeMadeIt) {
  node_.submits = {OnTheWire(
      system::Refuse(v1::REASON_SUM_MISMATCH, "533 + 504 = 1,037", "1,057", "correct it"))};
  absl::Status status = Client()->Submit({}).status();
  EXPECT_THAT(status, RefusedAs(v1::REASON_SUM_MISMATCH));
  EXPECT_EQ(system::RefusalOf(status)->wanted, "533 + 504 = 1,037");
  EXPECT_EQ(system::RefusalOf(status)->came, "1,057");
  EXPECT_EQ(node_.submitted.size(), 1u);
}

TEST_F(NodeClientTest, OverloadedNodeIsAskedAgainWithTheSameBytes) {
  node_.submits = {Refuses(v1::REASON_OVERLOADED), Refuses(v1::REASON_NODE_STOPPING)};
  v1::SubmitRequest request;
  request.mutable_envelope()->set_payload("bytes");
  EXPECT_THAT(Client()->Submit(request), IsOk());
  EXPECT_THAT(node_.submitted, ElementsAre(request.SerializeAsString(), request.SerializeAsString(),
                                           request.SerializeAsString()));
  ASSERT_EQ(pause_->waits.size(), 2u);
  EXPECT_LT(pause_->waits[0], pause_->waits[1] + absl::Milliseconds(1));
}

TEST_F(NodeClientTest, TriesEnd) {
  for (int i = 0; i < 20; ++i) node_.submits.push_back(Refuses(v1::REASON_OVERLOADED));
  EXPECT_THAT(Client()->Submit({}), RefusedAs(v1::REASON_OVERLOADED));
  EXPECT_EQ(node_.submitted.size(), 4u);
}

TEST_F(NodeClientTest, DiskErrorIsNotTriedAgain) {
  node_.submits = {Refuses(v1::REASON_STORE_FAILED)};
  EXPECT_THAT(Client()->Submit({}), RefusedAs(v1::REASON_STORE_FAILED));
  EXPECT_EQ(node_.submitted.size(), 1u);
}

TEST_F(NodeClientTest, ErrorWithoutReasonIsADefect) {
  node_.submits = {grpc::Status(grpc::StatusCode::UNKNOWN, "boom")};
  EXPECT_THAT(Client()->Submit({}), RefusedAs(v1::REASON_INTERNAL));
}

TEST_F(NodeClientTest, SilentNodeIsGivenUpAtTheDeadline) {
  node_.hang = true;
  absl::Status status = Client(absl::Milliseconds(300))->GetNode().status();
  EXPECT_THAT(status, RefusedAs(v1::REASON_NOT_REACHABLE));
  EXPECT_THAT(system::RefusalOf(status)->came, HasSubstr("300ms"));
}

TEST_F(NodeClientTest, NobodyListensIsSaid) {
  port_ = Must(FreePort());
  auto client = Client();
  for (const absl::Status& status : {client->GetNode().status(), client->Connect()}) {
    EXPECT_THAT(status, RefusedAs(v1::REASON_NOT_REACHABLE));
    EXPECT_THAT(system::RefusalOf(status)->came, HasSubstr("nobody listens"));
  }
}

TEST_F(NodeClientTest, UnknownNameIsSaid) {
  config::ClientSettings settings = Must(config::LoadClientSettings(files_ / "client.textproto"));
  settings.node_address = "no-such-host.invalid:7443";
  ClientParts parts;
  parts.pause = pause_;
  absl::Status status = Must(NodeClient::Create(settings, parts))->GetNode().status();
  EXPECT_THAT(status, RefusedAs(v1::REASON_NOT_REACHABLE));
}

TEST_F(NodeClientTest, NodeOfAnotherNameIsLeft) {
  auto other = Must(certs::SpiffeId::Parse("spiffe://langson.practice.example/node/vn-caobang"));
  ASSERT_THAT(Must(files_.vn().IssueNode(other)).WriteFiles(files_ / "tls.key", files_ / "tls.crt"),
              IsOk());
  StopServer();
  Listen(0);
  auto client = Client();
  EXPECT_THAT(client->GetNode(), RefusedAs(v1::REASON_WRONG_NODE));
  EXPECT_THAT(client->Connect(), RefusedAs(v1::REASON_WRONG_NODE));
}

TEST_F(NodeClientTest, OwnExpiredCertificateIsNamedAlthoughTheNodeSaysNothing) {
  certs::IssueOptions options;
  options.not_before = absl::Now() - absl::Hours(48);
  options.not_after = absl::Now() - absl::Hours(24);
  UseCertificate(Must(files_.vn().IssueClient(clerk_, options)));
  absl::Status status = Client()->GetNode().status();
  EXPECT_THAT(status, RefusedAs(v1::REASON_NOT_REACHABLE));
  EXPECT_THAT(system::RefusalOf(status)->came, HasSubstr("CERTIFICATE_EXPIRED"));
}

TEST_F(NodeClientTest, OwnCertificateOfAStrangerIsNamed) {
  certs::PracticeCa stranger =
      Must(certs::PracticeCa::Create("langson.practice.example", absl::Now()));
  UseCertificate(Must(stranger.IssueClient(clerk_)));
  absl::Status status = Client()->Connect();
  EXPECT_THAT(status, RefusedAs(v1::REASON_NOT_REACHABLE));
  EXPECT_THAT(system::RefusalOf(status)->came, HasSubstr("CHAIN_BROKEN"));
}

TEST_F(NodeClientTest, ComesBackAfterTheNodeDid) {
  auto client = Client();
  EXPECT_THAT(client->GetNode(), IsOk());
  const int port = port_;
  StopServer();
  EXPECT_THAT(client->GetNode(), RefusedAs(v1::REASON_NOT_REACHABLE));
  Listen(port);
  // gRPC dials again in its own time.
  absl::Status status;
  for (absl::Time until = absl::Now() + absl::Seconds(20); absl::Now() < until;) {
    status = client->GetNode().status();
    if (status.ok()) break;
  }
  EXPECT_THAT(status, IsOk());
}

TEST_F(NodeClientTest, WatchGoesOnAfterTheLastEvent) {
  node_.streams = {{{"11", "12"}, grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone"), ""},
                   {{}, Refuses(v1::REASON_NODE_STOPPING), ""},
                   {{"13"}, grpc::Status::OK, ""},
                   {{"14", "15", "16"}, grpc::Status::OK, ""}};
  std::vector<std::string> seen;
  int troubles = 0;
  v1::WatchMessagesRequest request;
  request.set_cursor("10");
  absl::Status status = Client()->Watch(
      request,
      [&](const v1::WatchMessagesResponse& event) {
        seen.push_back(event.cursor());
        return event.cursor() != "15";
      },
      {}, [&](const absl::Status&) { ++troubles; });
  EXPECT_THAT(status, IsOk());
  EXPECT_THAT(seen, ElementsAre("11", "12", "13", "14", "15"));
  EXPECT_THAT(node_.asked_cursors, ElementsAre("10", "12", "12", "13"));
  EXPECT_EQ(troubles, 3);
}

TEST_F(NodeClientTest, WatchFromNowOnGoesOnWhereTheNodeSaidItBegan) {
  node_.streams = {{{}, grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone"), "40"},
                   {{"41"}, grpc::Status::OK, ""}};
  EXPECT_THAT(Client()->Watch({}, [](const auto&) { return false; }), IsOk());
  EXPECT_THAT(node_.asked_cursors, ElementsAre("", "40"));
}

TEST_F(NodeClientTest, WatchThatCannotGoOnWithoutAGapEnds) {
  node_.streams = {{{}, grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone"), ""}};
  EXPECT_THAT(Client()->Watch({}, [](const auto&) { return true; }),
              RefusedAs(v1::REASON_NOT_REACHABLE));
}

TEST_F(NodeClientTest, WatchEndsWithARefusal) {
  node_.streams = {{{"11"}, Refuses(v1::REASON_BAD_CURSOR), ""}};
  v1::WatchMessagesRequest request;
  request.set_cursor("10");
  EXPECT_THAT(Client()->Watch(request, [](const auto&) { return true; }),
              RefusedAs(v1::REASON_BAD_CURSOR));
}

TEST_F(NodeClientTest, WatchIsStoppedFromAnotherThread) {
  node_.streams = {{{"11"}, grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone"), ""}};
  std::stop_source stop;
  v1::WatchMessagesRequest request;
  request.set_cursor("10");
  std::thread stopper;
  absl::Status status = Client()->Watch(
      request, [](const auto&) { return true; }, stop.get_token(),
      // The next stream is quiet for ever.
      [&](const absl::Status&) { stopper = std::thread([&] { stop.request_stop(); }); });
  stopper.join();
  EXPECT_THAT(status, IsOk());
}

}  // namespace
}  // namespace gatepost::client
