// The commands about agreements against a node that answers as the test says: what they ask it,
// what they sign, and when they sign nothing.

#include "client/cli/agreement_commands.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "certs/grpc_credentials.h"
#include "certs/trust.h"
#include "gatepost/v1/agreement_service.grpc.pb.h"
#include "gatepost/v1/exchange_service.grpc.pb.h"
#include "gatepost/v1/message.pb.h"
#include "gatepost/v1/register_service.grpc.pb.h"
#include "tests/config/practice_files.h"

namespace gatepost::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Must;
using ::testing::internal::CaptureStderr;
using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStderr;
using ::testing::internal::GetCapturedStdout;

constexpr char kProposalId[] = "0194e1a2-7c00-7000-8000-000000000001";

// Keeps what is submitted.
class Exchange : public v1::ExchangeService::Service {
 public:
  std::vector<v1::SubmitRequest> submitted;

  grpc::Status Submit(grpc::ServerContext*, const v1::SubmitRequest* request,
                      v1::SubmitResponse* response) override {
    submitted.push_back(*request);
    if (!request->validate_only()) response->set_short_reference("LS/2026/00050");
    return grpc::Status::OK;
  }
  grpc::Status GetMessage(grpc::ServerContext*, const v1::GetMessageRequest* request,
                          v1::GetMessageResponse* response) override {
    response->mutable_message()->set_short_reference("short of " + request->reference());
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
  std::function<void(v1::Proposal&)> completes = [](v1::Proposal&) {};

  grpc::Status GetAgreement(grpc::ServerContext*, const v1::GetAgreementRequest*,
                            v1::GetAgreementResponse* response) override {
    *response->mutable_thread() = thread;
    return grpc::Status::OK;
  }
  grpc::Status PrepareProposal(grpc::ServerContext*, const v1::PrepareProposalRequest* request,
                               v1::PrepareProposalResponse* response) override {
    prepared.push_back(*request);
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

class AgreementCommandsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const certs::TlsIdentity own =
        Must(certs::TlsIdentity::Load(files_ / "tls.crt", files_ / "tls.key"));
    auto judge = std::make_shared<certs::PeerJudge>(
        std::make_shared<certs::TrustStore>(
            Must(certs::TrustStore::Create({{.name = "langson.practice.example",
                                             .country = "VN",
                                             .root_pems = {files_.vn().root_pem()}}}))),
        std::make_shared<system::SystemClock>());
    grpc::ServerBuilder builder;
    builder.RegisterService(&exchange_);
    builder.RegisterService(&agreements_);
    builder.RegisterService(&gates_);
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", Must(certs::ServerCredentials(own, judge, {})), &port);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    files_.Change("client.textproto", ":7443", fmt::format(":{}", port));
    global_.client_config = files_ / "client.textproto";
    global_.output = Output::kJson;
    agreements_.thread = OpenThread();
  }
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
    CaptureStdout();
    CaptureStderr();
    const int code = command(global_, options);
    out_ = GetCapturedStdout();
    err_ = GetCapturedStderr();
    return code;
  }

  testing::PracticeFiles files_;
  Exchange exchange_;
  Agreements agreements_;
  Gates gates_;
  std::unique_ptr<grpc::Server> server_;
  Global global_;
  std::string out_;
  std::string err_;
};

TEST_F(AgreementCommandsTest, AProposalIsSignedAsTheNodeCompletedIt) {
  ProposeOptions options = Terms();
  options.terms.occasion = "tet";
  options.send.ends = {"LS/2025/00100"};
  options.send.answer_by = "2027-01-20 17:00H";
  ASSERT_EQ(Run(HolidayPropose, options), 0) << err_;
  ASSERT_EQ(agreements_.prepared.size(), 1u);
  EXPECT_EQ(agreements_.prepared[0].recipient_node(), "cn-pingxiang");
  EXPECT_THAT(agreements_.prepared[0].give_way(), ElementsAre("short of LS/2025/00100"));
  ASSERT_EQ(exchange_.submitted.size(), 1u);
  const v1::Message message = exchange_.Message();
  EXPECT_THAT(message.header().recipient_nodes(), ElementsAre("cn-pingxiang"));
  EXPECT_THAT(message.header().scope_ids(), ElementsAre("LS-HN", "LS-TT"));
  EXPECT_EQ(message.proposal().holiday_hours().occasion(), "tet");
  EXPECT_EQ(message.proposal().basis_size(), 1);
  EXPECT_EQ(message.proposal().answer_by().instant().seconds(), 1800439200);
  EXPECT_THAT(out_, HasSubstr("LS/2026/00050"));
}

TEST_F(AgreementCommandsTest, ADryRunPrintsWhatWasPreparedAndStoresNothing) {
  ProposeOptions options = Terms();
  options.send.dry_run = true;
  ASSERT_EQ(Run(SchedulePropose, options), 0) << err_;
  ASSERT_EQ(exchange_.submitted.size(), 1u);
  EXPECT_TRUE(exchange_.submitted[0].validate_only());
  EXPECT_EQ(std::count(out_.begin(), out_.end(), '\n'), 2) << out_;
  EXPECT_THAT(out_, HasSubstr("\"scopeIds\":[\"LS-HN\",\"LS-TT\"]"));
  EXPECT_FALSE(std::filesystem::exists(files_ / "outbox/pending"));
}

TEST_F(AgreementCommandsTest, OfSeveralCounterpartsOneMustBeNamed) {
  files_.Change("client.textproto", "recipient_nodes: \"cn-pingxiang\"",
                "recipient_nodes: \"cn-pingxiang\" recipient_nodes: \"cn-ningming\"");
  ProposeOptions options = Terms();
  EXPECT_EQ(Run(SchedulePropose, options), 2);
  EXPECT_THAT(err_, HasSubstr("cn-pingxiang, cn-ningming"));
  EXPECT_THAT(exchange_.submitted, IsEmpty());
  options.send.to = "cn-ningming";
  EXPECT_EQ(Run(SchedulePropose, options), 0) << err_;
  EXPECT_THAT(exchange_.Message().header().recipient_nodes(), ElementsAre("cn-ningming"));
}

TEST_F(AgreementCommandsTest, NothingIsSignedThatThisProgramCannotShow) {
  agreements_.completes = [](v1::Proposal& proposal) {
    proposal.GetReflection()->MutableUnknownFields(&proposal)->AddVarint(900, 1);
  };
  EXPECT_EQ(Run(SchedulePropose, Terms()), 1);
  EXPECT_THAT(err_, HasSubstr("REASON_NEWER_SCHEMA"));

  v1::Message newer;
  v1::Envelope& envelope =
      *agreements_.thread.mutable_steps(0)->mutable_message()->mutable_envelope();
  ASSERT_TRUE(newer.ParseFromString(envelope.payload()));
  newer.mutable_proposal()->mutable_holiday_hours()->mutable_timetable()->add_rules()->set_regime(
      static_cast<v1::Regime>(77));
  envelope.set_payload(newer.SerializeAsString());
  EXPECT_EQ(Run(AgreementAccept, Answer("LS/2026/00007", true)), 1);
  EXPECT_THAT(err_, HasSubstr("REASON_NEWER_SCHEMA"));
  EXPECT_THAT(exchange_.submitted, IsEmpty());
}

TEST_F(AgreementCommandsTest, NobodyAcceptsByOversight) {
  AnswerOptions options = Answer("LS/2026/00007", false);
  EXPECT_EQ(Run(AgreementAccept, options), 2);
  EXPECT_THAT(exchange_.submitted, IsEmpty());
  options.yes = true;
  ASSERT_EQ(Run(AgreementAccept, options), 0) << err_;
  const v1::Message message = exchange_.Message();
  // To the thread's own other node, whatever the client config names.
  EXPECT_THAT(message.header().recipient_nodes(), ElementsAre("cn-ningming"));
  EXPECT_THAT(message.header().scope_ids(), ElementsAre("LS-HN"));
  EXPECT_EQ(message.acceptance().proposal().message_id(), kProposalId);
  EXPECT_EQ(message.acceptance().seen().leaf_index(), 42u);
}

TEST_F(AgreementCommandsTest, APersonIsShownWhatIsSigned) {
  global_.output = Output::kTable;
  ASSERT_EQ(Run(AgreementAccept, Answer("LS/2026/00007", true)), 0);
  EXPECT_THAT(err_, HasSubstr("you accept LS/2026/00007 of cn-ningming"));
  EXPECT_THAT(err_, HasSubstr("holiday hours, spring_festival"));
  EXPECT_THAT(err_, HasSubstr("leaf 42 of epoch 1"));
  // The message was accepted by the node; how the agreement stands is another thing.
  EXPECT_THAT(out_, HasSubstr("LS/2026/00007  OPEN, may be answered"));
}

TEST_F(AgreementCommandsTest, RejectionAndWithdrawalNameTheProposal) {
  AnswerOptions rejection = Answer("LS/2026/00007", false);
  rejection.remark = "too early";
  ASSERT_EQ(Run(AgreementReject, rejection), 0) << err_;
  ASSERT_EQ(Run(AgreementWithdraw, Answer(kProposalId, false)), 0) << err_;
  EXPECT_EQ(exchange_.Message(0).rejection().remark(), "too early");
  EXPECT_EQ(exchange_.Message(0).rejection().proposal().message_id(), kProposalId);
  EXPECT_EQ(exchange_.Message(1).withdrawal().proposal().message_id(), kProposalId);
}

TEST_F(AgreementCommandsTest, ACounterProposalIsOfTheSameKindAndNamesWhatItCounters) {
  ASSERT_EQ(Run(AgreementCounter, Terms()), 0) << err_;
  ASSERT_EQ(agreements_.prepared.size(), 1u);
  EXPECT_EQ(agreements_.prepared[0].counters(), "LS/2026/00007");
  EXPECT_EQ(agreements_.prepared[0].recipient_node(), "cn-ningming");
  const v1::Proposal proposal = exchange_.Message().proposal();
  EXPECT_EQ(proposal.holiday_hours().occasion(), "spring_festival");
  EXPECT_EQ(proposal.side(), "VN");
  EXPECT_EQ(proposal.counters().message_id(), kProposalId);
  EXPECT_EQ(proposal.thread().message_id(), kProposalId);
}

TEST_F(AgreementCommandsTest, AnAmendmentMustTouchAnAgreementInForce) {
  EXPECT_EQ(Run(AgreementAmend, Terms()), 1);
  EXPECT_THAT(err_, HasSubstr("REASON_NOT_IN_FORCE"));
  agreements_.thread.mutable_steps(0)->set_state(v1::AGREEMENT_STATE_IN_FORCE);
  agreements_.touches = false;
  EXPECT_EQ(Run(AgreementAmend, Terms()), 2);
  EXPECT_THAT(exchange_.submitted, IsEmpty());
  agreements_.touches = true;
  ASSERT_EQ(Run(AgreementAmend, Terms()), 0) << err_;
  EXPECT_FALSE(exchange_.Message().proposal().has_thread());
  EXPECT_FALSE(exchange_.Message().proposal().basis(0).gives_way());
}

TEST_F(AgreementCommandsTest, ATerminationEndsTheNamedAgreement) {
  agreements_.thread.mutable_steps(0)->set_state(v1::AGREEMENT_STATE_IN_FORCE);
  TerminateOptions options;
  options.reference = kProposalId;
  options.effective = "2027-03-01H";
  options.reason = "peak";
  ASSERT_EQ(Run(AgreementTerminate, options), 0) << err_;
  EXPECT_THAT(agreements_.prepared.at(0).give_way(), ElementsAre("LS/2026/00007"));
  const v1::Proposal proposal = exchange_.Message().proposal();
  EXPECT_EQ(proposal.termination().effective().instant().seconds(), 1803834000);
  EXPECT_EQ(proposal.papers().reason(), v1::CHANGE_REASON_DEMAND_PEAK);
}

}  // namespace
}  // namespace gatepost::cli
