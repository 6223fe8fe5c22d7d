#include "daemon/node/node.h"

#include <grpcpp/grpcpp.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "certs/grpc_credentials.h"
#include "daemon/domain/civil_time.h"
#include "daemon/ledger/leaf.h"
#include "daemon/node/bounds.h"
#include "daemon/node/parts.h"
#include "daemon/system/files.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::node {

namespace {

constexpr std::chrono::milliseconds kTickPace{250};
constexpr int kTicksPerSecond = 4;
constexpr std::chrono::seconds kStopWithin{3};

certs::RefusedCertificate LogRefusedCertificate() {
  return [](const absl::Status& why, std::string_view subject) {
    spdlog::warn("certificate refused: subject \"{}\": {}", subject, std::string(why.message()));
  };
}

}  // namespace

absl::Status Node::Parts::BuildLinks(const certs::ShownIdentity& identity) {
  live_calls = std::make_unique<rpc::LiveCalls>(
      *trust, *judge, *clock,
      [this](const rpc::LiveCalls::Stream& stream, const absl::Status& why) {
        spdlog::warn("{} of {} cut: {}", stream.method, stream.who, std::string(why.message()));
        // A link logs by itself why its session ended.
        if (stream.method == rpc::kLinkSession) return;
        refusals->Log(ledger::event::kDenied, stream.who, "call:" + stream.method, why);
      });
  dialer.WatchOver(*judge, *live_calls);
  for (const config::LinkSettings& link : settings.links) {
    const exchange::LinkTerms& terms = links.at(link.peer.stated.node());
    open_links.push_back(std::make_unique<exchange::Link>(PartsOf(link), &dialer));
    if (const auto why = left_out.links.find(terms.peer_node); why != left_out.links.end()) {
      spdlog::critical("ALARM AGREEMENT_NOT_SIGNED link:{}: {}", terms.peer_node,
                       std::string(why->second.message()));
      open_links.back()->Bar(why->second);
    }
    if (link.dial.empty()) continue;
    auto refused = std::make_shared<rpc::LastRefusal>();
    const auto log = [refused, say = LogRefusedCertificate()](const absl::Status& why,
                                                              std::string_view subject) {
      refused->Put(why);
      say(why, subject);
    };
    GATEPOST_ASSIGN_OR_RETURN(
        std::shared_ptr<grpc::ChannelCredentials> credentials,
        certs::ChannelCredentials(identity, judge, terms.peer_spiffe_id, log));
    dialer.AddPeer(*open_links.back(), link.dial, std::move(credentials), std::move(refused));
  }
  held_back_alarms = std::make_unique<exchange::HeldBackAlarms>(exchange::HeldBackAlarms::Parts{
      links, *store, *committer, *clock, [this](std::string_view peer) {
        return std::ranges::any_of(open_links, [&](const auto& link) {
          return link->terms().peer_node == peer && link->connected();
        });
      }});
  return absl::OkStatus();
}

void Node::Parts::BuildServices() {
  limits = std::make_unique<rpc::Limits>(LimitSettingsOf(settings.limits), *clock);
  keeper = std::make_unique<rpc::GateKeeper>(*rights, *judge, *refusals, *limits);
  exchange_service = std::make_unique<rpc::ExchangeServiceImpl>(
      rpc::ExchangeServiceImpl::Parts{*keeper, *door, *queries, *watch, *fetches, *judge,
                                      *live_calls, [this] { return Describe(); }});
  hours_service = std::make_unique<rpc::HoursServiceImpl>(*keeper, *hours_queries);
  agreement_service =
      std::make_unique<rpc::AgreementServiceImpl>(*keeper, *agreement_queries, *fetches);
  authority_service =
      std::make_unique<rpc::AuthorityServiceImpl>(*keeper, *authority_queries, *key_queries);
  yard_service = std::make_unique<rpc::YardServiceImpl>(*keeper, *yard_queries, *gate_day_queries);
  register_service = std::make_unique<rpc::RegisterServiceImpl>(*keeper, settings.gate_register,
                                                                *clock, node.zone);
  link_service = std::make_unique<rpc::LinkServiceImpl>(
      *keeper, *judge, *live_calls, [this](const certs::SpiffeId& peer) { return FindLink(peer); });
  audit = std::make_unique<Audit>(
      exchange::AuditQueries::Parts{node, links, *store, *log, *roots_at_start, *clock, nullptr},
      open_links, *committer, *keeper);
}

absl::Status Node::Parts::Listen(const certs::ShownIdentity& identity) {
  GATEPOST_ASSIGN_OR_RETURN(
      std::shared_ptr<grpc::ServerCredentials> credentials,
      certs::ServerCredentials(identity, judge, Bounded(LogRefusedCertificate(), clock),
                               BoundHandshakes(clock)));
  grpc::ServerBuilder builder;
  builder.AddListeningPort(settings.listen, credentials, &port);
  BoundConnections(settings.limits, builder);
  const std::map<std::string, grpc::Service*> services = {
      {v1::ExchangeService::service_full_name(), exchange_service.get()},
      {v1::YardService::service_full_name(), yard_service.get()},
      {v1::HoursService::service_full_name(), hours_service.get()},
      {v1::AgreementService::service_full_name(), agreement_service.get()},
      {v1::AuthorityService::service_full_name(), authority_service.get()},
      {v1::RegisterService::service_full_name(), register_service.get()},
      {v1::LinkService::service_full_name(), link_service.get()},
      {v1::AuditService::service_full_name(), audit->service()}};
  std::set<std::string> names;
  for (const auto& [name, service] : services) {
    builder.RegisterService(service);
    names.insert(name);
  }
  health_service = std::make_unique<rpc::HealthServiceImpl>(
      *keeper, std::move(names), [this] { return log->restored().empty(); });
  builder.RegisterService(health_service.get());
  server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return system::Refuse(v1::REASON_NOT_REACHABLE, "an address to listen on", settings.listen,
                          "free the port, or choose another in `listen`");
  }
  return absl::OkStatus();
}

// Keeps the guard file safe, and says once that nothing is signed. Called by the ticker.
void Node::Parts::WatchRestored() {
  if (absl::Status synced = guard->Sync(); !synced.ok()) {
    spdlog::error("guard file not synced: {}", std::string(synced.message()));
  }
  if (const std::string why = log->restored(); why != restored_said) {
    restored_said = why;
    spdlog::critical(
        "ALARM NODE_RESTORED: {}. Nothing is signed or taken in until the links have "
        "given back what they hold and gatepostd --open-epoch has run",
        why);
  }
}

void Node::Parts::StartThreads() {
  after_commit = std::make_unique<AfterCommit>();
  for (const std::unique_ptr<exchange::Link>& link : open_links) {
    after_commit->Add([&link = *link] { link.OnBatchEnd(); });
  }
  after_commit->Add([this] { watch->OnBatchEnd(); });
  committer->AddBatchListener([this] { after_commit->Notify(); });
  ticker = std::make_unique<Ticker>(kTickPace, [this] {
    for (const std::unique_ptr<exchange::Link>& link : open_links) link->OnTick();
    dialer.Tick();
    live_calls->Tick();
    limits->Tick();
    refusals->Tick();
    sequencer->Tick();
    report_alarms->OnTick();
    held_back_alarms->OnTick();
    if (ticks++ % kTicksPerSecond == 0) WatchRestored();
    cosignature_alarms->OnTick();
    hold_limit->OnTick();
    countersignature_alarms->OnTick();
    settings_log->OnTick();
    if (ticks % kTicksPerSecond == 0) {
      reloader->OnTick();
      key_exchange->OnTick();
      WatchLists();
      WatchAgreements();
    }
    expiry_alarms->OnTick();
    roster_reach->OnTick();
    retention->OnTick();
  });
  after_commit->Start();
  committer->Start();
}

exchange::Link* Node::Parts::FindLink(const certs::SpiffeId& peer) const {
  for (const std::unique_ptr<exchange::Link>& link : open_links) {
    if (link->terms().peer_spiffe_id == peer) return link.get();
  }
  return nullptr;
}

absl::StatusOr<v1::GetNodeResponse> Node::Parts::Describe() const {
  v1::GetNodeResponse response;
  response.set_node(node.node);
  response.set_version(node.version);
  response.set_practice(node.practice);
  response.set_epoch(log->epoch());
  *response.mutable_time() = domain::ToTimestamp(clock->Now());
  const exchange::Head head = log->head();
  if (head.size > 0 && log->restored().empty()) {
    GATEPOST_ASSIGN_OR_RETURN(*response.mutable_checkpoint(), log->Checkpoint(head));
  }
  response.set_register_sha256(std::string(certs::AsView(settings.gate_register.RegisterDigest())));
  for (const std::unique_ptr<exchange::Link>& link : open_links) {
    *response.add_links() = link->State();
  }
  if (!settings.links.empty()) {
    *response.mutable_cut_off() = settings.links.front().agreement.cut_off();
  }
  return response;
}

Node::Node(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Node::~Node() { Stop(); }

int Node::port() const { return parts_->port; }

void Node::Reload() { parts_->reloader->ReloadAll(); }

absl::StatusOr<std::unique_ptr<Node>> Node::Start(config::NodeSettings settings) {
  const system::SystemClock clock;
  GATEPOST_RETURN_IF_ERROR(config::CheckTlsIdentity(settings, clock.Now()));
  auto parts = std::make_unique<Parts>(std::move(settings));
  GATEPOST_RETURN_IF_ERROR(parts->BuildCore());
  GATEPOST_RETURN_IF_ERROR(parts->PublishIdentity());
  const certs::ShownIdentity identity(*parts->published);
  GATEPOST_RETURN_IF_ERROR(parts->BuildLinks(identity));
  parts->BuildServices();
  parts->BuildReloads();
  parts->StartThreads();
  std::unique_ptr<Node> node(new Node(std::move(parts)));
  GATEPOST_RETURN_IF_ERROR(node->parts_->Listen(identity));
  node->parts_->ticker->Start();
  if (!node->parts_->settings.port_file.empty()) {
    GATEPOST_RETURN_IF_ERROR(system::WriteFileAtomically(
        node->parts_->settings.port_file, fmt::format("{}\n", node->parts_->port), 0644));
  }
  return node;
}

void Node::Stop() {
  Parts& parts = *parts_;
  if (parts.stopped) return;
  parts.stopped = true;
  if (parts.ticker != nullptr) parts.ticker->Stop();
  for (const std::unique_ptr<exchange::Link>& link : parts.open_links) link->Stop();
  if (parts.server != nullptr) {
    parts.server->Shutdown(std::chrono::system_clock::now() + kStopWithin);
  }
  parts.dialer.Stop();
  if (parts.committer != nullptr) parts.committer->Stop();
  if (parts.after_commit != nullptr) parts.after_commit->Stop();
  if (parts.guard != nullptr) parts.guard->Sync().IgnoreError();  // Said by the ticker before.
}

}  // namespace gatepost::node
