#include "client/connection.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

#include <chrono>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "certs/grpc_credentials.h"
#include "certs/tls_identity.h"
#include "daemon/system/status_macros.h"

namespace gatepost::client {
namespace {

// Answers hold proofs and pages of envelopes; a node bounds them itself.
constexpr int kLargestAnswerBytes = 64 << 20;

grpc::ChannelArguments ChannelArguments() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kLargestAnswerBytes);
  // Our own retries wait shorter than gRPC's reconnects would by default.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  // A watch on a connection that died silently notices; more often, and servers complain.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 330'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  // Connections are never shared between identities.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return arguments;
}

}  // namespace

struct Connection::LastRefusal {
  std::mutex mutex;
  std::optional<absl::Status> status;  // Guarded by mutex.
};

absl::StatusOr<std::unique_ptr<Connection>> Connection::Create(
    const config::ClientSettings& settings, std::shared_ptr<const system::Clock> clock) {
  GATEPOST_ASSIGN_OR_RETURN(
      certs::TlsIdentity own,
      certs::TlsIdentity::Load(settings.tls_certificate_file, settings.tls_key_file));
  GATEPOST_ASSIGN_OR_RETURN(certs::TrustStore trust,
                            certs::TrustStore::Create({settings.trust_domain}));
  std::unique_ptr<Connection> connection(new Connection);
  connection->node_ = settings.origin_node;
  connection->address_ = settings.node_address;
  connection->certificate_file_ = settings.tls_certificate_file;
  connection->own_chain_ = own.chain_der();
  connection->trust_ = std::make_shared<certs::TrustStore>(std::move(trust));
  connection->clock_ = clock;
  connection->last_refusal_ = std::make_shared<LastRefusal>();
  auto note_refusal = [last = connection->last_refusal_](const absl::Status& status,
                                                         std::string_view) {
    std::lock_guard lock(last->mutex);
    last->status = status;
  };
  GATEPOST_ASSIGN_OR_RETURN(
      std::shared_ptr<grpc::ChannelCredentials> credentials,
      certs::ChannelCredentials(
          own, std::make_shared<certs::PeerJudge>(connection->trust_, std::move(clock)),
          settings.node_spiffe_id, std::move(note_refusal)));
  connection->channel_ =
      grpc::CreateCustomChannel(settings.node_address, credentials, ChannelArguments());
  return connection;
}

ConnectionFacts Connection::Facts(absl::Duration deadline) const {
  ConnectionFacts facts;
  facts.node = node_;
  facts.address = address_;
  facts.certificate_file = certificate_file_;
  facts.own_certificate =
      trust_->Validate(own_chain_, certs::Usage::kTlsClient, clock_->Now()).status();
  facts.deadline = absl::FormatDuration(deadline);
  std::lock_guard lock(last_refusal_->mutex);
  facts.refused_by_us = last_refusal_->status;
  return facts;
}

bool Connection::WaitUntilReady(absl::Duration deadline) {
  const auto until = std::chrono::system_clock::now() + absl::ToChronoMicroseconds(deadline);
  for (grpc_connectivity_state state = channel_->GetState(/*try_to_connect=*/true);
       state != GRPC_CHANNEL_READY; state = channel_->GetState(true)) {
    if (state == GRPC_CHANNEL_TRANSIENT_FAILURE || state == GRPC_CHANNEL_SHUTDOWN) return false;
    if (!channel_->WaitForStateChange(state, until)) return false;
  }
  return true;
}

bool Connection::standing() const { return channel_->GetState(false) == GRPC_CHANNEL_READY; }

bool Connection::AwaitStanding(absl::Duration longest) {
  const auto until = std::chrono::system_clock::now() + absl::ToChronoMicroseconds(longest);
  for (grpc_connectivity_state state = channel_->GetState(/*try_to_connect=*/true);
       state != GRPC_CHANNEL_READY; state = channel_->GetState(true)) {
    if (state == GRPC_CHANNEL_SHUTDOWN) return false;
    if (!channel_->WaitForStateChange(state, until)) return false;
  }
  return true;
}

}  // namespace gatepost::client
