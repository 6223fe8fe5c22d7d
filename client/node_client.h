#ifndef GATEPOST_CLIENT_NODE_CLIENT_H_
#define GATEPOST_CLIENT_NODE_CLIENT_H_

#include <functional>
#include <memory>
#include <stop_token>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/retry.h"
#include "daemon/config/client_settings.h"
#include "daemon/system/clock.h"
#include "daemon/system/random.h"
#include "gatepost/v1/agreement_service.pb.h"
#include "gatepost/v1/audit_service.pb.h"
#include "gatepost/v1/authority_service.pb.h"
#include "gatepost/v1/exchange_service.pb.h"
#include "gatepost/v1/hours_service.pb.h"
#include "gatepost/v1/register_service.pb.h"
#include "gatepost/v1/yard_service.pb.h"

namespace gatepost::client {

// What a client takes from its surroundings. Shared, because gRPC ends its handshakes after the
// client is gone.
struct ClientParts {
  std::shared_ptr<const system::Clock> clock = std::make_shared<system::SystemClock>();
  std::shared_ptr<system::Random> random = std::make_shared<system::SystemRandom>();
  std::shared_ptr<Pause> pause = std::make_shared<SystemPause>();
  // For calls.
  RetryPolicy retry;
  // For a watch that lost its connection.
  RetryPolicy resume = {
      .attempts = 0, .first = absl::Milliseconds(200), .longest = absl::Seconds(30)};
};

// One identity's connection to its own node, over mutual TLS 1.3. The connection is made by the
// first call and made again whenever it is needed. Any thread may call it.
//
// Every call ends within settings().deadline, tries included, but Watch. Errors are the node's own
// refusals (system::RefusalOf), or what FromGrpc (grpc_status.h) says of the transport. All calls
// may be repeated without harm: reads change nothing, and what is submitted is identified by its
// author and message id, so that a repeat gets the first answer (PROTOCOL.md 1). So each is tried
// again, with growing and random waits, while WorthRetrying says so.
class NodeClient {
 public:
  // Reads the TLS certificate and the roots; does not connect. BAD_CONFIG when they cannot be used.
  static absl::StatusOr<std::unique_ptr<NodeClient>> Create(const config::ClientSettings& settings,
                                                            ClientParts parts = {});
  ~NodeClient();
  NodeClient(const NodeClient&) = delete;
  NodeClient& operator=(const NodeClient&) = delete;

  // OK once the connection stands, so that both sides accepted each other's certificates; what
  // `peer ping` shows as a step of its own. Errors as a call's.
  absl::Status Connect();

  // ExchangeService.
  absl::StatusOr<v1::SubmitResponse> Submit(const v1::SubmitRequest& request);
  absl::StatusOr<v1::DropHeldResponse> DropHeld(const v1::DropHeldRequest& request);
  absl::StatusOr<v1::SubmitBatchResponse> SubmitBatch(const v1::SubmitBatchRequest& request);
  absl::StatusOr<v1::GetMessageResponse> GetMessage(const v1::GetMessageRequest& request);
  absl::StatusOr<v1::ListMessagesResponse> ListMessages(const v1::ListMessagesRequest& request);
  absl::StatusOr<v1::GetStatusResponse> GetStatus(const v1::GetStatusRequest& request);
  absl::StatusOr<v1::GetNodeResponse> GetNode(const v1::GetNodeRequest& request = {});

  // YardService.
  absl::StatusOr<v1::GetYardPictureResponse> GetYardPicture(
      const v1::GetYardPictureRequest& request);
  absl::StatusOr<v1::ListYardReportsResponse> ListYardReports(
      const v1::ListYardReportsRequest& request);
  absl::StatusOr<v1::ListGateDaysResponse> ListGateDays(const v1::ListGateDaysRequest& request);

  // HoursService.
  absl::StatusOr<v1::GetHoursResponse> GetHours(const v1::GetHoursRequest& request);
  absl::StatusOr<v1::ListDaysResponse> ListDays(const v1::ListDaysRequest& request);
  absl::StatusOr<v1::ListObservedDaysResponse> ListObservedDays(
      const v1::ListObservedDaysRequest& request);
  absl::StatusOr<v1::ListLeadTimesResponse> ListLeadTimes(const v1::ListLeadTimesRequest& request);
  absl::StatusOr<v1::PrepareNoticeResponse> PrepareNotice(const v1::PrepareNoticeRequest& request);

  // AgreementService. Proposals and answers are submitted as any message.
  absl::StatusOr<v1::ListAgreementsResponse> ListAgreements(
      const v1::ListAgreementsRequest& request);
  absl::StatusOr<v1::GetAgreementResponse> GetAgreement(const v1::GetAgreementRequest& request);
  absl::StatusOr<v1::PrepareProposalResponse> PrepareProposal(
      const v1::PrepareProposalRequest& request);

  // AuthorityService.
  absl::StatusOr<v1::GetCallerResponse> GetCaller(const v1::GetCallerRequest& request);
  absl::StatusOr<v1::GetRosterResponse> GetRoster(const v1::GetRosterRequest& request);
  absl::StatusOr<v1::ListKeysResponse> ListKeys(const v1::ListKeysRequest& request);

  // RegisterService.
  absl::StatusOr<v1::ListGatesResponse> ListGates(const v1::ListGatesRequest& request);
  absl::StatusOr<v1::ResolveGateResponse> ResolveGate(const v1::ResolveGateRequest& request);

  // AuditService.
  absl::StatusOr<v1::ListEntriesResponse> ListEntries(const v1::ListEntriesRequest& request);
  absl::StatusOr<v1::GetEvidenceResponse> GetEvidence(const v1::GetEvidenceRequest& request);
  absl::StatusOr<v1::ProveEntryResponse> ProveEntry(const v1::ProveEntryRequest& request);
  absl::StatusOr<v1::ProveConsistencyResponse> ProveConsistency(
      const v1::ProveConsistencyRequest& request);
  absl::StatusOr<v1::ReadLogResponse> ReadLog(const v1::ReadLogRequest& request);
  absl::StatusOr<v1::GetHeadsResponse> GetHeads(const v1::GetHeadsRequest& request = {});

  // What a watcher does with an event; false ends the watch.
  using OnEvent = std::function<bool(const v1::WatchMessagesResponse&)>;
  // Hears that the connection was lost and is tried again, so that a person can be told.
  using OnTrouble = std::function<void(const absl::Status&)>;

  // Hands every event from `request.cursor` on to `on_event`, each once and in order, in the
  // calling thread. A lost connection is taken up again after the last event, for as long as it
  // takes. OK when `on_event` returned false or `stop` was requested; else the refusal that ended
  // it. A watch that began "from now on" and was cut before the node said where that is cannot go
  // on without a gap: it ends with the transport's error.
  absl::Status Watch(v1::WatchMessagesRequest request, const OnEvent& on_event,
                     const std::stop_token& stop = {}, const OnTrouble& on_trouble = {});

  const config::ClientSettings& settings() const;

 private:
  class Impl;
  explicit NodeClient(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

// The initial metadata of WatchMessages in which a node says where "from now on" begins: a cursor.
inline constexpr char kWatchCursorMetadata[] = "gatepost-cursor";

}  // namespace gatepost::client

#endif  // GATEPOST_CLIENT_NODE_CLIENT_H_
