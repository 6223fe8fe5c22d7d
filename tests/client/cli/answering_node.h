#ifndef GATEPOST_TESTS_CLIENT_CLI_ANSWERING_NODE_H_
#define GATEPOST_TESTS_CLIENT_CLI_ANSWERING_NODE_H_

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "certs/grpc_credentials.h"
#include "certs/trust.h"
#include "client/cli/agreement_commands.h"
#include "fmt/core.h"
#include "gatepost/v1/agreement_service.grpc.pb.h"
#include "gatepost/v1/exchange_service.grpc.pb.h"
#include "gatepost/v1/hours_service.grpc.pb.h"
#include "gatepost/v1/message.pb.h"
#include "gatepost/v1/register_service.grpc.pb.h"
#include "tests/config/practice_files.h"

// A node that answers commands about agreements and notices as the test says.
namespace gatepost::cli {

inline constexpr char kProposalId[] = "0194e1a2-7c00-7000-8000-000000000001";

// Keeps what is submitted.
class Exchange : public v1::ExchangeService::Service {
 public:
  std::vector<v1::SubmitRequest> submitted;
  std::map<std::string, v1::ListMessagesResponse> held_pages;  // By page token.
  v1::Envelope held;  // Of every message that is asked for and is not in `messages`.
  std::map<std::string, v1::StoredMessage> messages;  // By reference or id.
  v1::ListMessagesResponse submitted_before;          // What was handed in, newest first.

  grpc::Status Submit(grpc::ServerContext*, const v1::SubmitRequest* request,
                      v1::SubmitResponse* response) override {
    submitted.push_back(*request);
    if (!request->validate_only()) response->set_short_reference("LS/2026/00050");
    return grpc::Status::OK;
  }
  grpc::Status GetMessage(grpc::ServerContext*, const v1::GetMessageRequest* request,
                          v1::GetMessageResponse* response) override {
    if (const auto found = messages.find(request->reference()); found != messages.end()) {
      *response->mutable_message() = found->second;
      return grpc::Status::OK;
    }
    response->mutable_message()->set_short_reference("short of " + request->reference());
    *response->mutable_message()->mutable_envelope() = held;
    return grpc::Status::OK;
  }
  grpc::Status ListMessages(grpc::ServerContext*, const v1::ListMessagesRequest* request,
                            v1::ListMessagesResponse* response) override {
    if (request->direction() == v1::MESSAGE_DIRECTION_SUBMITTED) *response = submitted_before;
    if (request->direction() == v1::MESSAGE_DIRECTION_HELD)
      *response = held_pages[request->page_token()];
    return grpc::Status::OK;
  }

  // The message in the `number`th request.
  v1::Message Message(size_t number = 0) const {
    v1::Message message;
    EXPECT_LT(number, submitted.size());
    if (number >= submitted.size()) return message;
    EXPECT_TRUE(message.ParseFromString(submitted[number].envelope().payload()));
    return message;
  }
};

// Completes every draft with the basis of `thread`'s proposal, and knows one thread.
class Agreements : public v1::AgreementService::Service {
 public:
  v1::AgreementThread thread;
  std::vector<v1::PrepareProposalRequest> prepared;
  bool touches = true;  // The terms touch the agreement.
  bool refuses = false;
  bool before_and_after = false;  // A day on which LS-HN closes.
  std::function<void(v1::Proposal&)> completes = [](v1::Proposal&) {};

  grpc::Status GetAgreement(grpc::ServerContext*, const v1::GetAgreementRequest*,
                            v1::GetAgreementResponse* response) override {
    *response->mutable_thread() = thread;
    return grpc::Status::OK;
  }
  grpc::Status PrepareProposal(grpc::ServerContext*, const v1::PrepareProposalRequest* request,
                               v1::PrepareProposalResponse* response) override {
    prepared.push_back(*request);
    if (refuses) return {grpc::StatusCode::NOT_FOUND, "none"};
    if (before_and_after) {
      *response->mutable_before() = Day(v1::OPENING_OPEN);
      *response->mutable_after() = Day(v1::OPENING_CLOSED);
    }
    v1::Proposal& proposal = *response->mutable_proposal();
    proposal = request->draft();
    if (touches) {
      v1::MessageCitation& citation = *proposal.add_basis()->mutable_agreement();
      citation.set_author("spiffe://pingxiang.practice.example/agency/port/officer/01");
      citation.set_message_id(kProposalId);
    }
    completes(proposal);
    response->add_scope_ids("LS-HN");
    response->add_scope_ids("LS-TT");
    return grpc::Status::OK;
  }

 private:
  // 5 February 2027 in Hanoi.
  static v1::GetHoursResponse Day(v1::Opening opening) {
    v1::GetHoursResponse hours;
    v1::GateHours& line = *hours.add_hours();
    line.set_gate_id("LS-HN");
    line.set_traffic(v1::TRAFFIC_GOODS);
    line.set_direction(v1::DIRECTION_BOTH);
    line.set_load(v1::LOAD_ANY);
    v1::HoursSpan& span = *line.add_spans();
    span.set_opening(opening);
    span.mutable_period()->mutable_start()->mutable_instant()->set_seconds(1801760400);
    span.mutable_period()->mutable_end()->mutable_instant()->set_seconds(1801846800);
    return hours;
  }
};

// Resolves every relative change to 07:00-15:00.
class HoursNode : public v1::HoursService::Service {
 public:
  std::vector<v1::PrepareNoticeRequest> prepared;

  grpc::Status PrepareNotice(grpc::ServerContext*, const v1::PrepareNoticeRequest* request,
                             v1::PrepareNoticeResponse* response) override {
    prepared.push_back(*request);
    *response->mutable_notice() = request->draft();
    v1::TimetableRule& rule =
        *response->mutable_notice()->mutable_resumption()->mutable_timetable()->mutable_rules(0);
    v1::TimeWindow& window = *rule.add_windows();
    window.mutable_opens()->set_hour(7);
    window.mutable_closes()->set_hour(15);
    return grpc::Status::OK;
  }
};

// Gates stand for themselves.
class Gates : public v1::RegisterService::Service {
 public:
  grpc::Status ListGates(grpc::ServerContext*, const v1::ListGatesRequest* request,
                         v1::ListGatesResponse* response) override {
    response->add_gates()->set_id(request->below());
    return grpc::Status::OK;
  }
};

class AnsweringNode : public ::testing::Test {
 protected:
  void SetUp() override {
    const certs::TlsIdentity own =
        testing::Must(certs::TlsIdentity::Load(files_ / "tls.crt", files_ / "tls.key"));
    auto judge = std::make_shared<certs::PeerJudge>(
        std::make_shared<certs::TrustStore>(
            testing::Must(certs::TrustStore::Create({{.name = "langson.practice.example",
                                                      .country = "VN",
                                                      .root_pems = {files_.vn().root_pem()}},
                                                     {.name = "pingxiang.practice.example",
                                                      .country = "CN",
                                                      .root_pems = {files_.cn().root_pem()}}}))),
        std::make_shared<system::SystemClock>());
    grpc::ServerBuilder builder;
    builder.RegisterService(&exchange_);
    builder.RegisterService(&agreements_);
    builder.RegisterService(&gates_);
    builder.RegisterService(&hours_);
    AddServices(builder);
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", testing::Must(certs::ServerCredentials(own, judge, {})),
                             &port);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    files_.Change("client.textproto", ":7443", fmt::format(":{}", port));
    global_.client_config = files_ / "client.textproto";
    global_.output = Output::kJson;
    agreements_.thread = OpenThread();
  }
  // Services that only one test's node has; before it starts.
  virtual void AddServices(grpc::ServerBuilder&) {}
  void TearDown() override {
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
  }

  static v1::AgreementThread OpenThread() {
    v1::Message message;
    message.mutable_header()->set_message_id(kProposalId);
    message.mutable_header()->set_author(
        "spiffe://pingxiang.practice.example/agency/port/officer/01");
    message.mutable_header()->add_scope_ids("LS-HN");
    message.mutable_proposal()->set_side("CN");
    message.mutable_proposal()->mutable_holiday_hours()->set_occasion("spring_festival");
    v1::AgreementThread thread;
    thread.set_peer_node("cn-ningming");
    thread.set_short_reference("LS/2026/00007");
    thread.set_state(v1::AGREEMENT_STATE_OPEN);
    thread.mutable_last_decision()->set_epoch(1);
    thread.mutable_last_decision()->set_leaf_index(42);
    v1::ThreadStep& step = *thread.add_steps();
    step.set_act("propose");
    step.set_state(v1::AGREEMENT_STATE_OPEN);
    step.mutable_message()->set_short_reference("LS/2026/00007");
    step.mutable_message()->set_message_id(kProposalId);
    step.mutable_message()->set_origin_node("cn-ningming");
    step.mutable_message()->mutable_envelope()->set_payload(message.SerializeAsString());
    return thread;
  }

  static ProposeOptions Terms() {
    ProposeOptions options;
    options.reference = "LS/2026/00007";
    options.terms.gates = {"LS-HN"};
    options.terms.from = "2027-02-05H";
    options.terms.windows = {"07:00-18:00"};
    return options;
  }

  static AnswerOptions Answer(const std::string& reference, bool yes) {
    AnswerOptions options;
    options.reference = reference;
    options.yes = yes;
    return options;
  }

  // Runs a command; its exit code. `out_` and `err_` hold what it printed.
  template <typename Options>
  int Run(int (*command)(const Global&, const Options&), const Options& options) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = command(global_, options);
    out_ = ::testing::internal::GetCapturedStdout();
    err_ = ::testing::internal::GetCapturedStderr();
    return code;
  }

  testing::PracticeFiles files_;
  Exchange exchange_;
  Agreements agreements_;
  Gates gates_;
  HoursNode hours_;
  std::unique_ptr<grpc::Server> server_;
  Global global_;
  std::string out_;
  std::string err_;
};

}  // namespace gatepost::cli

#endif  // GATEPOST_TESTS_CLIENT_CLI_ANSWERING_NODE_H_
