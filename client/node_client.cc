#include "client/node_client.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <string>
#include <utility>

#include "client/connection.h"
#include "client/grpc_status.h"
#include "daemon/system/status_macros.h"
#include "gatepost/v1/agreement_service.grpc.pb.h"
#include "gatepost/v1/audit_service.grpc.pb.h"
#include "gatepost/v1/authority_service.grpc.pb.h"
#include "gatepost/v1/exchange_service.grpc.pb.h"
#include "gatepost/v1/hours_service.grpc.pb.h"
#include "gatepost/v1/register_service.grpc.pb.h"
#include "gatepost/v1/yard_service.grpc.pb.h"

namespace gatepost::client {
namespace {

using SteadyClock = std::chrono::steady_clock;

// How long a watch looks out for its node before it tries again: longer than a handshake takes.
constexpr absl::Duration kLookOut = absl::Milliseconds(500);

// gRPC measures deadlines by the machine's clock.
void SetDeadline(grpc::ClientContext* context, absl::Duration left) {
  context->set_deadline(std::chrono::system_clock::now() + absl::ToChronoMicroseconds(left));
}

}  // namespace

class NodeClient::Impl {
 public:
  Impl(config::ClientSettings settings, ClientParts parts, std::unique_ptr<Connection> connection)
      : settings_(std::move(settings)),
        parts_(std::move(parts)),
        connection_(std::move(connection)),
        exchange_(v1::ExchangeService::NewStub(connection_->channel())),
        yard_(v1::YardService::NewStub(connection_->channel())),
        hours_(v1::HoursService::NewStub(connection_->channel())),
        agreements_(v1::AgreementService::NewStub(connection_->channel())),
        gates_(v1::RegisterService::NewStub(connection_->channel())),
        audit_(v1::AuditService::NewStub(connection_->channel())),
        authority_(v1::AuthorityService::NewStub(connection_->channel())) {}

  // Calls `method` of `stub` until it answers, is refused, or time or tries are spent.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(Stub& stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request) {
    const SteadyClock::time_point until =
        SteadyClock::now() + absl::ToChronoMicroseconds(settings_.deadline);
    Backoff backoff(parts_.retry, *parts_.random);
    for (;;) {
      grpc::ClientContext context;
      SetDeadline(&context, absl::FromChrono(until - SteadyClock::now()));
      Response response;
      grpc::Status outcome = (stub.*method)(&context, request, &response);
      if (outcome.ok()) return response;
      absl::Status status = FromGrpc(outcome, connection_->Facts(settings_.deadline));
      if (backoff.Spent() || !WorthRetrying(status)) return status;
      const absl::Duration wait = backoff.Next();
      if (absl::FromChrono(until - SteadyClock::now()) <= wait) return status;
      // A node that answered is left alone for a while; one that did not is looked out for.
      if (connection_->standing()) {
        parts_.pause->For(wait, {});
      } else {
        connection_->AwaitStanding(wait);
      }
    }
  }

  absl::Status Connect() {
    if (connection_->WaitUntilReady(settings_.deadline)) return absl::OkStatus();
    // The channel does not say why; a call on it does. Whatever the node itself answers will do.
    grpc::ClientContext context;
    SetDeadline(&context, settings_.deadline);
    v1::GetNodeResponse response;
    grpc::Status outcome = exchange_->GetNode(&context, {}, &response);
    if (outcome.ok() || !outcome.error_details().empty()) return absl::OkStatus();
    return FromGrpc(outcome, connection_->Facts(settings_.deadline));
  }

  absl::Status Watch(v1::WatchMessagesRequest request, const OnEvent& on_event,
                     const std::stop_token& stop, const OnTrouble& on_trouble);

  v1::ExchangeService::StubInterface& exchange() { return *exchange_; }
  v1::YardService::StubInterface& yard() { return *yard_; }
  v1::HoursService::StubInterface& hours() { return *hours_; }
  v1::AgreementService::StubInterface& agreements() { return *agreements_; }
  v1::RegisterService::StubInterface& gates() { return *gates_; }
  v1::AuditService::StubInterface& audit() { return *audit_; }
  v1::AuthorityService::StubInterface& authority() { return *authority_; }
  const config::ClientSettings& settings() const { return settings_; }

 private:
  // One stream from request->cursor on, which moves with each event. The stream's outcome; OK with
  // `*done` when the watcher has had enough.
  grpc::Status WatchOnce(v1::WatchMessagesRequest* request, const OnEvent& on_event,
                         const std::stop_token& stop, bool* done, bool* progress);

  const config::ClientSettings settings_;
  const ClientParts parts_;
  const std::unique_ptr<Connection> connection_;
  const std::unique_ptr<v1::ExchangeService::StubInterface> exchange_;
  const std::unique_ptr<v1::YardService::StubInterface> yard_;
  const std::unique_ptr<v1::HoursService::StubInterface> hours_;
  const std::unique_ptr<v1::AgreementService::StubInterface> agreements_;
  const std::unique_ptr<v1::RegisterService::StubInterface> gates_;
  const std::unique_ptr<v1::AuditService::StubInterface> audit_;
  const std::unique_ptr<v1::AuthorityService::StubInterface> authority_;
};

grpc::Status NodeClient::Impl::WatchOnce(v1::WatchMessagesRequest* request, const OnEvent& on_event,
                                         const std::stop_token& stop, bool* done, bool* progress) {
  grpc::ClientContext context;
  std::stop_callback cancel(stop, [&context] { context.TryCancel(); });
  auto reader = exchange_->WatchMessages(&context, *request);
  if (request->cursor().empty()) {
    reader->WaitForInitialMetadata();
    const auto& metadata = context.GetServerInitialMetadata();
    auto found = metadata.find(kWatchCursorMetadata);
    if (found != metadata.end()) {
      request->set_cursor(std::string(found->second.data(), found->second.size()));
    }
  }
  v1::WatchMessagesResponse event;
  while (reader->Read(&event)) {
    *progress = true;
    request->set_cursor(event.cursor());
    if (!on_event(event)) {
      *done = true;
      context.TryCancel();
      break;
    }
  }
  return reader->Finish();
}

absl::Status NodeClient::Impl::Watch(v1::WatchMessagesRequest request, const OnEvent& on_event,
                                     const std::stop_token& stop, const OnTrouble& on_trouble) {
  Backoff backoff(parts_.resume, *parts_.random);
  for (;;) {
    bool done = false, progress = false;
    grpc::Status outcome = WatchOnce(&request, on_event, stop, &done, &progress);
    if (done || stop.stop_requested()) return absl::OkStatus();
    if (progress) backoff.Reset();
    // A node that ends a stream without an error is stopping: the next one goes on.
    if (outcome.ok()) outcome = grpc::Status(grpc::StatusCode::UNAVAILABLE, "Socket closed");
    absl::Status status = FromGrpc(outcome, connection_->Facts(settings_.deadline));
    if (!WorthRetrying(status) && !absl::IsCancelled(status)) return status;
    if (request.cursor().empty() || backoff.Spent()) return status;
    if (on_trouble) on_trouble(status);
    if (!parts_.pause->For(backoff.Next(), stop)) return absl::OkStatus();
    connection_->AwaitStanding(kLookOut);
  }
}

absl::StatusOr<std::unique_ptr<NodeClient>> NodeClient::Create(
    const config::ClientSettings& settings, ClientParts parts) {
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection,
                            Connection::Create(settings, parts.clock));
  return std::unique_ptr<NodeClient>(
      new NodeClient(std::make_unique<Impl>(settings, std::move(parts), std::move(connection))));
}

NodeClient::NodeClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

NodeClient::~NodeClient() = default;

absl::Status NodeClient::Connect() { return impl_->Connect(); }

absl::StatusOr<v1::SubmitResponse> NodeClient::Submit(const v1::SubmitRequest& request) {
  return impl_->Call(impl_->exchange(), &v1::ExchangeService::StubInterface::Submit, request);
}

absl::StatusOr<v1::DropHeldResponse> NodeClient::DropHeld(const v1::DropHeldRequest& request) {
  return impl_->Call(impl_->exchange(), &v1::ExchangeService::StubInterface::DropHeld, request);
}

absl::StatusOr<v1::SubmitBatchResponse> NodeClient::SubmitBatch(
    const v1::SubmitBatchRequest& request) {
  return impl_->Call(impl_->exchange(), &v1::ExchangeService::StubInterface::SubmitBatch, request);
}

absl::StatusOr<v1::GetMessageResponse> NodeClient::GetMessage(
    const v1::GetMessageRequest& request) {
  return impl_->Call(impl_->exchange(), &v1::ExchangeService::StubInterface::GetMessage, request);
}

absl::StatusOr<v1::ListMessagesResponse> NodeClient::ListMessages(
    const v1::ListMessagesRequest& request) {
  return impl_->Call(impl_->exchange(), &v1::ExchangeService::StubInterface::ListMessages, request);
}

absl::StatusOr<v1::GetStatusResponse> NodeClient::GetStatus(const v1::GetStatusRequest& request) {
  return impl_->Call(impl_->exchange(), &v1::ExchangeService::StubInterface::GetStatus, request);
}

absl::StatusOr<v1::GetNodeResponse> NodeClient::GetNode(const v1::GetNodeRequest& request) {
  return impl_->Call(impl_->exchange(), &v1::ExchangeService::StubInterface::GetNode, request);
}

absl::StatusOr<v1::GetYardPictureResponse> NodeClient::GetYardPicture(
    const v1::GetYardPictureRequest& request) {
  return impl_->Call(impl_->yard(), &v1::YardService::StubInterface::GetYardPicture, request);
}

absl::StatusOr<v1::ListYardReportsResponse> NodeClient::ListYardReports(
    const v1::ListYardReportsRequest& request) {
  return impl_->Call(impl_->yard(), &v1::YardService::StubInterface::ListYardReports, request);
}

absl::StatusOr<v1::ListGateDaysResponse> NodeClient::ListGateDays(
    const v1::ListGateDaysRequest& request) {
  return impl_->Call(impl_->yard(), &v1::YardService::StubInterface::ListGateDays, request);
}

absl::StatusOr<v1::ListKeysResponse> NodeClient::ListKeys(const v1::ListKeysRequest& request) {
  return impl_->Call(impl_->authority(), &v1::AuthorityService::StubInterface::ListKeys, request);
}

absl::StatusOr<v1::GetCallerResponse> NodeClient::GetCaller(const v1::GetCallerRequest& request) {
  return impl_->Call(impl_->authority(), &v1::AuthorityService::StubInterface::GetCaller, request);
}

absl::StatusOr<v1::GetRosterResponse> NodeClient::GetRoster(const v1::GetRosterRequest& request) {
  return impl_->Call(impl_->authority(), &v1::AuthorityService::StubInterface::GetRoster, request);
}

absl::StatusOr<v1::GetHoursResponse> NodeClient::GetHours(const v1::GetHoursRequest& request) {
  return impl_->Call(impl_->hours(), &v1::HoursService::StubInterface::GetHours, request);
}

absl::StatusOr<v1::ListDaysResponse> NodeClient::ListDays(const v1::ListDaysRequest& request) {
  return impl_->Call(impl_->hours(), &v1::HoursService::StubInterface::ListDays, request);
}

absl::StatusOr<v1::ListObservedDaysResponse> NodeClient::ListObservedDays(
    const v1::ListObservedDaysRequest& request) {
  return impl_->Call(impl_->hours(), &v1::HoursService::StubInterface::ListObservedDays, request);
}

absl::StatusOr<v1::PrepareNoticeResponse> NodeClient::PrepareNotice(
    const v1::PrepareNoticeRequest& request) {
  return impl_->Call(impl_->hours(), &v1::HoursService::StubInterface::PrepareNotice, request);
}

absl::StatusOr<v1::ListLeadTimesResponse> NodeClient::ListLeadTimes(
    const v1::ListLeadTimesRequest& request) {
  return impl_->Call(impl_->hours(), &v1::HoursService::StubInterface::ListLeadTimes, request);
}

absl::StatusOr<v1::ListAgreementsResponse> NodeClient::ListAgreements(
    const v1::ListAgreementsRequest& request) {
  return impl_->Call(impl_->agreements(), &v1::AgreementService::StubInterface::ListAgreements,
                     request);
}

absl::StatusOr<v1::GetAgreementResponse> NodeClient::GetAgreement(
    const v1::GetAgreementRequest& request) {
  return impl_->Call(impl_->agreements(), &v1::AgreementService::StubInterface::GetAgreement,
                     request);
}

absl::StatusOr<v1::PrepareProposalResponse> NodeClient::PrepareProposal(
    const v1::PrepareProposalRequest& request) {
  return impl_->Call(impl_->agreements(), &v1::AgreementService::StubInterface::PrepareProposal,
                     request);
}

absl::StatusOr<v1::ListGatesResponse> NodeClient::ListGates(const v1::ListGatesRequest& request) {
  return impl_->Call(impl_->gates(), &v1::RegisterService::StubInterface::ListGates, request);
}

absl::StatusOr<v1::ResolveGateResponse> NodeClient::ResolveGate(
    const v1::ResolveGateRequest& request) {
  return impl_->Call(impl_->gates(), &v1::RegisterService::StubInterface::ResolveGate, request);
}

absl::StatusOr<v1::ListEntriesResponse> NodeClient::ListEntries(
    const v1::ListEntriesRequest& request) {
  return impl_->Call(impl_->audit(), &v1::AuditService::StubInterface::ListEntries, request);
}

absl::StatusOr<v1::GetEvidenceResponse> NodeClient::GetEvidence(
    const v1::GetEvidenceRequest& request) {
  return impl_->Call(impl_->audit(), &v1::AuditService::StubInterface::GetEvidence, request);
}

absl::StatusOr<v1::ProveEntryResponse> NodeClient::ProveEntry(
    const v1::ProveEntryRequest& request) {
  return impl_->Call(impl_->audit(), &v1::AuditService::StubInterface::ProveEntry, request);
}

absl::StatusOr<v1::ProveConsistencyResponse> NodeClient::ProveConsistency(
    const v1::ProveConsistencyRequest& request) {
  return impl_->Call(impl_->audit(), &v1::AuditService::StubInterface::ProveConsistency, request);
}

absl::StatusOr<v1::ReadLogResponse> NodeClient::ReadLog(const v1::ReadLogRequest& request) {
  return impl_->Call(impl_->audit(), &v1::AuditService::StubInterface::ReadLog, request);
}

absl::StatusOr<v1::GetHeadsResponse> NodeClient::GetHeads(const v1::GetHeadsRequest& request) {
  return impl_->Call(impl_->audit(), &v1::AuditService::StubInterface::GetHeads, request);
}

absl::Status NodeClient::Watch(v1::WatchMessagesRequest request, const OnEvent& on_event,
                               const std::stop_token& stop, const OnTrouble& on_trouble) {
  return impl_->Watch(std::move(request), on_event, stop, on_trouble);
}

const config::ClientSettings& NodeClient::settings() const { return impl_->settings(); }

}  // namespace gatepost::client
