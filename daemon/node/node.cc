#include "daemon/node/node.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "certs/certificate_cache.h"
#include "certs/envelope_verifier.h"
#include "certs/grpc_credentials.h"
#include "certs/tls_identity.h"
#include "certs/trust.h"
#include "daemon/domain/civil_time.h"
#include "daemon/exchange/acknowledgement_desk.h"
#include "daemon/exchange/agreements/agreement_desk.h"
#include "daemon/exchange/agreements/agreement_queries.h"
#include "daemon/exchange/agreements/follower.h"
#include "daemon/exchange/agreements/held_back.h"
#include "daemon/exchange/agreements/sequencer.h"
#include "daemon/exchange/blocked_scopes.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/cosignature_alarms.h"
#include "daemon/exchange/door.h"
#include "daemon/exchange/fetched.h"
#include "daemon/exchange/gate_day_queries.h"
#include "daemon/exchange/gate_days.h"
#include "daemon/exchange/head_rounds.h"
#include "daemon/exchange/hours_queries.h"
#include "daemon/exchange/intake.h"
#include "daemon/exchange/link.h"
#include "daemon/exchange/log_book.h"
#include "daemon/exchange/notice_desk.h"
#include "daemon/exchange/queries.h"
#include "daemon/exchange/refusal_log.h"
#include "daemon/exchange/report_alarms.h"
#include "daemon/exchange/retention.h"
#include "daemon/exchange/settings_log.h"
#include "daemon/exchange/transcript_desk.h"
#include "daemon/exchange/watch.h"
#include "daemon/exchange/yard_desk.h"
#include "daemon/node/after_commit.h"
#include "daemon/node/audit.h"
#include "daemon/node/sequencer_check.h"
#include "daemon/node/settings.h"
#include "daemon/node/terms.h"
#include "daemon/node/ticker.h"
#include "daemon/rpc/agreement_service.h"
#include "daemon/rpc/exchange_service.h"
#include "daemon/rpc/hours_service.h"
#include "daemon/rpc/link_dialer.h"
#include "daemon/rpc/link_service.h"
#include "daemon/rpc/register_service.h"
#include "daemon/rpc/yard_service.h"
#include "daemon/store/sqlite/sqlite_store.h"
#include "daemon/system/clock.h"
#include "daemon/system/files.h"
#include "daemon/system/random.h"
#include "daemon/system/reason.h"
#include "daemon/system/status_macros.h"
#include "fmt/format.h"

namespace gatepost::node {

namespace {

constexpr uint64_t kEpoch = 1;  // A restored node opens the next one (PROTOCOL.md 6).
constexpr std::chrono::milliseconds kTickPace{250};
constexpr std::chrono::seconds kStopWithin{3};

certs::RefusedCertificate LogRefusedCertificate() {
  return [](const absl::Status& why, std::string_view subject) {
    spdlog::warn("certificate refused: subject \"{}\": {}", subject, std::string(why.message()));
  };
}

// The store belongs to one node and one epoch for ever.
absl::Status ClaimStore(store::Store& store, const std::string& node) {
  GATEPOST_ASSIGN_OR_RETURN(std::unique_ptr<store::Transaction> transaction, store.Begin());
  GATEPOST_ASSIGN_OR_RETURN(const std::optional<std::string> owner, transaction->Meta("node"));
  if (!owner.has_value()) {
    GATEPOST_RETURN_IF_ERROR(transaction->PutMeta("node", node));
    return transaction->Commit();
  }
  if (*owner == node) return absl::OkStatus();
  return system::Refuse(v1::REASON_BAD_CONFIG, fmt::format("the data folder of node {}", node),
                        fmt::format("one of node {}", *owner), "name the node's own data_dir");
}

}  // namespace

// In the order of building; destroyed in the reverse one.
struct Node::Parts {
  explicit Parts(config::NodeSettings s)
      : settings(std::move(s)),
        node(TermsOf(settings)),
        links(LinkTermsOf(settings)),
        retention_terms(RetentionTermsOf(settings)) {}

  config::NodeSettings settings;
  const exchange::NodeTerms node;
  const exchange::LinkTermsByPeer links;
  const exchange::RetentionTerms retention_terms;
  const std::shared_ptr<system::SystemClock> clock = std::make_shared<system::SystemClock>();
  system::SystemRandom random;
  std::unique_ptr<ledger::NoteSigner> log_key;
  std::unique_ptr<ledger::NoteSigner> witness_key;
  std::vector<ledger::VerifierKey> witnesses;  // This node's and those of its peers.
  std::shared_ptr<const certs::TrustStore> trust;
  std::shared_ptr<certs::PeerJudge> judge;
  certs::CertificateCache signers;
  std::unique_ptr<certs::EnvelopeVerifier> verifier;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<exchange::LogBook> log;
  std::unique_ptr<exchange::HeadRounds> rounds;
  std::unique_ptr<exchange::Committer> committer;
  std::unique_ptr<exchange::RefusalLog> refusals;
  std::unique_ptr<exchange::Intake> intake;
  std::unique_ptr<exchange::YardDesk> yard;
  std::unique_ptr<exchange::NoticeDesk> notices;
  std::unique_ptr<exchange::TranscriptDesk> transcripts;
  std::unique_ptr<exchange::AcknowledgementDesk> acknowledgements;
  std::unique_ptr<exchange::Sequencer> sequencer;
  std::unique_ptr<exchange::Follower> follower;
  std::unique_ptr<exchange::AgreementDesk> agreements;
  std::unique_ptr<exchange::Desks> desks;
  exchange::BlockedScopes blocked;
  std::unique_ptr<exchange::Door> door;
  std::unique_ptr<exchange::Queries> queries;
  std::unique_ptr<exchange::YardQueries> yard_queries;
  std::unique_ptr<exchange::HoursQueries> hours_queries;
  std::unique_ptr<exchange::AgreementQueries> agreement_queries;
  std::unique_ptr<exchange::GateDays> gate_days;
  std::unique_ptr<exchange::GateDayQueries> gate_day_queries;
  std::unique_ptr<exchange::ReportAlarms> report_alarms;
  std::unique_ptr<exchange::Watch> watch;
  std::unique_ptr<exchange::FetchLog> fetches;
  rpc::LinkDialer dialer;
  std::vector<std::unique_ptr<exchange::Link>> open_links;
  std::unique_ptr<exchange::HeldBackAlarms> held_back_alarms;
  std::unique_ptr<exchange::CosignatureAlarms> cosignature_alarms;
  std::unique_ptr<exchange::SettingsLog> settings_log;
  std::unique_ptr<exchange::Retention> retention;
  std::unique_ptr<rpc::GateKeeper> keeper;
  std::unique_ptr<rpc::ExchangeServiceImpl> exchange_service;
  std::unique_ptr<rpc::YardServiceImpl> yard_service;
  std::unique_ptr<rpc::HoursServiceImpl> hours_service;
  std::unique_ptr<rpc::AgreementServiceImpl> agreement_service;
  std::unique_ptr<rpc::RegisterServiceImpl> register_service;
  std::unique_ptr<rpc::LinkServiceImpl> link_service;
  std::unique_ptr<Audit> audit;
  std::unique_ptr<AfterCommit> after_commit;
  std::unique_ptr<Ticker> ticker;
  std::unique_ptr<grpc::Server> server;
  int port = 0;
  bool stopped = false;

  absl::Status BuildCore();
  absl::Status BuildLinks(const certs::TlsIdentity& identity);
  void BuildServices();
  absl::Status Listen(const certs::TlsIdentity& identity);
  void StartThreads();
  absl::StatusOr<v1::GetNodeResponse> Describe() const;
  exchange::Link* FindLink(const certs::SpiffeId& peer) const;
};

absl::Status Node::Parts::BuildCore() {
  GATEPOST_ASSIGN_OR_RETURN(log_key, config::LoadLogKey(settings));
  GATEPOST_ASSIGN_OR_RETURN(witness_key, config::LoadWitnessKey(settings));
  GATEPOST_ASSIGN_OR_RETURN(witnesses, WitnessesKnown(*witness_key, links));
  GATEPOST_ASSIGN_OR_RETURN(certs::TrustStore trusted,
                            certs::TrustStore::Create(settings.trust_domains));
  trust = std::make_shared<const certs::TrustStore>(std::move(trusted));
  judge = std::make_shared<certs::PeerJudge>(trust, clock);
  verifier = std::make_unique<certs::EnvelopeVerifier>(*trust, signers);
  GATEPOST_ASSIGN_OR_RETURN(store, store::OpenSqliteStore(settings.data_dir));
  GATEPOST_RETURN_IF_ERROR(ClaimStore(*store, node.node));
  {
    GATEPOST_ASSIGN_OR_RETURN(const std::unique_ptr<store::Reader> held, store->Read());
    GATEPOST_RETURN_IF_ERROR(CheckSequencers(*held, node.node, settings.links));
  }
  GATEPOST_ASSIGN_OR_RETURN(log,
                            exchange::LogBook::Open(*store, node.node, kEpoch, *log_key, random));
  committer =
      std::make_unique<exchange::Committer>(*store, *log, *clock, settings.limits.queue_messages);
  rounds = std::make_unique<exchange::HeadRounds>(*store, *log, *clock);
  cosignature_alarms =
      std::make_unique<exchange::CosignatureAlarms>(links, *store, *log, *committer, *clock);
  GATEPOST_ASSIGN_OR_RETURN(std::vector<exchange::Setting> shaping,
                            SettingsToLog(settings, *log_key, *witness_key));
  settings_log = std::make_unique<exchange::SettingsLog>(
      std::move(shaping), [](const std::string& file) { return system::ReadFile(file); },
      *committer, *clock);
  GATEPOST_RETURN_IF_ERROR(settings_log->OnStart());
  retention = std::make_unique<exchange::Retention>(exchange::Retention::Parts{
      node, links, retention_terms, settings.gate_register, *store, *committer, *clock});
  refusals = std::make_unique<exchange::RefusalLog>(*committer, *clock, node.refusals_per_minute);
  intake = std::make_unique<exchange::Intake>(*store, *verifier, node.max_envelope_bytes);
  yard = std::make_unique<exchange::YardDesk>(node, settings.gate_register);
  notices = std::make_unique<exchange::NoticeDesk>(node, settings.gate_register);
  transcripts = std::make_unique<exchange::TranscriptDesk>(settings.gate_register);
  acknowledgements = std::make_unique<exchange::AcknowledgementDesk>(node);
  sequencer = std::make_unique<exchange::Sequencer>(node, links, settings.gate_register, *store,
                                                    *committer, *clock);
  follower = std::make_unique<exchange::Follower>(node, settings.gate_register);
  agreements =
      std::make_unique<exchange::AgreementDesk>(node, links, settings.gate_register, *sequencer);
  desks = std::make_unique<exchange::Desks>(
      exchange::Desks::Of{*yard, *notices, *transcripts, *acknowledgements, *agreements});
  door = std::make_unique<exchange::Door>(
      exchange::Door::Parts{node, links, settings.gate_register, *store, *intake, *desks, blocked,
                            *log, *committer, *refusals, *clock});
  queries = std::make_unique<exchange::Queries>(node, *store, *log);
  yard_queries = std::make_unique<exchange::YardQueries>(node, *store, settings.gate_register,
                                                         *queries, *clock);
  hours_queries = std::make_unique<exchange::HoursQueries>(node, *store, settings.gate_register,
                                                           settings.calendars, *clock);
  agreement_queries = std::make_unique<exchange::AgreementQueries>(
      exchange::AgreementQueries::Parts{node, links, *store, settings.gate_register,
                                        settings.calendars, *queries, *hours_queries, *clock});
  gate_days =
      std::make_unique<exchange::GateDays>(links, settings.gate_register, settings.calendars);
  gate_day_queries = std::make_unique<exchange::GateDayQueries>(
      node, *store, settings.gate_register, *gate_days, *queries, *clock);
  report_alarms = std::make_unique<exchange::ReportAlarms>(*gate_days, *store, *committer, *clock);
  watch = std::make_unique<exchange::Watch>(*store, *log, *queries);
  fetches = std::make_unique<exchange::FetchLog>(node, *store, *committer);
  return absl::OkStatus();
}

absl::Status Node::Parts::BuildLinks(const certs::TlsIdentity& identity) {
  for (const config::LinkSettings& link : settings.links) {
    const exchange::LinkTerms& terms = links.at(link.peer.stated.node());
    open_links.push_back(std::make_unique<exchange::Link>(
        exchange::LinkParts{node, terms, settings.gate_register, *store, *intake, *desks,
                            *sequencer, *follower, blocked, *log, *witness_key, witnesses, *rounds,
                            *committer, *refusals, *clock, random},
        &dialer));
    if (link.dial.empty()) continue;
    GATEPOST_ASSIGN_OR_RETURN(
        std::shared_ptr<grpc::ChannelCredentials> credentials,
        certs::ChannelCredentials(identity, judge, terms.peer_spiffe_id, LogRefusedCertificate()));
    dialer.AddPeer(*open_links.back(), link.dial, std::move(credentials));
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
  keeper = std::make_unique<rpc::GateKeeper>(node, links, *judge, *refusals);
  exchange_service = std::make_unique<rpc::ExchangeServiceImpl>(rpc::ExchangeServiceImpl::Parts{
      *keeper, *door, *queries, *watch, *fetches, [this] { return Describe(); }});
  hours_service = std::make_unique<rpc::HoursServiceImpl>(*keeper, *hours_queries);
  agreement_service =
      std::make_unique<rpc::AgreementServiceImpl>(*keeper, *agreement_queries, *fetches);
  yard_service = std::make_unique<rpc::YardServiceImpl>(*keeper, *yard_queries, *gate_day_queries);
  register_service = std::make_unique<rpc::RegisterServiceImpl>(*keeper, settings.gate_register,
                                                                *clock, node.zone);
  link_service = std::make_unique<rpc::LinkServiceImpl>(
      *keeper, [this](const certs::SpiffeId& peer) { return FindLink(peer); });
  audit = std::make_unique<Audit>(
      exchange::AuditQueries::Parts{node, links, *store, *log, *trust, *clock, nullptr}, open_links,
      *committer, *keeper);
}

absl::Status Node::Parts::Listen(const certs::TlsIdentity& identity) {
  GATEPOST_ASSIGN_OR_RETURN(std::shared_ptr<grpc::ServerCredentials> credentials,
                            certs::ServerCredentials(identity, judge, LogRefusedCertificate()));
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  builder.AddListeningPort(settings.listen, credentials, &port);
  // Room above the largest envelope, so that one that is too large is refused by name.
  builder.SetMaxReceiveMessageSize(static_cast<int>(4 * node.max_envelope_bytes));
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  const std::map<std::string, grpc::Service*> services = {
      {v1::ExchangeService::service_full_name(), exchange_service.get()},
      {v1::YardService::service_full_name(), yard_service.get()},
      {v1::HoursService::service_full_name(), hours_service.get()},
      {v1::AgreementService::service_full_name(), agreement_service.get()},
      {v1::RegisterService::service_full_name(), register_service.get()},
      {v1::LinkService::service_full_name(), link_service.get()},
      {v1::AuditService::service_full_name(), audit->service()}};
  for (const auto& [name, service] : services) builder.RegisterService(service);
  server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return system::Refuse(v1::REASON_NOT_REACHABLE, "an address to listen on", settings.listen,
                          "free the port, or choose another in `listen`");
  }
  grpc::HealthCheckServiceInterface* health = server->GetHealthCheckService();
  for (const auto& [name, service] : services) health->SetServingStatus(name, true);
  return absl::OkStatus();
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
    refusals->Tick();
    sequencer->Tick();
    report_alarms->OnTick();
    held_back_alarms->OnTick();
    cosignature_alarms->OnTick();
    settings_log->OnTick();
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
  if (head.size > 0) {
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

absl::StatusOr<std::unique_ptr<Node>> Node::Start(config::NodeSettings settings) {
  const system::SystemClock clock;
  GATEPOST_RETURN_IF_ERROR(config::CheckTlsIdentity(settings, clock.Now()));
  GATEPOST_ASSIGN_OR_RETURN(
      const certs::TlsIdentity identity,
      certs::TlsIdentity::Load(settings.tls_certificate_file, settings.tls_key_file));
  auto parts = std::make_unique<Parts>(std::move(settings));
  GATEPOST_RETURN_IF_ERROR(parts->BuildCore());
  GATEPOST_RETURN_IF_ERROR(parts->BuildLinks(identity));
  parts->BuildServices();
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
}

}  // namespace gatepost::node
