#ifndef GATEPOST_DAEMON_NODE_PARTS_H_
#define GATEPOST_DAEMON_NODE_PARTS_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "certs/envelope_verifier.h"
#include "certs/live_trust.h"
#include "certs/published_identity.h"
#include "certs/tls_identity.h"
#include "certs/trust.h"
#include "daemon/exchange/acknowledgement_desk.h"
#include "daemon/exchange/agreements/agreement_desk.h"
#include "daemon/exchange/agreements/agreement_queries.h"
#include "daemon/exchange/agreements/follower.h"
#include "daemon/exchange/agreements/held_back.h"
#include "daemon/exchange/agreements/sequencer.h"
#include "daemon/exchange/authority_queries.h"
#include "daemon/exchange/blocked_scopes.h"
#include "daemon/exchange/caller_rights.h"
#include "daemon/exchange/committer.h"
#include "daemon/exchange/cosignature_alarms.h"
#include "daemon/exchange/countersignature_alarms.h"
#include "daemon/exchange/countersignature_desk.h"
#include "daemon/exchange/door.h"
#include "daemon/exchange/expiry_alarms.h"
#include "daemon/exchange/fetched.h"
#include "daemon/exchange/gate_day_queries.h"
#include "daemon/exchange/gate_days.h"
#include "daemon/exchange/head_rounds.h"
#include "daemon/exchange/hold_limit.h"
#include "daemon/exchange/hours_queries.h"
#include "daemon/exchange/intake.h"
#include "daemon/exchange/key_desk.h"
#include "daemon/exchange/key_exchange.h"
#include "daemon/exchange/key_queries.h"
#include "daemon/exchange/link.h"
#include "daemon/exchange/log_book.h"
#include "daemon/exchange/notice_desk.h"
#include "daemon/exchange/policy_authority.h"
#include "daemon/exchange/queries.h"
#include "daemon/exchange/refusal_log.h"
#include "daemon/exchange/report_alarms.h"
#include "daemon/exchange/retention.h"
#include "daemon/exchange/roster_desk.h"
#include "daemon/exchange/roster_reach.h"
#include "daemon/exchange/rosters.h"
#include "daemon/exchange/settings_log.h"
#include "daemon/exchange/standing_alarms.h"
#include "daemon/exchange/transcript_desk.h"
#include "daemon/exchange/watch.h"
#include "daemon/exchange/yard_desk.h"
#include "daemon/ledger/switched_signer.h"
#include "daemon/node/after_commit.h"
#include "daemon/node/audit.h"
#include "daemon/node/list_marks.h"
#include "daemon/node/node.h"
#include "daemon/node/reloader.h"
#include "daemon/node/settings.h"
#include "daemon/node/terms.h"
#include "daemon/node/ticker.h"
#include "daemon/rpc/agreement_service.h"
#include "daemon/rpc/authority_service.h"
#include "daemon/rpc/exchange_service.h"
#include "daemon/rpc/health_service.h"
#include "daemon/rpc/hours_service.h"
#include "daemon/rpc/limits/limits.h"
#include "daemon/rpc/link_dialer.h"
#include "daemon/rpc/link_service.h"
#include "daemon/rpc/live_calls.h"
#include "daemon/rpc/register_service.h"
#include "daemon/rpc/yard_service.h"
#include "daemon/store/guard_file.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"
#include "daemon/system/random.h"

namespace gatepost::node {

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
  std::shared_ptr<certs::LiveTrust> trust;  // Shared with the judge, which gRPC may keep.
  std::shared_ptr<const certs::TrustStore> roots_at_start;
  std::shared_ptr<certs::PeerJudge> judge;
  std::unique_ptr<certs::EnvelopeVerifier> verifier;
  std::unique_ptr<certs::PublishedIdentity> published;  // What this node shows in TLS.
  std::unique_ptr<store::Store> store;
  std::unique_ptr<ledger::SwitchedSigner> witness_key;  // What cosigns now.
  std::optional<ledger::LiveKeys> own_witness;          // All that ever did, and those held.
  ListMarks list_marks;                                 // At the start; then the ticker's.
  LeftOut left_out;                                     // At the start.
  std::unique_ptr<store::GuardFile> guard;
  std::unique_ptr<exchange::LogBook> log;
  std::unique_ptr<exchange::HeadRounds> rounds;
  std::unique_ptr<exchange::Committer> committer;
  std::unique_ptr<exchange::KeyExchange> key_exchange;
  std::unique_ptr<exchange::RefusalLog> refusals;
  std::unique_ptr<exchange::Intake> intake;
  std::unique_ptr<exchange::YardDesk> yard;
  std::unique_ptr<exchange::NoticeDesk> notices;
  std::unique_ptr<exchange::TranscriptDesk> transcripts;
  std::unique_ptr<exchange::AcknowledgementDesk> acknowledgements;
  std::unique_ptr<exchange::Sequencer> sequencer;
  std::unique_ptr<exchange::Follower> follower;
  std::unique_ptr<exchange::AgreementDesk> agreements;
  std::unique_ptr<exchange::CountersignatureDesk> countersignatures;
  std::unique_ptr<exchange::RosterDesk> roster_desk;
  std::unique_ptr<exchange::KeyDesk> key_desk;
  std::unique_ptr<exchange::Desks> desks;
  exchange::BlockedScopes blocked;
  const exchange::Rosters rosters;
  std::unique_ptr<exchange::PolicyAuthority> authority;
  std::unique_ptr<exchange::CallerRights> rights;
  std::unique_ptr<exchange::Door> door;
  std::unique_ptr<exchange::Queries> queries;
  std::unique_ptr<exchange::YardQueries> yard_queries;
  std::unique_ptr<exchange::HoursQueries> hours_queries;
  std::unique_ptr<exchange::AgreementQueries> agreement_queries;
  std::unique_ptr<exchange::AuthorityQueries> authority_queries;
  std::unique_ptr<exchange::KeyQueries> key_queries;
  std::unique_ptr<exchange::GateDays> gate_days;
  std::unique_ptr<exchange::GateDayQueries> gate_day_queries;
  std::unique_ptr<exchange::ReportAlarms> report_alarms;
  std::unique_ptr<exchange::Watch> watch;
  std::unique_ptr<exchange::FetchLog> fetches;
  std::unique_ptr<rpc::LiveCalls> live_calls;
  rpc::LinkDialer dialer;
  std::vector<std::unique_ptr<exchange::Link>> open_links;
  std::unique_ptr<exchange::HeldBackAlarms> held_back_alarms;
  std::unique_ptr<exchange::CosignatureAlarms> cosignature_alarms;
  std::unique_ptr<exchange::HoldLimit> hold_limit;
  std::unique_ptr<exchange::CountersignatureAlarms> countersignature_alarms;
  std::unique_ptr<exchange::SettingsLog> settings_log;
  std::unique_ptr<exchange::StandingAlarms> standing_alarms;
  std::unique_ptr<exchange::ExpiryAlarms> expiry_alarms;
  std::unique_ptr<exchange::RosterReach> roster_reach;
  std::unique_ptr<Reloader> reloader;
  std::unique_ptr<exchange::Retention> retention;
  std::unique_ptr<rpc::Limits> limits;
  std::unique_ptr<rpc::GateKeeper> keeper;
  std::unique_ptr<rpc::ExchangeServiceImpl> exchange_service;
  std::unique_ptr<rpc::YardServiceImpl> yard_service;
  std::unique_ptr<rpc::HoursServiceImpl> hours_service;
  std::unique_ptr<rpc::AgreementServiceImpl> agreement_service;
  std::unique_ptr<rpc::AuthorityServiceImpl> authority_service;
  std::unique_ptr<rpc::RegisterServiceImpl> register_service;
  std::unique_ptr<rpc::LinkServiceImpl> link_service;
  std::unique_ptr<rpc::HealthServiceImpl> health_service;
  std::unique_ptr<Audit> audit;
  std::unique_ptr<AfterCommit> after_commit;
  std::unique_ptr<Ticker> ticker;
  std::unique_ptr<grpc::Server> server;
  std::string restored_said;  // The ticker's.
  int ticks = 0;              // The ticker's.
  int port = 0;
  bool stopped = false;

  absl::Status BuildCore();
  exchange::LinkParts PartsOf(const config::LinkSettings& link);
  absl::Status BuildLinks(const certs::ShownIdentity& identity);
  void WatchRestored();
  void BuildServices();
  absl::Status Listen(const certs::ShownIdentity& identity);
  absl::Status PublishIdentity();
  void BuildReloads();
  absl::Status JudgeLists();
  absl::Status LoadLists(const config::RevocationSettings& domain);
  absl::Status LoadDenyList();
  void Publish(certs::RevocationBook book);
  absl::Status LoadPolicy();
  absl::Status LoadLedgerKeys(v1::KeyUse use);
  std::vector<certs::Certificate> AuthoritiesOf(const std::string& trust_domain) const;
  void WatchLists();
  void WatchAgreements();
  std::vector<exchange::Ending> Endings() const;
  std::optional<exchange::ShownCertificate> Shown() const;
  void StartThreads();
  absl::StatusOr<v1::GetNodeResponse> Describe() const;
  exchange::Link* FindLink(const certs::SpiffeId& peer) const;
};

}  // namespace gatepost::node

#endif  // GATEPOST_DAEMON_NODE_PARTS_H_
